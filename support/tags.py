"""Tags: the project's words for its conversations; who put which one where, and when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, exists, select

from support import events, live
from support.conversations import announce, locked
from support.db import db
from support.models import Agent, Conversation, EventKind, Project, Tag, Tagging
from support.people import checked_name
from support.reasons import fold
from support.refusals import BadChoice, TagNameTaken, TagUnfit

COLOURS = ("grey", "red", "orange", "yellow", "green", "teal", "blue", "purple")
NAME_LIMIT = 40


def listed(project: Project) -> list[Tag]:
    """Return a project's tags by name."""
    rows = select(Tag).where(Tag.project_id == project.id, Tag.removed_at.is_(None))
    return list(db.session.scalars(rows.order_by(Tag.folded, Tag.id)))


def create(
    project: Project, name: str, *, colour: str = "grey", by: Agent | None, now: datetime
) -> Tag:
    """Add a tag to the project's list; refuse a bad name and one that is there."""
    name = _free(project, name)
    tag = Tag(
        project_id=project.id,
        name=name,
        folded=_folded(name),
        colour=_checked(colour),
        created_at=now,
    )
    db.session.add(tag)
    db.session.flush()
    _record(tag, EventKind.TAG_CREATED, by=by, now=now, colour=tag.colour)
    return tag


def change(
    project: Project, tag: Tag, *, name: str, colour: str, by: Agent | None, now: datetime
) -> None:
    """Rename or colour a tag, everywhere at once."""
    name, colour = _free(project, name, but=tag.id), _checked(colour)
    if (name, colour) == (tag.name, tag.colour):
        return
    changed = {"name": [tag.name, name], "colour": [tag.colour, colour]}
    tag.name, tag.folded, tag.colour = name, _folded(name), colour
    moved = {field: pair for field, pair in changed.items() if pair[0] != pair[1]}
    _record(tag, EventKind.TAG_CHANGED, by=by, now=now, changed=moved)


def remove(tag: Tag, *, by: Agent | None, now: datetime) -> None:
    """Take a tag off the list; the conversations that wear it keep it."""
    if tag.removed_at is None:
        tag.removed_at = now
        _record(tag, EventKind.TAG_REMOVED, by=by, now=now)


def _free(project: Project, name: str, *, but: int | None = None) -> str:
    name = checked_name(name, NAME_LIMIT)
    taken = select(Tag.id).where(
        Tag.project_id == project.id, Tag.folded == _folded(name), Tag.removed_at.is_(None)
    )
    if db.session.scalar(taken) not in (None, but):
        raise TagNameTaken(name=name)
    return name


def _folded(name: str) -> str:
    """Return the name as it is compared; one of signs alone is compared as it is."""
    return fold(name) or name


def _checked(colour: str) -> str:
    if colour not in COLOURS:
        raise BadChoice(value=colour)
    return colour


def _record(tag: Tag, kind: EventKind, *, by: Agent | None, now: datetime, **facts: object) -> None:
    events.record(
        kind, by=by, now=now, project_id=tag.project_id, tag=tag.id, name=tag.name, **facts
    )
    live.poke("desk", project=tag.project_id, queue=True)


def put(conversation: Conversation, tag: Tag, *, by: Agent | None, now: datetime) -> Tagging:
    """Put a tag on a conversation; one that it wears stays. Refuses another project's tag."""
    seq = locked(conversation)
    worn = _worn(conversation, tag)
    if worn is not None:
        return worn
    if tag.project_id != conversation.project_id or tag.removed_at is not None:
        raise TagUnfit(name=tag.name)
    tagging = Tagging(
        conversation_id=conversation.id, tag_id=tag.id, by_id=by.id if by else None, at=now
    )
    db.session.add(tagging)
    db.session.flush()
    _told(conversation, EventKind.CONVERSATION_TAGGED, tag, by=by, now=now, seq=seq)
    return tagging


def take_off(conversation: Conversation, tag: Tag, *, by: Agent, now: datetime) -> None:
    """Take a tag off a conversation; that it was there, and who put it, is kept."""
    seq = locked(conversation)
    tagging = _worn(conversation, tag)
    if tagging is not None:
        tagging.ended_at, tagging.ended_by_id = now, by.id
        _told(conversation, EventKind.CONVERSATION_UNTAGGED, tag, by=by, now=now, seq=seq)


def _told(
    conversation: Conversation,
    kind: EventKind,
    tag: Tag,
    *,
    by: Agent | None,
    now: datetime,
    seq: int,
) -> None:
    facts = {"tag": tag.id, "name": tag.name}
    events.record_in(conversation, kind, by=by, now=now, seq=seq, **facts)
    announce(conversation, "desk")


def _worn(conversation: Conversation, tag: Tag) -> Tagging | None:
    return db.session.scalar(
        select(Tagging).where(
            Tagging.conversation_id == conversation.id,
            Tagging.tag_id == tag.id,
            Tagging.ended_at.is_(None),
        )
    )


def of(conversation: Conversation) -> list[Tagging]:
    """Return what a conversation wears, in the order in which it was put there."""
    rows = select(Tagging).where(
        Tagging.conversation_id == conversation.id, Tagging.ended_at.is_(None)
    )
    return list(db.session.scalars(rows.order_by(Tagging.id)))


def wearing(*tag_ids: int | ColumnElement[int]) -> ColumnElement[bool]:
    """Filter: the conversations that wear any of these tags."""
    return exists().where(
        Tagging.conversation_id == Conversation.id,
        Tagging.tag_id.in_(tag_ids),
        Tagging.ended_at.is_(None),
    )
