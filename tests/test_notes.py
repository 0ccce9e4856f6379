"""Notes: for colleagues only, and out of reach of everything that sends."""

import subprocess
import sys

import pytest
from sqlalchemy import func, select

from support import notes
from support.db import db
from support.models import Message, Note
from support.refusals import NoteEmpty, TextTooLong
from tests.factories import START


def test_a_note_is_no_message(desk, mei):
    conversation = desk.case(holder=mei)
    notes.write(conversation, " she is cross ", by=mei, now=START, client_key="click")
    assert db.session.scalar(select(Note.text)) == "she is cross"
    assert db.session.scalar(select(func.count(Message.id))) == 1


def test_the_same_click_makes_one_note(desk, mei):
    conversation = desk.case(holder=mei)
    first = notes.write(conversation, "cross", by=mei, now=START, client_key="click")
    assert notes.write(conversation, "cross", by=mei, now=START, client_key="click") is first


@pytest.mark.parametrize(("text", "refusal"), [(" \n", NoteEmpty), ("a" * 10_001, TextTooLong)])
def test_a_note_has_words_and_an_end(desk, mei, text, refusal):
    with pytest.raises(refusal):
        notes.write(desk.case(holder=mei), text, by=mei, now=START, client_key=None)


def test_the_sender_never_imports_notes():
    """The process that speaks to Telegram loads the sender without the verbs of notes."""
    code = (
        "import sys, support.telegram.sender as s;"
        "assert 'support.notes' not in sys.modules, 'the sender can reach notes';"
        "assert 'Note' not in vars(s)"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)
