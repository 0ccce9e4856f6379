"""The last look: what the list forbids by now does not leave, however it came into the outbox."""

import asyncio
from types import SimpleNamespace

from support import conversations, messages, risk
from support.db import commit, db
from support.models import Conversation, Message, Project, RiskAttempt, RiskWord, RiskWordGroup
from support.refusals import RiskUnchecked
from support.risk import lists
from support.telegram import outbox, verdicts
from support.telegram.bot import Bot
from support.telegram.errands import Errands
from tests import factories
from tests.telegram.test_sender import (  # noqa: F401 - fixtures among them
    Clerk,
    _fast,
    answered,
    clerk,
    replies,
    send,
    states,
)
from tests.telegram.wire_free import until

USDT = "Send it to T9yDxyz"


def forbid(desk, *texts, kind="fragment", action="confirm"):
    group = RiskWordGroup(name="Frozen addresses", action=action, created_at=factories.START)
    group.projects = [db.session.get_one(Project, desk.wallet.id)]
    group.words = [RiskWord(kind=kind, text=text, created_at=factories.START) for text in texts]
    db.session.add(group)
    db.session.flush()
    risk.restamp([desk.wallet.id])
    commit()


def attempts(shop):
    rows = db.select(RiskAttempt).order_by(RiskAttempt.id)
    return shop.ask(lambda: list(db.session.scalars(rows)))


def test_what_the_present_list_let_through_is_not_looked_at_again(shop, desk, clerk, monkeypatch):  # noqa: F811
    forbid(desk, "T9yD")
    answered(desk, "one")
    monkeypatch.setattr(risk, "unfit", lambda *_: 1 / 0)
    send(shop, holds=lambda: states(shop) == ["accepted"])
    assert clerk.texts() == ["one"]


def test_what_the_list_forbids_since_does_not_leave_and_the_lane_goes_on(shop, desk, clerk):  # noqa: F811
    answered(desk, USDT, "next")
    forbid(desk, "T9yD")
    send(shop, holds=lambda: states(shop) == ["failed", "accepted"])
    assert clerk.texts() == ["next"]
    assert replies(shop)[0].failure == verdicts.NEEDS_CARE
    (attempt,) = attempts(shop)
    assert (attempt.outcome, attempt.stop, attempt.agent_id) == ("blocked", "block", desk.mei.id)
    assert attempt.message_id == replies(shop)[0].id


def test_sent_again_it_asks_and_then_leaves(shop, desk, clerk):  # noqa: F811
    answered(desk, USDT)
    forbid(desk, "T9yD")
    send(shop, holds=lambda: states(shop) == ["failed"])

    def again(token=""):
        message = db.session.get_one(Message, replies(shop)[0].id)
        by = db.session.get_one(type(desk.mei), desk.mei.id)
        stopped = messages.retry(message, by=by, now=factories.START, token=token)
        commit()
        return stopped.token if stopped else ""

    token = shop.ask(again)
    assert token
    shop.ask(lambda: again(token))
    send(shop, holds=lambda: states(shop) == ["accepted"])
    assert clerk.texts() == [USDT]
    assert [one.outcome for one in attempts(shop)] == ["blocked", "confirmed"]


def test_what_somebody_has_agreed_to_leaves_when_the_list_has_changed(shop, desk, clerk):  # noqa: F811
    forbid(desk, "T9yD")
    conversation = desk.case("help", holder=desk.mei)
    token = factories.answer(conversation, USDT, by=desk.mei).token
    factories.answer(conversation, USDT, by=desk.mei, token=token)
    commit()
    forbid(desk, "unheard of")
    send(shop, holds=lambda: states(shop) == ["accepted"])


def test_what_is_blocked_by_now_was_agreed_to_in_vain(shop, desk, clerk):  # noqa: F811
    forbid(desk, "T9yD")
    conversation = desk.case("help", holder=desk.mei)
    token = factories.answer(conversation, USDT, by=desk.mei).token
    factories.answer(conversation, USDT, by=desk.mei, token=token)
    commit()
    forbid(desk, "xyz", action="block")
    send(shop, holds=lambda: states(shop) == ["failed"])
    assert clerk.texts() == []


def test_a_row_that_came_by_another_way_is_looked_at(shop, desk, clerk):  # noqa: F811
    forbid(desk, "T9yD", action="block")
    case = desk.case("help", holder=desk.mei)
    seq = conversations.lock(case.customer_id)
    hidden = [{"type": "text_link", "offset": 0, "length": 4, "url": "https://x.example/T9yD"}]
    facts = {"direction": "out", "created_at": factories.START, "entities": hidden}
    ids = {"customer_id": case.customer_id, "conversation_id": case.id}
    row = Message(project_id=case.project_id, text="here", seq=seq, rev=seq, **ids, **facts)
    row.random_id = 7
    db.session.add(row)
    commit()
    send(shop, holds=lambda: states(shop) == ["failed"])
    (attempt,) = attempts(shop)
    assert (attempt.surface, attempt.agent_id) == ("link", None)
    assert clerk.texts() == []


def test_what_is_said_in_two_messages_is_one_text_here_too(shop, desk, clerk):  # noqa: F811
    answered(desk, "T9", "yD")
    forbid(desk, "T9yD")
    send(shop, holds=lambda: states(shop) == ["accepted", "failed"])
    assert clerk.texts() == ["T9"]


def test_what_comes_later_is_no_part_of_what_was_before(shop, desk, clerk):  # noqa: F811
    answered(desk, "yD", "T9")
    forbid(desk, "T9yD")
    send(shop, holds=lambda: states(shop) == ["accepted"] * 2)


def test_a_list_that_cannot_be_built_lets_nothing_out(shop, desk, clerk, monkeypatch):  # noqa: F811
    answered(desk, "hello")
    forbid(desk, "T9yD")

    def broken(*_others):
        raise MemoryError

    monkeypatch.setattr(lists, "Matcher", broken)
    lists._kept.clear()
    send(shop, holds=lambda: states(shop) == ["failed"])
    assert clerk.texts() == []
    assert replies(shop)[0].failure == RiskUnchecked.sentence


def test_an_open_list_lets_a_held_letter_out_again(shop, desk):
    """Stopped by a list that was changed back before it could be written down: it waits on."""
    (message,) = answered(desk, USDT)
    forbid(desk, "T9yD")
    letter = outbox.waiting(desk.wallet)[0]
    assert not outbox.may_leave(letter, db.session.get_one(Project, desk.wallet.id))
    desk.wallet.risk_stamp = ""
    db.session.flush()
    assert risk.unfit(db.session.get_one(Message, message.id)) is None
    assert db.session.get_one(Conversation, message.conversation_id)


def test_the_worker_makes_a_changed_list_ready_before_a_letter_waits_for_it(shop, desk):
    heard = []
    forbid(desk, "T9yD")
    stamp = db.session.get_one(Project, desk.wallet.id).risk_stamp

    async def story():
        errands = Errands(shop.telegram, shop.books)
        bot = Bot(shop.books, shop.app.config["SETTINGS"])
        bot._parts = SimpleNamespace(errands=errands, sender=SimpleNamespace(wake=heard.append))
        bot.hear({"project": shop.project_id, "risk": 1})
        await until(lambda: lists._kept.get(shop.project_id, ("",))[0] == stamp)

    asyncio.run(story())
    assert heard == []
