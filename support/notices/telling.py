"""Telling: each stage calls each of its people once; what quiet hours hold is summed up in one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update

from support import live
from support.db import db
from support.models import Agent, Conversation, Notice, NoticeSettings, StaffLink
from support.notices import outgoing, quiet, words
from support.sla import Call

Called = tuple[int, Conversation, Call]


def tell(called: Sequence[Called], *, now: datetime) -> None:
    """Call these agents (ids), each of his conversation: on their pages, and by the bot.

    Nobody is called twice of one stage: the database says so, too.
    """
    if not called:
        return
    agents = _agents(called)
    rows = [_row(one, agents[one[0]][1], now=now) for one in called if one[0] in agents]
    returned = insert(Notice).returning(Notice.id, sort_by_parameter_order=True)
    ids = db.session.scalars(returned, rows).all()
    known = [one for one in called if one[0] in agents]
    free = [
        (notice_id, one)
        for notice_id, one, row in zip(ids, known, rows, strict=True)
        if row["held_until"] is None
    ]
    _write(free, agents, now=now)
    live.poke("notice", agents=tuple(sorted(agents)))


def _agents(called: Sequence[Called]) -> dict[int, tuple[Agent, NoticeSettings]]:
    rows = (
        select(Agent, NoticeSettings)
        .outerjoin(NoticeSettings, NoticeSettings.agent_id == Agent.id)
        .where(Agent.id.in_({one[0] for one in called}), Agent.disabled_at.is_(None))
    )
    found = db.session.execute(rows).all()
    return {agent.id: (agent, settings or quiet.unchosen(agent.id)) for agent, settings in found}


def _row(called: Called, settings: NoticeSettings, *, now: datetime) -> dict[str, object]:
    agent_id, case, call = called
    zone = case.project.timezone
    return {
        "agent_id": agent_id,
        "project_id": case.project_id,
        "conversation_id": case.id,
        "clock_id": call.clock.id,
        "stage": call.stage.key,
        "kind": "breach" if call.is_breach else "reminder",
        "at": now,
        "held_until": quiet.ends_at(settings, zone, breach=call.is_breach, now=now),
    }


def _write(
    free: Sequence[tuple[int, Called]],
    agents: dict[int, tuple[Agent, NoticeSettings]],
    *,
    now: datetime,
) -> None:
    """Let the bots write to those who have linked an account."""
    links = _links(list(agents))
    for notice_id, one in free:
        agent_id, case, call = one
        link = links.get((agent_id, case.project_id))
        agent, settings = agents[agent_id]
        if link is None or call.clock.due_at is None or not outgoing.fits(agent, case.project):
            continue
        text = _text(case, call, call.clock.due_at, settings, outgoing.language_of(agent), now=now)
        kind = "breach" if call.is_breach else "reminder"
        outgoing.write(
            case.project, link.telegram_id, kind, text, now=now, agent=agent, notice_id=notice_id
        )


def _text(
    case: Conversation,
    call: Call,
    due: datetime,
    settings: NoticeSettings,
    language: str,
    *,
    now: datetime,
) -> str:
    return words.written(
        call.clock.metric,
        due,
        late=call.is_breach,
        project=case.project.name,
        number=case.id,
        name=case.customer.name if settings.names else "",
        zone=case.project.timezone,
        now=now,
        language=language,
    )


def _links(agents: Sequence[int]) -> dict[tuple[int, int], StaffLink]:
    rows = select(StaffLink).where(StaffLink.agent_id.in_(agents), StaffLink.ended_at.is_(None))
    return {(link.agent_id, link.project_id): link for link in db.session.scalars(rows)}


def resting(*, now: datetime) -> list[int]:
    """Return the ids of the agents whose quiet hours may be over."""
    rows = select(Notice.agent_id).where(
        Notice.held_until.is_not(None), Notice.summed_at.is_(None), Notice.held_until <= now
    )
    return sorted(set(db.session.scalars(rows)))


def sum_up(agent: Agent, *, now: datetime) -> None:
    """Tell an agent in one how often he was called while his hours were quiet.

    Hours that he has made longer since go on holding it.
    """
    settings = quiet.of(agent.id)
    counted: dict[int, int] = {}
    for notice, zone in _held(agent, now=now):
        until = quiet.ends_at(settings, zone, breach=notice.kind == "breach", now=now)
        if until is not None:
            notice.held_until = until
        else:
            notice.summed_at = now
            counted[notice.project_id] = counted.get(notice.project_id, 0) + 1
    if counted and agent.disabled_at is None:
        _sum(agent, counted, now=now)
        live.poke("notice", agents=(agent.id,))


def _held(agent: Agent, *, now: datetime) -> list[tuple[Notice, str]]:
    """Return what may be summed up, claimed: of two workers the second finds nothing left."""
    due = (
        Notice.agent_id == agent.id,
        Notice.held_until <= now,
        Notice.summed_at.is_(None),
    )
    claim = update(Notice).where(*due).values(held_until=Notice.held_until)
    ids = db.session.scalars(claim.returning(Notice.id)).all()
    rows = select(Notice).where(Notice.id.in_(ids)).execution_options(populate_existing=True)
    return [(one, _zone(one)) for one in db.session.scalars(rows)]


def _zone(notice: Notice) -> str:
    return db.session.get_one(Conversation, notice.conversation_id).project.timezone


def _sum(agent: Agent, counted: dict[int, int], *, now: datetime) -> None:
    links = _links([agent.id])
    for project_id, count in counted.items():
        link = links.get((agent.id, project_id))
        if link is not None and outgoing.fits(agent, link.project):
            language = outgoing.language_of(agent)
            text = words.away(count, project=link.project.name, language=language)
            outgoing.write(link.project, link.telegram_id, "summary", text, now=now, agent=agent)
