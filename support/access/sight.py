"""Which conversations, and what of their threads, an agent may see: as SQL filters."""

from __future__ import annotations

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from support import groups
from support.access.prepared import WATCHERS, Asker
from support.db import db
from support.models import (
    Agent,
    Assignment,
    Conversation,
    Event,
    Handover,
    Message,
    Note,
    Project,
    RiskAttempt,
)


def role_in(agent: Agent, project_id: int) -> str | None:
    """Return the agent's role in a project: `owner`, a membership's role, or None."""
    if agent.is_owner:
        return "owner"
    roles = {member.project_id: member.role for member in agent.memberships}
    return roles.get(project_id)


def watched_projects(agent: Agent | Asker) -> ColumnElement[bool]:
    """Conversations of projects in which the agent sees everything."""
    if agent.is_owner:
        return true()
    if isinstance(agent, Asker):
        return Conversation.project_id.in_(agent.watched)
    watched = [m.project_id for m in agent.memberships if m.role in WATCHERS]
    return Conversation.project_id.in_(watched) if watched else false()


def visible_attempts(agent: Agent) -> ColumnElement[bool]:
    """Filter: the attempts to send risk words in projects in which the agent sees everything."""
    if agent.is_owner:
        return true()
    watched = [m.project_id for m in agent.memberships if m.role in WATCHERS]
    return RiskAttempt.project_id.in_(watched) if watched else false()


def own_projects(agent: Agent | Asker) -> list[int] | Select[int]:
    """Return the ids of the projects of which the agent is a member."""
    if isinstance(agent, Asker):
        return agent.own
    return [member.project_id for member in agent.memberships]


def visible_conversations(agent: Agent | Asker) -> ColumnElement[bool]:
    """Filter: the conversations whose present and future this agent may see.

    Watchers see all of their projects; an agent sees what he holds or has joined, and what
    waits in the queues of his groups where the project lets agents see it.
    """
    return or_(
        watched_projects(agent),
        and_(Conversation.project_id.in_(own_projects(agent)), or_(_queued(agent), _held(agent))),
    )


def _held(agent: Agent | Asker) -> ColumnElement[bool]:
    return or_(
        Conversation.assignee_id == agent.id,
        exists().where(
            Assignment.conversation_id == Conversation.id,
            Assignment.agent_id == agent.id,
            Assignment.ended_at.is_(None),
        ),
    )


def _queued(agent: Agent | Asker) -> ColumnElement[bool]:
    """Filter: what waits in the queues of his own groups, or of a project without groups."""
    seen = select(Project.id).where(Project.agents_see_queue.is_(True))
    own = Conversation.group_id.in_(groups.own_groups(agent.id))
    return and_(
        or_(Conversation.group_id.is_(None), own),
        Conversation.assignee_id.is_(None),
        ~Conversation.is_resolved,
        Conversation.project_id.in_(seen),
    )


Thread = type[Message] | type[Note] | type[Event] | type[Handover]


def visible(
    agent: Agent | Asker, table: Thread, *, opened: ColumnElement[int] | None = None
) -> ColumnElement[bool]:
    """Filter: the messages, notes, deeds or handovers that this agent may see.

    Everything of a conversation he may see now; of a customer whom he holds now also the
    earlier conversations, where the project allows; and of a conversation that was taken
    from him what stood there until then, where the project leaves him that. On the page of
    the conversation `opened` only of that one: a look has one horizon, and others differ.
    """
    left = _until_he_left(agent, table)
    if opened is not None:
        left = and_(table.conversation_id == opened, left)
    return or_(_of_visible(agent, table), left)


def _of_visible(agent: Agent | Asker, table: Thread) -> ColumnElement[bool]:
    mine = or_(visible_conversations(agent), earlier(agent))
    return exists(
        select(literal(1))
        .select_from(Conversation)
        .where(Conversation.id == table.conversation_id, mine)
        .correlate(table)
    )


def earlier(agent: Agent | Asker) -> ColumnElement[bool]:
    """Filter: the conversations of customers whom this agent holds now, where a project allows."""
    now = aliased(Conversation)
    allowed = select(Project.id).where(Project.earlier_conversations.is_(True))
    return and_(
        Conversation.project_id.in_(own_projects(agent)),
        Conversation.project_id.in_(allowed),
        exists(
            select(literal(1))
            .select_from(now)
            .where(
                now.customer_id == Conversation.customer_id,
                now.assignee_id == agent.id,
                ~now.is_resolved,
            )
            .correlate(Conversation)
        ),
    )


def _until_he_left(agent: Agent | Asker, table: Thread) -> ColumnElement[bool]:
    left = aliased(Conversation)
    return exists(
        select(literal(1))
        .select_from(Assignment)
        .join(left, left.id == Assignment.conversation_id)
        .join(Project, Project.id == left.project_id)
        .where(
            Assignment.conversation_id == table.conversation_id,
            Assignment.agent_id == agent.id,
            Assignment.last_seq >= table.seq,
            Project.after_transfer == "transcript",
            Project.id.in_(own_projects(agent)),
        )
        .correlate(table)
    )


def sees_now(agent: Agent, conversation: Conversation) -> bool:
    """Whether the conversation as it is now is this agent's to see."""
    return bool(
        db.session.scalar(
            select(Conversation.id).where(
                Conversation.id == conversation.id, visible_conversations(agent)
            )
        )
    )


def holds_earlier(agent: Agent, conversation: Conversation) -> bool:
    """Whether this is an earlier conversation of a customer whom the agent holds now."""
    return bool(
        db.session.scalar(
            select(Conversation.id).where(Conversation.id == conversation.id, earlier(agent))
        )
    )


def horizon(agent: Agent, conversation: Conversation) -> Assignment | None:
    """Return the interval whose end limits what this agent sees of a lost conversation.

    None when he sees it as it is now, or nothing of it.
    """
    if sees_now(agent, conversation):
        return None
    return where_it_ended(agent, conversation)


def where_it_ended(agent: Agent, conversation: Conversation) -> Assignment | None:
    """Return the last interval of an agent who does not see this conversation any more."""
    if conversation.project.after_transfer == "nothing":
        return None
    if role_in(agent, conversation.project_id) is None:
        return None
    return db.session.scalar(
        select(Assignment)
        .where(
            Assignment.conversation_id == conversation.id,
            Assignment.agent_id == agent.id,
            Assignment.last_seq.is_not(None),
        )
        .order_by(Assignment.last_seq.desc())
        .limit(1)
    )


def unread_total(agent: Agent) -> int:
    """Count the unread messages on the agent's own desk."""
    return (
        db.session.scalar(
            select(func.sum(Conversation.unread_count)).where(
                Conversation.assignee_id == agent.id, ~Conversation.is_resolved
            )
        )
        or 0
    )
