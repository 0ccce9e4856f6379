"""Job queues: bells that wake the workers. The rows they wake for are in the database."""

from __future__ import annotations

import json
import logging

from redis import RedisError
from rq import Queue
from rq.serializers import JSONSerializer

from support.db import ring
from support.live import wire

TELEGRAM = "telegram"
JOBS = "jobs"
OUTBOX = "switchboard:outbox"

log = logging.getLogger(__name__)


def queue(name: str) -> Queue:
    """Return a job queue of ours; jobs carry ids as JSON, never objects."""
    return Queue(name, connection=wire.redis, serializer=JSONSerializer)


def enqueue(name: str, job: str, *args: int | str) -> None:
    """Ask for `job` (a dotted name) to run once the running transaction is committed."""
    ring(lambda: enqueue_now(name, job, *args))


def enqueue_now(name: str, job: str, *args: int | str) -> None:
    """Ask for a job of what is committed already; a dead Redis costs only the job."""
    try:
        queue(name).enqueue(job, *args, result_ttl=0, failure_ttl=86_400)
    except RedisError as error:
        log.warning("job %s was not announced: %s", job, type(error).__name__)


def nudge(project_id: int) -> None:
    """Wake the sender of a project after the commit; a sweep finds what no nudge announced."""
    ring(lambda: signal({"project": project_id}))


def fetch(project_id: int, attachment_id: int) -> None:
    """Ask the project's Telegram worker for a file, after the commit."""
    ring(lambda: signal({"project": project_id, "fetch": attachment_id}))


def types(project_id: int, telegram_id: int) -> None:
    """Let the project's bot show a customer that somebody is typing, after the commit."""
    ring(lambda: signal({"project": project_id, "typing": telegram_id}))


def relist(project_id: int) -> None:
    """Let the project's Telegram worker make its risk words ready, after the commit."""
    ring(lambda: signal({"project": project_id, "risk": 1}))


def signal(what: dict[str, int]) -> None:
    """Tell the Telegram workers something now; a dead Redis costs only the signal."""
    try:
        wire.redis.publish(OUTBOX, json.dumps(what))
    except RedisError as error:
        log.warning("a signal was lost: %s", type(error).__name__)
