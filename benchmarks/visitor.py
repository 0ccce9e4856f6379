"""An agent's browser: it logs in by the page, keeps its connection, its cookies and its token."""

from __future__ import annotations

import html
import re
import secrets
from http.client import HTTPConnection, HTTPException, HTTPResponse, RemoteDisconnected
from urllib.parse import urlencode

from benchmarks import dataset

TOKEN = re.compile(r'"X-CSRFToken": ?"([^"]+)"|name="csrf_token"[^>]* value="([^"]+)"')
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "Sec-Fetch-Site": "same-origin"}


class Visitor:
    """A signed-in browser that does one thing at a time."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=30)
        self._cookies: dict[str, str] = {}
        self._token = ""

    @property
    def cookie(self) -> str:
        """What this browser is known by."""
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def log_in(self, email: str) -> None:
        """Log in as a person of the data set."""
        token = token_of(self.get("/login"))
        form = {"email": email, "password": dataset.PASSWORD, "csrf_token": token}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        self._ask("POST", "/login", urlencode(form).encode(), kind, wanted=303)
        self._token = token_of(self.get("/"))

    def get(self, path: str) -> str:
        """Open a page."""
        return self._ask("GET", path, None, {}, wanted=200)

    def send(self, path: str, **fields: str) -> str:
        """Send a form with room for files, as htmx does."""
        body, kind = multipart(fields)
        headers = HTMX | {"Content-Type": kind, "X-CSRFToken": self._token}
        return self._ask("POST", path, body, headers, wanted=200)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], *, wanted: int
    ) -> str:
        headers |= {"Cookie": self.cookie}
        try:
            answer = self._answer(method, path, body, headers)
        except RemoteDisconnected:  # gunicorn hangs up on a browser that was idle for 2 s
            answer = self._answer(method, path, body, headers)
        text = answer.read().decode()
        if answer.status != wanted:
            raise HTTPException(f"{method} {path} answered {answer.status}: {text[:2000]}")
        self._keep(answer)
        return text

    def _answer(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> HTTPResponse:
        self._connection.request(method, path, body, headers)
        return self._connection.getresponse()

    def _keep(self, answer: HTTPResponse) -> None:
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value


def token_of(page: str) -> str:
    """Find the CSRF token of a page."""
    found = TOKEN.search(html.unescape(page))
    if found is None:
        raise HTTPException(f"no token on this page: {page[:500]}")
    return found[1] or found[2]


def multipart(fields: dict[str, str]) -> tuple[bytes, str]:
    """Write a form as browsers do when it has room for files; return its type too."""
    edge = secrets.token_hex(8)
    name = 'Content-Disposition: form-data; name="{}"'
    parts = [f"--{edge}\r\n{name.format(key)}\r\n\r\n{fields[key]}\r\n" for key in fields]
    return f"{''.join(parts)}--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"
