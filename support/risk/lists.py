"""A project's list of risk words made ready: built once for each state that the list is in.

The stamp in the project's row names the state, so every process knows at once that it has
changed, and a list that was made ready for another stamp is never asked.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Sequence
from threading import Lock

from sqlalchemy import or_, select
from sqlalchemy.exc import OperationalError

from support import live, queue
from support.db import db
from support.models import (
    OwnAddress,
    Project,
    RiskWord,
    RiskWordGroup,
    RiskWordGroupProject,
)
from support.refusals import RiskUnchecked
from support.risk.matcher import Matcher, Rule

CHANGED = "risk-list"

_kept: dict[int, tuple[str, Matcher]] = {}
_building = Lock()

log = logging.getLogger(__name__)


def matcher(project: Project) -> Matcher | None:
    """Return the project's list made ready; None where nothing needs care.

    Refuses (`RiskUnchecked`) when it cannot be read or built: sending is closed then.
    """
    if not project.risk_stamp:
        return None
    return _ready(project) or _built(project)


def _ready(project: Project) -> Matcher | None:
    stamp, ready = _kept.get(project.id, ("", None))
    return ready if stamp == project.risk_stamp else None


def _built(project: Project) -> Matcher:
    """Build the list once, however many ask for it at this moment."""
    with _building:
        ready = _ready(project)
        if ready is None:
            ready = _build(project.id)
            _kept[project.id] = (project.risk_stamp, ready)
        return ready


def _build(project_id: int) -> Matcher:
    try:
        return Matcher(_rules(project_id), _own(project_id))
    except OperationalError:
        raise  # a database that is busy is told as such, and waited for
    except Exception as error:
        log.exception("the risk words of project %s could not be made ready", project_id)
        raise RiskUnchecked from error


def _rules(project_id: int) -> list[Rule]:
    """Read to the end: a cursor that is left open would hold its reader's view for ever."""
    group = RiskWordGroup
    rows = (
        select(
            group.id,
            group.name,
            RiskWord.kind,
            RiskWord.text,
            group.action,
            group.four_eyes,
            group.only_escalated,
            group.flags_incoming,
        )
        .join(RiskWord, RiskWord.group_id == group.id)
        .join(RiskWordGroupProject, RiskWordGroupProject.group_id == group.id)
        .where(
            RiskWordGroupProject.project_id == project_id,
            group.paused_at.is_(None),
            group.removed_at.is_(None),
        )
        .order_by(RiskWord.id)
    )
    return [Rule(*row) for row in db.session.execute(rows).all()]


def _own(project_id: int) -> Sequence[str]:
    own = select(OwnAddress.text).where(OwnAddress.project_id == project_id)
    return db.session.scalars(own).all()


def restamp(project_ids: Iterable[int]) -> None:
    """Say that the lists of these projects (ids) have changed: nothing of before passes any more.

    After the commit every process makes the new list ready before somebody has to wait for it.
    """
    db.session.flush()
    # Locked first: whether anything is left is asked when nobody else is changing it.
    rows = select(Project).where(Project.id.in_(set(project_ids))).order_by(Project.id)
    for project in db.session.scalars(rows.with_for_update()):
        project.risk_stamp = secrets.token_hex(8) if _needs_care(project.id) else ""
        live.poke(CHANGED, data=str(project.id))  # for processes; no page hears it
        queue.relist(project.id)


def _needs_care(project_id: int) -> bool:
    """Whether the list says anything: a living rule, or an address that others may resemble."""
    living = (
        select(RiskWord.id)
        .join(RiskWordGroup, RiskWordGroup.id == RiskWord.group_id)
        .join(RiskWordGroupProject, RiskWordGroupProject.group_id == RiskWordGroup.id)
        .where(
            RiskWordGroupProject.project_id == project_id,
            RiskWordGroup.paused_at.is_(None),
            RiskWordGroup.removed_at.is_(None),
        )
    )
    own = select(OwnAddress.id).where(OwnAddress.project_id == project_id)
    return bool(db.session.scalar(select(or_(living.exists(), own.exists()))))
