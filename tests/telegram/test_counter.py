"""Telegram's counts: what is applied now, what waits, what is old."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.telegram.counter import Counter


@pytest.fixture
def counter():
    return Counter(10)


def test_the_next_update_is_applied(counter):
    assert counter.offer(11, 1, "a") == ["a"]
    assert counter.value == 11


def test_an_old_update_is_dropped(counter):
    assert counter.offer(10, 1, "a") == []
    assert not counter.has_gap


def test_an_early_update_waits_for_the_missing_one(counter):
    assert counter.offer(12, 1, "b") == []
    assert counter.has_gap
    assert counter.offer(11, 1, "a") == ["a", "b"]
    assert (counter.value, counter.has_gap) == (12, False)


def test_an_update_without_weight_is_applied_at_its_place(counter):
    assert counter.offer(10, 0, "a") == ["a"]


def test_a_reset_drops_what_it_has_passed_and_keeps_what_follows(counter):
    counter.offer(12, 1, "b")
    counter.offer(15, 1, "e")
    counter.offer(17, 1, "g")
    assert counter.reset(14) == ["e"]
    assert (counter.value, counter.has_gap) == (15, True)


def test_a_jump_gives_up_on_the_gap(counter):
    counter.offer(15, 1, "e")
    counter.offer(13, 1, "c")
    assert counter.jump() == ["c", "e"]
    assert (counter.value, counter.has_gap) == (15, False)


@given(st.permutations(range(1, 20)), st.integers(0, 18))
def test_any_order_with_repeats_is_applied_once_and_in_order(order, repeated):
    counter = Counter(0)
    applied = [thing for at in [*order, order[repeated]] for thing in counter.offer(at, 1, at)]
    assert applied == list(range(1, 20))
