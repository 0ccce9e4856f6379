"""What was promised, told as stories: who wrote when, what was done, which clocks, which verdicts.

The stories are in `stories.txt`: a line of the story begins with its minute, a clock with `=`.
"""

from pathlib import Path

import pytest
from sqlalchemy import exc, func, select, update

from support.db import db
from support.models import Conversation, SlaClock
from tests.sla.telling import told

FILE = Path(__file__).with_name("stories.txt")


def stories():
    found = {}
    for part in FILE.read_text().split("# ")[1:]:
        name, *lines = part.strip().splitlines()
        clocks = [line[2:] for line in lines if line.startswith("= ")]
        found[name] = ("\n".join(line for line in lines if not line.startswith("=")), clocks)
    return found


STORIES = stories()


def test_there_are_stories_enough():
    assert len(STORIES) >= 60


@pytest.mark.parametrize("name", STORIES)
def test_a_story(teller, name):
    story, clocks = STORIES[name]
    assert told(teller.tell(story)) == clocks
    what_sql_says_is_what_python_says(teller.now)
    the_earliest_is_kept_with_the_conversation()


def what_sql_says_is_what_python_says(now):
    rows = select(SlaClock, SlaClock.verdict(now))
    for clock, verdict in db.session.execute(rows):
        assert clock.verdict(now) == verdict


def the_earliest_is_kept_with_the_conversation():
    for case in db.session.scalars(select(Conversation)):
        runs = select(func.min(SlaClock.due_at)).where(
            SlaClock.conversation_id == case.id,
            SlaClock.stopped_at.is_(None),
            SlaClock.ends_at.is_(None),
        )
        assert case.due_at == db.session.scalar(runs)


def test_a_stopped_clock_never_changes(teller):
    teller.tell(STORIES["a reply in time"][0])
    stopped = update(SlaClock).where(SlaClock.stopped_at.is_not(None))
    with pytest.raises(exc.DBAPIError, match="never changes"):
        db.session.execute(stopped.values(target_seconds=1))
    db.session.rollback()
    db.session.execute(update(SlaClock).where(SlaClock.stopped_at.is_(None)).values(round=1))
