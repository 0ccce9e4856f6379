"""Walking the chain: every link is computed again, and the first that is wrong is named."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, bindparam, select

from support.audit.chain import START, Sealed, chained, digest
from support.audit.seal import COLUMNS, EVENT
from support.db import Big, db, run
from support.models import AuditLink, AuditWaiting, EventKind

CHUNK = 2_000
STRETCH = (
    select(AuditLink.number, AuditLink.event_id, AuditLink.digest, AuditLink.chain, *COLUMNS)
    .outerjoin(EVENT, EVENT.c.id == AuditLink.event_id)
    .where(AuditLink.number > bindparam("after", type_=Big))
    .order_by(AuditLink.number)
    .limit(bindparam("most"))
)
UNLINKED = (
    select(EVENT.c.id, EVENT.c.kind, EVENT.c.data, AuditWaiting.event_id)
    .outerjoin(AuditLink, AuditLink.event_id == EVENT.c.id)
    .outerjoin(AuditWaiting, AuditWaiting.event_id == EVENT.c.id)
    .where(AuditLink.event_id.is_(None))
    .order_by(EVENT.c.id)
)
Link = Row[*tuple[Any, ...]]


@dataclass(slots=True)
class Found:
    """What a walk found: how far it came, what is erased, and what is wrong first, if anything."""

    number: int = 0
    chain: str = START
    erased: set[int] = field(default_factory=set[int])
    recorded: set[int] = field(default_factory=set[int])
    unsealed: int = 0
    wrong: str = ""


class Broken(Exception):
    """The first thing that is wrong with the chain, as a sentence."""


def verify(heads: Iterable[str] = ()) -> Found:
    """Walk the chain from its first link, and hold it against heads kept outside, a line each.

    Says of the first row that is wrong whether it was changed, removed, or cut off.
    """
    found = Found()
    try:
        kept = dict(map(_head, heads))
        _walk(found, kept)
        _reached(found, kept)
        _unlinked(found)
    except Broken as broken:
        found.wrong = str(broken)
    return found


def _head(line: str) -> tuple[int, str]:
    try:
        head = json.loads(line)
        return int(head["number"]), str(head["chain"])
    except (ValueError, KeyError, TypeError):
        raise Broken(f"this is no head: {line.strip()[:80]!r}") from None


def _walk(found: Found, kept: dict[int, str]) -> None:
    for link in _links():
        _step(found, link)
        if kept.pop(found.number, found.chain) != found.chain:
            raise Broken(f"link {found.number} is not the one whose head was kept outside")
        event = Sealed(*link[4:])
        if event.salt is None:
            found.erased.add(event.id)
        if event.kind == EventKind.AUDIT_ERASED:
            found.recorded.update(event.data.get("events", ()))


def _reached(found: Found, kept: dict[int, str]) -> None:
    if kept:
        raise Broken(f"link {min(kept)} is gone: the chain was cut after link {found.number}")


def _links() -> Iterator[Link]:
    """Read the chain in stretches: a long walk holds nobody up."""
    after = 0
    while rows := _stretch(after):
        yield from rows
        after = rows[-1][0]
        db.session.rollback()


def _stretch(after: int) -> Sequence[Link]:
    """Read some links; where one cannot be read at all, only up to that one."""
    try:
        return run(STRETCH, {"after": after, "most": CHUNK}).all()
    except ValueError:
        return [_readable(after)]


def _readable(after: int) -> Link:
    try:
        return run(STRETCH, {"after": after, "most": 1}).one()
    except ValueError:
        raise Broken(f"the event of link {after + 1} was changed: it cannot be read") from None


def _step(found: Found, link: Link) -> None:
    """Take one link, or say what is wrong with it."""
    number, event_id, sealed, chain, *columns = link
    if number != found.number + 1:
        raise Broken(f"link {found.number + 1} is gone: after link {found.number} comes {number}")
    if columns[0] is None:
        raise Broken(f"event {event_id} was removed: only link {number} is left of it")
    if digest(Sealed(*columns)) != sealed:
        raise Broken(f"event {event_id} was changed after it was sealed as link {number}")
    if chained(found.chain, sealed, number) != chain:
        raise Broken(f"link {number} (of event {event_id}) was changed")
    found.number, found.chain = number, chain


def _unlinked(found: Found) -> None:
    """What is not linked must wait for it, and what was erased must have been recorded."""
    for id_, kind, data, waits in db.session.execute(UNLINKED):
        if not waits:
            raise Broken(f"event {id_} was never linked, and does not wait for it")
        found.unsealed += 1
        if kind == EventKind.AUDIT_ERASED:
            found.recorded.update(data.get("events", ()))
    if quiet := found.erased - found.recorded:
        raise Broken(f"event {min(quiet)} was erased, and nobody recorded that")
