"""Sealing: what waits is linked into the chain, one sealer at a time.

Not in the writer's own transaction: each would have to wait there for the one before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select

from support.audit.chain import START, Sealed, chained, digest
from support.db import Big, db, run
from support.models import AuditHead, AuditLink, AuditWaiting, Event

BATCH = 500  # events; a writer waits for so many at most
LOCK = 5_150_008  # of PostgreSQL's advisory locks
EVENT = Event.metadata.tables["event"]
COLUMNS = tuple(EVENT.c[name] for name in Sealed._fields)
LAST = select(AuditLink.number, AuditLink.chain).order_by(AuditLink.number.desc()).limit(1)
# Cut off first: else SQLite walks all events in their order, and asks of each whether it waits.
NEXT = select(AuditWaiting.event_id).order_by(AuditWaiting.event_id).limit(bindparam("most"))
CUT = NEXT.subquery()
WAITING = select(*COLUMNS).join(CUT, CUT.c.event_id == EVENT.c.id).order_by(CUT.c.event_id)
LINKED = select(AuditLink.event_id).where(AuditLink.number > bindparam("before", type_=Big))
WAITED = delete(AuditWaiting).where(AuditWaiting.event_id.in_(LINKED))


@dataclass(frozen=True, slots=True)
class State:
    """How the chain stands: its last link, what waits to be linked, the last head told."""

    number: int
    chain: str
    waiting: int
    head: AuditHead | None


def seal(*, most: int = BATCH) -> int:
    """Link the events that wait, in the order of their numbers, and return how many.

    An event that commits late is linked when it is seen, after those that were there before.
    Two sealers never make one number: one of them waits on SQLite, or goes away on PostgreSQL.
    """
    if not _alone():
        return 0
    before, chain = last()
    links: list[dict[str, Any]] = []
    for number, row in enumerate(run(WAITING, {"most": most}), before + 1):
        event = Sealed(*row)
        value = digest(event)
        chain = chained(chain, value, number)
        links.append({"number": number, "event_id": event.id, "digest": value, "chain": chain})
    if links:
        db.session.execute(insert(AuditLink.metadata.tables["audit_link"]), links)
        run(WAITED, {"before": before})
    return len(links)


def _alone() -> bool:
    """Whether nobody else seals; on SQLite whoever writes is alone."""
    if db.engine.dialect.name == "sqlite":
        return True
    return bool(db.session.scalar(select(func.pg_try_advisory_xact_lock(LOCK))))


def is_waiting() -> bool:
    """Whether anything waits to be linked; asked without a lock."""
    return db.session.scalar(select(AuditWaiting.event_id).limit(1)) is not None


def last() -> tuple[int, str]:
    """Return the number of the last link and the chain's value there."""
    found = db.session.execute(LAST).one_or_none()
    return (found[0], found[1]) if found else (0, START)


def state() -> State:
    """Return how the chain stands now."""
    number, chain = last()
    waiting = db.session.scalar(select(func.count()).select_from(AuditWaiting)) or 0
    head = db.session.scalar(select(AuditHead).order_by(AuditHead.id.desc()).limit(1))
    return State(number, chain, waiting, head)
