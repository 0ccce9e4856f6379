"""The sealer: nothing is skipped, linked twice or lost; and the heads that are kept outside."""

import json
import multiprocessing
import os
import signal
import threading

import pytest
from sqlalchemy import func, select

from support import audit, events, factory, notices, sweeps
from support.db import commit, db, reading
from support.models import AuditLink, Event, EventKind, StaffLink, StaffMessage, Workspace
from tests.audit.conftest import seal, verified
from tests.conftest import settings_for
from tests.factories import START, later
from tests.services import until

SPAWN = multiprocessing.get_context("spawn")


def deeds(by, count=1):
    for _ in range(count):
        events.record(EventKind.AGENT_ENABLED, by=by, now=START, what="a word")


def counted(table):
    with reading():
        found = db.session.scalar(select(func.count()).select_from(table))
    db.session.rollback()
    return found


def test_a_round_seals_everything(guarded, team):
    deeds(team.mei, 1200)
    commit()
    sweeps.seal(guarded.config["SETTINGS"].data, START)
    assert verified().unsealed == 0
    assert counted(AuditLink) == counted(Event)


def test_an_event_that_commits_late_is_linked_late(guarded, team):
    seal()
    if not factory.database_url(guarded.config["SETTINGS"].database_url).startswith("postgresql"):
        return  # SQLite has one writer: nothing commits late
    with db.engine.connect() as slow:
        event = Event.__table__.insert().values(kind="x", at=START, data={"said": "late"})
        late = slow.execute(event).inserted_primary_key[0]
        deeds(team.mei, 3)
        seal()
        assert audit.state().waiting == 0
        slow.commit()
    assert audit.state().waiting == 1
    seal()
    last = db.session.scalar(select(AuditLink).order_by(AuditLink.number.desc()).limit(1))
    assert last.event_id == late
    assert verified().wrong == ""


def test_concurrent_writers_and_sealers_leave_no_gap(guarded, team):
    before = counted(Event)
    failed = []

    def work(deed):
        try:
            with guarded.app_context():
                for _ in range(20):
                    deed()
                    commit()
        except Exception as error:  # noqa: BLE001 - told below
            failed.append(error)

    db.session.rollback()
    writers = [threading.Thread(target=work, args=(lambda: deeds(None, 3),)) for _ in range(4)]
    sealers = [threading.Thread(target=work, args=(audit.seal,)) for _ in range(2)]
    for thread in [*writers, *sealers]:
        thread.start()
    for thread in [*writers, *sealers]:
        thread.join()
    assert failed == []
    seal()
    found = verified()
    assert (found.wrong, found.unsealed) == ("", 0)
    assert found.number == before + 4 * 20 * 3


def sealing(data, url, redis_url):
    """Seal in small batches without end, in a process of its own."""
    app = factory.build(settings_for(data, url, redis_url))
    with app.app_context():
        while True:
            audit.seal(most=7)
            commit()


@pytest.mark.faults
def test_a_killed_sealer_loses_and_doubles_nothing(guarded, team, redis_url, full):
    settings = guarded.config["SETTINGS"]
    for _ in range(10 if full else 3):
        deeds(team.mei, 400)
        commit()
        db.session.rollback()
        process = SPAWN.Process(
            target=sealing, args=(settings.data, settings.database_url, redis_url)
        )
        process.start()
        until(lambda: waiting() < 300)
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        process.close()
    seal()
    found = verified()
    assert (found.wrong, found.unsealed) == ("", 0)
    assert found.number == counted(Event)


def waiting():
    with reading():
        left = audit.state().waiting
    db.session.rollback()
    return left


def test_the_head_of_a_day_is_kept_once(guarded, team):
    data = guarded.config["SETTINGS"].data
    db.session.scalar(select(Workspace)).timezone = "Asia/Shanghai"
    for now in (START, later(hours=1), later(hours=7), later(hours=8)):  # 17, 18, 24, 1 o'clock
        deeds(team.mei)
        commit()
        sweeps.seal(data, now)
    heads = (data / "audit" / "heads.jsonl").read_text().splitlines()
    assert [json.loads(head)["day"] for head in heads] == ["2026-11-02", "2026-11-03"]
    assert verified(heads).wrong == ""
    assert verified([heads[0].replace('"number": ', '"number": 1')]).wrong != ""


def test_a_head_that_a_crash_kept_back_is_written_later(guarded, team):
    data = guarded.config["SETTINGS"].data
    deeds(team.mei)
    commit()
    audit.seal()
    audit.name(now=START)
    commit()  # and here the power fails
    (data / "audit").mkdir()
    (data / "audit" / "heads.jsonl").write_text('{"day": "2026-11-01", "number": 1, "ch')
    assert audit.keep(data) == 1
    assert audit.keep(data) == 0
    lines = (data / "audit" / "heads.jsonl").read_text().splitlines()
    assert len(lines) == 2
    assert json.loads(lines[1])["day"] == "2026-11-02"


def test_owners_who_linked_an_account_hear_the_head(guarded, team):
    data = guarded.config["SETTINGS"].data
    for agent in (team.olga, team.sun):
        for place in (team.wallet, team.market):
            account = 100 + agent.id
            link = StaffLink(agent_id=agent.id, project_id=place.id, telegram_id=account)
            link.name, link.linked_at = agent.name, START
            db.session.add(link)
    deeds(team.mei)
    commit()
    sweeps.seal(data, START)
    assert counted(StaffMessage) == 0  # nobody has asked for it
    db.session.scalar(select(Workspace)).tells_heads = True
    deeds(team.mei)
    commit()
    sweeps.seal(data, later(days=1))
    told = db.session.scalars(select(StaffMessage)).all()
    assert [(one.agent_id, one.project_id) for one in told] == [(team.olga.id, team.wallet.id)]
    assert audit.state().head.chain in told[0].text
    assert notices.waiting(team.wallet, now=later(days=1)) == [told[0]]
