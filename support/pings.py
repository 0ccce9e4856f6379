"""A connection that lay idle is asked whether it still lives; one just used is not.

SQLAlchemy's own pre-ping asks at every request, which costs PostgreSQL a round trip each time.
"""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

IDLE = 5.0  # seconds


def watch(engine: Engine) -> None:
    """Ask what has lain idle before it is handed out; a dead one is replaced unseen."""
    if engine.dialect.name != "sqlite":
        event.listen(engine, "checkin", _back)
        event.listen(engine, "checkout", partial(_alive, engine))


def _back(_raw: Any, record: Any) -> None:
    record.info["back"] = time.monotonic()


def _alive(engine: Engine, raw: Any, record: Any, _proxy: Any) -> None:
    if time.monotonic() - record.info.get("back", time.monotonic()) < IDLE:
        return
    try:
        engine.dialect.do_ping(raw)
    except engine.dialect.loaded_dbapi.Error as error:
        raise DisconnectionError from error
