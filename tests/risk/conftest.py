"""Lists of risk words for the tests: the wallet's frozen addresses and its promises."""

import pytest

from support import risk
from support.db import commit, db
from support.models import OwnAddress, Project, RiskWord, RiskWordGroup
from tests.factories import START

FROZEN = "T9yDfrozenWalletQQ11"


@pytest.fixture
def words(desk):
    """Give a function that makes a group of words for projects: `words("promises", "profit")`."""

    def made(name, *texts, kind="word", action="confirm", projects=None, **facts):
        group = RiskWordGroup(name=name, action=action, created_at=START, **facts)
        chosen = [db.session.get_one(Project, one.id) for one in projects or [desk.wallet]]
        group.projects = chosen
        group.words = [RiskWord(kind=kind, text=text, created_at=START) for text in texts]
        db.session.add(group)
        db.session.flush()
        risk.restamp([project.id for project in chosen])
        commit()
        return group

    return made


@pytest.fixture
def frozen(words):
    return words("Frozen addresses", "T9yD", kind="fragment")


@pytest.fixture
def banned(words):
    return words("Never", "guaranteed profit", action="block")


@pytest.fixture
def two_eyes(words):
    return words("Payments", "refund", four_eyes=True)


@pytest.fixture
def own(desk):
    """Give a function that makes an address the company's own."""

    def made(text, project=None):
        project = project or desk.wallet
        db.session.add(OwnAddress(project_id=project.id, text=text, created_at=START))
        risk.restamp([project.id])
        commit()

    return made
