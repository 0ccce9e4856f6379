"""Telegram's way of counting."""

from hypothesis import given
from hypothesis import strategies as st

from support import utf16


def test_an_emoji_counts_twice():
    assert utf16.length("a👍") == 3


@given(st.text(max_size=400), st.integers(min_value=4, max_value=40))
def test_parts_fit_and_lose_nothing_but_space(text, limit):
    parts = utf16.split(text, limit)
    assert all(0 <= utf16.length(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(st.text(max_size=100))
def test_length_is_what_utf16_says(text):
    clean = text.encode("utf-16-le", "surrogatepass")
    assert utf16.length(text) == len(clean) // 2


def test_it_is_cut_at_a_word():
    assert utf16.split("hello wide world", 11) == ["hello wide", "world"]
