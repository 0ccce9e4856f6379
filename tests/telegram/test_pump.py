"""The pump: rows and state move together, once, in order, whatever arrives."""

import asyncio

import pytest
from pyrogram.errors import PersistentTimestampInvalid
from pyrogram.raw import functions, types

from support import messages, notices
from support.db import commit, db, utcnow
from support.models import BotState, Customer, Message, StaffLink, StaffMessage, TelegramPeer
from support.telegram import apply
from support.telegram import pump as pumps
from support.telegram.books import Fenced
from support.telegram.pump import Pump
from tests import factories
from tests.telegram.wire_free import (
    ADA,
    DATE,
    books_of,
    difference,
    edit,
    message,
    new,
    packet,
    running,
    until,
    user,
)

GetDifference = functions.updates.GetDifference


@pytest.fixture(autouse=True)
def _short_gap(monkeypatch):
    monkeypatch.setattr(pumps, "GAP_SECONDS", 0.02)


def heard(shop, *packets, holds):
    """Feed a pump that has started until this holds; give it."""

    async def story():
        pump = Pump(shop.telegram, shop.books)
        await pump.start(factories.START)
        async with running(pump.run()) as tasks:
            for one in packets:
                pump.feed(one)
            await until(holds, tasks=tasks)
            await asyncio.sleep(0.02)
        return pump

    return asyncio.run(story())


def kept_pts(shop):
    return shop.ask(lambda: db.session.get_one(BotState, shop.project_id).pts)


def test_a_message_and_the_state_behind_it_are_stored(shop):
    heard(shop, packet(new(1, 11)), holds=lambda: shop.texts() == ["hello"])
    assert kept_pts(shop) == 11


def test_a_customers_address_is_kept_with_his_message(shop):
    heard(shop, packet(new(1, 11)), holds=shop.texts)
    peer = shop.ask(lambda: db.session.get_one(TelegramPeer, (shop.project_id, ADA)))
    assert peer.access_hash == 77


def test_a_repeated_update_changes_nothing(shop):
    last = packet(new(2, 12, "second"))
    heard(shop, *[packet(new(1, 11))] * 3, last, holds=lambda: len(shop.texts()) > 1)
    assert shop.texts() == ["hello", "second"]


def test_a_repeated_message_under_another_count_changes_nothing(shop):
    heard(
        shop, packet(new(1, 11)), packet(new(1, 12)), packet(new(2, 13)),
        holds=lambda: len(shop.texts()) > 1,
    )  # fmt: skip
    assert kept_pts(shop) == 13
    assert len(shop.texts()) == 2


def test_what_came_too_early_waits(shop):
    heard(
        shop, packet(new(2, 12, "second")), packet(new(1, 11, "first")),
        holds=lambda: len(shop.texts()) > 1,
    )  # fmt: skip
    assert shop.texts() == ["first", "second"]


def test_a_gap_is_asked_for(shop):
    shop.telegram.on(GetDifference, difference(pts=10), difference(message(1, "lost"), pts=12))
    heard(shop, packet(new(3, 13, "after")), holds=lambda: len(shop.texts()) > 1)
    assert shop.texts() == ["lost", "after"]
    assert kept_pts(shop) == 13


def test_a_gap_that_nothing_fills_is_passed_over(shop):
    heard(shop, packet(new(3, 13, "after")), holds=shop.texts)
    assert kept_pts(shop) == 13


def test_updates_too_long_asks_for_the_difference(shop):
    shop.telegram.on(GetDifference, difference(pts=10), difference(message(1, "missed"), pts=11))
    heard(shop, types.UpdatesTooLong(), holds=lambda: shop.texts() == ["missed"])


def test_the_start_takes_slice_after_slice(shop):
    part = types.updates.DifferenceSlice
    shop.telegram.on(
        GetDifference,
        difference(message(1, "a"), message(2, "b"), pts=12, kind=part),
        difference(message(3, "c"), pts=13),
        types.updates.DifferenceEmpty(date=DATE, seq=0),
    )
    heard(shop, holds=lambda: shop.texts() == ["a", "b", "c"])
    assert [asked.pts for asked in shop.telegram.of(GetDifference)] == [10, 12]


def test_too_much_is_asked_for_by_number(shop):
    too_long = types.updates.DifferenceTooLong(pts=400)
    shop.telegram.on(GetDifference, too_long, difference(pts=400))
    shop.telegram.on(functions.messages.GetMessages, answers_numbers({1: "a", 150: "b"}))
    heard(shop, holds=lambda: shop.texts() == ["a", "b"])
    assert kept_pts(shop) == 400


def test_an_edit_inside_too_much_is_found(shop):
    heard(shop, packet(new(1, 11, "before")), holds=shop.texts)
    too_long = types.updates.DifferenceTooLong(pts=12)
    shop.telegram.on(GetDifference, too_long, difference(pts=12))
    changed = message(1, "after", edit_date=DATE + 5)
    shop.telegram.on(functions.messages.GetMessages, found(changed))
    heard(shop, holds=lambda: shop.texts() == ["after"])


def test_a_state_that_telegram_does_not_know_is_too_much(shop):
    shop.telegram.on(GetDifference, PersistentTimestampInvalid(), difference(pts=3))
    shop.telegram.on(functions.messages.GetMessages, answers_numbers({1: "a"}))
    shop.telegram.state.pts = 3
    heard(shop, holds=lambda: shop.texts() == ["a"])
    assert kept_pts(shop) == 3


def answers_numbers(texts):
    def answer(query):
        wanted = [one.id for one in query.id]
        return found(*(message(n, texts[n]) for n in wanted if n in texts))

    return answer


def found(*messages):
    return types.messages.Messages(messages=[*messages], topics=[], chats=[], users=[user()])


def test_a_first_start_takes_what_was_written_since_the_project_was_made(shop):
    books_of(shop.app, shop.project_id)
    since = int(factories.START.timestamp())
    old, fresh = message(1, "old", date=since - 3600), message(2, "new", date=since + 5)
    shop.telegram.state.pts = 12
    shop.telegram.on(GetDifference, difference(old, fresh, pts=12))
    heard(shop, holds=lambda: shop.texts() == ["new"])
    assert kept_pts(shop) == 12


def test_poison_is_kept_aside_and_stepped_over(shop, monkeypatch):
    receive = messages.receive

    def touchy(project, incoming, *, now):
        if incoming.text == "poison":
            raise ValueError("cannot digest this")
        return receive(project, incoming, now=now)

    monkeypatch.setattr(apply.messages, "receive", touchy)
    arrived = packet(new(1, 11, "a"), new(2, 12, "poison"), new(3, 13, "b"))
    heard(shop, arrived, holds=lambda: len(shop.texts()) > 1 and kept_pts(shop) == 13)
    assert shop.texts() == ["a", "b"]
    (dead,) = shop.dead()
    assert "cannot digest this" in dead.error
    assert types.UpdateNewMessage.read(bytes_of(dead.raw)).message.message == "poison"


def bytes_of(raw):
    from io import BytesIO  # noqa: PLC0415

    stream = BytesIO(raw)
    stream.seek(4)
    return stream


def test_a_worker_that_lost_the_bot_writes_nothing(shop):
    books_of(shop.app, shop.project_id, fence=5, pts=10)
    with pytest.raises(Fenced):
        heard(shop, packet(new(1, 11)), holds=lambda: False)
    assert shop.texts() == []
    assert kept_pts(shop) == 10


def test_an_edit_keeps_the_earlier_words(shop):
    arrived = packet(new(1, 11, "befor")), packet(edit(1, 12, "before"))
    heard(shop, *arrived, holds=lambda: shop.texts() == ["before"])
    revisions = shop.ask(lambda: db.session.scalar(db.select(Message)).revisions)
    assert [revision.text for revision in revisions] == ["befor"]


def test_an_edit_before_its_message_is_not_lost(shop):
    arrived = packet(edit(1, 11, "edited")), packet(new(1, 12, "first")), packet(new(2, 13))
    heard(shop, *arrived, holds=lambda: len(shop.texts()) > 1)
    assert shop.texts() == ["edited", "hello"]
    assert shop.messages()[0].edited_at


def test_an_old_edit_does_not_overwrite_a_newer_one(shop):
    newer = edit(1, 12, "newer", edit_date=DATE + 90)
    older = edit(1, 13, "older", edit_date=DATE + 30)
    heard(shop, packet(new(1, 11)), packet(newer), packet(older), packet(new(2, 14)),
          holds=lambda: len(shop.texts()) > 1)  # fmt: skip
    assert shop.texts()[0] == "newer"


def test_a_deleted_message_is_marked(shop):
    gone = types.UpdateDeleteMessages(messages=[1], pts=12, pts_count=1)
    heard(shop, packet(new(1, 11)), packet(gone), holds=lambda: kept_pts(shop) == 12)
    assert shop.messages()[0].deleted_at


def test_a_customer_who_blocks_and_unblocks_the_bot_is_noted(shop):
    def stop(stopped, qts):
        return packet(types.UpdateBotStopped(user_id=ADA, date=DATE, stopped=stopped, qts=qts))

    def blocked():
        return shop.ask(lambda: db.session.scalar(db.select(Customer)).blocked_at)

    heard(
        shop,
        packet(new(1, 11)),
        stop(stopped=True, qts=1),
        holds=lambda: shop.texts() and blocked(),
    )
    heard(shop, stop(stopped=False, qts=2), holds=lambda: not blocked())


def test_names_are_kept_when_an_update_does_not_tell_them(shop):
    heard(
        shop, packet(new(1, 11)), packet(new(2, 12), users=[]), holds=lambda: len(shop.texts()) > 1
    )
    assert shop.ask(lambda: db.session.scalar(db.select(Customer)).first_name) == "Ada"


def test_our_own_message_is_accepted_by_its_random_number(shop, desk):
    conversation = desk.case("help", holder=desk.mei, who=factories.person(ADA))
    (reply,) = factories.answer(conversation, by=desk.mei)
    commit()
    named = types.UpdateMessageID(id=9, random_id=reply.random_id)
    own = types.UpdateNewMessage(
        message=message(9, "x", out=True, date=DATE + 7), pts=11, pts_count=1
    )
    pump = heard(shop, packet(named, own), holds=lambda: shop.messages()[-1].sent_at)
    assert (shop.messages()[-1].telegram_id, pump.state.pts) == (9, 11)
    assert int(shop.messages()[-1].telegram_at.timestamp()) == DATE + 7
    assert len(shop.messages()) == 2


def test_a_group_is_not_heard_and_moves_the_count(shop):
    said = types.Message(id=1, peer_id=types.PeerChat(chat_id=3), date=DATE, message="psst")
    group = types.UpdateNewMessage(message=said, pts=11, pts_count=1)
    heard(shop, packet(group), holds=lambda: kept_pts(shop) == 11)
    assert shop.texts() == []


def test_an_unknown_update_is_nobodys_and_a_channels_count_is_its_own(shop):
    channel = types.UpdateDeleteChannelMessages(channel_id=1, messages=[1], pts=900, pts_count=1)
    heard(shop, packet(channel, types.UpdateConfig(), new(1, 11)), holds=shop.texts)
    assert kept_pts(shop) == 11


def test_a_server_that_has_forgotten_its_count_is_believed(shop):
    shop.telegram.state.pts = 4
    books_of(shop.app, shop.project_id, pts=10)
    heard(shop, packet(new(1, 5)), holds=shop.texts)
    assert kept_pts(shop) == 5


# --- codes of colleagues ---


def code_of(desk, agent):
    code = notices.new_code(agent, desk.wallet, now=utcnow())
    commit()
    return code


def linked(shop):
    rows = db.select(StaffLink.telegram_id).where(StaffLink.ended_at.is_(None))
    return shop.ask(lambda: list(db.session.scalars(rows)))


def answers(shop):
    return shop.ask(lambda: [one.text for one in db.session.scalars(db.select(StaffMessage))])


@pytest.mark.parametrize("wrap", ["/link {}", "my code: {}"])
def test_a_code_links_and_never_lands_in_a_conversation(shop, desk, wrap):
    code = code_of(desk, desk.mei)
    heard(shop, packet(new(1, 11, wrap.format(code))), holds=lambda: linked(shop) == [ADA])
    assert (shop.texts(), shop.dead()) == ([], [])
    assert shop.ask(lambda: db.session.scalars(db.select(Customer)).all()) == []
    assert "Linked" in answers(shop)[0]


def test_a_wrong_code_is_no_customers_message(shop):
    heard(shop, packet(new(1, 11, "/link AAAA-BBBB-CCCC")), holds=lambda: answers(shop))
    assert (shop.texts(), linked(shop), kept_pts(shop)) == ([], [], 11)


def test_a_code_that_came_while_nobody_listened_counts(shop, desk):
    code = code_of(desk, desk.mei)
    shop.telegram.on(GetDifference, difference(message(1, f"/link {code}"), pts=11))
    heard(shop, holds=lambda: linked(shop) == [ADA])
    assert shop.texts() == []


def test_a_message_that_is_edited_into_a_code_keeps_its_words(shop, desk):
    code = code_of(desk, desk.mei)
    heard(shop, packet(new(1, 11, "hello")), holds=shop.texts)
    heard(shop, packet(edit(1, 12, f"/link {code}")), holds=lambda: linked(shop) == [ADA])
    assert shop.texts() == ["hello"]


def test_who_has_linked_an_account_is_a_customer_like_any_other(shop, desk):
    code = code_of(desk, desk.mei)
    said = packet(new(1, 11, f"/link {code}"), new(2, 12, "is the exchange open?"))
    heard(shop, said, holds=shop.texts)
    assert shop.texts() == ["is the exchange open?"]
