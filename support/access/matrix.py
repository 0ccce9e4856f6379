"""Who may do what: the one table by which the gate decides, and which the permissions page shows.

A line says what a role grants; whether the moment allows it (a resolved conversation takes no
reply) is the gate's to ask besides.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from support.models import Role
from support.refusals import N_

OWNER = "owner"
ROLES = (OWNER, Role.SUPERVISOR, Role.AGENT, Role.AUDITOR)


class Action(StrEnum):
    """What somebody may want to do to a conversation."""

    VIEW = "view"
    REPLY = "reply"
    NOTE = "note"
    TAKE = "take"
    TRANSFER = "transfer"
    TAKEOVER = "takeover"
    RESOLVE = "resolve"
    ESCALATE = "escalate"
    ACCEPT = "accept"
    RETURN = "return"
    PARK = "park"
    TAG = "tag"
    DISMISS = "dismiss"
    ADD_COLLABORATOR = "add_collaborator"
    ASK_LEAD = "ask_lead"
    GIVE_LEAD = "give_lead"
    LOWER_TIER = "lower_tier"
    WAIVE = "waive"


class Right(StrEnum):
    """What somebody may want to do in a project, or in the workspace."""

    READ_SETTINGS = "read_settings"
    CONFIGURE = "configure"
    CONDITIONS = "conditions"
    BOARD = "board"
    RISK_HITS = "risk_hits"
    APPROVE = "approve"
    AUDIT = "audit"
    REPORTS = "reports"
    BOTS = "bots"
    PEOPLE = "people"
    PLAN = "plan"
    WORKSPACE = "workspace"
    OWN = "own"


class Grant(StrEnum):
    """How far a role reaches."""

    NO = "no"
    YES = "yes"
    SEEN = "seen"
    """What he sees: what he holds or has joined, and the queues of his groups."""
    HELD = "held"
    """What he holds himself."""


NO, YES, SEEN, HELD = Grant


@dataclass(frozen=True, slots=True)
class Line:
    """One capability, and what each role is granted of it; a note says more."""

    what: Action | Right
    words: str
    owner: Grant
    supervisor: Grant
    agent: Grant
    auditor: Grant
    note: str = ""

    def of(self, role: str | None) -> Grant:
        """Return what this role is granted; somebody without one is granted nothing."""
        return getattr(self, role) if role is not None and role in ROLES else NO


KEPT = N_(
    "Who handed a conversation over keeps it as it stood then, if the project says so. Whoever "
    "holds a customer sees the customer's earlier conversations, if the project says so."
)
QUEUE = N_("An agent takes from the queues of his groups, if the project lets agents see them.")
MAY_JOIN = N_("Whoever has joined a conversation may ask for it.")
NOT_HIS = N_("Nobody approves what he wrote himself.")
OWN_FIGURES = N_("Every agent reads his own figures.")
NOT_OWN = N_("Nobody waives what he held himself when it was due.")
OWN_LOG = N_("What belongs to no project, as logins do, only an owner reads.")
MATRIX: dict[str, tuple[Line, ...]] = {
    N_("Conversations"): (
        Line(Action.VIEW, N_("Read a conversation"), YES, YES, SEEN, YES, KEPT),
        Line(Action.REPLY, N_("Reply to the customer"), HELD, HELD, HELD, NO),
        Line(Action.NOTE, N_("Write a private note"), YES, YES, SEEN, NO),
        Line(Action.TAG, N_("Add and remove tags"), YES, YES, SEEN, NO),
        Line(Action.PARK, N_("Snooze, wait, or say that no reply is needed"), HELD, HELD, HELD, NO),
        Line(Action.RESOLVE, N_("Resolve"), HELD, HELD, HELD, NO),
        Line(Action.DISMISS, N_("Dismiss a suggestion"), YES, YES, SEEN, NO),
    ),
    N_("Hand-over"): (
        Line(Action.TAKE, N_("Take from a queue"), YES, YES, SEEN, NO, QUEUE),
        Line(Action.TRANSFER, N_("Transfer"), HELD, HELD, HELD, NO),
        Line(Action.ESCALATE, N_("Escalate"), HELD, HELD, HELD, NO),
        Line(Action.ACCEPT, N_("Accept a handover"), HELD, HELD, HELD, NO),
        Line(Action.RETURN, N_("Return a handover"), HELD, HELD, HELD, NO),
        Line(Action.TAKEOVER, N_("Take a conversation over from a colleague"), YES, YES, NO, NO),
        Line(Action.LOWER_TIER, N_("Lower the tier"), YES, YES, NO, NO),
        Line(Action.WAIVE, N_("Waive a broken promise"), YES, YES, NO, NO, NOT_OWN),
    ),
    N_("Working together"): (
        Line(Action.ADD_COLLABORATOR, N_("Add colleagues to a conversation"), YES, YES, NO, NO),
        Line(Action.ASK_LEAD, N_("Ask for the lead"), SEEN, SEEN, SEEN, NO, MAY_JOIN),
        Line(Action.GIVE_LEAD, N_("Give the lead"), YES, YES, HELD, NO),
    ),
    N_("The project"): (
        Line(Right.CONDITIONS, N_("Read the escalation conditions"), YES, YES, YES, YES),
        Line(Right.BOARD, N_("Watch the board"), YES, YES, NO, YES),
        Line(Right.RISK_HITS, N_("Read what the risk words stopped"), YES, YES, NO, YES),
        Line(
            Right.APPROVE,
            N_("Approve what needs a second pair of eyes"),
            *(YES, YES, NO, NO),
            NOT_HIS,
        ),
        Line(Right.AUDIT, N_("Read and export the audit log"), YES, YES, NO, YES, OWN_LOG),
        Line(Right.REPORTS, N_("Read the reports"), YES, YES, NO, YES, OWN_FIGURES),
        Line(Right.READ_SETTINGS, N_("Read the settings"), YES, YES, NO, YES),
        Line(
            Right.CONFIGURE,
            N_("Change rules, members, groups, tags, reasons and risk words"),
            *(YES, YES, NO, NO),
            N_("Nobody but an owner changes his own place."),
        ),
    ),
    N_("The workspace"): (
        Line(Right.OWN, N_("Own inbox, account and logins; this page"), YES, YES, YES, YES),
        Line(Right.BOTS, N_("Connect bots and change their tokens"), YES, NO, NO, NO),
        Line(Right.PEOPLE, N_("Add, invite and shut out people"), YES, NO, NO, NO),
        Line(Right.PLAN, N_("See and choose the plan"), YES, NO, NO, NO),
        Line(Right.WORKSPACE, N_("Choose who hears the audit log's head"), YES, NO, NO, NO),
    ),
}
LINES: dict[str, Line] = {line.what: line for lines in MATRIX.values() for line in lines}


def grant(what: Action | Right, role: str | None) -> Grant:
    """Return what a role is granted of this."""
    return LINES[what].of(role)
