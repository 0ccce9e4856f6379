"""Succession: who waits for words goes on waiting when the promise or the desk changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from support.db import db
from support.models import Agent, Conversation, Group, Handover, SlaClock
from support.sla.clocks import Start, begin, settle
from support.sla.responses import active, end, waiting
from support.sla.terms import Terms, of_clock, of_policy


def escalated(conversation: Conversation, handover: Handover, *, now: datetime) -> None:
    """Only a reply by the target group stops the clock that runs now.

    Who waits already keeps his start; the new due time applies where it is earlier.
    """
    start = waiting(conversation) or Start("handover", handover.id, handover.seq, now)
    clocks = active(conversation)
    metric = clocks[0].metric if clocks and start.kind == "message" else "next_response"
    terms, counted = _earlier(clocks, start, of_policy(conversation, metric), now=now)
    for clock in clocks:
        end(clock, "superseded", at=now, by_id=handover.by_id)
    only = handover.to_group_id
    facts: dict[str, Any] = {"counted": counted, "only_group_id": only}
    begin(conversation, metric, start, terms, now=now, **facts)
    settle(conversation)


def _earlier(
    clocks: list[SlaClock], start: Start, terms: Terms, *, now: datetime
) -> tuple[Terms, datetime]:
    """Return the promise that is due first; one that is broken already binds nobody else."""
    found = [(terms, fresh(terms, start, now=now))]
    found += [
        (of_clock(one), one.counted_at)
        for one in clocks
        if one.due_at is not None and one.due_at > now and one.started_kind == start.kind
    ]
    return min(found, key=lambda pair: _instant(pair[0].due(pair[1]), now))


def _instant(due: datetime | None, now: datetime) -> float:
    return (due - now).total_seconds() if due else float("inf")


def fresh(terms: Terms, start: Start, *, now: datetime) -> datetime:
    """Return from when a new promise counts: the wait's start, unless it would be over already."""
    due = terms.due(start.at)
    return now if due is not None and due <= now else start.at


def retiered(
    conversation: Conversation, *, lower: bool, seq: int, by: Agent | None, now: datetime
) -> None:
    """The tier has changed: what runs goes on under the new promise, from its own start."""
    for clock in active(conversation):
        start = Start(clock.started_kind, clock.started_id, clock.started_seq, clock.started_at)
        terms = of_policy(conversation, clock.metric)
        counted = fresh(terms, start, now=now)
        if not lower:
            terms, counted = _earlier([clock], start, terms, now=now)
        end(clock, "superseded", at=now, by_id=by.id if by else None)
        if clock.stopped_at is None:
            start = replace(start, seq=seq)
        facts: dict[str, Any] = {"counted": counted, "only_group_id": clock.only_group_id}
        begin(conversation, clock.metric, start, terms, now=now, **facts)
    settle(conversation)


def left_the_group(conversation: Conversation, handover: Handover, *, now: datetime) -> None:
    """It has gone back below the group whose reply was waited for: the customer still waits."""
    level = conversation.level
    for clock in active(conversation):
        only = clock.only_group_id and db.session.get(Group, clock.only_group_id)
        if not only or level >= only.level:
            continue
        terms, counted = of_clock(clock), clock.counted_at
        start = waiting(conversation)
        end(clock, "returned", at=now, by_id=handover.by_id)
        if start is None:
            continue
        if clock.due_at is None or clock.due_at <= now or clock.started_kind != "message":
            terms = of_policy(conversation, clock.metric)
            counted = fresh(terms, start, now=now)
        begin(conversation, clock.metric, start, terms, now=now, counted=counted)
    settle(conversation)
