"""The reasons that every project begins with: what to try first, and when to escalate."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from support.reasons.phrase import fold_phrase
from support.refusals import N_

PHRASES = Path(__file__).with_name("phrases.txt")
REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class Shipped:
    """One reason as it is shipped."""

    key: str
    name: str
    try_first: str
    when_to: str
    tier: str = "escalated"


REASONS = (
    Shipped(
        "bot",
        N_("Bot malfunction"),
        N_(
            "Ask for the exact command or button and a screenshot. Try it yourself. Let the "
            "customer send /start once and try again. Check whether others report the same."
        ),
        N_("You can repeat the fault, or three customers report it, or a link leads elsewhere."),
    ),
    Shipped(
        "chain",
        N_("On-chain confirmation"),
        N_(
            "Ask for the transaction hash, the network, the amount and the address. Look the hash "
            "up in an explorer and compare network and address with what we gave."
        ),
        N_(
            "It is confirmed on the chain and not credited here, it is pending for over an hour, "
            "or it went to a wrong network. Put the hash into the note."
        ),
    ),
    Shipped(
        "security",
        N_("Account security"),
        N_(
            "Believe it until it is disproved. Ask when it happened and what was moved. Never ask "
            "for a password, a code or a recovery phrase."
        ),
        N_("At once, whenever somebody else may have access or funds have moved."),
        tier="urgent",
    ),
    Shipped(
        "complaint",
        N_("Complaint or legal threat"),
        N_(
            "Stay calm, say back what went wrong in one sentence, and admit no fault and promise "
            "no sum. Ask what would put it right."
        ),
        N_("The customer asks for a superior, names a lawyer, court or authority, or complains."),
        tier="urgent",
    ),
    Shipped(
        REPEAT,
        N_("Repeated request beyond policy"),
        N_(
            "Explain the rule once in your own words with its reason, and offer what it allows. "
            "Look whether a colleague has promised something."
        ),
        N_("The same request comes a third time, or only an exception would settle it."),
    ),
    Shipped(
        "public",
        N_("Public threat"),
        N_(
            "Do not argue and do not threaten back. Offer to settle it here, today, and ask for "
            "the facts that would be published."
        ),
        N_("The customer means to go to the press, a community or social media, or has done so."),
        tier="urgent",
    ),
    Shipped(
        "funds",
        N_("Compliance and funds"),
        N_(
            "Give no payment address and no link of your own, and change no record. Thank the "
            "customer for a report and ask for evidence."
        ),
        N_(
            "Somebody asks for an address to pay to, wants a finished record changed, reports "
            "fraud or money laundering, or somebody poses as our staff."
        ),
    ),
)


@cache
def shipped_phrases() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return the shipped phrases per key, each as it is written and as it is compared."""
    found: dict[str, dict[str, str]] = {}
    key = ""
    for line in PHRASES.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            key = line.strip("[]")
        elif line and not line.startswith("#"):
            found.setdefault(key, {}).setdefault(fold_phrase(line), line)
    return {
        key: tuple((text, folded) for folded, text in rows.items()) for key, rows in found.items()
    }
