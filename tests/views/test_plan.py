"""Plans and permissions on the page: what is included, who takes seats, and a trial that ends."""

import re
from datetime import timedelta

import pytest

from support import access, plans, projects
from support.db import commit, utcnow
from support.models import Workspace

pytestmark = pytest.mark.one_database


@pytest.fixture
def choose(desk):
    def to(name, now=None):
        plans.choose(projects.workspace(), name, by=desk.olga, now=now or utcnow())
        commit()

    return to


def test_the_page_says_what_each_plan_includes_and_who_takes_seats(as_, desk):
    page = as_(desk.olga).get("/plan").text
    assert "<strong>5</strong>" in page  # Olga, Sun, Mei, Ken, Zoe; not Ada, who audits
    assert "mei@desk.example" in page
    assert "ada@desk.example" not in page
    for words in ("Professional", "Private notes outside handovers", "any number", "3 days"):
        assert words in page


def test_a_downgrade_says_what_it_would_refuse_and_disables_nobody(as_, desk, look):
    olga = as_(desk.olga)
    page = olga.get("/plan").text
    standard = page[page.index('id="plan-standard"') : page.index('id="plan-professional"')]
    assert "5 seats are taken of 3: nobody is shut out, and nobody is added." in standard
    assert "No more of: Private notes outside handovers, Reports, Customer profiles" in standard
    answer = olga.post("/plan", {"plan": "standard"})
    assert "The plan is now “Standard”." in olga.get(answer.location).text
    with look() as rows:
        assert rows.query(Workspace).one().plan == "standard"
    assert as_(desk.mei).get("/").status_code == 200
    assert "has 3 seats and all are taken" in olga.post("/people/invite", {"email": "l@d.ex"}).text


def test_an_unknown_plan_gets_its_sentence(as_, desk):
    page = as_(desk.olga).post("/plan", {"plan": "gold"})
    assert page.status_code == 422
    assert "“gold” is not a plan." in page.text


def test_a_running_trial_shows_its_days_to_the_owner(as_, desk, choose):
    choose("trial", utcnow() - timedelta(days=1, hours=1))
    assert "2 days of the trial are left." in as_(desk.olga).get("/account").text
    assert "the trial" not in as_(desk.mei).get("/account").text


def test_an_ended_trial_says_so_on_every_page_and_refuses_to_send(as_, desk, choose):
    case = desk.case(holder=desk.mei, now=utcnow())
    choose("trial", utcnow() - timedelta(days=3))
    said = "The trial has ended: nothing is sent. Customers still reach you."
    mei = as_(desk.mei)
    for path in ("/", f"/conversations/{case.id}", "/account", "/conditions"):
        assert said in mei.get(path).text
    assert "Choose a plan" not in mei.get("/account").text
    assert "Choose a plan" in as_(desk.olga).get("/account").text
    answer = mei.post(
        f"/conversations/{case.id}/messages", {"text": "hello", "client_key": "k1"}, htmx=True
    )
    assert answer.status_code == 409
    assert "The trial has ended, so nothing is sent. Your text is kept" in answer.text
    choose("professional")
    assert said not in mei.get("/account").text


def test_the_permissions_are_the_gates_own_lines(as_, desk):
    page = as_(desk.mei).get("/permissions").text
    for subject, lines in access.MATRIX.items():
        assert subject in page
        for line in lines:
            row = page[page.index(f'id="may-{line.what}"') :]
            row = row[: row.index("</tr>")]
            assert line.words in row
            grants = re.findall(r'data-grant="(\w+)"', row)
            assert grants == [line.of(role) for role in access.ROLES]
