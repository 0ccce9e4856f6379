"""The database schema is brought up to date by a process of its own, before the desk opens."""

from __future__ import annotations

import re
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from support.supervisor.children import Child, last_words
from support.supervisor.ground import Ground, Refused

if TYPE_CHECKING:
    from support.supervisor.watch import Watch

OWN = re.compile(r"^revision\b[^=]*=\s*[\"'](\w+)", re.MULTILINE)
BEFORE = re.compile(r"^down_revision\b[^=]*=(.*)$", re.MULTILINE)


def bring_up_to_date(watch: Watch, ground: Ground) -> None:
    """Migrate; a start of the migrating process (1.3 s) is saved if there is nothing to do."""
    file = database_file(ground)
    if file and is_current(file, newest(ground.root / "support" / "migrations" / "versions")):
        return
    migration = Child("migrate", [sys.executable, "-m", "flask", "--app", "app", "db", "upgrade"])
    migration.start(ground, now=0.0)
    try:
        watch.until(lambda: not migration.is_running)
    finally:
        watch.end([migration], grace=1.0)
    if migration.code:
        words = last_words(ground, "migrate")
        raise Refused(f"The database could not be brought up to date: {words}")


def database_file(ground: Ground) -> Path | None:
    """Return the SQLite file of this install, if it is one whose place is plain."""
    url = ground.environment.get("DATABASE_URL")
    if not url:
        return ground.data / "switchboard.db"
    scheme, _, path = url.partition(":///")
    return Path(path) if scheme.startswith("sqlite") and path.startswith("/") else None


def is_current(file: Path, revisions: set[str]) -> bool:
    """Whether the database stands at exactly these revisions."""
    if not file.exists():
        return False
    try:
        with closing(sqlite3.connect(file)) as connection:
            rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    except sqlite3.Error:
        return False
    return bool(revisions) and {row[0] for row in rows} == revisions


def newest(versions: Path) -> set[str]:
    """Read out of the migration files which revisions no other one follows."""
    texts = [file.read_text(encoding="utf-8") for file in versions.glob("*.py")]
    own = {name for text in texts for name in OWN.findall(text)}
    before = {name for text in texts for line in BEFORE.findall(text) for name in quoted(line)}
    return own - before


def quoted(line: str) -> list[str]:
    """Return every quoted name of this line."""
    return re.findall(r"[\"'](\w+)[\"']", line)
