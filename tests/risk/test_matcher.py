"""The matcher: words, addresses, fragments and shapes, what is exempt, and what is told."""

import pytest

from support.risk import Matcher, Rule, is_findable
from tests.risk.clean import OWN
from tests.risk.disguises import ADDRESSES

TRON, ERC20 = OWN[0], OWN[4]
FOREIGN = ADDRESSES[0]


def rules(kind, *texts, action="confirm"):
    return [Rule(1, "Care", kind, text, action) for text in texts]


def met(kind, rule, text, **more):
    """Return the stretches of a text that one rule meets."""
    return [text[one.starts : one.ends] for one in Matcher(rules(kind, rule)).scan(text, **more)]


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [
        ("profit", "Sure PROFIT, today", ["PROFIT"]),
        ("profit", "a profitable day", []),
        ("profit", "nonprofit", []),
        ("profit", "_profit_ (profit)", ["profit", "profit"]),
        ("sure profit", "sure \n\n profit", ["sure \n\n profit"]),
        ("sure profit", "sure_profit, sure - profit", ["sure_profit", "sure - profit"]),
        ("risk-free gain", "Risk free... GAIN", ["Risk free... GAIN"]),
        ("you can't lose", "you can\u2019t\U0001f600lose", ["you can\u2019t\U0001f600lose"]),
        ("sure profit", "sureprofit", []),
        ("fail", "all things fall", []),
        ("password", "p a s s w o r d", ["p a s s w o r d"]),
        ("password", "my p-a-s-s-w-o-r-d.", ["p-a-s-s-w-o-r-d"]),
        ("password", "p@ssw0rd or pa55word", ["p@ssw0rd", "pa55word"]),
        ("wallet", "wa11et", ["wa11et"]),
        ("password", "ｐａｓｓｗｏｒｄ", ["ｐａｓｓｗｏｒｄ"]),  # noqa: RUF001
        ("password", "pаsswоrd", ["pаsswоrd"]),  # noqa: RUF001 - Cyrillic a and o
        ("пароль", "Ваш ПАРОЛЬ?", ["ПАРОЛЬ"]),
        ("пароль", "ваш пapoль", ["пapoль"]),
        ("Ημέρα", "ΗΜΈΡΑ ημερα", ["ΗΜΈΡΑ", "ημερα"]),
        ("hidden", "ΗIDDEN", ["ΗIDDEN"]),  # noqa: RUF001 - a Greek eta
        ("naïve", "NAIVE", ["NAIVE"]),
        ("straße", "STRASSE", ["STRASSE"]),
        ("助记词", "请把助记词发给我", ["助记词"]),
        ("助记词", "助 记-词", ["助 记-词"]),
        ("錢包", "我的钱包", ["钱包"]),
        ("usdt", "发usdt地址", ["usdt"]),
        ("usdt", "USD₮", ["USD₮"]),
        ("비밀번호", "비밀번호를 주세요", ["비밀번호"]),
        ("can't lose", "you can’t lose", ["can’t lose"]),  # noqa: RUF001
        ("$$$", "earn $$$ now", ["$$$"]),
    ],
)
def test_words(word, text, expected):
    assert met("word", word, text) == expected


@pytest.mark.parametrize(
    ("fragment", "text", "expected"),
    [
        ("T9yD", "to T9yDxk2", ["T9yD"]),
        ("T9yD", "to t9yd", []),
        ("T9yD", "T9 y\u200bD", ["T9 y\u200bD"]),
        ("T9yD", "Т９yD", ["Т９yD"]),  # noqa: RUF001 - Cyrillic and full width
        ("aba", "xababa", ["aba", "aba"]),
    ],
)
def test_fragments_keep_their_case(fragment, text, expected):
    assert met("fragment", fragment, text) == expected


def test_a_listed_address_is_met_without_its_beginning_of_hexadecimal():
    assert met("address", ERC20, ERC20[2:].upper()) == [ERC20[2:].upper()]


@pytest.mark.parametrize(
    ("shape", "text", "expected"),
    [
        ("erc20", f"to {ERC20} and more", [ERC20]),
        ("erc20", "0x" + "ab12" * 16, []),
        ("erc20", "tx:0x" + "AB12" * 16 + "!", []),
        ("erc20", "ab12" * 10, []),
        ("erc20", "0x" + "\u200b".join("ab12" * 16), []),
        ("trc20", FOREIGN[:-1] + "z", [FOREIGN[:-1] + "z"]),
        ("trc20", FOREIGN.lower(), [FOREIGN.lower()]),
        ("trc20", FOREIGN + "abc", [FOREIGN]),
        ("trc20", "Thequickbrownfoxjumpsoverthelazydo", []),
        ("btc", FOREIGN, []),
        ("link", "see https://evil.example/x?y=1 now", ["https://evil.example/x?y=1"]),
        ("link", "go to Evil-Shop.com/pay", ["Evil-Shop.com/pay"]),
        ("link", "请打开example.com", ["example.com"]),
        ("link", "version 2.14.5 of app.exe, 12.30 and e.g. this.", []),
        ("link", "mail me at a@b.com", []),
        ("handle", "write to @some_agent please", ["@some_agent"]),
        ("handle", "t.me/some_agent", ["t.me/some_agent"]),
        ("handle", "me@example.com @me", []),
        ("phone", "call +49 170 1234567 today", ["+49 170 1234567"]),
        ("phone", "13812345678", ["13812345678"]),
        ("phone", "(555) 123-4567", ["(555) 123-4567"]),
        ("phone", "order 20261123004512, 1,234,567.00 USDT, 2026-11-23", []),
    ],
)
def test_shapes(shape, text, expected):
    assert met("shape", shape, text) == expected


def test_what_lies_within_a_longer_word_is_met_too():
    found = Matcher(rules("fragment", "T9yD", "9y", "xT9yDx")).scan("xT9yDx")
    assert {one.rule.text for one in found} == {"T9yD", "9y", "xT9yDx"}


def test_own_addresses_are_exempt_exactly_as_they_are():
    matcher = Matcher(
        [*rules("shape", "trc20", "erc20"), *rules("fragment", TRON[4:8])], [TRON, ERC20]
    )
    assert matcher.scan(f"{TRON} or {' '.join(TRON)} or {ERC20.lower()}") == []
    assert matcher.scan(f"only {TRON[4:8]}")


def test_an_own_address_that_a_rule_names_is_exempt_too():
    assert Matcher(rules("address", TRON), [TRON]).scan(TRON) == []
    assert Matcher(rules("address", TRON)).scan(TRON)


def lookalikes(text, *own):
    return [one.rule.text for one in Matcher([], own).scan(text) if one.rule.kind == "lookalike"]


@pytest.mark.parametrize(
    "imitation",
    [
        TRON[:4] + "x" * 26 + TRON[-4:],
        TRON[:-1] + "8",
        TRON[:10] + "zz" + TRON[12:],
        "X" + TRON[1:-1] + "X",
        TRON.lower(),
        TRON.swapcase(),
    ],
)
def test_what_passes_for_an_own_address_is_the_highest_alarm(imitation):
    assert lookalikes(f"send to {imitation}", TRON, ERC20) == [TRON]
    found = Matcher([], [TRON]).scan(" ".join(imitation))
    assert [(one.rule.action, one.rule.group_id) for one in found] == [("block", None)]


@pytest.mark.parametrize(
    "text", [TRON, FOREIGN, TRON[:10] + "zzz" + TRON[13:-3] + "zzz", TRON[:20]]
)
def test_what_does_not_pass_for_one_is_none(text):
    assert lookalikes(text, TRON, ERC20) == []


def test_nothing_passes_for_what_is_too_short_for_an_address():
    assert lookalikes("abxd and more", "abcd", "?") == []


def test_two_own_addresses_that_resemble_each_other_are_no_alarm():
    assert lookalikes(TRON, TRON, TRON[:-1] + "8") == []


def test_hidden_direction_is_an_alarm_of_its_own_where_there_are_rules():
    text = "pay \u202ereturn\u202c"
    found = Matcher(rules("word", "x")).scan(text)
    assert [(one.rule.kind, one.rule.action, one.starts) for one in found] == [
        ("direction", "confirm", 4)
    ]
    assert Matcher([]).scan(text) == []
    hebrew = "\u200f\u05e9\u05dc\u05d5\u05dd\u200e, \u2067\u05e9\u05dc\u2069"
    assert Matcher(rules("word", "x")).scan(hebrew) == []


def test_a_word_behind_an_override_is_read_as_it_is_shown():
    found = Matcher(rules("word", "password")).scan("your \u202edrowssap\u202c please")
    assert [(one.rule.kind, one.starts, one.ends) for one in found] == [
        ("direction", 5, 6),
        ("word", 6, 14),
    ]


def test_what_was_said_before_counts_only_if_it_goes_on():
    matcher = Matcher([*rules("fragment", "T9yD"), *rules("word", "sure profit")])
    assert matcher.scan("nothing", before="T9yD sure profit") == []
    assert [(one.starts, one.ends) for one in matcher.scan("yD!", before="to T9")] == [(0, 2)]
    assert [(one.starts, one.ends) for one in matcher.scan("profit", before="sure")] == [(0, 6)]
    padded = f"T9{'. ' * 3_000}"
    assert [(one.starts, one.ends) for one in matcher.scan("yD", before=padded)] == [(0, 2)]


@pytest.mark.parametrize(
    ("text", "before", "why"),
    [
        ("T9yD", "", "as written"),
        ("T\u200b9yD", "", "signs set between the letters"),
        ("Ｔ9yD", "", "other case, or signs that look alike"),  # noqa: RUF001
        ("%54%39yD", "", "percent signs decoded"),
        ("\u202eDy9T", "", "read from right to left"),
        ("yD", "T9", "begun in an earlier message"),
    ],
)
def test_why_names_the_disguise(text, before, why):
    found = Matcher(rules("fragment", "T9yD")).scan(text, before=before)
    assert [one.why for one in found if one.rule.kind == "fragment"] == [why]


def test_of_one_rule_twenty_places_are_told_and_no_rule_hides_another():
    found = Matcher(rules("word", "a", "b")).scan("a " * 500 + "b")
    assert [one.rule.text for one in found] == ["a"] * 20 + ["b"]


def test_the_same_text_in_several_groups_is_met_for_each():
    both = [Rule(1, "One", "word", "x", "confirm"), Rule(2, "Two", "word", "X", "block")]
    assert {one.rule.group_id for one in Matcher(both).scan("x")} == {1, 2}


def test_what_folds_to_nothing_can_not_be_looked_for():
    assert not is_findable("word", " \u200b ")
    assert not is_findable("fragment", "??")
    assert not is_findable("address", "...")
    assert is_findable("word", "$")
    assert Matcher(rules("word", "\u200b")).scan("anything \u200b") == []


def test_without_rules_nothing_is_found():
    assert Matcher([]).scan("T9yD https://x.com") == []
