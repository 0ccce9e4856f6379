"""A warning on the session page: what the customer wrote, and the group it belongs to."""

import pytest

from support import reactions, risk
from support.db import commit, db
from support.messages import Incoming
from support.models import Project, RiskWord, RiskWordGroup, Suggestion
from tests.factories import START, numbers, person


@pytest.fixture
def warned(desk):
    case = desk.case("hello", holder=desk.mei)
    group = RiskWordGroup(name="Scams <b>", action="confirm", created_at=START, flags_incoming=True)
    group.projects = [db.session.get_one(Project, desk.wallet.id)]
    group.words = [RiskWord(kind="word", text="seed phrase", created_at=START)]
    db.session.add(group)
    db.session.flush()
    risk.restamp([desk.wallet.id])
    said = Incoming(person=person(), telegram_id=next(numbers), at=START, text="my seed phrase")
    reactions.receive(group.projects[0], said, now=START)
    commit()
    return case


def test_the_group_is_named_and_nothing_but_dismissal_offered(warned, desk, as_):
    page = as_(desk.mei).get(f"/conversations/{warned.id}").text
    assert 'data-kind="risk"' in page
    assert "Careful, the customer wrote what needs care:" in page
    assert "Scams &lt;b&gt;" in page
    assert "escalations?reason=" not in page.partition('class="sb-suggestions"')[2][:2_000]


def test_it_is_dismissed_as_others_are(warned, desk, as_, look):
    mei = as_(desk.mei)
    with look() as rows:
        number = rows.scalar(db.select(Suggestion.id))
    url = f"/conversations/{warned.id}/suggestions/{number}"
    assert "Scams &lt;b&gt;" in mei.get(url).text
    assert mei.post(f"{url}/dismissal", {"why": "he only asks"}, htmx=True).status_code == 200
    with look() as rows:
        assert rows.scalar(db.select(Suggestion.outcome)) == "dismissed"
