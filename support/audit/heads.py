"""The daily head: the chain's last link, kept where the database cannot reach it."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from support.audit.seal import last
from support.db import db
from support.models import AuditHead, Workspace

FOLDER, FILE = "audit", "heads.jsonl"


def name(*, now: datetime) -> AuditHead | None:
    """Make the last link the head of this day, the first time of a day of the workspace's zone.

    To be asked by the one sealer; None when the day has its head already.
    """
    zone = db.session.scalar(select(Workspace.timezone)) or "UTC"
    day = now.astimezone(ZoneInfo(zone)).date().isoformat()
    number, chain = last()
    if not number or db.session.scalar(select(AuditHead.id).where(AuditHead.day == day)):
        return None
    head = AuditHead(day=day, number=number, chain=chain, at=now)
    db.session.add(head)
    return head


def keep(data: Path) -> int:
    """Write the heads that this data folder has not yet into its file, and return how many.

    Asked again after a crash it writes what was missed, and nothing twice.
    """
    folder = data / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / FILE).open("a+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        fresh = _after(_last_day(file))
        if fresh:
            file.writelines(_line(head) for head in fresh)
            file.flush()
            os.fsync(file.fileno())
    return len(fresh)


def _last_day(file: IO[str]) -> str:
    """Return the day of the file's last whole line; a line that a crash cut is ended first."""
    file.seek(0)
    lines = file.read().split("\n")
    if lines[-1]:
        file.write("\n")
    days = [_day(line) for line in lines]
    return max(days, default="")


def _day(line: str) -> str:
    try:
        return str(json.loads(line)["day"])
    except (ValueError, KeyError, TypeError):
        return ""


def _after(day: str) -> Sequence[AuditHead]:
    rows = select(AuditHead).where(AuditHead.day > day)
    return db.session.scalars(rows.order_by(AuditHead.day)).all()


def _line(head: AuditHead) -> str:
    facts: dict[str, Any] = {
        "day": head.day,
        "number": head.number,
        "chain": head.chain,
        "at": head.at.isoformat(),
    }
    return json.dumps(facts) + "\n"
