"""Business time against a walk that knows the zone's clock and nothing of how we count.

The oracle looks at the wall's clock minute by minute and asks whether what it shows lies in a
span. Zones are those with the strangest nights; the years are those of whole-minute offsets.
"""

import os
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support import hours
from support.refusals import DueTooFar, NeverOpen

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
COUNT = 3_000 if os.environ.get("SWITCHBOARD_FULL") == "1" else 120
# A moment before a change of the clock, or a night to which something happens.
NIGHTS = {
    "Europe/Berlin": ("2026-03-28 20:00", "2026-10-24 20:00", "2028-02-28 12:00"),
    "America/New_York": ("2026-03-07 20:00", "2026-10-31 20:00"),
    "America/St_Johns": ("2006-10-28 20:00", "2007-03-10 20:00"),  # at one minute past midnight
    "America/Havana": ("2026-03-07 20:00", "2026-10-31 20:00"),  # at midnight
    "Asia/Beirut": ("2026-03-28 12:00", "2026-10-24 12:00"),
    "Australia/Lord_Howe": ("2026-04-04 10:00", "2026-10-03 10:00"),  # by half an hour
    "Africa/Casablanca": ("2026-02-14 20:00", "2026-03-21 20:00"),  # for the month of fasting
    "Pacific/Apia": ("2011-12-29 06:00", "2011-12-30 06:00", "2012-03-31 08:00"),  # a day missing
    "Pacific/Kwajalein": ("1993-08-20 06:00",),
    "Asia/Kathmandu": ("1985-12-31 12:00", "2026-06-01 00:00"),
    "America/Sao_Paulo": ("2018-11-03 20:00", "2018-02-17 20:00"),
    "UTC": ("2024-02-28 20:00", "2100-02-28 20:00"),
}


class Walk:
    """A zone's clock, read every minute; and what a person would call open."""

    def __init__(self, zone, weekly, exceptions, holidays, begins):
        self.zone, self.weekly = ZoneInfo(zone), weekly
        self.exceptions, self.holidays = exceptions, holidays
        self.begins = begins.replace(second=0, microsecond=0)

    def spans(self, day):
        if day.isoformat() in self.exceptions:
            return self.exceptions[day.isoformat()]
        if day.isoformat() in self.holidays or day.isoformat()[5:] in self.holidays:
            return []
        return self.weekly.get(DAYS[day.weekday()], [])

    def is_open(self, instant):
        shown = instant.astimezone(self.zone)
        now = shown.strftime("%H:%M")
        for opens, closes in self.spans(shown.date()):
            if opens <= now and (now < closes or closes < opens):
                return True
        for opens, closes in self.spans(shown.date() - DAY):
            if closes < opens and now < closes:
                return True
        return False

    def passed(self, start, end):
        """Count the open seconds between two instants."""
        seconds, at = 0, start
        while at < end:
            following = min(at.replace(second=0, microsecond=0) + MINUTE, end)
            if self.is_open(at):
                seconds += (following - at) / timedelta(seconds=1)
            at = following
        return int(seconds)

    def due(self, start, seconds, until):
        """Return the first instant at which so many have passed, if that is before `until`."""
        at, left = start, timedelta(seconds=seconds)
        while left and at < until:
            following = at.replace(second=0, microsecond=0) + MINUTE
            if self.is_open(at):
                if following - at >= left:
                    return at + left
                left -= following - at
            at = following
        return None if left else at

    def opens_at(self, start, until):
        at = start
        while at < until:
            if self.is_open(at):
                return at
            at = at.replace(second=0, microsecond=0) + MINUTE
        return None


@st.composite
def days_of_spans(draw):
    """Draw the spans of a day that do not overlap; every other day ends with a night shift."""
    minutes = draw(st.lists(st.integers(0, 287), max_size=6, unique=True).map(sorted))
    times = [f"{number // 12:02}:{number % 12 * 5:02}" for number in minutes]
    spans = [list(pair) for pair in zip(times[::2], times[1::2], strict=False)]
    if draw(st.booleans()):
        begins = draw(st.sampled_from(["18:00", "22:30", "23:55"]))
        ends = draw(st.sampled_from(["24:00", "00:00", "00:05", "02:30", "06:00"]))
        spans = [span for span in spans if span[1] <= begins] + [[begins, ends]]
    return spans


@st.composite
def situations(draw):
    """Draw a calendar and a moment in one of the strange nights, or near it."""
    zone = draw(st.sampled_from(sorted(NIGHTS)))
    night = datetime.fromisoformat(draw(st.sampled_from(NIGHTS[zone]))).replace(tzinfo=UTC)
    start = night + timedelta(seconds=draw(st.integers(-100_000, 100_000)))
    weekly = {day: draw(days_of_spans()) for day in DAYS}
    weekly[draw(st.sampled_from(DAYS))] = [["09:00", "17:00"]]
    near = [(night.date() + DAY * ahead).isoformat() for ahead in range(-2, 5)]
    special = draw(st.lists(st.sampled_from(near), max_size=3, unique=True))
    exceptions = {day: draw(days_of_spans()) for day in special[:1]}
    closed = [day[5:] if draw(st.booleans()) else day for day in special[1:]]
    holidays = {day: "Closed" for day in closed if day != "02-29"}
    return zone, weekly, exceptions, holidays, start


slow = settings(max_examples=COUNT, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@slow
@given(situations(), st.integers(0, 60 * 60 * 30))
def test_due_is_where_the_walk_arrives(situation, seconds):
    zone, weekly, exceptions, holidays, start = situation
    ready = hours.hours_from(zone, weekly, exceptions, holidays)
    until = start + 4 * DAY
    expected = Walk(zone, weekly, exceptions, holidays, start).due(start, seconds, until)
    found = hours.due(ready, start, seconds)
    assert found == expected if expected else found > until


@slow
@given(situations(), st.integers(0, 60 * 60 * 60))
def test_open_seconds_are_those_that_the_walk_counts(situation, length):
    zone, weekly, exceptions, holidays, start = situation
    ready = hours.hours_from(zone, weekly, exceptions, holidays)
    end = start + timedelta(seconds=length)
    walk = Walk(zone, weekly, exceptions, holidays, start)
    assert hours.open_seconds(ready, start, end) == walk.passed(start, end)
    pieces = hours.open_spans(ready, start, end)
    assert sum((b - a for a, b in pieces), timedelta()) == timedelta(
        seconds=hours.open_seconds(ready, start, end)
    )
    assert all(first[1] < second[0] for first, second in pairwise(pieces))


@slow
@given(situations())
def test_open_and_the_next_opening_are_what_the_wall_shows(situation):
    zone, weekly, exceptions, holidays, start = situation
    ready = hours.hours_from(zone, weekly, exceptions, holidays)
    walk, until = Walk(zone, weekly, exceptions, holidays, start), start + 2 * DAY
    assert hours.is_open(ready, start) is walk.is_open(start)
    expected, found = walk.opens_at(start, until), hours.opens_at(ready, start)
    assert found == expected if expected else found >= until


@slow
@given(situations(), st.integers(1, 40 * 60 * 60))
def test_exactly_the_target_has_passed_when_it_is_due(situation, seconds):
    zone, weekly, exceptions, holidays, start = situation
    ready = hours.hours_from(zone, weekly, exceptions, holidays)
    due = hours.due(ready, start, seconds)
    assert hours.open_seconds(ready, start, due) == seconds
    assert hours.open_seconds(ready, start, due - timedelta(microseconds=1)) == seconds - 1


OFFICE = {day: [["09:00", "12:30"], ["13:30", "18:00"]] for day in DAYS[:5]}
BERLIN = hours.hours_from("Europe/Berlin", OFFICE, {}, {"12-25": "Christmas", "2026-11-24": "Fair"})


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        ("2026-11-20 15:30", 30, "2026-11-20 16:00"),  # Friday, 16:30 in Berlin
        ("2026-11-20 15:30", 90, "2026-11-20 17:00"),  # at the closing instant, not on Monday
        ("2026-11-20 15:30", 91, "2026-11-23 08:01"),
        ("2026-11-20 18:00", 5, "2026-11-23 08:05"),
        ("2026-11-23 11:00", 330, "2026-11-25 08:30"),  # over the fair
        ("2026-12-24 16:55", 10, "2026-12-28 08:05"),  # over Christmas and a weekend
        ("2026-11-20 15:30", 0, "2026-11-20 15:30"),
    ],
)
def test_a_message_on_friday_half_past_four(start, minutes, expected):
    assert hours.due(BERLIN, at(start), 60 * minutes) == at(expected)


def test_always_open_counts_around_the_clock():
    start = at("2026-11-20 15:30")
    assert hours.due(None, start, 86_400) == at("2026-11-21 15:30")
    assert hours.open_seconds(None, start, at("2026-11-21 15:30")) == 86_400
    assert hours.open_spans(None, start, start) == []
    assert hours.opens_at(None, start) == start


def test_no_duration_is_negative():
    early, late = at("2026-11-20 10:00"), at("2026-11-20 11:00")
    assert hours.open_seconds(None, late, early) == 0
    assert hours.open_seconds(BERLIN, late, early) == 0
    assert hours.due(BERLIN, late, -5) == late


def test_microseconds_of_the_start_are_kept():
    start = at("2026-11-20 15:30") + timedelta(microseconds=7)
    assert hours.due(BERLIN, start, 60) == start + MINUTE


def test_an_overnight_span_that_begins_before_a_holiday_runs_to_its_end():
    nights = {day: [["22:00", "06:00"]] for day in DAYS}
    ready = hours.hours_from("UTC", nights, {}, {"12-25": "Christmas"})
    assert hours.is_open(ready, at("2026-12-25 05:59"))
    assert not hours.is_open(ready, at("2026-12-25 23:00"))
    assert hours.opens_at(ready, at("2026-12-25 06:00")) == at("2026-12-26 22:00")


def test_an_exception_goes_before_a_yearly_holiday():
    ready = hours.hours_from("UTC", OFFICE, {"2026-12-25": [["10:00", "11:00"]]}, {"12-25": ""})
    assert hours.is_open(ready, at("2026-12-25 10:30"))
    assert not hours.is_open(ready, at("2028-12-25 10:30"))


def test_a_doubled_hour_counts_twice_and_a_missing_one_never():
    night = hours.hours_from("Europe/Berlin", {"sun": [["02:00", "03:00"]]})
    autumn, spring = at("2026-10-24 12:00"), at("2026-03-28 12:00")
    assert hours.open_seconds(night, autumn, autumn + DAY) == 7_200
    assert hours.open_seconds(night, spring, spring + DAY) == 0


def test_what_is_due_in_more_than_ten_years_is_refused():
    seldom = hours.hours_from("UTC", {"mon": [["09:00", "09:01"]]})
    with pytest.raises(DueTooFar, match="10 years"):
        hours.due(seldom, at("2026-11-20 15:30"), 60 * 60 * 24)
    with pytest.raises(DueTooFar):
        hours.due(None, at("2026-11-20 15:30"), 11 * 366 * 86_400)
    assert hours.due(seldom, at("2026-11-20 15:30"), 60 * 520).year == 2036


def test_a_closed_stretch_of_years_is_walked_over():
    week = {day: [["09:00", "17:00"]] for day in DAYS}
    closed = {(date(2026, 1, 1) + DAY * n).isoformat(): "Rebuilding" for n in range(4 * 365)}
    ready = hours.hours_from("UTC", week, {}, closed)
    assert hours.opens_at(ready, at("2026-01-01 10:00")) == at("2029-12-31 09:00")
    assert hours.due(ready, at("2026-01-01 10:00"), 60) == at("2029-12-31 09:01")


def test_hours_that_stay_closed_have_no_next_opening():
    with pytest.raises(NeverOpen):
        hours.opens_at(hours.hours_from("UTC", {}), at("2026-01-01 10:00"))
    with pytest.raises(DueTooFar):
        hours.due(hours.hours_from("UTC", {}), at("2026-01-01 10:00"), 1)


def test_the_same_tables_give_the_same_hours():
    assert hours.hours_from("UTC", OFFICE) is hours.hours_from("UTC", dict(OFFICE))
    assert hours.hours_from("UTC", OFFICE) is not hours.hours_from("Asia/Kathmandu", OFFICE)


def test_spans_of_old_tables_that_overlap_count_once():
    ready = hours.hours_from("UTC", {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]})
    assert hours.open_seconds(ready, at("2026-11-23 00:00"), at("2026-11-24 00:00")) == 4 * 3_600


def test_a_target_that_is_taken_is_due_from_every_start():
    """The worst calendar that can be saved: one span a week, and its next 200 days closed."""
    week, start = {"mon": [["09:00", "10:00"]]}, at("2026-11-02 00:00")
    mondays = [(start + 7 * n * DAY).date().isoformat() for n in range(200)]
    weeks, others, closed = hours.checked_calendar(
        "UTC",
        week,
        {day: [["23:58", "23:59"]] for day in mondays[:100]},
        dict.fromkeys(mondays[100:], "Closed"),
    )
    ready, most = hours.hours_from("UTC", weeks, others, closed), 3_600 * 260
    hours.require_reachable(ready, start, most)
    assert hours.due(ready, start, most) < start + 3653 * DAY
    with pytest.raises(DueTooFar):
        hours.require_reachable(ready, start, 3_600 * 262)
    hours.require_reachable(None, start, 3_600 * 262)
