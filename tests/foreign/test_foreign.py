"""The desk against a Telegram that shares none of its assumptions."""

import io
import os

import pytest
from PIL import Image
from pyrogram.raw import types

from support import messages, projects
from support.db import commit, db, utcnow
from support.models import Attachment, Message
from support.store import Store
from tests.faults.traffic import CUSTOMERS, Traffic
from tests.foreign.desk import ForeignDesk
from tests.services import until

pytestmark = pytest.mark.faults
FULL = os.environ.get("SWITCHBOARD_FULL") == "1"
DATABASES = ["sqlite", *([pytest.param("postgres", marks=pytest.mark.postgres)] if FULL else [])]
SEND, MISSED, LOGIN = "messages.SendMessage", "updates.GetDifference", "auth.ImportBotAuthorization"


@pytest.fixture(scope="module", params=DATABASES)
def stack(request, tmp_path_factory):
    stack = ForeignDesk(tmp_path_factory.mktemp("foreign"))
    if request.param == "postgres":
        server = request.getfixturevalue("postgres")
        stack.database_url, stack.form = server.url(server.create()), "pkcs1"
    stack.start()
    stack.start_worker(SWITCHBOARD_UNLIMITED="1")
    yield stack
    stack.close()
    assert "Traceback" not in stack.log()


@pytest.fixture
def traffic(stack, request):
    traffic = Traffic(stack, request.node.name.removeprefix("test_"))
    traffic.account = stack.account(traffic.project)
    traffic.begin()
    yield traffic
    stack.mend()
    with stack.app.app_context():
        db.session.get_one(projects.Project, traffic.project).disabled_at = utcnow()
        commit()


def refused(code, name, method=SEND, **more):
    return lambda desk: desk.faults.on(method, refuse=(code, name), **more)


def counted(**counts):
    return lambda desk: desk.faults.counts.update(counts)


def session_refused(code):
    def fault(desk):
        for session in desk.telegram.sessions():
            session.refused = code

    return fault


def broken(deed, *before):
    """Prepare faults, then break what there is."""

    def fault(desk):
        for one in before:
            one(desk)
        desk.telegram.do(getattr(desk.telegram, deed))

    return fault


def lost_answer(desk):
    desk.faults.on(SEND, lose=True, times=2)


def lost_and_repeated(desk):
    """The repeat is refused, and the difference tells the message without its random number."""
    desk.world.echo, desk.world.names_in_difference = "duplicate", False
    lost_answer(desk)


def never_readable(desk):
    desk.faults.counts.update(unknown_missed=10**6, lose_push=1)


QUICK = {
    "plain": counted(),
    "pushes_twice_and_late": counted(push_twice=4, hold_push=4),
    "answers_announced": counted(announce=3),
    "pushes_announced": counted(announce_push=3),
    "a_difference_unreadable_once": counted(unknown_missed=1, lose_push=1),
    "connections_reset": broken("break_all"),
    "keys_forgotten": broken("forget_keys"),
    "sequence_too_low": session_refused(32),
    "answer_lost": lost_answer,
    "flood_wait": refused(420, "FLOOD_WAIT_1"),
    "random_500": refused(500, "RANDOM_ID_DUPLICATE"),
    "duplicated": refused(406, "AUTH_KEY_DUPLICATED"),
}
MORE = {
    "sequence_too_high": session_refused(33),
    "no_time": refused(-503, "Timeout", times=2),
    "difference_internal": refused(500, "INTERDC_2_CALL_ERROR", MISSED, times=2),
    "unregistered": refused(401, "AUTH_KEY_UNREGISTERED"),
    "slow_mode": refused(420, "SLOWMODE_WAIT_1"),
    "pushes_lost": counted(lose_push=3),
    "internal": refused(500, "RPC_CALL_FAIL", times=2),
    "an_update_unknown": counted(unknown_update=2),
    "differences_never_readable": never_readable,
    "repeat_refused": lost_and_repeated,
    "silence": broken("freeze"),
    "answer_late": lambda desk: desk.faults.on(SEND, late=4, times=2),
    "answer_swallowed": lambda desk: desk.faults.on(SEND, swallow=True),
    "flood_at_login": broken("forget_keys", refused(420, "FLOOD_WAIT_3", LOGIN)),
    "key_exchange_again": broken("forget_keys", counted(dh_gen_retry=1)),
    "greeting": broken("break_all", refused(420, "FLOOD_WAIT_1", "help.GetConfig", times=3)),
    "clock_behind": lambda desk: setattr(desk.faults, "skew", -1000),
    "clock_ahead": lambda desk: setattr(desk.faults, "skew", 1000),
}
if FULL:
    QUICK |= MORE


@pytest.mark.parametrize("fault", QUICK.values(), ids=QUICK.keys())
def test_whatever_goes_wrong(traffic, fault):
    fault(traffic.stack)
    traffic.exchanges(10)
    traffic.settle()


def test_too_much_was_missed(traffic):
    traffic.stack.faults.mute = True
    traffic.exchanges(6)
    traffic.account.floor = traffic.account.pts - 2
    traffic.stack.faults.mute = False
    traffic.stack.telegram.do(traffic.stack.telegram.break_all)
    traffic.exchanges(2)
    traffic.settle()


def test_the_last_push_was_only_announced(traffic):
    traffic.stack.faults.counts.update(announce_push=1)
    traffic.say(traffic.customers[0], "alone")
    until(lambda: traffic.stored() == CUSTOMERS + 1, seconds=9)


@pytest.mark.skipif(not FULL, reason="a lease takes its 15 seconds to end")
def test_another_worker_takes_over(traffic):
    """It takes the bot when the dead one's lease has ended, and not before."""
    stack = traffic.stack
    first = stack.worker
    stack.start_worker(SWITCHBOARD_UNLIMITED="1")
    traffic.exchanges(5)
    first.kill()
    first.wait()
    traffic.exchanges(10)
    traffic.settle()


@pytest.mark.parametrize("name", ["USER_IS_BLOCKED", "PEER_ID_INVALID", "INPUT_USER_DEACTIVATED"])
def test_what_is_refused_for_ever_fails_with_a_sentence(traffic, name):
    stack, customer = traffic.stack, traffic.customers[0]
    stack.faults.on(SEND, refuse=(400, name))
    (number,) = stack.reply(customer, "never", key=name)
    row = lambda: stack.ask(lambda: db.session.get_one(Message, number))  # noqa: E731
    assert until(lambda: row().failed_at and row()).failure
    if name == "USER_IS_BLOCKED":  # nothing more may be written to him
        return
    stack.reply(customer, "after it", key=f"{name} after")
    until(lambda: stack.world.delivered(customer) == ["after it"])


def test_edits_deletions_and_service_messages(traffic):
    stack, customer, world = traffic.stack, traffic.customers[0], traffic.stack.world
    number = stack.say(traffic.project, customer, "frist")
    gone = stack.say(traffic.project, customer, "oops")
    until(lambda: row_of(stack, gone))
    do = stack.telegram.do
    do(lambda: world.edit(traffic.account, number, "first"))
    do(lambda: world.delete(traffic.account, gone))
    do(lambda: world.serve(traffic.account, customer, types.MessageActionHistoryClear()))
    until(lambda: "first" in stack.texts(customer) and "service" in kinds(stack))
    until(lambda: row_of(stack, gone).deleted_at)


def kinds(stack):
    return stack.ask(lambda: list(db.session.scalars(db.select(Message.kind))))


def row_of(stack, number):
    query = db.select(Message).where(Message.telegram_id == number)
    return stack.ask(lambda: db.session.scalar(query))


def test_a_button_is_answered(traffic):
    world, customer = traffic.stack.world, traffic.customers[0]
    query = traffic.stack.telegram.do(lambda: world.press(traffic.account, customer, 1, b"csat:5"))
    until(lambda: world.pressed[query])


def picture():
    file = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(file, "JPEG")
    return file.getvalue()


@pytest.mark.parametrize("stale", [False, True])
def test_files_come_whole_from_a_centre_that_has_another_number(traffic, stale):
    stack, customer, files = traffic.stack, traffic.customers[0], traffic.stack.world.files
    photo, log = picture(), bytes(range(256)) * 3_000
    stack.say(traffic.project, customer, "", media=files.photo(photo, stale=stale))
    media = files.document(log, "log.txt", "text/plain", stale=stale)
    stack.say(traffic.project, customer, "my log", media=media)
    until(lambda: len(paths(traffic)) == 2, seconds=15)
    store = Store(stack.settings.data)
    assert [store.full(path).read_bytes() for path in paths(traffic)] == [photo, log]


def paths(traffic):
    query = db.select(Attachment.path).join(Message).order_by(Attachment.id)
    query = query.where(Message.project_id == traffic.project, Attachment.path.is_not(None))
    return traffic.stack.ask(lambda: list(db.session.scalars(query)))


@pytest.mark.parametrize("size", [3_000, 12_000_000])
def test_a_file_is_sent_also_when_a_part_of_it_was_lost(traffic, size):
    stack, customer = traffic.stack, traffic.customers[0]
    content = os.urandom(size)
    path, kept = Store(stack.settings.data).keep(io.BytesIO(content), name="b.bin", limit_mb=50)
    upload = messages.Upload(path=path, file_name="b.bin", mime="text/x-b", size=kept)
    stack.faults.on("messages.SendMedia", refuse=(400, "FILE_PART_0_MISSING"))
    stack.reply(customer, "here", key="file", uploads=(upload,))
    until(lambda: stack.world.delivered(customer) == ["here"], seconds=15)
    sent = list(traffic.account.messages.values())[-1].media.document
    assert stack.world.files.content(sent) == content
