"""Who belongs to a group: its chosen agents, or every agent of the project."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, or_, select

from support.db import db
from support.models import Agent, Conversation, Group, GroupMember, Membership, Role
from support.people import membership

HOLDERS = (Role.AGENT, Role.SUPERVISOR)


def chosen_ids(group: Group) -> tuple[int, ...] | None:
    """Return the ids of a group's chosen agents; None when it is everybody's."""
    if group.scope == "all":
        return None
    rows = select(GroupMember.agent_id).where(GroupMember.group_id == group.id)
    return tuple(db.session.scalars(rows.order_by(GroupMember.position)))


def agents_of(group: Group) -> list[Agent]:
    """Return the agents of a group who can hold its conversations, in their order."""
    place = and_(Membership.agent_id == Agent.id, Membership.project_id == group.project_id)
    rank = and_(GroupMember.agent_id == Agent.id, GroupMember.group_id == group.id)
    rows = (
        select(Agent)
        .outerjoin(Membership, place)
        .outerjoin(GroupMember, rank)
        .where(belongs(group), Agent.disabled_at.is_(None))
        .order_by(GroupMember.position.is_(None), GroupMember.position, Agent.id)
    )
    return list(db.session.scalars(rows))


def fit(project_id: int) -> list[Agent]:
    """Return who can be chosen for a group of this project: its agents, supervisors and owners."""
    place = and_(Membership.agent_id == Agent.id, Membership.project_id == project_id)
    rows = (
        select(Agent)
        .outerjoin(Membership, place)
        .where(Agent.disabled_at.is_(None))
        .where(or_(Agent.role == "owner", Membership.role.in_(HOLDERS)))
    )
    return list(db.session.scalars(rows.order_by(Agent.name, Agent.id)))


def belongs(group: Group) -> ColumnElement[bool]:
    """Filter over Agent, Membership and GroupMember, joined for this group: who takes part."""
    if group.scope == "all":
        return Membership.role == Role.AGENT
    fit = or_(Agent.role == "owner", Membership.role.in_(HOLDERS))
    return and_(GroupMember.id.is_not(None), fit)


def is_member(agent: Agent, group: Group) -> bool:
    """Answer whether conversations of this group may be given to this agent."""
    place = membership(agent, group.project)
    if group.scope == "all":
        return place is not None and place.role == Role.AGENT
    fit = agent.is_owner or (place is not None and place.role in HOLDERS)
    row = select(GroupMember.id).where(
        GroupMember.group_id == group.id, GroupMember.agent_id == agent.id
    )
    return fit and db.session.scalar(row) is not None


def may_take(agent: Agent, conversation: Conversation) -> bool:
    """Answer whether this agent may take it from its queue: one of its group, or a supervisor."""
    group = conversation.group
    if group is None or agent.is_owner or is_member(agent, group):
        return True
    place = membership(agent, conversation.project)
    return place is not None and place.role == Role.SUPERVISOR


def own_groups(agent_id: int | ColumnElement[int]) -> Select[int]:
    """Return the query of the ids of the groups whose queues are this agent's business."""
    everybodys = select(Membership.project_id).where(
        Membership.agent_id == agent_id, Membership.role == Role.AGENT
    )
    return select(Group.id).where(
        Group.removed_at.is_(None),
        or_(
            and_(Group.scope == "all", Group.project_id.in_(everybodys)),
            and_(Group.scope == "chosen", Group.id.in_(_places_of(agent_id))),
        ),
    )


def _places_of(agent_id: int | ColumnElement[int]) -> Select[int]:
    return select(GroupMember.group_id).where(GroupMember.agent_id == agent_id)
