"""Refusals of groups, opening hours, plans and invitations."""

from __future__ import annotations

from support.refusals.base import N_, Refusal


class GroupNameTaken(Refusal):
    sentence = N_("This project has a group named “%(name)s” already.")


class BadLevel(Refusal):
    sentence = N_("A level is a whole number from 1 (frontline) to 9.")


class BadCapacity(Refusal):
    sentence = N_("Each agent can have 1 to %(limit)s conversations at a time.")


class BadMinutes(Refusal):
    sentence = N_("Minutes are a whole number from 1 to %(limit)s.")


class ScopeMustBeChosen(Refusal):
    sentence = N_("The agents of a group above the frontline are chosen by name.")


class MemberUnfit(Refusal):
    sentence = N_("%(name)s cannot hold conversations of this project. Leave them out.")


class NobodyChosen(Refusal):
    sentence = N_(
        "Choose one agent at least: only who is chosen is given what comes to this group."
    )


class FallbackElsewhere(Refusal):
    sentence = N_("“%(name)s” is not a group of this project. Choose another fallback.")


class FallbackTooLow(Refusal):
    sentence = N_("“%(name)s” is of level %(level)s. A fallback is of the same level or higher.")


class FallbackCircle(Refusal):
    sentence = N_("That would lead in a circle: %(chain)s. Choose another fallback.")


class FallbackOfAnother(Refusal):
    sentence = N_("“%(name)s” falls back to this group. Give it another fallback first.")


class GroupNotEmpty(Refusal):
    sentence = N_(
        "“%(name)s” still has %(count)s conversations. Give it a fallback to move them to, first."
    )


class LastFrontline(Refusal):
    sentence = N_("New conversations come to “%(name)s”. Remove the groups above it first.")


class BadSpan(Refusal):
    sentence = N_("“%(span)s” is not a span of opening hours. Write it like 09:00 to 17:30.")


class BadInstant(Refusal):
    sentence = N_("“%(time)s” is not a date and time. Write it like 2026-11-27T16:30.")


class NeverOpen(Refusal):
    sentence = N_("These hours never open. Add one span at least, or leave the group always open.")


class SpansOverlap(Refusal):
    sentence = N_("“%(first)s” and “%(second)s” overlap. Join them, or let the second begin later.")


class TooManySpans(Refusal):
    sentence = N_("A day has at most %(limit)s spans.")


class BadPlan(Refusal):
    sentence = N_("“%(plan)s” is not a plan. Choose one of: %(plans)s.")


class SeatsFull(Refusal):
    sentence = N_(
        "The plan “%(plan)s” has %(seats)s seats and all are taken. "
        "Disable somebody, withdraw an invitation, or choose a larger plan."
    )


class PlanLacks(Refusal):
    sentence = N_("The plan “%(plan)s” does not include this. The owner can choose another plan.")
    status = 403


class TrialEnded(Refusal):
    sentence = N_(
        "The trial has ended, so nothing is sent. Your text is kept; customers still reach you. "
        "The owner can choose a plan."
    )
    status = 409


class OwnerMissing(Refusal):
    sentence = N_("This workspace has no owner yet. Create one first.")


class InvitationUnknown(Refusal):
    sentence = N_("This link is not valid (any more). Ask for a new invitation.")
    status = 404
