"""The rows of the desk and facts about one row; the verbs live elsewhere."""

from support.models.alerts import Alert
from support.models.assignments import Assignment, LeadRequest
from support.models.audit import AuditHead, AuditLink, AuditWaiting
from support.models.calendars import Calendar, CalendarVersion
from support.models.clocks import SlaClock, SlaPause, SlaReminder, SlaWaiver
from support.models.conversations import Conversation, Customer, Draft
from support.models.escalation import EscalationReason, Phrase, Suggestion
from support.models.events import Event, EventKind
from support.models.groups import Group, GroupMember, RoutingDecision, Why
from support.models.handovers import Handover
from support.models.invitations import Invitation
from support.models.messages import Attachment, Message, Revision
from support.models.notes import Note
from support.models.notices import (
    LinkCode,
    LinkTry,
    Notice,
    NoticeSettings,
    StaffLink,
    StaffMessage,
)
from support.models.people import Agent, Login, Membership, Role
from support.models.presence import PresenceInterval
from support.models.projects import Project, Workspace
from support.models.risk import (
    OwnAddress,
    RiskAttempt,
    RiskHit,
    RiskWord,
    RiskWordGroup,
    RiskWordGroupProject,
)
from support.models.sla import METRICS, TIERS, SlaApplication, SlaPolicy, SlaTarget
from support.models.status import Resolution
from support.models.tags import Tag, Tagging
from support.models.telegram import BotState, DeadUpdate, TelegramPeer, TelegramSession

__all__ = [
    "METRICS",
    "TIERS",
    "Agent",
    "Alert",
    "Assignment",
    "Attachment",
    "AuditHead",
    "AuditLink",
    "AuditWaiting",
    "BotState",
    "Calendar",
    "CalendarVersion",
    "Conversation",
    "Customer",
    "DeadUpdate",
    "Draft",
    "EscalationReason",
    "Event",
    "EventKind",
    "Group",
    "GroupMember",
    "Handover",
    "Invitation",
    "LeadRequest",
    "LinkCode",
    "LinkTry",
    "Login",
    "Membership",
    "Message",
    "Note",
    "Notice",
    "NoticeSettings",
    "OwnAddress",
    "Phrase",
    "PresenceInterval",
    "Project",
    "Resolution",
    "Revision",
    "RiskAttempt",
    "RiskHit",
    "RiskWord",
    "RiskWordGroup",
    "RiskWordGroupProject",
    "Role",
    "RoutingDecision",
    "SlaApplication",
    "SlaClock",
    "SlaPause",
    "SlaPolicy",
    "SlaReminder",
    "SlaTarget",
    "SlaWaiver",
    "StaffLink",
    "StaffMessage",
    "Suggestion",
    "Tag",
    "Tagging",
    "TelegramPeer",
    "TelegramSession",
    "Why",
    "Workspace",
]
