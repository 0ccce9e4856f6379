"""Internal control: what may not leave unseen, whatever it is disguised as."""

from support.risk.matcher import Found, Matcher, Rule
from support.risk.needles import is_findable

__all__ = ["Found", "Matcher", "Rule", "is_findable"]
