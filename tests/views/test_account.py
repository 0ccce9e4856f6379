"""The account page: an agent settles his own things and sees his own logins."""

import pytest
from sqlalchemy import select

from support import logins
from support.db import utcnow
from support.models import Agent, Login
from tests.factories import PASSWORD

pytestmark = pytest.mark.one_database

NEW = "another long enough secret"


def test_a_name_is_changed(as_, desk, look):
    mei = as_(desk.mei)
    answer = mei.post("/account/name", {"name": "  Mei   Lin 林梅 "})
    assert (answer.status_code, answer.location) == (303, "/account")
    assert "Your name is saved." in mei.get("/account").text
    with look() as rows:
        assert rows.get(Agent, desk.mei.id).name == "Mei Lin 林梅"


def test_a_refused_name_is_kept_in_its_field(as_, desk):
    mei = as_(desk.mei)
    answer = mei.post("/account/name", {"form": "name", "name": "x" * 81})
    assert answer.status_code == 422
    assert "1 to 80 characters" in answer.text
    assert "x" * 81 in answer.text


def test_a_new_password_ends_the_other_logins_and_keeps_this_one(as_, desk, look):
    phone, mei = as_(desk.mei), as_(desk.mei)
    answer = mei.post("/account/password", {"current": PASSWORD, "password": NEW})
    assert answer.status_code == 303
    assert mei.get("/account").status_code == 200
    assert phone.get("/account").status_code == 303
    assert phone.log_in(desk.mei.email, NEW).status_code == 303


def test_a_new_password_needs_the_old_one(as_, desk):
    mei = as_(desk.mei)
    answer = mei.post(
        "/account/password", {"form": "password", "current": "not mine", "password": NEW}
    )
    assert answer.status_code == 422
    assert "That is not your password now" in answer.text
    assert NEW not in answer.text


def test_the_old_password_cannot_be_guessed_for_long(as_, desk):
    mei = as_(desk.mei)
    wrong = {"current": "not mine", "password": NEW}
    tries = [mei.post("/account/password", wrong).status_code for _ in range(11)]
    assert tries == [422] * 10 + [429]


def test_a_language_is_the_agents_own_in_every_browser(as_, desk):
    mei = as_(desk.mei)
    mei.post("/account/language", {"language": "zh"})
    assert '<html lang="zh"' in mei.get("/account").text
    assert '<html lang="zh"' in as_(desk.mei).get("/account").text
    assert '<html lang="en"' in as_(desk.ken).get("/account").text


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_a_theme_is_drawn_by_the_server(as_, desk, theme):
    mei = as_(desk.mei)
    answer = mei.post("/account/theme", {"theme": theme, "next": "/account"})
    assert answer.location == "/account"
    assert f'<html lang="en" class="{theme}">' in mei.get("/account").text
    mei.post("/logout")
    assert f'class="{theme}">' in mei.get("/login").text  # the browser remembers


@pytest.mark.parametrize(("page", "field"), [("language", "language"), ("theme", "theme")])
def test_what_is_not_a_choice_is_refused(as_, desk, page, field):
    answer = as_(desk.mei).post(f"/account/{page}", {field: "klingon", "form": page})
    assert answer.status_code == 422
    assert "is not one of the choices" in answer.text


def test_other_logins_are_ended_at_once(as_, desk):
    phone, mei = as_(desk.mei), as_(desk.mei)
    assert mei.get("/account").text.count("last used") == 2
    mei.post("/account/logins/end")
    assert phone.get("/account").status_code == 303
    assert mei.get("/account").text.count("last used") == 1


def test_one_login_is_ended(as_, desk, look):
    phone, mei = as_(desk.mei), as_(desk.mei)
    with look() as rows:
        first = rows.scalars(select(Login).order_by(Login.id)).first().id
    assert mei.post(f"/account/logins/{first}/end").status_code == 303
    assert phone.get("/account").status_code == 303
    assert mei.get("/account").status_code == 200


def test_nobody_ends_the_login_of_another(as_, desk, look):
    ken, mei = as_(desk.ken), as_(desk.mei)
    with look() as rows:
        kens = rows.scalar(select(Login).where(Login.agent_id == desk.ken.id)).id
    assert mei.post(f"/account/logins/{kens}/end").status_code == 404
    assert ken.get("/account").status_code == 200


def test_a_login_ends_by_itself(as_, desk, look):
    as_(desk.mei)
    with look() as rows:
        login = rows.scalars(select(Login)).one()
        assert logins.is_running(login, now=utcnow())
        assert not logins.is_running(login, now=utcnow() + logins.IDLE)
