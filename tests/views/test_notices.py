"""What calls an agent on his pages and what he chooses of it: toasts, quiet hours, his Telegram."""

import re

import pytest
from sqlalchemy import select

from support import alerts, notices, sweeps, transfer
from support.db import commit, db, utcnow
from support.models import Alert, LinkCode, NoticeSettings, StaffLink
from tests.factories import START, later, person
from tests.views.test_surfaces import enter

__all__ = ["enter"]
pytestmark = pytest.mark.one_database


@pytest.fixture
def case(desk, mei):
    """Maria has waited for three minutes; Mei has her."""
    return desk.case(holder=mei, now=utcnow() - later(minutes=3) + START)


def toasts(browser, since=0):
    page = browser.get(f"/alerts/news?since={since}").text
    return re.findall(r'data-call="([^"]+)"', page), page


def remind():
    sweeps.remind()
    db.session.expire_all()


def test_who_was_called_is_told_which_promise_and_where(case, mei, enter):
    remind()
    (one,), page = toasts(enter("mei"))
    assert one.isdecimal()
    assert "Reply due in 2 min" in page
    assert f"Wallet · conversation {case.id}" in page
    assert "Maria" not in page
    assert 'data-kind="reminder"' in page
    assert not re.search(r"data-sound|data-notify", page)


def test_nobody_else_is_told(case, enter):
    remind()
    for name in ("ken", "sun", "olga", "zoe", "ada"):
        assert toasts(enter(name))[0] == []


def test_what_an_agent_lost_meanwhile_is_not_told(desk, case, mei, enter):
    remind()
    transfer.transfer(case, to=desk.ken, by=mei, note="", now=utcnow())
    commit()
    assert toasts(enter("mei"))[0] == []


def test_what_was_told_is_not_told_again(case, enter):
    remind()
    mei = enter("mei")
    _, page = toasts(mei)
    until = int(re.search(r'data-until="(\d+)"', page).group(1))
    assert toasts(mei, until)[0] == []
    assert toasts(mei, "nonsense")[0] == []


def test_the_settings_say_what_sounds_and_what_is_named(case, mei, enter):
    browser = enter("mei")
    browser.get("/account")
    form = {"sound": "all", "notify": "1", "names": "1"}
    assert browser.post("/account/notices", form).status_code == 303
    remind()
    _, page = toasts(browser)
    assert "data-sound" in page
    assert "data-notify" in page
    assert 'data-name="Maria"' in page


def test_quiet_hours_are_never_daily_or_by_the_week(mei, enter, look):
    browser = enter("mei")

    def saved(**form):
        browser.get("/account")
        answer = browser.post("/account/quiet", {"form": "quiet"} | form)
        with look() as rows:
            row = rows.get(NoticeSettings, mei.id)
            return answer.status_code, row and row.quiet

    status, table = saved(open="daily", **{"from": "22", "until": "7:00"})
    assert status == 303
    assert table["sun"] == [["22:00", "07:00"]]
    assert 'value="daily" checked' in browser.get("/account").text
    week = {"sat-from": "00:00", "sat-to": "24:00", "zone": "Asia/Tokyo", "breaches_anyway": "1"}
    assert saved(open="table", **week) == (303, {"sat": [["00:00", "24:00"]]})
    assert saved(open="table")[0] == 422
    assert saved(open="daily", **{"from": "x", "until": "y"})[0] == 422
    assert saved(open="daily", **{"from": "00:00", "until": "24:00"})[0] == 422
    assert saved(open="whenever")[0] == 422
    assert saved(open="never") == (303, None)


def test_a_line_more_is_drawn_and_not_saved(mei, enter, look):
    browser = enter("mei")
    browser.get("/account")
    form = {"form": "quiet", "open": "table", "mon-from": "22:00", "mon-to": "23:00", "more": "mon"}
    page = browser.post("/account/quiet", form)
    assert page.status_code == 200
    assert page.text.count('name="mon-from"') == 2
    with look() as rows:
        assert rows.get(NoticeSettings, mei.id) is None


def test_a_code_is_shown_once_and_works(desk, mei, enter, look):
    browser = enter("mei")
    browser.get("/account")
    page = browser.post(f"/account/telegram/{desk.wallet.id}").text
    code = re.search(r'value="/link ([-\w]+)"', page).group(1)
    assert "@wallet_bot" in page
    assert code not in browser.get("/account").text
    with look() as rows:
        assert code.replace("-", "") not in rows.scalar(select(LinkCode.digest))
    notices.redeem(desk.wallet, f"/link {code}", notices.Account(9, "<b>Mei", "en"), now=utcnow())
    commit()
    account = browser.get("/account").text
    assert "linked with" in account
    assert "&lt;b&gt;Mei" in account
    assert browser.post(f"/account/telegram/{desk.wallet.id}/end").status_code == 303
    assert "linked with" not in browser.get("/account").text
    with look() as rows:
        assert rows.scalar(select(StaffLink)).ended_at


def test_the_page_says_why_a_message_failed(desk, mei, enter):
    code = notices.new_code(mei, desk.wallet, now=utcnow())
    notices.redeem(desk.wallet, f"/link {code}", notices.Account(9, "Mei", "en"), now=utcnow())
    db.session.flush()
    (message,) = notices.waiting(desk.wallet, now=utcnow())
    notices.failed(message, "You have blocked the bot in Telegram.", now=utcnow())
    commit()
    assert "The last message failed: You have blocked the bot" in enter("mei").get("/account").text


def test_the_bell_counts_conversations_and_the_page_lists_them_once(desk, case, mei, enter):
    other = desk.case(who=person(2, "Pavel"), holder=mei)
    for kind in ("reminder", "breach"):
        alerts.tell_all([(mei.id, case), (mei.id, other)], kind, now=utcnow())
    alerts.tell([mei.id], case, "snooze", by=None, now=utcnow())
    commit()
    page = enter("mei").get("/alerts").text
    assert 'data-count="3"' in page
    assert page.count('class="sb-alert"') == 3
    assert page.count("A promised time has passed") == 2
    assert db.session.query(Alert).count() == 5
