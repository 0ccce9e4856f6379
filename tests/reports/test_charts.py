"""Charts: every mark stands for its value, on a scale that ends with a round number."""

from itertools import pairwise

import pytest

from support.views.reports.charts import Chart, Series, nice

LABELS = [f"day {number}" for number in range(5)]


@pytest.mark.parametrize(
    ("value", "above"),
    [(0, 1), (1, 1), (3, 4), (37, 40), (41, 50), (51, 80), (99, 100), (0.3, 0.4)],
)
def test_a_scale_ends_with_a_round_number(value, above):
    assert nice(value) == pytest.approx(above)


@pytest.mark.parametrize("lines", [False, True])
def test_the_heights_add_up_to_the_table(lines):
    one, two = [3, 0, 17, 4, 9], [1, 2, None, 4, 5]
    chart = Chart("t", LABELS, [Series("a", one), Series("b", two)], "days", lines=lines)
    found = [(mark.series, mark.title, round(chart.value(mark), 6)) for mark in chart.marks]
    assert sum(value for series, _title, value in found if series == 0) == sum(one)
    assert sum(value for series, _title, value in found if series == 1) == 12
    assert (1, "day 2") not in [(series, title) for series, title, _value in found]


def test_a_line_is_broken_by_a_gap():
    chart = Chart("t", LABELS, [Series("a", [1, 2, None, 4, 5])], "days", lines=True)
    assert len(chart.strokes) == 2


def test_bars_of_one_day_stand_beside_each_other():
    chart = Chart("t", LABELS, [Series("a", [1] * 5), Series("b", [1] * 5)], "days")
    marks = sorted(chart.marks, key=lambda mark: mark.x)
    pairs = pairwise(marks)
    assert all(left.x + left.width <= right.x + 0.001 for left, right in pairs)


def test_nothing_has_no_marks_and_divides_nothing():
    assert Chart("t", [], [Series("a", [])], "days").marks == []
    assert Chart("t", ["a"], [Series("a", [None])], "days").named
