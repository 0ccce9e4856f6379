"""What somebody does to the log past the desk is found, and the first row of it is named."""

import json

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from support import audit, events
from support.audit.chain import erased
from support.db import commit, db
from support.models import AuditLink, AuditWaiting, Event, EventKind
from tests.audit.conftest import seal, verified
from tests.factories import START, later


def third(log):
    """Return the number of a link amid the chain, and its event's."""
    link = db.session.get_one(AuditLink, log.first + 3)
    return link.number, link.event_id


def test_an_untouched_log_verifies(log):
    found = verified(log.heads())
    assert found.wrong == ""
    assert found.number == log.first + 10
    assert (found.erased, found.unsealed) == (set(), 0)


@pytest.mark.parametrize(
    "change",
    [
        "data = '{}'",
        "data = 'not even JSON'",
        "kind = 'agent.enabled'",
        "by_id = NULL",
        "at = '2020-01-01 00:00:00.000000'",
        "at = 'never'",
        "address = '10.0.0.1'",
        "project_id = 1",
        "salt = 'another'",
    ],
)
def test_a_changed_row_is_named(log, change):
    if ("not even" in change or "never" in change) and "postgresql" in log.url:
        return  # which takes no such value
    number, event = third(log)
    log.break_in(f"UPDATE event SET {change} WHERE id = {event}")
    wrong = verified().wrong
    assert str(event) in wrong or f"link {number}" in wrong
    assert "changed" in wrong


def test_a_removed_row_is_named(log):
    _, event = third(log)
    log.break_in(f"DELETE FROM event WHERE id = {event}")
    assert f"event {event} was removed" in verified().wrong


def test_a_removed_row_with_its_link_is_named(log):
    number, event = third(log)
    log.break_in(
        f"DELETE FROM audit_link WHERE number = {number}", f"DELETE FROM event WHERE id = {event}"
    )
    assert f"link {number} is gone" in verified().wrong


def test_a_changed_link_is_named(log):
    number, _ = third(log)
    log.break_in(f"UPDATE audit_link SET chain = :chain WHERE number = {number}", chain="f" * 64)
    assert f"link {number} " in verified().wrong


def test_a_row_that_was_changed_with_its_digest_is_named(log):
    number, event = third(log)
    row = db.session.get_one(Event, event)
    facts = [getattr(row, name) for name in audit.Sealed._fields]
    forged = audit.digest(audit.Sealed(*facts)._replace(kind="agent.enabled"))
    log.break_in(
        f"UPDATE event SET kind = 'agent.enabled' WHERE id = {event}",
        f"UPDATE audit_link SET digest = '{forged}' WHERE number = {number}",
    )
    assert f"link {number} (of event {event}) was changed" in verified().wrong


def test_a_tail_that_was_cut_is_found_by_the_head_outside(log):
    heads, last = log.heads(), log.first + 10
    event = db.session.get_one(AuditLink, last).event_id
    log.break_in(
        f"DELETE FROM audit_link WHERE number = {last}", f"DELETE FROM event WHERE id = {event}"
    )
    assert verified().wrong == ""  # the database alone cannot know
    assert f"link {last} is gone" in verified(heads).wrong


def test_a_log_that_was_written_anew_is_found_by_the_head_outside(log):
    heads, last = log.heads(), log.first + 10
    event = db.session.get_one(AuditLink, last).event_id
    log.break_in(
        f"DELETE FROM audit_link WHERE number = {last}",
        f"UPDATE event SET kind = 'agent.enabled' WHERE id = {event}",
        f"INSERT INTO audit_waiting (event_id) VALUES ({event})",
    )
    seal()
    assert verified().wrong == ""
    assert f"link {last} is not the one" in verified(heads).wrong


def test_an_event_that_is_hidden_from_the_sealer_is_named(log):
    event = events.record(EventKind.AGENT_ENABLED, by=None, now=START)
    commit()
    assert verified().unsealed == 1
    db.session.execute(text("DELETE FROM audit_waiting"))
    commit()
    assert f"event {event.id} was never linked" in verified().wrong


def test_what_is_no_head_is_said(log):
    assert "this is no head" in verified(["nonsense"]).wrong


@pytest.mark.parametrize("table", ["event", "audit_link", "audit_head"])
def test_the_triggers_refuse(log, table):
    db.session.execute(
        text("INSERT INTO audit_head (day, number, chain, at) VALUES ('2026', 1, 'x', :at)"),
        {"at": "2026-11-02 09:00:00.000000"},
    )
    commit()
    for act in (f"DELETE FROM {table}", f"UPDATE {table} SET {FIELD[table]} = {FIELD[table]}"):
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(text(act))
        db.session.rollback()
    assert verified().wrong == ""


FIELD = {"event": "kind", "audit_link": "digest", "audit_head": "chain"}


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE event SET data = '{}'",
        "UPDATE event SET salt = NULL, kind = 'agent.enabled'",
        "UPDATE event SET salt = NULL, by_id = NULL, address = 'x'",
    ],
)
def test_only_erasing_may_change_a_row(log, act):
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text(act))


def test_a_row_cannot_be_replaced(log):
    number, event = third(log)
    if not log.url.startswith("sqlite"):
        return
    event_columns = "event (id, kind, at, address, data)"
    acts = [
        f"INSERT OR REPLACE INTO {event_columns} VALUES ({event}, 'x', '2020-01-01', '', '{{}}')",
        f"INSERT OR REPLACE INTO audit_link VALUES ({number}, {event}, 'x', 'y')",
        f"INSERT OR REPLACE INTO audit_link VALUES ({number + 900}, {event}, 'x', 'y')",
    ]
    for act in acts:
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(text(act))
        db.session.rollback()


def test_erased_texts_are_gone_and_the_chain_holds(log):
    _, event = third(log)
    heads = log.heads()
    assert audit.erase([event], by=log.desk.olga, now=later(minutes=1), why="asked for") == 1
    commit()
    found = verified(heads)
    assert (found.wrong, found.erased, found.unsealed) == ("", {event}, 1)
    row = db.session.get_one(Event, event, populate_existing=True)
    assert "Mei" not in str(row.data)
    assert row.data["changed"]["name"][1]["deep"][0::3] == [2, True]
    assert row.salt is None
    seal()
    assert verified(heads).wrong == ""
    assert audit.erase([event], by=None, now=later(minutes=2), why="again") == 0


def test_what_is_erased_past_the_desk_is_named(log):
    _, event = third(log)
    row = db.session.get_one(Event, event)
    db.session.execute(
        Event.__table__.update()
        .where(Event.id == event)
        .values(data=erased(row.data, row.salt), salt=None)
    )
    commit()
    assert f"event {event} was erased, and nobody recorded that" in verified().wrong


def test_a_word_cannot_pose_as_an_erased_one(log):
    _, event = third(log)
    row = db.session.get_one(Event, event)
    words = json.dumps(erased(row.data, row.salt))
    log.break_in(f"UPDATE event SET data = :data WHERE id = {event}", data=words)
    assert f"event {event} was changed" in verified().wrong


def test_the_same_word_has_another_digest_in_every_event():
    one, two = (audit.digest(_event(salt)) for salt in ("a" * 32, "b" * 32))
    assert one != two


def _event(salt):
    return audit.Sealed(1, "agent.changed", START, 1, None, None, None, None, "", salt, {"a": "x"})


def test_what_waits_is_what_no_link_holds(log):
    assert db.session.scalars(select(AuditWaiting)).all() == []
    events.record(EventKind.AGENT_ENABLED, by=None, now=START)
    db.session.rollback()
    assert not audit.is_waiting()
    events.record(EventKind.AGENT_ENABLED, by=None, now=START)
    commit()
    assert audit.is_waiting()
    assert audit.state().waiting == 1
    assert audit.seal() == 1
    commit()
    assert audit.state().waiting == 0
