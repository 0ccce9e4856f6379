"""Pictures of bank receipts, drawn: what customers hold into their cameras."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from support.demo.cases import PICTURES

if TYPE_CHECKING:
    Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

SIZE = (720, 960)
BANKS = ("Bank of Example", "Northern Savings", "Lotus Bank", "First Harbour Bank")
INK, PALE, LINE = (38, 44, 58), (122, 130, 146), (222, 226, 233)


def draw_all(folder: Path) -> list[Path]:
    """Draw every receipt that is not in the folder yet; return them all."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return [_drawn(folder / f"receipt-{number}.jpg", number) for number in range(PICTURES)]


def _drawn(path: Path, number: int) -> Path:
    if not path.exists():
        fresh = path.with_suffix(".new")
        receipt(number).save(fresh, "JPEG", quality=80)
        fresh.replace(path)
    return path


def receipt(number: int) -> Image.Image:
    """Draw one receipt, a little crooked on a table."""
    random = Random(number)  # noqa: S311 - a picture
    paper = Image.new("RGB", SIZE, (252, 252, 250))
    pen = ImageDraw.Draw(paper)
    _heading(pen, random, random.choice(BANKS))
    for place, (name, value) in enumerate(_rows(random)):
        _row(pen, 300 + place * 92, name, value)
    pen.text((48, 890), "Keep this receipt for your records.", PALE, _font(22))
    table = Image.new("RGB", (860, 1100), random.choice(((92, 74, 58), (64, 78, 88), (54, 54, 60))))
    turned = paper.convert("RGBA").rotate(random.uniform(-4, 4), Image.Resampling.BICUBIC, True)
    table.paste(turned, ((860 - turned.width) // 2, (1100 - turned.height) // 2), turned)
    return table


def _heading(pen: ImageDraw.ImageDraw, random: Random, bank: str) -> None:
    pen.rectangle((0, 0, SIZE[0], 132), random.choice(((24, 82, 140), (20, 110, 92), (120, 40, 60))))
    pen.text((48, 42), bank, (255, 255, 255), _font(44))
    pen.text((48, 172), "Transfer receipt", INK, _font(40))
    pen.text((48, 228), "Status: completed", (30, 130, 76), _font(26))


def _rows(random: Random) -> list[tuple[str, str]]:
    amount = random.randrange(40, 2600) + random.randrange(100) / 100
    return [
        ("Amount", f"{amount:,.2f} {random.choice(('USD', 'EUR', 'SGD', 'AED'))}"),
        ("To", "Harbour Payments Ltd."),
        ("Account", f"**** **** {random.randrange(1000, 9999)}"),
        ("Reference", f"HB-{random.randrange(100_000, 999_999)}"),
        ("Date", f"{random.randrange(1, 28):02}/{random.randrange(9, 12):02}/2026 "
                 f"{random.randrange(8, 22):02}:{random.randrange(60):02}"),
        ("Fee", "0.00"),
    ]  # fmt: skip


def _row(pen: ImageDraw.ImageDraw, top: int, name: str, value: str) -> None:
    pen.text((48, top), name, PALE, _font(24))
    pen.text((48, top + 30), value, INK, _font(32))
    pen.line((48, top + 82, SIZE[0] - 48, top + 82), LINE, 2)


def _font(size: int) -> Font:
    return ImageFont.load_default(size)
