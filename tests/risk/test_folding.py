"""What one sign is read as, and the way back from a view to the text."""

import sys
import unicodedata

import pytest

from support.risk.folding import read
from support.risk.signs import folded, lookalikes

EVERY = [chr(code) for code in range(sys.maxunicode + 1)]


def test_what_looks_like_ascii_becomes_letters_and_digits():
    table = lookalikes()
    assert len(table) > 800
    for sign, letters in table.items():
        assert not sign.isascii() or sign == "\0", hex(ord(sign))
        assert letters in {".", "-", "'"} or (letters.isascii() and letters.isalnum()), letters


def test_ascii_is_read_as_it_is():
    for sign in map(chr, range(0x20, 0x7F)):
        assert folded(sign) == sign


@pytest.mark.parametrize(
    ("sign", "letters"),
    [
        *(("\u0410", "A"), ("\u0430", "a"), ("\u0406", "I"), ("\u04cf", "i"), ("\u0399", "I")),
        *(("\uff34", "T"), ("\U0001d413", "T"), ("\u24c9", "T"), ("\U0001f183", "T")),
        *(("\U0001f1f9", "T"), ("\u1d1b", "T"), ("\u20ae", "T"), ("\u2075", "5"), ("\u2779", "4")),
        *(("\u0665", "5"), ("\u00df", "ss"), ("\u00f8", "o"), ("\u0142", "l"), ("\u338f", "kg")),
        *(("\u2019", "'"), ("\u2014", "-"), ("\u3002", "."), ("\u00a0", " "), ("\n", " ")),
        *(("\u8ce3", "\u5356"), ("\ufdfa", "\ufdfa"), ("\U0001f600", "\U0001f600")),
    ],
)
def test_signs(sign, letters):
    assert folded(sign) == letters


def test_signs_that_are_not_seen_are_dropped():
    unseen = [sign for sign in EVERY if unicodedata.category(sign) in ("Cf", "Mn", "Me", "Cs")]
    ranges = (range(0xFE00, 0xFE10), range(0xE0000, 0xE1000), range(0xFFF0, 0xFFF9))
    unseen += [chr(code) for one in ranges for code in one]
    unseen += ["\u115f", "\u1160", "\u2065", "\u2800", "\u3164", "\uffa0", "\0", "\x7f"]
    assert len(unseen) > 6_000
    assert [hex(ord(sign)) for sign in unseen if folded(sign)] == []


def test_in_one_case_a_text_has_as_many_signs():
    grown = [sign for sign in EVERY if len(folded(sign).casefold()) != len(folded(sign))]
    assert grown == []


def test_every_view_leads_back():
    text = "A\u200b \n ㎏-ß 助 记"
    reading = read(text)
    assert reading.shown.text == "A   kg-ss 助 记"
    assert reading.words.text == "a kg-ss 助记"
    assert [text[at] for at in reading.words.at] == list("A ㎏㎏-ßß 助记")
    assert reading.phrases.text == "a kg ss 助记"
    assert reading.cased.text == "Akgss"
    assert [text[at] for at in reading.squeezed.at] == list("A㎏㎏ßß")
    assert read("OIl0").squeezed.text == "0110"
