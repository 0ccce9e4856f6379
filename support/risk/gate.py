"""The gate: every verb that says something to a customer asks here before it writes anything."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import OperationalError

from support import alerts, live
from support.db import db
from support.models import Agent, Conversation, RiskAttempt
from support.refusals import RiskUnchecked
from support.risk import attempts, findings, lists, said
from support.risk.eyes import approvers
from support.risk.findings import Findings, Part
from support.risk.matcher import Matcher

log = logging.getLogger(__name__)


def check(  # noqa: PLR0913 - who says what to whom, and what he was given for it
    conversation: Conversation,
    parts: Sequence[Part],
    *,
    by: Agent | None,
    now: datetime,
    token: str = "",
    reason: str = "",
    bound: tuple[object, ...] = (),
    agreed: int | None = None,
) -> RiskAttempt | None:
    """Return None where nothing needs care, else the attempt; `is_stopped` tells whether it stops.

    The verb then writes nothing and returns it, and the door commits it: what was met is on
    record before anybody reads the answer. A `token` is used here, for exactly these parts and
    what else the message is `bound` to; one that does not fit counts as none. What the attempt
    `agreed` (an id) has covered already is not asked for again. What the desk would say by itself
    (`by` is None) nobody can confirm: it is blocked. Refuses (`RiskUnchecked`) when the list
    cannot be asked.
    """
    ready = lists.matcher(conversation.project)
    if ready is None:
        return None
    met = look(ready, conversation, parts, now=now)
    if met is None:
        return None
    digest = findings.digest(parts, bound)
    attempt = attempts.find(token, conversation, by=by, digest=digest)
    let = _agreed(met, agreed) or _used(met, attempt, now=now, reason=reason)
    return let or _stopped(met, conversation, by=by, digest=digest, now=now)


def look(
    ready: Matcher,
    conversation: Conversation,
    parts: Sequence[Part],
    *,
    now: datetime,
    place: int = said.LAST,
) -> Findings | None:
    """Return what needs care in these parts, also together with what was said just before."""
    before = said.before(conversation.customer, now=now, place=place)
    is_escalated = conversation.tier != "standard"
    try:
        return findings.find(ready, parts, before=before, is_escalated=is_escalated)
    except OperationalError:
        raise
    except Exception as error:
        log.exception("a text could not be checked for risk words")
        raise RiskUnchecked from error


def _agreed(met: Findings, number: int | None) -> RiskAttempt | None:
    earlier = db.session.get(RiskAttempt, number) if number else None
    if earlier is None or earlier.is_stopped:
        return None
    return earlier if met.covered_by(earlier) else None


def _used(
    met: Findings, attempt: RiskAttempt | None, *, now: datetime, reason: str
) -> RiskAttempt | None:
    """Use a token for what it was given for; a list that has grown meanwhile asks anew."""
    if attempt is None or not met.covered_by(attempt):
        return None
    return attempt if attempts.use(attempt, now=now, reason=reason) else None


def _stopped(
    met: Findings, conversation: Conversation, *, by: Agent | None, digest: str, now: datetime
) -> RiskAttempt:
    """Write down what was met, and call who must decide; without anybody there it is blocked."""
    stop, called = met.stop if by else "block", list[int]()
    if by and stop == "approve":
        called = approvers(conversation.project_id, by.id)
        stop = stop if called else "block"
    attempt = attempts.record(met, conversation, by=by, digest=digest, now=now, stop=stop)
    if called:
        alerts.tell(called, conversation, "approval", by=by, now=now)
        live.poke("approvals", project=conversation.project_id, agents=tuple(called))
    return attempt
