"""Bank receipts and identity cards, drawn: what customers hold into their cameras."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw, ImageFont

from support.demo.pictures import NUMBERS, place

BANKS = ("Bank of Example", "Northern Savings", "Lotus Bank", "First Harbour Bank")
COLOURS = ((24, 82, 140), (20, 110, 92), (120, 40, 60))
TABLES = ((92, 74, 58), (64, 78, 88), (54, 54, 60))
INK, PALE, LINE = (38, 44, 58), (122, 130, 146), (222, 226, 233)


def draw_all(folder: Path) -> list[Path]:
    """Draw every picture that is not in the folder yet; return them all."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    kinds = (("receipt", receipt), ("card", card))
    return [
        _drawn(place(folder, number), draw, number)
        for kind, draw in kinds
        for number in NUMBERS[kind]
    ]


def _drawn(path: Path, draw: Callable[[Random], Image.Image], number: int) -> Path:
    if not path.exists():
        random = Random(number)  # noqa: S311 - a picture
        fresh = path.with_suffix(".new")
        _on_table(draw(random), random).save(fresh, "JPEG", quality=80)
        fresh.replace(path)
    return path


def receipt(random: Random) -> Image.Image:
    """Draw a receipt of a bank transfer."""
    paper = Image.new("RGB", (720, 960), (252, 252, 250))
    pen = ImageDraw.Draw(paper)
    pen.rectangle((0, 0, 720, 132), random.choice(COLOURS))
    pen.text((48, 42), random.choice(BANKS), (255, 255, 255), _font(44))
    pen.text((48, 172), "Transfer receipt", INK, _font(40))
    pen.text((48, 228), "Status: completed", (30, 130, 76), _font(26))
    for number, (name, value) in enumerate(_rows(random)):
        _row(pen, 300 + number * 92, name, value)
    pen.text((48, 890), "Keep this receipt for your records.", PALE, _font(22))
    return paper


def card(random: Random) -> Image.Image:
    """Draw an identity card of no country."""
    paper = Image.new("RGB", (760, 480), (226, 234, 240))
    pen = ImageDraw.Draw(paper)
    pen.rectangle((0, 0, 760, 84), random.choice(COLOURS))
    pen.text((36, 22), "IDENTITY CARD - SPECIMEN", (255, 255, 255), _font(34))
    pen.rectangle((36, 120, 246, 390), (196, 206, 216))
    pen.ellipse((96, 160, 186, 250), (150, 162, 176))
    pen.pieslice((66, 270, 216, 510), 180, 360, (150, 162, 176))
    for number, text in enumerate(("Name", "Born 14 / 03 / 19**", "Valid until 08 / 2031")):
        pen.text((286, 132 + number * 74), text, INK, _font(30))
    pen.text((36, 424), f"I<EXA{random.randrange(10**8):08}<<<<<<<<<<<<<<<<<", INK, _font(30))
    return paper


def _on_table(paper: Image.Image, random: Random) -> Image.Image:
    """Lay a paper on a table, a little crooked."""
    size = (paper.width + 140, paper.height + 140)
    table = Image.new("RGB", size, random.choice(TABLES))
    turned = paper.convert("RGBA").rotate(
        random.uniform(-4, 4), Image.Resampling.BICUBIC, expand=True
    )
    left, top = (size[0] - turned.width) // 2, (size[1] - turned.height) // 2
    table.paste(turned, (left, top), turned)
    return table


def _rows(random: Random) -> list[tuple[str, str]]:
    amount = random.randrange(40, 2600) + random.randrange(100) / 100
    return [
        ("Amount", f"{amount:,.2f} {random.choice(('USD', 'EUR', 'SGD', 'AED'))}"),
        ("To", "Harbour Payments Ltd."),
        ("Account", f"**** **** {random.randrange(1000, 9999)}"),
        ("Reference", f"HB-{random.randrange(100_000, 999_999)}"),
        ("Date", _when(random)),
        ("Fee", "0.00"),
    ]


def _when(random: Random) -> str:
    day = f"{random.randrange(1, 28):02}/{random.randrange(9, 12):02}/2026"
    return f"{day} {random.randrange(8, 22):02}:{random.randrange(60):02}"


def _row(pen: ImageDraw.ImageDraw, top: int, name: str, value: str) -> None:
    pen.text((48, top), name, PALE, _font(24))
    pen.text((48, top + 30), value, INK, _font(32))
    pen.line((48, top + 82, 672, top + 82), LINE, 2)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
