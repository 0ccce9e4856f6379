"""The promised times of a project: one table to edit, what it lacks, and what it would mean."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from support import access, calendars, htmx, promises
from support.access import Right
from support.db import commit, db, utcnow
from support.models import METRICS, TIERS, Agent, Project, SlaPolicy
from support.sla import applying as applications
from support.sla import policies, versions
from support.sla.policies import Preview
from support.sla.promise import Asked, Key
from support.views import i18n, promised, written
from support.views.asked import in_field
from support.views.forms import kept
from support.views.timeline import TIERS as TIER_NAMES

blueprint = Blueprint("sla", __name__, url_prefix="/projects/<int:project_id>/sla")
FRIDAY, HALF_PAST_FOUR = 4, time(16, 30)


@blueprint.get("")
def page(project_id: int) -> str:
    """Show the promise that counts now, to be changed, and answer what it would mean."""
    project = access.find_project(access.me(), project_id, right=Right.READ_SETTINGS)
    i18n.write_in(project.timezone)
    policy = policies.current(project)
    row = db.session.get(SlaPolicy, policy.id) if policy.id else None
    at, tier = asked_at(project), asked_tier()
    return render_template(
        "sla/sla.html",
        project=project,
        policy=policy,
        row=row,
        by=db.session.get(Agent, row.by_id) if row and row.by_id else None,
        tiers={one: _(TIER_NAMES[one]) for one in TIERS},
        metrics=promised.metrics(),
        lacking=policies.coverage(project),
        calendars=calendars.listed(project),
        stages=promised.stages(policy),
        whom=promised.whom(),
        acts=promised.acts(),
        length=written.length,
        previews=previews(project, tier, at),
        asked=(tier, at.astimezone(i18n.here()).strftime("%Y-%m-%dT%H:%M")),
    )


def asked_tier() -> str:
    """Return the tier that the preview is asked for."""
    tier = request.args.get("tier", "")
    return tier if tier in TIERS else TIERS[0]


def asked_at(project: Project) -> datetime:
    """Return the instant that the preview is asked for, else the coming Friday at 16:30."""
    zone = ZoneInfo(project.timezone)
    try:
        given = datetime.fromisoformat(request.args.get("at", ""))
        return given.replace(tzinfo=zone) if 1971 < given.year < 2200 else coming_friday(zone)
    except ValueError:
        return coming_friday(zone)


def coming_friday(zone: ZoneInfo) -> datetime:
    """Return half past four on the next Friday, on the project's wall."""
    today = utcnow().astimezone(zone).date()
    day = today + timedelta(days=(FRIDAY - today.weekday()) % 7)
    return datetime.combine(day, HALF_PAST_FOUR, zone)


def previews(project: Project, tier: str, at: datetime) -> dict[str, Preview | None]:
    """Return when each metric of a tier would be due; None where nothing is promised."""
    return {metric: policies.preview(project, tier, metric, at) for metric in METRICS}


@blueprint.get("/versions")
def old(project_id: int) -> str:
    """Show every version: who made it, when, what it changed, and what it was applied to."""
    project = access.find_project(access.me(), project_id, right=Right.READ_SETTINGS)
    i18n.write_in(project.timezone)
    return render_template(
        "sla/versions.html",
        project=project,
        versions=versions.of(project),
        length=written.length,
        whom=promised.whom(),
        acts=promised.acts(),
    )


@blueprint.get("/application")
def applying(project_id: int) -> str:
    """Foretell what letting the current version count for running clocks would change."""
    project = access.find_project(access.me(), project_id)
    i18n.write_in(project.timezone)
    return render_template(
        "sla/application.html",
        project=project,
        policy=policies.current(project),
        effect=applications.preview(project, now=utcnow()),
    )


@blueprint.post("/application")
@kept(applying)
def apply(project_id: int) -> Response:
    """Let the current version count for what runs already."""
    project = access.find_project(access.me(), project_id)
    promises.apply(project, by=access.me(), now=utcnow())
    commit()
    flash(_("The new times are being applied to what runs."))
    return htmx.see(url_for("sla.old", project_id=project.id))


@blueprint.post("")
@kept(page)
def change(project_id: int) -> Response:
    """Make the next version of the promise."""
    project = access.find_project(access.me(), project_id)
    policies.change(
        project,
        targets={key: target(project, *key) for key in keys()},
        pause_waiting="pause_waiting" in request.form,
        pause_snoozed="pause_snoozed" in request.form,
        stages=promised.stages_in(request.form),
        by=access.me(),
        now=utcnow(),
    )
    commit()
    flash(_("The promised times are saved."))
    return htmx.see(url_for("sla.page", project_id=project.id))


def keys() -> list[Key]:
    """Return the tiers and metrics of the form; one that is not in it stays as it is."""
    every = [(tier, metric) for tier in TIERS for metric in METRICS]
    return [(tier, metric) for tier, metric in every if f"{tier}-{metric}" in request.form]


def target(project: Project, tier: str, metric: str) -> Asked | None:
    """Return what the form asks for one metric of one tier; an empty field promises nothing."""
    seconds = written.seconds_in(request.form.get(f"{tier}-{metric}", ""))
    if seconds is None:
        return None
    number = in_field(request.form, f"{tier}-{metric}-calendar")
    return Asked(seconds, calendars.find(project, number) if number else None)
