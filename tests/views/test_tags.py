"""Tags: a project's list in its settings, put on and taken off on the session page, filtered by."""

import re

import pytest
from sqlalchemy import select

from support import tags, transfer
from support.db import commit
from support.models import Tag, Tagging
from tests.factories import START, later, person
from tests.views.test_inbox import names


@pytest.fixture
def refund(desk, wallet, sun):
    tag = tags.create(wallet, "Refund", colour="red", by=sun, now=START)
    commit()
    return tag


@pytest.fixture
def case(desk):
    return desk.case(who=person(1, "Maria"), holder=desk.mei)


def worn(look, case):
    rows = select(Tag.name).join(Tagging).where(Tagging.conversation_id == case.id)
    with look() as found:
        return set(found.scalars(rows.where(Tagging.ended_at.is_(None))))


def test_a_supervisor_keeps_the_list(desk, wallet, as_, look):
    sun, path = as_(desk.sun), f"/projects/{wallet.id}/tags"
    assert sun.post(path, {"form": "new", "name": "Bug", "colour": "teal"}).status_code == 303
    assert "Bug" in sun.get(path).text
    with look() as rows:
        tag = rows.scalars(select(Tag)).one()
    sun.post(f"{path}/{tag.id}", {"form": f"tag-{tag.id}", "name": "Bugs", "colour": "red"})
    page = sun.get(path).text
    assert "Bugs" in page
    assert 'data-colour="red"' in page
    sun.post(f"{path}/{tag.id}/removal", {"form": "remove"})
    assert "Bugs" not in re.sub(r"(?s)<div id=\"toasts.*?</div>", "", sun.get(path).text)


def test_a_taken_name_is_refused_in_its_form_with_what_was_typed(desk, wallet, refund, as_):
    path = f"/projects/{wallet.id}/tags"
    fields = {"form": "new", "name": " refund ", "colour": "blue"}
    response = as_(desk.sun).post(path, fields)
    assert response.status_code == 422
    assert "A tag named “refund” exists already." in response.text
    assert 'value=" refund "' in response.text
    assert re.search(r'value="blue" checked', response.text)


def test_a_supervisor_of_another_project_finds_nothing(desk, wallet, refund, as_):
    path = f"/projects/{desk.market.id}/tags/{refund.id}"
    assert as_(desk.sun).get(f"/projects/{desk.market.id}/tags").status_code == 404
    assert as_(desk.olga).post(path, {"name": "Stolen"}).status_code == 404
    assert as_(desk.olga).post(f"{path}/removal").status_code == 404


def test_tags_are_ticked_and_cleared(desk, refund, case, as_, look):
    bug = tags.create(desk.wallet, "Bug", by=desk.sun, now=START)
    tags.put(case, bug, by=desk.sun, now=START)
    commit()
    mei, path = as_(desk.mei), f"/conversations/{case.id}/tags"
    form = mei.get(path).text
    assert re.search(rf'value="{bug.id}" checked', form)
    mei.post(path, {"had": str(bug.id), "tag": str(refund.id)})
    assert worn(look, case) == {"Refund"}


def test_what_a_colleague_did_meanwhile_stays(desk, refund, case, as_, look):
    mei, path = as_(desk.mei), f"/conversations/{case.id}/tags"
    mei.get(path)
    tags.put(case, refund, by=desk.sun, now=START)
    commit()
    mei.post(path, {})
    assert worn(look, case) == {"Refund"}


def test_the_page_says_who_put_it_there_and_when(desk, refund, case, as_):
    tags.put(case, refund, by=desk.sun, now=START)
    commit()
    page = as_(desk.mei).get(f"/conversations/{case.id}").text
    assert "Sun, 2 Nov 2026, 09:00" in page
    assert f"/conversations/{case.id}/tags/{refund.id}/removal" in page


def test_who_has_lost_the_conversation_sees_none_of_its_tags(desk, refund, case, as_):
    transfer.transfer(case, to=desk.ken, by=desk.mei, note="", now=later(minutes=1))
    tags.put(case, refund, by=desk.ken, now=later(minutes=2))
    commit()
    mei, address = as_(desk.mei), f"/conversations/{case.id}"
    assert "Refund" not in mei.get(address).text
    assert mei.get(f"{address}/tags").status_code == 409
    assert mei.post(f"{address}/tags/{refund.id}/removal").status_code == 409
    assert "Refund" in as_(desk.ken).get(address).text


def test_another_projects_tag_is_not_there(desk, case, as_, look):
    foreign = tags.create(desk.market, "Foreign", by=desk.olga, now=START)
    commit()
    mei, path = as_(desk.mei), f"/conversations/{case.id}/tags"
    assert mei.post(path, {"tag": str(foreign.id)}).status_code == 404
    assert mei.post(f"{path}/{foreign.id}/removal").status_code == 404
    assert worn(look, case) == set()


def test_rows_wear_their_tags_by_name(desk, refund, case, as_):
    bug = tags.create(desk.wallet, "Bug", by=desk.sun, now=START)
    for tag in (refund, bug):
        tags.put(case, tag, by=desk.sun, now=START)
    commit()
    row = as_(desk.mei).get("/").text.partition('id="row-')[2]
    assert re.findall(r'sb-tag" data-colour="(\w+)"><bdi>(\w+)<', row)[:2] == [
        ("grey", "Bug"),
        ("red", "Refund"),
    ]


def test_the_list_is_narrowed_by_tag_in_the_address(desk, refund, case, as_):
    desk.case(who=person(2, "Other"), holder=desk.mei)
    tags.put(case, refund, by=desk.sun, now=START)
    commit()
    mei = as_(desk.mei)
    assert set(names(mei.get("/"))) == {"Maria", "Other"}
    page = mei.get(f"/?tag={refund.id}")
    assert names(page) == ["Maria"]
    assert "Not only Refund" in page.text
    assert f"/?tag={refund.id}" in mei.get("/filters").text
    assert names(mei.get(f"/rows?tag={refund.id}")) == ["Maria"]


def test_a_foreign_tag_is_no_filter_and_has_no_name(desk, case, as_):
    foreign = tags.create(desk.market, "Foreign", by=desk.olga, now=START)
    commit()
    page = as_(desk.mei).get(f"/?tag={foreign.id}")
    assert names(page) == []
    assert "Foreign" not in page.text
    assert "Foreign" not in as_(desk.mei).get("/filters").text


def test_a_rename_to_a_taken_name_gets_its_sentence(as_, desk):
    sun, path = as_(desk.sun), f"/projects/{desk.wallet.id}/tags"
    made = [tags.create(desk.wallet, one, by=desk.olga, now=START) for one in ("Bug", "Refund")]
    commit()
    form = {"form": f"tag-{made[1].id}", "name": "Bug", "colour": "grey"}
    page = sun.post(f"{path}/{made[1].id}", form)
    assert page.status_code == 422
    assert "A tag named “Bug” exists already." in page.text
