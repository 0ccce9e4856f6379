"""Every no has its sentence, nothing typed is lost, and every answer has the house's headers."""

import dataclasses

import pytest
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy.exc import OperationalError

from support import factory, people
from support.db import db
from support.refusals import DatabaseBusy, StaleForm
from support.views import errors
from support.views.guards import POLICY

pytestmark = pytest.mark.one_database

HTMX = {"HX-Request": "true"}
NAME = {"name": "A name that took a while to type"}


def test_an_unknown_address_has_the_look_of_the_house(as_, desk):
    page = as_(desk.mei).get("/nowhere")
    assert page.status_code == 404
    assert "There is nothing here" in page.text
    assert "entrance.css" in page.text


def test_a_stranger_does_not_learn_which_addresses_exist(browser):
    assert browser.get("/nowhere").location.startswith("/login")


def test_a_wrong_method_is_answered(as_, desk):
    page = as_(desk.mei).get("/account/name")
    assert page.status_code == 405
    assert "cannot be used in this way" in page.text


def test_a_refusal_by_htmx_goes_to_the_status_region_and_spares_the_form(as_, desk):
    answer = as_(desk.mei).post("/account/name", {"name": ""}, htmx=True)
    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "#status"
    assert answer.headers["HX-Reswap"] == "innerHTML"
    assert "A name needs 1 to 80 characters." in answer.text
    assert "<html" not in answer.text


def test_a_stale_form_by_htmx_keeps_the_page(as_, desk):
    mei = as_(desk.mei)
    mei.token = "of yesterday"
    answer = mei.post("/account/name", NAME, htmx=True)
    assert answer.status_code == StaleForm.status
    assert answer.headers["HX-Retarget"] == "#status"
    assert "what you typed is kept" in answer.text


def test_a_stale_plain_form_is_given_back_and_can_be_sent_again(as_, desk):
    mei = as_(desk.mei)
    mei.token = "of yesterday"
    page = mei.post("/account/name", NAME)
    assert page.status_code == StaleForm.status
    assert NAME["name"] in page.text
    assert mei.post("/account/name", NAME).status_code == 303


def test_a_stale_form_never_gives_a_password_back(as_, desk):
    mei = as_(desk.mei)
    mei.token = "of yesterday"
    page = mei.post("/account/password", {"current": "secret one", "password": "secret two"})
    assert "secret" not in page.text


def test_another_sites_form_is_neither_taken_nor_repeated(as_, desk):
    mei = as_(desk.mei)
    page = mei.post("/account/name", NAME, headers={"Sec-Fetch-Site": "cross-site"})
    assert page.status_code == StaleForm.status
    assert NAME["name"] not in page.text


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_our_own_forms_are_taken(as_, desk, site):
    answer = as_(desk.mei).post("/account/name", NAME, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 303


def test_a_locked_database_says_so(as_, desk, monkeypatch):
    def locked(*_args, **_options):
        raise OperationalError("UPDATE agent", {}, Exception("database is locked"))

    mei = as_(desk.mei)
    monkeypatch.setattr(people, "rename", locked)
    answer = mei.post("/account/name", NAME, htmx=True)
    assert answer.status_code == 503
    assert DatabaseBusy.sentence in answer.text
    page = mei.post("/account/name", NAME)
    assert page.status_code == 503
    assert NAME["name"] in page.text  # and it can be sent again


def test_an_answer_to_a_failed_database_asks_it_nothing(as_, desk, monkeypatch, queries):
    def locked(*_args, **_options):
        raise OperationalError("UPDATE agent", {}, Exception("database is locked"))

    mei = as_(desk.mei)
    monkeypatch.setattr(people, "rename", locked)
    for htmx in (True, False):
        with queries() as seen:
            assert mei.post("/account/name", NAME, htmx=htmx).status_code == 503
        assert len(seen) == 1, seen  # who is asking


def test_without_a_database_there_is_still_a_sentence(app, settings):
    lost = dataclasses.replace(settings, database_url="sqlite:////nowhere/desk.db")
    away = factory.create_app(lost)
    client = away.test_client()
    for path in ("/login", "/account"):
        client.set_cookie("switchboard", signed(away))
        page = client.get(path)
        assert page.status_code == 503
        assert DatabaseBusy.sentence in page.text
    with away.app_context():
        db.engine.dispose()


def signed(app):
    """Return a cookie of somebody who was logged in."""
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    return serializer.dumps({"_user_id": "a secret", "_fresh": True})


def test_what_breaks_shows_a_sentence_and_no_trace(as_, desk, web, monkeypatch):
    def broken(*_args, **_options):
        raise ZeroDivisionError("a secret of the house")

    mei = as_(desk.mei)
    monkeypatch.setattr(people, "rename", broken)
    monkeypatch.setitem(web.config, "PROPAGATE_EXCEPTIONS", False)
    answer = mei.post("/account/name", NAME)
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.text
    assert "ZeroDivision" not in answer.text
    assert "secret" not in answer.text


def test_a_get_that_writes_is_a_mistake_and_not_a_busy_database(web):
    readonly = OperationalError("UPDATE", {}, Exception("attempt to write a readonly database"))
    with web.test_request_context("/"), pytest.raises(OperationalError):
        errors.database_failed(readonly)


def test_a_body_over_the_limit_gets_its_sentence(as_, desk, web, monkeypatch):
    mei = as_(desk.mei)
    monkeypatch.setitem(web.config, "MAX_CONTENT_LENGTH", 2 * 1024 * 1024)
    answer = mei.post("/account/name", {"name": "x" * (3 * 1024 * 1024)}, htmx=True)
    assert answer.status_code == 413
    assert "larger than 1 MB" in answer.text


def test_every_answer_has_the_headers_of_the_house(as_, desk):
    mei = as_(desk.mei)
    for path in ("/account", "/nowhere", "/healthz", "/login"):
        headers = mei.get(path).headers
        assert headers["Content-Security-Policy"] == POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
        assert "Strict-Transport-Security" not in headers
    secure = mei.get("/login", base_url="https://desk.example").headers
    assert "max-age" in secure["Strict-Transport-Security"]


def test_our_own_files_are_kept_for_a_year_by_their_content(browser):
    page = browser.get("/login").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert "?v=" in address
    kept = browser.get(address)
    assert "immutable" in kept.headers["Cache-Control"]
    assert browser.get(address.split("?")[0]).headers["Cache-Control"] == "no-cache"


def test_vendored_files_are_named_with_their_digest(browser):
    page = browser.get("/login").text
    scripts = [tag for tag in page.split("<script")[1:] if "vendor/" in tag]
    assert len(scripts) >= 4
    assert all('integrity="sha384-' in tag.split(">")[0] for tag in scripts)
    assert page.index("guards.js") < page.index("htmx.min.js") < page.index("hx-sse.min.js")


def test_health_is_told_without_a_login_and_without_data(browser, monkeypatch):
    answer = browser.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")
    assert "Set-Cookie" not in answer.headers

    def away(*_args, **_options):
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr("support.views.health.db.session.scalar", away)
    assert browser.get("/healthz").status_code == 503


def test_a_page_costs_two_queries_before_its_own(as_, desk, queries):
    mei = as_(desk.mei)
    with queries() as seen:
        mei.get("/permissions")
    assert len(seen) == 2, seen


def test_every_page_is_shut_to_strangers_but_the_named_ones(web):
    views = web.view_functions
    public = {name for name, view in views.items() if getattr(view, "is_public", False)}
    doors = {
        "login.form",
        "login.start",
        "setup.form",
        "setup.found",
        "join.form",
        "join.join",
        "health.check",
    }
    assert {name for name in public if not name.startswith("phone.")} == doors


def test_another_site_sets_no_cookie(browser):
    fields = {"email": "mei@desk.example", "password": "x"}
    foreign = browser.client.post("/login", data=fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == StaleForm.status
    assert "Set-Cookie" not in foreign.headers
    own = browser.client.post("/login", data=fields, headers={"Sec-Fetch-Site": "same-origin"})
    assert own.status_code == StaleForm.status
    assert "Set-Cookie" in own.headers
