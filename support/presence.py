"""Presence: who is here (an open page within the last 60 s), away (set by hand) or offline.

Redis says who has a page open; the rows say when, and are brought up to date by events and by
the sweep. While Redis cannot be asked, nobody is declared offline.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select

from support import events, live, queue
from support.db import db
from support.live import PRESENT_SECONDS
from support.models import Agent, EventKind, PresenceInterval
from support.refusals import NotAllowed

SECONDS = timedelta(seconds=PRESENT_SECONDS)


def seen(agent_id: int, *, now: datetime) -> None:
    """Note that an agent has an open page; if he has just come, what waits for him is given out.

    For a door that cannot write: a job does the writing.
    """
    if live.seen(agent_id, now=now):
        queue.enqueue_now(queue.JOBS, "support.sweeps.settle", agent_id)


def gone(agent_id: int) -> None:
    """Note that an agent has logged out; a page open elsewhere brings him back."""
    live.gone(agent_id)
    queue.enqueue_now(queue.JOBS, "support.sweeps.settle", agent_id)


def states(agents: Iterable[Agent], *, now: datetime) -> dict[int, str]:
    """Return `online`, `away` or `offline` for each of these agents."""
    online = live.online(now=now)
    return {agent.id: _state(agent, here=agent.id in online) for agent in agents}


def _state(agent: Agent, *, here: bool) -> str:
    if not here:
        return "offline"
    return "online" if agent.away_at is None else "away"


def set_away(agent: Agent, *, by: Agent | None, now: datetime, why: str = "") -> None:
    """Give an agent nothing more until he is back; `by` is None when the desk itself does it."""
    if by is not None and by.id != agent.id:
        raise NotAllowed
    if agent.away_at is None:
        agent.away_at = now
        _changed(agent, EventKind.AGENT_AWAY, by=by, now=now, why=why)


def come_back(agent: Agent, *, by: Agent, now: datetime) -> None:
    """Let an agent be given conversations again; only he himself says so."""
    if by.id != agent.id:
        raise NotAllowed
    if agent.away_at is not None:
        agent.away_at = None
        _changed(agent, EventKind.AGENT_BACK, by=by, now=now, why="")
        queue.enqueue(queue.JOBS, "support.sweeps.drain_for", agent.id)


def _changed(agent: Agent, kind: EventKind, *, by: Agent | None, now: datetime, why: str) -> None:
    events.record(kind, by=by, now=now, agent=agent.id, why=why)
    settle(agent, now=now)
    _tell(agent)
    live.poke("presence", agents=(agent.id,))  # his own open pages say so


def settle(agent: Agent, *, now: datetime) -> str:
    """Bring an agent's interval up to what is true now and return his state.

    An interval ends when his page had not been heard of for 60 s, not when we noticed.
    """
    db.session.flush()
    db.session.execute(select(Agent.id).where(Agent.id == agent.id).with_for_update(key_share=True))
    running = db.session.scalar(
        select(PresenceInterval).where(
            PresenceInterval.agent_id == agent.id, PresenceInterval.ended_at.is_(None)
        )
    )
    heard = live.last_seen()
    if heard is None:
        return running.state if running else "offline"
    last = heard.get(agent.id)
    until = last + SECONDS if last else now
    state = _state(agent, here=last is not None and until >= now)
    if state == (running.state if running else "offline"):
        return state
    _turn(agent, running, state, now=now, until=min(until, now))
    return state


def _turn(
    agent: Agent, running: PresenceInterval | None, state: str, *, now: datetime, until: datetime
) -> None:
    if running is not None:
        ended = until if state == "offline" else now
        running.ended_at = max(ended, running.started_at)
        db.session.flush()
    if state != "offline":
        db.session.add(PresenceInterval(agent_id=agent.id, state=state, started_at=now))
    if state == "online":
        queue.enqueue(queue.JOBS, "support.sweeps.drain_for", agent.id)
    _tell(agent)


def _tell(agent: Agent) -> None:
    """Colleagues' pages show it: in every project of his the lists look again."""
    live.poke("desk", agents=(agent.id,))
    for member in agent.memberships:
        live.poke("desk", project=member.project_id, queue=True)


def unsettled(*, now: datetime) -> list[int]:
    """Return the ids of the agents whose rows do not say what is true now."""
    heard = live.last_seen()
    if heard is None:
        return []
    here = {agent_id for agent_id, last in heard.items() if last + SECONDS >= now}
    rows = select(PresenceInterval.agent_id).where(PresenceInterval.ended_at.is_(None))
    return sorted(here ^ set(db.session.scalars(rows)))
