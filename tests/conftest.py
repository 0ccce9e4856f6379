"""The desk under test: both databases, the embedded Valkey, and the people everyone knows."""

import os
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from support import config, factory, queue
from support.db import db
from support.models import Workspace
from tests import factories, services

START = factories.START
MEMORY = Path("/dev/shm")
postgres_wanted = pytest.mark.postgres


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """What does not depend on the database runs on SQLite alone, unless everything is asked for.

    Browsers come last: they keep an event loop in this thread, beside which no other can run.
    """
    if os.environ.get("SWITCHBOARD_FULL") != "1":
        items[:] = [item for item in items if not is_repeated(item)]
    items.sort(key=lambda item: "browser" in item.path.parts)


def is_repeated(item):
    if item.get_closest_marker("one_database") is None:
        return False
    asked = getattr(item, "callspec", None)
    return asked is not None and asked.params.get("database_url") == "postgres"


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory):
    with services.valkey(tmp_path_factory.mktemp("valkey")) as url:
        yield url


@pytest.fixture(scope="session")
def postgres():
    with services.postgres() as server:
        yield server


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgres", marks=postgres_wanted)])
def database_url(request):
    """Run every test that touches rows on both databases."""
    if request.param == "postgres":
        server = request.getfixturevalue("postgres")
        yield server.url(server.create())
        return
    # In memory, where the machine offers that: a commit waits for no disk.
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield f"sqlite:///{folder}/desk.db"


@pytest.fixture(scope="session")
def settings(database_url, redis_url, tmp_path_factory):
    return settings_for(tmp_path_factory.mktemp("data"), database_url, redis_url)


def settings_for(data: Path, database_url: str, redis_url: str, **others):
    """Return the settings of an installation in this folder, with no word of the environment."""
    values = {
        "data": data,
        "database_url": database_url,
        "redis_url": redis_url,
        "secret_key": "a key of the tests",
        "host": "127.0.0.1",
        "port": 0,
        "public_url": "",
        "proxy_hops": 0,
        "api_id": 1,
        "api_hash": "a hash of the tests",
        "endpoint": "",
        "endpoint_trusted": False,
        "public_key": "",
        "local_telegram": "",
        "local_control": "",
        "local_secret": "",
        "max_upload_mb": 50,
    }
    return config.Settings(**(values | others))


@pytest.fixture(scope="session")
def built(settings):
    """Build the application and its tables once per database."""
    app = factory.build(settings)
    app.config["TESTING"] = True
    with app.app_context():
        db.create_all()
    yield app
    with app.app_context():
        db.drop_all()
        db.engine.dispose()


@pytest.fixture
def app(built):
    """Give the application with empty tables."""
    yield built
    wipe(built)


def wipe(app):
    """Delete all rows, children first: 4 ms instead of 67 for new tables."""
    with app.app_context():
        for table in reversed(db.metadata.sorted_tables):
            db.session.execute(table.delete())
        db.session.commit()
        queue.wire.redis.flushdb()


@pytest.fixture
def desk(app):
    """Open an application context with the workspace, its people and the wallet's project."""
    with app.app_context():
        db.session.add(Workspace(name="Harbour", timezone="UTC", language="en", created_at=START))
        desk = factories.Desk.founded(app.config["SETTINGS"])
        db.session.commit()
        yield desk
        db.session.rollback()


@pytest.fixture
def mei(desk):
    return desk.mei


@pytest.fixture
def sun(desk):
    return desk.sun


@pytest.fixture
def wallet(desk):
    return desk.wallet


@pytest.fixture(scope="session")
def full():
    """Whether every count is asked for."""
    return os.environ.get("SWITCHBOARD_FULL") == "1"


@pytest.fixture
def engine(settings):
    """A second way into the database, for looking past the session."""
    engine = create_engine(factory.database_url(settings.database_url))
    yield engine
    engine.dispose()
