"""Where data sets are kept: files under the cache folder, or databases of a PostgreSQL server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import flask_migrate
from sqlalchemy import URL, Engine, create_engine, make_url, text

from benchmarks import processes, settings
from benchmarks.plan import Plan
from support import factory
from support.config import ROOT
from support.db import db


class Database(Protocol):
    """A place for data sets; each is known by its name."""

    def has(self, name: str) -> bool:
        """Whether this data set was finished here."""
        ...

    def forget(self, prefix: str) -> None:
        """Remove the data sets whose names begin so: they are of an older shape."""
        ...

    @contextmanager
    def building(self, name: str) -> Generator[Engine]:
        """Give an empty database with our tables; it bears the name once all went well."""
        ...

    @contextmanager
    def copied(self, name: str, folder: Path) -> Generator[str]:
        """Give the URL of a copy of a data set."""
        ...


def chosen(plan: Plan) -> Database:
    """Return the place that the plan asks for."""
    plan.cache.mkdir(parents=True, exist_ok=True)
    if not plan.database_url:
        return Files(plan.cache)
    return Server(make_url(factory.database_url(plan.database_url)), plan.cache)


@dataclass(frozen=True)
class Files:
    """SQLite: a file for each data set."""

    cache: Path

    def path(self, name: str) -> Path:
        """Return the file of a data set."""
        return self.cache / f"{name}.db"

    def has(self, name: str) -> bool:
        """Whether the file is there: an unfinished one has another name."""
        return self.path(name).exists()

    def forget(self, prefix: str) -> None:
        """Remove files of this size, whatever their shape."""
        for file in self.cache.glob(f"{prefix}*"):
            file.unlink()

    @contextmanager
    def building(self, name: str) -> Generator[Engine]:
        """Build in a file beside the final one; closing it empties the journal into it."""
        part = self.path(f"{name}.part")
        with migrated(f"sqlite:///{part}", self.cache) as engine:
            yield engine
        part.rename(self.path(name))

    @contextmanager
    def copied(self, name: str, folder: Path) -> Generator[str]:
        """Copy the file into the folder of the run."""
        copy = folder / "desk.db"
        shutil.copyfile(self.path(name), copy)
        yield f"sqlite:///{copy}"


@dataclass(frozen=True)
class Server:
    """PostgreSQL: a database for each data set, and one for each run."""

    url: URL
    cache: Path

    def has(self, name: str) -> bool:
        """Whether the server has the database."""
        return name in self.names()

    def names(self) -> list[str]:
        """Return the databases of this server."""
        return self.do("SELECT datname FROM pg_database")

    def forget(self, prefix: str) -> None:
        """Drop databases of this size, whatever their shape."""
        for name in self.names():
            if name.startswith(prefix):
                self.do(f'DROP DATABASE "{name}"')

    @contextmanager
    def building(self, name: str) -> Generator[Engine]:
        """Build in a database of another name; the planner is told what is in it."""
        self.do(f'CREATE DATABASE "{name}_part"')
        with migrated(self.of(f"{name}_part"), self.cache) as engine:
            yield engine
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))
        self.do(f'ALTER DATABASE "{name}_part" RENAME TO "{name}"')

    @contextmanager
    def copied(self, name: str, folder: Path) -> Generator[str]:
        """Make a database for the run from the data set, as the server's template."""
        copy = f"benchmark_{folder.name.replace('-', '_')}"
        self.do(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')
        try:
            yield self.of(copy)
        finally:
            self.do(f'DROP DATABASE "{copy}" WITH (FORCE)')

    def of(self, name: str) -> str:
        """Return the URL of one database of the server."""
        return self.url.set(database=name).render_as_string(hide_password=False)

    def do(self, statement: str) -> list[str]:
        """Run a statement outside a transaction; return the first column, if it has any."""
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            result = connection.execute(text(statement))
            rows = list(result.scalars()) if result.returns_rows else []
        engine.dispose()
        return rows


@contextmanager
def migrated(url: str, cache: Path) -> Generator[Engine]:
    """Bring a new database to the newest revision and give a way into it."""
    with settings.app(cache / f"keys-{os.getpid()}", url).app_context():
        flask_migrate.upgrade(directory=str(ROOT / "support" / "migrations"))
        db.engine.dispose()  # migrating has switched foreign keys off in its connection
        yield db.engine
        db.engine.dispose()
    shutil.rmtree(cache / f"keys-{os.getpid()}")


def server_pids(url: str) -> list[int]:
    """Return the process above all others of a PostgreSQL on this machine, if it is one."""
    if not url.startswith("postgres"):
        return []
    engine = create_engine(url)
    with engine.connect() as connection:
        own = processes.parent(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
    engine.dispose()
    return [own] if processes.name(own).startswith("postgres") else []
