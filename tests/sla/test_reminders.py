"""Reminders: each stage once, to those whom it names, and what the ladder does after a breach."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from support import live, sweeps
from support.db import commit, db
from support.models import Alert, BotState, Handover, SlaClock, SlaReminder, Workspace
from support.sla import policies
from support.sla.stages import Stage
from tests.factories import START, later, person
from tests.sla.telling import clocks


def reminded(desk):
    """Return what each alert said to whom, in order."""
    names = {desk.mei.id: "mei", desk.ken.id: "ken", desk.sun.id: "sun", desk.ann.id: "ann"}
    rows = db.session.execute(select(Alert.kind, Alert.agent_id).order_by(Alert.id))
    return [(kind, names.get(agent_id)) for kind, agent_id in rows]


def stages():
    return list(db.session.scalars(select(SlaReminder.stage).order_by(SlaReminder.id)))


def response(teller):
    return next(one for one in clocks(teller.case.id) if one.metric == "first_response")


def sweep(**parts):
    sweeps.remind(later(**parts))
    db.session.expire_all()


def test_the_assignee_is_reminded_at_half_and_at_four_fifths(teller):
    teller.tell("0 maria writes\n1 mei takes")
    sweep(minutes=2, seconds=29)
    assert reminded(teller.desk) == []
    sweep(minutes=2, seconds=30)
    assert (reminded(teller.desk), stages()) == ([("reminder", "mei")], ["50%"])
    sweep(minutes=2, seconds=31)
    assert stages() == ["50%"]
    sweep(minutes=4)
    assert stages() == ["50%", "80%"]


def test_at_the_breach_the_supervisors_hear_of_it_too(teller):
    teller.tell("0 maria writes\n1 mei takes")
    sweep(minutes=5)
    assert sorted(reminded(teller.desk)) == [("breach", "mei"), ("breach", "sun")]
    assert sorted(stages()) == ["+0", "50%", "80%"]


def test_what_came_while_nobody_looked_calls_once(teller):
    teller.tell("0 maria writes\n1 mei takes")
    sweep(minutes=90)
    assert sorted(reminded(teller.desk)) == [("breach", "mei"), ("breach", "sun")]
    assert len(stages()) == 6
    sweep(minutes=91)
    assert len(stages()) == 6


def test_a_reminder_holds_while_a_reply_is_under_way(teller):
    teller.tell("0 maria writes\n1 mei takes\n2 mei sends")
    sweep(minutes=5, seconds=10)
    assert stages() == []
    teller.tell("5:11 telegram refuses")
    sweep(minutes=5, seconds=13)
    assert sorted(stages()) == ["+0", "50%", "80%"]


def test_a_reminder_holds_while_the_case_is_about_to_be_closed(teller):
    teller.tell("0 maria writes\n1 mei takes\n2 mei replies\n29:58 mei clicks")
    sweep(minutes=30, seconds=1)
    assert stages() == []
    teller.tell("30:04 mei ends")
    sweep(minutes=31)
    assert stages() == []


def test_a_paused_clock_reminds_nobody(teller):
    teller.tell("0 maria writes\n1 mei takes\n2 mei replies\n3 mei waits")
    sweep(minutes=600)
    assert stages() == []
    teller.tell("603 mei resumes")
    sweep(minutes=615)
    assert stages() == ["50%"]


def test_who_held_it_when_it_was_due_is_written_down_however_late_one_looks(teller):
    teller.tell("0 maria writes\n1 mei takes\n4 mei transfers ken\n6 ken transfers mei")
    sweep(minutes=50)
    first = response(teller)
    assert (first.due_holder.name, first.verdict(later(minutes=50))) == ("Ken", "breached")


def test_what_was_due_in_a_queue_is_the_groups(teller):
    teller.tell("0 maria writes\n1 mei takes\n2 mei passes frontline\n7 ken takes\n8 ken replies")
    first = response(teller)
    assert (first.due_holder, first.due_group_id) == (None, teller.desk.frontline.id)


def test_a_breach_while_the_trial_was_over_is_nobodys(teller):
    workspace = db.session.scalars(select(Workspace)).one()
    workspace.plan, workspace.plan_since = "trial", later(days=-3, minutes=4)
    teller.tell("0 maria writes\n1 mei takes")
    sweep(minutes=6)
    assert response(teller).outage


@pytest.mark.parametrize(("since", "outage"), [(4, True), (7, False)])
def test_a_breach_while_the_bot_was_in_trouble_is_nobodys(teller, since, outage):
    bot = db.session.get_one(BotState, teller.desk.wallet.id)
    bot.state, bot.changed_at = "trouble", later(minutes=since)
    teller.tell("0 maria writes\n1 mei takes")
    sweep(minutes=8)
    assert response(teller).outage is outage


def ladder(desk, *rungs):
    policies.change(desk.wallet, stages=rungs, by=desk.sun, now=START)
    commit()


def test_the_ladder_gives_it_to_somebody_else(teller):
    ladder(teller.desk, Stage(minutes=2, act="reassign"))
    teller.tell("0 maria writes\n1 mei takes")
    for agent in (teller.desk.mei, teller.desk.ken):
        live.seen(agent.id, now=later(minutes=7))
    sweep(minutes=7)
    assert teller.case.assignee.name == "Ken"


def test_the_ladder_escalates_once(teller):
    ladder(teller.desk, Stage(minutes=2, act="escalate"))
    teller.tell("0 maria writes\n1 mei takes")
    sweep(minutes=7)
    sweep(minutes=8)
    kinds = db.session.scalars(select(Handover.kind)).all()
    assert (kinds, teller.case.tier, teller.case.level) == (["escalation"], "escalated", 2)
    assert teller.case.assignee is None


def test_the_ladder_leads_nowhere_from_the_highest_group(teller):
    ladder(teller.desk, Stage(minutes=60, act="escalate"))
    teller.tell("0 maria writes\n1 mei takes\n2 mei escalates technical\n3 tom takes")
    sweep(minutes=180)
    assert teller.case.assignee.name == "Tom"


def test_the_ladder_leaves_an_outage_where_it_is(teller):
    ladder(teller.desk, Stage(minutes=2, to=("assignee",), act="escalate"))
    teller.tell("0 maria writes -60\n1 mei takes")
    sweep(minutes=3)
    assert (teller.case.level, reminded(teller.desk)) == (1, [("breach", "mei")])


def test_the_ladder_takes_nothing_from_a_queue(teller):
    ladder(teller.desk, Stage(minutes=2, to=("group",), act="reassign"))
    teller.tell("0 maria writes")
    sweep(minutes=8)
    assert teller.case.assignee is None
    assert ("breach", "mei") in reminded(teller.desk)


def test_two_workers_remind_once(teller, app):
    for number in range(12):
        teller.desk.case(telegram_id=number + 1, who=customer(number), holder=teller.desk.mei)
    commit()
    together = Barrier(2)

    def work():
        with app.app_context():
            together.wait()
            sweeps.remind(later(minutes=6))

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    rows = select(SlaReminder.clock_id, SlaReminder.stage, func.count()).group_by(
        SlaReminder.clock_id, SlaReminder.stage
    )
    assert {count for _clock, _stage, count in db.session.execute(rows)} == {1}
    calls = select(Alert.agent_id, func.count()).group_by(Alert.agent_id)
    assert {count for _agent, count in db.session.execute(calls)} == {12}
    left = select(func.count()).where(
        SlaClock.metric == "first_response", SlaClock.due_seen_at.is_(None)
    )
    assert db.session.scalar(left) == 0


def customer(number):
    return person(telegram_id=6_000_000 + number)
