"""The control API: making bots and customers, setting faults, and proving what happened."""

from typing import Any

from support.telegram.local import control_chat, control_history, people, shapes, thread
from support.telegram.local.hub import Hub
from support.telegram.local.refusals import Impossible
from support.telegram.local.store import Row
from support.telegram.local.web import Request, Route

NAMES = ("first_name", "last_name", "username", "language_code", "phone")
SHOWN = ("id", "first_name", "last_name", "username", "language_code")


class Control:
    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._world = hub.world

    def routes(self) -> dict[tuple[str, str], Route]:
        return {
            ("POST", "/bots"): self.create_bot,
            ("GET", "/bots"): self.bots,
            ("POST", "/customers"): self.create_customer,
            ("GET", "/customers"): self.customers,
            ("POST", "/faults"): self.set_faults,
            ("GET", "/faults"): self.faults,
            ("GET", "/ledger"): self.ledger,
            **control_chat.ControlChat(self._world).routes(),
            **control_history.ControlHistory(self._world).routes(),
        }

    async def create_bot(self, request: Request) -> Any:
        given = await request.json()
        bot = people.create_bot(
            self._world.store,
            username=str(given["username"]),
            name=str(given["name"]),
            token=given.get("token"),
        )
        return {"id": bot["id"], "token": bot["token"]}

    async def bots(self, _request: Request) -> Any:
        rows = self._world.store.all("SELECT * FROM bots ORDER BY id")
        return [{key: row[key] for key in ("id", "username", "name", "token")} for row in rows]

    async def create_customer(self, request: Request) -> Any:
        given = await request.json()
        names = {key: str(given[key]) for key in NAMES if given.get(key)}
        if "first_name" not in names:
            raise Impossible("A customer needs a first name.")
        number = int(given["id"]) if given.get("id") else None
        return {"id": people.create_customer(self._world.store, id=number, **names)["id"]}

    async def customers(self, _request: Request) -> Any:
        rows = self._world.store.all("SELECT * FROM customers ORDER BY id")
        chats: dict[int, list[Any]] = {row["id"]: [] for row in rows}
        for last in self._world.store.all(LAST_MESSAGES):
            chats[last["customer"]].append(
                {"bot": last["bot"], "last": shapes.message(last), "blocked": last["blocked"]}
            )
        return [{**{key: row[key] for key in SHOWN}, "chats": chats[row["id"]]} for row in rows]

    async def set_faults(self, request: Request) -> Any:
        """Sets each switch that is named; some names are deeds, done at once."""
        for name, value in (await request.json()).items():
            deed = DEEDS.get(name)
            if deed is None:
                self._world.faults.set(name, value)
            elif value:
                deed(self._hub, value)
        return self._world.faults.show()

    async def faults(self, _request: Request) -> Any:
        return self._world.faults.show()

    async def ledger(self, request: Request) -> Any:
        """Every message the bot made, in order, and how often one was asked for again."""
        bot = people.find_bot(self._world.store, int(request.query["bot"]))
        rows = self._world.store.all(
            "SELECT * FROM messages WHERE bot = ? AND random_id IS NOT NULL ORDER BY id", bot["id"]
        )
        return {
            "messages": [_entry(row) for row in rows],
            "repeats": sum(row["repeats"] for row in rows),
            "pts": bot["pts"],
        }


LAST_MESSAGES = """
SELECT m.*, t.blocked_at IS NOT NULL AS blocked FROM chats t JOIN messages m ON m.bot = t.bot
AND m.id = (SELECT max(id) FROM messages WHERE bot = t.bot AND customer = t.customer)
ORDER BY m.rev DESC
"""


def _entry(row: Row) -> dict[str, Any]:
    parsed = thread.parse(row)
    return {
        "id": row["id"],
        "chat": row["customer"],
        # As text: it is too long a number for JavaScript.
        "random_id": str(row["random_id"]),
        "text": parsed.message,
        "date": parsed.date,
        "repeats": row["repeats"],
    }


def _drop_connections(hub: Hub, _value: Any) -> None:
    hub.drop_connections()


def _revoke(hub: Hub, value: Any) -> None:
    mode = value.get("mode", "unregistered")
    if mode not in {"unregistered", "forgotten"}:
        raise Impossible("A key is revoked as unregistered or as forgotten.")
    hub.revoke(int(value["bot"]), forget=mode == "forgotten")


def _push_too_long(hub: Hub, value: Any) -> None:
    hub.push_too_long(int(value["bot"]))


DEEDS = {
    "drop_connections": _drop_connections,
    "revoke_key": _revoke,
    "updates_too_long": _push_too_long,
}
