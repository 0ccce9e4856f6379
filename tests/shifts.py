"""Groups of agents at work: who is here, who is away, and what each has in hand."""

from sqlalchemy import select

from support import groups, live, presence
from support.db import commit, db
from support.models import Agent, Conversation, RoutingDecision
from tests.factories import START, join, make_agent, person, say


def here(*agents, now=START):
    """Open a page for each of these agents."""
    for agent in agents:
        live.seen(agent.id, now=now)
        presence.settle(agent, now=now)
    commit()


def gone(*agents, now=START):
    """Close their pages."""
    for agent in agents:
        live.gone(agent.id)
        presence.settle(agent, now=now)
    commit()


def frontline(desk, **rules):
    """Make the frontline: Mei and Ken, since Sun supervises."""
    group = groups.create(desk.wallet, "Frontline", by=desk.olga, now=START, **rules)
    commit()
    return group


def advanced(desk, *agents, **rules):
    """Make the group that takes escalations: Sun, unless others are chosen."""
    group = groups.create(
        desk.wallet, "Advanced Support Group", level=2, by=desk.olga, now=START, **rules
    )
    groups.set_members(group, agents or (desk.sun,), by=desk.olga, now=START)
    commit()
    return group


def crew(project, count):
    """Let so many more agents work in a project."""
    return [join(make_agent(f"Crew{number}"), project) for number in range(count)]


def arrive(project, number=1, *, now=START, text="My money is gone"):
    """Let customer `number` write; return the conversation."""
    message = say(project, text, who=person(6_000_000 + number), now=now)
    commit()
    return db.session.get_one(Conversation, message.conversation_id)


def holders(*conversations):
    """Return the names of who holds these conversations, None where they wait."""
    return [one.assignee.name if one.assignee else None for one in conversations]


def decisions(conversation):
    """Return what routing decided, as (name or None, why)."""
    rows = select(RoutingDecision).where(RoutingDecision.conversation_id == conversation.id)
    return [(_name(row.agent_id), row.reason) for row in db.session.scalars(rows.order_by("id"))]


def _name(agent_id):
    return db.session.get_one(Agent, agent_id).name if agent_id else None
