"""A line of a list, and a place where it was met."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a list of risk words; without a `group_id` it is an alarm of the matcher's own.

    Kinds are word, address, fragment and shape; of the matcher's own `lookalike`, whose text is
    the company's address that is imitated, and `direction`. An action is confirm or block.
    """

    group_id: int | None
    group: str
    kind: str
    text: str
    action: str
    four_eyes: bool = False
    only_escalated: bool = False
    flags_incoming: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Where a rule was met: offsets into the text as given; `why` says in what disguise."""

    rule: Rule
    starts: int
    ends: int
    why: str
