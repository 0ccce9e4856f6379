"""The rows behind a figure that the asker may see: the newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request
from sqlalchemy import ColumnElement, Row, Select, and_, select, text
from sqlalchemy.orm import aliased

from support import access
from support.db import db
from support.models import (
    METRICS,
    Assignment,
    Conversation,
    Customer,
    Handover,
    Project,
    SlaClock,
    SlaWaiver,
)
from support.models.clocks import UPWARD
from support.refusals import NotFound
from support.reports.escalated import IS_ESCALATION
from support.reports.hours import hour_of
from support.reports.scope import Scope
from support.views.asked import in_field
from support.views.reports import states
from support.views.reports.asked import Asked
from support.views.reports.states import STATES
from support.views.rows import customer_name

PAGE = 50
RESPONSES = ("first_response", "next_response")
NAMES = (customer_name().label("customer"), Project.name.label("project"), Conversation.status)
# Of another name: what the asker may see is asked of the table itself.
HELD = aliased(Assignment)
Rule = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of one kind, and after which number the next ones come."""

    kind: str
    rows: Sequence[Row[Any]]
    before: int | None


def page(asked: Asked, *, now: datetime) -> Page:
    """List what the address asks for; what is asked for wrongly is not there."""
    what = request.args.get("what", "")
    kind, build = KINDS.get(what, (None, None))
    if kind is None or build is None:
        raise NotFound
    key = {"clocks": SlaClock.id, "intervals": HELD.id, "handovers": Handover.id}.get(
        kind, Conversation.id
    )
    query = build(asked.scope, now).where(access.known_conversations(access.me()))
    if (before := in_field(request.args, "before")) is not None:
        query = query.where(key < before)
    query = query.order_by(key.desc()).limit(PAGE + 1)
    rows = db.session.execute(query, asked.scope.values).all()
    more = len(rows) > PAGE
    return Page(kind, rows[:PAGE], rows[PAGE - 1][0] if more else None)


def _joined(query: Any) -> Any:
    return query.join(Customer, Customer.id == Conversation.customer_id).join(
        Project, Project.id == Conversation.project_id
    )


def _cases(rule: Rule) -> Select[Any]:
    columns = (Conversation.id, Conversation.id.label("conversation"), Conversation.opened_at)
    rows = select(*columns, Conversation.resolved_at, Conversation.tier, *NAMES)
    return _joined(rows.select_from(Conversation)).where(rule)


def opened(scope: Scope, _now: datetime) -> Select[Any]:
    """Conversations opened in these days."""
    return _cases(scope.conversations())


def resolved(scope: Scope, _now: datetime) -> Select[Any]:
    """Conversations resolved in these days."""
    at = Conversation.resolved_at
    return _cases(and_(scope.cases(), at >= scope.span.start, at < scope.span.end))


def escalated(scope: Scope, _now: datetime) -> Select[Any]:
    """Conversations opened in these days that somebody escalated, by its first such deed."""
    first = _first(Handover.by_id.is_not(None))
    rules = [scope.conversations(), first.is_not(None), *_hour(scope)]
    if (who := in_field(request.args, "who")) is not None:
        rules.append(_of(first, Handover.by_id == who))
    if (why := in_field(request.args, "reason")) is not None:
        rules.append(_of(first, states.same(Handover.reason_id, why)))
    return _cases(and_(*rules))


def automatic(scope: Scope, _now: datetime) -> Select[Any]:
    """Conversations opened in these days that only went up by themselves."""
    first = _first(Handover.by_id.is_(None))
    none = _first(Handover.by_id.is_not(None)).is_(None)
    rules = [scope.conversations(), first.is_not(None), none, *_hour(scope)]
    if in_field(request.args, "who") is not None:
        rules.append(none & first.is_(None))
    if (why := in_field(request.args, "reason")) is not None:
        rules.append(_of(first, states.same(Handover.reason_id, why)))
    return _cases(and_(*rules))


def _first(rule: Rule) -> Any:
    """Return the number of a conversation's first escalation of this kind."""
    rows = select(Handover.id).where(Handover.conversation_id == Conversation.id)
    found = rows.where(IS_ESCALATION, rule).order_by(Handover.id).limit(1)
    return found.correlate(Conversation).scalar_subquery()


def _of(first: Any, rule: Rule) -> Rule:
    return first.in_(select(Handover.id).where(IS_ESCALATION, rule))


def _hour(scope: Scope) -> list[Rule]:
    hour = in_field(request.args, "hour")
    return [] if hour is None else [hour_of(scope, Conversation.opened_at) == hour]


def clocks(scope: Scope, now: datetime) -> Select[Any]:
    """Clocks that started in these days, by metric, tier, what became of them, and whose."""
    metric = request.args.get("metric", "")
    wanted = [metric] if metric in METRICS else list(METRICS)
    rules = [scope.clocks(), SlaClock.metric.in_(wanted)]
    state = request.args.get("state", "done")
    if state not in STATES:
        raise NotFound
    rules.append(STATES[state](now))
    if (who := in_field(request.args, "who")) is not None:
        rules.append(states.whose(state, who))
    return _clocks(and_(*rules), now)


def _clocks(rule: Rule, now: datetime) -> Select[Any]:
    columns = (SlaClock.id, SlaClock.conversation_id.label("conversation"), SlaClock.metric)
    facts = (SlaClock.tier, SlaClock.started_at, SlaClock.due_at, SlaClock.elapsed_business_s)
    became: Any = SlaClock.verdict(now)
    verdict = (became.label("verdict"), SlaWaiver.id.label("waiver"))
    rows = select(*columns, *facts, *verdict, *NAMES).select_from(SlaClock)
    rows = rows.join(Conversation, Conversation.id == SlaClock.conversation_id)
    return _joined(rows).outerjoin(SlaWaiver, SlaWaiver.clock_id == SlaClock.id).where(rule)


def after(scope: Scope, now: datetime) -> Select[Any]:
    """Clocks that escalations have begun in these days."""
    solved = request.args.get("metric") == "resolution"
    metric = SlaClock.metric == "resolution"
    state = request.args.get("state", "done")
    if state not in STATES:
        raise NotFound
    rules = [scope.clocks(), text(UPWARD), metric if solved else ~metric, STATES[state](now)]
    if (why := in_field(request.args, "reason")) is not None:
        reasons = select(Handover.id).where(IS_ESCALATION, states.same(Handover.reason_id, why))
        begun = and_(SlaClock.started_kind == "handover", SlaClock.started_id.in_(reasons))
        rules.append(begun)
    return _clocks(and_(*rules), now)


def held(scope: Scope, _now: datetime) -> Select[Any]:
    """The intervals of an agent that began in these days."""
    columns = (HELD.id, HELD.conversation_id.label("conversation"))
    rows = select(*columns, HELD.started_at, HELD.ended_at, *NAMES).select_from(HELD)
    rule = and_(
        HELD.agent_id == in_field(request.args, "who", 0),
        HELD.role == "assignee",
        HELD.started_at >= scope.span.start,
        HELD.started_at < scope.span.end,
    )
    rows = rows.join(Conversation, Conversation.id == HELD.conversation_id)
    return _joined(rows).where(rule, scope.few_cases())


def made(scope: Scope, _now: datetime) -> Select[Any]:
    """The escalations that an agent has asked for in these days."""
    return _moved(scope, Handover.by_id)


def received(scope: Scope, _now: datetime) -> Select[Any]:
    """The escalations that came to an agent's desk."""
    return _moved(scope, Handover.to_agent_id)


def _moved(scope: Scope, whose: Any) -> Select[Any]:
    columns = (Handover.id, Handover.conversation_id.label("conversation"), Handover.asked_at)
    rows = select(*columns, Handover.tier, *NAMES).select_from(Handover)
    at = Handover.asked_at
    rule = and_(IS_ESCALATION, at >= scope.span.start, at < scope.span.end)
    rows = rows.join(Conversation, Conversation.id == Handover.conversation_id)
    who = whose == in_field(request.args, "who", 0)
    return _joined(rows).where(rule, who, scope.few_cases())


Build = Callable[[Scope, datetime], Select[Any]]
KINDS: dict[str, tuple[str, Build]] = {
    "opened": ("conversations", opened),
    "resolved": ("conversations", resolved),
    "escalated": ("conversations", escalated),
    "automatic": ("conversations", automatic),
    "clocks": ("clocks", clocks),
    "after": ("clocks", after),
    "held": ("intervals", held),
    "made": ("handovers", made),
    "received": ("handovers", received),
}
