"""Reports: figures by page and range, the rows behind them, and the same as files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, make_response, render_template, request
from werkzeug import Response

from support import access
from support.db import utcnow
from support.refusals import NotAllowed, NotFound
from support.views.asked import in_field
from support.views.reports import agents as of_agents
from support.views.reports import asked as asking
from support.views.reports import exports, lengths, overview, promises, upward
from support.views.reports import rows as behind
from support.views.reports.asked import Asked
from support.views.reports.sheets import Report
from support.views.timeline import METRICS, TIERS

blueprint = Blueprint("reports", __name__, url_prefix="/reports")
Build = Callable[..., Report]
PAGES: dict[str, Build] = {
    "overview": overview.report,
    "agents": of_agents.report,
    "sla": promises.report,
    "escalations": upward.report,
}
OWN = ("held", "made", "received", "clocks")


@blueprint.get("")
def index() -> str:
    """Show what came and went, and how the promises stand."""
    return page("overview")


@blueprint.get("/agents")
def agents() -> str:
    """Show what each agent did; who may read no reports reads his own figures."""
    now = utcnow()
    found = asking.asked(now=now)
    if found.is_own and found.scope.agent != access.me().id:
        raise NotAllowed
    return drawn("agents", found, now=now)


@blueprint.get("/sla")
def sla() -> str:
    """Show each promise by tier."""
    return page("sla")


@blueprint.get("/escalations")
def escalations() -> str:
    """Show the ratio, what drives it, and what follows."""
    return page("escalations")


@blueprint.get("/<name>.csv")
def csv(name: str) -> Response:
    """Give one table of a page, as the page has it."""
    report, found = built(name)
    wanted = request.args.get("sheet", "")
    sheets = [one for one in report.sheets if wanted in ("", one.key)]
    if not sheets:
        raise NotFound
    body = exports.as_csv(sheets[0])
    return as_file(body, "text/csv", f"{name}-{sheets[0].key}", "csv", found)


@blueprint.get("/<name>.xlsx")
def xlsx(name: str) -> Response:
    """Give all tables of a page as a workbook."""
    report, found = built(name)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return as_file(exports.as_xlsx(report, found), kind, name, "xlsx", found)


@blueprint.get("/rows")
def rows() -> str:
    """List the rows behind a figure, as far as the asker may see them."""
    now = utcnow()
    found = asking.asked(now=now)
    if found.is_own and not is_his():
        raise NotAllowed
    listed = behind.page(found, now=now)
    following = {**request.args.to_dict(), "before": listed.before}
    return render_template(
        "reports/rows.html",
        asked=found,
        page=listed,
        following=following,
        **words(),
    )


def is_his() -> bool:
    """Whether what is asked for is the asker's own."""
    own = in_field(request.args, "who") == access.me().id
    return own and request.args.get("what") in OWN


def page(name: str) -> str:
    """Draw a page for who may read reports."""
    now = utcnow()
    found = asking.asked(now=now)
    if found.is_own:
        raise NotAllowed
    return drawn(name, found, now=now)


def drawn(name: str, found: Asked, *, now: datetime) -> str:
    """Draw a page."""
    return render_template(
        "reports/report.html",
        report=PAGES[name](found, now=now),
        name=name,
        asked=found,
        period=asking.period(found.span, now),
        days=asking.DAYS,
        change=lengths.change,
        link=found.links(),
        **words(),
    )


def words() -> dict[str, Any]:
    """Return how values are written, and the names of metrics and tiers."""
    return {"told": lengths.told, "METRIC_NAMES": METRICS, "TIER_NAMES": TIERS}


def built(name: str) -> tuple[Report, Asked]:
    """Build a page's report for a file; agents get their own figures only."""
    now = utcnow()
    found = asking.asked(now=now)
    if name not in PAGES:
        raise NotFound
    if found.is_own and (name != "agents" or found.scope.agent != access.me().id):
        raise NotAllowed
    return PAGES[name](found, now=now), found


def as_file(body: str | bytes, kind: str, name: str, ending: str, found: Asked) -> Response:
    """Answer with a file that is named after its page and days."""
    response = make_response(body)
    response.mimetype = kind
    named = f'attachment; filename="{name}-{found.span.first}-{found.span.last}.{ending}"'
    response.headers["Content-Disposition"] = named
    return response
