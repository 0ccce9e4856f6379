"""Every sentence is translated, surely and wholly, and what is compiled is what is written."""

import re

import pytest

from support.views.i18n import LANGUAGES
from tools import translations

OTHERS = [language for language in LANGUAGES if language != "en"]


@pytest.fixture(scope="module")
def sentences():
    return {message.id for message in translations.extracted() if message.id}


def test_sentences_are_found_in_templates_refusals_and_marks(sentences):
    assert "Log in" in sentences
    assert "That is not a bot token. BotFather gives one like 123456:ABC-DEF." in sentences
    assert ("%(num)s member", "%(num)s members") in sentences


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_translated_and_none_is_left_over(language, sentences):
    catalog = translations.written(language)
    assert {message.id for message in catalog if message.id} == sentences
    assert translations.untranslated(catalog) == []


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_compiled_is_what_is_written(language):
    written = translations.compiled(translations.written(language))
    assert translations.path(language, "mo").read_bytes() == written


@pytest.mark.parametrize("language", OTHERS)
def test_no_value_of_a_sentence_is_lost_or_invented(language):
    for message in translations.written(language):
        if isinstance(message.id, str) and message.id:
            assert values(message.string) == values(message.id), message.id


def values(text):
    return sorted(re.findall(r"%\(\w+\)s", text))


def test_every_language_of_the_house_has_its_folder():
    assert set(OTHERS) == set(translations.LANGUAGES)
    assert all(translations.path(language, "po").exists() for language in OTHERS)
