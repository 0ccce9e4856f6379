"""What the risk words stopped: the list, its trend, one attempt, and all of it as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, render_template, request, stream_with_context
from sqlalchemy import or_, select

from support import access, cells
from support.access import Right
from support.db import db, utcnow
from support.models import Agent, Conversation, Membership, Project, RiskWordGroup
from support.refusals import NotFound
from support.views import hitrows, hittrend, i18n, marked
from support.views.asked import in_field
from support.views.hitrows import Chosen, Line
from support.views.risknames import KINDS, OUTCOMES, SHAPES, STOP_BADGES, SURFACES

blueprint = Blueprint("risk_hits", __name__, url_prefix="/risk")

COLUMNS = (
    *("attempt", "asked_at", "project", "agent", "customer", "conversation", "surface"),
    *("stop", "outcome", "groups", "words", "text", "reason", "settled_at", "settled_by"),
    "message",
)


def places() -> list[Project]:
    """Return the projects whose hits the asker may read, by name."""
    me = access.me()
    access.require_right(me, Right.RISK_HITS)
    rows = select(Project).order_by(Project.name, Project.id)
    return [one for one in db.session.scalars(rows) if access.has_right(me, Right.RISK_HITS, one)]


def asked(offered: list[Project]) -> Chosen:
    """Read what is asked for, in the zone of the project asked for; a stranger's is not there."""
    number = in_field(request.args, "project")
    project = next((one for one in offered if one.id == number), None)
    if number is not None and project is None:
        raise NotFound
    if project is not None:
        i18n.write_in(project.timezone)
    return hitrows.chosen(i18n.here(), now=utcnow())


@blueprint.get("/hits")
def page() -> str:
    """Show the list with its trend, by what the address says."""
    offered = places()
    chosen, me = asked(offered), access.me()
    lines = hitrows.page(me, chosen)
    return render_template(
        "risk/hits.html",
        chosen=chosen,
        lines=lines[: hitrows.PAGE],
        has_more=len(lines) > hitrows.PAGE,
        counts=hitrows.counted(me, chosen),
        trend=hittrend.trend(me, chosen),
        places=offered,
        agents=agents([one.id for one in offered]),
        groups=groups([one.id for one in offered]),
        **names(),
    )


def names() -> dict[str, Any]:
    """Return the words for outcomes, surfaces, kinds and stops."""
    return {
        "outcomes": OUTCOMES,
        "surfaces": SURFACES,
        "kinds": KINDS,
        "shapes": SHAPES,
        "stops": STOP_BADGES,
        "whole": marked.whole,
    }


def agents(project_ids: list[int]) -> list[tuple[int, str]]:
    """Return who may be asked for: the people of these projects, and the owners."""
    here = select(Membership.agent_id).where(Membership.project_id.in_(project_ids))
    rows = select(Agent.id, Agent.name).where(or_(Agent.id.in_(here), Agent.role == "owner"))
    return [(row[0], row[1]) for row in db.session.execute(rows.order_by(Agent.name, Agent.id))]


def groups(project_ids: list[int]) -> list[tuple[int, str]]:
    """Return the groups that apply to these projects, those removed since included."""
    rows = select(RiskWordGroup.id, RiskWordGroup.name).where(
        RiskWordGroup.projects.any(Project.id.in_(project_ids))
    )
    found = db.session.execute(rows.order_by(RiskWordGroup.name, RiskWordGroup.id))
    return [(row[0], row[1]) for row in found]


@blueprint.get("/hits.csv")
def export() -> Response:
    """Give the same list as CSV, part by part; no cell is read as a formula."""
    chosen = asked(places())
    body = stream_with_context(written(access.me(), chosen))
    name = f"risk-hits-{chosen.since}-{chosen.until}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, mimetype="text/csv", headers=headers)


def written(agent: Agent, chosen: Chosen) -> Iterator[str]:
    """Write the list line by line."""
    yield cells.BOM + cells.written([COLUMNS])
    for line in hitrows.every(agent, chosen):
        yield cells.written([cells_of(line)])


def cells_of(line: Line) -> list[object]:
    """Return an attempt as the cells of its line; times are UTC."""
    one = line.row.RiskAttempt
    groups = dict.fromkeys(hit.group_name for hit in line.hits)
    words = dict.fromkeys(hit.word for hit in line.hits)
    told = (one.surface, one.stop, one.outcome, "; ".join(groups), "; ".join(words))
    return [
        *(one.id, one.asked_at.isoformat(), line.row.project, line.row.agent, line.row.customer),
        *(one.conversation_id, *told, one.text, one.reason),
        *(one.settled_at.isoformat() if one.settled_at else "", line.row.settled_by),
        one.message_id,
    ]


@blueprint.get("/attempts/<int:attempt_id>")
def attempt(attempt_id: int) -> str:
    """Show one attempt: its text with what was met, and how it ended."""
    found = access.find_attempt(access.me(), attempt_id)
    project = db.session.get_one(Project, found.project_id)
    i18n.write_in(project.timezone)
    case = db.session.get(Conversation, found.conversation_id) if found.conversation_id else None
    return render_template(
        "risk/attempt.html", attempt=found, project=project, case=case, **names()
    )
