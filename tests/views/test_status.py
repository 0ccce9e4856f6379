"""Parked, answered without words, resolved: what the page does, and what it shows of it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from support import status, sweeps
from support.db import commit, utcnow
from support.models import Conversation, Resolution
from tests.factories import answer, say

FIVE = timedelta(seconds=5)


@pytest.fixture
def case(desk):
    return desk.case(holder=desk.mei, now=utcnow())


@pytest.fixture
def mei(as_, desk):
    return as_(desk.mei)


def now_of(look, case):
    with look() as rows:
        return rows.get_one(Conversation, case.id)


def test_a_snooze_is_shown_on_page_and_row(case, desk, mei, look):
    desk.wallet.timezone = "Asia/Tokyo"
    commit()
    response = mei.post(f"/conversations/{case.id}/snooze", {"choice": "tomorrow"})
    assert response.status_code == 303
    seen = now_of(look, case)
    assert seen.status == "snoozed"
    until = seen.snoozed_until.astimezone(ZoneInfo("Asia/Tokyo"))
    assert (until.hour, until.minute) == (9, 0)
    page = mei.get(f"/conversations/{case.id}").text
    assert page.count("Snoozed until") == 3  # row, head, profile
    assert "Resume now" in page


def test_an_own_time_that_has_passed_is_refused_with_what_was_typed(case, mei, look):
    response = mei.post(f"/conversations/{case.id}/snooze", {"until": "2020-01-01T10:00"})
    assert response.status_code == 422
    assert "Choose a time between now and 365 days from now." in response.text
    assert 'value="2020-01-01T10:00"' in response.text
    assert now_of(look, case).status == "open"


def test_htmx_is_told_the_refusal_alone(case, mei):
    fields = {"until": "soon"}
    response = mei.post(f"/conversations/{case.id}/snooze", fields, htmx=True)
    assert response.status_code == 422
    assert "<main" not in response.text


def test_waiting_and_resuming(case, mei, look):
    mei.post(f"/conversations/{case.id}/waiting")
    assert now_of(look, case).status == "waiting"
    assert mei.get("/").text.count("Waiting on customer") == 1
    mei.post(f"/conversations/{case.id}/resumption")
    assert now_of(look, case).status == "open"


def test_no_reply_needed_is_refused_when_nothing_waits(case, desk, mei):
    assert mei.post(f"/conversations/{case.id}/no-reply").status_code == 303
    answer(case, by=desk.mei, now=utcnow())
    commit()
    response = mei.post(f"/conversations/{case.id}/no-reply")
    assert response.status_code == 422
    assert "Nothing of the customer waits for a reply here." in response.text


def test_resolving_can_be_undone_from_any_page_of_the_desk(case, mei, look):
    response = mei.post(f"/conversations/{case.id}/resolution", htmx=True)
    assert f'id="undo-{case.id}"' in response.text
    assert now_of(look, case).status == "open"
    for address in (f"/conversations/{case.id}", "/?view=resolved", "/rows"):
        assert f'id="undo-{case.id}"' in mei.get(address).text
    response = mei.post(f"/conversations/{case.id}/resolution/undo", htmx=True)
    assert "undo-" not in response.text
    with look() as rows:
        assert rows.scalars(select(Resolution)).one().undone_at is not None


def test_it_takes_effect_after_five_seconds_with_the_click_as_its_time(case, mei, look):
    mei.post(f"/conversations/{case.id}/resolution")
    sweeps.finish(now=utcnow() + FIVE)
    seen = now_of(look, case)
    assert seen.is_resolved
    assert seen.resolved_at < utcnow()
    assert f'id="undo-{case.id}"' not in mei.get("/").text
    late = mei.post(f"/conversations/{case.id}/resolution/undo", htmx=True)
    assert late.status_code == 409
    assert "That is final now." in late.text


def test_a_click_that_was_overtaken_is_not_offered_any_more(case, desk, mei):
    mei.post(f"/conversations/{case.id}/resolution")
    say(desk.wallet, "one more thing", now=utcnow())
    commit()
    assert "undo-" not in mei.get("/").text


def test_a_colleagues_click_is_his_to_undo(case, desk, as_):
    status.resolve(case, by=desk.mei, now=utcnow())
    commit()
    assert "undo-" not in as_(desk.sun).get(f"/conversations/{case.id}").text


def test_the_menu_is_the_holders(case, desk, as_):
    assert 'id="park-menu"' in as_(desk.mei).get(f"/conversations/{case.id}").text
    assert 'id="park-menu"' not in as_(desk.sun).get(f"/conversations/{case.id}").text
