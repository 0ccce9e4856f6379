"""Refusals of the reports: ranges and what narrows them."""

from __future__ import annotations

from support.refusals.base import N_, Refusal


class BadDate(Refusal):
    sentence = N_("“%(value)s” is not a date. Write it like 2026-11-02.")


class RangeBackward(Refusal):
    sentence = N_("This range ends on %(last)s, before it begins on %(first)s. Swap the two.")


class RangeTooLong(Refusal):
    sentence = N_("A report covers %(limit)s days at most. Choose a shorter range.")
