"""Lists of risk words are made ready before somebody waits for them.

A list of thousands of words takes a third of a second: no reply pays for it, only the process
that hears of the change, in a thread of its own. Without this it is made when it is first asked.
"""

from __future__ import annotations

import logging
from threading import Thread

from flask import Flask

from support import risk
from support.db import db, reading
from support.live import Poke
from support.models import Project
from support.risk.lists import CHANGED
from support.stream import broker

log = logging.getLogger(__name__)


def init(app: Flask) -> None:
    """Make a project's list ready whenever it has changed."""
    broker.deeds[CHANGED] = lambda poke: start(app, poke)


def follow(project: Project) -> None:
    """Hear of changes from now on: this process sends what is to be checked."""
    if project.risk_stamp:
        broker.listen()


def start(app: Flask, poke: Poke) -> Thread:
    """Make the list of a poke's project ready beside everything else."""
    thread = Thread(target=warm, args=(app, int(poke.data)), name="risk", daemon=True)
    thread.start()
    return thread


def warm(app: Flask, project_id: int) -> None:
    """Make a project's list ready; what fails here is told to whoever needs it."""
    try:
        with app.app_context(), reading():
            project = db.session.get(Project, project_id)
            if project is not None:
                risk.matcher(project)
    except Exception as error:  # noqa: BLE001 - a list that is not ready is made when it is asked
        log.warning("a list of risk words was not made ready: %s", type(error).__name__)
