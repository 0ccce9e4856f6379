"""What the agents of the story do: each kind of act by the desk's own verbs."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import select

from support import (
    alerts,
    collaboration,
    conversations,
    escalation,
    groups,
    messages,
    notes,
    promises,
    status,
    suggestions,
    tags,
)
from support import transfer as transfers
from support.db import db
from support.demo import care
from support.demo.cases import SPEAKER, Act
from support.demo.desk import Desk, first_name, one_of
from support.models import Alert, Conversation, RiskAttempt, SlaClock
from support.refusals import OwnWaiver

# How long Telegram took to accept a reply.
ACCEPTED_AFTER = timedelta(milliseconds=640)
SNOOZED = timedelta(hours=19)
WHY_NOT = (
    "Settled with one answer, no reason to bother anybody.",
    "He was only quoting somebody else.",
    "A known delay, it was over in ten minutes.",
    "普通咨询。已经解决。",
)
WHY_BACK = (
    "Frontline can answer this: the help page has the steps.",
    "Nothing here needs a supervisor. Please tell him the limits and the times.",
)


def reply(desk: Desk, conversation: Conversation, act: Act) -> None:
    by = desk.holder(conversation, act)
    care.nearly(conversation, act, by=by)
    key = f"demo-{act.project}-{act.message}"
    text = act.text.replace(SPEAKER, first_name(by))
    replies = messages.reply(conversation, text, by=by, now=act.at, client_key=key)
    for message in [] if isinstance(replies, RiskAttempt) else replies:
        messages.accepted(
            message, telegram_id=act.message or 0, at=act.at, now=act.at + ACCEPTED_AFTER
        )


def take(desk: Desk, conversation: Conversation, act: Act) -> None:
    """Take what waits; accept what was handed over."""
    if conversation.assignee is None:
        conversations.take(conversation, by=desk.taker(conversation, act), now=act.at)
    elif conversations.pending(conversation) is not None:
        escalation.accept(conversation, by=conversation.assignee, now=act.at)


def note(desk: Desk, conversation: Conversation, act: Act) -> None:
    by = desk.agents[act.by] if act.by else desk.holder(conversation, act)
    notes.write(conversation, act.text, by=by, now=act.at, client_key=None)


def transfer(desk: Desk, conversation: Conversation, act: Act) -> None:
    """Hand it to a colleague of the same group."""
    by = desk.holder(conversation, act)
    members = groups.agents_of(conversation.group) if conversation.group else []
    others = [agent for agent in members if agent is not by]
    here = [agent for agent in others if desk.attendance.is_here(agent)]
    to = desk.agents[act.to] if act.to else one_of(here or others, act)
    transfers.transfer(conversation, to=to, by=by, note=act.text, now=act.at)


def escalate(desk: Desk, conversation: Conversation, act: Act) -> None:
    """Escalate by a level; what has gone up by itself gets a note instead."""
    by = desk.holder(conversation, act)
    key, *parts = (part.strip() for part in act.text.split("|"))
    above = groups.levels_above(conversation.group, conversation.project_id)
    if conversation.level > 1 or not above:
        notes.write(conversation, "\n\n".join(parts), by=by, now=act.at, client_key=None)
        return
    reason = desk.reasons[act.project, key]
    account = escalation.Account(*parts)
    escalation.escalate(
        conversation,
        reason=reason,
        group=above[0],
        account=account,
        by=by,
        now=act.at,
        to=desk.agents.get(act.to),
        tier=reason.tier,
    )


def accept(desk: Desk, conversation: Conversation, act: Act) -> None:
    """Whoever has it now accepts what was handed to him."""
    escalation.accept(conversation, by=desk.holder(conversation, act), now=act.at)


def give_back(desk: Desk, conversation: Conversation, act: Act) -> None:
    if conversation.level > 1:
        why = one_of(WHY_BACK, act)
        by = desk.holder(conversation, act)
        escalation.give_back(conversation, why=why, by=by, now=act.at)


def lapse(desk: Desk, conversation: Conversation, act: Act) -> None:
    """Nobody accepts in time; whom the desk sets away for it is back soon."""
    receiver = conversation.assignee
    if escalation.lapse(conversation, now=act.at) and receiver is not None:
        desk.attendance.comes_to(receiver, now=act.at + timedelta(seconds=10))


def join(desk: Desk, conversation: Conversation, act: Act) -> None:
    """A supervisor adds a colleague, who writes a note."""
    helper = desk.agents[act.to] if act.to else desk.helper(conversation, act)
    collaboration.add(conversation, helper, by=desk.supervisor(act), now=act.at)
    notes.write(conversation, act.text, by=helper, now=act.at, client_key=None)


def ask(desk: Desk, conversation: Conversation, act: Act) -> None:
    collaboration.ask_lead(conversation, by=desk.agents[act.by], now=act.at)


def lead(desk: Desk, conversation: Conversation, act: Act) -> None:
    """The colleague who has joined asks for the lead and is given it."""
    for helper in conversations.collaborators(conversation)[:1]:
        notes.write(conversation, act.text, by=helper, now=act.at, client_key=None)
        collaboration.ask_lead(conversation, by=helper, now=act.at)
        collaboration.give_lead(conversation, helper, by=desk.supervisor(act), now=act.at)


def tag(desk: Desk, conversation: Conversation, act: Act) -> None:
    tags.put(
        conversation,
        desk.tags[act.project, act.text],
        by=desk.holder(conversation, act),
        now=act.at,
    )


def wait(desk: Desk, conversation: Conversation, act: Act) -> None:
    status.wait(conversation, by=desk.holder(conversation, act), now=act.at)


def snooze(desk: Desk, conversation: Conversation, act: Act) -> None:
    by = desk.holder(conversation, act)
    status.snooze(conversation, until=act.at + SNOOZED, by=by, now=act.at)


def quiet(desk: Desk, conversation: Conversation, act: Act) -> None:
    status.no_reply_needed(conversation, by=desk.holder(conversation, act), now=act.at)


def resolve(desk: Desk, conversation: Conversation, act: Act) -> None:
    """Dismiss what is still proposed, and close the case."""
    by = desk.holder(conversation, act)
    for suggestion in suggestions.standing(conversation):
        suggestions.dismiss(suggestion, why=one_of(WHY_NOT, act), by=by, now=act.at)
    _looked_at(desk, conversation, act)
    status.resolve(conversation, by=by, now=act.at)
    status.take_effect(conversation, now=act.at + status.UNDO)


def _looked_at(desk: Desk, conversation: Conversation, act: Act) -> None:
    """Whoever was called here has come and looked."""
    calls = select(Alert.agent_id).where(
        Alert.conversation_id == conversation.id, Alert.seen_at.is_(None)
    )
    called = set(db.session.scalars(calls))
    for agent in desk.agents.values():
        if agent.id in called:
            alerts.seen(conversation, by=agent, now=act.at)


def waive(desk: Desk, conversation: Conversation, act: Act) -> None:
    """A supervisor pardons what was broken here, except what he held himself."""
    by = desk.supervisor(act)
    clocks = select(SlaClock).where(SlaClock.conversation_id == conversation.id)
    for clock in db.session.scalars(clocks.order_by(SlaClock.id)):
        if clock.verdict(act.at) == "breached":
            with suppress(OwnWaiver):
                promises.waive(conversation, clock, act.text, by=by, now=act.at)


DEEDS = {
    "reply": reply,
    "take": take,
    "note": note,
    "transfer": transfer,
    "escalate": escalate,
    "accept": accept,
    "return": give_back,
    "lapse": lapse,
    "join": join,
    "ask": ask,
    "lead": lead,
    "tag": tag,
    "wait": wait,
    "snooze": snooze,
    "quiet": quiet,
    "resolve": resolve,
    "waive": waive,
}
