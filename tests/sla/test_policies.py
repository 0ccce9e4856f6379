"""The promise: shipped, edited in versions, covered, and foretold."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import event, func, select

from support import calendars
from support.db import db
from support.models import METRICS, TIERS, Event, EventKind, SlaPolicy
from support.refusals import (
    BadChoice,
    BadStage,
    BadTarget,
    CalendarInUse,
    CalendarUnfit,
    DueTooFar,
    LadderBackwards,
    LadderTwice,
    StageForNobody,
    StageTooEarly,
    StageTwice,
    TooManyStages,
)
from support.sla import policies
from support.sla.promise import SHIPPED, Asked
from support.sla.stages import Stage
from tests.factories import START

FIRST = ("standard", "first_response")
OFFICE = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
FRIDAY = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)


def change(desk, **values):
    return policies.change(desk.wallet, by=desk.sun, now=START, **values)


@pytest.fixture
def office(desk):
    return calendars.create(desk.wallet, "Office", weekly=OFFICE, by=desk.olga, now=START)


@pytest.mark.parametrize(
    ("tier", "minutes"),
    [("standard", (5, 5, 30, 5)), ("escalated", (15, 15, 60, 5)), ("urgent", (1, 1, 120, 5))],
)
def test_the_shipped_promise(desk, tier, minutes):
    policy = policies.current(desk.wallet)
    found = tuple(policy.target(tier, metric).seconds // 60 for metric in METRICS)
    assert (policy.id, policy.version, found) == (None, 0, minutes)
    assert all(target.hours is None for target in policy.targets.values())


def test_shipped_reminders_come_at_half_at_four_fifths_and_at_the_breach():
    assert [(stage.key, stage.to, stage.act) for stage in SHIPPED.stages] == [
        ("50%", ("assignee",), "none"),
        ("80%", ("assignee",), "none"),
        ("+0", ("assignee", "supervisors"), "none"),
    ]


def test_an_edit_makes_a_version_and_the_old_one_stays(desk):
    first = change(desk, targets={FIRST: Asked(600)})
    second = change(desk, targets={FIRST: Asked(700)}, pause_waiting=False)
    assert (first.version, second.version) == (1, 2)
    assert policies.current(desk.wallet) == second
    assert policies.current(desk.market) is SHIPPED
    rows = list(db.session.scalars(select(SlaPolicy).order_by(SlaPolicy.version)))
    assert [policies.read(row) for row in rows] == [first, second]
    assert (first.pause_waiting, second.pause_waiting, second.pause_snoozed) == (True, False, True)
    assert second.target("urgent", "resolution").seconds == 7_200


def test_an_edit_is_recorded_with_before_and_after(desk):
    change(desk, targets={FIRST: Asked(600)})
    deed = db.session.scalar(select(Event).where(Event.kind == EventKind.POLICY_CHANGED))
    assert (deed.by, deed.project_id) == (desk.sun, desk.wallet.id)
    changed = {"standard/first_response": [[300, None], [600, None]]}
    assert deed.data == {"version": 1, "changed": changed}


def test_an_edit_that_changes_nothing_makes_no_version(desk):
    assert change(desk, targets={FIRST: Asked(300)}, stages=SHIPPED.stages) is SHIPPED
    assert db.session.scalar(select(func.count()).select_from(SlaPolicy)) == 0


def test_the_current_promise_is_kept_ready(desk, office):
    change(desk, targets={FIRST: Asked(600, office)})
    asked = []

    def note(*given):
        asked.append(given[2])

    event.listen(db.engine, "before_cursor_execute", note)
    assert policies.current(desk.wallet) is policies.current(desk.wallet)
    event.remove(db.engine, "before_cursor_execute", note)
    assert asked == []


def test_only_so_many_promises_are_kept_ready(desk, monkeypatch):
    monkeypatch.setattr(policies, "KEPT", 1)
    first, stamp = change(desk, targets={FIRST: Asked(600)}), desk.wallet.sla_stamp
    assert policies.current(desk.wallet) is first
    change(desk, targets={FIRST: Asked(700)})
    assert stamp not in policies._kept
    assert policies.current(desk.wallet).target(*FIRST).seconds == 700


def test_a_target_follows_its_calendar(desk, office):
    before = change(desk, targets={FIRST: Asked(3_600, office)})
    calendars.change(office, weekly={"sat": [["10:00", "12:00"]]}, by=desk.olga, now=START)
    after = policies.current(desk.wallet)
    assert (before.version, after.version) == (1, 1)
    assert after.target(*FIRST).hours == calendars.hours_of(office)
    assert after.target(*FIRST).calendar_version_id == office.current.id
    assert before.target(*FIRST).calendar_version_id != office.current.id


def test_what_is_not_promised_is_pointed_out(desk):
    assert policies.coverage(desk.wallet) == []
    change(desk, targets={("urgent", "resolution"): None})
    assert policies.coverage(desk.wallet) == [("urgent", "resolution")]
    assert policies.preview(desk.wallet, "urgent", "resolution", FRIDAY) is None
    change(desk, targets={("urgent", "resolution"): Asked(60)})
    assert policies.coverage(desk.wallet) == []


def test_a_message_on_friday_half_past_four_is_foretold(desk, office):
    change(desk, targets={FIRST: Asked(3_600, office)})
    found = policies.preview(desk.wallet, *FIRST, FRIDAY)
    assert found.due == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    assert [(a.hour, b.hour) for a, b in found.spans] == [(16, 17), (9, 9)]
    around = policies.preview(desk.wallet, "standard", "resolution", FRIDAY)
    assert around.spans == [(FRIDAY, around.due)]


@pytest.mark.parametrize("seconds", [0, -1, 10 * 365 * 86_400])
def test_a_target_of_nothing_or_of_ten_years_is_refused(desk, seconds):
    with pytest.raises(BadTarget):
        change(desk, targets={FIRST: Asked(seconds)})


def test_a_target_that_its_calendar_never_reaches_is_refused(desk):
    seldom = calendars.create(
        desk.wallet, "Seldom", weekly={"mon": [["09:00", "09:05"]]}, by=desk.olga, now=START
    )
    with pytest.raises(DueTooFar):
        change(desk, targets={FIRST: Asked(86_400 * 7, seldom)})
    assert policies.current(desk.wallet).target(*FIRST).seconds == 300


def test_a_calendar_of_another_project_is_refused_and_one_in_use_stays(desk, office):
    foreign = calendars.create(desk.market, "Market", weekly=OFFICE, by=desk.olga, now=START)
    with pytest.raises(CalendarUnfit):
        change(desk, targets={FIRST: Asked(60, foreign)})
    change(desk, targets={FIRST: Asked(60, office)})
    with pytest.raises(CalendarInUse, match="SLA"):
        calendars.remove(office, by=desk.olga, now=START)
    change(desk, targets={FIRST: Asked(60)})
    calendars.remove(office, by=desk.olga, now=START)


@pytest.mark.parametrize("key", [("gold", "resolution"), ("standard", "smile")])
def test_an_unknown_tier_or_metric_is_refused(desk, key):
    with pytest.raises(BadChoice):
        change(desk, targets={key: Asked(60)})
    assert key not in {(tier, metric) for tier in TIERS for metric in METRICS}


TO = ("assignee",)


@pytest.mark.parametrize(
    ("stages", "refusal"),
    [
        ([Stage(to=TO)], BadStage),
        ([Stage(percent=0, to=TO)], BadStage),
        ([Stage(percent=100, to=TO)], BadStage),
        ([Stage(percent=50, minutes=5, to=TO)], BadStage),
        ([Stage(minutes=-1, to=TO)], BadStage),
        ([Stage(minutes=10_081, to=TO)], BadStage),
        ([Stage(minutes=5, to=("mother",))], BadChoice),
        ([Stage(minutes=5, to=TO, act="shout")], BadChoice),
        ([Stage(minutes=5)], StageForNobody),
        ([Stage(percent=50, act="escalate")], StageTooEarly),
        ([Stage(percent=50, to=TO), Stage(percent=50, to=("group",))], StageTwice),
        ([Stage(minutes=n, act="escalate") for n in (5, 9)], LadderTwice),
        ([Stage(minutes=9, act="reassign"), Stage(minutes=5, act="escalate")], LadderBackwards),
        ([Stage(minutes=n, to=TO) for n in range(13)], TooManyStages),
    ],
)
def test_a_ladder_that_leads_nowhere_is_refused(desk, stages, refusal):
    with pytest.raises(refusal) as caught:
        change(desk, stages=stages)
    assert str(caught.value)
    assert policies.current(desk.wallet).stages == SHIPPED.stages


def test_a_ladder_stands_in_its_order(desk):
    rungs = [
        Stage(minutes=15, act="escalate"),
        Stage(minutes=0, to=("assignee", "supervisors")),
        Stage(minutes=5, to=("group",), act="reassign"),
        Stage(percent=80, to=("assignee",)),
    ]
    policy = change(desk, stages=rungs)
    assert [stage.key for stage in policy.stages] == ["80%", "+0", "+5", "+15"]
    assert policy.stages == tuple(reversed([rungs[0], rungs[2], rungs[1], rungs[3]]))
