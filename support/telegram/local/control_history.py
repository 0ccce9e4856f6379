"""The control API's past: chats as they were before anybody listened, for the demonstration.

The bot hears nothing of them: they move no pts, stand in no update log and ring for nobody.
"""

import base64
from typing import Any

from support.telegram.local import media, people
from support.telegram.local.store import Row
from support.telegram.local.thread import Draft, Side, build
from support.telegram.local.web import Request, Route
from support.telegram.local.world import World


class ControlHistory:
    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> dict[tuple[str, str], Route]:
        return {("POST", "/history"): self.remember}

    async def remember(self, request: Request) -> Any:
        """Writes messages under the numbers they bring; a number that is taken stays as it is.

        New messages get numbers above `upto`. `pictures` are base64, and a message names its
        `picture` by its place there.
        """
        given = await request.json()
        with self._world.store.transaction():
            bot = people.find_bot(self._world.store, int(given["bot"]))["id"]
            self._reserve(bot, int(given["upto"]))
            new = [one for one in given["messages"] if not self._is_taken(bot, one["id"])]
            pictures = [self._adopt(one) for one in given["pictures"]] if new else []
            for one in new:
                self._write(bot, one, pictures)
        return {"remembered": len(new)}

    def _reserve(self, bot: int, upto: int) -> None:
        self._world.store.run(
            "UPDATE bots SET last_message = max(last_message, ?) WHERE id = ?", upto, bot
        )

    def _is_taken(self, bot: int, message: int) -> bool:
        found = self._world.store.one(
            "SELECT 1 FROM messages WHERE bot = ? AND id = ?", bot, int(message)
        )
        return found is not None

    def _adopt(self, content: str) -> Row:
        arrived = self._world.files.fresh()
        arrived.write_bytes(base64.b64decode(content))
        return self._world.files.adopt(arrived, kind="photo", name="", mime="image/jpeg")

    def _write(self, bot: int, given: dict[str, Any], pictures: list[Row]) -> None:
        side = Side(bot, int(given["customer"]), out=bool(given["out"]))
        date = int(given["date"])
        attached = None
        if given.get("picture") is not None:
            picture = pictures[int(given["picture"])]
            attached = media.photo(picture, self._world.files.path(picture), date)
        draft = Draft(text=str(given["text"]), media=attached)
        message = build(side, draft, int(given["id"]), date)
        self._world.store.run(
            "INSERT INTO chats (bot, customer) VALUES (?, ?) ON CONFLICT DO NOTHING",
            *(bot, side.customer),
        )
        self._world.store.run(
            "INSERT INTO messages (bot, id, customer, out, random_id, pts, rev, tl) "
            "VALUES (?, ?, ?, ?, NULL, 0, ?, ?)",
            *(bot, message.id, side.customer, side.out, self._world.bell.next_rev()),
            message.write(),
        )
