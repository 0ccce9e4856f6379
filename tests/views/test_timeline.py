"""The timeline: every deed has its sentence, and names in it are only names."""

import pytest

from support.models import EventKind, Why
from support.views import timeline

pytestmark = pytest.mark.one_database

MARKS = "\u2068\u2069"


def told(kind, by="Mei", **data):
    sentence = timeline.told(kind, by, data)
    return sentence.translate({ord(mark): None for mark in MARKS})


@pytest.fixture(autouse=True)
def english(web):
    with web.test_request_context("/"):
        yield


@pytest.mark.parametrize("kind", EventKind)
@pytest.mark.parametrize("by", ["Mei", ""])
def test_every_deed_has_a_sentence(kind, by):
    sentence = told(kind, by)
    assert sentence
    assert "%" not in sentence


@pytest.mark.parametrize("why", Why)
def test_every_cause_has_its_words(why):
    assert told(EventKind.CONVERSATION_GIVEN, "", to_name="Ken", why=why) != "Given to Ken: "


def test_an_escalation_says_to_whom_and_why():
    sentence = told(EventKind.CONVERSATION_ESCALATED, to_name="Sun", reason="Bot malfunction")
    assert sentence == "Mei escalated this conversation to Sun: Bot malfunction"


def test_a_takeover_says_from_whom():
    sentence = told(EventKind.CONVERSATION_TRANSFERRED, "Sun", move="takeover", from_name="Mei")
    assert sentence == "Sun took this conversation over from Mei"


def test_what_the_desk_did_names_nobody():
    sentence = told(
        EventKind.TIER_RAISED, "", to="urgent", phrase="my lawyer", **{"from": "standard"}
    )
    assert sentence == "The tier rose to Urgent: the customer wrote “my lawyer”"


def test_a_name_cannot_format_the_sentence():
    assert (
        told(EventKind.CONVERSATION_TAGGED, name="%(by)s 100%") == "Mei added the tag %(by)s 100%"
    )
