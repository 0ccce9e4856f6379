"""Ways to write an address so that a search for it finds nothing, each by its name.

A disguise takes an address and returns what is sent: one text, or several one after another.
"""

import base64
import re
from urllib.parse import quote

# Of those that publish their own: Tether's contract and treasury, Bitcoin's first, the examples
# of BIP 173 and BIP 350, and the first addresses of EIP-55.
ADDRESSES = (
    "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
    "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8",
    "TKHuVq1oKVruCGLvqVexFs6dawKv6fQgFs",
    "TT2T17KZhoDu47i2E4FWxfG79zdkEWkU9N",
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
    "bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
)

CYRILLIC = str.maketrans("ABCEHKMOPTXaceopxy", "АВСЕНКМОРТХасеорху")  # noqa: RUF001
GREEK = str.maketrans("ABEZHIKMNOPTXo", "ΑΒΕΖΗΙΚΜΝΟΡΤΧο")  # noqa: RUF001
SMALL_CAPITALS = str.maketrans(
    "ABCDEFGHJKLMNOPRTUVWZ", "\u1d00\u0299\u1d04\u1d05\u1d07\ua730\u0262\u029c\u1d0a\u1d0b"
    "\u029f\u1d0d\u0274\u1d0f\u1d18\u0280\u1d1b\u1d1c\u1d20\u1d21\u1d22"
)  # fmt: skip


def between(*signs):
    """Set these signs in turn between all letters."""

    def disguise(address):
        return "".join(letter + signs[n % len(signs)] for n, letter in enumerate(address))

    return disguise


def shifted(capital, small, digit=None):
    """Replace letters, and digits if given, by those of another block of Unicode."""

    def one(sign):
        if sign.isdigit():
            return chr(digit + int(sign)) if digit else sign
        return chr(capital + ord(sign) - 65) if sign.isupper() else chr(small + ord(sign) - 97)

    return lambda address: "".join(map(one, address))


def circled(address):
    letters = shifted(0x24B6, 0x24D0)(address)
    return re.sub("[1-9]", lambda one: chr(0x245F + int(one[0])), letters).replace("0", "\u24ea")


def squared(address):
    return re.sub("[A-Z]", lambda one: chr(0x1F130 + ord(one[0]) - 65), address)


def flagged(address):
    return re.sub("[A-Z]", lambda one: chr(0x1F1E6 + ord(one[0]) - 65), address)


def keycaps(address):
    return re.sub(r"\d", lambda one: one[0] + "\ufe0f\u20e3", address)


def groups(size, mark):
    return lambda address: mark.join(re.findall(f".{{1,{size}}}", address))


def percents(address):
    return "".join(f"%{ord(sign):02X}" for sign in address)


def swapped(address):
    given, taken = ("1o", "lO") if address[0] in "T13" else ("1oi", "lOI")
    return address.translate(str.maketrans(given, taken))


def parts(count, text):
    return re.findall(f".{{1,{-(-len(text) // count)}}}", text)


CAUGHT = {
    "zero-width spaces": between("\u200b"),
    "zero-width joiners": between("\u200d", "\u200c"),
    "byte order marks": between("\ufeff"),
    "word joiners and invisible signs": between("\u2060", "\u2061", "\u2063"),
    "soft hyphens": between("\xad"),
    "combining marks": between("\u0336", "\u0301\u0323"),
    "variation selectors": between("\ufe0f", "\U000e0101"),
    "tag characters": between("\U000e0041", "\U000e007f"),
    "marks of direction": between("\u200e", "\u200f", "\u061c"),
    "spaces": between(" "),
    "no-break and thin spaces": between("\xa0", "\u2009", "\u3000"),
    "groups of four": groups(4, " "),
    "line breaks": groups(9, "\n"),
    "dashes": groups(5, "-"),
    "dots": between("."),
    "underscores and stars": between("_", "*"),
    "emoji": between("\U0001f600", "\u2764\ufe0f"),
    "Braille blanks": between("\u2800"),
    "Hangul fillers": between("\u3164", "\uffa0", "\u115f"),
    "words of another script": groups(8, "\u7136\u540e"),
    "full width": shifted(0xFF21, 0xFF41, 0xFF10),
    "mathematical bold": shifted(0x1D400, 0x1D41A, 0x1D7CE),
    "mathematical monospace": shifted(0x1D670, 0x1D68A, 0x1D7F6),
    "letters in circles": circled,
    "letters in squares": squared,
    "letters of flags": flagged,
    "keycaps": keycaps,
    "small capitals": lambda address: address.translate(SMALL_CAPITALS),
    "Cyrillic letters": lambda address: address.translate(CYRILLIC),
    "Greek letters": lambda address: address.translate(GREEK),
    "lower case": str.lower,
    "upper case": str.upper,
    "0 for O and 1 for l": swapped,
    "Markdown": lambda address: f"**{address[:7]}**__{address[7:20]}__||{address[20:]}||",
    "quotation marks and plus": lambda address: f'"{address[:9]}" + "{address[9:]}"',
    "inside a link": lambda address: f"https://tronscan.org/#/address/{address}?lang=en",
    "glued to other words": lambda address: f"to{address}thanks",
    "percent signs": percents,
    "percent signs in a link": lambda address: f"https://e.org/?a={percents(address)}&b=%20",
    "right-to-left override": lambda address: f"\u202e{address[::-1]}\u202c",
    "override within": lambda address: f"{address[:5]}\u202e{address[:4:-1]}\u202c",
    "written backwards": lambda address: address[::-1],
    "backwards with spaces": lambda address: " ".join(address[::-1]),
    "split over two messages": lambda address: [f"first {address[:11]}", f"{address[11:]} last"],
    "split over five messages": lambda address: parts(5, address),
    "two disguises at once": lambda address: quote(between("\u200b", " ")(circled(address))),
}  # fmt: skip

MISSED = {
    "spelt words": lambda address: address.replace("1", " one ").replace("5", " five "),
    "words of the same script": groups(9, " then "),
    "pieces in another order": lambda address: f"second {address[12:]} first {address[:12]}",
    "letters left out": lambda address: f"{address[:-1]}, the last one is {address[-1]}",
    "letters added": groups(7, "qQ"),
    "percent signs twice": lambda address: quote(percents(address)),
    "base64": lambda address: base64.b64encode(address.encode()).decode(),
    "codes of characters": lambda address: "".join(f"&#{ord(sign)};" for sign in address),
}


def told(disguise, address):
    """Return the last message and what was said before it."""
    sent = disguise(address)
    *before, last = [sent] if isinstance(sent, str) else sent
    return last, "\n".join(before)
