"""The audit log: read, narrowed and exported by owners, supervisors and auditors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC

from flask import Blueprint, flash, render_template, request, stream_with_context, url_for
from flask_babel import gettext as _
from werkzeug import Response

from support import access, audit, events, htmx, projects
from support.access import Right
from support.cells import BOM, line
from support.db import commit, reading, utcnow
from support.models import Agent, EventKind
from support.views import frame, ledger
from support.views.guards import limiter
from support.views.wanted import FAMILIES, Asked

blueprint = Blueprint("audit", __name__, url_prefix="/audit")

HEADER = (
    *("link", "event", "time (UTC)", "kind", "what was done", "by", "agent", "address"),
    *("project", "conversation", "facts"),
)


@blueprint.get("")
def page() -> str:
    """Show the newest entries that are asked for, or the page before one."""
    agent = access.me()
    access.require_right(agent, Right.AUDIT)
    asked = Asked.of(request.args)
    found = ledger.page(agent, asked, before=request.args.get("before", ""))
    return render_template(
        "audit/audit.html",
        entries=found[: ledger.PAGE],
        has_more=len(found) > ledger.PAGE,
        asked=asked,
        places=places(agent),
        writers=ledger.writers(agent),
        choices=ledger.choices(),
        families=FAMILIES,
        state=audit.state(),
        workspace=projects.workspace() if agent.is_owner else None,
    )


def places(agent: Agent) -> dict[int, str]:
    """Return the names of the projects whose log is read."""
    own = ledger.scope(agent)
    known = frame.shell().projects
    return {one.id: one.name for one in known if own is None or one.id in own}


def who() -> str:
    """Return who takes the log along: he does so a few times an hour at most."""
    return f"audit {access.me().id}"


@blueprint.post("/export")
@limiter.limit("30 per hour", key_func=who)
def export() -> Response:
    """Give out everything that is asked for as CSV, in stretches; that it was asked is recorded."""
    agent = access.me()
    access.require_right(agent, Right.AUDIT)
    asked = Asked.of(request.args)
    ledger.page(agent, asked, most=1)  # refuses what is not his before anything is recorded
    given = {name: ledger.plain(value) for name, value in asked.args.items()}
    named = places(agent)
    project = asked.project if asked.project in named else None  # a number can be anything
    kind = EventKind.AUDIT_EXPORTED
    events.record(kind, by=agent, now=utcnow(), project_id=project, asked=given)
    commit()
    lines = stream_with_context(written(agent, asked, named))
    response = Response(lines, mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


def written(agent: Agent, asked: Asked, names: dict[int, str]) -> Iterator[str]:
    """Write the sheet a stretch at a time, each read in a transaction of its own."""
    yield BOM + line(HEADER)
    stretches = ledger.everything(agent, asked)
    while True:
        with reading():
            entries = next(stretches, None)
            lines = [line(cells(one, names)) for one in entries or ()]
            commit()  # ends what was read; nothing is forgotten by it
        if entries is None:
            return
        yield "".join(lines)


def cells(entry: ledger.Entry, names: dict[int, str]) -> list[object]:
    """Return the cells of one entry."""
    row = entry.row
    return [
        row.link,
        row.id,
        row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        row.kind,
        entry.sentence,
        row.by,
        row.by_id,
        row.address,
        names.get(row.project_id, row.project_id),
        row.conversation_id,
        json.dumps(row.data, ensure_ascii=False, sort_keys=True),
    ]


@blueprint.post("/heads")
def heads() -> Response:
    """Choose whether the owners hear the daily head by Telegram."""
    agent = access.me()
    access.require_right(agent, Right.WORKSPACE)
    row = projects.workspace()
    if row is not None:
        projects.tell_heads(row, wanted="tells_heads" in request.form, by=agent, now=utcnow())
        commit()
        flash(_("Saved."))
    return htmx.see(url_for("audit.page"))
