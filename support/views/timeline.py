"""What was done, in a sentence: one for every kind of event."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from flask_babel import gettext

from support.models import EventKind, Why
from support.refusals import N_
from support.views.i18n import moment

TAKEOVER = N_("%(by)s took this conversation over from %(from)s")
TAKEOVER_OF_NOBODYS = N_("%(by)s took this conversation over")
# A deed of the desk itself, which has nobody's name.
BY_ITSELF: dict[str, str] = {
    EventKind.CONVERSATION_ESCALATED: N_(
        "Escalated to %(to)s by itself: the customer's words point to “%(reason)s”"
    ),
    EventKind.TIER_RAISED: N_("The tier rose to %(tier)s: the customer wrote “%(phrase)s”"),
    EventKind.COLLABORATOR_JOINED: N_("%(to)s joined"),
    EventKind.COLLABORATOR_LEFT: N_("%(to)s left"),
    EventKind.CONVERSATION_RELEASED: N_("This conversation went back into the queue"),
}

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
    EventKind.PLAN_CHANGED: N_("%(by)s changed the plan from %(before)s to %(after)s"),
    EventKind.INVITATION_MADE: N_("%(by)s invited %(email)s"),
    EventKind.INVITATION_USED: N_("%(by)s came by an invitation"),
    EventKind.INVITATION_REVOKED: N_("%(by)s withdrew the invitation of %(email)s"),
    EventKind.AGENT_AWAY: N_("%(by)s set an agent away"),
    EventKind.AGENT_BACK: N_("%(by)s is back"),
    EventKind.AGENT_LINKED: N_("%(by)s linked a Telegram account for reminders"),
    EventKind.AGENT_UNLINKED: N_("%(by)s unlinked a Telegram account"),
    EventKind.GROUP_CREATED: N_("%(by)s opened the group %(name)s"),
    EventKind.GROUP_CHANGED: N_("%(by)s changed the group %(name)s"),
    EventKind.GROUP_REMOVED: N_("%(by)s removed the group %(name)s"),
    EventKind.CALENDAR_CREATED: N_("%(by)s made the calendar %(name)s"),
    EventKind.CALENDAR_CHANGED: N_("%(by)s changed the calendar %(name)s"),
    EventKind.CALENDAR_REMOVED: N_("%(by)s removed the calendar %(name)s"),
    EventKind.POLICY_CHANGED: N_("%(by)s changed the promised times: version %(version)s"),
    EventKind.POLICY_APPLIED: N_(
        "%(by)s let version %(version)s of the promised times count for what runs already"
    ),
    EventKind.PROMISE_CHANGED: N_(
        "Version %(version)s of the promised times counts here from now on: %(by)s decided so"
    ),
    EventKind.CLOCK_WAIVED: N_("%(by)s waived a broken promise (%(metric)s): %(said)s"),
    EventKind.REASON_CREATED: N_("%(by)s added the escalation reason %(name)s"),
    EventKind.REASON_CHANGED: N_("%(by)s changed the escalation reason %(name)s"),
    EventKind.REASON_REMOVED: N_("%(by)s removed the escalation reason %(name)s"),
    EventKind.TAG_CREATED: N_("%(by)s added the tag %(name)s"),
    EventKind.TAG_CHANGED: N_("%(by)s changed the tag %(name)s"),
    EventKind.TAG_REMOVED: N_("%(by)s removed the tag %(name)s"),
    EventKind.RISK_GROUP_CREATED: N_("%(by)s made the group of risk words %(name)s"),
    EventKind.RISK_GROUP_CHANGED: N_("%(by)s changed the group of risk words %(name)s"),
    EventKind.RISK_GROUP_REMOVED: N_("%(by)s removed the group of risk words %(name)s"),
    EventKind.OWN_ADDRESS_ADDED: N_("%(by)s added an own address: %(name)s"),
    EventKind.OWN_ADDRESS_REMOVED: N_("%(by)s took an own address off the list: %(name)s"),
    EventKind.CONVERSATION_OPENED: N_("The customer opened a conversation"),
    EventKind.CONVERSATION_REOPENED: N_("The customer wrote again: reopened"),
    EventKind.CONVERSATION_GIVEN: N_("Given to %(to)s: %(why)s"),
    EventKind.CONVERSATION_QUEUED: N_("Waits in the queue of %(group)s: %(why)s"),
    EventKind.CONVERSATION_LOST: N_("Taken off the desk of %(from)s: %(why)s"),
    EventKind.CONVERSATION_FELL_BACK: N_(
        "Nobody of %(from_group)s was free in time: it waits in %(to_group)s now"
    ),
    EventKind.CONVERSATION_STRANDED: N_(
        "It has waited %(minutes)s minutes in %(group)s, and nobody stands behind that group: "
        "members, supervisors and owners were alerted"
    ),
    EventKind.CONVERSATION_TAKEN: N_("%(by)s took this conversation"),
    EventKind.CONVERSATION_RELEASED: N_("%(by)s put this conversation back into the queue"),
    EventKind.CONVERSATION_TRANSFERRED: N_("%(by)s handed this conversation to %(to)s"),
    EventKind.CONVERSATION_ESCALATED: N_(
        "%(by)s escalated this conversation to %(to)s: %(reason)s"
    ),
    EventKind.CONVERSATION_RETURNED: N_("%(by)s returned this conversation to %(to)s"),
    EventKind.CONVERSATION_SNOOZED: N_("%(by)s snoozed this conversation until %(until)s"),
    EventKind.CONVERSATION_WAITING: N_("%(by)s waits for the customer"),
    EventKind.CONVERSATION_WOKEN: N_("This conversation is open again"),
    EventKind.CONVERSATION_RESOLVED: N_("%(by)s resolved this conversation"),
    EventKind.CONVERSATION_TAGGED: N_("%(by)s added the tag %(name)s"),
    EventKind.CONVERSATION_UNTAGGED: N_("%(by)s took the tag %(name)s off"),
    EventKind.RESOLUTION_UNDONE: N_("Resolving was undone"),
    EventKind.NO_REPLY_NEEDED: N_("%(by)s: no reply needed"),
    EventKind.HANDOVER_ACCEPTED: N_("%(by)s accepted this conversation"),
    EventKind.HANDOVER_LAPSED: N_("%(from)s did not accept in time: back to %(to)s"),
    EventKind.TIER_RAISED: N_("%(by)s raised the tier to %(tier)s"),
    EventKind.TIER_LOWERED: N_("%(by)s lowered the tier to %(tier)s"),
    EventKind.COLLABORATOR_JOINED: N_("%(by)s added %(to)s"),
    EventKind.COLLABORATOR_LEFT: N_("%(by)s took %(to)s out"),
    EventKind.LEAD_ASKED: N_("%(by)s asks for the lead"),
    EventKind.LEAD_GIVEN: N_("%(by)s gave the lead to %(to)s"),
    EventKind.SUGGESTION_RAISED: N_("The customer's words point to “%(reason)s”"),
    EventKind.SUGGESTION_TAKEN: N_("%(by)s agreed to the suggestion “%(reason)s”"),
    EventKind.SUGGESTION_DISMISSED: N_("%(by)s dismissed the suggestion “%(reason)s”: %(said)s"),
    EventKind.RISK_CONFIRMED: N_("%(by)s was warned of “%(words)s” and sent it"),
    EventKind.RISK_APPROVED: N_("%(by)s approved a message of %(to)s with “%(words)s”"),
    EventKind.RISK_REJECTED: N_("%(by)s rejected a message of %(to)s with “%(words)s”: %(said)s"),
    EventKind.CUSTOMER_BLOCKED: N_("The customer blocked the bot"),
    EventKind.CUSTOMER_UNBLOCKED: N_("The customer lets the bot write again"),
}

WHY: dict[str, str] = {
    Why.RETURNING: N_("the customer knows this agent from last time"),
    Why.IN_TURN: N_("it was this agent's turn"),
    Why.LEAST_RECENT: N_("the longest without a new one"),
    Why.CLOSED: N_("the group is closed now"),
    Why.NO_MEMBERS: N_("the group has no members"),
    Why.NOBODY_ONLINE: N_("nobody is online"),
    Why.EVERYBODY_AWAY: N_("everybody is away"),
    Why.EVERYBODY_FULL: N_("everybody has enough in hand"),
    Why.OTHERS_FIRST: N_("others are before it"),
    "silent": N_("offline too long"),
    "late": N_("a promise was broken"),
    "left": N_("has left the project"),
}
TIERS = {"standard": N_("Standard"), "escalated": N_("Escalated"), "urgent": N_("Urgent")}

METRICS = {
    "first_response": N_("First response"),
    "next_response": N_("Next response"),
    "resolution": N_("Resolution"),
    "acceptance": N_("Acceptance of a handover"),
}

ICONS: dict[str, str] = {
    EventKind.CONVERSATION_OPENED: "message",
    EventKind.CONVERSATION_REOPENED: "history",
    EventKind.CONVERSATION_GIVEN: "user",
    EventKind.CONVERSATION_QUEUED: "inbox",
    EventKind.CONVERSATION_LOST: "inbox",
    EventKind.CONVERSATION_FELL_BACK: "arrow-up-right",
    EventKind.CONVERSATION_STRANDED: "alert-triangle",
    EventKind.CONVERSATION_TAKEN: "user",
    EventKind.CONVERSATION_RELEASED: "inbox",
    EventKind.CONVERSATION_TRANSFERRED: "arrows-exchange",
    EventKind.CONVERSATION_ESCALATED: "arrow-up-right",
    EventKind.CONVERSATION_RETURNED: "corner-up-left",
    EventKind.CONVERSATION_SNOOZED: "clock",
    EventKind.CONVERSATION_WAITING: "player-pause",
    EventKind.CONVERSATION_WOKEN: "bell",
    EventKind.CONVERSATION_RESOLVED: "circle-check",
    EventKind.CONVERSATION_TAGGED: "tag",
    EventKind.CONVERSATION_UNTAGGED: "tag",
    EventKind.RESOLUTION_UNDONE: "history",
    EventKind.NO_REPLY_NEEDED: "check",
    EventKind.HANDOVER_ACCEPTED: "check",
    EventKind.HANDOVER_LAPSED: "alarm",
    EventKind.TIER_RAISED: "alert-triangle",
    EventKind.TIER_LOWERED: "chevron-down",
    EventKind.COLLABORATOR_JOINED: "user-plus",
    EventKind.COLLABORATOR_LEFT: "user",
    EventKind.LEAD_ASKED: "help",
    EventKind.LEAD_GIVEN: "key",
    EventKind.SUGGESTION_RAISED: "bolt",
    EventKind.SUGGESTION_TAKEN: "check",
    EventKind.SUGGESTION_DISMISSED: "x",
    EventKind.RISK_CONFIRMED: "shield",
    EventKind.RISK_APPROVED: "shield",
    EventKind.RISK_REJECTED: "shield",
    EventKind.PROMISE_CHANGED: "alarm",
    EventKind.CLOCK_WAIVED: "shield",
    EventKind.CUSTOMER_BLOCKED: "lock",
    EventKind.CUSTOMER_UNBLOCKED: "lock-open",
}


def told(kind: str, by: str, data: dict[str, Any]) -> str:
    """Say what was done, in the reader's language; names cannot reorder the sentence."""
    return gettext(_sentence(kind, by, data)) % _words(by, data)


def _sentence(kind: str, by: str, data: dict[str, Any]) -> str:
    if data.get("move") == "takeover":
        return TAKEOVER if data.get("from_name") else TAKEOVER_OF_NOBODYS
    return SENTENCES[kind] if by else BY_ITSELF.get(kind, SENTENCES[kind])


def _words(by: str, data: dict[str, Any]) -> dict[str, str]:
    """Return what the sentences name; what is ours among it is said in the reader's language."""
    words = defaultdict(str, {name: isolated(str(value)) for name, value in data.items()})
    words |= {
        "by": isolated(by or gettext("The desk")),
        "from": isolated(str(data.get("from_name") or "")),
        "to": isolated(str(data.get("to_name") or "")),
    }
    if reason := data.get("reason"):
        words["reason"] = isolated(gettext(reason))
    if why := data.get("why"):
        words |= {"why": gettext(WHY[why]) if why in WHY else "", "said": isolated(str(why))}
    if tier := TIERS.get(str(data.get("to"))):
        words["tier"] = gettext(tier)
    if metric := METRICS.get(str(data.get("metric"))):
        words["metric"] = gettext(metric)
    if "until" in data:
        words["until"] = moment(datetime.fromisoformat(data["until"]))
    return words


def isolated(name: str) -> str:
    """Fence a name off with Unicode isolates, whatever marks it contains."""
    return f"\u2068{name}\u2069"
