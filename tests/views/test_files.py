"""Files: sent whole, kept apart from the page, given out to be saved and never to be run."""

import gc
import io

import pytest
from PIL import Image
from sqlalchemy import select

from support import messages, transfer
from support.db import commit
from support.live import wire
from support.models import Attachment, Message
from support.queue import OUTBOX
from support.store import Store
from tests.factories import later, say


def picture(kind="PNG", size=(40, 30)):
    data = io.BytesIO()
    Image.new("RGB", size, "red").save(data, kind)
    return data.getvalue()


@pytest.fixture
def case(desk):
    return desk.case(holder=desk.mei)


@pytest.fixture
def mei(as_, desk):
    return as_(desk.mei)


def send(browser, case, *files, text="See this"):
    fields = {"text": text, "files": [(io.BytesIO(data), name) for name, data in files]}
    url = f"/conversations/{case.id}/messages"
    return browser.post(url, fields, htmx=True, content_type="multipart/form-data")


def media(web):
    folder = web.config["SETTINGS"].data / "media"
    return {path for path in folder.rglob("*") if path.is_file()}


def test_a_picture_becomes_a_photo_with_a_preview_of_our_own(case, mei, look):
    assert send(mei, case, ("cat.png", picture())).status_code == 200
    with look() as rows:
        file = rows.scalar(select(Attachment))
        message = rows.scalar(select(Message).where(Message.direction == "out"))
    assert (file.kind, file.width, file.height) == ("photo", 40, 30)
    assert message.text == "See this"
    preview = mei.get(f"/files/{file.id}/preview")
    assert preview.mimetype == "image/jpeg"
    assert Image.open(io.BytesIO(preview.data)).size == (40, 30)


def test_anything_else_is_a_document_under_a_random_name(case, mei, look):
    send(mei, case, ("../../<b>x.html", b"<script>1</script>"))
    with look() as rows:
        file = rows.scalar(select(Attachment))
    assert file.kind == "document"
    assert file.file_name == "<b>x.html"
    assert "html" not in file.path
    page = mei.get(f"/conversations/{case.id}").text
    assert "<b>" not in page.split('id="thread"')[1]


def test_a_file_is_given_out_to_be_saved(case, mei, look):
    send(mei, case, ("page.html", b"<script>1</script>"))
    with look() as rows:
        file = rows.scalar(select(Attachment))
    given = mei.get(f"/files/{file.id}")
    assert given.data == b"<script>1</script>"
    assert given.mimetype == "application/octet-stream"
    assert given.headers["Content-Disposition"].startswith("attachment;")
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in given.headers["Content-Security-Policy"]
    assert "no-store" in given.headers["Cache-Control"]
    assert mei.get(f"/files/{file.id}/preview").status_code == 404


@pytest.mark.parametrize("name", ["a\r\nX-Evil: 1.txt", "a\tb.txt", "a\x85b\u2028.txt", "\n"])
def test_a_name_with_line_breaks_is_given_out_without_them(name, case, mei, web, desk, look):
    media = messages.Media("document", name, "text/plain", 5)
    message = say(desk.wallet, "", kind="document", media=media)
    path, _ = Store(web.config["SETTINGS"].data).keep(io.BytesIO(b"words"), name="a", limit_mb=1)
    messages.fetched(message.attachment, path=path, preview=None, now=later())
    commit()
    given = mei.get(f"/files/{message.attachment.id}")
    assert (given.status_code, given.data) == (200, b"words")
    assert "X-Evil" not in given.headers
    assert given.headers["Content-Disposition"].isprintable()


def test_a_name_that_an_agent_sends_has_no_control_characters(case, mei, look):
    send(mei, case, ("a\0b\x1f.txt", b"words"))
    with look() as rows:
        assert rows.scalar(select(Attachment.file_name)).isprintable()


def test_a_file_of_another_project_is_not_there(case, desk, mei, as_, look):
    send(mei, case, ("a.txt", b"words"))
    with look() as rows:
        file = rows.scalar(select(Attachment.id))
    assert as_(desk.zoe).get(f"/files/{file}").status_code == 404
    assert mei.get("/files/999").status_code == 404


BAD = {"is empty": (b"", 422), "larger than": (b"x" * (51 << 20), 413)}


# The test's own client forgets to close the large body that it sent.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("words", BAD)
def test_nothing_and_too_much_are_refused_and_leave_nothing(words, case, mei, web, look):
    (data, status), before = BAD[words], media(web)
    refused = send(mei, case, ("good.txt", b"good"), ("bad.txt", data))
    assert refused.status_code == status
    assert words in refused.text
    del refused
    gc.collect()
    assert media(web) == before
    with look() as rows:
        assert rows.scalar(select(Attachment)) is None


def test_a_refused_reply_leaves_no_file(case, desk, mei, web):
    transfer.transfer(case, to=desk.ken, by=desk.mei, note="", now=later(minutes=1))
    commit()
    before = media(web)
    assert send(mei, case, ("a.txt", b"words")).status_code == 409
    assert media(web) == before


def test_a_file_that_is_not_here_yet_can_be_asked_for(case, desk, mei, look):
    gone = messages.Media("document", "big.zip", size=30_000_000)
    message = say(desk.wallet, "", kind="document", media=gone)
    commit()
    file = message.attachment
    assert "not fetched yet" in mei.get(f"/conversations/{case.id}").text
    with wire.redis.pubsub(ignore_subscribe_messages=True) as ear:
        ear.subscribe(OUTBOX)
        ear.get_message(timeout=1)
        assert mei.post(f"/files/{file.id}/fetch", htmx=True).status_code == 200
        heard = ear.get_message(timeout=2)
    assert f'"fetch": {file.id}'.encode() in heard["data"]


def test_too_many_files_are_refused_and_none_is_kept(case, mei, web, look):
    before = media(web)
    files = [(f"{number}.txt", b"x") for number in range(11)]
    refused = send(mei, case, *files)
    assert refused.status_code == 422
    assert "10 files at most" in refused.text
    assert media(web) == before
    with look() as rows:
        assert rows.scalar(select(Attachment)) is None
    assert send(mei, case, *files[:10]).status_code == 200
    with look() as rows:
        assert len(rows.scalars(select(Attachment)).all()) == 10
