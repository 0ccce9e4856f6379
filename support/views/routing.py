"""Routing: who would get a conversation and why, and who was given the last ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_timedelta
from flask import Blueprint, render_template, request
from flask_babel import get_locale
from sqlalchemy import or_, select

from support import access, routing
from support.access import Right
from support.db import db, utcnow
from support.models import Customer, Project, Role
from support.refusals import BadInstant, Refusal
from support.views import decisions, i18n
from support.views.asked import in_field

blueprint = Blueprint("routing", __name__, url_prefix="/projects/<int:project_id>/routing")

TIERS = ("standard", "escalated", "urgent")
MOST_CUSTOMERS = 8
YEARS = range(2000, 2101)
NAMES = (Customer.first_name, Customer.last_name, Customer.username)


@dataclass
class Question:
    """What the simulator is asked: when, for whom, at which tier."""

    at: datetime
    typed_at: str
    tier: str
    who: str
    customer: Customer | None
    found: list[Customer] = field(default_factory=list[Customer])
    refused: Refusal | None = None


@blueprint.app_template_global()
def reads_routing(project_id: int) -> bool:
    """Whether the reader may open this page of a project; asks nothing of the database."""
    role = access.role_in(access.me(), project_id)
    return role == "owner" or role in access.WATCHERS


@blueprint.app_template_global()
def reads_settings(project_id: int) -> bool:
    """Whether the reader changes this project's settings; asks nothing of the database."""
    return access.role_in(access.me(), project_id) in ("owner", Role.SUPERVISOR)


@blueprint.app_template_filter()
def lasted(seconds: int) -> str:
    """Say in one unit how long something took."""
    span = timedelta(seconds=seconds)
    return format_timedelta(span, granularity="second", format="short", locale=get_locale())


@blueprint.get("")
def page(project_id: int) -> str:
    """Show the simulator with its answer, and the last decisions; auditors read it."""
    project = access.find_project(access.me(), project_id, right=Right.READ_SETTINGS)
    i18n.write_in(project.timezone)
    question = asked(project, now=utcnow())
    case = in_field(request.args, "case")
    last = decisions.last(project, case=case, before=in_field(request.args, "before"))
    return render_template(
        "routing/routing.html",
        project=project,
        question=question,
        now=utcnow(),
        tiers=TIERS,
        decisions=last[: decisions.PAGE],
        has_more=len(last) > decisions.PAGE,
        case=case,
        **answered(project, question),
    )


@blueprint.get("/customers")
def customers(project_id: int) -> str:
    """List the customers whose names hold what was typed."""
    project = access.find_project(access.me(), project_id, right=Right.READ_SETTINGS)
    return render_template(
        "routing/_customers.html", project=project, question=asked(project, now=utcnow())
    )


def asked(project: Project, *, now: datetime) -> Question:
    """Read the question; what is not said is now, a new customer, and the standard tier."""
    args = request.args
    tier = args.get("tier", "")
    question = Question(
        at=now,
        typed_at=args.get("at", "").strip(),
        tier=tier if tier in TIERS else TIERS[0],
        who=args.get("who", "").strip(),
        customer=chosen(project),
    )
    try:
        question.at = instant(question.typed_at, project) or now
    except BadInstant as refusal:
        question.refused = refusal
    question.found = named(project, question.who)
    return question


def instant(text: str, project: Project) -> datetime | None:
    """Read a time of the clock on the project's wall; None when nothing is said."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(project.timezone))
    except ValueError:
        raise BadInstant(time=text) from None
    if at.year not in YEARS:
        raise BadInstant(time=text)
    return at


def chosen(project: Project) -> Customer | None:
    """Return the customer who was chosen, if he is one of this project."""
    customer = db.session.get(Customer, in_field(request.args, "customer", 0))
    return customer if customer and customer.project_id == project.id else None


def named(project: Project, who: str) -> list[Customer]:
    """Return the last customers in whose names these words are."""
    if not who:
        return []
    fits = [
        or_(*(name.icontains(word, autoescape=True) for name in NAMES))
        for word in who.removeprefix("@").split()
    ]
    rows = select(Customer).where(Customer.project_id == project.id, *fits)
    return list(db.session.scalars(rows.order_by(Customer.id.desc()).limit(MOST_CUSTOMERS)))


def answered(project: Project, question: Question) -> dict[str, object]:
    """Return the simulator's answer with the names of its candidates."""
    answer = routing.simulate(
        project, at=question.at, customer=question.customer, tier=question.tier, now=utcnow()
    )
    if answer is None or answer.group is None or question.refused:
        return {"answer": None, "candidates": []}
    names = decisions.names_of(one[0] for one in answer.candidates)
    return {
        "answer": answer,
        "sentence": decisions.said(answer.name, answer.group, answer.why),
        "candidates": decisions.candidates(answer.candidates, answer.agent_id, names),
    }
