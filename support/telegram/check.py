"""Whether a token is good: by logging in with it, once, and forgetting the login."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from cryptography.fernet import InvalidToken
from pyrogram.errors import BadRequest, RPCError, Unauthorized
from pyrogram.raw import functions

from support import config, sealing
from support.telegram.client import Misunderstood, logged_in
from support.telegram.storage import MemoryStorage

SECONDS = 15.0
FAREWELL_SECONDS = 3.0


def check_token(sealed: str) -> dict[str, Any]:
    """Return the bot's `id`, `username` and `name`, or the name of the refusal under `refused`.

    The token comes sealed: a job waits in Redis, where no token may be read.
    """
    settings = config.load()
    if not settings.telegram_configured and not settings.endpoint:
        return {"refused": "TelegramNotConfigured"}
    try:
        token = sealing.unseal(settings.data, sealed).decode()
        return asyncio.run(checked(settings, token))
    except (BadRequest, Unauthorized, InvalidToken):
        return {"refused": "TokenRefused"}
    except (OSError, RPCError):
        return {"refused": "TelegramUnreachable"}


async def checked(settings: config.Settings, token: str) -> dict[str, Any]:
    """Log in, once more if our clock was wrong: by then Telegram's is known."""
    try:
        return await identified(settings, token)
    except Misunderstood:
        return await identified(settings, token)


async def identified(settings: config.Settings, token: str) -> dict[str, Any]:
    """Log in, say who the bot is, and end the login at Telegram's side too."""
    async with asyncio.timeout(SECONDS), logged_in(settings, MemoryStorage(), token) as client:
        me: Any = client.me
        with suppress(OSError, RPCError):
            await client.call(functions.auth.LogOut(), seconds=FAREWELL_SECONDS)
    return {"id": me.id, "username": me.username or "", "name": me.first_name or ""}
