"""Twelve addresses in every disguise: caught is one in which all twelve are."""

from pathlib import Path

import pytest

from support.risk import Matcher, Rule
from tests.risk.disguises import ADDRESSES, CAUGHT, MISSED, told

DOCS = Path(__file__).parents[2] / "docs" / "risk.md"
LISTED = Matcher(Rule(1, "Frozen", "address", one, "block") for one in ADDRESSES)
SHAPES = Matcher(Rule(2, "Any", "shape", one, "confirm") for one in ("trc20", "btc", "erc20"))
# What a checksum cannot confirm: the case of the letters is part of it, and ERC20 has none.
NOT_BY_SHAPE = {
    *("lower case", "upper case", "letters of flags", "letters in squares", "small capitals"),
    *("written backwards", "backwards with spaces"),
}


def caught(matcher, disguise):
    """Return the addresses that are found in this disguise, each as itself."""
    found = set()
    for address in ADDRESSES:
        text, before = told(disguise, address)
        rules = {one.rule.text for one in matcher.scan(text, before=before)}
        if rules & {address, "trc20", "btc", "erc20"}:
            found.add(address)
    return found


def test_there_are_enough_disguises_and_they_disguise():
    assert len(CAUGHT) + len(MISSED) >= 24
    assert len(CAUGHT) >= 22
    plain = [name for name, one in CAUGHT.items() if all(a in told(one, a)[0] for a in ADDRESSES)]
    assert plain == ["inside a link", "glued to other words"]


@pytest.mark.parametrize("name", CAUGHT)
def test_a_listed_address_is_caught(name):
    assert caught(LISTED, CAUGHT[name]) == set(ADDRESSES)


@pytest.mark.parametrize("name", [one for one in CAUGHT if one not in NOT_BY_SHAPE])
def test_an_address_of_nobody_is_caught_by_its_shape(name):
    assert caught(SHAPES, CAUGHT[name]) == set(ADDRESSES)


@pytest.mark.parametrize("name", MISSED)
def test_what_is_missed_is_told(name):
    assert caught(LISTED, MISSED[name]) != set(ADDRESSES), "it is caught: move it"
    assert f"| {name} |" in DOCS.read_text(encoding="utf-8")


def test_every_disguise_is_told_by_name():
    told_of = DOCS.read_text(encoding="utf-8")
    assert [name for name in CAUGHT if name not in told_of] == []
