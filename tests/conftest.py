"""The desk under test: both databases, the embedded Valkey, and the people everyone knows."""

import os
import tempfile
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event

from support import config, factory, passwords, queue
from support.db import db
from support.models import Workspace
from tests import factories, services
from tests.rows import rows_of

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
    return asked is not None and asked.params.get("built") == "postgres"


@pytest.fixture(scope="session", autouse=True)
def _light_hashes():
    """Hash passwords with next to no work: it takes 160 ms of a core else, at every login."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "hasher", factories.LIGHT)
        yield


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory):
    with services.valkey(tmp_path_factory.mktemp("valkey")) as url:
        yield url


@pytest.fixture(scope="session")
def postgres():
    with services.postgres() as server:
        yield server


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgres", marks=postgres_wanted)])
def built(request):
    """Run every test that touches rows on both databases.

    What is built stays until the end: a process comes back to each database with every file.
    """
    return request.getfixturevalue(f"on_{request.param}")


@pytest.fixture(scope="session")
def on_sqlite(redis_url, tmp_path_factory):
    # In memory, where the machine offers that: a commit waits for no disk.
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        url = f"sqlite:///{folder}/desk.db"
        with standing(settings_for(tmp_path_factory.mktemp("data"), url, redis_url)) as app:
            yield app


@pytest.fixture(scope="session")
def on_postgres(postgres, redis_url, tmp_path_factory):
    url = postgres.url(postgres.create())
    with standing(settings_for(tmp_path_factory.mktemp("data"), url, redis_url)) as app:
        yield app


@contextmanager
def standing(settings):
    """Build the application and its tables, with a way to the rows beside the session."""
    app = factory.build(settings)
    app.config["TESTING"] = True
    with app.app_context():
        db.create_all()
    with ExitStack() as app.extensions["ends"], closing(rows_of(settings.database_url)) as rows:
        app.extensions["rows"] = rows
        rows.unguard()
        yield app
    with app.app_context():
        db.drop_all()
        db.engine.dispose()


@pytest.fixture(scope="session")
def settings(built):
    return built.config["SETTINGS"]


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


@pytest.fixture
def app(built):
    """Give the application with empty tables, bound to the Valkey that a test may have left."""
    queue.wire.bind(built.config["SETTINGS"].redis_url)
    yield built
    built.extensions["rows"].wipe()
    queue.wire.redis.flushdb()


@pytest.fixture
def desk(app):
    """Open an application context with the workspace, its people and the wallet's project."""
    with app.app_context():
        yield founded(app)
        db.session.rollback()


def founded(app):
    """Found the desk once for each database; for every other test its rows are put back."""
    rows = app.extensions["rows"]
    if rows.put_back("founded"):
        return factories.Desk.known()
    db.session.add(Workspace(name="Harbour", timezone="UTC", language="en", created_at=START))
    desk = factories.Desk.founded(app.config["SETTINGS"])
    db.session.commit()
    rows.keep("founded")
    return desk


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


@pytest.fixture
def queries():
    """Collect the statements of what happens in a `with` block, on whichever connection."""

    @contextmanager
    def counted():
        seen = []

        def note(_connection, _cursor, statement, *_others):
            if not statement.startswith("BEGIN"):
                seen.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        yield seen
        event.remove(Engine, "before_cursor_execute", note)

    return counted
