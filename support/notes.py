"""Private notes: said among colleagues, out of the sender's reach; who is named is told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from support import alerts, drafts, events, plans
from support.conversations import announce, joined, locked
from support.db import db
from support.models import Agent, Alert, Conversation, EventKind, Membership, Note, Role
from support.reasons.fold import HAN, is_seen
from support.refusals import NoteEmpty, TextTooLong

NOTE_LIMIT = 10_000


def write(
    conversation: Conversation,
    text: str,
    *,
    by: Agent,
    now: datetime,
    client_key: str | None,
    drafted: str | None = None,
) -> Note:
    """Write a note on a conversation; the same `client_key` again returns the same note."""
    seq = locked(conversation)
    made = _made_before(by, client_key)
    if made is not None:
        return made
    plans.require(plans.Feature.NOTES)
    note = add(conversation, text, by=by, now=now, seq=seq)
    note.client_key = client_key
    drafts.settle(conversation, text, drafted, mode="note", by=by)
    db.session.flush()
    announce(conversation)
    return note


def add(
    conversation: Conversation,
    text: str,
    *,
    by: Agent | None,
    now: datetime,
    seq: int,
    parts: dict[str, Any] | None = None,
) -> Note:
    """Put a note at place `seq` of a thread that is locked; refuse one without words.

    Colleagues at the conversation who are named in it (`@Mei`) are told. Without `by` it is
    the desk's own; for `parts` see `Note`.
    """
    text = text.strip()
    if not is_seen(text):
        raise NoteEmpty
    if len(text) > NOTE_LIMIT:
        raise TextTooLong(length=len(text), limit=NOTE_LIMIT)
    note = Note(
        conversation_id=conversation.id,
        customer_id=conversation.customer_id,
        agent_id=by.id if by else None,
        text=text,
        parts=parts,
        created_at=now,
        seq=seq,
    )
    db.session.add(note)
    db.session.flush()
    facts = {"note": note.id, "text": events.digest(text)}
    events.record_in(conversation, EventKind.NOTE_WRITTEN, by=by, now=now, seq=None, **facts)
    if by is not None:
        mentioned = named(text, team(conversation))
        alerts.tell(mentioned, conversation, "mention", by=by, now=now, note=note)
    return note


def names_in(note: Note) -> list[str]:
    """Return the names of those whom a note told."""
    told = select(Agent.name).join(Alert, Alert.agent_id == Agent.id)
    here = Alert.conversation_id == note.conversation_id
    rows = told.where(here, Alert.note_id == note.id, Alert.kind == "mention")
    return list(db.session.scalars(rows.order_by(Agent.id)))


def named(text: str, team: Iterable[tuple[int, str]]) -> list[int]:
    """Return the ids of those of the team whose names follow an "@": the longest name counts."""
    folded = _folded(text)
    found: list[int] = []
    for name, ids in sorted(_by_name(team).items(), key=lambda one: -len(one[0])):
        folded, times = re.subn(mention(name), " ", folded)
        found += ids if times else []
    return found


def mention(name: str) -> str:
    """Return what matches "@" and the name, whatever space is in it.

    In a script without spaces the sentence may go on at once.
    """
    ends = "" if re.match(f"[{HAN}]", name[-1]) else rf"(?![^\W{HAN}])"
    words = r"\s+".join(map(re.escape, name.split()))
    return rf"(?<![\w.])@{words}{ends}"


def _by_name(team: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
    names: dict[str, list[int]] = {}
    for agent_id, name in team:
        names.setdefault(_folded(name), []).append(agent_id)
    return names


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def team(conversation: Conversation) -> list[tuple[int, str]]:
    """Return ids and names of those who see the conversation as it is now."""
    watchers = select(Membership.agent_id).where(
        Membership.project_id == conversation.project_id,
        Membership.role.in_((Role.SUPERVISOR, Role.AUDITOR)),
    )
    here = set(joined(conversation))
    if conversation.assignee_id is None:
        here |= set(alerts.of_group(conversation))
    rows = select(Agent.id, Agent.name).where(
        Agent.disabled_at.is_(None),
        or_(Agent.role == "owner", Agent.id.in_(watchers), Agent.id.in_(here)),
    )
    return [(agent_id, name) for agent_id, name in db.session.execute(rows)]


def _made_before(by: Agent, client_key: str | None) -> Note | None:
    if client_key is None:
        return None
    return db.session.scalar(
        select(Note).where(Note.agent_id == by.id, Note.client_key == client_key)
    )
