"""The sender: in order per chat, once, through flood waits, lost answers and refusals."""

import asyncio
from datetime import timedelta

import pytest
from pyrogram import errors
from pyrogram.raw import functions, types

from support import notices
from support.db import commit, db, utcnow
from support.models import Agent, Customer, Message, Project, StaffMessage
from support.telegram import limits, sender
from support.telegram.limits import Bucket, Pace
from support.telegram.post import Post
from support.telegram.pump import Pump
from support.telegram.sender import Sender
from tests import factories
from tests.telegram.wire_free import ADA, DATE, running, until

SendMessage = functions.messages.SendMessage
SendMedia = functions.messages.SendMedia
BOB = ADA + 1
FIRST = 1_000_000  # customers' own messages count from one


@pytest.fixture(autouse=True)
def _fast(monkeypatch):
    monkeypatch.setenv("SWITCHBOARD_UNLIMITED", "1")
    monkeypatch.setattr(sender, "RESTS", (0.01,))
    monkeypatch.setattr(sender, "SWEEP_SECONDS", 0.1)


class Clerk:
    """Answers sends as Telegram does: the same random number is the same message."""

    def __init__(self, telegram):
        self.sent = {}
        self.telegram = telegram

    def __call__(self, query):
        number = self.sent.setdefault(query.random_id, (len(self.sent) + FIRST, query))[0]
        return types.UpdateShortSentMessage(
            id=number, pts=number - FIRST + 11, pts_count=1, date=DATE, out=True
        )

    def texts(self, user_id=None):
        queries = [query for _, query in self.sent.values()]
        return [q.message for q in queries if user_id in (None, q.peer.user_id)]


@pytest.fixture
def clerk(shop):
    clerk = Clerk(shop.telegram)
    shop.telegram.on(SendMessage, clerk)
    return clerk


def answered(desk, *texts, who=ADA, **others):
    conversation = desk.case("help", holder=desk.mei, who=factories.person(who))
    made = [factories.answer(conversation, text, by=desk.mei, **others)[0] for text in texts]
    commit()
    return made


def send(shop, *, holds, meanwhile=None):
    async def story():
        pump = Pump(shop.telegram, shop.books)
        await pump.start(factories.START)
        sending = Sender(shop.books, Post(shop.telegram, shop.app.config["SETTINGS"]), pump)
        pump.heard = lambda done: sending.accepted(done.accepted)
        async with running(pump.run(), sending.run()) as tasks:
            if meanwhile:
                meanwhile(sending)
            await until(holds, tasks=tasks)

    asyncio.run(story())


def states(shop):
    return [message.state for message in shop.messages() if message.is_out]


def replies(shop):
    return [message for message in shop.messages() if message.is_out]


def test_replies_leave_in_their_order_and_are_marked_accepted(shop, desk, clerk):
    answered(desk, "one", "two", "three")
    send(shop, holds=lambda: states(shop) == ["accepted"] * 3)
    assert clerk.texts() == ["one", "two", "three"]
    assert [reply.telegram_id for reply in replies(shop)] == [FIRST, FIRST + 1, FIRST + 2]


def test_what_is_written_later_is_found_by_the_sweep(shop, desk, clerk):
    send(shop, meanwhile=lambda _: answered(desk, "late"), holds=lambda: clerk.texts() == ["late"])


def test_a_flood_wait_stops_one_chat_and_shows_until_when(shop, desk, clerk):
    answered(desk, "to ada", "again")
    answered(desk, "to bob", who=BOB)

    def flooded(query):
        if query.peer.user_id == ADA and not held:
            held.append(True)
            return errors.FloodWait(3)
        return clerk(query)

    held = []
    shop.telegram.on(SendMessage, flooded)
    send(shop, holds=lambda: clerk.texts(BOB) == ["to bob"] and replies(shop)[0].not_before)
    assert clerk.texts(ADA) == []
    assert [bool(reply.not_before) for reply in replies(shop)] == [True, False, False]
    send(shop, holds=lambda: clerk.texts(ADA) == ["to ada", "again"])


def test_a_refused_message_fails_with_a_sentence_and_the_lane_goes_on(shop, desk, clerk):
    answered(desk, "too long", "next")
    refused = errors.MessageTooLong()
    shop.telegram.on(SendMessage, lambda q: refused if q.message == "too long" else clerk(q))
    send(shop, holds=lambda: states(shop) == ["failed", "accepted"])
    assert replies(shop)[0].failure == "This text is too long for one Telegram message."


def test_a_customer_who_blocked_the_bot_is_marked(shop, desk):
    answered(desk, "hello?")
    shop.telegram.on(SendMessage, errors.UserIsBlocked())
    send(shop, holds=lambda: states(shop) == ["failed"])
    assert replies(shop)[0].failure == "The customer has blocked the bot."
    assert shop.ask(lambda: db.session.scalar(db.select(Customer)).blocked_at)


def test_a_failed_message_is_sent_again_when_the_agent_says_so(shop, desk, clerk):
    (reply,) = answered(desk, "again")
    refused = [errors.MessageTooLong()]
    shop.telegram.on(SendMessage, lambda q: refused.pop() if refused else clerk(q))

    def retry_when_failed():
        if states(shop) == ["failed"]:
            with shop.app.app_context():
                row = db.session.get_one(Message, reply.id)
                row.failed_at, row.failure = None, ""
                db.session.commit()
        return states(shop) == ["accepted"]

    send(shop, holds=retry_when_failed)


def test_a_lost_answer_is_asked_for_with_the_same_number(shop, desk, clerk):
    answered(desk, "once", "then")
    lost = [True]

    def lossy(query):
        answer = clerk(query)
        return TimeoutError() if lost and lost.pop() else answer

    shop.telegram.on(SendMessage, lossy)
    send(shop, holds=lambda: states(shop) == ["accepted"] * 2)
    asked = [query.random_id for query in shop.telegram.of(SendMessage)]
    assert len(asked) == 3
    assert asked[0] == asked[1]
    assert clerk.texts() == ["once", "then"]


def test_a_number_that_telegram_has_already_is_a_sent_message(shop, desk):
    answered(desk, "twin")
    shop.telegram.on(SendMessage, errors.RandomIdDuplicate())
    send(shop, holds=lambda: states(shop) == ["accepted"])


def test_a_quote_that_is_gone_is_left_out(shop, desk, clerk):
    (letter,) = answered(desk, "about that")
    letter.reply_to = 55  # said then, and gone at Telegram since
    commit()
    gone = errors.ReplyMessageIdInvalid()
    shop.telegram.on(SendMessage, lambda query: gone if query.reply_to else clerk(query))
    send(shop, holds=lambda: states(shop) == ["accepted"])


def test_the_end_of_the_login_ends_the_sender(shop, desk):
    answered(desk, "hello")
    shop.telegram.on(SendMessage, errors.AuthKeyUnregistered())
    with pytest.raises(errors.AuthKeyUnregistered):
        send(shop, holds=lambda: False)
    assert states(shop) == ["waiting"]


def test_a_file_that_is_gone_fails_with_a_sentence(shop, desk):
    from support.messages import Upload  # noqa: PLC0415

    upload = Upload(path="aa/none", file_name="a.txt", mime="text/plain", size=3)
    answered(desk, "see", uploads=(upload,))
    send(shop, holds=lambda: states(shop) == ["failed"])
    assert replies(shop)[0].failure == "The file is no longer here. Attach it again."


def test_a_bucket_lets_a_burst_pass_and_then_one_at_a_time():
    bucket = Bucket(Pace(rate=1, burst=3))
    assert [round(bucket.delay(100.0), 6) for _ in range(5)] == [0, 0, 0, 1, 2]
    assert round(bucket.delay(200.0), 6) == 0


def test_limits_are_telegrams_unless_they_are_lifted(monkeypatch):
    assert limits.paces()[0] == limits.UNLIMITED
    monkeypatch.delenv("SWITCHBOARD_UNLIMITED")
    assert limits.paces() == (Pace(25, 25), Pace(1, 3))


# --- messages to colleagues ---


def told(desk, *texts, who=ADA):
    """Link Mei's account, and write to her."""
    code = notices.new_code(desk.mei, desk.wallet, now=utcnow())
    account = notices.Account(who, "Mei", "en")
    notices.redeem(desk.wallet, f"/link {code}", account, now=utcnow())
    for text in texts:
        notices.outgoing.write(desk.wallet, who, "summary", text, now=utcnow(), agent=desk.mei)
    commit()


def staff(shop):
    rows = db.select(StaffMessage).order_by(StaffMessage.id)
    return shop.ask(lambda: list(db.session.scalars(rows)))


def test_a_colleague_is_written_to_once_though_the_answer_is_lost(shop, desk, clerk):
    told(desk, "While you were away: 3")
    lost = [True]

    def lossy(query):
        answer = clerk(query)
        return TimeoutError() if lost and lost.pop() else answer

    shop.telegram.on(SendMessage, lossy)
    send(shop, holds=lambda: all(one.sent_at for one in staff(shop)))
    assert clerk.texts()[1:] == ["While you were away: 3"]
    assert len(shop.telegram.of(SendMessage)) == 3


def test_customers_and_colleagues_are_told_apart_by_number(shop, desk, clerk):
    told(desk, "a", who=BOB)
    answered(desk, "one", "two", "three")
    send(shop, holds=lambda: states(shop) == ["accepted"] * 3 and staff(shop)[-1].sent_at)
    assert clerk.texts(ADA) == ["one", "two", "three"]
    assert clerk.texts(BOB)[1:] == ["a"]


def test_a_flood_wait_is_respected_and_a_colleague_waits(shop, desk, clerk):
    told(desk)
    shop.telegram.on(SendMessage, errors.FloodWait(3))
    send(shop, holds=lambda: staff(shop)[0].not_before)
    assert clerk.texts() == []


def test_what_fails_says_why(shop, desk):
    told(desk)
    shop.telegram.on(SendMessage, errors.UserIsBlocked())
    send(shop, holds=lambda: staff(shop)[0].failed_at)
    assert staff(shop)[0].failure.startswith("You have blocked the bot")


def test_a_number_that_telegram_has_already_reached_a_colleague(shop, desk):
    told(desk)
    shop.telegram.on(SendMessage, errors.RandomIdDuplicate())
    send(shop, holds=lambda: staff(shop)[0].sent_at)


def test_what_waits_for_a_flood_is_not_sent_to_who_was_unlinked(shop, desk, clerk):
    told(desk)
    first = [errors.FloodWait(1)]
    shop.telegram.on(SendMessage, lambda query: first.pop() if first else clerk(query))
    since = []

    def unlink():
        agent, project = (
            db.session.get(Agent, desk.mei.id),
            db.session.get(Project, shop.project_id),
        )
        notices.end_link(agent, project, now=utcnow())
        commit()

    def is_long_over():
        if staff(shop)[0].not_before and not since:
            shop.ask(unlink)
            since.append(utcnow())
        return since and utcnow() - since[0] > timedelta(seconds=1.3)

    send(shop, holds=is_long_over)
    assert (clerk.texts(), staff(shop)[0].sent_at) == ([], None)
