"""What a reader of the audit log asks for, as an address says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from support.models import EventKind
from support.refusals import N_
from support.views.asked import in_field

FAMILIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "conversations": (
        N_("Conversations"),
        (
            *("conversation", "handover", "tier", "collaborator", "lead", "suggestion"),
            *("resolution", "reply", "customer"),
        ),
    ),
    "words": (N_("Messages and notes"), ("message", "note")),
    "people": (
        N_("People and logins"),
        ("agent", "login", "member", "invitation"),
    ),
    "settings": (
        N_("Settings"),
        ("workspace", "project", "bot", "group", "calendar", "sla", "reason", "tag"),
    ),
    "risk": (N_("Internal control"), ("risk", "own_address")),
    "audit": (N_("Audit log"), ("audit",)),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asks the log for; nothing narrows it by default."""

    who: str = ""
    kinds: tuple[str, ...] = ()
    project: int | None = None
    conversation: int | None = None
    since: date | None = None
    until: date | None = None
    address: str = ""

    @classmethod
    def of(cls, args: MultiDict[str, str]) -> Asked:
        """Read it from an address; what makes no sense narrows nothing."""
        return cls(
            who=args.get("who", ""),
            kinds=tuple(kind for kind in args.getlist("kind") if kinds_of(kind)),
            project=in_field(args, "project"),
            conversation=in_field(args, "conversation"),
            since=_date(args.get("since", "")),
            until=_date(args.get("until", "")),
            address=args.get("address", "").strip(),
        )

    @property
    def args(self) -> dict[str, Any]:
        """Return it as an address says it."""
        given = {"who": self.who, "kind": self.kinds, "project": self.project}
        given |= {"conversation": self.conversation, "address": self.address}
        given |= {"since": self.since, "until": self.until}
        return {name: value for name, value in given.items() if value}


def kinds_of(name: str) -> list[str]:
    """Return the kinds of a family, or the one of this name."""
    if name in FAMILIES:
        prefixes = FAMILIES[name][1]
        return [kind.value for kind in EventKind if kind.partition(".")[0] in prefixes]
    return [name] if name in set(EventKind) else []


def _date(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None
