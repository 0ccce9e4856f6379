"""Calendars: when a project's people work, on which its promises and its groups can be built."""

from __future__ import annotations

from typing import Any

from babel.dates import get_day_names
from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug import Response

from support import access, calendars, hours, htmx
from support.access import Right
from support.db import commit, utcnow
from support.models import Calendar, CalendarVersion, Project
from support.views import i18n, written
from support.views.forms import kept

blueprint = Blueprint("calendars", __name__, url_prefix="/projects/<int:project_id>/calendars")
NEW: dict[str, str] = dict.fromkeys(hours.DAYS[:5], "09:00-17:00")


@blueprint.get("")
def index(project_id: int) -> str:
    """List a project's calendars, with whether each is open now and what counts by it."""
    project, now = readable(project_id), utcnow()
    rows = [
        (one, hours.is_open(calendars.hours_of(one), now), calendars.users(one))
        for one in calendars.listed(project)
    ]
    return render_template("calendars/calendars.html", project=project, rows=rows)


def readable(project_id: int) -> Project:
    """Find a project whose settings the asker may read."""
    return access.find_project(access.me(), project_id, right=Right.READ_SETTINGS)


@blueprint.get("/new")
def new(project_id: int) -> str:
    """Ask for a new calendar."""
    project = access.find_project(access.me(), project_id)
    saved = {**NEW, "zone": project.timezone, "exceptions": "", "holidays": ""}
    return drawn(project, None, saved)


@blueprint.post("")
@kept(new)
def create(project_id: int) -> Response:
    """Make a calendar."""
    project = access.find_project(access.me(), project_id)
    name = request.form.get("name", "")
    calendar = calendars.create(project, name, by=access.me(), now=utcnow(), **tables())
    return saved(calendar, _("The calendar is saved."))


@blueprint.get("/<int:calendar_id>")
def page(project_id: int, calendar_id: int) -> str:
    """Show a calendar, to be changed."""
    project = readable(project_id)
    calendar = calendars.find(project, calendar_id)
    return drawn(project, calendar, as_typed(calendar.current))


def as_typed(version: CalendarVersion) -> dict[str, str]:
    """Return a calendar as its form would have been typed."""
    week = {day: written.spans(version.weekly.get(day, [])) for day in hours.DAYS}
    return {
        **week,
        "zone": version.zone,
        "exceptions": written.exceptions(version.exceptions),
        "holidays": written.holidays(version.holidays),
    }


def drawn(project: Project, calendar: Calendar | None, saved: dict[str, str]) -> str:
    """Draw the form of a calendar."""
    return render_template(
        "calendars/calendar.html",
        project=project,
        calendar=calendar,
        saved=saved,
        days=weekdays(),
        users=calendars.users(calendar) if calendar else [],
        zones=i18n.zones(),
    )


def weekdays() -> list[tuple[str, str]]:
    """Return the days of the week with their names in the reader's language."""
    names = get_day_names("wide", locale=get_locale() or "en")
    return [(day, names[number]) for number, day in enumerate(hours.DAYS)]


@blueprint.post("/<int:calendar_id>")
@kept(page)
def change(project_id: int, calendar_id: int) -> Response:
    """Change a calendar: from now on it says this."""
    calendar = calendars.find(access.find_project(access.me(), project_id), calendar_id)
    name = request.form.get("name", "")
    calendars.change(calendar, by=access.me(), now=utcnow(), name=name, **tables())
    return saved(calendar, _("The calendar is saved."))


@blueprint.post("/<int:calendar_id>/removal")
@kept(page)
def remove(project_id: int, calendar_id: int) -> Response:
    """Take a calendar off the list, unless something counts by it."""
    calendar = calendars.find(access.find_project(access.me(), project_id), calendar_id)
    calendars.remove(calendar, by=access.me(), now=utcnow())
    return saved(calendar, _("%(name)s is removed.", name=calendar.name))


def tables() -> dict[str, Any]:
    """Return the tables of the form, for `calendars` to check."""
    form = request.form
    return {
        "zone": form.get("zone", ""),
        "weekly": {day: written.spans_in(form.get(day, "")) for day in hours.DAYS},
        "exceptions": written.exceptions_in(form.get("exceptions", "")),
        "holidays": written.holidays_in(form.get("holidays", "")),
    }


def saved(calendar: Calendar, sentence: str) -> Response:
    """Commit, say so, and show the list."""
    commit()
    flash(sentence)
    return htmx.see(url_for("calendars.index", project_id=calendar.project_id))
