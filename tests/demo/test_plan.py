"""The planned month: complete, in order, the same every time."""

from collections import Counter
from datetime import UTC, datetime
from random import Random

import pytest

from support.demo.customers import patron
from support.demo.deeds import DEEDS
from support.demo.groups import frontline_of
from support.demo.performance import PRESENCE
from support.demo.plan import LAST, busiest, finished, plan
from support.demo.scenes import LANGUAGES, fitting, particulars, playable, scenes
from support.demo.shifts import LENGTH
from support.demo.team import PROJECTS, TEAM
from support.passwords import checked_password

ANCHOR = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def month():
    return plan(ANCHOR)


def test_the_same_instant_gives_the_same_plan(month):
    assert plan(ANCHOR) == month


def test_every_act_has_an_instant_of_its_own_in_order(month):
    instants = [act.at for act in month.acts]
    assert instants == sorted(set(instants))
    assert instants[-1] == ANCHOR - LAST
    assert (ANCHOR - instants[0]).days in (28, 29, 30)


def test_what_is_left_after_an_act_is_the_rest(month):
    half = month.acts[700].at
    assert month.after(None) == list(month.acts)
    assert month.after(half) == list(month.acts[701:])
    assert not finished(half, ANCHOR)
    assert finished(month.acts[-1].at, ANCHOR)


def test_a_month_is_as_busy_as_a_small_desk(month):
    kinds = Counter(act.kind for act in month.acts)
    assert 1600 < kinds["say"] + kinds["reply"] < 2000
    assert kinds["note"] > 50
    assert kinds["transfer"] > 10
    assert kinds["escalate"] > 20
    assert set(kinds) <= {*DEEDS, *PRESENCE, "say"}
    assert {patron.language for patron in month.patrons.values()} == set(LANGUAGES)


def test_numbers_of_messages_follow_each_other_at_each_bot(month):
    for project in PROJECTS:
        numbers = [a.message for a in month.acts if a.is_message and a.project == project.key]
        assert numbers == list(range(1, len(numbers) + 1))
    assert busiest(month) < 5000


def test_on_every_desk_of_the_frontline_something_is_to_be_done(month):
    held = Counter(act.to for act in month.acts if act.kind == "take")
    for agent in (*frontline_of("wallet"), *frontline_of("market")):
        assert held[agent.email] >= 2


def test_everybody_goes_home_before_the_story_ends(month):
    here = Counter()
    for act in month.acts:
        here[act.by] += {"come": 1, "go": -1}.get(act.kind, 0)
    assert set(here.values()) == {0}
    for shift in month.rota:
        assert shift.start < shift.rest < shift.start + LENGTH
        assert shift.end < ANCHOR


@pytest.mark.parametrize("scene", scenes(), ids=lambda scene: scene.name)
def test_a_scene_begins_with_its_customer_and_is_answered(scene):
    given = particulars(Random(1), name="Zoë")
    assert scene.lines[0].kind == "say"
    assert "reply" in [line.kind for line in scene.lines]
    assert all(line.text.format(agent="Mei", **given) for line in scene.lines)
    assert scene.projects


def test_every_project_has_scenes_in_every_language():
    for project in ("wallet", "market"):
        assert all(fitting(language, project) for language in LANGUAGES)
        assert {scene.language for scene in playable(project)} == set(LANGUAGES)


def test_somebody_stays_who_he_is():
    assert patron(4_000_000_007) == patron(4_000_000_007)


def test_the_team_may_log_in():
    assert [agent.role for agent in TEAM].count("owner") == 1
    assert len({agent.email for agent in TEAM}) == 8
    for agent in TEAM:
        assert checked_password(agent.password) == agent.password
