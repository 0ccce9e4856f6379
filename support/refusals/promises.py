"""Refusals of calendars, business time and response-time policies."""

from __future__ import annotations

from support.refusals.base import N_, Refusal


class BadDay(Refusal):
    sentence = N_("“%(day)s” is not a day. Write it like 2026-12-24, or 12-24 for every year.")


class LeapHoliday(Refusal):
    sentence = N_("29 February is not in every year. Give this holiday a date with its year.")


class DayTwice(Refusal):
    sentence = N_("%(day)s is a holiday and has hours of its own. Take one of the two out.")


class TooManyDays(Refusal):
    sentence = N_("A calendar has at most %(limit)s holidays and %(limit)s days of other hours.")


class DueTooFar(Refusal):
    sentence = N_(
        "That would be due more than %(years)s years later. Shorten the target, or open more hours."
    )


class CalendarNameTaken(Refusal):
    sentence = N_("This project has a calendar named “%(name)s” already.")


class CalendarUnfit(Refusal):
    sentence = N_("“%(name)s” is not a calendar of this project. Choose another.")


class CalendarInUse(Refusal):
    sentence = N_("“%(name)s” is still used by %(users)s. Choose another calendar there first.")
    status = 409


class BadTarget(Refusal):
    sentence = N_("A target is at least 1 second and at most %(years)s years.")


class BadDuration(Refusal):
    sentence = N_("“%(text)s” is not a length of time. Write it like 5m, 1h 30m or 45s.")


class BadStage(Refusal):
    sentence = N_(
        "A reminder comes at 1 to 99 %% of the target, or 0 to %(limit)s minutes after the breach."
    )


class StageTwice(Refusal):
    sentence = N_("Two reminders come at the same time. Join them into one.")


class StageForNobody(Refusal):
    sentence = N_("Choose who gets this reminder, or what is done then.")


class StageTooEarly(Refusal):
    sentence = N_("A conversation is reassigned or escalated after the breach only.")


class LadderTwice(Refusal):
    sentence = N_("A breach escalates once. Take the second escalation out.")


class LadderBackwards(Refusal):
    sentence = N_("Reassign before escalating: afterwards it belongs to the group above.")


class TooManyStages(Refusal):
    sentence = N_("A policy has at most %(limit)s reminders.")


class AlwaysQuiet(Refusal):
    sentence = N_("Quiet hours need an end: leave some time of the week in which you are called.")


class WaiverReasonMissing(Refusal):
    sentence = N_("Say why this is waived: whoever reads the figures sees it.")


class NothingToWaive(Refusal):
    sentence = N_("This promise was not broken, so there is nothing to waive.")
    status = 409


class OwnWaiver(Refusal):
    sentence = N_("You held this conversation then. Nobody waives his own; ask a colleague.")
    status = 403


class WaivedAlready(Refusal):
    sentence = N_("%(name)s has waived this already.")
    status = 409


class NothingToApply(Refusal):
    sentence = N_("Nothing runs under an older version of the promised times.")
