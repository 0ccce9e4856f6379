"""Speaks to the local Telegram as its customers do, over its control API on the loopback."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import IO, Any
from urllib.parse import urlencode

from support.config import Settings
from support.refusals import N_, Refusal

SECONDS = 10


class LocalTelegramSilent(Refusal):
    sentence = N_("The local Telegram does not answer yet. Try again in a moment.")
    status = 503


class LocalTelegramRefused(Refusal):
    """What it answered is a sentence of its own, for somebody who plays with it."""

    sentence = N_("The local Telegram refused: %(reason)s")


class NoSuchChat(Refusal):
    sentence = N_("The local Telegram knows nothing of that.")
    status = 404


@dataclass(frozen=True, slots=True)
class Answer:
    """A file as the local Telegram gave it."""

    content: bytes
    mime: str


@dataclass(frozen=True, slots=True)
class Chat:
    """The chat of one customer with one bot."""

    bot: int
    customer: int

    @property
    def side(self) -> dict[str, int]:
        """Return what names this chat in every request."""
        return {"bot": self.bot, "customer": self.customer}


@dataclass(frozen=True, slots=True)
class Control:
    """The control API; every call refuses with a sentence when it cannot be done."""

    address: str
    secret: str

    @classmethod
    def of(cls, settings: Settings) -> Control:
        """Return the control API of this installation's local Telegram."""
        return cls(settings.local_control, settings.local_secret)

    def bots(self) -> list[dict[str, Any]]:
        """Return every bot."""
        return self._get("/bots")

    def create_bot(self, username: str, name: str, token: str) -> None:
        """Make a bot; making it again changes nothing."""
        self._post("/bots", {"username": username, "name": name, "token": token})

    def customers(self) -> list[dict[str, Any]]:
        """Return every customer with the last message of each of his chats."""
        return self._get("/customers")

    def create_customer(self, **names: str | int) -> int:
        """Make a customer, or rename the one with this `id`; return his number."""
        return self._post("/customers", names)["id"]

    def remember(self, bot: int, upto: int, messages: list[Any], pictures: list[str]) -> None:
        """Give a bot a past of which it hears nothing, and the numbers up to `upto` to it."""
        past = {"bot": bot, "upto": upto, "messages": messages, "pictures": pictures}
        self._post("/history", past)

    def chat(self, chat: Chat, *, rev: int = 0, wait: int = 0) -> dict[str, Any]:
        """Return a chat, or what changed since `rev`, waiting for that up to `wait` seconds."""
        return self._get("/chat", {**chat.side, "rev": rev, "wait": wait}, wait=wait)

    def say(self, chat: Chat, text: str, *, reply_to: int | None = None) -> int:
        """Write to the bot; return the message's number."""
        return self._post("/messages", {**chat.side, "text": text, "reply_to": reply_to})["id"]

    def send(self, chat: Chat, file: IO[bytes], size: int, **details: str) -> None:
        """Send a photo or a document; `details` are its kind, file_name, mime and caption."""
        target = "/files?" + urlencode({**chat.side, **details})
        self._ask("POST", target, file, {"Content-Length": str(size)})

    def edit(self, chat: Chat, message: int, text: str) -> None:
        """Change one's own message."""
        self._post("/edit", {**chat.side, "id": message, "text": text})

    def delete(self, chat: Chat, message: int) -> None:
        """Take a message out of the chat, for both."""
        self._post("/delete", {**chat.side, "ids": [message]})

    def press(self, chat: Chat, message: int, row: int, column: int) -> None:
        """Press a button under a message."""
        self._post("/press", {**chat.side, "id": message, "button": [row, column]})

    def typing(self, chat: Chat) -> None:
        """Be seen typing."""
        self._post("/typing", chat.side)

    def block(self, chat: Chat) -> None:
        """Block the bot."""
        self._post("/block", chat.side)

    def unblock(self, chat: Chat) -> None:
        """Let the bot write again."""
        self._post("/unblock", chat.side)

    def file(self, number: int) -> Answer:
        """Return a file that somebody sent."""
        return self._ask("GET", f"/files/{number}", None, {})

    def _get(self, path: str, values: dict[str, int] | None = None, *, wait: int = 0) -> Any:
        target = f"{path}?{urlencode(values)}" if values else path
        return json.loads(self._ask("GET", target, None, {}, wait=wait).content)

    def _post(self, path: str, values: object) -> Any:
        body = json.dumps(values).encode()
        return json.loads(self._ask("POST", path, body, {}).content)

    def _ask(
        self,
        method: str,
        target: str,
        body: bytes | IO[bytes] | None,
        headers: dict[str, str],
        *,
        wait: int = 0,
    ) -> Answer:
        headers = {**headers, "Authorization": f"Bearer {self.secret}"}
        wire = HTTPConnection(self.address, timeout=SECONDS + wait)
        try:
            wire.request(method, target, body, headers)
            answer = wire.getresponse()
            content, mime = answer.read(), answer.getheader("Content-Type", "")
        except (OSError, HTTPException) as error:
            raise LocalTelegramSilent from error
        finally:
            wire.close()
        if answer.status >= 400:
            raise _refusal(answer.status, content)
        return Answer(content, mime)


def _refusal(status: int, content: bytes) -> Refusal:
    if status == 404:
        return NoSuchChat()
    try:
        reason = str(json.loads(content)["error"])
    except (ValueError, KeyError, TypeError):
        reason = str(status)
    return LocalTelegramRefused(reason=reason)
