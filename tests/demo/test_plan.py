"""The planned month: complete, in order, the same every time."""

from collections import Counter
from datetime import UTC, datetime
from random import Random

import pytest

from support.demo.customers import patron
from support.demo.plan import LAST, busiest, finished, plan
from support.demo.scenes import LANGUAGES, fitting, particulars, playable, scenes
from support.demo.team import PROJECTS, TEAM, agents_of
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
    assert 230 < kinds["take"] < 280
    assert kinds["note"] > 50
    assert kinds["transfer"] > 20
    assert {patron.language for patron in month.patrons.values()} == set(LANGUAGES)


def test_numbers_of_messages_follow_each_other_at_each_bot(month):
    for project in PROJECTS:
        numbers = [a.message for a in month.acts if a.is_message and a.project == project.key]
        assert numbers == list(range(1, len(numbers) + 1))
    assert busiest(month) < 5000


def test_every_desk_holds_something_and_something_waits(month):
    holder = {}
    for act in month.acts:
        if act.kind in ("take", "transfer"):
            holder[act.customer] = act.to or act.by
        elif act.kind == "resolve":
            holder.pop(act.customer, None)
    held = Counter(holder.values())
    for agent in (*agents_of("wallet"), *agents_of("market")):
        assert held[agent.email] >= 2


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
    assert len({agent.email for agent in TEAM}) == 7
    for agent in TEAM:
        assert checked_password(agent.password) == agent.password
