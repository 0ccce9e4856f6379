"""May this agent do this? The matrix says what his role grants, the moment whether it can be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from support.access.matrix import OWNER, Action, Grant, Right, grant
from support.access.sight import role_in, sees_now
from support.models import Agent, Conversation, Project, Role
from support.refusals import NotAllowed, NotFound


@dataclass(frozen=True, slots=True)
class Standing:
    """How an agent stands to a conversation right now."""

    role: str | None
    holds: bool
    waits: bool
    sees: bool
    running: bool

    def may(self, action: Action) -> bool:
        """Whether his role grants this for this conversation, and the moment allows it."""
        return REACHES[grant(action, self.role)](self) and MOMENTS.get(action, is_running)(self)


Rule = Callable[[Standing], bool]
REACHES: dict[Grant, Rule] = {
    Grant.NO: lambda _he: False,
    Grant.YES: lambda _he: True,
    Grant.SEEN: lambda he: he.sees,
    Grant.HELD: lambda he: he.holds,
}
MOMENTS: dict[Action, Rule] = {
    Action.VIEW: lambda _he: True,
    Action.NOTE: lambda _he: True,
    Action.TAG: lambda _he: True,
    Action.WAIVE: lambda _he: True,
    Action.TAKE: lambda he: he.waits,
    Action.TAKEOVER: lambda he: he.running and not he.holds,
    # An agent sees what another holds only when he has joined it; the verb asks again.
    Action.ASK_LEAD: lambda he: he.running and not he.waits and not he.holds,
    Action.GIVE_LEAD: lambda he: he.running and not he.waits,
}


def is_running(he: Standing) -> bool:
    """What has no moment of its own needs a conversation that is not resolved."""
    return he.running


def standing(agent: Agent, conversation: Conversation, *, sees: bool | None = None) -> Standing:
    """Return how the agent stands to the conversation; a disabled one stands nowhere.

    `sees` spares the question to the database where it was answered already.
    """
    role = role_in(agent, conversation.project_id) if agent.disabled_at is None else None
    return Standing(
        role=role,
        holds=conversation.assignee_id == agent.id,
        waits=conversation.assignee_id is None and not conversation.is_resolved,
        sees=role is not None and (sees_now(agent, conversation) if sees is None else sees),
        running=not conversation.is_resolved,
    )


def may(agent: Agent, action: Action, conversation: Conversation) -> bool:
    """Answer whether this agent may do this to this conversation."""
    return standing(agent, conversation).may(action)


def allowed(
    agent: Agent, conversation: Conversation, *, sees: bool | None = None
) -> frozenset[Action]:
    """Return everything this agent may do to this conversation, for the page to offer."""
    return _everything(standing(agent, conversation, sees=sees))


@cache
def _everything(he: Standing) -> frozenset[Action]:
    """There are few ways to stand to a conversation: each is worked out once."""
    return frozenset(action for action in Action if he.may(action))


def require(agent: Agent, action: Action, conversation: Conversation) -> None:
    """Refuse what the rules deny; who cannot even see it hears that nothing is there."""
    he = standing(agent, conversation)
    if not he.may(action):
        raise NotAllowed if he.sees else NotFound


def has_right(agent: Agent, right: Right, project: Project | None = None) -> bool:
    """Answer whether the agent has a right in a project; without one, in any or the workspace.

    Who is a member of nothing yet has what agents have of the workspace.
    """
    if project is not None:
        return grant(right, role_in(agent, project.id)) is Grant.YES
    places = [OWNER] if agent.is_owner else [place.role for place in agent.memberships]
    return any(grant(right, role) is Grant.YES for role in places or [Role.AGENT])


def require_right(agent: Agent, right: Right, project: Project | None = None) -> None:
    """Refuse whoever has not this right."""
    if not has_right(agent, right, project):
        raise NotAllowed


def require_workspace(agent: Agent) -> None:
    """Refuse anyone but who may connect bots: an owner."""
    require_right(agent, Right.BOTS)


def may_configure(agent: Agent, project: Project) -> bool:
    """Answer whether the agent changes this project's settings: owners and supervisors do."""
    return has_right(agent, Right.CONFIGURE, project)


def may_configure_all(agent: Agent, projects: Iterable[Project]) -> bool:
    """Answer whether he may change what applies to all of these projects together."""
    return all(may_configure(agent, project) for project in projects)
