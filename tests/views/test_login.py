"""In and out: one answer to every wrong pair, throttled, with sessions that end."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy import select

from support import live, logins
from support.db import commit, db, utcnow
from support.models import Agent, EventKind, Login
from support.models import Event as EventRow
from support.refusals import TooManyTries, WrongLogin
from support.views.guards import limiter
from support.views.login import HERE
from tests.factories import PASSWORD, START
from tests.views.conftest import Browser

WRONG = WrongLogin.sentence


def test_a_visitor_is_sent_to_the_login_page_and_back(browser, desk):
    answer = browser.get("/account")
    assert (answer.status_code, answer.location) == (303, "/login?next=/account")
    browser.get(answer.location)
    fields = {"email": desk.mei.email, "password": PASSWORD, "next": "/account"}
    assert browser.post("/login", fields).location == "/account"
    assert "Mei" in browser.get("/account").text


def test_only_a_path_of_ours_is_followed(browser, desk):
    foreigners = ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1")
    for foreign in (*foreigners, "//[", "http://[x", "/a\r\nSet-Cookie: b=1"):
        assert browser.log_in(desk.mei.email, next=foreign).location == "/"


def test_a_reader_from_an_address_that_is_none_is_sent_to_the_login_page(browser):
    page = {"HX-Request": "true", "HX-Current-URL": "http://[x"}
    assert browser.get("/account", headers=page).headers["HX-Redirect"] == "/login"


def test_wrong_address_and_wrong_password_hear_the_same(browser, desk):
    unknown = browser.log_in("nobody@desk.example")
    wrong = browser.log_in(desk.mei.email, "not the password")
    assert unknown.status_code == wrong.status_code == 401
    assert WRONG in unknown.text
    assert WRONG in wrong.text
    assert f'value="{desk.mei.email}"' in wrong.text  # what was typed is kept
    assert "not the password" not in wrong.text  # but never a password


def test_a_refused_login_is_recorded(browser, desk, look):
    browser.log_in(desk.mei.email, "not the password")
    with look() as rows:
        event = rows.scalar(select(EventRow).where(EventRow.kind == EventKind.LOGIN_REFUSED))
        assert event.data["email"] == desk.mei.email


def test_an_agent_who_was_shut_out_hears_the_same(browser, desk):
    desk.mei.disabled_at = START
    commit()
    assert WRONG in browser.log_in(desk.mei.email).text


def test_too_many_tries_shut_this_door_and_no_other(browser, desk, web):
    for _ in range(int(HERE.split()[0])):
        assert browser.log_in(desk.mei.email, "guess guess guess").status_code == 401
    refused = browser.log_in(desk.mei.email)
    assert refused.status_code == 429
    assert TooManyTries.sentence.split(".")[0] in refused.text
    assert browser.log_in(desk.ken.email).status_code == 303


def test_a_burst_of_tries_is_counted_before_any_is_verified(web, desk, monkeypatch):
    most, verified, never = int(HERE.split()[0]), [], Event()

    def verify(email, password):
        verified.append(password)
        never.wait(0.5)  # every other try is at the door by now
        raise WrongLogin

    def guess(browser):
        return browser.post("/login", {"email": desk.mei.email, "password": "guess"}).status_code

    monkeypatch.setattr(logins, "verify", verify)
    browsers = [Browser(web) for _ in range(most + 6)]
    for browser in browsers:
        browser.get("/login")
    with ThreadPoolExecutor(len(browsers)) as crowd:
        answers = list(crowd.map(guess, browsers))
    assert (len(verified), answers.count(401), answers.count(429)) == (most, most, 6)


def test_who_logs_in_often_is_never_shut_out(browser, desk):
    for _ in range(int(HERE.split()[0]) + 2):
        assert browser.log_in(desk.mei.email).status_code == 303


def test_an_address_of_any_length_is_counted_under_a_short_key(browser, desk):
    browser.log_in("x" * 20_000)
    keys = list(limiter._storage.storage.scan_iter("*switchboard*"))
    assert keys
    assert max(map(len, keys)) < 200


def test_a_dead_redis_locks_nobody_out(browser, desk, web, monkeypatch):
    def dead(*_args, **_options):
        raise RedisConnectionError

    monkeypatch.setattr(limiter._storage, "incr", dead)
    monkeypatch.setattr(limiter._storage, "check", lambda: False)
    try:
        assert browser.log_in(desk.mei.email, "wrong wrong wrong").status_code == 401
        assert browser.log_in(desk.mei.email).status_code == 303
    finally:
        limiter._storage_dead = False


def test_each_login_is_a_row_and_the_cookie_holds_no_name(browser, desk, look):
    answer = browser.log_in(desk.mei.email)
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("switchboard="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    with look() as rows:
        login = rows.scalars(select(Login)).one()
        assert login.agent_id == desk.mei.id
        assert login.digest not in cookie


def test_after_the_logout_the_old_cookie_opens_nothing(as_, desk, web):
    mei = as_(desk.mei)
    old = mei.client.get_cookie("switchboard").value
    answer = mei.post("/logout")
    assert (answer.status_code, answer.location) == (303, "/login")
    mei.client.set_cookie("switchboard", old)
    assert mei.get("/account").location.startswith("/login")
    assert desk.mei.id not in live.online(now=utcnow())


def test_a_login_that_ended_keeps_the_writers_page(as_, desk):
    mei = as_(desk.mei)
    end_logins(desk.mei)
    answer = mei.post("/account/name", {"name": "Mei Lin"}, htmx=True)
    assert answer.status_code == 401
    assert answer.headers["HX-Retarget"] == "#status"
    assert "Your login has ended" in answer.text


def test_a_reader_by_htmx_is_sent_to_the_login_page(as_, desk):
    mei = as_(desk.mei)
    end_logins(desk.mei)
    page = {"HX-Request": "true", "HX-Current-URL": "http://localhost/conversations/7?view=all"}
    answer = mei.get("/account", headers=page)
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/login?next=/conversations/7?view%3Dall"


def end_logins(agent):
    logins.end_all(agent, by=agent, now=utcnow())
    commit()


def test_writing_renews_the_login_and_reading_does_not(as_, desk, look):
    mei = as_(desk.mei)
    login = db.session.scalars(select(Login)).one()
    login.seen_at = early = utcnow() - logins.TOUCH * 2
    commit()
    mei.get("/account")
    with look() as rows:
        assert rows.scalars(select(Login)).one().seen_at == early
    mei.post("/account/name", {"name": "Mei Lin"})
    with look() as rows:
        assert rows.scalars(select(Login)).one().seen_at > early


def test_a_password_holds_no_lock_while_it_is_verified(browser, desk, monkeypatch):
    held = []

    def verify(email, password):
        held.append(db.session.connection().exec_driver_sql("PRAGMA query_only").scalar())
        raise WrongLogin

    if db.engine.dialect.name != "sqlite":
        return
    monkeypatch.setattr(logins, "verify", verify)
    browser.log_in(desk.mei.email)
    assert held == [1]


def test_a_disabled_agents_open_browser_is_shut(as_, desk):
    mei = as_(desk.mei)
    assert mei.get("/account").status_code == 200
    db.session.get(Agent, desk.mei.id).disabled_at = START
    commit()
    assert mei.get("/account").status_code == 303


def test_the_login_page_speaks_chinese_when_asked(browser):
    page = browser.get("/login?language=zh")
    assert '<html lang="zh"' in page.text
    assert '<html lang="zh"' in browser.get("/login").text  # it is remembered
