"""Lets an act happen: in a thread, at the door, or with the customer."""

from __future__ import annotations

import logging

from support.demo import hearing
from support.demo.cases import Act
from support.demo.deeds import DEEDS
from support.demo.desk import Desk
from support.refusals import Refusal

PRESENCE = ("come", "away", "back", "go")

log = logging.getLogger(__name__)


def perform(desk: Desk, act: Act) -> bool:
    """Do one act as its agent or customer did it; False for one that a visitor made impossible."""
    try:
        _perform(desk, act)
    except Refusal as refusal:
        log.info("an act of the story was left out: %s: %s", act.kind, refusal)
        return False
    return True


def _perform(desk: Desk, act: Act) -> None:
    if act.kind in PRESENCE:
        desk.attendance.turn(act)
        return
    desk.attendance.free_for(act)
    if act.kind == "say":
        hearing.say(desk, act)
    elif (conversation := desk.conversation(act)) is not None:
        DEEDS[act.kind](desk, conversation, act)
