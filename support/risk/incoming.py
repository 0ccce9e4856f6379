"""What customers write: the groups that watch for it point it out, and stop nothing."""

from __future__ import annotations

import logging

from sqlalchemy.exc import OperationalError

from support.models import Project
from support.refusals import RiskUnchecked
from support.risk import lists
from support.risk.matcher import Found, Rule

# A longer text is read as far as this.
READ = 4_096

log = logging.getLogger(__name__)


def flagged(project: Project, text: str, *, is_escalated: bool) -> list[Rule]:
    """Return what a customer's text meets of the groups that flag such texts, each group once.

    A list that cannot be asked points at nothing: no customer's message is refused for it.
    """
    first: dict[int | None, Rule] = {}
    for found in _found(project, text[:READ]):
        rule = found.rule
        if rule.flags_incoming and (is_escalated or not rule.only_escalated):
            first.setdefault(rule.group_id, rule)
    return list(first.values())


def _found(project: Project, text: str) -> list[Found]:
    try:
        ready = lists.matcher(project)
        return ready.scan(text) if ready else []
    except OperationalError:
        raise  # the whole message is stored a moment later, and asked again
    except RiskUnchecked:
        return []  # told in the log already
    except Exception:
        log.exception("a customer's text could not be checked")
        return []
