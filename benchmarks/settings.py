"""The settings of a benchmark's installation: its own, with no word of the environment."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from support import config, factory

# Named, so that neither the shell nor an `.env` file gives them another value.
BLANK = dict.fromkeys(
    (
        *("REDIS_URL", "DATABASE_URL", "SECRET_KEY", "PUBLIC_URL", "HOST", "PORT"),
        *("TELEGRAM_API_ID", "TELEGRAM_API_HASH", "TELEGRAM_ENDPOINT", "TELEGRAM_PUBLIC_KEY"),
        *("TELEGRAM_ENDPOINT_TRUSTED", "MAX_UPLOAD_MB"),
        *("SWITCHBOARD_LOCAL_TELEGRAM", "SWITCHBOARD_LOCAL_CONTROL", "SWITCHBOARD_LOCAL_SECRET"),
    ),
    "",
)


def environment(data: Path, **others: str) -> dict[str, str]:
    """Return the environment of an installation in this folder."""
    return {**os.environ, **BLANK, "SWITCHBOARD_DATA": str(data), "PYTHONUNBUFFERED": "1", **others}


def app(data: Path, database_url: str) -> Flask:
    """Build the application of an installation that runs no server."""
    return app_of(environment(data, DATABASE_URL=database_url))


def app_of(values: dict[str, str]) -> Flask:
    """Build the application, without its views, as a process of this environment has it."""
    with own_environment(values):
        return factory.build(config.load())


@contextmanager
def own_environment(values: dict[str, str]) -> Generator[None]:
    """Let this process have an environment for as long as it reads it."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
