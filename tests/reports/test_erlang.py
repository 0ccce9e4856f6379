"""Erlang C against published tables, and against its own laws."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.reports.erlang import Load, blocked, mean_wait, needed, waits, within


# Erlang B, from the table every textbook prints: offered traffic at which so much is blocked.
@pytest.mark.parametrize(
    ("agents", "erlangs", "share"),
    [
        *((1, 0.0101, 0.01), (2, 0.153, 0.01), (5, 1.36, 0.01), (10, 4.46, 0.01)),
        *(
            (20, 12.03, 0.01),
            (100, 84.1, 0.01),
            (5, 2.22, 0.05),
            (10, 6.22, 0.05),
            (50, 44.5, 0.05),
        ),
    ],
)
def test_the_table_of_blocking(agents, erlangs, share):
    assert blocked(agents, erlangs) == pytest.approx(share, rel=0.02)


# Erlang C: the well-known example of 10 erlangs, and one agent (the share that waits is A).
@pytest.mark.parametrize(
    ("agents", "erlangs", "share"),
    [
        *((1, 0.3, 0.3), (2, 1.0, 1 / 3), (3, 2.0, 4 / 9), (11, 10.0, 0.6821)),
        *((12, 10.0, 0.4494), (13, 10.0, 0.2853), (14, 10.0, 0.1741), (15, 10.0, 0.1020)),
    ],
)
def test_the_table_of_waiting(agents, erlangs, share):
    assert waits(agents, erlangs) == pytest.approx(share, abs=0.0006)


def test_a_desk_of_the_textbooks():
    """100 calls in half an hour of 3 minutes each, 80 % within 20 seconds: 14 agents."""
    load = Load(arrivals=200, handling=180)
    assert load.erlangs == 10
    assert needed(load, seconds=20, share=0.8) == 14
    assert within(13, load, 20) == pytest.approx(0.7956, abs=0.001)
    assert within(14, load, 20) == pytest.approx(0.8884, abs=0.001)
    assert mean_wait(14, load) == pytest.approx(7.83, abs=0.05)


def test_two_at_a_time_are_half_the_work():
    assert Load(200, 180, concurrency=2).erlangs == 5


def test_nobody_comes_and_nobody_is_needed():
    assert needed(Load(0, 180), seconds=20, share=0.8) == 0
    assert within(0, Load(0, 180), 20) == 1


def test_too_few_wait_for_ever():
    assert mean_wait(10, Load(200, 180)) == math.inf
    assert within(10, Load(200, 180), 20) == 0


@given(st.floats(0.1, 2_000), st.floats(1, 3_600), st.floats(0, 3_600), st.floats(0.01, 0.99))
def test_needed_is_the_fewest(arrivals, handling, seconds, share):
    load = Load(arrivals, handling)
    agents = needed(load, seconds=seconds, share=share)
    assert within(agents, load, seconds) >= share
    assert agents == 1 or within(agents - 1, load, seconds) < share
