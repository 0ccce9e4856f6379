"""Ranges: whole days of a zone, also where a day has 23 hours or no midnight."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from support.refusals import BadDate, RangeBackward, RangeTooLong
from support.reports import spans
from support.reports.spans import Span

BERLIN, BEIRUT, HAVANA = (
    ZoneInfo("Europe/Berlin"),
    ZoneInfo("Asia/Beirut"),
    ZoneInfo("America/Havana"),
)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def read(first="", last="", zone=BERLIN, now=NOON):
    return spans.read(first, last, zone=zone, now=now)


def test_nothing_typed_is_the_last_thirty_days():
    assert (read().first, read().last) == (date(2026, 10, 25), date(2026, 11, 23))
    assert len(read()) == 30


def test_a_day_begins_at_its_zones_midnight():
    span = read("2026-11-02", "2026-11-02")
    assert span.start == datetime(2026, 11, 1, 23, 0, tzinfo=UTC)
    assert span.end - span.start == timedelta(hours=24)


def test_the_night_the_clocks_go_forward_has_an_hour_less():
    assert (night := read("2026-03-29", "2026-03-29")).end - night.start == timedelta(hours=23)
    assert (night := read("2026-10-25", "2026-10-25")).end - night.start == timedelta(hours=25)


def test_a_day_without_midnight_begins_after_the_gap():
    night = read("2026-03-29", "2026-03-29", BEIRUT)
    assert night.start == datetime(2026, 3, 28, 22, 0, tzinfo=UTC)
    assert night.end - night.start == timedelta(hours=23)


def test_days_neither_overlap_nor_leave_a_gap():
    for zone in (BERLIN, BEIRUT, HAVANA):
        first = date(2026, 1, 1)
        for number in range(365):
            today = Span(first + timedelta(number), first + timedelta(number), zone)
            tomorrow = Span(today.last + timedelta(1), today.last + timedelta(1), zone)
            assert today.end == tomorrow.start
            assert today.start.astimezone(zone).date() == today.first
            assert (today.start - timedelta(microseconds=1)).astimezone(zone).date() < today.first


def test_what_came_before_is_as_long():
    before = read("2026-11-01", "2026-11-07").previous()
    assert (before.first, before.last) == (date(2026, 10, 25), date(2026, 10, 31))


def test_one_end_alone_is_enough():
    assert read(first="2026-11-20").last == date(2026, 11, 23)
    assert read(last="2026-11-10").first == date(2026, 10, 12)
    assert read(first="2027-01-01").last == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("first", "last", "refusal"),
    [
        ("2026-11-07", "2026-11-01", RangeBackward),
        ("2016-11-07", "2026-11-01", RangeTooLong),
        ("2026-02-30", "", BadDate),
        ("yesterday", "", BadDate),
        ("", "9999-12-31", BadDate),
        ("0001-01-01", "0001-01-02", BadDate),
        ("2026-11-01<script>", "", BadDate),
    ],
)
def test_a_bad_range_is_refused(first, last, refusal):
    with pytest.raises(refusal):
        read(first, last)
