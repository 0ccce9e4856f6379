"""Calendars and promised times as pages: what is typed is kept, and every refusal is said there."""

import pytest

from support import calendars
from support.db import commit
from support.models import Calendar, Project
from support.refusals import BadDuration, BadSpan
from support.sla import policies
from support.sla.promise import Asked
from support.views import written
from tests.factories import START

pytestmark = pytest.mark.one_database

OFFICE = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
FORM = {
    "form": "calendar",
    "name": "Office",
    "zone": "Europe/Berlin",
    "mon": "9-12:30, 13:30-18:00",
    "fri": "22:00-06:00",
    "exceptions": "2026-12-24 09:00-13:00",
    "holidays": "12-25 Christmas Day\n2027-03-26 Good Friday",
}


@pytest.fixture
def office(desk):
    calendar = calendars.create(desk.wallet, "Office", weekly=OFFICE, by=desk.olga, now=START)
    commit()
    return calendar


@pytest.fixture
def sun(as_, desk):
    return as_(desk.sun)


@pytest.fixture
def at(desk):
    return f"/projects/{desk.wallet.id}"


def test_a_calendar_is_made_and_shown_as_it_was_typed(sun, at, look):
    assert 'value="09:00-17:00"' in sun.get(f"{at}/calendars/new").text
    answer = sun.post(f"{at}/calendars", FORM)
    assert answer.status_code == 303
    page = sun.get(answer.location).text
    assert "The calendar is saved." in page
    assert "Europe/Berlin" in page
    with look() as rows:
        calendar = rows.query(Calendar).one()
        week = {"mon": [["09:00", "12:30"], ["13:30", "18:00"]], "fri": [["22:00", "06:00"]]}
        assert calendar.current.weekly == week
        number = calendar.id
    page = sun.get(f"{at}/calendars/{number}").text
    assert 'value="09:00-12:30, 13:30-18:00"' in page
    assert "12-25 Christmas Day\n2027-03-26 Good Friday</textarea>" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"mon": "nine to five"}, "is not a span of opening hours"),
        ({"mon": "09:00-17:00, 16:00-18:00"}, "“09:00-17:00” and “16:00-18:00” overlap"),
        ({"mon": "", "fri": ""}, "These hours never open"),
        ({"zone": "Mars"}, "is not a time zone"),
        ({"holidays": "02-29 Leap day"}, "29 February is not in every year"),
        ({"exceptions": "tomorrow 09:00-13:00"}, "“tomorrow” is not a day"),
        ({"name": " "}, "A name needs"),
    ],
)
def test_a_refused_calendar_keeps_what_was_typed(sun, at, typed, said):
    sun.get(f"{at}/calendars/new")
    page = sun.post(f"{at}/calendars", FORM | typed)
    assert page.status_code == 422
    assert said in page.text
    for name in FORM.keys() - typed.keys() - {"form"}:
        assert FORM[name] in page.text


def test_a_change_is_a_version(sun, at, office, look):
    page = sun.post(f"{at}/calendars/{office.id}", FORM | {"name": "Days"})
    assert page.status_code == 303
    with look() as rows:
        calendar = rows.get(Calendar, office.id)
        assert (calendar.name, calendar.version) == ("Days", 2)


def test_a_calendar_in_use_says_by_what(sun, at, desk, office):
    policies.change(
        desk.wallet,
        targets={("standard", "resolution"): Asked(60, office)},
        by=desk.olga,
        now=START,
    )
    commit()
    assert "used by SLA" in sun.get(f"{at}/calendars").text
    page = sun.post(f"{at}/calendars/{office.id}/removal", {"form": "removal"})
    assert page.status_code == 409
    assert "“Office” is still used by SLA" in page.text


def test_an_unused_calendar_is_removed(sun, at, office):
    page = sun.post(f"{at}/calendars/{office.id}/removal", {"form": "removal"})
    assert "Office is removed." in sun.get(page.location).text
    assert sun.get(f"{at}/calendars/{office.id}").status_code == 404


def test_a_calendar_of_another_project_is_nowhere_here(sun, at, desk):
    foreign = calendars.create(desk.market, "Market", weekly=OFFICE, by=desk.olga, now=START)
    commit()
    assert sun.get(f"{at}/calendars/{foreign.id}").status_code == 404
    fields = {"standard-resolution": "5m", "standard-resolution-calendar": foreign.id}
    assert sun.post(f"{at}/sla", fields).status_code == 404


def test_the_shipped_times_are_shown_and_edited(sun, at, desk, office, look):
    page = sun.get(f"{at}/sla").text
    assert "shipped with" in page
    assert 'name="urgent-resolution" value="2h"' in page
    fields = {
        "form": "sla",
        "standard-first_response": "1h 30m",
        "standard-first_response-calendar": office.id,
        "urgent-acceptance": "",
        "pause_waiting": "1",
        "stage-0": "75",
        "stage-0-unit": "percent",
        "stage-0-assignee": "1",
        "stage-0-act": "none",
        "stage-1": "10",
        "stage-1-unit": "minutes",
        "stage-1-act": "escalate",
        "stage-2": "",
    }
    page = sun.post(f"{at}/sla", fields)
    text = sun.get(page.location).text
    assert "The promised times are saved." in text
    assert "Nothing is promised for:" in text
    with look() as rows:
        policy = policies.current(rows.get(Project, desk.wallet.id))
    assert policy.target("standard", "first_response").seconds == 5_400
    assert policy.target("standard", "first_response").calendar_id == office.id
    assert policy.target("standard", "resolution").seconds == 1_800
    assert (policy.pause_waiting, policy.pause_snoozed) == (True, False)
    assert [stage.key for stage in policy.stages] == ["75%", "+10"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"standard-resolution": "soon"}, "“soon” is not a length of time"),
        ({"standard-resolution": "0"}, "A target is at least 1 second"),
        ({"standard-resolution": "4000d"}, "A target is at least 1 second"),
        ({"stage-0": "150", "stage-0-unit": "percent"}, "A reminder comes at 1 to 99 % of"),
        ({"stage-0": "x"}, "A reminder comes at 1 to 99 % of"),
        ({"stage-0": "50", "stage-0-unit": "percent", "stage-0-act": "none"}, "Choose who gets"),
        ({"stage-0": "5", "stage-0-unit": "minutes", "stage-0-act": "fly"}, "“fly” is not one"),
    ],
)
def test_refused_times_keep_what_was_typed(sun, at, typed, said):
    fields = {"form": "sla", "urgent-first_response": "7m 7s"} | typed
    page = sun.post(f"{at}/sla", fields)
    assert page.status_code == 422
    assert said in page.text
    assert 'value="7m 7s"' in page.text
    for name, value in typed.items():
        if not name.endswith(("-unit", "-act")):
            assert f'name="{name}" value="{value}"' in page.text


def test_a_message_on_friday_half_past_four_is_foretold(sun, at, desk, office):
    policies.change(
        desk.wallet,
        targets={("standard", "resolution"): Asked(3_600, office)},
        by=desk.olga,
        now=START,
    )
    commit()
    page = sun.get(f"{at}/sla?tier=standard&at=2026-11-20T16:30").text
    assert "due Monday, 23 November 2026 at 09:30" in page
    assert "due Friday, 20 November 2026 at 16:35" in page
    assert "16:30\u201317:00" in page
    assert sun.get(f"{at}/sla?tier=gold&at=0001-01-01T00:00").status_code == 200


def test_the_preview_asks_about_the_coming_friday_by_itself(sun, at):
    assert 'T16:30"' in sun.get(f"{at}/sla").text


def test_the_pages_speak_chinese(sun, at, office):
    assert "Office" in sun.get(f"{at}/calendars/{office.id}?language=zh").text
    assert sun.get(f"{at}/sla?language=zh").status_code == 200


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("9-17", [["09:00", "17:00"]]),
        ("9:00 \u2013 12:30; 13.30~18:00", [["09:00", "12:30"], ["13:30", "18:00"]]),
        (
            "\uff19\uff1a00\uff0d12:00\u300113:00\u81f318:00",
            [["09:00", "12:00"], ["13:00", "18:00"]],
        ),
    ],
)
def test_spans_are_read_as_people_type_them(text, expected):
    assert written.spans_in(text) == expected


@pytest.mark.parametrize("text", ["9", "9-", "9-12-17", "nine-five", "9:5-10", "123-456"])
def test_what_is_no_span_is_refused(text):
    with pytest.raises(BadSpan):
        written.spans_in(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("5m", 300), ("5", 300), ("1h 30m", 5_400), ("1H30M", 5_400), ("45 s", 45), ("2d", 172_800)],
)
def test_lengths_of_time_are_read_and_written(text, seconds):
    assert written.seconds_in(text) == seconds
    assert written.seconds_in(written.length(seconds)) == seconds


@pytest.mark.parametrize("text", ["soon", "-5", "5x", "1.5h", "5m x", "9" * 12])
def test_what_is_no_length_of_time_is_refused(text):
    with pytest.raises(BadDuration):
        written.seconds_in(text)


def test_nothing_written_is_nothing_promised():
    assert written.seconds_in("  ") is None
