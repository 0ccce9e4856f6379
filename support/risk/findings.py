"""What was met in one message: its parts as one text, and the hits at their places in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from support import utf16
from support.models import RiskAttempt, RiskHit
from support.risk.matcher import Found, Matcher, Rule

STRICTEST = ("confirm", "approve", "block")
LINE = 255

Key = tuple[int | None, str, str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a message that the customer will read, and where it stands (`SURFACES`)."""

    surface: str
    text: str

    @property
    def stem(self) -> str:
        """Its words alone: a file's name without its ending."""
        return PurePath(self.text).stem if self.surface == "file_name" else self.text


@dataclass(frozen=True, slots=True)
class Findings:
    """The parts that were looked at, and what was met in them, by places in the whole `text`."""

    parts: tuple[Part, ...]
    met: tuple[tuple[Part, Found, int], ...]

    @property
    def text(self) -> str:
        """All that would be sent, one part to a line, as a database keeps it."""
        return utf16.kept("\n".join(part.text for part in self.parts))

    @property
    def stop(self) -> str:
        """The strictest thing that any of the rules asks for."""
        return max((stop_of(found.rule) for _part, found, _at in self.met), key=STRICTEST.index)

    @property
    def surface(self) -> str:
        """Where the strictest of it stands."""
        return next(
            part.surface for part, found, _at in self.met if stop_of(found.rule) == self.stop
        )

    @property
    def rules(self) -> list[Rule]:
        """The rules that were met, each once, in the order of their places."""
        return list(dict.fromkeys(found.rule for _part, found, _at in self.met))

    def hits(self) -> list[RiskHit]:
        """Return what was met as rows, by places in the whole text."""
        return [_hit(found, at) for _part, found, at in self.met]

    def covered_by(self, attempt: RiskAttempt) -> bool:
        """Whether somebody has agreed to all of this in an earlier attempt: the same words.

        What is blocked nobody can agree to, and what asks for a second person one cannot confirm.
        """
        if STRICTEST.index(self.stop) > STRICTEST.index(attempt.stop) or self.stop == "block":
            return False
        agreed = {(hit.group_id, hit.kind, hit.word, hit.action) for hit in attempt.hits}
        return all(key_of(rule) in agreed for rule in self.rules)


def find(
    ready: Matcher, parts: Sequence[Part], *, before: str, is_escalated: bool
) -> Findings | None:
    """Return what these parts say that needs care, together with what was said `before`.

    Each part may go on with that, or with the parts before it: what begins in a caption may end
    in the name of a file.
    """
    met: list[tuple[Part, Found, int]] = []
    at, so_far = 0, before
    for part in parts:
        found = dict.fromkeys(ready.scan(part.text, before=before))
        if so_far != before:
            found |= dict.fromkeys(ready.scan(part.text, before=so_far))
        met += [(part, one, at) for one in found if is_escalated or not one.rule.only_escalated]
        at += len(part.text) + 1
        so_far = f"{so_far}\n{part.stem}"
    return Findings(tuple(parts), tuple(met)) if met else None


def digest(parts: Iterable[Part], bound: tuple[object, ...]) -> str:
    """Return the digest of exactly this content: its parts, and what else belongs to it."""
    content = [[[part.surface, part.text] for part in parts], *bound]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def stop_of(rule: Rule) -> str:
    """Return what a rule asks for."""
    return "approve" if rule.action == "confirm" and rule.four_eyes else rule.action


def key_of(rule: Rule) -> Key:
    """Return what tells a rule from others, as a hit's row keeps it."""
    return rule.group_id, rule.kind, _line(rule.text), rule.action


def _hit(found: Found, at: int) -> RiskHit:
    rule = found.rule
    return RiskHit(
        group_id=rule.group_id,
        group_name=_line(rule.group),
        kind=rule.kind,
        word=_line(rule.text),
        action=rule.action,
        starts=at + found.starts,
        ends=at + found.ends,
    )


def _line(text: str) -> str:
    return utf16.kept(text)[:LINE]
