"""Escalate: to a higher group or one of its members, with a reason and an account of the case."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from support import alerts, groups, suggestions
from support.conversations import locked, require_holder
from support.escalation.tiers import higher
from support.models import Agent, Conversation, EscalationReason, Group, Handover, Message
from support.reasons import has_words
from support.refusals import (
    BackgroundMissing,
    BadChoice,
    NotOfGroup,
    NotUpward,
    ReasonMissing,
    RequestMissing,
    TransferToSelf,
    TriedMissing,
)
from support.transfer import Move, make, require_fit, require_group

QUOTED = 1_000


@dataclass(frozen=True, slots=True)
class Account:
    """What whoever takes over must know: the three prompts of the handover note."""

    background: str
    request: str
    tried: str

    def checked(self) -> Account:
        """Return the account without outer space; refuse the first prompt without an answer."""
        prompts = (BackgroundMissing, RequestMissing, TriedMissing)
        answers = [self.background.strip(), self.request.strip(), self.tried.strip()]
        for answer, missing in zip(answers, prompts, strict=True):
            if not has_words(answer):
                raise missing
        return Account(*answers)

    @property
    def text(self) -> str:
        """The account as one text."""
        return f"{self.background}\n\n{self.request}\n\n{self.tried}"


def escalate(  # noqa: PLR0913 - an escalation has these parts
    conversation: Conversation,
    *,
    reason: EscalationReason | None,
    group: Group,
    account: Account,
    by: Agent,
    now: datetime,
    to: Agent | None = None,
    tier: str = "escalated",
) -> Handover:
    """Escalate to a group, or to a member of it first; from now on the previous agent sees no more.

    Without a member who can take it, it waits in the group's queue, and members and
    supervisors are alerted. The tier never sinks by it. Refuses anyone but the holder, a
    group that is no higher or has nobody, somebody who is not of the group, a reason that is
    not the project's, and an account in which a prompt is not answered.
    """
    seq = locked(conversation)
    require_holder(conversation, by)
    _require_target(conversation, group, to, by)
    account = account.checked()
    move = Move(
        "escalation",
        group,
        to,
        note=account.text,
        parts=asdict(account),
        reason=_checked_reason(conversation, reason),
        tier=_checked_tier(conversation, tier),
    )
    return _go_up(conversation, move, by=by, now=now, seq=seq)


def _require_target(conversation: Conversation, group: Group, to: Agent | None, by: Agent) -> None:
    require_group(conversation, group)
    if group.level <= conversation.level:
        raise NotUpward(group=group.name)
    if to is None:
        return
    if to.id == by.id:
        raise TransferToSelf
    require_fit(conversation, to)
    if not groups.is_member(to, group):
        raise NotOfGroup(name=to.name, group=group.name)


def _checked_reason(
    conversation: Conversation, reason: EscalationReason | None
) -> EscalationReason:
    if reason is None or reason.removed_at or reason.project_id != conversation.project_id:
        raise ReasonMissing
    return reason


def _checked_tier(conversation: Conversation, tier: str) -> str:
    if tier not in ("escalated", "urgent"):
        raise BadChoice(value=tier)
    return higher(conversation.tier, tier)


def _go_up(
    conversation: Conversation, move: Move, *, by: Agent | None, now: datetime, seq: int
) -> Handover:
    conversation.tier = move.tier or conversation.tier
    suggestions.answered(conversation, by=by, now=now)
    handover = make(conversation, move, by=by, now=now, seq=seq)
    alert_waiting(conversation, by=by, now=now)
    return handover


def alert_waiting(conversation: Conversation, *, by: Agent | None, now: datetime) -> None:
    """Alert members and supervisors while nobody has taken an escalated conversation."""
    if conversation.assignee_id is None:
        told = [*alerts.of_group(conversation), *alerts.supervisors(conversation.project_id)]
        alerts.tell(told, conversation, "waiting", by=by, now=now)


def automatic(
    conversation: Conversation,
    reason: EscalationReason,
    *,
    trigger: Message,
    phrase: str,
    now: datetime,
) -> Handover | None:
    """Escalate because of what the customer wrote, which the note quotes; nobody asked for it.

    None when there is no higher group that has anybody.
    """
    seq = locked(conversation)
    group = target(conversation, reason)
    if group is None or conversation.is_resolved:
        return None
    move = Move(
        "escalation",
        group,
        None,
        note=f"“{trigger.text.strip()[:QUOTED]}”",
        parts={"message": trigger.id, "phrase": phrase, "reason": reason.name},
        reason=reason,
        tier=higher(conversation.tier, reason.tier),
    )
    return _go_up(conversation, move, by=None, now=now, seq=seq)


def overdue(conversation: Conversation, *, now: datetime) -> Handover | None:
    """Escalate because a promise is broken, as the ladder says; None when nobody stands above."""
    seq = locked(conversation)
    group = target(conversation, None)
    if group is None or conversation.is_resolved:
        return None
    tier = higher(conversation.tier, "escalated")
    return _go_up(
        conversation, Move("escalation", group, None, tier=tier), by=None, now=now, seq=seq
    )


def target(conversation: Conversation, reason: EscalationReason | None) -> Group | None:
    """Return the reason's group if it is higher, else the next higher one that has anybody."""
    if conversation.group is None:
        return None
    above = groups.levels_above(conversation.group, conversation.project_id)
    above.sort(key=lambda group: reason is None or group.id != reason.group_id)
    return next((group for group in above if groups.agents_of(group)), None)
