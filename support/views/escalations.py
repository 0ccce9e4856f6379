"""Escalate a conversation: why, to whom, what they must know; and the tier, lowered again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug import Response

from support import access, escalation, htmx, reasons
from support.access import Action, Look
from support.conversations import require_holder
from support.db import db, reading, utcnow
from support.escalation import Account
from support.models import Agent, EscalationReason, Group
from support.refusals import EscalationNeeded, NotFound, TargetMissing
from support.views import colleagues, desk, forms
from support.views.asked import in_field, number
from support.views.colleagues import Choices

blueprint = Blueprint("escalations", __name__, url_prefix="/conversations/<int:conversation_id>")

PROMPTS = ("background", "request", "tried")


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the escalation form when it is shown."""

    reason: int | None = None
    tier: str = ""
    group: int | None = None
    member: int | None = None
    background: str = ""
    request: str = ""
    tried: str = ""

    @classmethod
    def from_form(cls, fields: Mapping[str, str]) -> Filled:
        """Keep what was typed and chosen."""
        group = in_field(fields, "group")
        return cls(
            reason=in_field(fields, "reason"),
            tier=fields.get("tier", ""),
            group=group,
            member=in_field(fields, f"member-{group}"),
            **{prompt: fields.get(prompt, "") for prompt in PROMPTS},
        )


@blueprint.get("/escalations")
def page(conversation_id: int) -> str:
    """Show the escalation form as a page of its own; `?reason=` chooses one."""
    return render_template("conversations/escalation.html", **form(conversation_id))


@blueprint.get("/escalations/dialog")
def dialog(conversation_id: int) -> str:
    """Return the escalation form alone, for the dialog."""
    return render_template("conversations/_escalation.html", **form(conversation_id))


@blueprint.post("/escalations")
@desk.once
@forms.kept(page)
def send(conversation_id: int) -> Response:
    """Escalate; the page that asked locks at once."""
    look = desk.looked(conversation_id, Action.ESCALATE)
    filled = Filled.from_form(request.form)
    reason = db.session.get(EscalationReason, filled.reason or 0)
    if filled.group is None:
        raise TargetMissing
    escalation.escalate(
        look.conversation,
        reason=reason,
        group=group_of(look, filled.group),
        to=agent_of(look, filled.member) if filled.member else None,
        tier=filled.tier or (reason.tier if reason else "escalated"),
        account=Account(filled.background, filled.request, filled.tried),
        by=access.me(),
        now=utcnow(),
    )
    return desk.done(look)


@blueprint.post("/tier")
def lower(conversation_id: int) -> Response:
    """Lower the tier, as a supervisor."""
    look = desk.looked(conversation_id, Action.LOWER_TIER)
    tier = request.form.get("tier", "")
    escalation.lower_tier(look.conversation, tier, by=access.me(), now=utcnow())
    return desk.done(look)


def instead(
    conversation_id: int, refusal: EscalationNeeded, *, background: str = ""
) -> Response | tuple[str, int]:
    """Turn a move that goes up into the escalation form, with what was typed and chosen."""
    db.session.rollback()
    group, member = (number(str(refusal.values[name])) for name in ("group", "agent"))
    begun = Filled(group=group, member=member, background=background)
    with reading():
        shown = form(conversation_id, begun) | {"turned": refusal}
        if htmx.asks():
            body = render_template("conversations/_escalation.html", **shown)
            return htmx.fragment(body, target="#dialog-body", swap="innerHTML")
        return render_template("conversations/escalation.html", **shown), refusal.status


def form(conversation_id: int, begun: Filled | None = None) -> dict[str, Any]:
    """Return what the escalation form shows."""
    look = desk.looked(conversation_id, Action.ESCALATE)
    require_holder(look.conversation, access.me())
    listed = reasons.listed(look.conversation.project)
    targets = colleagues.choices(look.conversation, but=access.me(), now=utcnow())
    filled = begun or _begun()
    return {
        "look": look,
        "reasons": listed,
        "choices": targets,
        "filled": filled,
        "aim": filled.group or _usual(filled, listed, targets),
    }


def _begun() -> Filled:
    if forms.refused():
        return Filled.from_form(request.form)
    return Filled(reason=in_field(request.args, "reason"))


def _usual(filled: Filled, listed: list[EscalationReason], targets: Choices) -> int | None:
    """Return the group that a reason goes to, else the nearest one above."""
    above = [team.group.id for team in targets.above]
    own = [one.group_id for one in listed if one.id == filled.reason and one.group_id in above]
    return next(iter([*own, *above]), None)


def group_of(look: Look, group_id: int) -> Group:
    """Find a group of this conversation's project; any other is not there."""
    group = db.session.get(Group, group_id)
    if group is None or group.project_id != look.conversation.project_id:
        raise NotFound
    return group


def agent_of(look: Look, agent_id: int) -> Agent:
    """Find a colleague; whether he is fit is the verb's to say.

    Who has no place in the project is not there: a refusal would tell his name.
    """
    agent = db.session.get(Agent, agent_id)
    if agent is None or access.role_in(agent, look.conversation.project_id) is None:
        raise NotFound
    return agent
