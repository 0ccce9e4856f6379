"""Projects: one bot each, a sealed token, rules that are recorded when they change."""

import pytest
from sqlalchemy import select

from support import projects, sealing
from support.db import db
from support.models import Event, EventKind
from support.refusals import BadTimezone, BadToken, ProjectNameTaken, TokenOfAnotherBot, TokenTaken
from tests.factories import START, TOKEN, make_project


def test_the_token_is_sealed_and_comes_back(desk, wallet, settings):
    assert TOKEN not in wallet.token_sealed
    assert projects.token_of(wallet, data=settings.data) == TOKEN


def test_the_sealing_key_is_its_owners_alone(desk, settings):
    mode = (settings.data / "sealing_keys").stat().st_mode & 0o777
    assert mode == 0o600
    assert sealing.unseal(settings.data, sealing.seal(settings.data, b"secret")) == b"secret"


def test_one_bot_serves_one_project(desk, wallet, settings):
    with pytest.raises(TokenTaken, match="Wallet"):
        make_project(settings, "Third", bot_id=wallet.bot_id)


def test_a_name_is_used_once(desk, settings):
    with pytest.raises(ProjectNameTaken):
        make_project(settings, "Wallet")


@pytest.mark.parametrize("token", ["", "123", "123456:", "a:b", "123456:short", "1:" + "a" * 35])
def test_what_is_no_token_is_refused(token):
    with pytest.raises(BadToken):
        projects.checked_token(token)


def test_a_change_is_recorded_with_before_and_after(desk, wallet):
    projects.change(wallet, by=desk.sun, now=START, transfer_note="mandatory", name="Wallet")
    db.session.flush()
    event = db.session.scalar(select(Event).where(Event.kind == EventKind.PROJECT_CHANGED))
    assert event.data == {"changed": {"transfer_note": ["optional", "mandatory"]}}


def test_an_unknown_zone_is_refused(desk, wallet):
    with pytest.raises(BadTimezone):
        projects.change(wallet, by=desk.sun, now=START, timezone="Mars/Olympus")


def test_what_is_not_a_rule_is_not_changed(desk, wallet):
    before = wallet.token_sealed
    projects.change(wallet, by=desk.sun, now=START, token_sealed="mine")
    assert wallet.token_sealed == before


def test_another_bots_token_needs_a_project_of_its_own(desk, wallet, settings):
    other = projects.Bot(id=wallet.bot_id + 1, username="other_bot", name="Other")
    with pytest.raises(TokenOfAnotherBot, match="wallet_bot"):
        projects.change_token(wallet, TOKEN, bot=other, data=settings.data, by=desk.olga, now=START)
