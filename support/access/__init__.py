"""The only gate: who is asking, what may he do, and what may he see."""

from support.access.asker import Listener, listener, me, my_login
from support.access.find import (
    find_attachment,
    find_conversation,
    find_message,
    find_project,
    find_watched_project,
)
from support.access.gate import (
    Action,
    allowed,
    may,
    may_configure,
    require,
    require_workspace,
)
from support.access.look import Look, known_conversations, look
from support.access.prepared import Asker, asker, values
from support.access.sight import (
    WATCHERS,
    holds_earlier,
    horizon,
    own_projects,
    role_in,
    sees_now,
    unread_total,
    visible,
    visible_conversations,
    watched_projects,
)

__all__ = [
    "WATCHERS",
    "Action",
    "Asker",
    "Listener",
    "Look",
    "allowed",
    "asker",
    "find_attachment",
    "find_conversation",
    "find_message",
    "find_project",
    "find_watched_project",
    "holds_earlier",
    "horizon",
    "known_conversations",
    "listener",
    "look",
    "may",
    "may_configure",
    "me",
    "my_login",
    "own_projects",
    "require",
    "require_workspace",
    "role_in",
    "sees_now",
    "unread_total",
    "values",
    "visible",
    "visible_conversations",
    "watched_projects",
]
