"""Notes: for colleagues only, and out of reach of everything that sends."""

import subprocess
import sys

import pytest
from sqlalchemy import func, select

from support import alerts, collaboration, notes
from support.db import db
from support.models import Alert, Message, Note
from support.refusals import NoteEmpty, TextTooLong
from tests.factories import START, join, make_agent, person


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


def mentioned():
    rows = select(Alert.agent_id).where(Alert.kind == "mention").order_by(Alert.id)
    return list(db.session.scalars(rows))


def noted(conversation, text, by):
    return notes.write(conversation, text, by=by, now=START, client_key=None)


def test_who_is_named_in_a_note_is_told(desk, mei, sun):
    note = noted(desk.case(holder=mei), "what would you do, @sun?", mei)
    assert mentioned() == [sun.id]
    (alert,) = alerts.unseen(sun)
    assert (alert.note, alert.by_id) == (note, mei.id)


def test_strangers_the_writer_and_half_a_name_are_not_told(desk, mei):
    case = desk.case(holder=mei)
    for text in ("@Ken @Zoe and @Mei", "@Sunny", "mail sun@sun.example", "Sun"):
        noted(case, text, mei)
    assert mentioned() == []


def test_a_colleague_who_has_joined_is_told(desk, mei, sun):
    case = desk.case(holder=mei)
    collaboration.add(case, desk.ken, by=sun, now=START)
    noted(case, "@Ken and @KEN", mei)
    assert mentioned() == [desk.ken.id]


def test_the_longest_name_counts_and_chinese_needs_no_space(desk, mei):
    sun_li = join(make_agent("Sun Li"), desk.wallet, "supervisor")
    ming = join(make_agent("小明"), desk.wallet, "supervisor")
    noted(desk.case(holder=mei), "@Sun Li看看,@小明请处理", mei)
    assert sorted(mentioned()) == sorted([sun_li.id, ming.id])


def test_all_alerts_are_seen_at_once_and_nobody_elses(desk, mei, sun):
    for number in (1, 2):
        case = desk.case(who=person(number), holder=mei)
        noted(case, "@Sun and @Olga", mei)
    assert alerts.all_seen(by=sun, now=START) == 2
    assert alerts.all_seen(by=sun, now=START) == 0
    assert len(alerts.unseen(desk.olga)) == 2


def test_a_note_knows_whom_it_named(desk, mei):
    note = noted(desk.case(holder=mei), "@olga, or @Sun?", mei)
    assert notes.names_in(note) == ["Olga", "Sun"]
    assert notes.names_in(noted(desk.case(holder=mei), "nobody", mei)) == []


def test_an_alert_is_seen_when_he_looks(desk, mei, sun):
    case = desk.case(holder=mei)
    noted(case, "@Sun", mei)
    assert alerts.seen(case, by=sun, now=START) == 1
    assert alerts.seen(case, by=sun, now=START) == 0
    assert alerts.unseen(sun) == []
