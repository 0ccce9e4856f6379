"""Find what was asked for inside what the asker may see: all else is not there."""

from __future__ import annotations

from sqlalchemy import select

from support.access.gate import may_configure
from support.access.prepared import WATCHERS
from support.access.sight import holds_earlier, horizon, role_in, sees_now, visible
from support.db import db
from support.models import Agent, Attachment, Conversation, Message, Project
from support.refusals import NotAllowed, NotFound


def find_conversation(agent: Agent, conversation_id: int) -> Conversation:
    """Find a conversation of which the agent may see anything at all, else refuse."""
    conversation = db.session.get(Conversation, conversation_id)
    if conversation is None:
        raise NotFound
    sees = sees_now(agent, conversation) or holds_earlier(agent, conversation)
    if not sees and horizon(agent, conversation) is None:
        raise NotFound
    return conversation


def find_message(agent: Agent, message_id: int) -> Message:
    """Find a message that the agent may see, else refuse."""
    message = db.session.scalar(
        select(Message).where(Message.id == message_id, visible(agent, Message))
    )
    if message is None:
        raise NotFound
    return message


def find_attachment(agent: Agent, attachment_id: int) -> Attachment:
    """Find a file of a message that the agent may see, else refuse."""
    attachment = db.session.scalar(
        select(Attachment)
        .join(Message)
        .where(Attachment.id == attachment_id, visible(agent, Message))
    )
    if attachment is None or attachment.path is None:
        raise NotFound
    return attachment


def find_project(agent: Agent, project_id: int) -> Project:
    """Find a project whose settings the agent may change, else refuse."""
    project = db.session.get(Project, project_id)
    if project is None or role_in(agent, project.id) is None:
        raise NotFound
    if not may_configure(agent, project):
        raise NotAllowed
    return project


def find_watched_project(agent: Agent, project_id: int) -> Project:
    """Find a project of which the agent may read everything, as auditors do, else refuse."""
    project = db.session.get(Project, project_id)
    role = role_in(agent, project.id) if project else None
    if project is None or role is None:
        raise NotFound
    if role not in ("owner", *WATCHERS):
        raise NotAllowed
    return project
