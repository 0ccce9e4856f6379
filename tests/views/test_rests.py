"""Until when a snooze lasts: words and own times are those of the project's clock on the wall."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from support.refusals import SnoozeBad
from support.views import rests

TUESDAY = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)


def local(at, zone):
    return f"{at.astimezone(ZoneInfo(zone)):%a %H:%M}"


def test_each_word_is_said_by_the_projects_clock():
    times = rests.choices("Asia/Tokyo", now=TUESDAY)  # Wednesday 00:00 there
    assert {word: local(at, "Asia/Tokyo") for word, at in times.items()} == {
        "later": "Wed 03:00",
        "tomorrow": "Thu 09:00",
        "monday": "Mon 09:00",
    }


def test_later_today_is_not_offered_when_it_would_be_tomorrow():
    assert "later" in rests.choices("UTC", now=TUESDAY.replace(hour=20))
    assert "later" not in rests.choices("UTC", now=TUESDAY.replace(hour=21))


def test_on_a_sunday_tomorrow_is_monday_and_said_once():
    sunday = datetime(2026, 11, 8, 12, 0, tzinfo=UTC)
    assert "monday" not in rests.choices("UTC", now=sunday)
    asked = rests.chosen("monday", "", "UTC", now=sunday)
    assert asked == datetime(2026, 11, 9, 9, 0, tzinfo=UTC)


def test_on_a_monday_it_is_the_next_one():
    monday = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
    assert rests.choices("UTC", now=monday)["monday"].day == 16


def test_nine_o_clock_stays_nine_over_the_change_of_clocks():
    saturday = datetime(2026, 10, 24, 10, 0, tzinfo=UTC)  # Berlin leaves summer time that night
    tomorrow = rests.choices("Europe/Berlin", now=saturday)["tomorrow"]
    assert tomorrow == datetime(2026, 10, 25, 8, 0, tzinfo=UTC)


def test_an_own_time_is_read_by_the_projects_clock():
    until = rests.chosen("", "2026-12-01T08:30", "Asia/Tokyo", now=TUESDAY)
    assert until == datetime(2026, 11, 30, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["", "tomorrow", "2026-13-01T00:00", "2026-11-03", "9" * 400])
def test_what_is_no_time_is_refused(typed):
    with pytest.raises(SnoozeBad):
        rests.chosen("", typed, "UTC", now=TUESDAY)
