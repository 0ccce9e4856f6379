"""What the risk words stopped: the list, its trend, one attempt, CSV; and who reads it."""

import csv
import io
import re
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from support.db import commit, db
from support.models import RiskAttempt, RiskHit
from support.risk import changes
from support.views import hitrows, hittrend
from tests.factories import START, join, later, make_agent, person

TEXT = "Please send it to T9yDxxxx <b>now</b>"
UTC = ZoneInfo("UTC")
RANGE = "from=2026-10-01&to=2026-11-30"


@pytest.fixture
def groups(desk, wallet, sun):
    frozen = changes.create_group("Frozen", projects=[wallet], by=sun, now=START)
    scam = changes.create_group("Scam", projects=[desk.market], by=desk.olga, now=START)
    commit()
    return frozen, scam


def stopped(case, agent, group, *, now=START, outcome="cancelled", text=TEXT, **others):
    attempt = RiskAttempt(
        project_id=case.project_id,
        customer_id=case.customer_id,
        conversation_id=case.id,
        agent_id=agent.id,
        surface="reply",
        text=text,
        digest="d",
        stamp="s",
        stop="confirm",
        outcome=outcome,
        asked_at=now,
        **others,
    )
    db.session.add(attempt)
    db.session.flush()
    hit = (
        {"group_id": group.id, "group_name": group.name} if group else {"group_name": "Look-alike"}
    )
    kind = "fragment" if group else "lookalike"
    place = {"kind": kind, "word": "T9yD", "action": "confirm", "starts": 18, "ends": 22}
    db.session.add(RiskHit(attempt_id=attempt.id, **hit, **place))
    commit()
    return attempt


@pytest.fixture
def case(desk):
    return desk.case(holder=desk.mei, who=person(1, "Maria"))


def attempts(page):
    return [int(one) for one in re.findall(r'id="attempt-(\d+)"', page)]


def test_a_supervisor_reads_what_was_stopped(desk, as_, case, groups):
    settled = {"settled_at": later(minutes=1), "settled_by_id": desk.mei.id, "reason": "he asked"}
    one = stopped(case, desk.mei, groups[0], outcome="confirmed", **settled)
    page = as_(desk.sun).get(f"/risk/hits?{RANGE}").text
    assert attempts(page) == [one.id]
    assert "<mark>T9yD</mark>" in page
    assert "&lt;b&gt;now" in page
    assert "Sent after the warning" in page
    assert "Maria" in page
    shown = as_(desk.ada).get(f"/risk/attempts/{one.id}").text
    assert "<mark>T9yD</mark>" in shown
    assert "he asked" in shown
    assert "19 to 22" in shown
    assert f"/conversations/{case.id}" in shown


def test_the_wrong_people_get_nothing(desk, as_, case, groups):
    desk.rex = join(make_agent("Rex"), desk.market, "supervisor")
    commit()
    one = stopped(case, desk.mei, groups[0])
    for stranger in (desk.mei, desk.zoe):
        for path in ("/risk/hits", "/risk/hits.csv", f"/risk/attempts/{one.id}"):
            assert as_(stranger).get(path).status_code in (403, 404)
    rex = as_(desk.rex)
    assert attempts(rex.get(f"/risk/hits?{RANGE}").text) == []
    assert "T9yD" not in rex.get(f"/risk/hits.csv?{RANGE}").text
    assert "Frozen" not in rex.get("/risk/hits").text
    assert rex.get(f"/risk/attempts/{one.id}").status_code == 404
    assert rex.get(f"/risk/hits?project={desk.wallet.id}").status_code == 404
    assert as_(desk.olga).get(f"/risk/attempts/{one.id}").status_code == 200


def test_the_list_is_narrowed_by_its_address(desk, wallet, as_, case, groups):
    frozen = groups[0]
    first = stopped(case, desk.mei, frozen, outcome="blocked")
    second = stopped(case, desk.ken, None, now=later(days=-10))
    old = stopped(case, desk.mei, frozen, now=later(days=-200))
    sun = as_(desk.sun)

    def found(query):
        return attempts(sun.get(f"/risk/hits?{query}").text)

    assert found(RANGE) == [first.id, second.id]
    assert found(f"{RANGE}&group={frozen.id}") == [first.id]
    assert found(f"{RANGE}&group=0") == [second.id]
    assert found(f"{RANGE}&agent={desk.ken.id}") == [second.id]
    assert found(f"{RANGE}&outcome=blocked&project={wallet.id}") == [first.id]
    assert found("from=2026-04-01&to=2026-04-30&outcome=unknown") == [old.id]
    assert found("from=2025-04-01&to=2025-04-30") == []
    assert found("from=nonsense&to=9999-99-99&agent=x") is not None
    page = sun.get(f"/risk/hits?{RANGE}&outcome=blocked").text
    assert re.search(r"All <span>2</span>", page)
    assert re.search(r"Blocked <span>1</span>", page)


def test_a_long_list_is_read_page_by_page(desk, as_, case, groups, monkeypatch):
    monkeypatch.setattr(hitrows, "PAGE", 2)
    monkeypatch.setattr(hitrows.page, "__kwdefaults__", {"size": 2})
    ids = [stopped(case, desk.mei, groups[0], now=later(minutes=n % 2)).id for n in range(5)]
    sun, path, seen = as_(desk.sun), f"/risk/hits?{RANGE}", []
    while path:
        page = sun.get(path).text
        seen += attempts(page)
        after = re.search(r'href="([^"]+before=\d+[^"]*)"', page)
        path = after and after[1].replace("&amp;", "&")
    assert sorted(seen) == ids
    assert len(seen) == 5


def test_the_trend_counts_each_week(desk, wallet, case, groups):
    frozen = groups[0]
    for days in (0, 1, -7, -14, -14):
        stopped(case, desk.mei, frozen, now=later(days=days))
    stopped(case, desk.ken, None)
    asked = hitrows.Chosen(date(2026, 10, 19), date(2026, 11, 8), UTC)
    trend = hittrend.trend(desk.sun, asked)
    assert trend.weeks == [date(2026, 10, 19), date(2026, 10, 26), date(2026, 11, 2)]
    assert [(one.name, one.counts, one.total) for one in trend.series] == [
        ("Frozen", [2, 1, 2], 5),
        ("Look-alike", [0, 0, 1], 1),
    ]
    assert trend.most == 2
    by = {
        name: [
            (one.name, one.total)
            for one in hittrend.trend(desk.sun, replace(asked, by=name)).series
        ]
        for name in ("agent", "project")
    }
    assert by == {"agent": [("Mei", 5), ("Ken", 1)], "project": [("Wallet", 6)]}


def test_a_renamed_group_is_one_line_and_many_are_added_up(desk, wallet, sun, case, groups):
    frozen = groups[0]
    stopped(case, desk.mei, frozen)
    changes.change_group(frozen, name="Ice", by=sun, now=START)
    stopped(case, desk.mei, frozen)
    for number in range(12):
        other = changes.create_group(f"Group {number}", projects=[wallet], by=sun, now=START)
        stopped(case, desk.mei, other)
    asked = hitrows.Chosen(date(2026, 11, 2), date(2026, 11, 8), UTC)
    series = hittrend.trend(desk.sun, asked).series
    assert (series[0].name, series[0].total) == ("Ice", 2)
    assert len(series) == hittrend.MOST_SERIES + 1
    assert sum(one.total for one in series) == 14


@pytest.mark.parametrize(
    ("since", "until", "weeks"),
    [
        (date(2026, 11, 2), date(2026, 11, 2), [date(2026, 11, 2)]),
        (date(2026, 11, 1), date(2026, 11, 2), [date(2026, 10, 26), date(2026, 11, 2)]),
    ],
)
def test_weeks_begin_on_mondays(since, until, weeks):
    assert hittrend.mondays(since, until) == weeks


def test_of_a_long_range_the_last_weeks_are_shown():
    found = hittrend.mondays(date(2020, 1, 1), date(2026, 11, 2))
    assert len(found) == hittrend.MOST_WEEKS
    assert found[-1] == date(2026, 11, 2)


def test_the_list_is_exported_whole_and_safe(desk, as_, case, groups, monkeypatch):
    monkeypatch.setattr(hitrows.every, "__kwdefaults__", {"size": 2})
    hostile = {"text": '=HYPERLINK("http://x")', "reason": "@SUM(1)"}
    ids = [stopped(case, desk.mei, groups[0], now=later(minutes=n)).id for n in range(4)]
    ids.append(stopped(case, desk.mei, None, now=later(minutes=9), **hostile).id)
    response = as_(desk.sun).get(f"/risk/hits.csv?{RANGE}")
    rows = list(csv.DictReader(io.StringIO(response.text.lstrip("\ufeff"))))
    assert [int(row["attempt"]) for row in rows] == ids[::-1]
    assert rows[0]["text"] == '\'=HYPERLINK("http://x")'
    assert rows[0]["reason"] == "'@SUM(1)"
    assert rows[1]["groups"] == "Frozen"
    assert rows[1]["customer"] == "Maria"
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_the_page_asks_as_much_for_many_as_for_few(desk, as_, case, groups, queries):
    sun = as_(desk.sun)
    counts = []
    for many in (1, 40):
        for number in range(many):
            stopped(case, desk.mei, groups[0], now=later(minutes=number))
        with queries() as seen:
            sun.get(f"/risk/hits?{RANGE}")
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[1] < 20


def test_a_hundred_thousand_attempts_are_read_quickly(desk, as_, case, groups, full):
    many = 100_000 if full else 2_000
    filled(case, desk, groups[0], many)
    response = as_(desk.sun).get(f"/risk/hits?{RANGE}")
    assert response.status_code == 200
    assert f"<span>{many}</span>" in response.text


def filled(case, desk, group, many):
    """Put many attempts into two months, each with a hit, past the session."""
    row = {
        "project_id": case.project_id,
        "customer_id": case.customer_id,
        "conversation_id": case.id,
        "surface": "reply",
        "text": TEXT,
        "digest": "d",
        "stamp": "s",
        "stop": "confirm",
        "outcome": "cancelled",
        "reason": "",
    }
    agents = (desk.mei.id, desk.ken.id)
    rows = [
        row | {"id": n + 1, "agent_id": agents[n % 2], "asked_at": later(seconds=-n * 20)}
        for n in range(many)
    ]
    place = {"kind": "fragment", "word": "T9yD", "action": "confirm", "starts": 18, "ends": 22}
    hits = [
        place | {"attempt_id": n + 1, "group_id": group.id, "group_name": group.name}
        for n in range(many)
    ]
    for start in range(0, many, 5_000):
        db.session.execute(insert(RiskAttempt), rows[start : start + 5_000])
        db.session.execute(insert(RiskHit), hits[start : start + 5_000])
    commit()
