"""Three levels of groups in which nobody is given anything unless he takes it."""

import pytest

from support import groups
from support.db import commit
from tests.factories import START, join, make_agent
from tests.sla.telling import Teller


@pytest.fixture
def levels(desk):
    """Mei and Ken answer, Ann and Sun stand above them, Tom above these."""
    desk.frontline, desk.advanced = groups.offer(desk.wallet, by=desk.olga, now=START)
    desk.ann = join(make_agent("Ann"), desk.wallet)
    desk.tom = join(make_agent("Tom"), desk.wallet)
    desk.technical = groups.create(desk.wallet, "Technical", level=3, by=desk.olga, now=START)
    groups.set_members(desk.advanced, [desk.ann, desk.sun], by=desk.olga, now=START)
    groups.set_members(desk.technical, [desk.tom], by=desk.olga, now=START)
    for group in (desk.frontline, desk.advanced, desk.technical):
        groups.change(group, strategy="online_first", by=desk.olga, now=START)
    groups.change(desk.advanced, fallback=desk.technical, by=desk.olga, now=START)
    commit()
    return desk


@pytest.fixture
def teller(levels):
    return Teller(levels)
