"""What routing decided, newest first: who was given what, out of whom, and why, in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from support.db import db
from support.models import (
    Agent,
    Conversation,
    Customer,
    EventKind,
    Group,
    Project,
    RoutingDecision,
)
from support.refusals import N_
from support.views import timeline

PAGE = 20
TRIGGERS = {
    "message": N_("The customer wrote"),
    "room": N_("Somebody came or had room"),
    "sweep": N_("Found waiting"),
    "fallback": N_("Nobody was free in time"),
    "silent": N_("Its holder was offline too long"),
    "left": N_("Its holder has left"),
    "transfer": N_("Handed to the group"),
    "escalation": N_("Escalated"),
    "return": N_("Returned"),
    "takeover": N_("Taken over"),
    "auto": N_("Not accepted in time"),
}
VERDICTS = {
    "free": N_("free"),
    "away": N_("away"),
    "full": N_("has enough in hand"),
    "offline": N_("offline"),
    "let_go": N_("had put it back"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One agent who was looked at."""

    id: int
    name: str
    verdict: str
    load: int
    chosen: bool

    @property
    def words(self) -> str:
        """What was found about him."""
        return gettext(VERDICTS.get(self.verdict, self.verdict))


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision with the names that its row has as numbers."""

    row: RoutingDecision
    group: Group
    customer: Customer
    candidates: list[Candidate]

    @property
    def sentence(self) -> str:
        """Who was given it or where it waits, and why."""
        given = next((one.name for one in self.candidates if one.chosen), "")
        return said(given, self.group, self.row.reason)

    @property
    def trigger(self) -> str:
        """What made routing look."""
        return gettext(TRIGGERS.get(self.row.trigger, self.row.trigger))


def said(name: str, group: Group, why: str) -> str:
    """Say who is given a conversation, or in whose queue it waits, and why."""
    kind = EventKind.CONVERSATION_GIVEN if name else EventKind.CONVERSATION_QUEUED
    return timeline.told(kind, "", {"to_name": name, "group": group.name, "why": why})


def candidates(
    kept: Iterable[list[Any]], chosen: int | None, names: dict[int, str]
) -> list[Candidate]:
    """Return what a decision or an answer keeps of its candidates, with their names."""
    return [
        Candidate(agent_id, names.get(agent_id, "?"), verdict, load, agent_id == chosen)
        for agent_id, verdict, load in kept
    ]


def names_of(ids: Iterable[int]) -> dict[int, str]:
    """Return the names of these agents."""
    rows = db.session.execute(select(Agent.id, Agent.name).where(Agent.id.in_(set(ids))))
    return dict(rows.all())


def last(project: Project, *, case: int | None, before: int | None) -> list[Decided]:
    """Return a page of decisions and one more, if there are more; of one conversation if asked."""
    groups = select(Group.id).where(Group.project_id == project.id)
    rows = (
        select(RoutingDecision, Group, Customer)
        .join(Group, Group.id == RoutingDecision.group_id)
        .join(Conversation, Conversation.id == RoutingDecision.conversation_id)
        .join(Customer, Customer.id == Conversation.customer_id)
        .where(RoutingDecision.group_id.in_(groups))
        .order_by(RoutingDecision.id.desc())
        .limit(PAGE + 1)
    )
    if case is not None:
        rows = rows.where(RoutingDecision.conversation_id == case)
    if before is not None:
        rows = rows.where(RoutingDecision.id < before)
    found = db.session.execute(rows).all()
    names = names_of(one[0] for row in found for one in row[0].candidates)
    return [
        Decided(row, group, customer, candidates(row.candidates, row.agent_id, names))
        for row, group, customer in found
    ]
