"""The control API: its manners, and the page of the phone."""

import asyncio
import http.client
import threading
from pathlib import Path

from pyrogram.raw import functions

from support.telegram.local import run_in_thread
from tests.telegram.local.town import SECRET, Place, Town


def test_it_opens_by_its_secret_only(place: Place) -> None:
    assert place.town.raw("GET", "/bots", secret="guess")[0] == 401
    assert place.town.raw("GET", "/bots")[0] == 200


def test_nonsense_is_answered_by_a_sentence(place: Place) -> None:
    nobody = {"bot": place.bot, "customer": 1}
    for method, path, body, status in [
        ("GET", "/nowhere", None, 404),
        ("POST", "/bots", b"{", 400),
        ("POST", "/bots", {}, 400),
        ("POST", "/bots", [], 400),
        ("POST", "/messages", {**nobody, "text": "x"}, 404),
        ("POST", "/messages", {**place.chat, "text": ""}, 400),
        ("POST", "/messages", {**place.chat, "text": "x", "entities": [{"type": "loud"}]}, 400),
        ("POST", "/edit", {**place.chat, "id": 99, "text": "x"}, 404),
        ("POST", "/press", {**place.chat, "id": 1, "button": [0, 0]}, 404),
        ("POST", "/media", {**place.chat, "kind": "elephant"}, 400),
        ("GET", "/files/1", None, 404),
    ]:
        answer, text = place.town.raw(method, path, body)
        assert (answer, text[:10]) == (status, b'{"error": '), (path, text)


def test_a_customer_is_listed_with_his_chats(place: Place) -> None:
    place.say("latest")
    (mine,) = [one for one in place.town.get("/customers") if one["id"] == place.customer]
    assert (mine["first_name"], mine["username"], mine["language_code"]) == ("Ada", "ada", "en")
    (chat,) = mine["chats"]
    assert (chat["bot"], chat["last"]["text"], chat["blocked"]) == (place.bot, "latest", False)


def test_history_can_be_dated(place: Place) -> None:
    place.say("long ago", date=1_700_000_000)
    assert place.messages()[-1]["date"] == 1_700_000_000


def test_the_same_bot_is_not_made_twice(place: Place) -> None:
    given = {"username": "same_bot", "name": "Same"}
    first = place.town.post("/bots", **given)
    assert place.town.post("/bots", **given) == first
    other = {**given, "token": "7:" + "x" * 30}
    assert place.town.raw("POST", "/bots", other)[0] == 400


def test_a_phone_waits_for_what_changes(place: Place) -> None:
    first = place.town.get("/chat", **place.chat)
    twin = Town(place.town.folder)
    twin.control_port = place.town.control_port
    later = threading.Timer(0.2, lambda: twin.post("/messages", **place.chat, text="new"))
    later.start()
    second = place.town.get("/chat", **place.chat, rev=first["rev"], wait=10)
    later.join()
    twin.close()
    assert [message["text"] for message in second["messages"]] == ["new"]
    place.town.post("/edit", **place.chat, id=1, text="changed")
    third = place.town.get("/chat", **place.chat, rev=second["rev"], wait=10)
    assert [message["text"] for message in third["messages"]] == ["changed"]
    nothing = place.town.get("/chat", **place.chat, rev=third["rev"], wait=0.1)
    assert (nothing["messages"], nothing["rev"]) == ([], third["rev"])
    tail = place.town.get("/chat", **place.chat, after=1)
    assert [message["text"] for message in tail["messages"]] == ["new"]


def test_a_blocked_bot_is_not_written_to(place: Place) -> None:
    place.town.post("/block", **place.chat)
    assert place.town.raw("POST", "/messages", {**place.chat, "text": "x"})[0] == 400
    assert place.town.get("/chat", **place.chat)["blocked"] is True


def test_the_past_is_written_without_a_sound(place: Place) -> None:
    spoken = {"customer": place.customer, "date": 1_700_000_000}
    given = {"bot": place.bot, "upto": 100, "pictures": []}
    given["messages"] = [
        {**spoken, "id": 10, "out": False, "text": "long ago"},
        {**spoken, "id": 11, "out": True, "text": "and answered"},
    ]
    before = place.ledger()
    assert place.town.call("POST", "/history", given) == {"remembered": 2}
    assert place.town.call("POST", "/history", given) == {"remembered": 0}
    assert place.ledger() == before
    assert [message["id"] for message in place.messages()] == [1, 10, 11]
    assert place.say("now") == 101


def test_a_batch_is_all_or_nothing(place: Place) -> None:
    bad = [{**place.chat, "text": "good"}, {**place.chat, "text": "x" * 5000}]
    assert place.town.raw("POST", "/messages/batch", bad)[0] == 400
    assert len(place.messages()) == 1


def test_it_runs_in_a_thread(tmp_path: Path) -> None:
    handle = run_in_thread(tmp_path, 0, 0, SECRET)
    town = Town(tmp_path)
    town.port, town.control_port = handle.port, handle.control_port
    place = Place(town, 1)

    async def story() -> None:
        async with place.online() as client:
            await client.invoke(place.message("from a thread", 1))
            await client.invoke(functions.updates.GetState())

    asyncio.run(story())
    assert place.sent() == ["from a thread"]
    town.close()
    handle.stop()
    try:
        http.client.HTTPConnection("127.0.0.1", handle.control_port, timeout=1).connect()
    except OSError:
        return
    raise AssertionError("it still listens")
