"""The phone page: there in the demonstration on this machine alone, and all a customer can do."""

import io
import re
from dataclasses import replace

import pytest

from support import factory
from support.demo.control import Chat, Control
from support.telegram.local import run_in_thread
from support.views import phone
from tests.views.conftest import Browser

pytestmark = pytest.mark.one_database

SECRET = "the phone's"
TOKEN = "7100000009:demonstration-of-the-tests"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
numbers = iter(range(1, 10_000))


@pytest.fixture(scope="module")
def telegram(tmp_path_factory):
    handle = run_in_thread(tmp_path_factory.mktemp("telegram"), 0, 0, SECRET)
    yield handle
    handle.stop()


@pytest.fixture(scope="module")
def demo(telegram, settings):
    control = f"127.0.0.1:{telegram.control_port}"
    return replace(settings, local_control=control, local_secret=SECRET)


@pytest.fixture(scope="module")
def control(demo):
    control = Control.of(demo)
    control.create_bot("tests_bot", "Tests", TOKEN)
    return control


@pytest.fixture
def player(app, control, demo):
    """A browser on the machine of the demonstration."""
    return Browser(playing(demo))


def playing(settings):
    app = factory.create_app(settings)
    app.config["TESTING"] = True
    return app


@pytest.fixture
def chat(control):
    customer = control.create_customer(first_name=f"Zoë {next(numbers)}", username="zoe")
    return Chat(int(TOKEN.partition(":")[0]), customer)


def path(chat, *parts):
    return "/".join(("/phone", str(chat.bot), str(chat.customer), *map(str, parts)))


def screen(control, chat):
    return control.chat(chat)["messages"]


def test_without_a_demonstration_there_is_no_phone(browser):
    assert browser.get("/phone").status_code == 404
    assert browser.get("/phone/1/2").status_code == 404


def test_from_other_machines_there_is_no_phone(app, control, demo, player):
    elsewhere = Browser(playing(replace(demo, host="0.0.0.0")))
    assert player.get("/phone").status_code == 200
    assert elsewhere.get("/phone").status_code == 404
    assert player.get("/phone", headers={"Host": "desk.example"}).status_code == 404


def test_everybody_is_listed_and_can_be_looked_for(player, control, chat):
    control.say(chat, "hello")
    other = control.create_customer(first_name="Nobody else")
    assert path(chat) in player.get("/phone").text
    found = player.get("/phone?q=nobody").text
    assert str(other) in found
    assert path(chat) not in found


def test_the_chat_of_an_unknown_customer_is_not_found(player, control, chat):
    assert player.get(path(replace(chat, customer=1))).status_code == 404
    assert player.get(path(replace(chat, bot=1))).status_code == 404


def test_a_customer_writes(player, control, chat):
    player.get(path(chat))
    answer = player.post(path(chat, "messages"), {"text": "<b>help</b>"})
    assert (answer.status_code, answer.location) == (303, path(chat))
    assert [m["text"] for m in screen(control, chat)] == ["<b>help</b>"]
    assert "&lt;b&gt;help" in player.get(path(chat)).text


def test_writing_by_htmx_gives_the_thread_alone(player, control, chat):
    player.get(path(chat))
    answer = player.post(path(chat, "messages"), {"text": "help"}, htmx=True)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div id="phone-thread"')
    assert f'id="phone-message-{screen(control, chat)[0]["id"]}"' in answer.text


def test_nothing_is_not_sent(player, control, chat):
    player.get(path(chat))
    assert player.post(path(chat, "messages"), {"text": "  "}).status_code == 422
    assert screen(control, chat) == []


def test_too_much_is_refused_with_a_sentence(player, control, chat):
    player.get(path(chat))
    answer = player.post(path(chat, "messages"), {"text": "x" * 5000}, htmx=True)
    assert answer.status_code == 422
    assert "MESSAGE_TOO_LONG" in answer.text


def test_a_stale_form_is_refused(player, control, chat):
    player.get(path(chat))
    answer = player.post(path(chat, "messages"), {"text": "help", "csrf_token": "old"})
    assert answer.status_code == 400
    assert screen(control, chat) == []


@pytest.mark.parametrize(
    ("upload", "as_file", "kind"),
    [
        (("a.png", "image/png"), "", "photo"),
        (("a.png", "image/png"), "1", "document"),
        (("a.html", "text/html"), "", "document"),
    ],
)
def test_a_file_is_sent_with_its_caption(player, control, chat, upload, as_file, kind):
    player.get(path(chat))
    fields = {"text": "look", "as_file": as_file, "file": (io.BytesIO(PIXEL), *upload)}
    player.post(path(chat, "messages"), fields)
    [message] = screen(control, chat)
    assert (message["text"], message["media"]["kind"]) == ("look", kind)
    assert control.file(int(message["media"]["file"])).content == PIXEL


def test_pictures_are_shown_and_other_files_saved(player, control, chat):
    player.get(path(chat))
    for name, mime in (("a.png", "image/png"), ("a.html", "text/html")):
        file = (io.BytesIO(PIXEL), name, mime)
        player.post(path(chat, "messages"), {"file": file, "as_file": "1"})
    answers = [
        player.get(f"/phone/files/{message['media']['file']}") for message in screen(control, chat)
    ]
    assert [answer.headers["Content-Disposition"] for answer in answers] == ["inline", "attachment"]
    assert [answer.mimetype for answer in answers] == ["image/png", "application/octet-stream"]
    assert all("sandbox" in answer.headers["Content-Security-Policy"] for answer in answers)
    assert player.get("/phone/files/1").status_code == 404


def test_a_message_is_edited_and_deleted(player, control, chat):
    number = control.say(chat, "helo")
    assert "helo" in player.get(path(chat)).text
    player.post(path(chat, "messages", number), {"text": "hello"})
    [message] = screen(control, chat)
    assert message["text"] == "hello"
    assert "edited" in player.get(path(chat)).text
    player.post(path(chat, "messages", number, "deletion"))
    assert screen(control, chat)[0]["deleted"]
    assert "hello" not in player.get(path(chat, "messages")).text


def test_the_words_of_the_bot_cannot_be_edited(player, control, chat):
    number = control.say(chat, "hello") + 1
    past(control, chat, number, "from the desk")
    player.get(path(chat))
    answer = player.post(path(chat, "messages", number), {"text": "mine now"})
    assert answer.status_code == 422


def past(control, chat, number, text):
    reply = {
        "id": number,
        "customer": chat.customer,
        "out": True,
        "text": text,
        "date": 1_700_000_000,
        "picture": None,
    }
    control.remember(chat.bot, number, [reply], [])


def test_both_sides_are_told_apart(player, control, chat):
    number = control.say(chat, "hello")
    past(control, chat, number + 1, "good morning")
    bubbles = re.findall(r'data-mine="(yes|no)"', player.get(path(chat)).text)
    assert bubbles == ["yes", "no"]


def test_a_button_that_is_not_there_is_refused(player, control, chat):
    number = control.say(chat, "hello")
    player.get(path(chat))
    answer = player.post(path(chat, "messages", number, "presses"), {"row": 0, "column": 0})
    assert answer.status_code == 404


def test_the_bot_is_blocked_and_unblocked(player, control, chat):
    control.say(chat, "hello")
    player.get(path(chat))
    assert player.post(path(chat, "block"), {"blocked": "yes"}).status_code == 303
    assert "You have blocked this bot" in player.get(path(chat)).text
    assert control.chat(chat)["blocked"]
    player.post(path(chat, "block"), {"blocked": "no"})
    assert not control.chat(chat)["blocked"]


def test_typing_is_told_to_the_bot(player, control, chat):
    control.say(chat, "hello")
    player.get(path(chat))
    assert player.post(path(chat, "typing")).status_code == 204


def test_a_new_customer_gets_an_empty_chat(player, control, chat):
    player.get("/phone")
    names = {"first_name": "Лена", "language_code": "ru", "bot": chat.bot}
    answer = player.post("/phone/customers", names)
    assert answer.status_code == 303
    page = player.get(answer.location).text
    assert "Лена" in page
    assert 'value="/start"' in page


def test_following_a_chat_answers_when_it_changes(player, control, chat, monkeypatch):
    monkeypatch.setattr(phone, "WAIT_SECONDS", 0)
    control.say(chat, "hello")
    first = player.get(path(chat, "messages"))
    rev = re.search(r'data-rev="(\d+)"', first.text).group(1)
    following = path(chat, "messages") + f"?typing=0&rev={rev}"
    assert player.get(following).status_code == 204
    control.say(chat, "are you there?")
    assert "are you there?" in player.get(following).text


def test_a_telegram_that_is_away_gets_a_sentence(app, control, demo):
    away = Browser(playing(replace(demo, local_control="127.0.0.1:1")))
    answer = away.get("/phone")
    assert answer.status_code == 503
    assert "does not answer yet" in answer.text
