"""Attempts to send what needs care: asked, and settled once; a token is used once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, and_, or_, select, update

from support import events, utf16
from support.db import db
from support.models import Agent, Conversation, EventKind, RiskAttempt
from support.refusals import AttemptSettled, NotAllowed
from support.risk.findings import LINE, Findings

CONFIRM_WITHIN = timedelta(minutes=5)
# A supervisor may be in another conversation: he has longer than a page that is looked at.
DECIDE_WITHIN = timedelta(minutes=30)

Row = RiskAttempt
OPEN = and_(Row.outcome == "waiting", Row.used_at.is_(None))
GRANTED = or_(
    and_(Row.stop == "confirm", Row.outcome == "waiting"),
    and_(Row.stop == "approve", Row.outcome == "approved"),
)


def record(
    findings: Findings,
    conversation: Conversation,
    *,
    by: Agent | None,
    digest: str,
    now: datetime,
    stop: str = "",
) -> RiskAttempt:
    """Write down an attempt and its hits; one that can go on carries its token, once.

    `stop` is what stops it, where that is not for its hits alone to say.
    """
    stop = stop or findings.stop
    attempt = RiskAttempt(
        project_id=conversation.project_id,
        customer_id=conversation.customer_id,
        conversation_id=conversation.id,
        agent_id=by.id if by else None,
        surface=findings.surface,
        text=findings.text,
        digest=digest,
        stamp=conversation.project.risk_stamp,
        stop=stop,
        outcome="blocked" if stop == "block" else "waiting",
        asked_at=now,
        hits=findings.hits(),
    )
    if stop != "block":
        _keep_open(attempt, now=now)
    db.session.add(attempt)
    db.session.flush()
    _recorded(attempt, EventKind.RISK_STOPPED, by=by, now=now, text=events.digest(attempt.text))
    return attempt


def _keep_open(attempt: RiskAttempt, *, now: datetime) -> None:
    """Let it go on for a while, by whoever brings its token."""
    within = CONFIRM_WITHIN if attempt.stop == "confirm" else DECIDE_WITHIN
    attempt.expires_at, attempt.token = now + within, secrets.token_urlsafe(32)
    attempt.token_digest = _digest(attempt.token)


def _recorded(
    attempt: RiskAttempt, kind: EventKind, *, by: Agent | None, now: datetime, **facts: str
) -> None:
    """Tell the audit log: which words, of which groups, where; the words said by their digest."""
    conversation = db.session.get_one(Conversation, attempt.conversation_id)
    groups = ", ".join(dict.fromkeys(hit.group_name for hit in attempt.hits))
    facts |= {"words": attempt.words, "groups": groups, "surface": attempt.surface}
    facts |= {"stop": attempt.stop, "outcome": attempt.outcome}
    events.record_in(conversation, kind, by=by, now=now, seq=None, attempt=attempt.id, **facts)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def renew(attempt: RiskAttempt, *, by: Agent, now: datetime) -> None:
    """Give one's own attempt another token, for a page that was loaded anew; the old one ends.

    Refuses another's, and what is settled, used or late already.
    """
    if attempt.agent_id != by.id:
        raise NotAllowed
    token = secrets.token_urlsafe(32)
    still = Row.outcome.in_(("waiting", "approved")), Row.used_at.is_(None), Row.expires_at > now
    if not _won(attempt, {"token_digest": _digest(token)}, *still):
        raise AttemptSettled
    attempt.token = token


def find(
    token: str, conversation: Conversation, *, by: Agent | None, digest: str
) -> RiskAttempt | None:
    """Return the attempt of a token, if it is this agent's, here, and of exactly this content."""
    if not token or by is None:
        return None
    return db.session.scalar(
        select(Row).where(
            Row.token_digest == _digest(token),
            Row.agent_id == by.id,
            Row.conversation_id == conversation.id,
            Row.digest == digest,
        )
    )


def use(attempt: RiskAttempt, *, now: datetime, reason: str = "") -> bool:
    """Its agent uses a token; of two who bring it one wins. False when it is used or late."""
    values: dict[str, Any] = {"used_at": now}
    if attempt.stop == "confirm":
        values |= {"outcome": "confirmed", "settled_at": now, "settled_by_id": attempt.agent_id}
        values |= {"reason": line(reason)}
    return _won(attempt, values, GRANTED, Row.used_at.is_(None), Row.expires_at > now)


def cancel(attempt: RiskAttempt, *, by: Agent, now: datetime) -> None:
    """The agent does not send it after all; refuse another's, and what is settled already."""
    if attempt.agent_id != by.id:
        raise NotAllowed
    settle(attempt, "cancelled", by=by, now=now)
    _recorded(attempt, EventKind.RISK_CANCELLED, by=by, now=now)


def settle(
    attempt: RiskAttempt, outcome: str, *, by: Agent | None, now: datetime, **others: Any
) -> None:
    """Write how an attempt ended, where nothing stands yet; refuse when somebody was faster."""
    values = {"outcome": outcome, "settled_at": now, "settled_by_id": by.id if by else None}
    if not _won(attempt, values | others, OPEN, Row.expires_at > now):
        raise AttemptSettled


def expire(attempt: RiskAttempt, *, now: datetime) -> None:
    """Its time is over: it was not confirmed, not decided, or not sent when it was approved."""
    unused = (Row.outcome.in_(("waiting", "approved")), Row.used_at.is_(None))
    values = {"outcome": "expired", "settled_at": attempt.settled_at or now}
    if _won(attempt, values, *unused, Row.expires_at <= now):
        _recorded(attempt, EventKind.RISK_EXPIRED, by=None, now=now)


def due(*, now: datetime) -> Sequence[int]:
    """Return the ids of the attempts whose time is over."""
    late = Row.outcome.in_(("waiting", "approved")), Row.expires_at <= now
    return db.session.scalars(select(Row.id).where(*late, Row.used_at.is_(None))).all()


def _won(attempt: RiskAttempt, values: dict[str, Any], *still: Any) -> bool:
    """Change an attempt if it still stands as it must: one of two who do so wins."""
    done = db.session.execute(
        update(Row).where(Row.id == attempt.id, *still).values(values),
        execution_options={"synchronize_session": False},
    )
    db.session.refresh(attempt)
    return isinstance(done, CursorResult) and done.rowcount == 1


def line(text: str) -> str:
    """Return a text as a column of one line keeps it."""
    return utf16.kept(" ".join(text.split()))[:LINE]
