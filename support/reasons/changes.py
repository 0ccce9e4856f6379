"""Make and change a project's reasons; a shipped text that is edited becomes the project's own."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from support import events, live
from support.db import db
from support.models import Agent, EscalationReason, EventKind, Group, Phrase, Project
from support.people import checked_name
from support.reasons.phrase import fold_phrase
from support.refusals import BadChoice, GroupUnfit, PhraseTaken, ReasonNameTaken, TextTooLong

GUIDANCE_LIMIT = 4_000
CHOICES = {"mode": ("suggest", "auto", "urgent"), "tier": ("escalated", "urgent")}
CHANGEABLE = ("name", "try_first", "when_to", "mode", "tier", "group")


def listed(project: Project) -> list[EscalationReason]:
    """Return the reasons of a project in their order: the escalation conditions."""
    rows = select(EscalationReason).where(
        EscalationReason.project_id == project.id, EscalationReason.removed_at.is_(None)
    )
    order = rows.order_by(EscalationReason.position, EscalationReason.id)
    return list(db.session.scalars(order))


def create(
    project: Project, name: str, *, by: Agent | None, now: datetime, **values: Any
) -> EscalationReason:
    """Add a reason of the project's own at the end of the list."""
    last = select(func.max(EscalationReason.position)).where(
        EscalationReason.project_id == project.id
    )
    reason = EscalationReason(project_id=project.id, name=_free(project, name), edited_at=now)
    reason.position = (db.session.scalar(last) or 0) + 1
    _set(project, reason, values)
    db.session.add(reason)
    db.session.flush()
    facts = {field: _plain(getattr(reason, field)) for field in CHANGEABLE[1:]}
    record(project, reason, EventKind.REASON_CREATED, by=by, now=now, **facts)
    return reason


def change(
    project: Project, reason: EscalationReason, *, by: Agent | None, now: datetime, **values: Any
) -> None:
    """Change a reason; what changed is recorded with before and after."""
    before = {field: _plain(getattr(reason, field)) for field in values}
    if "name" in values:
        values["name"] = _free(project, values["name"], but=reason.id)
    _set(project, reason, values)
    after = {field: _plain(getattr(reason, field)) for field in values}
    changed = {
        field: [before[field], after[field]] for field in values if before[field] != after[field]
    }
    if changed:
        if changed.keys() & {"name", "try_first", "when_to"}:
            reason.edited_at = now
        record(project, reason, EventKind.REASON_CHANGED, by=by, now=now, changed=changed)


def _free(project: Project, name: str, *, but: int | None = None) -> str:
    name = checked_name(name)
    for reason in listed(project):
        if reason.name.casefold() == name.casefold() and reason.id != but:
            raise ReasonNameTaken(name=name)
    return name


def _set(project: Project, reason: EscalationReason, values: dict[str, Any]) -> None:
    for field, value in values.items():
        if field not in CHANGEABLE:
            msg = f"a reason has nothing named {field}"
            raise TypeError(msg)
        setattr(reason, field, _checked(project, field, value))


def _checked(project: Project, field: str, value: Any) -> Any:
    if field in CHOICES and value not in CHOICES[field]:
        raise BadChoice(value=value)
    if field == "group":
        return _checked_group(project, value)
    if field in ("try_first", "when_to") and len(value) > GUIDANCE_LIMIT:
        raise TextTooLong(length=len(value), limit=GUIDANCE_LIMIT)
    return value


def _checked_group(project: Project, group: Group | None) -> Group | None:
    if group is not None and (group.project_id != project.id or group.removed_at is not None):
        raise GroupUnfit(group=group.name)
    return group


def _plain(value: Any) -> Any:
    return value.name if isinstance(value, Group) else value


def set_phrases(
    project: Project,
    reason: EscalationReason,
    texts: Iterable[str],
    *,
    by: Agent | None,
    now: datetime,
) -> None:
    """Make these the phrases of a reason; refuse one that is too short, endless, or there twice."""
    wanted: dict[str, str] = {}
    for text in filter(None, (" ".join(line.split()) for line in texts)):
        if wanted.setdefault(fold_phrase(text), text) is not text:
            raise PhraseTaken(text=text)
    before = {phrase.folded: phrase.text for phrase in reason.phrases}
    came = {folded: text for folded, text in wanted.items() if folded not in before}
    gone = {folded: text for folded, text in before.items() if folded not in wanted}
    for phrase in reason.phrases:
        if wanted.pop(phrase.folded, None) is None:
            db.session.delete(phrase)
    rows = [
        Phrase(reason_id=reason.id, text=text, folded=folded) for folded, text in wanted.items()
    ]
    db.session.add_all(rows)
    db.session.flush()
    db.session.expire(reason, ["phrases"])
    if came or gone:
        facts = {
            "phrases": len(reason.phrases),
            "added": [*came.values()],
            "gone": [*gone.values()],
        }
        record(project, reason, EventKind.REASON_CHANGED, by=by, now=now, **facts)


def remove(project: Project, reason: EscalationReason, *, by: Agent | None, now: datetime) -> None:
    """Take a reason off the list; what was escalated for it keeps its name."""
    reason.removed_at = now
    record(project, reason, EventKind.REASON_REMOVED, by=by, now=now)


def record(
    project: Project,
    reason: EscalationReason,
    kind: EventKind,
    *,
    by: Agent | None,
    now: datetime,
    **data: Any,
) -> None:
    """Write down what was done to a reason, and tell whoever keeps the list ready."""
    facts = {"reason": reason.id, "name": reason.name, **data}
    events.record(kind, by=by, now=now, project_id=project.id, **facts)
    live.poke("desk", project=project.id, queue=True)
    stamp(project)


def stamp(project: Project) -> None:
    """Every change gives the list a name of its own, under which processes keep it ready."""
    project.reasons_stamp = secrets.token_hex(8)
