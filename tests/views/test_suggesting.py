"""Suggestions: shown above the composer and in the list, taken or dismissed, by who may."""

import pytest

from support import reasons, suggestions, transfer
from support.db import commit, db
from support.models import Conversation, Message, Suggestion
from tests.factories import START, later, person


@pytest.fixture
def case(desk):
    return desk.case("I will call my lawyer", holder=desk.mei)


@pytest.fixture
def raised(desk, case):
    """Give a function that raises a suggestion of a kind."""

    def make(kind="escalate", name="Legal words"):
        reason = reasons.create(desk.wallet, name, by=desk.sun, now=START)
        last = db.session.get(Message, case.last_message_id)
        made = suggestions.propose(case, reason, kind, message=last, phrase="lawyer", now=START)
        commit()
        return made

    return make


def settled(look, suggestion):
    with look() as rows:
        found = rows.get_one(Suggestion, suggestion.id)
        return found.outcome, found.why


def test_the_strip_names_the_reason_the_words_and_the_ways(desk, case, raised, as_):
    one = raised()
    page = as_(desk.mei).get(f"/conversations/{case.id}").text
    strip = page.partition(f'id="suggestion-{one.id}"')[2].partition("</li>")[0]
    assert "Legal words" in strip
    assert "lawyer" in strip
    assert f"/conversations/{case.id}/escalations?reason={one.reason_id}" in strip
    assert "Mark urgent" not in strip
    assert ">Suggestion<" in page.replace("\n", "")


def test_a_supervisor_who_does_not_hold_it_may_dismiss_and_an_auditor_nothing(
    desk, case, raised, as_
):
    one = raised()
    address = f"/conversations/{case.id}"
    strip = as_(desk.sun).get(address).text.partition(f'id="suggestion-{one.id}"')[2]
    assert "/dismissal" in strip
    assert "escalations?reason" not in strip
    assert f'id="suggestion-{one.id}"' not in as_(desk.ada).get(address).text


def test_dismissing_asks_why(desk, case, raised, as_, look):
    one = raised()
    mei, path = as_(desk.mei), f"/conversations/{case.id}/suggestions/{one.id}/dismissal"
    refused = mei.post(path, {"why": " "})
    assert refused.status_code == 422
    assert "Say why this suggestion does not fit" in refused.text
    assert mei.post(path, {"why": "a joke"}).status_code == 303
    assert settled(look, one) == ("dismissed", "a joke")
    again = mei.post(path, {"why": "a joke"}, htmx=True)
    assert again.status_code == 409
    page = mei.get(f"/conversations/{case.id}").text
    assert f'id="suggestion-{one.id}"' not in page
    assert "a joke" in page  # on the timeline


def test_an_urgent_one_is_taken_by_marking_it_so(desk, case, raised, as_, look):
    one = raised("urgent")
    mei, path = as_(desk.mei), f"/conversations/{case.id}/suggestions/{one.id}/urgency"
    assert "Mark urgent" in mei.get(f"/conversations/{case.id}").text
    mei.post(path)
    assert settled(look, one) == ("taken", "")
    with look() as rows:
        assert rows.get_one(Conversation, case.id).tier == "urgent"
    assert "agreed to the suggestion" in mei.get(f"/conversations/{case.id}").text


def test_a_suggestion_of_another_conversation_is_not_there(desk, case, raised, as_):
    one, other = raised(), desk.case(who=person(2, "Other"), holder=desk.mei)
    path = f"/conversations/{other.id}/suggestions/{one.id}"
    mei = as_(desk.mei)
    assert mei.get(path).status_code == 404
    assert mei.post(f"{path}/dismissal", {"why": "no"}).status_code == 404


def test_who_has_lost_the_conversation_neither_sees_nor_settles_it(desk, case, raised, as_, look):
    one = raised()
    transfer.transfer(case, to=desk.ken, by=desk.mei, note="", now=later(minutes=1))
    commit()
    mei, path = as_(desk.mei), f"/conversations/{case.id}/suggestions/{one.id}"
    assert f'id="suggestion-{one.id}"' not in mei.get(f"/conversations/{case.id}").text
    assert mei.get(path).status_code == 409
    assert mei.post(f"{path}/dismissal", {"why": "no"}).status_code == 409
    assert mei.post(f"{path}/urgency").status_code == 409
    assert settled(look, one) == ("", "")
    assert as_(desk.ken).get(f"/conversations/{case.id}").text.count(f"suggestion-{one.id}") == 1


def test_a_raised_one_comes_to_open_pages_with_the_composer(desk, case, raised, as_):
    mei = as_(desk.mei)
    before = case.customer.seq
    one = raised()
    answer = mei.get(
        f"/conversations/{case.id}/messages?after={before}&since=0", headers={"HX-Request": "true"}
    )
    assert f'id="suggestion-{one.id}"' in answer.text


def test_a_repeated_request_says_so(desk, case, raised, as_):
    raised()
    raised("repeat", "Asked again")
    page = as_(desk.mei).get(f"/conversations/{case.id}").text
    assert "The customer asks for the same again:" in page
    assert page.count('class="sb-suggestion"') == 2
