"""Several at one conversation: added and sent by one form, the lead asked for and given."""

import pytest

from support import collaboration, conversations
from support.db import commit, utcnow
from tests.shifts import advanced, frontline


@pytest.fixture
def case(desk):
    return desk.case("My money is gone", holder=desk.mei)


def url(case, path):
    return f"/conversations/{case.id}/{path}"


def team(case):
    found = sorted(agent.name for agent in conversations.collaborators(case))
    commit()
    return found


def test_one_form_adds_several_and_sends_others(case, desk, as_):
    collaboration.add(case, desk.ken, by=desk.sun, now=utcnow())
    commit()
    sun = as_(desk.sun)
    form = sun.get(url(case, "collaborators/dialog")).text
    assert f'name="shown" value="{desk.ken.id}"' in form
    assert "Mei" not in form
    assert "Zoe" not in form
    fields = {"agents": [desk.sun.id, desk.olga.id], "shown": [desk.ken.id]}
    assert sun.post(url(case, "collaborators"), fields).status_code == 303
    assert team(case) == ["Olga", "Sun"]


def test_who_joined_since_the_form_was_drawn_stays(case, desk, as_):
    sun = as_(desk.sun)
    collaboration.add(case, desk.ken, by=desk.olga, now=utcnow())
    commit()
    sun.post(url(case, "collaborators"), {"agents": [desk.sun.id]})
    assert team(case) == ["Ken", "Sun"]


def test_only_a_supervisor_adds_and_a_stranger_is_not_there(case, desk, as_):
    refused = as_(desk.mei).post(url(case, "collaborators"), {"agents": [desk.ken.id]})
    assert refused.status_code == 403
    sun = as_(desk.sun)
    assert sun.post(url(case, "collaborators"), {"agents": [desk.zoe.id]}).status_code == 404
    unfit = sun.post(url(case, "collaborators"), {"agents": [desk.ada.id]}, htmx=True)
    assert (unfit.status_code, "Ada cannot take" in unfit.text) == (422, True)
    assert team(case) == []


def test_a_collaborator_asks_and_the_lead_gives(case, desk, as_):
    collaboration.add(case, desk.ken, by=desk.sun, now=utcnow())
    commit()
    ken, mei = as_(desk.ken), as_(desk.mei)
    page = ken.get(f"/conversations/{case.id}").text
    assert "Mei holds this conversation" in page
    assert 'data-quick="lead-requests"' in page
    asked = ken.post(url(case, "lead-requests"), {"after": 0}, htmx=True).text
    assert "You asked for the lead" in asked
    assert "asks for the lead" in mei.get(f"/conversations/{case.id}").text
    given = mei.post(url(case, "lead"), {"agent": desk.ken.id, "after": 0}, htmx=True).text
    assert "Ken holds this conversation" in given
    assert 'data-lock=""' in ken.get(f"/conversations/{case.id}").text
    late = mei.post(url(case, "lead"), {"agent": desk.ken.id}, htmx=True)
    assert late.status_code == 403


def test_giving_the_lead_upward_becomes_an_escalation(case, desk, as_):
    frontline(desk)
    group = advanced(desk)
    collaboration.add(case, desk.sun, by=desk.sun, now=utcnow())
    commit()
    mei = as_(desk.mei)
    turned = mei.post(url(case, "lead"), {"agent": desk.sun.id}, htmx=True)
    assert turned.headers["HX-Retarget"] == "#dialog-body"
    assert 'id="escalation"' in turned.text
    assert f'value="{group.id}" required checked' in turned.text
    assert mei.post(url(case, "lead"), {"agent": desk.sun.id}).status_code == 409


def test_a_collaborator_leaves_and_sees_it_as_it_was(case, desk, as_):
    collaboration.add(case, desk.ken, by=desk.sun, now=utcnow())
    commit()
    left = as_(desk.ken).post(
        url(case, "collaborators/leave"), {"agent": desk.ken.id, "after": 0}, htmx=True
    )
    assert "You left this conversation" in left.text
    assert team(case) == []


def test_somebody_who_is_not_there_cannot_be_sent(case, desk, as_):
    sun = as_(desk.sun)
    for agent, status in ((desk.ken, 409), (desk.mei, 409), (desk.zoe, 404)):
        refused = sun.post(url(case, "collaborators/leave"), {"agent": agent.id}, htmx=True)
        assert refused.status_code == status
