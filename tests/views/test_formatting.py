"""Customers' words: formatted as Telegram says, and never more than words."""

import pytest

from support.views.formatting import formatted, is_allowed


def entity(kind, offset, length, **others):
    return {"type": kind, "offset": offset, "length": length} | others


def test_words_without_entities_are_escaped():
    assert formatted("<b>&\"'") == "&lt;b&gt;&amp;&#34;&#39;"


def test_offsets_count_utf_16_units():
    assert formatted("😀 now", [entity("bold", 3, 3)]) == "😀 <strong>now</strong>"


def test_entities_nest_and_their_words_are_escaped():
    given = [entity("bold", 0, 7), entity("italic", 2, 3)]
    assert formatted("a <i> b", given) == "<strong>a <em>&lt;i&gt;</em> b</strong>"


def test_an_entity_that_crosses_another_loses_its_formatting_not_its_words():
    given = [entity("bold", 0, 4), entity("italic", 2, 4)]
    assert formatted("abcdef", given) == "<strong>abcd</strong>ef"


@pytest.mark.parametrize(
    "broken", [{}, entity("bold", -1, 2), entity("bold", 0, 99), entity("bold", "0", "2")]
)
def test_an_entity_that_stands_nowhere_changes_nothing(broken):
    assert formatted("abc", [broken]) == "abc"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//evil.example",
        "https://",
        "http://[::1",
    ],
)
def test_a_link_with_another_scheme_is_no_link(url):
    assert formatted("click", [entity("text_link", 0, 5, url=url)]) == "click"
    assert not is_allowed(url)


def test_a_link_opens_outside_and_tells_nothing():
    drawn = formatted("here", [entity("text_link", 0, 4, url='https://a.example/?q="x"')])
    assert 'rel="noopener noreferrer nofollow"' in drawn
    assert 'href="https://a.example/?q=&#34;x&#34;"' in drawn


def test_an_address_without_a_scheme_gets_one():
    assert 'href="https://a.example/x"' in formatted("a.example/x", [entity("url", 0, 11)])
    assert 'href="mailto:a@b.example"' in formatted("a@b.example", [entity("email", 0, 11)])


def test_marks_that_hide_or_reorder_are_shown():
    drawn = formatted("gnp\u202eexe")
    assert "\u202e" not in drawn
    assert 'title="U+202E"' in drawn


def test_joiners_of_emoji_and_scripts_stay():
    words = "👨\u200d👩 \u0645\u06cc\u200c\u062e"
    assert formatted(words) == words


def test_half_a_surrogate_pair_breaks_nothing():
    assert "<strong>" in formatted("😀x", [entity("bold", 1, 2)])
