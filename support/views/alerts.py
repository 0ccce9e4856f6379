"""Alerts: where this agent is wanted, newest first, until he has looked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import Row, Select, bindparam, func, select
from werkzeug import Response

from support import access, alerts, htmx
from support.access import Action, Asker
from support.db import Big, commit, run, utcnow
from support.models import Agent, Alert, Conversation, Customer, Note, Project
from support.models.alerts import PROMISES
from support.refusals import N_
from support.views import news, second_news, sessions
from support.views.asked import in_field
from support.views.lines import LAST
from support.views.rows import PREVIEW, customer_name

MOST = 50
BEFORE = bindparam("before", type_=Big)
SENTENCES = {
    "mention": N_("%(by)s named you in a note"),
    "waiting": N_("An escalation waits, and nobody could take it"),
    "lapsed": N_("A handover was not accepted in time"),
    "lead": N_("%(by)s asks for the lead"),
    "returned": N_("%(by)s returned this conversation"),
    "snooze": N_("A snooze is over"),
    "reminder": N_("Your conversation is due soon"),
    "breach": N_("A promised time has passed"),
    **second_news.SENTENCES,
}
ICONS = {
    "mention": "message",
    "waiting": "alert-triangle",
    "lapsed": "alarm",
    "lead": "key",
    "returned": "corner-up-left",
    "snooze": "clock",
    "reminder": "clock",
    "breach": "alarm",
    "approval": "eye",
    "approved": "circle-check",
    "rejected": "x",
}
# Where the others lead: to their conversation.
ELSEWHERE = {"approval": "/risk/approvals"}

blueprint = Blueprint("alerts", __name__)


@blueprint.get("/alerts")
def page() -> str:
    """List the alerts of conversations that the agent still sees, from `?before=` on."""
    before = in_field(request.args, "before")
    found = read(access.me(), before=before or LAST)
    return render_template(
        "alerts/alerts.html",
        alerts=joined(found[:MOST]),
        earlier=found[MOST - 1].id if len(found) > MOST else None,
        before=before,
        sentences=SENTENCES,
        icons=ICONS,
        elsewhere=ELSEWHERE,
    )


@blueprint.get("/alerts/news")
def fresh() -> str:
    """Draw a toast for each stage that has called the agent since a page last asked."""
    now = utcnow()
    until = news.drawn_at()
    since = news.since(request.args.get("since", ""), now)
    calls, more = news.calls(access.me(), since, now=now)
    calls += second_news.calls(access.me(), since, now=now)
    return render_template("alerts/_news.html", calls=calls, more=more, until=until, icons=ICONS)


def read(agent: Agent, *, before: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return the agent's latest alerts before this number, one more than a page shows."""
    return run(_listed(access.asker(agent)), access.values(agent, before=before)).all()


def joined(found: Sequence[Row[*tuple[Any, ...]]]) -> list[Row[*tuple[Any, ...]]]:
    """Make one of what the clocks of one conversation call for."""
    promises: dict[int, int] = {}
    lines: list[Row[*tuple[Any, ...]]] = []
    for row in found:
        place = promises.get(row.conversation_id) if row.kind in PROMISES else None
        if place is None:
            if row.kind in PROMISES:
                promises[row.conversation_id] = len(lines)
            lines.append(row)
        elif _weighs(row) > _weighs(lines[place]):
            lines[place] = row
    return lines


def _weighs(row: Row[*tuple[Any, ...]]) -> tuple[bool, bool]:
    return row.seen_at is None, row.kind == "breach"


@cache
def _listed(who: Asker) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Alert.id,
            Alert.kind,
            Alert.at,
            Alert.seen_at,
            Alert.conversation_id,
            Agent.name.label("by"),
            Customer.id.label("customer_id"),
            customer_name().label("customer"),
            Project.name.label("project"),
            func.substr(Note.text, 1, PREVIEW).label("note"),
        )
        .join(Conversation, Conversation.id == Alert.conversation_id)
        .join(Customer, Customer.id == Conversation.customer_id)
        .join(Project, Project.id == Conversation.project_id)
        .outerjoin(Agent, Agent.id == Alert.by_id)
        .outerjoin(Note, Note.id == Alert.note_id)
        .where(Alert.agent_id == who.id, Alert.id < BEFORE, access.visible_conversations(who))
        .order_by(Alert.id.desc())
        .limit(MOST + 1)
    )


@blueprint.post("/alerts/seen")
def all_seen() -> Response:
    """Mark every alert as seen."""
    alerts.all_seen(by=access.me(), now=utcnow())
    commit()
    return htmx.see("/alerts")


@blueprint.post("/conversations/<int:conversation_id>/alerts")
def seen(conversation_id: int) -> Response:
    """The agent has a conversation before him: what called him there is seen."""
    look = sessions.looked(access.me(), conversation_id)
    sessions.require(look, Action.VIEW)
    alerts.seen(look.conversation, by=access.me(), now=utcnow())
    commit()
    return htmx.fragment("", 204) if htmx.asks() else htmx.see("/alerts")
