"""A real desk in a real browser: gunicorn on a port of its own, and Chromium looking at it."""

import os
import subprocess
import sys
import urllib.request
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright
from sqlalchemy import select

from support import factory, live, logins, messages, sweeps
from support.db import commit, db, utcnow
from support.models import Agent, Conversation, Message, Workspace
from tests import factories, services
from tests.conftest import settings_for
from tests.rows import rows_of

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a key of the browser tests"
# The browser itself writes these when an answer is no success or the line is cut.
SIZES = {"desk": (1440, 900), "phone": (390, 844), "narrow": (320, 640)}
FEW = [("desk", "light"), ("phone", "dark")]
ALL = [(size, scheme) for size in SIZES for scheme in ("light", "dark")]
ALLOWED = ("Failed to load resource", "htmx:sse:error", "htmx: htmx:error", "ERR_")

expect.set_options(timeout=8000)


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(item.fspath).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@dataclass
class House:
    """A running desk, its rows, and its people."""

    app: object
    url: str

    @contextmanager
    def rows(self):
        """Open the rows for one deed, which is committed at the end."""
        with self.app.app_context():
            yield db.session
            commit()

    def found(self):
        """Empty the tables and let everybody in again; nobody is here yet."""
        with self.rows() as rows:
            live.wire.redis.delete(live.PRESENT)
            for table in reversed(db.metadata.sorted_tables):
                rows.execute(table.delete())
            rows.add(Workspace(name="Harbour", created_at=factories.START))
            return factories.Desk.founded(self.app.config["SETTINGS"])

    def cookie(self, agent_id):
        """Log an agent in without the form."""
        with self.rows() as rows:
            agent = rows.get_one(Agent, agent_id)
            secret = logins.start(agent, address="127.0.0.1", browser="test", now=utcnow())
        signer = self.app.session_interface.get_signing_serializer(self.app)
        return {"name": "switchboard", "value": signer.dumps({"_user_id": secret}), "url": self.url}

    def case(self, holder=None, *, texts=("My money is gone",), telegram_id=5_550_001, **who):
        """Let a customer write, and somebody hold it; give the conversation's number."""
        from support.conversations import take  # noqa: PLC0415

        with self.rows() as rows:
            for text in texts:
                number = self.said(text, telegram_id=telegram_id, **who)
            if holder is not None:
                take(
                    rows.get_one(Conversation, number), by=rows.get_one(Agent, holder), now=utcnow()
                )
            return number

    def said(self, text, *, telegram_id=5_550_001, now=None, **who):
        project = db.session.scalar(select(factories.Project).order_by(factories.Project.id))
        person = factories.person(telegram_id, **({"first_name": "Maria"} | who))
        return factories.say(project, text, who=person, now=now or utcnow()).conversation_id

    def say(self, *texts, **options):
        """Let the customer write now, as the worker would."""
        with self.rows():
            for text in texts:
                self.said(text, **options)

    def accept(self, text):
        """Telegram takes the reply with these words."""
        with self.rows() as rows:
            message = rows.scalar(select(Message).where(Message.text == text))
            now = utcnow()
            messages.accepted(message, telegram_id=10_000 + message.id, at=now, now=now)

    def finish(self):
        """Five seconds pass: what was resolved takes effect, as the worker would see to."""
        with self.app.app_context():
            sweeps.finish(now=utcnow() + timedelta(seconds=5))

    def replies(self, text):
        with self.rows() as rows:
            return len(rows.scalars(select(Message).where(Message.text == text)).all())


@pytest.fixture(scope="session")
def running(tmp_path_factory, redis_url):
    """Run gunicorn as the supervisor does, on SQLite."""
    folder = tmp_path_factory.mktemp("house")
    database = f"sqlite:///{folder / 'desk.db'}"
    app = factory.build(settings_for(folder, database, redis_url, secret_key=SECRET))
    with app.app_context():
        db.create_all()
    with closing(rows_of(database)) as rows:
        rows.unguard()
    with served(folder, database, redis_url) as url:
        yield House(app, url)
    with app.app_context():
        db.engine.dispose()


@contextmanager
def served(folder, database, redis_url):
    port = services.free_port()
    settings = {
        "SWITCHBOARD_DATA": str(folder),
        "DATABASE_URL": database,
        "REDIS_URL": redis_url,
        "SECRET_KEY": SECRET,
        "TELEGRAM_API_ID": "1",
        "TELEGRAM_API_HASH": "a hash of the tests",
    }
    command = [sys.executable, "-m", "gunicorn", "app:create_app()", "-b", f"127.0.0.1:{port}"]
    command += ["-k", "gthread", "--threads", "256", "--no-control-socket"]
    command += ["--graceful-timeout", "1"]
    with (folder / "web.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | settings, stdout=log, stderr=log
        )
    url = f"http://127.0.0.1:{port}"
    try:
        services.until(lambda: answers(f"{url}/healthz"), seconds=30)
        yield url
    finally:
        process.terminate()
        process.wait()


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return response.status == 200
    except OSError:
        return False


@pytest.fixture(scope="session")
def chromium():
    path = services.chromium()
    if path is None:
        pytest.skip("no Chromium is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def house(running):
    """Give the running desk with its people and nothing else."""
    running.people = running.found()
    return running


@pytest.fixture
def opens(house, chromium):
    """Give a function that opens a page as an agent, in a browser of his own."""
    contexts, trouble = [], []

    def opened(agent, path="/", **options):
        context = chromium.new_context(**({"viewport": {"width": 1440, "height": 900}} | options))
        contexts.append(context)
        context.add_cookies([house.cookie(agent.id)])
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda line: noted(line, trouble))
        page.goto(house.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert trouble == []


@pytest.fixture(params=ALL, ids="-".join)
def state(request, full):
    """Give the looks of a page: its size and its theme."""
    size, scheme = request.param
    if not full and request.param not in FEW:
        pytest.skip("every state is looked at with SWITCHBOARD_FULL=1")
    width, height = SIZES[size]
    looks = {"color_scheme": scheme, "reduced_motion": "reduce"}
    return looks | {"viewport": {"width": width, "height": height}}


def noted(line, trouble):
    expected = any(word in line.text for word in ALLOWED)
    if line.type == "error" and not expected:
        trouble.append(line.text)
