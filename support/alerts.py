"""Alerts: tell agents that they are wanted at a conversation, once until they have looked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select, update

from support import groups, live
from support.db import db
from support.models import Agent, Alert, Conversation, Membership, Note, Role


def tell(
    agents: Iterable[int],
    conversation: Conversation,
    kind: str,
    *,
    by: Agent | None,
    now: datetime,
    note: Note | None = None,
) -> None:
    """Alert these agents (ids), except whoever does it and who has not seen the last one yet."""
    wanted = set(agents) - {by.id if by else 0}
    if note is None:
        wanted -= _told_already(conversation, kind)
    if not wanted:
        return
    facts = {
        "conversation_id": conversation.id,
        "kind": kind,
        "note_id": note.id if note else None,
        "by_id": by.id if by else None,
        "at": now,
    }
    db.session.add_all(Alert(agent_id=agent_id, **facts) for agent_id in sorted(wanted))
    live.poke("alert", agents=tuple(sorted(wanted)), data=kind)


def tell_all(wanted: Iterable[tuple[int, Conversation]], kind: str, *, now: datetime) -> None:
    """Alert each agent (id) of his conversation, unless he has not seen the last such alert."""
    pairs = {(agent_id, case.id) for agent_id, case in wanted}
    if not pairs:
        return
    rows = select(Alert.agent_id, Alert.conversation_id).where(
        Alert.conversation_id.in_({case for _agent, case in pairs}),
        Alert.kind == kind,
        Alert.seen_at.is_(None),
    )
    pairs -= {(row[0], row[1]) for row in db.session.execute(rows)}
    facts = {"kind": kind, "at": now}
    new = [{"agent_id": one, "conversation_id": case, **facts} for one, case in sorted(pairs)]
    if new:
        db.session.execute(insert(Alert), new)
        live.poke("alert", agents=tuple(sorted({one for one, _case in pairs})), data=kind)


def _told_already(conversation: Conversation, kind: str) -> set[int]:
    rows = select(Alert.agent_id).where(
        Alert.conversation_id == conversation.id, Alert.kind == kind, Alert.seen_at.is_(None)
    )
    return set(db.session.scalars(rows))


def seen(conversation: Conversation, *, by: Agent, now: datetime) -> int:
    """An agent looks at a conversation: what called him here is seen. Returns how many."""
    return _settle(now, Alert.conversation_id == conversation.id, Alert.agent_id == by.id)


def all_seen(*, by: Agent, now: datetime) -> int:
    """An agent has read his alerts: none of them calls him any more. Returns how many."""
    return _settle(now, Alert.agent_id == by.id)


def over(conversation: Conversation, kind: str, *, now: datetime) -> int:
    """What the alerts of this kind called for has been done by somebody: nobody is called now."""
    return _settle(now, Alert.conversation_id == conversation.id, Alert.kind == kind)


def _settle(now: datetime, *which: ColumnElement[bool]) -> int:
    unseen = Alert.seen_at.is_(None)
    rows = db.session.scalars(select(Alert).where(unseen, *which)).all()
    if rows:
        ids = [row.id for row in rows]
        db.session.execute(update(Alert).where(Alert.id.in_(ids), unseen).values(seen_at=now))
        live.poke("alert", agents=tuple(sorted({row.agent_id for row in rows})))
    return len(rows)


def unseen(agent: Agent) -> list[Alert]:
    """Return what an agent has not looked at, the newest first; the page asks `access` too."""
    rows = select(Alert).where(Alert.agent_id == agent.id, Alert.seen_at.is_(None))
    return list(db.session.scalars(rows.order_by(Alert.id.desc())))


def supervisors(project_id: int) -> list[int]:
    """Return the ids of a project's supervisors; of the owners where it has none."""
    rows = (
        select(Agent.id)
        .join(Membership, Membership.agent_id == Agent.id)
        .where(
            Membership.project_id == project_id,
            Membership.role == Role.SUPERVISOR,
            Agent.disabled_at.is_(None),
        )
    )
    return list(db.session.scalars(rows)) or owners()


def owners() -> list[int]:
    """Return the ids of the owners who can log in."""
    rows = select(Agent.id).where(Agent.role == "owner", Agent.disabled_at.is_(None))
    return list(db.session.scalars(rows))


def of_group(conversation: Conversation) -> list[int]:
    """Return the ids of the agents of the conversation's group."""
    group = conversation.group
    return [agent.id for agent in groups.agents_of(group)] if group else []
