"""What a refusal is: an exception that carries its sentence and its HTTP status."""

from __future__ import annotations


def N_(sentence: str) -> str:  # noqa: N802 - the gettext marker's usual name
    """Mark a sentence for translation; the door that shows it translates it."""
    return sentence


class Refusal(Exception):
    """Something that may not be done; `sentence` says why and what to do."""

    sentence = N_("That cannot be done.")
    status = 422

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.sentence % values if values else self.sentence)
