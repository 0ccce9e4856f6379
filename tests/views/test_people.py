"""The people page: the owner's alone, and never without a last owner."""

import pytest

from support.models import Agent
from tests.factories import PASSWORD

pytestmark = pytest.mark.one_database

NEW = {
    "name": "Lin",
    "email": "lin@desk.example",
    "password": "a long enough secret",
    "role": "member",
}


@pytest.mark.parametrize("path", ["/people", "/people/new", "/people/1"])
def test_people_are_the_owners_business(as_, desk, path):
    for agent in (desk.sun, desk.mei, desk.ada):
        answer = as_(agent).get(path)
        assert answer.status_code == 403
        assert "Your role does not allow this" in answer.text
    assert as_(desk.olga).get(path).status_code in (200, 404)


def test_nobody_makes_himself_an_owner(as_, desk, look):
    mei = as_(desk.mei)
    answer = mei.post(f"/people/{desk.mei.id}", {"name": "Mei", "role": "owner"})
    assert answer.status_code == 403
    with look() as rows:
        assert rows.get(Agent, desk.mei.id).role == "member"


def test_the_owner_adds_a_person_who_may_log_in(as_, desk, browser):
    olga = as_(desk.olga)
    answer = olga.post("/people/new", NEW)
    assert answer.status_code == 303
    assert "Lin may log in now." in olga.get(answer.location).text
    assert browser.log_in("lin@desk.example", NEW["password"]).status_code == 303


def test_a_taken_address_gets_its_sentence_and_keeps_the_form(as_, desk):
    answer = as_(desk.olga).post("/people/new", NEW | {"email": desk.mei.email})
    assert answer.status_code == 422
    assert "exists already" in answer.text
    assert 'value="Lin"' in answer.text
    assert NEW["password"] not in answer.text


def test_the_list_shows_roles_and_who_is_shut_out(as_, desk):
    olga = as_(desk.olga)
    page = olga.get("/people").text
    assert "Wallet · Supervisor" in page
    olga.post(f"/people/{desk.mei.id}/disable")
    assert "Shut out" in olga.get("/people").text


def test_the_list_costs_the_same_for_everybody(as_, desk, queries):
    olga = as_(desk.olga)
    with queries() as seen:
        olga.get("/people")
    assert len(seen) <= 6, seen


def test_who_is_shut_out_is_out_at_once_and_may_come_back(as_, desk, browser):
    olga, mei = as_(desk.olga), as_(desk.mei)
    olga.post(f"/people/{desk.mei.id}/disable")
    assert mei.get("/account").status_code == 303
    assert browser.log_in(desk.mei.email).status_code == 401
    olga.post(f"/people/{desk.mei.id}/enable")
    assert browser.log_in(desk.mei.email).status_code == 303


def test_the_last_owner_stays_one(as_, desk, look):
    olga = as_(desk.olga)
    for path, fields in (
        (f"/people/{desk.olga.id}/disable", {"form": "door"}),
        (f"/people/{desk.olga.id}", {"form": "who", "name": "Olga", "role": "member"}),
    ):
        answer = olga.post(path, fields)
        assert answer.status_code == 422
        assert "This is the last owner" in answer.text
    with look() as rows:
        assert rows.get(Agent, desk.olga.id).is_owner


def test_a_reset_password_ends_every_login(as_, desk, browser):
    olga, mei = as_(desk.olga), as_(desk.mei)
    olga.post(f"/people/{desk.mei.id}/password", {"password": "a long enough secret"})
    assert mei.get("/account").status_code == 303
    assert browser.log_in(desk.mei.email, PASSWORD).status_code == 401
    assert browser.log_in(desk.mei.email, "a long enough secret").status_code == 303


def test_an_unknown_person_is_not_there(as_, desk):
    assert as_(desk.olga).get("/people/999999").status_code == 404


def test_a_hostile_name_is_text(as_, desk):
    olga = as_(desk.olga)
    name = '<script>alert(1)</script> "\u202eevil'
    olga.post(f"/people/{desk.mei.id}", {"name": name, "role": "member"})
    page = olga.get("/people").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
