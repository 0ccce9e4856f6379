"""The weekly table of opening hours as a form: some spans a day, and one empty line to fill."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from support import calendars
from support.hours import DAYS
from support.models import Calendar, Group, Project
from support.views.asked import in_field

WORKDAYS = DAYS[1:5]
SHORT_TIME = re.compile(r"(\d{1,2})(?:[:.h]?(\d\d))?")
TO = "\N{EN DASH}"
Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the form; an empty span is a line to write on."""

    key: str
    name: str
    spans: list[tuple[str, str]]


def days(table: Table | None) -> list[Day]:
    """Return the form's days as they are saved."""
    saved = table or {}
    return _days({day: [(span[0], span[1]) for span in saved.get(day, ())] for day in DAYS})


def typed_days(form: MultiDict[str, str]) -> list[Day]:
    """Return the form's days as they were typed, with the line that was asked for."""
    spans = {day: _typed(form, day) for day in DAYS}
    if more := form.get("more"):
        spans[more] = [*spans.get(more, []), ("", "")]
    if "copy" in form:
        spans |= {day: list(spans["mon"]) for day in WORKDAYS}
    return _days(spans)


def _days(spans: dict[str, list[tuple[str, str]]]) -> list[Day]:
    return [Day(key, name, spans[key] or [("", "")]) for key, name in names().items()]


def names() -> dict[str, str]:
    """Return the days of the week in the reader's language."""
    words = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
    return dict(zip(DAYS, words, strict=True))


def written(form: MultiDict[str, str]) -> dict[str, list[list[str]]] | None:
    """Return the table of a form, for `hours.checked`; None when another choice was made."""
    if form.get("open") != "table":
        return None
    return {day: [list(span) for span in _typed(form, day) if any(span)] for day in DAYS}


def _typed(form: MultiDict[str, str], day: str) -> list[tuple[str, str]]:
    starts, ends = form.getlist(f"{day}-from"), form.getlist(f"{day}-to")
    pairs = [(time(one), time(two)) for one, two in zip(starts, ends, strict=False)]
    return [pair for pair in pairs if any(pair)]


def time(text: str) -> str:
    """Write 9, 930, 9:30 and 9h30 as the house does; leave what is no time as it is."""
    text = text.strip()
    found = SHORT_TIME.fullmatch(text)
    return f"{int(found[1]):02}:{found[2] or '00'}" if found else text


def is_overnight(start: str, end: str) -> bool:
    """Whether a span ends on the next day."""
    return bool(start and end) and end <= start


def summary(table: Table | None) -> list[str]:
    """Say the hours in lines such as “Mon-Fri 09:00-17:30”; nothing for always open."""
    named = names()
    lines: list[str] = []
    for spans, run in groupby(DAYS, key=lambda day: (table or {}).get(day, [])):
        if spans:
            ends = [named[day] for day in run]
            when = ends[0] if len(ends) == 1 else TO.join((ends[0], ends[-1]))
            lines.append(f"{when} {', '.join(map(_span, spans))}")
    return lines


def _span(span: list[str]) -> str:
    start, end = span
    words = TO.join(span)
    if is_overnight(start, end) and end != "00:00":
        words = _("%(span)s of the next day", span=words)
    return words


def form_of(group: Group, form: MultiDict[str, str] | None) -> dict[str, object]:
    """Return what the form of a group's hours shows: as typed where it was, else as saved."""
    saved = "calendar" if group.calendar else "table" if group.hours else "always"
    return {
        "days": days(group.hours) if form is None else typed_days(form),
        "calendars": [(one.id, one.name) for one in calendars.listed(group.project)],
        "saved_open": saved,
    }


def chosen_calendar(project: Project, form: MultiDict[str, str]) -> Calendar | None:
    """Return the calendar chosen in a form; none when another choice was made."""
    if form.get("open") != "calendar":
        return None
    return calendars.find(project, in_field(form, "calendar", 0))


def hours_of(group: Group) -> list[str]:
    """Say a group's opening hours in lines, or its calendar; nothing for always open."""
    if group.calendar is not None:
        return [_("Calendar “%(name)s”", name=group.calendar.name)]
    return summary(group.hours)
