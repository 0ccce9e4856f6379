"""The projects pages: a checked token, rules, members, and the warning without a supervisor."""

import pytest

from support import people, projects
from support.db import commit, db
from support.models import BotState, Project
from support.refusals import TelegramUnreachable, TokenRefused
from tests.factories import START, TOKEN

pytestmark = pytest.mark.one_database

RULES = {
    "form": "rules",
    "name": "Wallet",
    "timezone": "Asia/Shanghai",
    "transfer_note": "1",
    "agents_see_queue": "1",
    "reopen_hours": "48",
}
FRESH = "987654:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
NEW = {"name": "Ramp", "timezone": "UTC", "token": FRESH}


@pytest.fixture
def telegram(monkeypatch):
    """Answer for Telegram: it knows every token, unless a test says otherwise."""
    known = {"answer": projects.Bot(id=987654, username="ramp_bot", name="Ramp")}

    def ask(token, data):
        if isinstance(known["answer"], Exception):
            raise known["answer"]
        return known["answer"]

    monkeypatch.setattr("support.botcheck.ask", ask)
    return known


def test_a_bot_is_connected(as_, desk, look, telegram, settings):
    olga = as_(desk.olga)
    answer = olga.post("/projects/new", NEW)
    assert answer.status_code == 303
    page = olga.get(answer.location).text
    assert "Ramp answers for @ramp_bot now." in page
    assert FRESH not in page
    with look() as rows:
        project = rows.query(Project).filter_by(name="Ramp").one()
        assert projects.token_of(project, data=settings.data) == FRESH


@pytest.mark.parametrize(
    ("answer", "status"), [(TokenRefused(), 422), (TelegramUnreachable(), 503)]
)
def test_a_refused_token_gets_its_sentence_and_keeps_the_form(
    as_, desk, telegram, look, answer, status
):
    telegram["answer"] = answer
    page = as_(desk.olga).post("/projects/new", NEW)
    assert page.status_code == status
    assert answer.sentence in page.text
    assert f'value="{FRESH}"' in page.text
    assert 'value="Ramp"' in page.text


def test_what_is_no_token_is_refused_without_asking_telegram(as_, desk, telegram):
    telegram["answer"] = AssertionError("nobody is asked")
    page = as_(desk.olga).post("/projects/new", NEW | {"token": "hello"})
    assert page.status_code == 422
    assert "That is not a bot token" in page.text


def test_a_token_used_twice_names_the_project_that_has_it(as_, desk, telegram):
    telegram["answer"] = projects.Bot(id=desk.wallet.bot_id, username="wallet_bot", name="Wallet")
    page = as_(desk.olga).post("/projects/new", NEW)
    assert page.status_code == 422
    assert "The project “Wallet” uses this bot already" in page.text


def test_no_lock_is_held_while_telegram_thinks(as_, desk, monkeypatch):
    def ask(token, data):
        assert not db.session().in_transaction()
        raise TokenRefused

    monkeypatch.setattr("support.botcheck.ask", ask)
    assert as_(desk.olga).post("/projects/new", NEW).status_code == 422


def test_the_bots_state_is_shown_with_its_reason(as_, desk):
    state = db.session.get(BotState, desk.wallet.id)
    state.state, state.reason = "trouble", "Telegram does not know this token any more."
    commit()
    page = as_(desk.sun).get(f"/projects/{desk.wallet.id}").text
    assert "Trouble" in page
    assert "Telegram does not know this token any more." in page


def test_a_supervisor_settles_his_project_and_no_other(as_, desk):
    sun = as_(desk.sun)
    assert sun.get(f"/projects/{desk.wallet.id}").status_code == 200
    assert sun.get(f"/projects/{desk.market.id}").status_code == 404
    assert sun.get("/projects/new").status_code == 403
    listed = sun.get("/projects").text
    assert f'id="project-{desk.wallet.id}"' in listed
    assert f'id="project-{desk.market.id}"' not in listed


def test_agents_settle_nothing_and_auditors_read(as_, desk):
    path = f"/projects/{desk.wallet.id}"
    mei, ada = as_(desk.mei), as_(desk.ada)
    for page in ("/projects", path):
        assert mei.get(page).status_code == 403
        assert ada.get(page).status_code == 200
        assert "Market" not in ada.get(page).text
    for person in (mei, ada):
        assert person.post(path, RULES).status_code == 403


def test_a_reader_is_offered_nothing_to_change(as_, desk):
    path = f"/projects/{desk.wallet.id}"
    said = "You may read these settings and change nothing."
    read, settled = as_(desk.ada).get(path).text, as_(desk.sun).get(path).text
    assert said in read
    assert said not in settled
    assert '<fieldset class="sb-settings" disabled>' in read
    assert '<fieldset class="sb-settings">' in settled
    assert "zoe@" not in read
    assert "Zoe" not in read  # whom he could add is nobody's business who adds nobody


def test_rules_are_saved(as_, desk, look):
    answer = as_(desk.sun).post(f"/projects/{desk.wallet.id}", RULES)
    assert answer.status_code == 303
    with look() as rows:
        wallet = rows.get(Project, desk.wallet.id)
        assert wallet.transfer_note == "mandatory"
        assert wallet.after_transfer == "nothing"
        assert wallet.agents_see_queue
        assert not wallet.earlier_conversations
        assert wallet.reopen_hours == 48


@pytest.mark.parametrize(
    ("field", "value"), [("reopen_hours", "721"), ("reopen_hours", "-1"), ("timezone", "Mars")]
)
def test_a_bad_rule_changes_nothing_and_keeps_the_form(as_, desk, look, field, value):
    answer = as_(desk.sun).post(f"/projects/{desk.wallet.id}", RULES | {field: value})
    assert answer.status_code == 422
    assert f'value="{value}"' in answer.text
    with look() as rows:
        assert rows.get(Project, desk.wallet.id).transfer_note == "optional"


def test_members_come_and_go(as_, desk):
    sun, path = as_(desk.sun), f"/projects/{desk.wallet.id}"
    row = f'id="member-{desk.zoe.id}"'
    sun.post(f"{path}/members", {"agent": desk.zoe.id, "role": "auditor"})
    assert row in sun.get(path).text
    sun.post(f"{path}/members/remove", {"agent": desk.zoe.id})
    assert row not in sun.get(path).text


def test_an_unknown_role_is_refused(as_, desk):
    answer = as_(desk.sun).post(
        f"/projects/{desk.wallet.id}/members",
        {"form": "member", "agent": desk.zoe.id, "role": "king"},
    )
    assert answer.status_code == 422
    assert "is not a role" in answer.text


def test_nobody_changes_his_own_place(as_, desk):
    path = f"/projects/{desk.wallet.id}/members"
    own = {"agent": desk.sun.id, "role": "auditor"}
    assert as_(desk.sun).post(path, own).status_code == 403
    assert as_(desk.sun).post(f"{path}/remove", own).status_code == 403
    assert as_(desk.olga).post(path, own).status_code == 303


def test_only_the_owner_changes_a_token(as_, desk, telegram, look, settings):
    path = f"/projects/{desk.wallet.id}/token"
    telegram["answer"] = projects.Bot(id=desk.wallet.bot_id, username="wallet_bot", name="Wallet")
    assert as_(desk.sun).post(path, {"token": FRESH}).status_code == 403
    assert as_(desk.olga).post(path, {"token": FRESH}).status_code == 303
    with look() as rows:
        wallet = rows.get(Project, desk.wallet.id)
        assert projects.token_of(wallet, data=settings.data) == FRESH != TOKEN


def test_a_project_without_a_supervisor_warns_its_people(as_, desk):
    warning = "Market has no supervisor."
    assert warning in as_(desk.olga).get("/account").text
    assert warning in as_(desk.zoe).get("/account").text
    assert warning not in as_(desk.mei).get("/account").text
    people.add_member(desk.sun, desk.market, "supervisor", by=None, now=START)
    commit()
    assert "no supervisor" not in as_(desk.olga).get("/account").text


def test_the_project_page_costs_the_same_for_every_size(as_, desk, queries):
    sun = as_(desk.sun)
    with queries() as seen:
        sun.get(f"/projects/{desk.wallet.id}")
    assert len(seen) <= 6, seen
