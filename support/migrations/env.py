"""Runs migrations, in a process of its own: on SQLite foreign keys are off meanwhile."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from support import models  # the tables, known to the metadata
from support.db import db


def migrate() -> None:
    """Bring the database to the wanted revision; a failure leaves nothing behind.

    SQLite alters a table by making it anew, which foreign keys forbid, and ignores the
    pragma inside a transaction: so it is set before the first one.
    """
    with db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=models.Message.metadata,
            transactional_ddl=True,
            render_as_batch=True,
            compare_type=True,
            user_module_prefix="support.db.",
        )
        with context.begin_transaction():
            context.run_migrations()
            if sqlite:
                check_foreign_keys(connection)


def check_foreign_keys(connection: Connection) -> None:
    """Fail, and so undo everything, if a row points at nothing."""
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        message = f"rows that point at nothing: {broken[:5]}"
        raise RuntimeError(message)


current_app.logger.info("migrating %s", db.engine.dialect.name)
migrate()
