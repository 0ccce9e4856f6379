"""Find what was asked for inside what the asker may see: all else is not there."""

from __future__ import annotations

from sqlalchemy import select

from support.access.gate import may_configure_all, require_right
from support.access.matrix import Right
from support.access.sight import (
    holds_earlier,
    horizon,
    role_in,
    sees_now,
    visible,
    visible_attempts,
)
from support.db import db
from support.models import (
    Agent,
    Attachment,
    Conversation,
    Message,
    Project,
    RiskAttempt,
    RiskWordGroup,
)
from support.refusals import NotFound, RiskGroupShared


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


def find_project(agent: Agent, project_id: int, *, right: Right = Right.CONFIGURE) -> Project:
    """Find a project in which the agent has a right, else refuse; a stranger's is not there."""
    project = db.session.get(Project, project_id)
    if project is None or role_in(agent, project.id) is None:
        raise NotFound
    require_right(agent, right, project)
    return project


def find_risk_group(
    agent: Agent, project: Project, group_id: int, *, right: Right = Right.CONFIGURE
) -> RiskWordGroup:
    """Find a group of risk words that applies to this project, else refuse.

    Who changes it must be one who configures every project to which it applies.
    """
    group = db.session.get(RiskWordGroup, group_id)
    if group is None or group.removed_at is not None or project not in group.projects:
        raise NotFound
    if right is Right.CONFIGURE and not may_configure_all(agent, group.projects):
        raise RiskGroupShared(name=group.name)
    return group


def find_attempt(agent: Agent, attempt_id: int) -> RiskAttempt:
    """Find an attempt to send risk words of which the agent may read, else refuse."""
    attempt = db.session.scalar(
        select(RiskAttempt).where(RiskAttempt.id == attempt_id, visible_attempts(agent))
    )
    if attempt is None:
        raise NotFound
    return attempt
