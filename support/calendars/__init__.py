"""Calendars: when a team works, by which promises are counted and groups open."""

from support.calendars.changes import change, create, find, listed, remove, users
from support.calendars.hours import hours_of, of_group

__all__ = ["change", "create", "find", "hours_of", "listed", "of_group", "remove", "users"]
