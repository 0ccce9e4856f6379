"""Where a conversation may go: who fits, whose it is afterwards, and which moves go up."""

from __future__ import annotations

from support import groups
from support.models import Agent, Conversation, Group, Role
from support.people import may_hold, membership
from support.refusals import (
    EscalationNeeded,
    GroupUnfit,
    GroupWithoutMembers,
    TransferTargetUnfit,
)


def require_group(conversation: Conversation, group: Group) -> None:
    """Refuse a group of another project, one that was removed, and one that has nobody.

    Until the commit it cannot be removed: what comes to it finds it there.
    """
    groups.keep(group)
    if group.project_id != conversation.project_id or group.removed_at is not None:
        raise GroupUnfit(group=group.name)
    if not groups.agents_of(group):
        raise GroupWithoutMembers(group=group.name)


def require_fit(conversation: Conversation, agent: Agent) -> None:
    """Refuse somebody who cannot hold conversations of this project."""
    if not may_hold(agent, conversation.project):
        raise TransferTargetUnfit(name=agent.name)


def group_for(conversation: Conversation, agent: Agent) -> Group | None:
    """Return whose conversation it is on an agent's desk: its group's, if he is a member of it.

    Else the highest group of his that is no higher; else its group's still.
    """
    current = conversation.group
    if current is None or groups.is_member(agent, current):
        return current
    lower = [
        one for one in groups.in_project(conversation.project_id) if one.level <= current.level
    ]
    own = [one for one in reversed(lower) if groups.is_member(agent, one)]
    return own[0] if own else current


def refuse_upward(conversation: Conversation, to: Agent | Group) -> None:
    """Refuse a move that is an escalation, and name the group to which it would go."""
    group = upward(conversation, to)
    if group is not None:
        agent = to.id if isinstance(to, Agent) and groups.is_member(to, group) else None
        raise EscalationNeeded(name=to.name, group=group.id, agent=agent)


def upward(conversation: Conversation, to: Agent | Group) -> Group | None:
    """Return the higher group to which this move would take the conversation, if it goes up.

    It does when the group is of a higher level, or when the agent is not a member of its
    group but is in a higher one, or a supervisor (then the next higher group is returned).
    """
    current = conversation.group
    if current is None:
        return None
    if isinstance(to, Group):
        return to if to.level > current.level else None
    if groups.is_member(to, current):
        return None
    above = groups.levels_above(current, conversation.project_id)
    own = [one for one in above if groups.is_member(to, one)]
    return next(iter(own or (above if commands(to, conversation) else [])), None)


def commands(agent: Agent, conversation: Conversation) -> bool:
    """Whether an agent is an owner, or a supervisor of the conversation's project."""
    place = membership(agent, conversation.project)
    return agent.is_owner or (place is not None and place.role == Role.SUPERVISOR)
