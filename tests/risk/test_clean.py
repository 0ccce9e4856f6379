"""Five thousand messages in which nothing needs care, with the recommended rules."""

from pathlib import Path

from support.risk import Matcher
from support.risk.shipped import GROUPS, rules
from tests.risk.clean import OWN, messages

CORPORA = Path(__file__).parents[1] / "corpora"
COUNT = 5_000


def test_at_most_five_of_five_thousand_clean_messages_are_asked_about():
    matcher = Matcher(rules(), OWN)
    texts = messages(COUNT)
    false = [(text, found) for text in texts if (found := matcher.scan(text))]
    assert len(false) <= 5, false[:6]


def test_neither_together_with_what_was_said_before():
    matcher = Matcher(rules(), OWN)
    texts = messages(COUNT // 2, seed=6)
    false = []
    for place, text in enumerate(texts):
        found = matcher.scan(text, before="\n".join(texts[max(0, place - 5) : place]))
        if found:
            false.append((text, found))
    assert len(false) <= 5, false[:6]


def test_customers_who_report_and_complain_are_not_asked_about():
    matcher = Matcher(rules(), OWN)
    texts = [
        line
        for name in ("clean", "earlier_clean")
        for line in (CORPORA / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    ]
    assert [text for text in texts if matcher.scan(text)] == []


def test_without_the_list_of_own_addresses_they_are_asked_about():
    """The positive twin: the clean messages do contain what the rules are for."""
    matcher = Matcher(rules())
    assert sum(bool(matcher.scan(text)) for text in messages(COUNT)) > 300


def test_every_recommended_line_is_met_in_a_sentence():
    matcher = Matcher(rules())
    for group in GROUPS:
        words = [text for kind, text in group.lines if kind == "word"]
        met = [{one.rule.text for one in matcher.scan(f"Please {text}, now.")} for text in words]
        assert [text for text, found in zip(words, met, strict=True) if text not in found] == []
