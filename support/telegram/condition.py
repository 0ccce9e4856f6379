"""How a bot is, as its project's page tells it: one row, and an event when it changes."""

from __future__ import annotations

from pyrogram.errors import AuthKeyDuplicated, RPCError

from support import events, live
from support.db import db, utcnow
from support.models import BotState, EventKind, Project
from support.refusals import N_
from support.telegram import verdicts
from support.telegram.books import Books

UNREACHABLE = N_("Telegram cannot be reached. It is tried again and again.")
BAD_TOKEN = N_("Telegram does not accept this bot's token. Give the project a new one.")
BAD_APPLICATION = N_("Telegram does not accept TELEGRAM_API_ID and TELEGRAM_API_HASH.")
ELSEWHERE = N_("The same login is in use elsewhere. The bot logs in anew.")
LOGGED_OUT = N_("Telegram has ended the bot's login. It logs in anew.")
FLOODED = N_("Telegram asks this bot to wait before it logs in again.")
STRANGE = N_("Something unexpected ended the bot's login. It is tried again.")

REASONS = {
    "ACCESS_TOKEN_INVALID": BAD_TOKEN,
    "ACCESS_TOKEN_EXPIRED": BAD_TOKEN,
    "USER_DEACTIVATED": BAD_TOKEN,
    "USER_DEACTIVATED_BAN": BAD_TOKEN,
    "API_ID_INVALID": BAD_APPLICATION,
    "API_ID_PUBLISHED_FLOOD": BAD_APPLICATION,
}


def reason(error: Exception) -> str:
    """Return the sentence for what keeps a bot from working."""
    if verdicts.is_passing(error):
        return UNREACHABLE
    if isinstance(error, RPCError) and (known := REASONS.get(verdicts.name_of(error))):
        return known
    if isinstance(error, AuthKeyDuplicated):
        return ELSEWHERE
    if verdicts.is_fatal(error):
        return LOGGED_OUT
    return FLOODED if verdicts.flood_seconds(error) else STRANGE


async def online(books: Books) -> None:
    """The bot hears and speaks."""
    await books.write(lambda project: change(project, "online", "", EventKind.BOT_ONLINE))


async def trouble(books: Books, why: str) -> None:
    """The bot cannot work, for the reason that its page shows."""
    await books.write(lambda project: change(project, "trouble", why, EventKind.BOT_TROUBLE))


def change(project: Project, state: str, why: str, kind: EventKind) -> None:
    """Write a new condition; the same one again is no news."""
    row = db.session.get_one(BotState, project.id)
    if (row.state, row.reason) == (state, why):
        return
    now = utcnow()
    row.state, row.reason, row.changed_at = state, why, now
    events.record(kind, by=None, now=now, project_id=project.id, reason=why)
    live.poke("desk", project=project.id, queue=True)
