"""What a report is asked for: the range, what narrows it, and how its links say that again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import request, url_for
from sqlalchemy import func, select

from support import access
from support.access import Right
from support.db import db
from support.models import TIERS, Agent, Group, Membership, Project, Tag
from support.refusals import NotFound, Refusal
from support.reports import spans
from support.reports.scope import Scope, unhurried
from support.reports.spans import Span
from support.views import frame, i18n
from support.views.asked import in_field

DAYS = (7, 30, 90)


@dataclass(frozen=True, slots=True)
class Choices:
    """By what a report can be narrowed: pairs of id and name."""

    projects: Sequence[tuple[int, str]]
    groups: Sequence[tuple[int, str]]
    tags: Sequence[tuple[int, str]]
    agents: Sequence[tuple[int, str]]

    def name(self, agent: int | None) -> str:
        """Return what an agent is called; nobody has no name."""
        return dict(self.agents).get(agent or 0, "")


@dataclass(frozen=True, slots=True)
class Asked:
    """A report as it was asked for; `refusal` says why the range is not the one typed."""

    scope: Scope
    project: int | None
    choices: Choices
    compares: bool
    is_own: bool
    zones_differ: bool
    refusal: Refusal | None = None

    @property
    def span(self) -> Span:
        """The days."""
        return self.scope.span

    @property
    def query(self) -> dict[str, Any]:
        """What asks for the same again, in another page's address."""
        found = {
            "from": self.span.first.isoformat(),
            "to": self.span.last.isoformat(),
            "project": self.project,
            "group": self.scope.group,
            "tier": self.scope.tier,
            "tag": self.scope.tag,
            "agent": self.scope.agent,
            "compare": "1" if self.compares else "",
        }
        return {name: value for name, value in found.items() if value not in (None, "")}

    def links(self) -> Callable[[dict[str, Any]], str]:
        """Return what makes the address of the rows behind a figure: a page has a thousand."""
        here = url_for("reports.rows")
        days = {name: value for name, value in self.query.items() if name in ("from", "to")}
        rest = {name: value for name, value in self.query.items() if name not in days}
        outer, range_of = urlencode(rest), urlencode(days)

        def link(rows: dict[str, Any]) -> str:
            own = "" if "from" in rows else range_of
            return f"{here}?{'&'.join(filter(None, (urlencode(rows), own, outer)))}"

        return link


def asked(*, now: datetime) -> Asked:
    """Read the address: of projects only those whose reports the asker may read.

    Who may read none, yet works somewhere, reads his own figures there.
    """
    me = access.me()
    unhurried()
    places = list(db.session.scalars(select(Project).order_by(Project.name)))
    mine = [one for one in places if access.has_right(me, Right.REPORTS, one)]
    is_own = not mine
    if is_own:
        mine = [one for one in places if access.role_in(me, one.id) is not None]
    chosen = in_field(request.args, "project")
    shown = [one for one in mine if chosen in (None, one.id)]
    if not shown:
        raise NotFound
    zone, differ = zone_of(shown)
    span, refusal = span_asked(zone, now)
    scope = Scope(
        tuple(one.id for one in shown),
        span,
        group=in_field(request.args, "group"),
        tier=tier if (tier := request.args.get("tier", "")) in TIERS else "",
        tag=in_field(request.args, "tag"),
        agent=in_field(request.args, "agent"),
        everywhere=len(shown) == len(places),
    )
    compares = request.args.get("compare") == "1"
    names = choices(mine, shown)
    return Asked(scope, chosen, names, compares, is_own, differ, refusal)


def zone_of(places: Sequence[Project]) -> tuple[ZoneInfo, bool]:
    """Return the projects' zone; of several that differ the workspace's, and that they do."""
    zones = {one.timezone for one in places}
    name = zones.pop() if len(zones) == 1 else frame.shell().timezone
    i18n.write_in(name)
    return ZoneInfo(name), bool(zones)


def span_asked(zone: ZoneInfo, now: datetime) -> tuple[Span, Refusal | None]:
    """Return the days that were asked for; if they are none, the shipped ones and why."""
    args = request.args
    named = periods(zone, now).get(args.get("range", ""))
    if named is not None:
        return named, None
    try:
        return spans.read(args.get("from", ""), args.get("to", ""), zone=zone, now=now), None
    except Refusal as refusal:
        return spans.recent(30, zone=zone, now=now), refusal


def periods(zone: ZoneInfo, now: datetime) -> dict[str, Span]:
    """Return the ranges that have a name."""
    today = now.astimezone(zone).date()
    month = today.replace(day=1)
    found = {f"last-{days}": spans.recent(days, zone=zone, now=now) for days in DAYS}
    last = month - timedelta(days=1)
    found["this-month"] = Span(month, today, zone)
    found["last-month"] = Span(last.replace(day=1), last, zone)
    return found


def period(span: Span, now: datetime) -> str:
    """Return the name of a range that has one."""
    named = periods(span.zone, now)
    return next((name for name, one in named.items() if one == span), "")


def choices(offered: Sequence[Project], shown: Sequence[Project]) -> Choices:
    """Return what the shown projects have: groups and tags, and whoever has a place there."""
    ids = [one.id for one in shown]
    here = select(Membership.agent_id).where(Membership.project_id.in_(ids))
    # Who left counts still where he worked.
    every = access.me().is_owner
    agents = select(Agent.id, Agent.name)
    agents = agents if every else agents.where(Agent.id.in_(here) | (Agent.role == "owner"))
    return Choices(
        [(one.id, one.name) for one in offered],
        _pairs(select(Group.id, Group.name).where(Group.project_id.in_(ids)), Group.name),
        _pairs(select(Tag.id, Tag.name).where(Tag.project_id.in_(ids)), Tag.name),
        _pairs(agents, Agent.name),
    )


def _pairs(rows: Any, name: Any) -> list[tuple[int, str]]:
    found: Any = db.session.execute(rows.order_by(func.lower(name), name))
    return [(number, name_of) for number, name_of in found]
