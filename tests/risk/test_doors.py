"""No path to a customer goes round the gate: all are found in the source, and each is listed."""

import pytest
from sqlalchemy import select

from support import messages
from support.db import db
from support.models import Message, RiskAttempt
from support.risk import doors
from tests.factories import START, answer
from tests.risk import paths

FORBIDDEN = "T9yDxyz"


def test_every_path_to_a_customer_is_listed():
    assert set(paths.found()) == set(doors.DOORS)


@pytest.mark.parametrize(
    "source",
    [
        "def survey(): return Message(direction='out')",
        "def survey(kind): return Message(direction=kind)",
        "def survey(): return models.Message(text='x')",
        "def survey(): run(insert(Message))",
        "def survey(): run(insert(MESSAGE).values(text='x'))",
        "def again(message): message.failed_at = None",
        "def again(message): message.failed_at, message.failure = None, ''",
        "def again(): run(update(MESSAGE).values(sent_at=None))",
        "def edit(): return functions.messages.EditMessage(message='x')",
        "def edit(client): return client.send_message(1, 'x')",
        "from pyrogram.raw.functions.messages import EditMessage",
        "def raw(): run('INSERT INTO message (text) VALUES (1)')",
    ],
)
def test_a_new_path_would_be_found(source):
    assert list(paths.in_source(source))


@pytest.mark.parametrize(
    "source",
    [
        "def receive(): return Message(direction='in')",
        "def read(): return select(Message)",
        "def draw(): return types.Message(id=1)",
        "def fail(message, now): message.failed_at = now",
    ],
)
def test_what_says_nothing_to_a_customer_is_no_path(source):
    assert list(paths.in_source(source)) == []


# What each verb behind a door does with a text that needs care; it returns the attempt.
def replies(case, mei):
    return answer(case, FORBIDDEN, by=mei)


def replies_with_a_caption(case, mei):
    file = messages.Upload(path="aa/1", file_name="a.pdf", mime="application/pdf", size=9)
    return answer(case, FORBIDDEN, by=mei, uploads=(file,))


def replies_with_a_file(case, mei):
    name = f"{FORBIDDEN}.pdf"
    file = messages.Upload(path="aa/1", file_name=name, mime="application/pdf", size=9)
    return answer(case, "", by=mei, uploads=(file,))


def tries_again(case, mei):
    message = db.session.scalar(select(Message).where(Message.direction == "out"))
    return messages.retry(message, by=mei, now=START)


VERBS = {
    "support/messages/reply.py:_message": [replies, replies_with_a_caption, replies_with_a_file],
    "support/messages/again.py:_reset": [tries_again],
}
DEEDS = [deed for deeds in VERBS.values() for deed in deeds]


@pytest.mark.one_database
def test_every_verb_with_a_gate_has_its_proof():
    assert set(VERBS) == {place for place, how in doors.DOORS.items() if how == doors.GATE}


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("action", ["confirm", "block"])
def test_each_passes_the_gate(desk, mei, words, deed, action):
    case = desk.case(holder=mei)
    (failed,) = answer(case, f"before {FORBIDDEN}", by=mei)
    messages.failed(failed, "no", now=START)
    words("Frozen addresses", "T9yD", kind="fragment", action=action)
    stopped = deed(case, mei)
    assert isinstance(stopped, RiskAttempt)
    assert (stopped.is_stopped, stopped.stop) == (True, action)
    rows = select(Message).where(Message.direction == "out", Message.failed_at.is_(None))
    assert list(db.session.scalars(rows)) == []


@pytest.mark.one_database
def test_the_sender_sends_nothing_that_it_has_not_looked_at():
    """`Post.send` is called in one place, which is reached in one way: after the last look."""
    source = (paths.ROOT / "support/telegram/sender.py").read_text()
    assert source.count("_post.send(") == source.count("self._send(") == 1
    look, sends = (
        source.index("if await self._may_leave(letter)"),
        source.index("self._send(letter)"),
    )
    assert source[look:sends].count("\n") == 1
    others = (paths.ROOT / "support/telegram").glob("*.py")
    callers = [path.name for path in others if "post.send(" in path.read_text()]
    assert callers == ["sender.py"]
