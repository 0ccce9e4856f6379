"""The inbox: what waits for me, for anybody, and what is done."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template, request

from support import access, htmx
from support.sla import countdown
from support.views import clock, filters, formatting, frame, previews, rows, uploads
from support.views.asked import in_field
from support.views.rows import Chosen

blueprint = Blueprint("inbox", __name__)
blueprint.add_app_template_filter(formatting.formatted)
blueprint.add_app_template_filter(formatting.mentioned)
blueprint.add_app_template_filter(clock.hour)
blueprint.add_app_template_filter(clock.stamp)
blueprint.add_app_template_filter(clock.iso)
blueprint.add_app_template_filter(clock.until)
blueprint.add_app_template_filter(previews.preview)
blueprint.add_app_template_filter(previews.kind_name)
blueprint.add_app_template_filter(previews.kind_icon)
blueprint.add_app_template_filter(previews.translated)
blueprint.add_app_template_filter(previews.worn)
blueprint.add_app_template_global(uploads.fresh_key)


@blueprint.get("/")
def index() -> str:
    """Show the list, with no conversation opened."""
    return render_template("inbox/inbox.html", inbox=listed())


@blueprint.get("/rows")
def more() -> str:
    """Return the chosen rows alone, with the counters: for live pages and for paging."""
    inbox = listed(opened=in_field(request.args, "open"))
    if request.args.get("before"):
        return render_template("inbox/_more.html", inbox=inbox)
    return render_template("inbox/_refresh.html", inbox=inbox)


@blueprint.get("/filters")
def narrowing() -> str:
    """Show by what the list can be narrowed: a menu of links, or a page of them."""
    body = "inbox/_filters.html" if htmx.asks() else "inbox/filters.html"
    return render_template(body, chosen=chosen(), known=filters.choices(access.me()))


@blueprint.get("/counters")
def counters() -> str:
    """Return every counter of the frame and of the list."""
    return render_template("inbox/_counters.html", waiting=frame.shell().waiting)


def listed(opened: int | None = None) -> dict[str, Any]:
    """Read the list pane as the address asks for it."""
    agent = access.me()
    projects, choice = frame.shell().projects, chosen()
    page = rows.page(agent, choice, projects)
    return {
        "chosen": choice,
        "cases": [
            {"one": row, "due": due, "opened": row.id == opened}
            for row, due in zip(page.rows, countdown.of_rows(page.rows), strict=True)
        ],
        "after": page.after,
        "projects": projects,
        "known": filters.known(agent, choice),
        "waiting": frame.shell().waiting,
        "views": views(),
        "opened": opened,
    }


def chosen() -> Chosen:
    """Read the view, what narrows it and the place from the address."""
    return Chosen(
        view=request.args.get("view", "mine"),
        project=in_field(request.args, "project"),
        group=in_field(request.args, "group"),
        tag=in_field(request.args, "tag"),
        order="due" if request.args.get("order") == "due" else "",
        before=request.args.get("before", ""),
        count=in_field(request.args, "count", rows.PAGE),
    )


def views() -> list[str]:
    """Return the views this agent has: only who watches a project has "All"."""
    if "views" not in g:
        watches = rows.watches_any(access.me())
        g.views = [view for view in rows.VIEWS if view != "all" or watches]
    return g.views
