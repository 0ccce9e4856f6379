"""Escalation: upward with a note, to members of the target group or its queue, never elsewhere."""

import re
from pathlib import Path
from threading import Barrier, Thread
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from support import (
    access,
    alerts,
    collaboration,
    conversations,
    escalation,
    groups,
    live,
    notes,
    people,
    reasons,
    routing,
    transfer,
)
from support.access import Action
from support.db import commit, db
from support.escalation import Account
from support.models import (
    Agent,
    Alert,
    Assignment,
    Conversation,
    Event,
    EventKind,
    Group,
    Handover,
    Message,
    Note,
    RoutingDecision,
)
from support.refusals import (
    AlreadyResolved,
    BackgroundMissing,
    BadChoice,
    EscalationNeeded,
    GroupUnfit,
    GroupWithoutMembers,
    NotAllowed,
    NotAssignee,
    NotFound,
    NothingToAccept,
    NothingToReturn,
    NotOfGroup,
    NotUpward,
    ReasonMissing,
    Refusal,
    RequestMissing,
    ReturnReasonMissing,
    TierNotLower,
    TransferTargetUnfit,
    TransferToSelf,
    TriedMissing,
)
from tests.factories import START, answer, join, later, make_agent, say

ACCOUNT = Account("paid on Monday", "wants the money back", "asked for the hash, looked it up")


@pytest.fixture
def teams(desk):
    """Give the frontline and, above it, Sun alone; Tom is a specialist of level three."""
    frontline, advanced = groups.offer(desk.wallet, by=desk.olga, now=START)
    desk.frontline, desk.advanced = frontline, advanced
    desk.tom = join(make_agent("Tom"), desk.wallet)
    desk.technical = groups.create(desk.wallet, "Technical", level=3, by=desk.olga, now=START)
    groups.set_members(desk.technical, [desk.tom], by=desk.olga, now=START)
    commit()
    return desk


def reason_of(desk, key="complaint"):
    return next(one for one in reasons.listed(desk.wallet) if one.key == key)


def up(desk, conversation, *, by, now=START, **others):
    values = {"reason": reason_of(desk), "group": desk.advanced, "account": ACCOUNT} | others
    return escalation.escalate(conversation, by=by, now=now, **values)


def here(*agents, now=START):
    for agent in agents:
        live.seen(agent.id, now=now)


def kinds(conversation):
    rows = select(Event.kind).where(Event.conversation_id == conversation.id).order_by(Event.id)
    return list(db.session.scalars(rows))


def case_of(desk, holder, **others):
    """Open a conversation of the frontline on this desk."""
    here(holder)
    conversation = desk.case(**others)
    if conversation.assignee_id != holder.id:
        transfer.takeover(conversation, by=holder, expected=conversation.assignee_id, now=START)
    commit()
    return conversation


def test_an_escalation_comes_to_a_member_who_is_online(teams, mei, sun):
    conversation = case_of(teams, mei)
    here(sun)
    handover = up(teams, conversation, by=mei)
    assert conversation.assignee_id == sun.id
    assert (conversation.group, conversation.tier) == (teams.advanced, "escalated")
    assert (handover.kind, handover.from_agent_id, handover.to_agent_id) == (
        "escalation",
        mei.id,
        sun.id,
    )
    assert handover.reason.key == "complaint"
    assert handover.due_at == later(minutes=5)


def test_the_note_has_the_three_prompts(teams, mei):
    conversation = case_of(teams, mei)
    note = up(teams, conversation, by=mei).note
    assert note.parts == {
        "background": ACCOUNT.background,
        "request": ACCOUNT.request,
        "tried": ACCOUNT.tried,
    }
    assert note.text.split("\n\n") == list(note.parts.values())


def test_the_note_is_mandatory_and_the_missing_part_is_named(teams, mei):
    conversation = case_of(teams, mei)
    for account, missing in (
        (Account(" ", "b", "c"), BackgroundMissing),
        (Account("a", "\u200b \n", "c"), RequestMissing),
        (Account("a", "b", "..."), TriedMissing),
    ):
        with pytest.raises(missing):
            up(teams, conversation, by=mei, account=account)
    assert conversation.assignee_id == mei.id


def test_from_that_instant_the_first_agent_sees_nothing_later(teams, mei, sun):
    conversation = case_of(teams, mei, text="before")
    here(sun)
    up(teams, conversation, by=mei)
    say(teams.wallet, "after", now=later(minutes=1))
    db.session.flush()
    seen = select(Message.text).where(access.visible(mei, Message))
    assert list(db.session.scalars(seen)) == ["before"]
    assert "after" in list(
        db.session.scalars(select(Message.text).where(access.visible(sun, Message)))
    )


def test_with_everyone_offline_it_waits_in_the_queue_and_alerts(teams, mei, sun):
    conversation = case_of(teams, mei)
    here(teams.ken)
    handover = up(teams, conversation, by=mei)
    assert (conversation.assignee_id, conversation.group) == (None, teams.advanced)
    assert (handover.to_agent_id, handover.due_at) == (None, None)
    alert = db.session.scalar(select(Alert).where(Alert.kind == "waiting"))
    assert alert.agent_id == sun.id


def test_frontline_agents_neither_see_nor_take_what_waits_above(teams, mei):
    conversation = case_of(teams, mei, text="before")
    up(teams, conversation, by=mei)
    commit()
    for agent in (mei, teams.ken, teams.tom):
        assert not access.may(agent, Action.TAKE, conversation)
        with pytest.raises(NotAllowed):
            conversations.take(conversation, by=agent, now=later(minutes=1))
    with pytest.raises(NotFound):
        access.find_conversation(teams.ken, conversation.id)


def test_whoever_comes_online_gets_it_and_has_time_to_accept(teams, mei, sun):
    conversation = case_of(teams, mei)
    handover = up(teams, conversation, by=mei)
    commit()
    here(sun, now=later(minutes=2))
    routing.drain(teams.advanced, now=later(minutes=2), trigger="online")
    assert conversation.assignee_id == sun.id
    assert (handover.to_agent_id, handover.due_at) == (sun.id, later(minutes=7))


def test_a_member_can_be_asked_first(teams, mei, sun):
    conversation = case_of(teams, mei)
    up(teams, conversation, by=mei, to=sun)
    assert conversation.assignee_id == sun.id


def test_only_a_member_of_the_group_can_be_asked(teams, mei):
    conversation = case_of(teams, mei)
    with pytest.raises(NotOfGroup, match="Ken"):
        up(teams, conversation, by=mei, to=teams.ken)
    with pytest.raises(TransferTargetUnfit):
        up(teams, conversation, by=mei, to=teams.zoe)
    with pytest.raises(TransferToSelf):
        up(teams, conversation, by=mei, to=mei)


def test_bad_targets_are_refused_and_nothing_has_moved(teams, mei):
    conversation = case_of(teams, mei)
    foreign = groups.create(teams.market, "Market", by=teams.olga, now=START)
    empty = groups.create(teams.wallet, "Empty", level=2, by=teams.olga, now=START)
    for group, refusal in (
        (teams.frontline, NotUpward),
        (foreign, GroupUnfit),
        (empty, GroupWithoutMembers),
    ):
        with pytest.raises(refusal):
            up(teams, conversation, by=mei, group=group)
    with pytest.raises(BadChoice):
        up(teams, conversation, by=mei, tier="standard")
    assert (conversation.assignee_id, conversation.group) == (mei.id, teams.frontline)


def test_a_reason_of_the_projects_list_is_asked_for(teams, mei):
    conversation = case_of(teams, mei)
    foreign = reasons.listed(teams.market)[0]
    removed = reasons.create(teams.wallet, "Removed", by=teams.sun, now=START)
    reasons.remove(teams.wallet, removed, by=teams.sun, now=START)
    for reason in (None, foreign, removed):
        with pytest.raises(ReasonMissing):
            up(teams, conversation, by=mei, reason=reason)


def test_only_the_holder_escalates_and_nothing_that_is_resolved(teams, mei):
    conversation = case_of(teams, mei)
    with pytest.raises(NotAssignee):
        up(teams, conversation, by=teams.ken)
    conversations.resolve(conversation, by=mei, now=START)
    with pytest.raises(AlreadyResolved):
        up(teams, conversation, by=mei)


def test_each_level_has_its_own_escalation(teams, mei, sun):
    conversation = case_of(teams, mei)
    here(sun)
    here(teams.tom, now=later(minutes=4))
    up(teams, conversation, by=mei, tier="urgent")
    second = Account("Sun looked at the ledger", "wants it today", "reversal is not possible")
    up(teams, conversation, by=sun, group=teams.technical, account=second, now=later(minutes=4))
    assert (conversation.assignee_id, conversation.group) == (teams.tom.id, teams.technical)
    assert conversation.tier == "urgent"
    texts = list(db.session.scalars(select(Note.text).order_by(Note.id)))
    assert len(texts) == 2
    assert texts[1].startswith("Sun looked")


def test_a_transfer_upward_is_refused_as_an_escalation(teams, mei, sun):
    conversation = case_of(teams, mei)
    for to, agent in (
        (teams.advanced, None),
        (sun, sun.id),
        (teams.olga, None),
    ):
        with pytest.raises(EscalationNeeded) as refusal:
            transfer.transfer(conversation, to=to, by=mei, note="please", now=START)
        assert refusal.value.values["group"] == teams.advanced.id
        assert refusal.value.values["agent"] == agent
    assert conversation.assignee_id == mei.id


def test_a_transfer_on_the_same_level_is_none(teams, mei):
    conversation = case_of(teams, mei)
    transfer.transfer(conversation, to=teams.ken, by=mei, note="", now=START)
    assert (conversation.assignee_id, conversation.group) == (teams.ken.id, teams.frontline)


def test_a_transfer_to_a_group_goes_to_its_next_member(teams, mei):
    billing = groups.create(teams.wallet, "Billing", scope="chosen", by=teams.olga, now=START)
    groups.set_members(billing, [teams.ken], by=teams.olga, now=START)
    conversation = case_of(teams, mei)
    handover = transfer.transfer(conversation, to=billing, by=mei, note="", now=START)
    assert (conversation.assignee_id, conversation.group) == (teams.ken.id, billing)
    assert (handover.to_group_id, handover.to_agent_id) == (billing.id, teams.ken.id)


def test_a_person_may_pass_it_down_and_then_it_is_of_that_group(teams, mei, sun):
    conversation = case_of(teams, mei)
    here(sun)
    up(teams, conversation, by=mei)
    transfer.transfer(conversation, to=teams.ken, by=sun, note="yours", now=later(minutes=1))
    assert (conversation.group, conversation.tier) == (teams.frontline, "escalated")


def test_without_groups_a_transfer_to_a_supervisor_is_a_transfer(desk, mei, sun):
    conversation = desk.case(holder=mei)
    transfer.transfer(conversation, to=sun, by=mei, note="", now=START)
    assert conversation.assignee_id == sun.id


@pytest.fixture
def escalated(teams, mei, sun):
    """Give a conversation that Mei escalated and that lies on Sun's desk."""
    conversation = case_of(teams, mei)
    here(sun)
    up(teams, conversation, by=mei)
    commit()
    return conversation


def newest(conversation):
    rows = select(Handover).where(Handover.conversation_id == conversation.id)
    return db.session.scalars(rows.order_by(Handover.id.desc())).first()


def test_the_receiver_accepts(sun, escalated):
    handover = escalation.accept(escalated, by=sun, now=later(minutes=1))
    assert handover.accepted_at == later(minutes=1)
    assert kinds(escalated)[-1] == EventKind.HANDOVER_ACCEPTED
    with pytest.raises(NothingToAccept):
        escalation.accept(escalated, by=sun, now=later(minutes=2))


def test_his_first_reply_accepts(sun, escalated):
    answer(escalated, by=sun, now=later(minutes=1))
    assert newest(escalated).accepted_at == later(minutes=1)
    assert escalation.late(now=later(hours=1)) == []


def test_taking_it_from_the_queue_accepts(teams, mei, sun):
    conversation = case_of(teams, mei)
    up(teams, conversation, by=mei)
    commit()
    conversations.take(conversation, by=sun, now=later(minutes=1))
    assert newest(conversation).accepted_at == later(minutes=1)


def test_nobody_else_accepts(mei, escalated):
    with pytest.raises(NotAssignee):
        escalation.accept(escalated, by=mei, now=later(minutes=1))


def test_what_is_not_accepted_in_time_returns_to_the_groups_queue(teams, sun, escalated):
    assert escalation.late(now=later(minutes=4)) == []
    assert escalation.late(now=later(minutes=5)) == [escalated.id]
    assert escalation.lapse(escalated, now=later(minutes=5))
    assert (escalated.assignee_id, escalated.group) == (None, teams.advanced)
    assert sun.away_at == later(minutes=5)
    assert newest(escalated).kind == "auto"
    assert EventKind.HANDOVER_LAPSED in kinds(escalated)
    assert not escalation.lapse(escalated, now=later(minutes=5))


def test_the_next_member_gets_what_the_first_did_not_accept(teams, sun, escalated):
    ann = join(make_agent("Ann"), teams.wallet, "supervisor")
    groups.set_members(teams.advanced, [sun, ann], by=teams.olga, now=START)
    here(ann, sun, now=later(minutes=5))
    escalation.lapse(escalated, now=later(minutes=5))
    assert escalated.assignee_id == ann.id
    assert newest(escalated).due_at == later(minutes=10)


def test_a_return_goes_to_the_previous_holder_and_keeps_the_tier(teams, mei, sun, escalated):
    handover = escalation.give_back(escalated, why="ask for the hash", by=sun, now=later(minutes=1))
    assert (escalated.assignee_id, escalated.group) == (mei.id, teams.frontline)
    assert (escalated.tier, handover.kind) == ("escalated", "return")
    assert handover.note.text == "ask for the hash"
    assert [alert.kind for alert in alerts.unseen(mei)] == ["returned"]


def test_a_return_needs_a_reason(sun, escalated):
    with pytest.raises(ReturnReasonMissing):
        escalation.give_back(escalated, why=" \n", by=sun, now=later(minutes=1))


def test_it_returns_to_the_group_when_the_previous_holder_has_left(teams, mei, sun, escalated):
    people.disable(mei, by=teams.olga, now=START)
    live.gone(teams.ken.id)
    escalation.give_back(escalated, why="not for us", by=sun, now=later(minutes=1))
    assert escalated.group == teams.frontline
    assert escalated.assignee_id != mei.id


def test_after_an_automatic_move_it_returns_to_who_escalated(teams, mei, sun, escalated):
    ann = join(make_agent("Ann"), teams.wallet, "supervisor")
    groups.set_members(teams.advanced, [sun, ann], by=teams.olga, now=START)
    here(ann, now=later(minutes=5))
    escalation.lapse(escalated, now=later(minutes=5))
    escalation.give_back(escalated, why="ask for the hash", by=ann, now=later(minutes=6))
    assert escalated.assignee_id == mei.id


def test_what_nobody_handed_over_is_not_returned(teams, mei):
    conversation = case_of(teams, mei)
    db.session.execute(Handover.__table__.delete())
    with pytest.raises(NothingToReturn):
        escalation.give_back(conversation, why="no", by=mei, now=START)


def test_a_supervisor_lowers_the_tier_and_nobody_else(teams, mei, sun, escalated):
    with pytest.raises(NotAllowed):
        escalation.lower_tier(escalated, "standard", by=mei, now=START)
    for tier in ("escalated", "urgent"):
        with pytest.raises(TierNotLower):
            escalation.lower_tier(escalated, tier, by=sun, now=START)
    escalation.lower_tier(escalated, "standard", by=sun, now=START)
    assert escalated.tier == "standard"


def test_raising_a_tier_never_lowers_it(escalated):
    assert escalation.raise_tier(escalated, "urgent", by=None, now=START)
    assert not escalation.raise_tier(escalated, "escalated", by=None, now=START)
    assert escalated.tier == "urgent"


def test_a_new_move_ends_what_was_not_accepted(teams, sun, escalated):
    first = newest(escalated)
    transfer.transfer(escalated, to=teams.ken, by=sun, note="", now=later(minutes=1))
    assert (first.accepted_at, first.ended_at) == (None, later(minutes=1))
    assert newest(escalated).due_at == later(minutes=6)


def test_a_takeover_is_accepted_at_once(teams, escalated):
    handover = transfer.takeover(
        escalated, by=teams.olga, expected=escalated.assignee_id, now=later(minutes=1)
    )
    assert handover.accepted_at == later(minutes=1)
    assert escalation.late(now=later(hours=1)) == []


def test_resolving_ends_what_was_not_accepted(sun, escalated):
    conversations.resolve(escalated, by=sun, now=later(minutes=1))
    assert newest(escalated).ended_at == later(minutes=1)


def test_the_handover_note_can_name_who_is_wanted(teams, mei, sun):
    conversation = case_of(teams, mei)
    account = Account("see above", "wants @Sun only", "@Ken knows nothing")
    up(teams, conversation, by=mei, account=account)
    named = select(Alert.agent_id).where(Alert.kind == "mention")
    assert list(db.session.scalars(named)) == [sun.id]


def together(app, *works):
    """Do these at the same instant, each in a transaction of its own; a refusal undoes one."""
    barrier = Barrier(len(works))

    def do(work):
        with app.app_context():
            barrier.wait()
            try:
                work()
                db.session.commit()
            except Refusal:
                db.session.rollback()

    threads = [Thread(target=do, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_no_race_brings_an_escalation_to_an_outsider(app, teams, mei, sun):
    """The escalation, Ken's taking and Sun's coming all happen at once."""
    case_id, group_id = case_of(teams, mei).id, teams.advanced.id
    mei_id, ken_id, sun_id = mei.id, teams.ken.id, sun.id
    here(sun)
    db.session.remove()

    def case():
        return db.session.get_one(Conversation, case_id)

    def goes_up():
        up(desk_of(group_id), case(), by=db.session.get_one(Agent, mei_id))

    def grabs():
        conversations.take(case(), by=db.session.get_one(Agent, ken_id), now=START)

    def drains():
        routing.drain(db.session.get_one(Group, group_id), now=START)

    together(app, goes_up, grabs, drains)
    drains()
    assert case().assignee_id == sun_id
    decided = select(RoutingDecision.agent_id).where(RoutingDecision.group_id == group_id)
    assert set(db.session.scalars(decided)) <= {sun_id, None}
    leads = select(Assignment.agent_id).where(
        Assignment.conversation_id == case_id, Assignment.ended_at.is_(None)
    )
    assert list(db.session.scalars(leads)) == [sun_id]


def test_of_moves_at_the_same_instant_each_sees_what_the_one_before_did(app, teams, mei, sun):
    """Mei transfers and escalates at once, from two tabs: one of them finds the desk empty."""
    case_id, group_id = case_of(teams, mei).id, teams.advanced.id
    mei_id, ken_id = mei.id, teams.ken.id
    db.session.remove()

    def case():
        return db.session.get_one(Conversation, case_id)

    def goes_up():
        up(desk_of(group_id), case(), by=db.session.get_one(Agent, mei_id))

    def goes_over():
        ken = db.session.get_one(Agent, ken_id)
        transfer.transfer(case(), to=ken, by=db.session.get_one(Agent, mei_id), note="", now=START)

    together(app, goes_up, goes_over, goes_up)
    moves = select(Handover.kind).where(
        Handover.conversation_id == case_id, Handover.from_agent_id == mei_id
    )
    (kind,) = db.session.scalars(moves)
    wanted = (None, group_id) if kind == "escalation" else (ken_id, teams.frontline.id)
    assert (case().assignee_id, case().group_id) == wanted


def desk_of(group_id):
    """Give what `up` needs of the desk, in a thread's own session."""
    group = db.session.get_one(Group, group_id)
    return SimpleNamespace(advanced=group, wallet=group.project)


def test_the_sender_cannot_reach_a_note():
    """A note is in a table of its own, and nothing that sends imports it."""
    sending = [*Path("support/telegram").glob("*.py"), *Path("support/messages").glob("*.py")]
    assert sending
    for path in sending:
        assert not re.search(r"import .*\bNotes?\b", path.read_text(), re.IGNORECASE), path


def test_a_note_names_only_who_sees_the_conversation(teams, mei, sun, escalated):
    notes.write(escalated, "@Mei and @Olga, look", by=sun, now=later(minutes=1), client_key=None)
    assert [alert.kind for alert in alerts.unseen(mei)] == []
    assert [alert.kind for alert in alerts.unseen(teams.olga)] == ["mention"]


def test_the_lead_does_not_go_up_without_an_escalation(teams, mei, sun):
    conversation = case_of(teams, mei)
    collaboration.add(conversation, sun, by=sun, now=START)
    with pytest.raises(EscalationNeeded):
        collaboration.give_lead(conversation, sun, by=mei, now=START)
    collaboration.give_lead(conversation, sun, by=sun, now=START)
    assert conversation.assignee_id == sun.id


def test_what_came_without_a_holder_and_without_a_group_is_not_returned(desk, mei, sun):
    conversation = desk.case()
    transfer.takeover(conversation, by=sun, expected=None, now=START)
    with pytest.raises(NothingToReturn):
        escalation.give_back(conversation, why="no", by=sun, now=START)


def test_a_lapse_alone_is_no_deed_to_return(teams, mei, sun, escalated):
    db.session.execute(update(Handover).values(kind="auto"))
    with pytest.raises(NothingToReturn):
        escalation.give_back(escalated, why="no", by=sun, now=START)


def test_nobody_takes_over_what_is_his_or_resolved(teams, sun, escalated):
    with pytest.raises(TransferToSelf):
        transfer.takeover(escalated, by=sun, expected=sun.id, now=START)
    conversations.resolve(escalated, by=sun, now=START)
    with pytest.raises(AlreadyResolved):
        transfer.takeover(escalated, by=sun, expected=sun.id, now=START)
    with pytest.raises(AlreadyResolved):
        escalation.lower_tier(escalated, "standard", by=sun, now=START)


def test_a_tier_that_is_none_is_refused(escalated, sun):
    with pytest.raises(BadChoice):
        escalation.lower_tier(escalated, "low", by=sun, now=START)


def test_without_a_supervisor_the_owner_is_alerted(teams, mei, sun):
    conversation = case_of(teams, mei)
    membership = people.membership(sun, teams.wallet)
    membership.role = "agent"
    up(teams, conversation, by=mei)
    told = select(Alert.agent_id).where(Alert.kind == "waiting")
    assert set(db.session.scalars(told)) == {sun.id, teams.olga.id}


def test_an_overlong_why_is_kept_as_a_note_in_full(sun, escalated):
    handover = escalation.give_back(escalated, why="why " * 500, by=sun, now=START)
    assert len(handover.note.text) == 1_999
