"""Who looked at whose conversation: written down before anything is shown, by whichever door."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from support import messages, viewing
from support.db import commit, db
from support.models import Attachment, Event, EventKind
from tests.factories import START, later, say
from tests.views.conftest import as_, browser, look, web

__all__ = ["as_", "browser", "look", "web"]  # fixtures


@pytest.fixture
def case(desk):
    return desk.case(holder=desk.mei)


@pytest.fixture
def looks(look):
    """Return who looked at what by which door, as it is written down."""

    def listed():
        with look() as rows:
            viewed = select(Event).where(Event.kind == EventKind.CONVERSATION_VIEWED)
            found = rows.scalars(viewed.order_by(Event.id)).all()
            return [(one.by.name, one.conversation_id, one.data["door"]) for one in found]

    return listed


def test_the_holders_own_look_costs_nothing(case, desk, as_, looks, queries):
    mei = as_(desk.mei)
    with queries() as seen:
        mei.get(f"/conversations/{case.id}")
    assert not [one for one in seen if "event.kind" in one and "event.at >" in one]
    assert looks() == []


DOORS = {
    "conversations.page": "/conversations/{case}",
    "conversations.session": "/conversations/{case}/session",
    "conversations.messages": "/conversations/{case}/messages?after=0&since=0",
    "promises.page": "/conversations/{case}/clocks",
    "files.whole": "/files/{file}",
    "files.preview": "/files/{file}/preview",
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("who", ["sun", "olga", "ada"])
def test_a_colleagues_look_is_written_down_by_every_door(door, who, case, desk, as_, looks):
    media = messages.Media("photo", "receipt.jpg", "image/jpeg", 9)
    receipt = say(desk.wallet, "", kind="photo", media=media)
    file = db.session.scalar(select(Attachment).where(Attachment.message_id == receipt.id))
    messages.fetched(file, path="0/none", preview="0/none", now=START)
    commit()
    agent = getattr(desk, who)
    as_(agent).get(DOORS[door].format(case=case.id, file=file.id))
    assert looks() == [(agent.name, case.id, door)]


def test_an_earlier_stretch_is_a_look(case, desk, as_, looks):
    as_(desk.sun).get(f"/conversations/{case.id}/messages?before=99")
    assert looks() == [("Sun", case.id, "conversations.messages")]


def test_what_waits_in_a_queue_is_looked_at_by_name(desk, as_, looks):
    waiting = desk.case()
    as_(desk.ken).get(f"/conversations/{waiting.id}")
    assert looks() == [("Ken", waiting.id, "conversations.page")]


def test_live_updates_add_nothing(case, desk, as_, looks):
    sun = as_(desk.sun)
    for _ in range(3):
        sun.get(f"/conversations/{case.id}")
        sun.get(f"/conversations/{case.id}/messages?after=0&since=0")
    assert len(looks()) == 1


def test_the_answer_to_a_deed_is_a_look_too(case, desk, as_, looks):
    fields = {"expected": desk.mei.id, "after": 0, "since": 0}
    as_(desk.olga).post(f"/conversations/{case.id}/tags", fields, htmx=True)
    assert [one[:2] for one in looks()] in ([], [("Olga", case.id)])
    as_(desk.sun).post(f"/conversations/{case.id}/takeover", fields, htmx=True)
    assert "Sun" not in [one[0] for one in looks()]  # he holds it now: the takeover is his event


def test_ten_minutes_later_it_is_another_look(case, desk):
    for minutes, known in ((0, False), (9, True), (11, False)):
        assert viewing.lately(case, by=desk.sun, now=later(minutes=minutes)) is known
        if not known:
            viewing.look_at(case, by=desk.sun, door="x", now=later(minutes=minutes))
    commit()


def test_who_may_not_see_it_leaves_nothing(case, desk, as_, looks):
    assert as_(desk.zoe).get(f"/conversations/{case.id}").status_code == 404
    assert looks() == []


def test_what_cannot_be_written_down_is_not_shown(case, desk, as_, looks, monkeypatch):
    def fails(*_args, **_others):
        raise OperationalError("INSERT", None, Exception("disk I/O error"))

    say(desk.wallet, "a secret of Maria's")
    commit()
    sun = as_(desk.sun)
    with monkeypatch.context() as patch:
        patch.setattr(viewing, "look_at", fails)
        for path in DOORS.values():
            if "file" not in path:
                answer = sun.get(path.format(case=case.id))
                assert answer.status_code == 503
                assert "a secret of" not in answer.text
    assert "a secret of" in sun.get(f"/conversations/{case.id}").text
    assert len(looks()) == 1


def test_the_address_of_who_asked_is_kept(case, desk, as_, look):
    sun = as_(desk.sun)
    sun.client.environ_base["REMOTE_ADDR"] = "2001:DB8::1"
    sun.get(f"/conversations/{case.id}")
    sun.client.environ_base["REMOTE_ADDR"] = "<script>"
    sun.post(f"/conversations/{case.id}/notes", {"text": "hello", "client_key": "k"})
    with look() as rows:
        kinds = (EventKind.CONVERSATION_VIEWED, EventKind.NOTE_WRITTEN)
        found = rows.scalars(select(Event.address).where(Event.kind.in_(kinds)).order_by(Event.id))
        assert found.all() == ["2001:db8::1", ""]
