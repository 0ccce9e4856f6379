"""A clock in sentences: what began it, what was promised, what ended it, and how it stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask_babel import gettext as _

from support.models import Agent, Handover
from support.refusals import N_
from support.sla.accounts import Account
from support.views import i18n, written
from support.views.timeline import isolated

SECOND = timedelta(seconds=1)
OPENED = N_("the customer's message that opened the conversation")
BEGUN = {
    "message": N_("the customer's oldest message without an answer"),
    "handover": N_("a handover"),
    "tier": N_("a change of the tier"),
    "reopened": N_("the case was reopened; it counts on from its first start"),
}
MOVES = {
    "transfer": N_("a transfer"),
    "escalation": N_("an escalation"),
    "return": N_("a return"),
    "takeover": N_("a takeover"),
    "auto": N_("a move of the desk itself"),
}
STOPPED = {
    "reply": N_("%(by)s replied, and Telegram accepted it"),
    "resolved": N_("%(by)s resolved the conversation"),
    "accepted": N_("%(by)s accepted it"),
    "superseded": N_("another promise took its place: the group or the tier changed"),
    "moved": N_("it moved on before anybody accepted it"),
    "returned": N_("it went back below the group whose reply was awaited"),
    "no_reply_needed": N_("%(by)s said that no reply is needed"),
    "resolved_unanswered": N_("%(by)s resolved it without an answer"),
    "closed": N_("%(by)s resolved it; nobody waited for words"),
}
PAUSED = {
    "waiting": N_("waiting for the customer"),
    "snoozed": N_("snoozed"),
    "closed": N_("closed"),
}
NAMES = {
    "met": N_("Met"),
    "breached": N_("Breached"),
    "void": N_("Void"),
    "running": N_("Running"),
    "measured": N_("Only measured"),
    "outage": N_("Outage"),
}
# What a promise is kept by; everything else ends it otherwise.
DEEDS = ("reply", "resolved", "accepted")
TONES = {"met": "success", "breached": "danger", "running": "info", "outage": "warning"}


class Line(NamedTuple):
    """One fact: its name, and the sentences that state it."""

    name: str
    said: list[str]


def exact(at: datetime) -> str:
    """Write an instant to the second, in the page's zone."""
    return f"{i18n.day(at)}, {at.astimezone(i18n.here()):%H:%M:%S}"


def length(taken: timedelta) -> str:
    """Write a length of time to the second."""
    return written.length(taken // SECOND) or "0s"


def name(person: Agent | None) -> str:
    """Write who it was, fenced off."""
    return isolated(person.name) if person else _("nobody")


def verdict(one: Account) -> tuple[str, str]:
    """Return the verdict in a word, and its tone."""
    word = "outage" if one.is_outage else one.verdict
    return _(NAMES[word]), TONES.get(word, "neutral")


def lines(one: Account, moves: Mapping[int, Handover]) -> list[Line]:
    """Return what is known of a clock, in the order in which it came about."""
    found = [
        Line(_("Verdict"), [why(one)]),
        Line(_("Started"), started(one, moves)),
        Line(_("Promised"), promised(one)),
        Line(_("Pauses"), pauses(one)),
        Line(_("Due"), due(one)),
        Line(_("Stopped"), stopped(one)),
        Line(_("Elapsed"), elapsed(one)),
        Line(_("Changed"), changes(one)),
    ]
    return [line for line in found if line.said]


def why(one: Account) -> str:
    """Say how it stands, and why."""
    if one.is_outage:
        return _(
            "It was due before its message reached us, or while nothing could be sent: "
            "nobody's breach."
        )
    if one.verdict == "measured":
        return _("Nothing was promised for it: it only measures.")
    return {"met": met, "breached": broken, "void": void, "running": running}[one.verdict](one)


def met(one: Account) -> str:
    """Say how much time was left."""
    left = (one.due_at or one.at) - (one.stopped_at or one.at)
    return _("Done %(time)s before it was due.", time=length(left)) if left else _("Done when due.")


def broken(one: Account) -> str:
    """Say by how much, and what of it runs on."""
    late = length((one.stopped_at or one.at) - (one.due_at or one.at))
    if one.stopped_at is None:
        return _("Overdue by %(time)s, and still running.", time=late)
    if one.clock.stop_reason not in DEEDS:
        return _("It was overdue by %(time)s already when it ended.", time=late)
    return _("Done %(time)s too late.", time=late)


def void(one: Account) -> str:
    """Say that nothing was broken, and why it counts for nothing."""
    ended = _(STOPPED[one.clock.stop_reason], by=name(one.clock.stopped_by))
    return _("Neither kept nor broken: before it was due, %(ended)s.", ended=ended)


def running(one: Account) -> str:
    """Say what is left, or what holds it up."""
    if one.standing is not None:
        return _("Paused: %(why)s.", why=_(PAUSED[one.standing.why]))
    if one.clock.ends_at is not None:
        return _("A reply is under way: Telegram's answer decides.")
    if one.due_at is None:
        return _("Nothing is due.")
    return _("%(time)s are left.", time=length(one.due_at - one.at))


def started(one: Account, moves: Mapping[int, Handover]) -> list[str]:
    """Say when it began and what began it; and from when its target counts."""
    clock = one.clock
    move = moves.get(clock.started_id or 0) if clock.started_kind == "handover" else None
    opened = clock.started_kind == "message" and clock.metric != "next_response"
    found = OPENED if opened else BEGUN.get(clock.started_kind, BEGUN["tier"])
    begun = _(MOVES[move.kind] if move else found)
    told = [
        _("%(time)s: %(why)s.", time=exact(clock.started_at), why=begun),
        _("Held by %(name)s then.", name=name(clock.holder)),
    ]
    if clock.counted_at != clock.started_at:
        told.append(_("Its target counts from %(time)s.", time=exact(clock.counted_at)))
    return told


def promised(one: Account) -> list[str]:
    """Say the target, by which hours it counts, and which version of the promise that is."""
    if one.seconds is None:
        return []
    if one.calendar is None:
        hours = _("around the clock")
    else:
        hours = _(
            "by the calendar “%(name)s”, version %(number)s",
            name=isolated(one.calendar.calendar.name),
            number=one.calendar.number,
        )
    target = written.length(one.seconds)
    if not one.version:
        return [_("%(target)s %(hours)s, as shipped.", target=target, hours=hours)]
    return [
        _(
            "%(target)s %(hours)s (version %(version)s of the promised times).",
            target=target,
            hours=hours,
            version=one.version,
        )
    ]


def pauses(one: Account) -> list[str]:
    """Say from when to when it stood, and why."""
    found: list[str] = []
    for pause in sorted(one.pauses, key=lambda pause: pause.started_at):
        ended, reason = pause.ended_at, _(PAUSED[pause.why])
        if ended is None or ended > one.at:
            found.append(_("Since %(time)s: %(why)s.", time=exact(pause.started_at), why=reason))
        else:
            facts = {"begin": exact(pause.started_at), "end": exact(ended), "why": reason}
            found.append(_("%(begin)s to %(end)s: %(why)s.", **facts))
    return found


def due(one: Account) -> list[str]:
    """Say when it was due, and who held it then."""
    if one.due_at is None:
        return []
    if one.verdict != "breached":
        return [f"{exact(one.due_at)}."]
    if not one.holder_is_known:
        return [f"{exact(one.due_at)}.", _("Who held it then is being written down.")]
    return [f"{exact(one.due_at)}.", _("Held by %(name)s then.", name=name(one.clock.due_holder))]


def stopped(one: Account) -> list[str]:
    """Say when it ended and what ended it."""
    if one.stopped_at is None:
        return []
    ended = _(STOPPED[one.clock.stop_reason], by=name(one.clock.stopped_by))
    return [_("%(time)s: %(why)s.", time=exact(one.stopped_at), why=ended)]


def elapsed(one: Account) -> list[str]:
    """Say how long it ran, by the wall and in business hours."""
    wall, business = length(one.elapsed()), length(one.elapsed(business=True))
    if one.calendar is None:
        return [_("%(time)s without pauses.", time=wall)]
    facts = {"time": wall, "business": business}
    return [_("%(time)s without pauses, %(business)s of it in business hours.", **facts)]


def changes(one: Account) -> list[str]:
    """Say which newer versions came to count while it ran, by whose decision."""
    return [_changed(change) for change in one.changes]


def _changed(change: Mapping[str, Any]) -> str:
    before, after = change["before"], change["after"]
    return _(
        "%(time)s: %(name)s let version %(version)s count, due %(after)s instead of %(before)s.",
        time=exact(change["at"]),
        name=name(change["by"]),
        version=after["version"],
        before=_instant(before["due"]),
        after=_instant(after["due"]),
    )


def _instant(stored: str | None) -> str:
    return exact(datetime.fromisoformat(stored)) if stored else _("at no time")
