"""The workspace's plan: what each includes, who takes its seats, and what another would refuse."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug import Response

from support import access, htmx, plans, projects
from support.access import Right
from support.db import commit, utcnow
from support.models import Workspace
from support.plans import Feature, Plan
from support.refusals import N_, NotFound
from support.views.forms import kept

blueprint = Blueprint("plan", __name__, url_prefix="/plan")

NAMES = {
    "trial": N_("Trial"),
    "standard": N_("Standard"),
    "professional": N_("Professional"),
    "custom": N_("Custom"),
}
FEATURES = {
    Feature.NOTES: N_("Private notes outside handovers"),
    Feature.REPORTS: N_("Reports"),
    Feature.PROFILES: N_("Customer profiles"),
    Feature.RISK_RULES: N_("New risk rules"),
}


@blueprint.before_request
def owners_only() -> None:
    """Everything here is the owner's."""
    access.require_right(access.me(), Right.PLAN)


@blueprint.get("")
def page() -> str:
    """Show the plan in use beside the others, and who takes its seats."""
    now = utcnow()
    agents, invited = plans.seat_holders(now=now)
    current, taken = plans.current(), len(agents) + len(invited)
    return render_template(
        "plan/plan.html",
        current=current,
        plans=list(plans.PLANS.values()),
        names=NAMES,
        features=FEATURES,
        taken=taken,
        agents=agents,
        invited=invited,
        refusals={
            plan.name: list(refusals(plan, instead_of=current, taken=taken))
            for plan in plans.PLANS.values()
        },
    )


def refusals(plan: Plan, *, instead_of: Plan, taken: int) -> list[str]:
    """Say what would be refused under another plan; nobody is shut out by any."""
    lost = [_(FEATURES[one]) for one in FEATURES if one in instead_of.features - plan.features]
    said = [too_full(plan, taken)] if plan.seats is not None and taken >= plan.seats else []
    if lost:
        said.append(_("No more of: %(features)s. What exists stays.", features=", ".join(lost)))
    if plan.days is not None:
        said.append(
            ngettext(
                "After %(num)s day nothing is sent; customers still reach you.",
                "After %(num)s days nothing is sent; customers still reach you.",
                plan.days,
            )
        )
    return said


def too_full(plan: Plan, taken: int) -> str:
    """Say that a plan has no seat left for another."""
    return _(
        "%(taken)s seats are taken of %(seats)s: nobody is shut out, and nobody is added.",
        taken=taken,
        seats=plan.seats,
    )


@blueprint.post("")
@kept(page)
def choose() -> Response:
    """Choose another plan, from this instant on."""
    name = request.form.get("plan", "")
    plans.choose(workspace(), name, by=access.me(), now=utcnow())
    commit()
    flash(_("The plan is now “%(plan)s”.", plan=_(NAMES[name])))
    return htmx.see(url_for("plan.page"))


def workspace() -> Workspace:
    """Return the installation's row; an owner without one has nothing to choose for."""
    row = projects.workspace()
    if row is None:
        raise NotFound
    return row
