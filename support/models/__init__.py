"""The rows of the desk and facts about one row; the verbs live elsewhere."""

from support.models.conversations import Assignment, Conversation, Customer, Draft
from support.models.events import Event, EventKind
from support.models.handovers import Handover
from support.models.messages import Attachment, Message, Revision
from support.models.notes import Note
from support.models.people import Agent, Login, Membership, Role
from support.models.projects import Project, Workspace
from support.models.telegram import BotState, DeadUpdate, TelegramPeer, TelegramSession

__all__ = [
    "Agent",
    "Assignment",
    "Attachment",
    "BotState",
    "Conversation",
    "Customer",
    "DeadUpdate",
    "Draft",
    "Event",
    "EventKind",
    "Handover",
    "Login",
    "Membership",
    "Message",
    "Note",
    "Project",
    "Revision",
    "Role",
    "TelegramPeer",
    "TelegramSession",
    "Workspace",
]
