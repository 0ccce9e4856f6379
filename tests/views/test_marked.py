"""What was met in a text is marked, and nothing in the text can hide it."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from support.models import RiskAttempt, RiskHit
from support.views import marked

HOSTILE = "<b onclick=x>\u202edesrever\u200b T9\u200byD \u2066"


def attempt(text, *spans):
    hits = [
        RiskHit(group_name="Frozen", kind="fragment", word="T9yD", starts=a, ends=b)
        for a, b in spans
    ]
    return RiskAttempt(text=text, hits=hits)


def plain(pieces):
    return "".join(f"[{one.text}]" if one.is_marked else one.text for one in pieces)


def test_overlapping_places_are_one_mark():
    assert plain(marked.whole(attempt("pay to T9yDx now", (7, 11), (9, 12)))) == (
        "pay to [T9yDx] now"
    )


def test_a_place_stands_in_its_context_cut_at_words():
    text = "a " * 60 + "to T9yD please " + "b " * 60
    (met,) = marked.places(attempt(text, (123, 127)))
    said = plain(met.pieces)
    assert said.startswith("…a a")
    assert "to [T9yD] please" in said
    assert said.endswith("b b…")


def test_a_long_word_without_spaces_is_cut():
    (met,) = marked.places(attempt("x" * 500, (200, 204)))
    assert plain(met.pieces) == f"…{'x' * 60}[xxxx]{'x' * 60}…"


def test_one_word_twice_in_one_place_is_told_once():
    (met,) = marked.places(attempt("T9yDT9yD", (0, 4), (4, 8)))
    assert len(met.hits) == 1


def test_what_turns_the_writing_is_named_everywhere_and_what_is_hidden_within_a_mark():
    said = plain(marked.whole(attempt(HOSTILE, (HOSTILE.index("T9"), HOSTILE.index("yD") + 2))))
    assert "⟨U+202E⟩desrever\u200b [T9⟨U+200B⟩yD] ⟨U+2066⟩" in said
    assert said.startswith("<b onclick=x>")  # escaped where it is drawn


@pytest.mark.parametrize("shape", [*marked.SHAPES, "unheard-of"])
def test_every_shape_has_its_words(shape):
    assert marked.kind_of(RiskHit(kind="shape", word=shape))


@given(
    some.text(alphabet="ab \u202e\u200b<&", max_size=200),
    some.lists(some.tuples(some.integers(0, 200), some.integers(0, 200)), max_size=4),
)
def test_no_letter_is_lost(text, spans):
    spans = [(min(a, len(text)), min(max(a, b), len(text))) for a, b in spans]
    pieces = marked.pieces(text, spans)
    visible = "".join(one.text for one in pieces)
    assert [c for c in visible if c in "ab <&"] == [c for c in text if c in "ab <&"]
    assert "\u202e" not in visible
