"""Opening hours: weekly tables, exceptions and holidays, and the business time that they make.

Pure arithmetic over `Hours`, None for always open; no database, no clock of its own. Instants
are UTC, durations whole seconds.
"""

from support.hours.arithmetic import (
    after,
    due,
    is_open,
    open_seconds,
    open_spans,
    open_time,
    opens_at,
    require_reachable,
)
from support.hours.spans import Hours, hours_from
from support.hours.tables import DAYS, checked, checked_calendar

__all__ = [
    "DAYS",
    "Hours",
    "after",
    "checked",
    "checked_calendar",
    "due",
    "hours_from",
    "is_open",
    "open_seconds",
    "open_spans",
    "open_time",
    "opens_at",
    "require_reachable",
]
