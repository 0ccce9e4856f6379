"""A process of its own that lets customers write, as fast as it can, whenever it is told to.

`python -m tests.offering` with the installation's settings as JSON on its first line of input;
every further line is the number of the first customer and how many follow him.
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


def main():
    values = json.loads(sys.stdin.readline())
    app = factory.build(settings_for(Path(values.pop("data")), **values))
    say_so("ready")
    for line in sys.stdin:
        with app.app_context():
            offer(*map(int, line.split()))
        say_so("done")


def say_so(word):
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def offer(first, count):
    project = db.session.scalar(select(Project).where(Project.name == "Wallet"))
    group = db.session.scalar(select(Group))
    commit()
    for number in range(first, first + count):
        who = person(7_000_000 + number)
        say(project, "Where is it?", who=who, telegram_id=1_000_000 + number)
        commit()
    # What was left for a job, because another process had the turn: as a worker would.
    for _ in range(count // placing.BATCH + 1):
        sweeps.drain_group(group.id, START)


if __name__ == "__main__":
    main()
