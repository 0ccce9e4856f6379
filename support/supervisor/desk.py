"""The processes of the desk: two workers and the web."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from support.supervisor.children import Child

if TYPE_CHECKING:
    from support.supervisor.ground import Ground

# One gthread process holds 200 open streams and their pages (docs/decisions).
GUNICORN = [
    *("--worker-class", "gthread", "--threads", "256", "--worker-connections", "3000"),
    *("--graceful-timeout", "3", "--no-control-socket"),
]


def children(ground: Ground) -> list[Child]:
    """Return what runs beside the supervisor and Valkey, the web first: it is waited for."""
    return [
        Child("web", web_command(ground)),
        Child("telegram", [sys.executable, "worker.py", "telegram"]),
        Child("jobs", [sys.executable, "worker.py", "jobs"]),
    ]


def web_command(ground: Ground) -> list[str]:
    """SQLite has one writer at a time, so one process; PostgreSQL feeds two for each core."""
    database = ground.environment.get("DATABASE_URL", "")
    workers = 2 * len(os.sched_getaffinity(0)) if database.startswith("postgres") else 1
    serve = [sys.executable, "-m", "gunicorn", "app:create_app()", "--bind", ground.bind]
    return [*serve, "--workers", str(workers), *GUNICORN]
