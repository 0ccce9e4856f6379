"""Keeps the jobs worker's hands off the demonstration's past until it is told."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from support import sweeps
from support.db import db
from support.demo.progress import is_told

if TYPE_CHECKING:
    from flask import Flask

# Ten minutes at two looks a second; the story takes some seconds.
LOOKS = 1200

log = logging.getLogger(__name__)


def wait(app: Flask, ends: Callable[[], bool]) -> None:
    """Wait until nothing of the story is left; `ends` rests, and answers whether to give up.

    A month that is half told looks overdue everywhere. What visitors resolve meanwhile is
    closed in time all the same. If the story cannot be told, the desk works without it.
    """
    for _ in range(LOOKS):
        if _is_over(app) or ends():
            return
    log.warning("the demonstration's history is not complete; it is waited for no longer")


def _is_over(app: Flask) -> bool:
    with app.app_context():
        try:
            if is_told():
                return True
            db.session.rollback()
            sweeps.finish()
        except SQLAlchemyError as error:
            log.warning("the database is waited for: %s", type(error).__name__)
    return False
