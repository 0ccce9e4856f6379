"""A company's own addresses: sending one is no risk, sending one like it the greatest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from support import events, plans
from support.db import db
from support.models import Agent, EventKind, OwnAddress, Project
from support.people import NAME_LIMIT
from support.plans import Feature
from support.refusals import BadName, OwnAddressBroken, OwnAddressTaken, OwnAddressUnfit
from support.risk import addresses, lists

LONGEST = 255
FIT = re.compile(f"[0-9A-Za-z_:-]{{8,{LONGEST}}}")
BASE58 = "[1-9A-HJ-NP-Za-km-z]"
NETWORKS = {"trc20": "TRC20", "btc": "Bitcoin", "erc20": "ERC20"}
# What is written like an address of a network, and must have its checksum right.
LIKE = {
    "trc20": re.compile("T[0-9A-Za-z]{33}"),
    "btc": re.compile("[13][0-9A-Za-z]{25,33}|bc1[0-9a-z]{20,60}|BC1[0-9A-Z]{20,60}"),
    "erc20": re.compile("0[xX][0-9A-Za-z]{40}"),
}
EXACT = re.compile(f"[T13]{BASE58}+|bc1.*|BC1.*|0x[0-9a-fA-F]+")


def listed(project: Project) -> list[OwnAddress]:
    """Return a project's own addresses, by label."""
    rows = select(OwnAddress).where(OwnAddress.project_id == project.id)
    return list(db.session.scalars(rows.order_by(OwnAddress.label, OwnAddress.text)))


def add(
    project: Project, text: str, label: str = "", *, by: Agent | None, now: datetime
) -> OwnAddress:
    """Put an address on the list exactly as it is written; refuse a mistyped one."""
    plans.require(Feature.RISK_RULES)
    text, label = text.strip(), " ".join(label.split())
    if len(label) > NAME_LIMIT:
        raise BadName(limit=NAME_LIMIT)
    _require_fit(project, text)
    row = OwnAddress(project_id=project.id, text=text, label=label, created_at=now)
    db.session.add(row)
    _record(row, EventKind.OWN_ADDRESS_ADDED, by=by, now=now)
    return row


def _require_fit(project: Project, text: str) -> None:
    if not FIT.fullmatch(text):
        raise OwnAddressUnfit(limit=LONGEST)
    db.session.execute(select(Project.id).filter_by(id=project.id).with_for_update())
    if any(row.text == text for row in listed(project)):
        raise OwnAddressTaken(text=text)
    meant = next((kind for kind, like in LIKE.items() if like.fullmatch(text)), None)
    if meant is not None and network(text) is None:
        raise OwnAddressBroken(text=text, kind=NETWORKS[meant])


def network(text: str) -> str | None:
    """Return whose valid address this is, `trc20`, `btc` or `erc20`; None when it is none's.

    Where texts are looked through, letters are read as what they look like; here each is right.
    """
    if not EXACT.fullmatch(text):
        return None
    return next((kind for kind, span in _valid(text) if span == (0, len(text))), None)


def _valid(text: str) -> Iterator[tuple[str, addresses.Span]]:
    # The view that is searched has every l as 1, in one case.
    squeezed = text.lower().replace("l", "1")
    yield from ((addresses.VERSIONS[sort], span) for sort, span in addresses.base58(text))
    yield from (("btc", span) for span in addresses.segwit(squeezed))
    yield from (("erc20", span) for span in addresses.erc20(squeezed))


def remove(address: OwnAddress, *, by: Agent | None, now: datetime) -> None:
    """Take an address off the list: from now on sending it is what the rules say."""
    db.session.delete(address)
    _record(address, EventKind.OWN_ADDRESS_REMOVED, by=by, now=now)


def _record(address: OwnAddress, kind: EventKind, *, by: Agent | None, now: datetime) -> None:
    facts = {"name": address.label or address.text, "address": address.text}
    events.record(kind, by=by, now=now, project_id=address.project_id, **facts)
    db.session.flush()
    lists.restamp([address.project_id])
