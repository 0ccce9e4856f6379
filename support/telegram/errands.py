"""Small things that are done at once or not at all: who types, and buttons that are pressed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from pyrogram.errors import RPCError
from pyrogram.raw import functions, types

from support import messages, risk, typing
from support.conversations import running
from support.db import db
from support.models import Project, TelegramPeer
from support.telegram.books import Books
from support.telegram.client import BotClient
from support.telegram.pieces import Piece

# Telegram shows "typing" for some six seconds.
TYPING_SECONDS = 4.0
AT_MOST = 200

log = logging.getLogger(__name__)


class Errands:
    """What passes: none of it is stored, and none of it may hold up what is."""

    def __init__(self, client: BotClient, books: Books) -> None:
        self._client, self._books = client, books
        self._tasks: set[asyncio.Task[None]] = set()
        self._typed: dict[int, float] = {}

    def stop(self) -> None:
        """Leave everything as it is."""
        for task in self._tasks:
            task.cancel()

    def run(self, piece: Piece) -> None:
        """Do what an update without a row asks for."""
        update = piece.update
        if isinstance(update, types.UpdateUserTyping):
            if isinstance(update.action, types.SendMessageTypingAction):
                self._start(self._customer_types(update.user_id))
        elif isinstance(update, types.UpdateBotCallbackQuery):
            self._start(self._pressed(update.query_id))

    def agent_types(self, user_id: int) -> None:
        """Show the customer that an answer is being written, not more often than it lasts."""
        now = asyncio.get_running_loop().time()
        if now - self._typed.get(user_id, -TYPING_SECONDS) >= TYPING_SECONDS:
            if len(self._typed) >= AT_MOST:
                self._typed.clear()
            self._typed[user_id] = now
            self._start(self._agent_types(user_id))

    def relist(self) -> None:
        """Make the project's risk words ready, before a letter has to wait for them."""
        self._start(self._relist())

    def _start(self, errand: Coroutine[Any, Any, None]) -> None:
        if len(self._tasks) >= AT_MOST:
            errand.close()
            return
        task = asyncio.ensure_future(self._quietly(errand))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _quietly(self, errand: Coroutine[Any, Any, None]) -> None:
        try:
            await errand
        except (OSError, RPCError) as error:
            log.info("an errand failed: %s", type(error).__name__)
        except Exception:
            log.exception("an errand failed")

    async def _customer_types(self, user_id: int) -> None:
        await self._books.read(lambda project: tell_typing(project, user_id))

    async def _agent_types(self, user_id: int) -> None:
        access_hash = await self._books.read(lambda project: hash_of(project, user_id))
        peer = types.InputPeerUser(user_id=user_id, access_hash=access_hash)
        action = types.SendMessageTypingAction()
        await self._client.call(functions.messages.SetTyping(peer=peer, action=action))

    async def _relist(self) -> None:
        await self._books.read(risk.matcher)

    async def _pressed(self, query_id: int) -> None:
        """Answer a pressed button, so that the customer's telephone stops waiting."""
        answer = functions.messages.SetBotCallbackAnswer(query_id=query_id, cache_time=0)
        await self._client.call(answer)


def tell_typing(project: Project, user_id: int) -> None:
    """Tell the desk that a customer is typing, if there is a conversation."""
    customer = messages.find_customer(project, user_id)
    conversation = running(customer) if customer else None
    if conversation is not None:
        typing.customer_types(conversation)


def hash_of(project: Project, user_id: int) -> int:
    """Return a customer's access hash; a bot that was written to may do without."""
    peer = db.session.get(TelegramPeer, (project.id, user_id))
    return peer.access_hash if peer else 0
