"""A process of its own that lets customers write, as fast as it can, once it is told to.

`python -m tests.offering FIRST COUNT` with the installation's settings as JSON on its first
line of input, and any second line as the signal.
"""

import json
import sys
from pathlib import Path

from sqlalchemy import select

from support import factory, sweeps
from support.db import commit, db
from support.models import Group, Project
from support.routing import placing
from tests.conftest import settings_for
from tests.factories import START, person, say


def main(first, count):
    values = json.loads(sys.stdin.readline())
    app = factory.build(settings_for(Path(values.pop("data")), **values))
    with app.app_context():
        project = db.session.scalar(select(Project).where(Project.name == "Wallet"))
        group = db.session.scalar(select(Group))
        commit()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        for number in range(first, first + count):
            who = person(7_000_000 + number)
            say(project, "Where is it?", who=who, telegram_id=1_000_000 + number)
            commit()
        # What was left for a job, because another process had the turn: as a worker would.
        for _ in range(count // placing.BATCH + 1):
            sweeps.drain_group(group.id, START)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
