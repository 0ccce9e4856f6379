"""Opening hours: weekly spans on the wall's clock, past midnight too."""

from datetime import UTC, datetime

import pytest

from support import hours
from support.refusals import BadSpan, NeverOpen, SpansOverlap, TooManySpans

BERLIN = "Europe/Berlin"
OFFICE = {"mon": [["09:00", "12:00"], ["13:00", "17:30"]], "tue": [["09:00", "17:00"]]}
NIGHT = {"fri": [["22:00", "06:00"]], "sun": [["20:00", "24:00"]]}


def of(table, zone=BERLIN):
    return None if table is None else hours.hours_from(zone, table)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("table", "instant", "expected"),
    [
        (None, "2026-11-01 03:00", True),
        (OFFICE, "2026-11-02 07:59", False),  # 8:59 in Berlin
        (OFFICE, "2026-11-02 08:00", True),
        (OFFICE, "2026-11-02 11:00", False),
        (OFFICE, "2026-11-02 16:29", True),
        (OFFICE, "2026-11-02 16:30", False),
        (NIGHT, "2026-11-06 21:00", True),  # Friday, 22:00
        (NIGHT, "2026-11-07 04:59", True),  # Saturday, 5:59
        (NIGHT, "2026-11-07 05:00", False),
        (NIGHT, "2026-11-08 22:59", True),
        (NIGHT, "2026-11-08 23:00", False),
    ],
)
def test_open_or_closed(table, instant, expected):
    assert hours.is_open(of(table), at(instant)) is expected


def test_on_the_night_the_clock_changes_the_wall_counts():
    early = {"sun": [["00:00", "04:00"]]}
    assert hours.is_open(of(early), at("2026-10-25 02:59"))  # 3:59, an hour later than usual
    assert not hours.is_open(of(early), at("2026-10-25 03:00"))
    assert hours.is_open(of(early), at("2026-03-29 01:59"))
    assert not hours.is_open(of(early), at("2026-03-29 02:00"))


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("2026-11-02 08:30", "2026-11-02 08:30"),
        ("2026-11-02 11:10", "2026-11-02 12:00"),
        ("2026-11-03 20:00", "2026-11-09 08:00"),
        ("2026-10-24 12:00", "2026-10-26 08:00"),  # over the change of the clock
    ],
)
def test_the_next_opening(instant, expected):
    assert hours.opens_at(of(OFFICE), at(instant)) == at(expected)


def test_an_opening_a_week_ahead_is_found():
    once = {"mon": [["09:00", "09:30"]]}
    assert hours.opens_at(of(once, "UTC"), at("2026-11-02 09:30")) == at("2026-11-09 09:00")


def test_a_good_table_is_kept_and_closed_days_are_left_out():
    assert hours.checked({"mon": [[" 09:00 ", "17:00"]], "tue": []}) == {
        "mon": [["09:00", "17:00"]]
    }
    assert hours.checked(None) is None


@pytest.mark.parametrize(
    "bad",
    [
        {"mon": [["9:00", "17:00"]]},
        {"mon": [["09:00", "09:00"]]},
        {"mon": [["24:00", "09:00"]]},
        {"mon": [["09:00"]]},
        {"mon": [7]},
        {"mon": "09:00-17:00"},
        {"monday": [["09:00", "17:00"]]},
        ["mon"],
    ],
)
def test_a_bad_span_gets_its_sentence(bad):
    with pytest.raises(BadSpan):
        hours.checked(bad)


def test_hours_that_never_open_are_refused():
    with pytest.raises(NeverOpen):
        hours.checked({"mon": []})


@pytest.mark.parametrize(
    "table",
    [
        {"mon": [["09:00", "12:00"], ["11:59", "13:00"]]},
        {"mon": [["09:00", "12:00"], ["09:00", "12:00"]]},
        {"mon": [["22:00", "06:00"]], "tue": [["05:00", "12:00"]]},
        {"sun": [["22:00", "06:00"]], "mon": [["05:59", "12:00"]]},
        {"sat": [["10:00", "09:00"], ["12:00", "13:00"]]},
    ],
)
def test_spans_that_overlap_are_refused_over_midnight_too(table):
    with pytest.raises(SpansOverlap):
        hours.checked(table)


def test_spans_may_touch_and_are_kept_in_their_order():
    table = {"sun": [["22:00", "06:00"]], "mon": [["12:00", "24:00"], ["06:00", "12:00"]]}
    kept = hours.checked(table)
    assert kept["mon"] == [["06:00", "12:00"], ["12:00", "24:00"]]


def test_a_day_has_only_so_many_spans():
    minutes = [[f"09:{minute:02}", f"09:{minute + 1:02}"] for minute in range(25)]
    with pytest.raises(TooManySpans):
        hours.checked({"mon": minutes})
