"""The customers' side: the control API of the local Telegram over one kept-alive connection."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPException
from typing import Any


class Control:
    """What customers do, asked of the local Telegram."""

    def __init__(self, port: int, secret: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = headers(secret)

    def answers(self) -> bool:
        """Whether the local Telegram serves already."""
        try:
            self.get("/bots")
        except (OSError, HTTPException):
            self._connection.close()
            return False
        return True

    def get(self, path: str) -> Any:
        """Ask for something."""
        return self._ask("GET", path, None)

    def post(self, path: str, given: object) -> Any:
        """Do something."""
        return self._ask("POST", path, json.dumps(given).encode())

    def _ask(self, method: str, path: str, body: bytes | None) -> Any:
        self._connection.request(method, path, body, self._headers)
        answer = self._connection.getresponse()
        given = json.loads(answer.read())
        if answer.status != 200:
            raise HTTPException(f"{method} {path}: {given}")
        return given


def headers(secret: str) -> dict[str, str]:
    """Return what opens the control API."""
    return {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
