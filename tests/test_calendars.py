"""Calendars: checked when saved, kept in versions, and what groups open by."""

import pytest
from sqlalchemy import func, select

from support import calendars, groups, hours, routing
from support.db import commit, db
from support.models import CalendarVersion, Event, EventKind, Why
from support.refusals import (
    BadDay,
    BadName,
    BadSpan,
    BadTimezone,
    CalendarInUse,
    CalendarNameTaken,
    CalendarUnfit,
    DayTwice,
    DueTooFar,
    LeapHoliday,
    NeverOpen,
    SpansOverlap,
    TooManyDays,
)
from support.sla import policies
from support.sla.promise import Asked
from tests.factories import START, later
from tests.shifts import arrive, frontline

OFFICE = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
NIGHTS = {"fri": [["22:00", "06:00"]]}


def make(desk, name="Office", **tables):
    return calendars.create(
        desk.wallet, name, by=desk.olga, now=START, **{"weekly": OFFICE} | tables
    )


def versions(calendar):
    count = select(func.count()).where(CalendarVersion.calendar_id == calendar.id)
    return db.session.scalar(count)


def test_a_calendar_has_the_zone_of_its_project_unless_it_says_another(desk):
    assert make(desk).current.zone == "UTC"
    there = make(desk, "Kathmandu", zone="Asia/Kathmandu")
    assert there.current.zone == "Asia/Kathmandu"
    assert hours.is_open(calendars.hours_of(there), START.replace(hour=3, minute=15))
    assert [one.name for one in calendars.listed(desk.wallet)] == ["Kathmandu", "Office"]
    assert calendars.listed(desk.market) == []


@pytest.mark.parametrize(
    ("tables", "refusal"),
    [
        ({"weekly": {}}, NeverOpen),
        ({"weekly": None}, NeverOpen),
        ({"weekly": {"mon": [["09:00", "17:00"], ["16:00", "18:00"]]}}, SpansOverlap),
        ({"zone": "Europe/Atlantis"}, BadTimezone),
        ({"zone": ""}, BadTimezone),
        ({"zone": "../../etc/passwd"}, BadTimezone),
        ({"exceptions": {"2026-12-24": []}}, BadSpan),
        ({"exceptions": {"2026-12-24": [["9", "10"]]}}, BadSpan),
        ({"exceptions": {"12-24": [["09:00", "10:00"]]}}, BadDay),
        ({"exceptions": {"2026-02-29": [["09:00", "10:00"]]}}, BadDay),
        ({"exceptions": {"0001-01-01": [["09:00", "10:00"]]}}, BadDay),
        ({"exceptions": {"2026-12-24": [["22:00", "10:00"]]}}, SpansOverlap),  # Friday opens at 9
        ({"weekly": NIGHTS, "exceptions": {"2026-11-07": [["05:00", "06:00"]]}}, SpansOverlap),
        ({"holidays": {"02-29": "Leap day"}}, LeapHoliday),
        ({"holidays": {"02-30": "Never"}}, BadDay),
        ({"holidays": {"2027-02-29": "Never"}}, BadDay),
        ({"holidays": {"Christmas": ""}}, BadDay),
        ({"holidays": ["12-25"]}, BadDay),
        (
            {"holidays": {"2026-12-24": ""}, "exceptions": {"2026-12-24": [["09:00", "10:00"]]}},
            DayTwice,
        ),
        ({"holidays": {f"{year}-12-24": "" for year in range(1971, 2072)}}, TooManyDays),
    ],
)
def test_bad_tables_get_their_sentence(desk, tables, refusal):
    with pytest.raises(refusal):
        make(desk, **tables)
    assert calendars.listed(desk.wallet) == []


def test_the_29th_of_february_of_one_year_is_a_holiday_like_others(desk):
    calendar = make(desk, holidays={"2028-02-29": "Leap day", "12-25": " Christmas "})
    assert calendar.current.holidays == {"12-25": "Christmas", "2028-02-29": "Leap day"}
    ready = calendars.hours_of(calendar)
    assert not hours.is_open(ready, START.replace(year=2028, month=2, day=29, hour=10))


def test_names_are_good_and_free(desk):
    office, other = make(desk), make(desk, "Other")
    with pytest.raises(BadName):
        make(desk, "  ")
    with pytest.raises(CalendarNameTaken):
        make(desk, "OFFICE")
    with pytest.raises(CalendarNameTaken):
        calendars.change(other, by=desk.olga, now=START, name="office")
    calendars.change(office, by=desk.olga, now=START, name="office")
    with pytest.raises(TypeError):
        make(desk, "Third", colour="red")


def test_a_change_is_a_version_and_the_old_one_stays(desk):
    calendar = make(desk, holidays={"12-25": "Christmas"})
    first, stamp = calendar.current, desk.wallet.sla_stamp
    calendars.change(calendar, by=desk.sun, now=later(days=1), weekly=NIGHTS)
    assert (calendar.version, calendar.current.number, versions(calendar)) == (2, 2, 2)
    assert calendar.current.holidays == {"12-25": "Christmas"}
    assert first.weekly == OFFICE
    assert calendars.hours_of(first) != calendars.hours_of(calendar)
    assert desk.wallet.sla_stamp not in ("", stamp)
    event = db.session.scalar(select(Event).where(Event.kind == EventKind.CALENDAR_CHANGED))
    assert (event.by, event.data["changed"]) == (desk.sun, {"weekly": [OFFICE, NIGHTS]})


def test_a_change_of_the_name_or_of_nothing_makes_no_version(desk):
    calendar = make(desk)
    calendars.change(calendar, by=desk.olga, now=START, weekly=dict(OFFICE))
    assert db.session.scalar(select(Event).where(Event.kind == EventKind.CALENDAR_CHANGED)) is None
    calendars.change(calendar, by=desk.olga, now=START, name="Days")
    assert (calendar.name, calendar.version, versions(calendar)) == ("Days", 1, 1)


def test_a_refused_change_changes_nothing(desk):
    calendar = make(desk)
    with pytest.raises(BadTimezone):
        calendars.change(calendar, by=desk.olga, now=START, name="Days", zone="Nowhere")
    assert (calendar.name, calendar.version) == ("Office", 1)


def test_a_group_opens_by_its_calendar_which_goes_before_its_own_table(desk):
    group = frontline(desk)
    assert calendars.of_group(group) is None
    groups.change(group, by=desk.olga, now=START, hours=NIGHTS)
    assert not hours.is_open(calendars.of_group(group), START)
    groups.change(group, by=desk.olga, now=START, calendar=make(desk))
    assert hours.is_open(calendars.of_group(group), START)
    event = db.session.scalars(
        select(Event).where(Event.kind == EventKind.GROUP_CHANGED).order_by(Event.id.desc())
    ).first()
    assert event.data["changed"] == {"calendar": [None, "Office"]}


def test_a_group_takes_a_calendar_of_its_project_only(desk):
    elsewhere = calendars.create(desk.market, "Office", weekly=OFFICE, by=desk.olga, now=START)
    with pytest.raises(CalendarUnfit):
        groups.change(frontline(desk), by=desk.olga, now=START, calendar=elsewhere)
    removed = make(desk)
    calendars.remove(removed, by=desk.olga, now=START)
    with pytest.raises(CalendarUnfit):
        groups.change(groups.frontline(desk.wallet.id), by=desk.olga, now=START, calendar=removed)


def test_routing_finds_a_group_closed_by_its_calendar(desk, wallet):
    group = frontline(desk)
    calendar = make(desk, holidays={START.date().isoformat(): "Founding day"})
    groups.change(group, by=desk.olga, now=START, calendar=calendar)
    conversation = arrive(wallet)
    assert routing.simulate(wallet, at=START).why == Why.CLOSED
    assert routing.simulate(wallet, at=START).opens_at == later(days=1)
    assert routing.drain(group, now=START) == []
    calendars.change(calendar, by=desk.olga, now=START, holidays={})
    commit()
    assert routing.simulate(wallet, at=START).why != Why.CLOSED
    assert len(routing.drain(group, now=START)) == 1
    assert conversation.assignee is not None


def test_a_calendar_in_use_stays(desk):
    calendar, group = make(desk), frontline(desk)
    groups.change(group, by=desk.olga, now=START, calendar=calendar)
    with pytest.raises(CalendarInUse, match="Frontline"):
        calendars.remove(calendar, by=desk.olga, now=START)
    groups.change(group, by=desk.olga, now=START, calendar=None)
    calendars.remove(calendar, by=desk.olga, now=START)
    assert calendars.listed(desk.wallet) == []
    assert make(desk).id != calendar.id


def test_a_change_by_which_a_promise_could_not_be_kept_is_refused(desk):
    calendar = make(desk)
    key = ("standard", "resolution")
    targets = {key: Asked(60 * 60 * 8, calendar)}
    policies.change(desk.wallet, targets=targets, by=desk.olga, now=START)
    seldom = {"mon": [["09:00", "09:01"]]}
    once = {"2026-11-04": [["00:00", "24:00"]]}
    with pytest.raises(DueTooFar, match="5 years"):
        calendars.change(calendar, by=desk.olga, now=START, weekly=seldom, exceptions=once)
    assert (calendar.version, versions(calendar)) == (1, 1)
    policies.change(desk.wallet, targets={key: None}, by=desk.olga, now=START)
    calendars.change(calendar, by=desk.olga, now=START, weekly=seldom)
    assert calendar.version == 2
