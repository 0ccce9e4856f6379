"""What nobody sees changes no verdict, whatever the text; and no text takes long."""

import random
import sys
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from support.risk import Matcher, Rule
from support.risk.folding import read
from support.risk.shipped import rules
from tests.risk.clean import OWN, messages
from tests.risk.disguises import ADDRESSES, CAUGHT, told

UNSEEN = [
    *("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\xad", "\u180e", "\u034f"),
    *("\u200e", "\u200f", "\u061c", "\u202a", "\u202b", "\u202c", "\u2066", "\u2067", "\u2069"),
    *("\ufe00", "\ufe0f", "\U000e0100", "\U000e0041", "\U000e007f", "\U000e0001", "\x00", "\x1b"),
    *("\u115f", "\u1160", "\u3164", "\uffa0", "\u2800", "\u0301", "\u0336", "\u20e3", "\u2064"),
]
OVERRIDES = ["\u202d", "\u202e"]
LISTS = [
    *rules(),
    *(Rule(9, "Mixed", "word", word, "confirm") for word in ("profit", "пароль", "助记词", "a b")),
    *(Rule(9, "Mixed", "fragment", one, "block") for one in ("T9yD", "11", "oO")),
    *(Rule(9, "Mixed", "address", one, "block") for one in ADDRESSES[::3]),
    *(Rule(9, "Mixed", "shape", one, "confirm") for one in ("link", "phone", "handle")),
]
MATCHER = Matcher(LISTS, OWN)

pieces = st.one_of(
    st.sampled_from([*ADDRESSES, *OWN, OWN[0][:-1] + "8", "T9yD", "profit", "пароль", "助记词"]),
    st.sampled_from(["https://x.com/a%20b", "%54%39yD", "+49 170 1234567", "@someone", "p a s s"]),
    st.sampled_from([" ", "\n", "  ", ". ", "%", "0x", "bc1", "助", "ß", "㎏", "\uff11", "🙂"]),
    st.builds(lambda one, name: told(CAUGHT[name], one)[0], st.sampled_from(ADDRESSES),
              st.sampled_from(sorted(set(CAUGHT) - {"right-to-left override", "override within"}))),
    st.text(max_size=12),
)  # fmt: skip
texts = st.lists(pieces, max_size=6).map("".join)
undirected = texts.filter(lambda text: not set(text) & set(OVERRIDES))


def verdict(text, before=""):
    """Return which rules a text meets, how often each."""
    return sorted((one.rule.kind, one.rule.text) for one in MATCHER.scan(text, before=before))


def inserted(text, places, signs):
    for place, sign in zip(places, signs, strict=False):
        at = place % (len(text) + 1)
        text = text[:at] + sign + text[at:]
    return text


places = st.lists(st.integers(0, 10_000), min_size=1, max_size=8)


@given(undirected, places, st.lists(st.sampled_from(UNSEEN), min_size=8, max_size=8))
@settings(max_examples=300, deadline=None)
@example("T9yD", [2], ["\u200b"] * 8)
@example("%54%39yD", [1, 5], ["\u200b"] * 8)
def test_what_nobody_sees_changes_no_verdict(text, places, signs):
    assert verdict(inserted(text, places, signs)) == verdict(text)


@given(undirected, places, st.lists(st.sampled_from(OVERRIDES), min_size=8, max_size=8))
@settings(max_examples=200, deadline=None)
def test_a_hidden_direction_only_raises_it(text, places, signs):
    changed = verdict(inserted(text, places, signs))
    assert set(verdict(text)) | {("direction", "")} <= set(changed)


@given(undirected)
@settings(max_examples=300, deadline=None)
def test_what_is_told_is_the_place_where_it_stands(text):
    """Alone, each stretch meets its rule again; it begins and ends with a sign that is seen."""
    for one in MATCHER.scan(text):
        stretch = text[one.starts : one.ends]
        again = {other.rule for other in MATCHER.scan(stretch)}
        assert one.rule in again, (stretch, one)
        assert read(stretch[0]).shown.text
        assert read(stretch[-1]).shown.text


@given(texts, texts)
@settings(max_examples=200, deadline=None)
def test_what_was_said_before_takes_nothing_away(text, before):
    alone = {(one.rule, one.ends) for one in MATCHER.scan(text) if one.rule.kind != "lookalike"}
    together = {(one.rule, one.ends) for one in MATCHER.scan(text, before=before)}
    assert {rule for rule, _ in alone} <= {rule for rule, _ in together}
    assert all(0 <= end <= len(text) for _, end in together)


@given(st.text(st.characters(), max_size=200))
@settings(max_examples=300, deadline=None)
def test_every_view_leads_back_to_the_text(text):
    reading = read(text)
    for view in (reading.shown, reading.words, reading.cased, reading.squeezed):
        assert len(view.text) == len(view.at)
        assert all(0 <= at < len(text) for at in view.at)
        assert list(view.at) == sorted(view.at)
    MATCHER.scan(text)


HOSTILE = (
    *("T", "3", "1", "T1", "TA", "1A", "Tz3", "bc1q", "0x", "%54", "a.", "@a", "a-", "-.", "t1t2"),
    *(
        "a ",
        "a b ",
        "+1 ",
        "1-",
        "1 3 ",
        "www.a.",
        "http://",
        "\u202eT",
        "\u202eT1\u202c",
        "\u202e",
    ),
    *(
        "T\u200b",
        "a\u0301",
        "助 ",
        "👩\u200d👩",
        "((",
        " ",
        "\n",
        "%",
        "%5",
        "$1",
        "0",
        "㎏",
        "ﷺ",
        "ﷻ",
    ),
    *("0x" + "a" * 39, "a" * 63 + " ", OWN[0], OWN[0][:12], OWN[3], ADDRESSES[0], "guaranteed "),
)


def random_of(signs):
    return lambda size: "".join(random.Random(size).choices(signs, k=size))


MADE = {
    "ones and threes": random_of("13"),
    "beginnings": random_of("T13\u202e"),
    "base58": random_of(ADDRESSES[0] + ADDRESSES[1]),
    "hexadecimal": random_of("0123456789abcdefx"),
    "all of Unicode": lambda size: "".join(map(chr, range(0xA0, 0xA0 + size))),
    "an override and beginnings": lambda size: "\u202e" + random_of("13")(size - 1),
    "clean messages": lambda size: "\n".join(messages(size // 60))[:size],
    **{repr(one): lambda size, one=one: (one * size)[:size] for one in HOSTILE},
}


def least_ms(matcher, text, enough):
    """Return the least time of ten, or one that is short enough: others use the processor too."""
    least = 1_000.0
    for _ in range(10):
        start = time.process_time()
        matcher.scan(text)
        least = min(least, 1000 * (time.process_time() - start))
        if least <= enough:
            break
    return least


@pytest.fixture(scope="module")
def large():
    draw = random.Random(7)
    words = ("".join(draw.choices("abcdefghijklmnop", k=9)) for _ in range(5_000))
    addresses = ("T" + "".join(draw.choices(ADDRESSES[0], k=33)) for _ in range(5_000))
    more = [
        *(Rule(1, "Words", "word", one, "confirm") for one in words),
        *(Rule(1, "Addresses", "address", one, "confirm") for one in addresses),
    ]
    return Matcher([*LISTS, *more], OWN)


@pytest.mark.parametrize("name", MADE)
def test_no_text_takes_long(large, name):
    """20 ms for a message; five times as much takes no more than five times as long."""
    if sys.gettrace():
        pytest.skip("coverage counts every line: that takes three times as long")
    assert least_ms(large, MADE[name](4_096), 20) <= 20
    assert least_ms(large, MADE[name](20_000), 100) <= 100
