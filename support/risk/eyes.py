"""Who may decide over what a colleague wants to send: a second pair of eyes, never his own."""

from __future__ import annotations

from support import alerts


def approvers(project_id: int, agent_id: int) -> list[int]:
    """Return the ids of the project's other supervisors, else of the other owners."""
    others = set(alerts.supervisors(project_id)) - {agent_id}
    return sorted(others or set(alerts.owners()) - {agent_id})
