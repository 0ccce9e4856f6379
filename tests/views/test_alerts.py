"""Alerts: counted at the bell, listed newest first, seen once the agent has looked."""

import re

import pytest
from sqlalchemy import func, select

from support import alerts, collaboration, notes, transfer
from support.db import commit
from support.models import Alert
from support.models.alerts import ALERTS
from support.views import alerts as views
from tests.factories import START, later, make_agent


@pytest.fixture
def case(desk):
    return desk.case(holder=desk.mei)


@pytest.fixture
def named(desk, case):
    """Name Sun in a note."""
    note = notes.write(case, "@Sun, look <b>", by=desk.mei, now=START, client_key=None)
    commit()
    return note


@pytest.mark.parametrize("kind", ALERTS)
def test_every_kind_has_its_sentence_and_its_picture(kind):
    assert kind in views.SENTENCES
    assert kind in views.ICONS


def count(page):
    return int(re.search(r'id="alerts-count"[^>]*data-count="(\d+)"', page.text).group(1))


def test_the_bell_counts_and_the_page_lists_the_newest_first(desk, case, named, as_):
    alerts.tell([desk.sun.id], case, "lead", by=desk.mei, now=later(minutes=1))
    commit()
    sun = as_(desk.sun)
    assert count(sun.get("/")) == count(sun.get("/counters")) == 2
    page = sun.get("/alerts").text
    assert page.index("asks for the lead") < page.index("named you in a note")
    assert "@Sun, look &lt;b&gt;" in page
    assert f'href="/conversations/{case.id}"' in page


def test_an_alert_is_nobody_elses(desk, named, as_):
    for agent in (desk.mei, desk.olga, desk.ken, desk.zoe):
        page = as_(agent).get("/alerts")
        assert count(page) == 0
        assert "named you" not in page.text


def test_looking_at_the_conversation_marks_its_alerts_as_seen(desk, case, named, as_, look):
    sun, mei = as_(desk.sun), as_(desk.mei)
    assert mei.post(f"/conversations/{case.id}/alerts", htmx=True).status_code == 204
    assert count(sun.get("/")) == 1
    assert sun.post(f"/conversations/{case.id}/alerts", htmx=True).status_code == 204
    page = sun.get("/alerts")
    assert count(page) == 0
    assert "named you in a note" in page.text
    assert "data-fresh" not in page.text


def test_all_are_marked_as_seen(desk, case, named, as_, look):
    alerts.tell([desk.ken.id], case, "waiting", by=None, now=START)
    commit()
    assert as_(desk.sun).post("/alerts/seen").status_code == 303
    unseen = select(func.count()).select_from(Alert).where(Alert.seen_at.is_(None))
    with look() as rows:
        assert rows.scalar(unseen) == 1  # Ken's


def test_an_alert_of_a_conversation_that_was_lost_is_not_shown(desk, case, as_):
    notes.write(case, "@Mei", by=desk.sun, now=START, client_key=None)
    commit()
    assert count(as_(desk.mei).get("/")) == 1
    transfer.transfer(case, to=desk.ken, by=desk.mei, note="", now=later(minutes=1))
    commit()
    mei = as_(desk.mei)
    assert count(mei.get("/")) == 0
    assert "named you" not in mei.get("/alerts").text
    assert mei.post(f"/conversations/{case.id}/alerts", htmx=True).status_code == 409


def test_a_note_marks_whom_it_names_and_nothing_else(desk, case, named, as_):
    page = as_(desk.mei).get(f"/conversations/{case.id}").text
    assert '<strong class="sb-mention">@Sun</strong>, look &lt;b&gt;' in page
    answer = as_(desk.mei).post(
        f"/conversations/{case.id}/notes", {"text": "@sun and @Zoe", "client_key": "k"}, htmx=True
    )
    assert '<strong class="sb-mention">@sun</strong> and @Zoe' in answer.text


def test_names_with_spaces_and_marks_are_text(desk, case, as_):
    make_agent("Sun <i> Li", role="owner")
    notes.write(case, "@Sun <i>  Li!", by=desk.mei, now=START, client_key=None)
    commit()
    page = as_(desk.mei).get(f"/conversations/{case.id}").text
    assert '<strong class="sb-mention">@Sun &lt;i&gt;  Li</strong>!' in page


def test_whom_a_note_can_name_is_who_sees_the_conversation(desk, case, as_):
    def offered(browser):
        found = browser.get(f"/conversations/{case.id}/mentions").text
        return re.findall(r'data-name="(\w+)"', found)

    mei = as_(desk.mei)
    assert offered(mei) == ["Ada", "Olga", "Sun"]
    collaboration.add(case, desk.ken, by=desk.sun, now=START)
    commit()
    assert offered(mei) == ["Ada", "Ken", "Olga", "Sun"]
    assert as_(desk.zoe).get(f"/conversations/{case.id}/mentions").status_code == 404


def test_earlier_alerts_are_a_click_away_and_none_is_missing(desk, case, as_, monkeypatch):
    monkeypatch.setattr(views, "MOST", 2)
    views._listed.cache_clear()
    for number in range(5):
        notes.write(
            case, f"@Sun look {number}", by=desk.mei, now=later(minutes=number), client_key=None
        )
    commit()
    sun, path, told = as_(desk.sun), "/alerts", []
    while path:
        page = sun.get(path).text
        told += re.findall(r"<q[^>]*>@Sun look (\d)</q>", page)
        more = re.search(r'href="(/alerts\?before=\d+)"', page)
        path = more and more.group(1)
    views._listed.cache_clear()
    assert told == ["4", "3", "2", "1", "0"]
    assert sun.get("/alerts?before=x").status_code < 500
