"""The control API of a chat: everything a customer does, and the page of his phone."""

import asyncio
import base64
import contextlib
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from support.telegram.local import customer_side, media, people, shapes, thread
from support.telegram.local.refusals import Impossible
from support.telegram.local.store import Row
from support.telegram.local.thread import Draft, Side
from support.telegram.local.web import FileAnswer, Request, Route
from support.telegram.local.world import World

LONGEST_WAIT = 55.0


class ControlChat:
    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> dict[tuple[str, str], Route]:
        return {
            ("POST", "/messages"): self.say,
            ("POST", "/messages/batch"): self.say_many,
            ("POST", "/files"): self.send_file,
            ("POST", "/media"): self.send_media,
            ("POST", "/edit"): self.edit,
            ("POST", "/delete"): self.delete,
            ("POST", "/press"): self.press,
            ("POST", "/typing"): self.typing,
            ("POST", "/block"): self.block,
            ("POST", "/unblock"): self.unblock,
            ("GET", "/chat"): self.chat,
            ("GET", "/files/"): self.file,
        }

    async def say(self, request: Request) -> Any:
        given = await request.json()
        return {"id": self._say([given])[0]}

    async def say_many(self, request: Request) -> Any:
        """Several messages in one transaction, pushed in their order."""
        return {"ids": self._say(await request.json())}

    async def send_file(self, request: Request) -> Any:
        """A file of the customer, with the query as its description and the body as its bytes."""
        details = request.query
        arrived = self._world.files.fresh()
        await request.save(arrived)
        return self._send_file(details, arrived)

    async def send_media(self, request: Request) -> Any:
        """Media of any kind; what needs a file may bring it as base64 in `content`."""
        given = await request.json()
        if given["kind"] in media.FILELESS:
            attached = media.without_file(given["kind"], given)
            return {"id": self._say([{**given, "media": attached}])[0]}
        arrived = self._world.files.fresh()
        arrived.write_bytes(base64.b64decode(given.get("content") or "") or PLACEHOLDER)
        return self._send_file(given, arrived)

    async def edit(self, request: Request) -> Any:
        given = await request.json()
        draft = Draft(str(given["text"]), shapes.entities(given.get("entities")))
        customer_side.edit(self._world, _side(given), int(given["id"]), draft, now=_now())
        return {}

    async def delete(self, request: Request) -> Any:
        given = await request.json()
        ids = [int(one) for one in given["ids"]]
        return {"deleted": customer_side.delete(self._world, _side(given), ids, now=_now())}

    async def press(self, request: Request) -> Any:
        """Presses a button and, with `wait`, gives the bot's answer if it comes in time."""
        given = await request.json()
        row, column = given["button"]
        place = int(row), int(column)
        query = customer_side.press(self._world, _side(given), int(given["id"]), place, now=_now())
        press = self._world.presses[query]
        seconds = min(float(given.get("wait") or 0), LONGEST_WAIT)
        if seconds > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(press.answered.wait(), seconds)
        return {"query": str(query), "answer": press.answer}

    async def typing(self, request: Request) -> Any:
        customer_side.typing(self._world, _side(await request.json()), now=_now())
        return {}

    async def block(self, request: Request) -> Any:
        customer_side.block(self._world, _side(await request.json()), stop=True, now=_now())
        return {}

    async def unblock(self, request: Request) -> Any:
        customer_side.block(self._world, _side(await request.json()), stop=False, now=_now())
        return {}

    async def chat(self, request: Request) -> Any:
        """What a chat says after message `after`; with `rev`, only what changed since then.

        With `wait` the answer may come up to that many seconds later, when something changes.
        """
        side = _side(request.query)
        people.find_bot(self._world.store, side.bot)
        people.find_customer(self._world.store, side.customer)
        rev, after = (int(request.query.get(key) or 0) for key in ("rev", "after"))
        wait = min(float(request.query.get("wait") or 0), LONGEST_WAIT)
        if rev and wait > 0 and self._rev(side) <= rev:
            await self._world.bell.wait(side.chat, wait)
        return {
            "messages": [shapes.message(row) for row in self._changed(side, after, rev)],
            "typing_bot": self._world.bell.is_typing(side.chat),
            "blocked": thread.is_blocked(self._world.store, side),
            "rev": max(self._rev(side), rev, 1),
        }

    async def file(self, request: Request) -> Any:
        row = self._world.files.find(int(request.path.rpartition("/")[2]))
        return FileAnswer(self._world.files.path(row), row["mime"])

    def _say(self, many: Iterable[dict[str, Any]]) -> list[int]:
        with self._world.store.transaction():
            rows = self._write(many)
        customer_side.announce(self._world, rows, date=_now())
        return [row["id"] for row in rows]

    def _write(self, many: Iterable[dict[str, Any]]) -> list[Row]:
        now = _now()
        return [
            customer_side.say(
                self._world, _side(given), _draft(given), date=int(given.get("date") or now)
            )
            for given in many
        ]

    def _send_file(self, details: Any, arrived: Path) -> Any:
        kind = str(details["kind"])
        if kind != "photo" and kind not in media.ATTRIBUTES:
            arrived.unlink()
            raise Impossible(f"A file cannot be a {kind}.")
        with self._world.store.transaction():
            file = self._adopt(details, kind, arrived)
            attached = media.from_file(file, self._world.files.path(file), _now(), details)
            rows = self._write([{**details, "media": attached}])
        customer_side.announce(self._world, rows, date=_now())
        return {"id": rows[0]["id"], "file": str(file["id"])}

    def _adopt(self, details: Any, kind: str, arrived: Path) -> Row:
        return self._world.files.adopt(
            arrived,
            kind=kind,
            name=str(details.get("file_name") or ""),
            mime=str(details.get("mime") or MIMES.get(kind, "application/octet-stream")),
        )

    def _changed(self, side: Side, after: int, rev: int) -> list[Row]:
        return self._world.store.all(
            "SELECT * FROM messages WHERE bot = ? AND customer = ? AND id > ? AND rev > ? "
            "ORDER BY id",
            *(*side.chat, after, rev),
        )

    def _rev(self, side: Side) -> int:
        stored = self._world.store.only(
            "SELECT max(rev) AS rev FROM messages WHERE bot = ? AND customer = ?", *side.chat
        )["rev"]
        return max(stored or 0, self._world.bell.last_rung(side.chat))


MIMES = {
    "photo": "image/jpeg",
    "sticker": "image/webp",
    "voice": "audio/ogg",
    "audio": "audio/mpeg",
    "video": "video/mp4",
    "video_note": "video/mp4",
    "animation": "video/mp4",
}
# What a sticker or a voice message consists of when a test does not care.
PLACEHOLDER = b"local telegram"


def _side(given: Any) -> Side:
    return Side(int(given["bot"]), int(given["customer"]), out=False)


def _draft(given: dict[str, Any]) -> Draft:
    return Draft(
        text=str(given.get("text") or given.get("caption") or ""),
        entities=shapes.entities(given.get("entities")),
        reply_to=int(given["reply_to"]) if given.get("reply_to") else None,
        media=given.get("media"),
    )


def _now() -> int:
    return int(time.time())
