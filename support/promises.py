"""Promises changed while they run: waived by a supervisor, or counted by a newer version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from support import events, queue, sla
from support.conversations import announce, locked
from support.db import db
from support.models import Agent, Conversation, EventKind, Project, SlaApplication, SlaClock
from support.refusals import NotAllowed
from support.sla import applying
from support.transfer import commands


def waive(
    conversation: Conversation, clock: SlaClock, reason: str, *, by: Agent, now: datetime
) -> None:
    """Pardon a broken promise, as a supervisor; refuse one's own, and what was not broken."""
    seq = locked(conversation)
    db.session.refresh(clock)
    if not commands(by, conversation):
        raise NotAllowed
    waiver = sla.waive(clock, reason, by=by, now=now)
    facts = {"clock": clock.id, "metric": clock.metric, "why": waiver.reason}
    events.record_in(conversation, EventKind.CLOCK_WAIVED, by=by, now=now, seq=seq, **facts)
    announce(conversation)


def apply(project: Project, *, by: Agent, now: datetime) -> SlaApplication:
    """Let the current version of the promise count for what runs already; jobs carry it out."""
    application = applying.begin(project, by=by, now=now)
    queue.enqueue(queue.JOBS, "support.sweeps.apply_policies")
    return application


def left(application_id: int, *, now: datetime) -> Sequence[int]:
    """Return the next conversations of an application."""
    return applying.left(db.session.get_one(SlaApplication, application_id), now=now)


def renew(conversation: Conversation, application_id: int, *, now: datetime) -> None:
    """Let an application count for one conversation; what it changed stands on its timeline."""
    seq = locked(conversation)
    application = db.session.get_one(SlaApplication, application_id, with_for_update=True)
    changed = applying.renew(conversation, application, now=now)
    if changed:
        facts = {"version": application.policy.version, "clocks": changed}
        kind = EventKind.PROMISE_CHANGED
        events.record_in(conversation, kind, by=application.by, now=now, seq=seq, **facts)
        announce(conversation, "desk")


def finish(application_id: int, *, now: datetime) -> None:
    """Nothing runs under an older version any more."""
    application = db.session.get_one(SlaApplication, application_id)
    application.done_at = application.done_at or now
