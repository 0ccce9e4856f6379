"""The rules of who may do what to a conversation, one line each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from support.access.sight import role_in, sees_now
from support.models import Agent, Conversation, Project, Role
from support.refusals import NotAllowed, NotFound


class Action(StrEnum):
    """What somebody may want to do to a conversation."""

    VIEW = "view"
    REPLY = "reply"
    NOTE = "note"
    TAKE = "take"
    TRANSFER = "transfer"
    TAKEOVER = "takeover"
    RESOLVE = "resolve"
    ESCALATE = "escalate"
    ACCEPT = "accept"
    RETURN = "return"
    PARK = "park"
    TAG = "tag"
    DISMISS = "dismiss"
    ADD_COLLABORATOR = "add_collaborator"
    ASK_LEAD = "ask_lead"
    GIVE_LEAD = "give_lead"
    LOWER_TIER = "lower_tier"


@dataclass(frozen=True, slots=True)
class Standing:
    """How an agent stands to a conversation right now."""

    acts: bool
    """His role may change things: an auditor's may not."""
    commands: bool
    """He is an owner, or a supervisor of the project."""
    holds: bool
    waits: bool
    sees: bool
    running: bool


RULES: dict[Action, Callable[[Standing], bool]] = {
    Action.VIEW: lambda he: he.sees,
    Action.REPLY: lambda he: he.acts and he.holds and he.running,
    Action.NOTE: lambda he: he.acts and he.sees,
    Action.TAKE: lambda he: he.acts and he.sees and he.waits,
    Action.TRANSFER: lambda he: he.acts and he.holds and he.running,
    Action.TAKEOVER: lambda he: he.commands and he.running and not he.holds,
    Action.RESOLVE: lambda he: he.acts and he.holds and he.running,
    Action.ESCALATE: lambda he: he.acts and he.holds and he.running,
    Action.ACCEPT: lambda he: he.acts and he.holds and he.running,
    Action.RETURN: lambda he: he.acts and he.holds and he.running,
    Action.PARK: lambda he: he.acts and he.holds and he.running,
    Action.TAG: lambda he: he.acts and he.sees,
    Action.DISMISS: lambda he: he.acts and he.sees and he.running,
    Action.ADD_COLLABORATOR: lambda he: he.commands and he.running,
    # An agent sees what another holds only when he has joined it; the verb asks again.
    Action.ASK_LEAD: lambda he: (
        he.acts and he.sees and he.running and not he.waits and not he.holds
    ),
    Action.GIVE_LEAD: lambda he: (
        he.running and not he.waits and (he.commands or (he.acts and he.holds))
    ),
    Action.LOWER_TIER: lambda he: he.commands and he.running,
}


def standing(agent: Agent, conversation: Conversation, *, sees: bool | None = None) -> Standing:
    """Return how the agent stands to the conversation; a disabled one stands nowhere.

    `sees` spares the question to the database where it was answered already.
    """
    role = role_in(agent, conversation.project_id) if agent.disabled_at is None else None
    return Standing(
        acts=role is not None and role != Role.AUDITOR,
        commands=role in ("owner", Role.SUPERVISOR),
        holds=conversation.assignee_id == agent.id,
        waits=conversation.assignee_id is None and not conversation.is_resolved,
        sees=role is not None and (sees_now(agent, conversation) if sees is None else sees),
        running=not conversation.is_resolved,
    )


def may(agent: Agent, action: Action, conversation: Conversation) -> bool:
    """Answer whether this agent may do this to this conversation."""
    return RULES[action](standing(agent, conversation))


def allowed(agent: Agent, conversation: Conversation, *, sees: bool | None = None) -> set[Action]:
    """Return everything this agent may do to this conversation, for the page to offer."""
    he = standing(agent, conversation, sees=sees)
    return {action for action, rule in RULES.items() if rule(he)}


def require(agent: Agent, action: Action, conversation: Conversation) -> None:
    """Refuse what the rules deny; who cannot even see it hears that nothing is there."""
    he = standing(agent, conversation)
    if not RULES[action](he):
        raise NotAllowed if he.sees else NotFound


def require_workspace(agent: Agent) -> None:
    """Refuse anyone but an owner."""
    if not agent.is_owner:
        raise NotAllowed


def may_configure(agent: Agent, project: Project) -> bool:
    """Answer whether the agent changes this project's settings: owners and supervisors do."""
    return role_in(agent, project.id) in ("owner", Role.SUPERVISOR)
