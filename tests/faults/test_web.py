"""The web killed in the middle of a reply: either nothing was written, or exactly one message."""

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.parse

import pytest

from support import logins
from support.db import commit, db, utcnow
from support.models import Agent, Conversation, Message
from tests import services
from tests.faults.stack import ROOT, Stack

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    stack = Stack(tmp_path_factory.mktemp("web")).start()
    yield stack
    stack.close()


class Web:
    """Gunicorn over a stack, in a process group of its own."""

    def __init__(self, stack):
        self.stack = stack
        self.port = services.free_port()

    def start(self):
        command = [sys.executable, "-m", "gunicorn", "app:create_app()", "--threads", "8"]
        command += ["--bind", f"127.0.0.1:{self.port}", "--no-control-socket"]
        with (self.stack.folder / "web.log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.stack.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        services.until(self.answers)
        return self

    def answers(self):
        try:
            return self.ask("GET", "/healthz")[0] == 200
        except OSError:
            return False

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, response.read().decode(), response.headers
        finally:
            connection.close()

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Page:
    """Mei's open page: it repeats a reply with the same key until it is answered."""

    def __init__(self, web, cookie, conversation):
        self.web, self.conversation = web, conversation
        _, page, headers = web.ask("GET", "/account", headers={"Cookie": cookie})
        token = re.search(r'X-CSRFToken": "([^"]+)"', page).group(1)
        cookie = headers["Set-Cookie"].partition(";")[0] if headers["Set-Cookie"] else cookie
        form = "application/x-www-form-urlencoded"
        self.headers = {"Cookie": cookie, "X-CSRFToken": token, "Content-Type": form}
        self.headers["HX-Request"] = "true"

    def reply(self, number):
        body = urllib.parse.urlencode({"text": f"reply {number}", "client_key": f"key-{number}"})
        path = f"/conversations/{self.conversation}/messages"
        services.until(lambda: self.sent(path, body), seconds=60)

    def sent(self, path, body):
        try:
            status, _, _ = self.web.ask("POST", path, body, self.headers)
        except (OSError, http.client.HTTPException):
            return False
        assert status < 300, status
        return True


def test_a_reply_is_written_once_however_often_the_web_dies(stack, full):
    """The same key again after the crash finds the message that it had made, if it had."""
    kills, replies = (20, 300) if full else (4, 60)
    project = stack.make_bot("Web")
    stack.start_worker(SWITCHBOARD_UNLIMITED="1")
    (customer,) = stack.make_customers(1)
    stack.say(project, customer, "hello")
    services.until(lambda: stack.texts(customer))
    stack.reply(customer, "taken", key="take")
    web = Web(stack).start()
    page = Page(web, *signed_in(stack))
    done = threading.Event()
    killer = threading.Thread(target=lambda: strike(web, kills, done))
    killer.start()
    for number in range(replies):
        page.reply(number)
    done.set()
    killer.join()
    web.kill()
    wanted = ["taken", *(f"reply {number}" for number in range(replies))]
    assert stack.ask(written) == wanted
    services.until(lambda: delivered(stack, project) == wanted, seconds=120)


def signed_in(stack):
    """Give Mei's cookie and the conversation that she holds."""
    with stack.app.app_context():
        conversation = db.session.scalar(db.select(Conversation))
        mei = db.session.get_one(Agent, conversation.assignee_id)
        secret = logins.start(mei, address="127.0.0.1", browser="test", now=utcnow())
        commit()
        signer = stack.app.session_interface.get_signing_serializer(stack.app)
        return f"switchboard={signer.dumps({'_user_id': secret})}", conversation.id


def strike(web, kills, done):
    """Kill the web again and again, a moment after it has come up."""
    for number in range(kills):
        if done.wait(0.3 + number % 5 / 10):
            return
        web.kill()
        web.start()


def written():
    rows = db.select(Message.text).where(Message.direction == "out").order_by(Message.id)
    return list(db.session.scalars(rows))


def delivered(stack, project):
    return [message["text"] for message in stack.ledger(project)["messages"]]
