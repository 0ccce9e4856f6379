"""What was done, in a sentence: one for every kind of event."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

from support.models import EventKind
from support.refusals import N_

TAKEOVER = N_("%(by)s took this conversation over from %(from)s")
TAKEOVER_OF_NOBODYS = N_("%(by)s took this conversation over")

SENTENCES: dict[str, str] = {
    EventKind.AGENT_CREATED: N_("%(by)s added an agent"),
    EventKind.AGENT_DISABLED: N_("%(by)s disabled an agent"),
    EventKind.AGENT_ENABLED: N_("%(by)s enabled an agent"),
    EventKind.AGENT_CHANGED: N_("%(by)s changed an agent"),
    EventKind.LOGGED_IN: N_("%(by)s logged in"),
    EventKind.LOGIN_REFUSED: N_("A login was refused"),
    EventKind.LOGGED_OUT: N_("%(by)s ended a login"),
    EventKind.MEMBER_ADDED: N_("%(by)s gave an agent a place in the project"),
    EventKind.MEMBER_REMOVED: N_("%(by)s took an agent out of the project"),
    EventKind.PROJECT_CREATED: N_("%(by)s opened the project"),
    EventKind.PROJECT_CHANGED: N_("%(by)s changed the project's rules"),
    EventKind.TOKEN_CHANGED: N_("%(by)s changed the bot's token"),
    EventKind.BOT_ONLINE: N_("The bot is online"),
    EventKind.BOT_TROUBLE: N_("The bot is in trouble"),
    EventKind.CONVERSATION_OPENED: N_("The customer opened a conversation"),
    EventKind.CONVERSATION_REOPENED: N_("The customer wrote again: reopened"),
    EventKind.CONVERSATION_TAKEN: N_("%(by)s took this conversation"),
    EventKind.CONVERSATION_RELEASED: N_("%(by)s put this conversation back into the queue"),
    EventKind.CONVERSATION_TRANSFERRED: N_("%(by)s handed this conversation to %(to)s"),
    EventKind.CONVERSATION_RESOLVED: N_("%(by)s resolved this conversation"),
    EventKind.CUSTOMER_BLOCKED: N_("The customer blocked the bot"),
    EventKind.CUSTOMER_UNBLOCKED: N_("The customer lets the bot write again"),
}

ICONS: dict[str, str] = {
    EventKind.CONVERSATION_OPENED: "message",
    EventKind.CONVERSATION_REOPENED: "history",
    EventKind.CONVERSATION_TAKEN: "user",
    EventKind.CONVERSATION_RELEASED: "inbox",
    EventKind.CONVERSATION_TRANSFERRED: "arrows-exchange",
    EventKind.CONVERSATION_RESOLVED: "circle-check",
    EventKind.CUSTOMER_BLOCKED: "lock",
    EventKind.CUSTOMER_UNBLOCKED: "lock-open",
}


def told(kind: str, by: str, data: dict[str, Any]) -> str:
    """Say what was done, in the reader's language; names cannot reorder the sentence."""
    words = {
        "by": isolated(by or gettext("The desk")),
        "from": isolated(str(data.get("from_name") or "")),
        "to": isolated(str(data.get("to_name") or "")),
    }
    return gettext(_sentence(kind, data)) % words


def _sentence(kind: str, data: dict[str, Any]) -> str:
    if data.get("move") != "takeover":
        return SENTENCES[kind]
    return TAKEOVER if data.get("from_name") else TAKEOVER_OF_NOBODYS


def isolated(name: str) -> str:
    """Fence a name off with Unicode isolates, whatever marks it contains."""
    return f"\u2068{name}\u2069"
