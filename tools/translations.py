"""Sentences and their translations: `tools/translations.py update` after a sentence has changed.

It reads every sentence of the sources, keeps what is translated, says what is not, and compiles.
"""

import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "support" / "translations"
LANGUAGES = ("zh",)
SINCE = datetime(2026, 11, 22, tzinfo=UTC)


def extracted() -> Catalog:
    """Return every sentence that the sources mark."""
    with (ROOT / "babel.cfg").open() as config:
        methods, options = parse_mapping_cfg(config)
    catalog = Catalog(project="Switchboard", charset="utf-8")
    for file, _line, message, comments, context in extract_from_dir(
        str(ROOT), method_map=methods, options_map=options
    ):
        catalog.add(message, auto_comments=comments, context=context, locations=[(file, 0)])
    return catalog


def path(language: str, ending: str) -> Path:
    """Return where a language's sentences lie."""
    return FOLDER / language / "LC_MESSAGES" / f"messages.{ending}"


def written(language: str) -> Catalog:
    """Read the translations of a language, none at first."""
    po = path(language, "po")
    if not po.exists():
        return Catalog(locale=language, project="Switchboard", fuzzy=False)
    with po.open("rb") as file:
        return read_po(file, locale=language)


def untranslated(catalog: Catalog) -> list[str]:
    """Return the sentences without a sure translation."""
    return [
        str(message.id)
        for message in catalog
        if message.id and (message.fuzzy or not all(words_of(message.string)))
    ]


def words_of(string: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the forms of a translation: one, several, or an empty one."""
    return string if isinstance(string, tuple) else (string or "",)


def compiled(catalog: Catalog) -> bytes:
    """Return what gettext reads."""
    out = BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def update(language: str) -> list[str]:
    """Bring a language up to date and compile it; return what is not translated yet."""
    catalog = written(language)
    catalog.update(extracted(), no_fuzzy_matching=True)
    catalog.header_comment, catalog.fuzzy = f"# Switchboard in {language}.", False
    catalog.creation_date = catalog.revision_date = SINCE  # no date that changes by itself
    po = path(language, "po")
    po.parent.mkdir(parents=True, exist_ok=True)
    with po.open("wb") as file:
        write_po(file, catalog, no_location=True, sort_output=True, width=100, ignore_obsolete=True)
    path(language, "mo").write_bytes(compiled(written(language)))
    return untranslated(catalog)


def main() -> int:
    """Update every language; 1 while something is not translated."""
    if sys.argv[1:] != ["update"]:
        print(__doc__)
        return 2
    missing = {language: update(language) for language in LANGUAGES}
    for language, sentences in missing.items():
        print(f"{language}: {len(sentences)} sentences to translate", *sentences, sep="\n  ")
    return 1 if any(missing.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
