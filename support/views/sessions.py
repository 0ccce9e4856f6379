"""What the session page shows of one conversation, read in as few queries as its size allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import render_template, request
from sqlalchemy import Row, Select, select
from werkzeug import Response

from support import access, htmx
from support.access import Action, Asker, Look
from support.db import db, reading, run, utcnow
from support.models import Agent, Conversation, Event
from support.refusals import NotAssignee, NotFound, Refusal
from support.sla.countdown import Countdown
from support.views import around, i18n, seconding, thread, ticking, witness
from support.views.around import Around
from support.views.asked import in_field
from support.views.lines import CASE, CUSTOMER, MOVES, Line
from support.views.seconding import Approval
from support.views.thread import Item, Thread

HISTORY = 10
# Of these the verb itself says why not, by name: who was faster, who holds it now.
TOLD_BY_THE_VERB = {
    *(Action.REPLY, Action.TAKE, Action.TRANSFER, Action.RESOLVE),
    *(Action.ESCALATE, Action.ACCEPT, Action.RETURN, Action.ASK_LEAD, Action.GIVE_LEAD),
}


@dataclass(frozen=True, slots=True)
class Session:
    """A conversation, its thread, and what its page offers this agent."""

    look: Look
    thread: Thread
    around: Around
    history: Sequence[Row[*tuple[Any, ...]]]
    approval: Approval | None

    @property
    def case(self) -> Conversation:
        """The conversation itself."""
        return self.look.conversation

    @property
    def may_reply(self) -> bool:
        """Whether the composer sends to the customer."""
        return Action.REPLY in self.look.actions

    @property
    def may_note(self) -> bool:
        """Whether notes can be written."""
        return Action.NOTE in self.look.actions

    @property
    def drafts(self) -> dict[str, str]:
        """What this agent has typed here and not sent, per mode."""
        return self.around.drafts

    @property
    def handed(self) -> Line | None:
        """The deed by which the agent lost the conversation: a move, else what ended his part."""
        last = self.look.last_seq
        deeds = (item.thing for item in self.thread.items if item.noun == "event")
        return next((line for line in (*self.thread.handovers, *deeds) if line.seq == last), None)

    @property
    def due(self) -> Countdown | None:
        """What is due first; nothing for who had to let it go."""
        return self.around.due

    @property
    def minutes_left(self) -> int:
        """How many minutes are left to accept what was handed over."""
        pending = self.around.pending
        return pending.minutes_left(utcnow()) if pending else 0

    @property
    def arrival(self) -> Line | None:
        """The move that waits to be accepted, as the thread tells it."""
        pending = self.around.pending
        moves = self.thread.handovers if pending else []
        return next((one for one in moves if pending and one.data["handover"] == pending.id), None)


def looked(agent: Agent, conversation_id: int) -> Look:
    """Look at a conversation, which is written down; the page is in its project's zone."""
    look = access.look(agent, conversation_id)
    witness.seen(look.conversation)
    i18n.write_in(look.conversation.project.timezone)
    return look


def opened(agent: Agent, conversation_id: int) -> Session:
    """Read a conversation's page: its last stretch, or the one before `?before=`."""
    look = looked(agent, conversation_id)
    before = in_field(request.args, "before")
    return seen(agent, look, thread.window(agent, look, before=before))


def seen(agent: Agent, look: Look, stretch: Thread) -> Session:
    """Add to a stretch of the thread what stands around it."""
    standing = seconding.approval(agent, look)
    return Session(look, stretch, around.read(agent.id, look), _history(agent, look), standing)


def _history(agent: Agent, look: Look) -> Sequence[Row[*tuple[Any, ...]]]:
    """Find the customer's other conversations, as far as this agent may know of them."""
    if look.left is not None:
        return []
    case = look.conversation
    asked = access.values(agent, customer=case.customer_id, case=case.id)
    return run(_others(access.asker(agent)), asked).all()


@cache
def _others(who: Asker) -> Select[*tuple[Any, ...]]:
    columns = (Conversation.id, Conversation.status, Conversation.opened_at)
    return (
        select(*columns, Conversation.resolved_at, Agent.name.label("holder"))
        .outerjoin(Agent, Agent.id == Conversation.assignee_id)
        .where(
            Conversation.customer_id == CUSTOMER,
            Conversation.id != CASE,
            access.known_conversations(who),
        )
        .order_by(Conversation.id.desc())
        .limit(HISTORY)
    )


def changed(agent: Agent, conversation_id: int, *, after: int, since: int) -> Response:
    """Draw what changed after a number, and the frame of the session if something was done."""
    look = looked(agent, conversation_id)
    stretch = thread.changes(agent, look, after=after, since=since)
    session = seen(agent, look, stretch) if stretch.has_deeds else None
    due = session.due if session else ticking.of(look)
    body = render_template(
        "conversations/_changes.html", look=look, thread=stretch, session=session, due=due
    )
    return htmx.fragment(body)


def answered(agent: Agent, look: Look) -> Response:
    """Answer a deed: with what it changed on the page that asked, else with the page."""
    case = look.conversation
    if not htmx.asks():
        return htmx.see(f"/conversations/{case.id}")
    after = in_field(request.form, "after", look.cursor)
    since = in_field(request.form, "since", 0)
    with reading():
        return changed(agent, case.id, after=after, since=since)


def drawn(look: Look, items: list[Item], *, also: str = "") -> Response:
    """Answer with these lines of the thread, and what else is to be replaced, or with the page."""
    if not htmx.asks():
        return htmx.see(f"/conversations/{look.conversation.id}")
    body = render_template("conversations/_items.html", items=items, look=look)
    return htmx.fragment(body + also)


def require(look: Look, action: Action) -> None:
    """Refuse what the agent may not do; who lost the conversation hears to whom, no more."""
    if action in look.actions:
        return
    if look.left is not None:
        raise _lost(look)
    if Action.VIEW in look.actions and action in TOLD_BY_THE_VERB:
        return
    access.require(access.me(), action, look.conversation)


def _lost(look: Look) -> Refusal:
    """Name the successor whom the agent has seen, an agent or a group, not one of later."""
    told = db.session.scalars(
        select(Event.data).where(
            Event.conversation_id == look.conversation.id,
            Event.seq == look.last_seq,
            Event.kind.in_(MOVES),
        )
    ).first()
    return NotAssignee(holder=told["to_name"]) if told and told["to_name"] else NotFound()
