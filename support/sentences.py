"""Sentences where no page is drawn: a worker says them in the language of whom it tells."""

from __future__ import annotations

import gettext
from functools import cache

from support.config import ROOT

CATALOGUES = ROOT / "support" / "translations"


@cache
def _book(language: str) -> gettext.NullTranslations:
    return gettext.translation("messages", CATALOGUES, [language], fallback=True)


def said(sentence: str, language: str, **values: object) -> str:
    """Say a marked sentence in this language, in English where there is no other."""
    return _book(language or "en").gettext(sentence) % values
