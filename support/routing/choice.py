"""Whose turn it is: the rules of choosing, without a database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from support.models import Group, Why
from support.routing.candidates import Candidate, Field


@dataclass(frozen=True, slots=True)
class Choice:
    """Who gets a conversation and why; nobody means that it waits, and why."""

    candidate: Candidate | None
    why: Why


def choose(
    field: Field, *, prefer: int | None = None, but: int | None = None, online_only: bool = False
) -> Choice:
    """Choose by the group's strategy.

    The last holder of a returning customer (`prefer`) comes first if he is online and free.
    `but` has put it into the queue himself and is passed over; with `online_only` those who
    are not here are passed over too.
    """
    group = field.group
    free = [one for one in field.free if one.id != but and (one.online or not online_only)]
    returning = next((one for one in free if one.id == prefer and one.online), None)
    if returning:
        return Choice(returning, Why.RETURNING)
    if not free:
        return Choice(None, why_nobody(field))
    if group.strategy == "round_robin":
        return Choice(in_turn(free, field), Why.IN_TURN)
    return Choice(free[0], Why.LEAST_RECENT)


def in_turn(free: Sequence[Candidate], field: Field) -> Candidate:
    """Return the next free one in the group's order after whoever was given one last.

    If he has left the group, the order begins anew.
    """
    places = {one.id: place for place, one in enumerate(field.candidates)}
    last = places.get(field.last_given_id or 0, -1)
    return min(free, key=lambda one: (places[one.id] - last - 1) % len(places))


def why_nobody(field: Field) -> Why:
    """Return the sentence for a group in which nobody can be given anything."""
    if not field.candidates:
        return Why.NO_MEMBERS
    here = [one for one in field.candidates if one.online or _offline_counts(field.group)]
    if not here:
        return Why.NOBODY_ONLINE
    if all(one.verdict == "away" for one in here):
        return Why.EVERYBODY_AWAY
    return Why.EVERYBODY_FULL


def _offline_counts(group: Group) -> bool:
    return group.strategy == "round_robin"
