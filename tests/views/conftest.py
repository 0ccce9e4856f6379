"""Browsers of the view tests: each has its cookies, and sends the token of the page it has seen."""

import re
from contextlib import contextmanager

import pytest

from support import factory, logins
from support.db import commit, db, reading, utcnow
from tests.factories import PASSWORD

HTMX = {"HX-Request": "true"}


class Browser:
    """One browser: it reads pages and sends the forms that it finds on them."""

    def __init__(self, web):
        self.client = web.test_client()
        self.token = ""

    def get(self, path, **options):
        return self._seen(self.client.get(path, buffered=True, **options))

    def post(self, path, fields=None, *, htmx=False, **options):
        """Send a form with the token of the last page, as htmx if asked."""
        data = {"csrf_token": self.token} | (fields or {})
        headers = options.pop("headers", {}) | (HTMX if htmx else {})
        return self._seen(self.client.post(path, data=data, headers=headers, **options))

    def log_in(self, email, password=PASSWORD, **fields):
        self.get("/login")
        return self.post("/login", {"email": email, "password": password} | fields)

    def let_in(self, agent):
        """Log somebody in without the form."""
        secret = logins.start(agent, address="127.0.0.1", browser="test", now=utcnow())
        commit()
        with self.client.session_transaction() as cookie:
            cookie["_user_id"] = secret

    def _seen(self, response):
        text = response.get_data(as_text=True) if response.mimetype == "text/html" else ""
        found = re.search(r'name="csrf_token" value="([^"]+)"', text)
        self.token = found.group(1) if found else self.token
        return response


@pytest.fixture(scope="session")
def web(built):
    """Build the application with its pages, once per database."""
    kept = built.extensions
    if "pages" not in kept:
        kept["pages"] = kept["ends"].enter_context(with_pages(built.config["SETTINGS"]))
    return kept["pages"]


@contextmanager
def with_pages(settings):
    app = factory.create_app(settings)
    app.config["TESTING"] = True
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def browser(web, desk):
    """Open a browser in which nobody is logged in."""
    return Browser(web)


@pytest.fixture
def as_(web, desk):
    """Give a function that opens a browser for a person: `as_(desk.olga)`."""

    def opened(agent):
        one = Browser(web)
        one.let_in(agent)
        one.get("/account")
        return one

    return opened


@pytest.fixture
def look(web):
    """Give a function that opens a fresh look at the rows, and takes no lock."""

    @contextmanager
    def opened():
        with web.app_context(), reading():
            yield db.session

    return opened
