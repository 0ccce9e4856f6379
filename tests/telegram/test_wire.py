"""The whole way over MTProto: the bots of this process against the local Telegram's."""

import asyncio
import gc
import io
import json
import threading
from itertools import count

import pytest
from PIL import Image
from pyrogram.session.session import AuthKeyNotFound
from rq.results import Result

from support import botcheck, factory, jobs, messages, notices, queue
from support.db import commit, db, utcnow
from support.models import (
    Attachment,
    BotState,
    Customer,
    Event,
    EventKind,
    Membership,
    Message,
    Project,
    StaffLink,
    StaffMessage,
)
from support.refusals import TelegramUnreachable, TokenRefused
from support.store import Store
from support.telegram import bot, check, media, pump, vitals
from support.telegram.client import logged_in
from support.telegram.loop import Loop
from support.telegram.storage import MemoryStorage
from tests.faults.stack import Stack
from tests.services import until

numbers = count(1)


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    stack = Stack(tmp_path_factory.mktemp("wire")).start()
    yield stack
    stack.close()


@pytest.fixture(scope="module")
def _loop(stack):
    loop = Loop(stack.app, stack.settings)
    loop.start()
    yield
    loop.stop()


class Shop:
    """A bot of its own with one customer, in front of everybody's Telegram."""

    def __init__(self, stack, name):
        self.stack, self.town = stack, stack.town
        self.project = stack.make_bot(name)
        self.bot = stack.bot_of(self.project)
        (self.customer,) = stack.make_customers(1)

    @property
    def chat(self):
        return {"bot": self.bot, "customer": self.customer}

    def says(self, text, **more):
        number = self.town.post("/messages", **self.chat, text=text, **more)["id"]
        until(lambda: text in self.heard())
        return number

    def heard(self):
        return self.stack.texts(self.customer)

    def answers(self, text, **more):
        return self.stack.reply(self.customer, text, key=text or "file", **more)

    def received(self):
        said = self.town.get("/chat", **self.chat)["messages"]
        return [message for message in said if message["from"] == "bot"]

    def received_texts(self):
        return [message["text"] for message in self.received()]

    def row(self, number):
        query = db.select(Message).where(Message.telegram_id == number)
        query = query.where(Message.project_id == self.project)
        return self.stack.ask(lambda: db.session.scalar(query))

    def state(self):
        return self.stack.ask(lambda: db.session.get_one(BotState, self.project))

    def events(self):
        query = db.select(Event.kind).where(Event.project_id == self.project)
        return self.stack.ask(lambda: list(db.session.scalars(query)))

    def attachment(self):
        query = db.select(Attachment).join(Message).where(Message.project_id == self.project)
        return self.stack.ask(lambda: db.session.scalar(query))


@pytest.fixture
def shop(stack, _loop, monkeypatch):
    monkeypatch.setattr(pump, "TIMER_SECONDS", 2.0)
    shop = Shop(stack, f"Shop{next(numbers)}")
    yield shop
    for name, value in stack.town.get("/faults").items():
        if value:
            stack.town.post("/faults", **{name: None})


def picture():
    file = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(file, "JPEG")
    return file.getvalue()


def test_words_go_both_ways_with_their_formatting(shop):
    bold = {"type": "bold", "offset": 0, "length": 2}
    number = shop.says("😀 my money", entities=[bold])
    assert shop.row(number).entities == [bold]
    shop.answers("We look at it 😀", reply_to=number)
    (received,) = until(shop.received)
    assert (received["text"], received["reply_to"]) == ("We look at it 😀", number)
    until(lambda: shop.stack.states()[-1] == "accepted")


def test_a_start_is_an_ordinary_message(shop):
    assert shop.row(shop.says("/start")).text == "/start"


def test_edits_and_deletions_are_seen(shop):
    number = shop.says("first")
    shop.town.post("/edit", **shop.chat, id=number, text="second")
    until(lambda: shop.heard() == ["second"])
    shop.town.post("/delete", **shop.chat, ids=[number])
    until(lambda: shop.row(number).deleted_at)


def test_a_photo_is_fetched_and_drawn_anew(shop, monkeypatch):
    queued = []
    monkeypatch.setattr(media.queue, "enqueue", lambda *job: queued.append(job))
    sent = picture()
    number = shop.town.call(
        "POST", "/files", sent, **shop.chat, kind="photo", caption="my receipt"
    )["id"]
    attachment = until(lambda: (found := shop.attachment()) and found.path and found)
    store = Store(shop.stack.settings.data)
    assert store.full(attachment.path).read_bytes() == sent
    assert shop.row(number).text == "my receipt"
    assert queued == [("jobs", "support.jobs.preview", attachment.id)]
    draw_preview(shop, monkeypatch, attachment.id)
    assert store.full(shop.attachment().preview).read_bytes()[:2] == b"\xff\xd8"


def draw_preview(shop, monkeypatch, number):
    monkeypatch.setattr(jobs, "load", lambda: shop.stack.settings)
    with shop.stack.app.app_context():
        jobs.preview(number)


@pytest.mark.parametrize("size", [3_000, 12_000_000])
def test_a_document_goes_both_ways_unchanged(shop, size):
    sent = bytes(range(250)) * (size // 250)
    shop.town.call("POST", "/files", sent, **shop.chat, kind="document", file_name="log.txt")
    attachment = until(lambda: (found := shop.attachment()) and found.path and found)
    store = Store(shop.stack.settings.data)
    assert store.full(attachment.path).read_bytes() == sent
    assert (attachment.file_name, attachment.size) == ("log.txt", len(sent))
    path, kept = store.keep(io.BytesIO(sent), name="b.bin", limit_mb=50)
    upload = messages.Upload(path=path, file_name="b.bin", mime="text/x-b", size=kept)
    shop.answers("here", uploads=(upload,))
    (received,) = until(shop.received)
    assert received["text"] == "here"
    assert received["media"]["file_name"] == "b.bin"
    assert shop.town.raw("GET", f"/files/{received['media']['file']}")[1] == sent


def test_a_photo_is_sent_as_one(shop):
    shop.says("please")
    store = Store(shop.stack.settings.data)
    path, size = store.keep(io.BytesIO(picture()), name="p.jpg", limit_mb=1)
    upload = messages.Upload(
        path=path, file_name="p.jpg", mime="image/jpeg", size=size, kind="photo"
    )
    shop.answers("", uploads=(upload,))
    (received,) = until(shop.received)
    assert received["media"]["kind"] == "photo"


def test_other_kinds_are_kept_with_a_placeholder(shop):
    for kind in ("sticker", "voice", "location", "contact"):
        shop.town.post("/media", **shop.chat, kind=kind, **DETAILS.get(kind, {}))
    query = db.select(Message.kind).where(Message.project_id == shop.project)
    kinds = lambda: shop.stack.ask(lambda: list(db.session.scalars(query)))  # noqa: E731
    until(lambda: kinds() == ["sticker", "voice", "location", "contact"])


DETAILS = {
    "location": {"latitude": 1.5, "longitude": 2.5},
    "contact": {"phone": "1", "first_name": "Bo"},
}


def test_a_block_is_noted_and_a_reply_fails_with_a_sentence(shop):
    shop.says("hello")
    shop.answers("first")
    until(shop.received)
    blocked = lambda: shop.stack.ask(  # noqa: E731
        lambda: db.session.scalar(
            db.select(Customer.blocked_at).where(Customer.telegram_id == shop.customer)
        )
    )
    shop.town.post("/block", **shop.chat)
    until(blocked)
    shop.town.post("/unblock", **shop.chat)
    until(lambda: not blocked())
    shop.says("I am back")


def test_typing_is_told_in_both_directions(shop):
    shop.says("hello")
    shop.stack.reply(shop.customer, "hi", key="typing")
    pokes = queue.wire.redis.pubsub(ignore_subscribe_messages=True)
    pokes.subscribe("switchboard:live")
    shop.town.post("/typing", **shop.chat)
    until(lambda: any("typing-" in name for name in heard_names(pokes)))
    pokes.close()
    queue.signal({"project": shop.project, "typing": shop.customer})
    until(lambda: shop.town.get("/chat", **shop.chat)["typing_bot"])


def heard_names(pokes):
    message = pokes.get_message(timeout=0.1)
    return json.loads(message["data"])["names"] if message else []


def test_a_bot_that_works_says_so_once(shop):
    shop.says("hello")
    until(lambda: shop.state().state == "online")
    assert shop.events().count(EventKind.BOT_ONLINE) == 1


def test_a_lost_push_is_asked_for(shop):
    shop.says("before")
    shop.town.post("/faults", lose_push={"times": 1, "bot": shop.bot})
    shop.town.post("/messages", **shop.chat, text="lost")
    shop.says("after")
    until(lambda: shop.heard() == ["before", "lost", "after"])


def test_updates_too_long_and_too_much_lose_nothing(shop):
    shop.says("before")
    shop.town.post("/faults", lose_push={"times": 1, "bot": shop.bot})
    shop.town.post("/messages", **shop.chat, text="lost")
    shop.town.post("/faults", too_long={"bot": shop.bot, "times": 1})
    shop.town.post("/faults", updates_too_long={"bot": shop.bot})
    until(lambda: shop.heard() == ["before", "lost"])


def test_a_dropped_connection_comes_back_with_what_was_said(shop):
    shop.says("before")
    shop.town.post("/faults", drop_connections=True)
    shop.town.post("/messages", **shop.chat, text="meanwhile")
    until(lambda: shop.heard() == ["before", "meanwhile"])
    shop.answers("we are back")
    until(lambda: shop.received_texts() == ["we are back"])


@pytest.mark.parametrize("mode", ["unregistered", "forgotten"])
def test_a_revoked_key_is_replaced_by_a_new_login(shop, mode):
    shop.says("before")
    shop.town.post("/faults", revoke_key={"bot": shop.bot, "mode": mode})
    shop.town.post("/messages", **shop.chat, text="meanwhile")
    until(lambda: shop.heard() == ["before", "meanwhile"])
    shop.answers("new key")
    until(lambda: shop.received_texts() == ["new key"])


def test_a_key_forgotten_between_two_logins_is_told_at_once(stack, known):
    async def story():
        async with logged_in(stack.settings, known.storage, known.token):
            pass
        known.is_forgotten()
        async with asyncio.timeout(9), logged_in(stack.settings, known.storage, known.token):
            pass

    with pytest.raises(AuthKeyNotFound):
        asyncio.run(story())


def test_a_key_forgotten_while_it_is_in_use_is_told_at_once(stack, known):
    async def story():
        async with logged_in(stack.settings, known.storage, known.token) as client:
            known.is_forgotten()
            async with asyncio.timeout(9):
                await client.ended()

    with pytest.raises(AuthKeyNotFound):
        asyncio.run(story())


@pytest.fixture
def known(stack):
    """A bot that nobody serves, and the login that is kept of it.

    The library would tell of its forgotten key after ten seconds, or never.
    """
    return Known(stack)


class Known:
    def __init__(self, stack):
        self.town, self.storage = stack.town, MemoryStorage()
        made = self.town.post("/bots", username=f"known{next(numbers)}_bot", name="Known")
        self.bot, self.token = made["id"], made["token"]

    def is_forgotten(self):
        self.town.post("/faults", revoke_key={"bot": self.bot, "mode": "forgotten"})


@pytest.mark.usefixtures("_loop")
def test_a_bot_whose_key_is_forgotten_while_it_rests_logs_in_anew(stack, monkeypatch):
    """It fell for another reason, so its next life begins with the forgotten key."""
    falls = threading.Event()
    monkeypatch.setattr(bot, "RESTS", (2.0,))
    monkeypatch.setattr(vitals, "watch", falling(falls, vitals.watch))
    shop = Shop(stack, f"Shop{next(numbers)}")
    shop.says("before")
    falls.set()
    until(lambda: shop.state().state == "trouble")
    stack.town.post("/faults", revoke_key={"bot": shop.bot, "mode": "forgotten"})
    stack.town.post("/messages", **shop.chat, text="meanwhile")
    until(lambda: shop.heard() == ["before", "meanwhile"])


def falling(falls, watch):
    """Watch as always, but end the first life with a lost connection."""
    lives = count()

    async def watched(client):
        if next(lives) == 0:
            await asyncio.to_thread(falls.wait)
            raise ConnectionError
        await watch(client)

    return watched


def test_a_changed_salt_is_learnt(shop):
    shop.says("before")
    shop.town.post("/faults", bad_salt={"times": 2})
    shop.answers("salted")
    until(lambda: shop.received_texts() == ["salted"])


def test_a_flood_wait_holds_one_chat(shop):
    shop.says("hello")
    shop.town.post("/faults", flood_wait={"seconds": 1, "customer": shop.customer, "times": 1})
    shop.answers("slowly")
    until(lambda: shop.stack.ask(held_row))
    until(lambda: shop.received_texts() == ["slowly"])
    assert shop.town.get("/ledger", bot=shop.bot)["repeats"] == 0


def held_row():
    return db.session.scalar(db.select(Message).where(Message.not_before.is_not(None)))


def test_an_error_of_the_server_is_outlived(shop):
    shop.says("hello")
    fault = {"method": "messages.SendMessage", "code": 500, "text": "RPC_CALL_FAIL", "times": 2}
    shop.town.post("/faults", rpc_error=fault)
    shop.answers("at last")
    until(lambda: shop.received_texts() == ["at last"])


def test_a_login_given_up_half_way_leaves_nothing_open(stack):
    token = stack.town.post("/bots", username="slow_bot", name="Slow")["token"]
    stack.town.post("/faults", latency_ms=1000)

    async def story():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1), logged_in(stack.settings, MemoryStorage(), token):
                pass

    try:
        asyncio.run(story())
    finally:
        stack.town.post("/faults", latency_ms=None)
    gc.collect()  # an open socket would be told now, and here that is an error


def test_a_good_token_tells_its_bot_and_a_wrong_one_is_refused(stack, monkeypatch):
    made = stack.town.post("/bots", username="good_bot", name="Good")
    monkeypatch.setattr(check.config, "load", lambda: stack.settings)
    with answering(stack):
        found = botcheck.ask(made["token"], stack.settings.data)
        with pytest.raises(TokenRefused):
            botcheck.ask("123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", stack.settings.data)
    assert (found.id, found.username, found.name) == (made["id"], "good_bot", "Good")


def test_nobody_who_could_ask_is_a_sentence_too(stack):
    factory.build(stack.settings)
    with pytest.raises(TelegramUnreachable):
        botcheck.ask("123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", stack.settings.data, timeout=1)


def test_a_colleague_links_by_a_code_and_is_written_to_over_the_wire(shop):
    def made():
        project = db.session.get_one(Project, shop.project)
        place = db.select(Membership).where(Membership.project_id == project.id)
        agent = db.session.scalar(place).agent
        code = notices.new_code(agent, project, now=utcnow())
        commit()
        return code

    def written():
        link = db.session.scalar(db.select(StaffLink).where(StaffLink.project_id == shop.project))
        notices.outgoing.write(
            link.project, link.telegram_id, "summary", "3", now=utcnow(), agent=link.agent
        )
        commit()

    code = shop.stack.ask(made)
    shop.town.post("/messages", **shop.chat, text=f"/link {code}")
    until(lambda: [text for text in shop.received_texts() if text.startswith("Linked.")])
    assert shop.heard() == []
    shop.stack.ask(written)
    until(lambda: shop.received_texts()[-1] == "3")
    sent = db.select(StaffMessage).where(StaffMessage.project_id == shop.project)
    until(
        lambda: all(one.sent_at for one in shop.stack.ask(lambda: db.session.scalars(sent).all()))
    )


class answering:  # noqa: N801 - reads as a sentence
    """Perform jobs as the Telegram worker does, in a thread that ends with the block."""

    def __init__(self, stack):
        factory.build(stack.settings)
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.serve)

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()

    def serve(self):
        waiting = queue.queue(queue.TELEGRAM)
        while not self.done.wait(0.02):
            for job in waiting.get_jobs():
                waiting.remove(job)
                assert all(":" not in argument for argument in job.args), "a token in Redis"
                told = check.check_token(*job.args)
                Result.create(job, Result.Type.SUCCESSFUL, ttl=60, return_value=told)
