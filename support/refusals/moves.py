"""What the desk refuses when conversations move, are joined, tagged, parked or closed."""

from __future__ import annotations

from support.refusals.base import N_, Refusal


class TargetMissing(Refusal):
    sentence = N_("Choose first who gets this conversation.")


class EscalationNeeded(Refusal):
    """The move goes up: its door opens the escalation dialog, for `group` and `agent` (ids)."""

    sentence = N_("A move up to %(name)s is an escalation: give a reason and a note with it.")
    status = 409


class BackgroundMissing(Refusal):
    sentence = N_("Write the background first: what happened so far?")


class RequestMissing(Refusal):
    sentence = N_("Write the customer's request first: what does the customer want?")


class TriedMissing(Refusal):
    sentence = N_("Write the steps tried first, so that nobody repeats them.")


class ReasonMissing(Refusal):
    sentence = N_("Choose a reason of this project's list.")


class NotUpward(Refusal):
    sentence = N_("“%(group)s” is no higher than where this conversation is. Transfer it instead.")


class GroupUnfit(Refusal):
    sentence = N_("“%(group)s” takes no conversations of this project. Choose another group.")


class GroupWithoutMembers(Refusal):
    sentence = N_("“%(group)s” has no members who could take it. Choose another group.")


class NotOfGroup(Refusal):
    sentence = N_("%(name)s is not a member of “%(group)s”. Choose a member, or the group.")


class NothingToAccept(Refusal):
    sentence = N_("No handover waits for you here. It was accepted or moved on already.")
    status = 409


class NothingToReturn(Refusal):
    sentence = N_("Nobody handed you this conversation, so there is nobody to return it to.")
    status = 409


class ReturnReasonMissing(Refusal):
    sentence = N_("Write why you return it, so that it does not come back the same way.")


class TierNotLower(Refusal):
    sentence = N_("The tier can only be lowered here. To raise it, escalate.")


class PhraseTooShort(Refusal):
    sentence = N_("“%(text)s” is too short and would match nearly everything. Add a word.")


class PhraseTooLong(Refusal):
    sentence = N_("A phrase has at most %(limit)s characters and %(gaps)s gaps (…).")


class PhraseFamilyUnknown(Refusal):
    sentence = N_("There is no family of words named %(name)s.")


class PhraseTaken(Refusal):
    sentence = N_("“%(text)s” stands with this reason already.")


class ReasonNameTaken(Refusal):
    sentence = N_("A reason named “%(name)s” exists already.")


class DismissalWhyMissing(Refusal):
    sentence = N_("Say why this suggestion does not fit, so that the phrases get better.")


class SuggestionSettled(Refusal):
    sentence = N_("Somebody has settled this suggestion already.")
    status = 409


class AlreadyLead(Refusal):
    sentence = N_("%(name)s leads this conversation already.")
    status = 409


class NotJoined(Refusal):
    sentence = N_("%(name)s has not joined this conversation. Add this colleague first.")
    status = 409


class TagNameTaken(Refusal):
    sentence = N_("A tag named “%(name)s” exists already.")


class TagUnfit(Refusal):
    sentence = N_("The tag “%(name)s” cannot be used here. Choose one of this project's tags.")


class SnoozeBad(Refusal):
    sentence = N_("Choose a time between now and %(days)s days from now.")


class NothingUnanswered(Refusal):
    sentence = N_("Nothing of the customer waits for a reply here.")


class NothingToUndo(Refusal):
    sentence = N_("That is final now. The conversation reopens when the customer writes again.")
    status = 409
