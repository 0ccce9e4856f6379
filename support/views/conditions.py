"""The escalation conditions: every reason with its guidance, for everybody to read."""

from __future__ import annotations

from flask import Blueprint, render_template
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from support import access
from support.access import Right
from support.db import db
from support.models import EscalationReason, Project
from support.views.guidance import MODES, TIERS

blueprint = Blueprint("conditions", __name__, url_prefix="/conditions")


@blueprint.get("")
def index() -> str:
    """Show the reasons of every project of the reader's, each list in its order."""
    me = access.me()
    access.require_right(me, Right.OWN)
    projects = [
        project
        for project in db.session.scalars(select(Project).order_by(Project.name))
        if access.has_right(me, Right.CONDITIONS, project)
    ]
    return render_template(
        "conditions/conditions.html", lists=lists(projects), modes=MODES, tiers=TIERS
    )


def lists(projects: list[Project]) -> list[tuple[Project, list[EscalationReason]]]:
    """Return each project with its reasons, read in one query for all."""
    rows = (
        select(EscalationReason)
        .where(
            EscalationReason.project_id.in_([project.id for project in projects]),
            EscalationReason.removed_at.is_(None),
        )
        .order_by(EscalationReason.position, EscalationReason.id)
        .options(joinedload(EscalationReason.group), selectinload(EscalationReason.phrases))
    )
    found = list(db.session.scalars(rows))
    return [
        (project, [reason for reason in found if reason.project_id == project.id])
        for project in projects
    ]
