"""Who is asking, and which live pokes he may hear."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from flask_login import current_user

from support.access.sight import WATCHERS
from support.live import Poke
from support.models import Agent, Login


def me() -> Agent:
    """Return the agent who is asking."""
    return cast("Agent", current_user.agent)


def my_login() -> Login:
    """Return the login by which he is asking."""
    return cast("Login", current_user.login)


@dataclass(frozen=True, slots=True)
class Listener:
    """An agent at an open stream, with his role per project, away from the database."""

    agent_id: int
    owner: bool = False
    roles: dict[int, str] = field(default_factory=dict)

    def hears(self, poke: Poke) -> bool:
        """Whether a poke may reach this agent: his own, his projects', or a queue's."""
        if poke.project is None:
            return self.agent_id in poke.agents
        role = "owner" if self.owner else self.roles.get(poke.project)
        if role is None:  # he was at the conversation, and has left the project
            return False
        return role in ("owner", *WATCHERS) or poke.queue or self.agent_id in poke.agents


def listener(agent: Agent) -> Listener:
    """Note who listens; to be made anew when his memberships change."""
    roles = {member.project_id: member.role for member in agent.memberships}
    return Listener(agent.id, owner=agent.is_owner, roles=roles)
