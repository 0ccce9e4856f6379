"""Asking the Telegram worker whether a token is good."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from redis import RedisError
from rq.job import Job

from support import queue, sealing
from support.projects import Bot
from support.refusals import TelegramNotConfigured, TelegramUnreachable, TokenRefused

JOB = "support.telegram.check.check_token"
# Redis is asked in shorter waits than its connection allows.
WAIT_SECONDS = 2
KEPT_SECONDS = 60

REFUSALS = {"TokenRefused": TokenRefused, "TelegramNotConfigured": TelegramNotConfigured}


def ask(token: str, data: Path, *, timeout: int = 20) -> Bot:
    """Return the bot of a token after one login with it, within `timeout` seconds.

    Refuses with `TokenRefused`, `TelegramNotConfigured` or, when nobody could ask,
    `TelegramUnreachable`. Hold no lock on the database meanwhile.
    """
    try:
        told = answered(asked(sealing.seal(data, token.encode()), timeout), timeout)
    except RedisError as error:
        raise TelegramUnreachable from error
    if "id" in told:
        return Bot(id=told["id"], username=told["username"], name=told["name"])
    raise REFUSALS.get(told.get("refused", ""), TelegramUnreachable)


def asked(sealed: str, timeout: int) -> Job:
    """Put the question; nobody answers it when it is too late."""
    kept = {"result_ttl": KEPT_SECONDS, "failure_ttl": KEPT_SECONDS}
    asking = queue.queue(queue.TELEGRAM)
    return asking.enqueue(JOB, sealed, ttl=timeout, job_timeout=timeout, **kept)


def answered(job: Job, timeout: int) -> dict[str, Any]:
    """Wait for the answer; an empty one if none came or the job failed."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        result = job.latest_result(timeout=WAIT_SECONDS)
        if result is not None:
            return result.return_value or {}
    return {}
