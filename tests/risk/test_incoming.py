"""What customers write is pointed out where a group watches for it, and never refused."""

from sqlalchemy import select

from support import messages, reactions, risk, suggestions
from support.db import db
from support.models import Conversation, Suggestion
from support.risk import lists
from tests.factories import START, later, numbers, person


def write(project, text, now=START):
    incoming = messages.Incoming(person=person(), telegram_id=next(numbers), at=now, text=text)
    return reactions.receive(project, incoming, now=now)


def warnings():
    rows = select(Suggestion).where(Suggestion.kind == "risk").order_by(Suggestion.id)
    return list(db.session.scalars(rows))


def test_a_phishing_link_is_pointed_out(wallet, words):
    group = words("Scams", "wallet-help.example", flags_incoming=True)
    message = write(wallet, "Is wallet-help.example yours?")
    (warning,) = warnings()
    assert (warning.risk_group_id, warning.phrase) == (group.id, "wallet-help.example")
    assert (warning.message_id, warning.reason_id, warning.name) == (message.id, None, "Scams")


def test_a_group_that_does_not_watch_says_nothing(wallet, words):
    words("Ours alone", "refund", action="block")
    assert write(wallet, "I want a refund") is not None
    assert warnings() == []


def test_each_group_points_once(wallet, words):
    words("Scams", "seed phrase", "private key", flags_incoming=True)
    write(wallet, "They want my seed phrase and my private key")
    write(wallet, "my seed phrase!", now=later(minutes=1))
    assert len(warnings()) == 1


def test_dismissed_it_comes_back_for_other_words_only(desk, wallet, words):
    words("Scams", "seed phrase", "private key", flags_incoming=True)
    write(wallet, "seed phrase")
    suggestions.dismiss(warnings()[0], why="he only asks", by=desk.sun, now=START)
    write(wallet, "seed phrase")
    assert len(warnings()) == 1
    write(wallet, "private key")
    assert [one.phrase for one in warnings()] == ["seed phrase", "private key"]


def test_some_watch_escalated_conversations_only(wallet, words):
    words("Later", "lawyerly", flags_incoming=True, only_escalated=True)
    message = write(wallet, "a lawyerly letter")
    assert warnings() == []
    db.session.get_one(Conversation, message.conversation_id).tier = "urgent"
    write(wallet, "a lawyerly letter")
    assert len(warnings()) == 1


def test_changed_words_count_as_new_ones(wallet, words):
    words("Scams", "seed phrase", flags_incoming=True)
    message = write(wallet, "hello")
    reactions.edited(wallet, message, "my seed phrase", [], at=START, now=later(minutes=1))
    assert len(warnings()) == 1


def test_a_list_that_cannot_be_asked_refuses_no_customer(wallet, words, monkeypatch):
    words("Scams", "seed phrase", flags_incoming=True)
    with monkeypatch.context() as patch:
        patch.setattr(lists.Matcher, "scan", lambda *_a, **_k: 1 / 0)
        assert write(wallet, "my seed phrase") is not None
    risk.restamp([wallet.id])
    with monkeypatch.context() as patch:
        patch.setattr(lists, "Matcher", lambda *_: 1 / 0)
        assert write(wallet, "my seed phrase") is not None
    assert warnings() == []
