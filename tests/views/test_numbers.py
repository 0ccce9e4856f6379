"""No number and no character that a browser can send breaks a page, whatever field it is in."""

import os

import pytest
from sqlalchemy import select

from support import logins
from support.db import commit, utcnow
from support.models import Draft
from support.views.asked import BIGGEST, in_field, number
from tests.factories import answer
from tests.views.conftest import HTMX, Browser

FULL = os.environ.get("SWITCHBOARD_FULL") == "1"
BAD = ("1\0\ud800", "9" * 5000, "-1")
WORSE = (*BAD, "\0", "\ud800", str(10**30), str(BIGGEST), "٣", "")
NUMBERS = (
    *("project", "before", "to", "reply_to", "after", "since", "upto", "expected", "open"),
    *("count", "reopen_hours", "tag", "had", "group", "agent", "row", "column", "bot", "rev"),
)
WORDS = (
    *("text", "name", "note", "email", "workspace", "password", "current", "again", "token"),
    *("timezone", "role", "view", "client_key", "q", "next", "language", "theme", "first_name"),
    *("choice", "until", "why", "colour"),
)
MODES = ("attention.", "replies.")
ENDLESS = "live.stream"
UNKNOWN = (404, 405)  # the framework says 405 where another method has the same address


@pytest.fixture
def enter(web, desk):
    """Let the owner in, who may do most, without the cost of hashing a password."""

    def entered():
        browser = Browser(web)
        secret = logins.start(desk.olga, address="127.0.0.1", browser="any", now=utcnow())
        commit()
        with browser.client.session_transaction() as cookie:
            cookie["_user_id"] = secret
        browser.get("/account")
        return browser

    return entered


@pytest.fixture
def ids(desk):
    """Give a thing that is there for every kind of id in an address."""
    case = desk.case(holder=desk.olga)
    (message,) = answer(case, by=desk.olga)
    commit()
    known = {"conversation_id": case.id, "message_id": message.id, "agent_id": desk.ken.id}
    return known | {"project_id": desk.wallet.id}


def routes(web):
    """Give every route that ends, with its methods."""
    for rule in web.url_map.iter_rules():
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            if rule.endpoint not in (ENDLESS, "static"):
                yield rule, method


def url(web, rule, ids):
    with web.test_request_context():
        values = {name: ids.get(name, 1) for name in rule.arguments}
        return web.url_map.bind("localhost").build(rule.endpoint, values, rule_method(rule))


def rule_method(rule):
    return next(iter(rule.methods - {"HEAD", "OPTIONS"}))


@pytest.mark.parametrize("bad", WORSE if FULL else BAD, ids=lambda bad: repr(bad)[:12])
def test_no_field_of_any_route_breaks_it(bad, web, ids, enter):
    fields = dict.fromkeys(NUMBERS, bad.encode("utf-8", "surrogatepass"))
    fields |= dict.fromkeys(WORDS, f"some words {bad[:9]}".encode("utf-8", "surrogatepass"))
    broken = []
    for rule, method in routes(web):
        browser = enter()
        for mode in ("reply", "note") if rule.endpoint.startswith(MODES) else ("reply",):
            form = fields | {"csrf_token": browser.token, "mode": mode}
            answer = asked(browser, method, url(web, rule, ids), form, fields)
            broken += [(rule.rule, answer.status)] if answer.status_code >= 500 else []
    assert broken == []


def asked(browser, method, path, form, query):
    """Ask with the same values in the form and in the address."""
    options = {"query_string": query, "headers": HTMX}
    if method != "GET":
        options["data"] = form
    return browser.client.open(path, method=method, buffered=True, **options)


@pytest.mark.parametrize("bad", [10**30, BIGGEST + 1, "٣", "9" * 5000])
def test_an_id_that_no_row_can_have_is_an_unknown_address(bad, web, enter):
    browser = enter()
    for rule, method in routes(web):
        path = rule.rule
        for name in rule.arguments:
            path = path.replace(f"<int:{name}>", str(bad))
        if path != rule.rule:
            form = {"csrf_token": browser.token}
            assert asked(browser, method, path, form, {}).status_code in UNKNOWN, path


def test_the_biggest_id_is_looked_for(enter):
    assert enter().get(f"/conversations/{BIGGEST}").status_code == 404


def test_what_a_database_refuses_is_taken_out_of_a_text(ids, enter, look):
    path = f"/conversations/{ids['conversation_id']}/drafts"
    assert enter().post(path, {"text": "Dear\0 Maria", "mode": "reply"}).status_code == 204
    with look() as rows:
        assert rows.scalar(select(Draft.text)) == "Dear Maria"


READ = {"7": 7, "0": 0, "007": 7, str(BIGGEST): BIGGEST}
UNREAD = ("", "-1", "+1", " 1", "1_0", "1.0", "٣", str(BIGGEST + 1), "9" * 5000)


@pytest.mark.parametrize("text", READ)
def test_a_number_is_read(text):
    assert number(text) == READ[text]


@pytest.mark.parametrize("text", [*UNREAD, None])
def test_what_is_no_number_of_a_row_is_none(text):
    assert number(text) is None


def test_a_field_that_is_no_number_has_its_default():
    fields = {"before": "7", "after": "x"}
    read = [in_field(fields, name, 3) for name in ("before", "after", "since")]
    assert (read, in_field(fields, "since")) == ([7, 3, 3], None)
