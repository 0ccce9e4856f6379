"""A local Telegram in its own process, its control API, and stock kurigram clients for it."""

import asyncio
import http.client
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlencode

from pyrogram import Client
from pyrogram.connection import Connection
from pyrogram.raw import functions, types

ROOT = Path(__file__).parents[3]
SECRET = "open sesame"
GUARD = 40


class Town:
    """The server's process: started, killed and started again on the same folder and ports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = self.control_port = 0
        self.process: subprocess.Popen | None = None
        self._http: http.client.HTTPConnection | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "support.telegram.local", "--folder", str(self.folder)]
        command += ["--port", str(self.port), "--control-port", str(self.control_port)]
        command += ["--secret", SECRET]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        ready = self.process.stdout.readline().split()
        assert ready[:3] == ["local", "telegram", "ready"], ready
        self.port, self.control_port = (int(part.partition("=")[2]) for part in ready[3:])

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.close()
        self.process.send_signal(number)
        code = self.process.wait(GUARD)
        self.process.stdout.close()
        return code

    def close(self) -> None:
        if self._http:
            self._http.close()
            self._http = None

    def call(self, method: str, path: str, body: object = None, **query: object) -> object:
        status, answer = self.raw(method, path, body, **query)
        assert status == 200, answer
        return json.loads(answer)

    def post(self, path: str, **given: object) -> object:
        return self.call("POST", path, given)

    def get(self, path: str, **query: object) -> object:
        return self.call("GET", path, **query)

    def raw(
        self, method: str, path: str, body: object = None, *, secret: str = SECRET, **query: object
    ) -> tuple[int, bytes]:
        if self._http is None:
            self._http = http.client.HTTPConnection("127.0.0.1", self.control_port, timeout=GUARD)
        if query:
            path = f"{path}?{urlencode(query)}"
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        self._http.request(method, path, data, {"Authorization": f"Bearer {secret}"})
        response = self._http.getresponse()
        return response.status, response.read()


class Place:
    """A bot and a customer who has greeted it."""

    def __init__(self, town: Town, number: int) -> None:
        self.town = town
        made = town.post("/bots", username=f"wallet{number}_bot", name="Wallet")
        self.bot, self.token = made["id"], made["token"]
        self.customer = town.post(
            "/customers", first_name="Ada", last_name="L", username="ada", language_code="en"
        )["id"]
        self.say("/start")

    @property
    def chat(self) -> dict[str, int]:
        return {"bot": self.bot, "customer": self.customer}

    def say(self, text: str, **more: object) -> int:
        return self.town.post("/messages", **self.chat, text=text, **more)["id"]

    def messages(self) -> list[dict]:
        return self.town.get("/chat", **self.chat)["messages"]

    def sent(self) -> list[str]:
        return [entry["text"] for entry in self.ledger()["messages"]]

    def ledger(self) -> dict:
        return self.town.get("/ledger", bot=self.bot)

    def faults(self, **switches: object) -> dict:
        return self.town.post("/faults", **switches)

    def peer(self) -> types.InputPeerUser:
        return types.InputPeerUser(user_id=self.customer, access_hash=0)

    def message(self, text: str, random_id: int, **more: object) -> functions.messages.SendMessage:
        return functions.messages.SendMessage(
            peer=self.peer(), message=text, random_id=random_id, **more
        )

    def client(self, tmp: Path | None = None, **more: object) -> Client:
        port = self.town.port

        class Here(Connection):
            def __init__(self, dc_id: int, server_address: str, port_: int = 0, **kept) -> None:
                kept.pop("port", None)
                super().__init__(dc_id, "127.0.0.1", port, **kept)

        return Client(
            "bot",
            api_id=1,
            api_hash="hash",
            bot_token=more.pop("token", self.token),
            in_memory=tmp is None,
            workdir=str(tmp or "."),
            connection_factory=Here,
            fetch_replies=False,
            fetch_topics=False,
            fetch_stories=False,
            fetch_stickers=False,
            **more,
        )

    @asynccontextmanager
    async def online(self, tmp: Path | None = None, **more: object):
        """A started client that notes every raw update in `heard`."""
        client = self.client(tmp, **more)
        heard = client.heard = []

        async def note(updates: object) -> None:
            heard.extend(getattr(updates, "updates", [updates]))

        client.handle_updates = note
        await asyncio.wait_for(client.start(), GUARD)
        try:
            yield client
        finally:
            await asyncio.wait_for(client.stop(), GUARD)


async def until(condition: Callable[[], object], seconds: float = GUARD) -> object:
    """The condition's first true value."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not (value := condition()):
        assert asyncio.get_running_loop().time() < deadline, "it never happened"
        await asyncio.sleep(0.01)
    return value


def kinds(heard: list, kind: type) -> list:
    return [one for one in heard if isinstance(one, kind)]
