"""The audit log's page: who reads what, narrowed how, and what the export gives away."""

import csv
import io
import re

import pytest
from sqlalchemy import select

from support import audit, cells, events, notes, projects, tags
from support.audit.chain import erased
from support.db import commit, db
from support.models import Event, EventKind, Workspace
from tests.factories import START, answer, join, later, make_agent
from tests.views.conftest import as_, browser, look, web

__all__ = ["as_", "browser", "look", "web"]  # fixtures


@pytest.fixture
def told(desk):
    """Tell a small story: settings of two projects, a reply, a note, a login that was refused."""
    case = desk.case(holder=desk.mei)
    answer(case, "the words of a reply", by=desk.mei, now=later(minutes=1))
    notes.write(case, "the words of a note", by=desk.mei, now=later(minutes=2), client_key=None)
    projects.change(desk.wallet, by=desk.sun, now=later(days=1), transfer_note="mandatory")
    tags.create(desk.market, "Far away", by=desk.olga, now=later(days=2))
    events.record(EventKind.LOGIN_REFUSED, by=None, now=later(days=3), email="x@desk.example")
    commit()
    return case


def sentences(page):
    text = re.sub("[\u2068\u2069]", "", page.text)
    return re.findall(r"<strong hx-ignore>(.*?)</strong>", text)


def test_an_owner_reads_everything_newest_first(told, desk, as_):
    found = sentences(as_(desk.olga).get("/audit"))
    assert "A login was refused" in found
    assert found.index("Olga added the tag Far away") < found.index(
        "Sun changed the project&#39;s rules"
    )
    assert "Mei sent a message" in found
    assert "Mei wrote a private note" in found


@pytest.mark.parametrize("who", ["sun", "ada"])
def test_others_read_their_own_projects_alone(who, told, desk, as_):
    reader = as_(getattr(desk, who))
    found = sentences(reader.get("/audit"))
    assert "Sun changed the project&#39;s rules" in found
    assert "A login was refused" not in found
    assert not [one for one in found if "Far away" in one]
    assert reader.get(f"/audit?project={desk.market.id}").status_code == 404
    sheet = reader.post("/audit/export").text
    assert "project.changed" in sheet
    assert "Far away" not in sheet
    assert "login.refused" not in sheet
    assert reader.post(f"/audit/export?project={desk.market.id}").status_code == 404


def test_who_supervises_here_and_answers_there_reads_only_here(told, desk, as_):
    join(desk.sun, desk.market)
    commit()
    assert not [one for one in sentences(as_(desk.sun).get("/audit")) if "Far away" in one]


@pytest.mark.parametrize("who", ["mei", "zoe"])
def test_an_agent_reads_nothing(who, told, desk, as_):
    agent = as_(getattr(desk, who))
    assert agent.get("/audit").status_code == 403
    assert agent.post("/audit/export").status_code == 403


@pytest.mark.parametrize(
    ("asked", "first", "count"),
    [
        ("who={sun}", "Sun changed the project&#39;s rules", 1),
        ("kind=message.sent", "Mei sent a message", 1),
        ("kind=words", "Mei wrote a private note", 2),
        ("kind=message.sent&kind=login.refused", "A login was refused", 2),
        ("conversation={case}", "Mei wrote a private note", None),
        ("project={market}", "Olga added the tag Far away", None),
        ("since=2026-11-05", "A login was refused", 1),
        ("since=2026-11-03&until=2026-11-03", "Sun changed the project&#39;s rules", 1),
        ("who=desk&kind=people", "A login was refused", 1),
        ("address=10.1.1.1", None, 0),
        ("kind=nonsense&who=", "A login was refused", None),
    ],
)
def test_the_log_is_narrowed_by_its_address(asked, first, count, told, desk, as_):
    browser = as_(desk.olga)
    ids = {"sun": desk.sun.id, "case": told.id, "market": desk.market.id}
    found = sentences(browser.get(f"/audit?{asked.format(**ids)}"))
    found = [one for one in found if "logged in" not in one]
    assert found[:1] == ([first] if first else [])
    assert count is None or len(found) == count


def test_nonsense_narrows_nothing_and_breaks_nothing(told, desk, as_):
    olga = as_(desk.olga)
    for asked in ("since=x&until=9999-99-99", "before=abc", "before=9-", f"before={10**18}-1"):
        assert olga.get(f"/audit?{asked}").status_code == 200


def test_pages_follow_one_another_without_a_gap(desk, as_):
    for number in range(120):
        tags.create(desk.wallet, f"Tag {number}", by=desk.sun, now=START)  # all at one instant
    commit()
    olga, seen, path = as_(desk.olga), [], "/audit?kind=tag.created"
    while path:
        page = olga.get(path)
        seen += sentences(page)
        older = re.search(r'href="(/audit\?before=[^"]+)"', page.text)
        path = older and older.group(1).replace("&amp;", "&")
    assert seen == [f"Sun added the tag Tag {number}" for number in reversed(range(120))]


def test_what_changed_is_read_before_and_after(told, desk, as_):
    page = as_(desk.sun).get("/audit?kind=project.changed").text
    cells = re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", page)
    assert cells[-3:] == ["transfer_note", "optional", "mandatory"]


def test_the_words_of_messages_and_notes_are_not_in_the_log(told, desk, as_):
    olga = as_(desk.olga)
    for body in (olga.get("/audit").text, olga.post("/audit/export").text):
        assert "the words of" not in body
    assert events.digest("the words of a reply") in olga.get("/audit?kind=message.sent").text


def test_every_kind_is_read_and_erased_words_say_so(desk, as_):
    for kind in EventKind:
        data = {"name": "a name", "until": "2026-11-02T09:00:00+00:00", "why": "because"}
        events.record(kind, by=desk.sun, now=START, **erased(data, "salt"))
    commit()
    browser = as_(desk.olga)
    page = browser.get("/audit")
    assert page.status_code == 200
    assert "(erased)" in page.text
    assert {kind.value for kind in EventKind} <= set(
        re.findall(r'<option value="([^"]+)"', page.text)
    )


def test_the_export_is_what_the_page_shows_and_is_recorded(told, desk, as_, look):
    browser = as_(desk.olga)
    given = browser.post("/audit/export?kind=words")
    assert given.headers["Content-Disposition"] == 'attachment; filename="audit.csv"'
    rows = list(csv.DictReader(io.StringIO(given.text.removeprefix("\ufeff"))))
    assert [row["kind"] for row in rows] == ["note.written", "message.sent"]
    assert rows[1]["by"] == "Mei"
    assert rows[1]["conversation"] == str(told.id)
    with look() as session:
        found = select(Event).where(Event.kind == EventKind.AUDIT_EXPORTED)
        event = session.scalars(found).one()
        assert (event.by_id, event.data) == (desk.olga.id, {"asked": {"kind": "words"}})


def test_a_long_export_comes_in_stretches(desk, as_):
    for number in range(1203):
        events.record(EventKind.TAG_CREATED, by=desk.sun, now=later(seconds=number // 7), n=number)
    commit()
    text = as_(desk.olga).post("/audit/export?kind=tag.created").text
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len({row["event"] for row in rows}) == len(rows) == 1203


def test_nobody_takes_the_log_along_all_day(desk, as_):
    browser = as_(desk.olga)
    codes = [browser.post("/audit/export?kind=audit.erased").status_code for _ in range(31)]
    assert codes == [200] * 30 + [429]


@pytest.mark.parametrize(
    "word",
    [
        *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\ufeff=1"),
        *("\uff1d1", "\u3000\uff0b1"),
    ],
)
def test_a_spreadsheet_calculates_nothing(word, desk, as_):
    assert cells.safe(word) == f"'{word}"
    person = make_agent(f"N{len(word)}")
    person.name = word
    events.record(EventKind.TAG_CREATED, by=person, now=START)
    commit()
    text = as_(desk.olga).post("/audit/export?kind=tag.created").text
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert row["by"] == f"'{word}"


def test_only_an_owner_chooses_who_hears_the_head(desk, as_, look):
    sun, olga = as_(desk.sun), as_(desk.olga)
    assert sun.post("/audit/heads", {"tells_heads": "1"}).status_code == 403
    assert "tells_heads" not in sun.get("/audit").text
    assert olga.post("/audit/heads", {"tells_heads": "1"}).status_code == 303
    with look() as session:
        assert session.scalar(select(Workspace.tells_heads)) is True
        found = select(Event.data).where(Event.kind == EventKind.WORKSPACE_CHANGED)
        assert session.scalars(found).one() == {"changed": {"tells_heads": [False, True]}}


def test_it_says_what_is_sealed(told, desk, as_):
    assert "not sealed yet" in as_(desk.olga).get("/audit").text
    while audit.seal():
        commit()
    commit()
    page = as_(desk.olga).get("/audit").text
    assert "sealed as" in page
    db.session.rollback()
