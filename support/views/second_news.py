"""What has just called an agent for a second pair of eyes, and what became of his own message."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from flask_babel import gettext
from sqlalchemy import Row, Select, exists, or_, select

from support import access, notices
from support.access import Asker
from support.db import run
from support.models import (
    Agent,
    Alert,
    Conversation,
    Customer,
    NoticeSettings,
    Project,
    RiskAttempt,
)
from support.models.alerts import APPROVALS
from support.refusals import N_
from support.statements import one_of
from support.views.news import MOST, SINCE, Call
from support.views.rows import customer_name

SENTENCES = {
    "approval": N_("%(by)s asks for a second pair of eyes"),
    "approved": N_("%(by)s approved your message: it can be sent now"),
    "rejected": N_("%(by)s did not approve your message"),
}


def calls(agent: Agent, after: datetime, *, now: datetime) -> list[Call]:
    """Return what has called the agent since then, of conversations that he sees."""
    rows = run(_called(access.asker(agent)), access.values(agent, since=after)).all()
    settings = notices.of(agent.id) if rows else None
    return [_call(row, settings, now=now) for row in rows] if settings else []


@cache
def _called(who: Asker) -> Select[*tuple[Any, ...]]:
    """Of what was settled by somebody else meanwhile nobody is told."""
    waits = exists().where(
        RiskAttempt.conversation_id == Alert.conversation_id,
        RiskAttempt.outcome == "waiting",
        RiskAttempt.stop == "approve",
    )
    return (
        select(
            Alert.id,
            Alert.kind,
            Alert.conversation_id,
            Agent.name.label("by"),
            Project.name.label("project"),
            Project.timezone.label("zone"),
            customer_name().label("customer"),
        )
        .join(Conversation, Conversation.id == Alert.conversation_id)
        .join(Customer, Customer.id == Conversation.customer_id)
        .join(Project, Project.id == Conversation.project_id)
        .outerjoin(Agent, Agent.id == Alert.by_id)
        .where(Alert.agent_id == who.id, Alert.at > SINCE, one_of(Alert.kind, APPROVALS))
        .where(or_(Alert.kind != "approval", waits), access.visible_conversations(who))
        .order_by(Alert.id.desc())
        .limit(MOST)
    )


def _call(row: Row[*tuple[Any, ...]], settings: NoticeSettings, *, now: datetime) -> Call:
    quiet = notices.ends_at(settings, row.zone, breach=False, now=now) is not None
    asks = row.kind == "approval"
    return Call(
        key=f"alert-{row.id}",
        kind=row.kind,
        words=gettext(SENTENCES[row.kind], by=row.by or gettext("A colleague")),
        due=0,
        soon="",
        late="",
        where=gettext(
            "%(project)s · conversation %(number)s", project=row.project, number=row.conversation_id
        ),
        name=row.customer if settings.names else "",
        url="/risk/approvals" if asks else f"/conversations/{row.conversation_id}",
        sound=not quiet and settings.sound == "all",
        notify=not quiet and settings.notify,
    )
