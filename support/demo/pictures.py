"""Which pictures the demonstration's customers have, and where they lie once they are drawn."""

from __future__ import annotations

from pathlib import Path

NUMBERS = {"receipt": range(6), "card": range(6, 8)}


def one_of(kind: str, chance: float) -> int:
    """Return the number of a picture of this kind; `chance` is from 0 up to 1."""
    numbers = NUMBERS[kind]
    return numbers[int(chance * len(numbers))]


def place(folder: Path, number: int) -> Path:
    """Return where a picture lies in the demonstration's folder."""
    return folder / f"picture-{number}.jpg"


def folder_of(data: Path) -> Path:
    """Return the demonstration's folder of an installation."""
    return data / "demo"
