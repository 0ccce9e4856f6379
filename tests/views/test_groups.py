"""The groups pages: the ladder, the rules of each group, and sentences for what cannot be."""

import pytest
from sqlalchemy import select

from support import calendars, groups, projects
from support.db import commit, utcnow
from support.models import Conversation, Group, Project
from tests.factories import START, join, make_agent
from tests.shifts import advanced, arrive, frontline, here

pytestmark = pytest.mark.one_database

RULES = {
    "form": "rules",
    "name": "Frontline",
    "level": "1",
    "scope": "all",
    "strategy": "round_robin",
    "capacity": "5",
    "fallback": "",
    "fallback_minutes": "15",
    "accept_minutes": "5",
    "silent_minutes": "10",
}


def url(group_or_project, *parts):
    if isinstance(group_or_project, Project):
        return "/".join([f"/projects/{group_or_project.id}/groups", *parts])
    group = group_or_project
    return "/".join([f"/projects/{group.project_id}/groups/{group.id}", *parts])


@pytest.fixture
def sun(as_, desk):
    """Sun, who supervises the wallet, at his browser."""
    return as_(desk.sun)


def groups_of(look, project):
    with look() as rows:
        found = rows.scalars(
            select(Group)
            .where(Group.project_id == project.id, Group.removed_at.is_(None))
            .order_by(Group.level, Group.id)
        ).all()
        return {group.name: group for group in found}


def crew(look, group):
    with look() as rows:
        return [member.agent.name for member in rows.get_one(Group, group.id).members]


def test_a_project_without_groups_is_offered_two(sun, desk, look):
    assert "Open “Frontline” and “Advanced Support Group”" in sun.get(url(desk.wallet)).text
    answer = sun.post(url(desk.wallet, "offer"), {"form": "offer"})
    assert answer.status_code == 303
    page = sun.get(answer.location).text
    assert "The groups are open." in page
    assert "Open “Frontline” and" not in page
    found = groups_of(look, desk.wallet)
    assert [(group.name, group.level) for group in found.values()] == [
        ("Frontline", 1),
        ("Advanced Support Group", 2),
    ]
    assert crew(look, found["Advanced Support Group"]) == ["Sun"]


def test_the_ladder_shows_who_is_here_and_what_waits(sun, desk, mei):
    group = frontline(desk, strategy="online_first")
    arrive(desk.wallet)
    here(mei, now=utcnow())
    page = sun.get(url(desk.wallet)).text
    assert "New customers come here" in page
    assert "1 waits" in page
    assert "online · 0 of 5" in page
    assert f'id="group-{group.id}"' in page
    assert "it stays, and supervisors and owners are alerted" in page


def test_a_usual_level_is_one_click_and_is_offered_once(sun, desk, look):
    frontline(desk)
    answer = sun.post(url(desk.wallet), {"form": "new", "name": "Technical", "level": "3"})
    assert answer.status_code == 303
    assert groups_of(look, desk.wallet)["Technical"].level == 3
    ladder = sun.get(url(desk.wallet)).text
    assert "“Technical”, level 3" not in ladder
    assert "“Management”, level 4" in ladder
    assert "Nobody is in this group yet" in ladder


def test_a_taken_name_is_refused_and_stays_in_the_form(sun, desk):
    frontline(desk)
    page = sun.post(url(desk.wallet), {"form": "new", "name": "frontline", "level": "2"})
    assert page.status_code == 422
    assert "This project has a group named “frontline” already." in page.text
    assert 'value="frontline"' in page.text


def test_rules_are_changed(sun, desk, look):
    first, second = frontline(desk), advanced(desk)
    fields = RULES | {
        "name": "First line",
        "capacity": "3",
        "strategy": "online_first",
        "fallback": str(second.id),
        "fallback_minutes": "7",
    }
    assert sun.post(url(first), fields).status_code == 303
    with look() as rows:
        saved = rows.get_one(Group, first.id)
        assert (saved.name, saved.capacity, saved.strategy) == ("First line", 3, "online_first")
        assert (saved.fallback.name, saved.fallback_minutes) == ("Advanced Support Group", 7)


REFUSED = [
    ({"name": "Advanced Support Group"}, "has a group named “Advanced Support Group” already"),
    ({"name": " "}, "A name needs 1 to"),
    ({"level": "2"}, "The agents of a group above the frontline are chosen by name."),
    ({"level": "ten"}, "A level is a whole number"),
    ({"capacity": "0"}, "Each agent can have 1 to 500"),
    ({"accept_minutes": ""}, "Minutes are a whole number"),
    ({"strategy": "luck"}, "“luck”"),
    ({"fallback": "999999"}, "“999999”"),
]


@pytest.mark.parametrize(("wrong", "sentence"), REFUSED)
def test_a_refused_rule_says_why_and_keeps_what_was_typed(sun, desk, wrong, sentence, look):
    group = frontline(desk)
    advanced(desk)
    page = sun.post(url(group), RULES | {"silent_minutes": "44"} | wrong)
    assert page.status_code == 422
    assert sentence in page.text
    assert 'value="44"' in page.text
    with look() as rows:
        assert rows.get_one(Group, group.id).silent_minutes == 10


def test_a_lower_fallback_and_a_circle_are_refused(sun, desk):
    low, high = frontline(desk), advanced(desk)
    higher = dict(RULES, name=high.name, level="2", scope="chosen", fallback=str(low.id))
    page = sun.post(url(high), higher)
    assert (page.status_code, "A fallback is of the same level or higher." in page.text) == (
        422,
        True,
    )
    assert f'<option value="{low.id}"' not in page.text
    other = groups.create(desk.wallet, "Other", level=2, by=desk.olga, now=START)
    groups.change(other, by=desk.olga, now=START, fallback=high)
    commit()
    page = sun.post(url(high), higher | {"fallback": str(other.id)})
    assert "That would lead in a circle: Advanced Support Group → Other → " in page.text
    assert f'<option value="{other.id}" selected' in page.text


def test_who_was_in_it_stays_in_it_when_agents_are_chosen(sun, desk, look):
    group = frontline(desk)
    assert sun.post(url(group), RULES | {"scope": "chosen"}).status_code == 303
    assert crew(look, group) == ["Mei", "Ken"]


def test_agents_are_chosen_and_ordered_without_scripts(sun, desk, look):
    group = advanced(desk)
    chosen = {"form": "members", "agent": [desk.sun.id, desk.ken.id, desk.mei.id]}
    assert sun.post(url(group, "members"), chosen).status_code == 303
    assert crew(look, group) == ["Sun", "Ken", "Mei"]
    sun.post(url(group, "members"), chosen | {"up": desk.mei.id})
    assert crew(look, group) == ["Sun", "Mei", "Ken"]
    sun.post(url(group, "members"), chosen | {"down": desk.mei.id})
    assert crew(look, group) == ["Sun", "Ken", "Mei"]
    sun.post(url(group, "members"), chosen | {"up": desk.sun.id})
    assert crew(look, group) == ["Sun", "Ken", "Mei"]


def test_moving_by_htmx_draws_the_list_alone(sun, desk):
    group = advanced(desk, desk.sun, desk.ken)
    fields = {"form": "members", "agent": [desk.sun.id, desk.ken.id], "up": desk.ken.id}
    page = sun.post(url(group, "members"), fields, htmx=True)
    assert page.status_code == 200
    assert "<html" not in page.text
    assert page.text.index("Move Ken up") < page.text.index("Move Sun up")


def test_an_everybodys_group_is_ordered_too(sun, desk, look):
    group = frontline(desk)
    fields = {"form": "members", "agent": [desk.mei.id, desk.ken.id], "up": desk.ken.id}
    sun.post(url(group, "members"), fields)
    assert crew(look, group) == ["Ken", "Mei"]


def test_nobody_and_the_unfit_are_refused(sun, desk):
    group = advanced(desk)
    page = sun.post(url(group, "members"), {"form": "members"})
    assert page.status_code == 422
    assert "Choose one agent at least" in page.text
    fields = {"form": "members", "agent": [desk.ken.id, desk.ada.id]}
    page = sun.post(url(group, "members"), fields)
    assert page.status_code == 422
    assert "Ada cannot hold conversations of this project." in page.text
    assert f'id="agent-{desk.ken.id}" name="agent" value="{desk.ken.id}" checked' in page.text


def test_an_empty_level_proposes_the_supervisors(sun, desk):
    group = groups.create(desk.wallet, "Technical", level=3, by=desk.olga, now=START)
    commit()
    page = sun.get(url(group)).text
    assert f'id="agent-{desk.sun.id}" name="agent" value="{desk.sun.id}" checked' in page
    assert f'name="agent" value="{desk.mei.id}" checked' not in page


def test_a_group_is_removed_and_says_first_where_its_conversations_go(sun, desk, look):
    first, second = frontline(desk), advanced(desk)
    third = groups.create(desk.wallet, "Management", level=3, by=desk.olga, now=START)
    groups.change(second, by=desk.olga, now=START, fallback=third)
    case = arrive(desk.wallet)
    case.group, case.assignee, case.queued_at = second, None, START
    commit()
    page = sun.get(url(second)).text
    assert "1 conversation waits in its queue." in page
    assert "They become those of “Management”" in page
    answer = sun.post(url(second, "removal"), {"form": "removal"})
    assert "went to “Management”" in sun.get(answer.location).text
    assert list(groups_of(look, desk.wallet)) == [first.name, "Management"]
    with look() as rows:
        assert rows.get_one(Conversation, case.id).group_id == third.id


def test_a_group_with_a_queue_and_no_fallback_stays(sun, desk):
    frontline(desk)
    second = advanced(desk)
    case = arrive(desk.wallet)
    case.group, case.assignee, case.queued_at = second, None, START
    commit()
    assert "It has no fallback to take them: choose one first." in sun.get(url(second)).text
    page = sun.post(url(second, "removal"), {"form": "removal"})
    assert page.status_code == 422
    assert "still has 1 conversations. Give it a fallback" in page.text


WEEK = {"form": "hours", "open": "table"}


def test_hours_are_a_weekly_table_with_nights(sun, desk, look):
    group = frontline(desk)
    fields = WEEK | {
        "mon-from": ["9", "14:00"],
        "mon-to": ["12:30", "18"],
        "fri-from": ["2200"],
        "fri-to": ["6:00"],
        "sun-from": [""],
        "sun-to": [""],
    }
    assert sun.post(url(group, "hours"), fields).status_code == 303
    with look() as rows:
        assert rows.get_one(Group, group.id).hours == {
            "mon": [["09:00", "12:30"], ["14:00", "18:00"]],
            "fri": [["22:00", "06:00"]],
        }
    ladder = sun.get(url(desk.wallet)).text.replace("\N{EN DASH}", "-")
    assert "Mon 09:00-12:30, 14:00-18:00" in ladder
    assert "Fri 22:00-06:00 of the next day" in ladder
    assert "next day</small>" in sun.get(url(group)).text
    assert sun.post(url(group, "hours"), {"form": "hours", "open": "always"}).status_code == 303
    with look() as rows:
        assert rows.get_one(Group, group.id).hours is None


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "These hours never open."),
        ({"tue-from": ["25:00"], "tue-to": ["26"]}, "“25:00 - 26:00” is not a span"),
        ({"tue-from": ["9:00"], "tue-to": ["half"]}, "“09:00 - half” is not a span"),
        ({"tue-from": ["9:00"], "tue-to": [""]}, "“09:00 - ” is not a span"),
    ],
)
def test_bad_hours_are_refused_and_kept(sun, desk, fields, sentence):
    page = sun.post(url(frontline(desk), "hours"), WEEK | fields)
    assert page.status_code == 422
    assert sentence in page.text
    for values in fields.values():
        assert f'value="{values[0]}"' in page.text.replace('value="09:00"', 'value="9:00"').replace(
            'value="26:00"', 'value="26"'
        )


def test_a_line_more_and_a_copied_monday_are_drawn_and_not_saved(sun, desk, look):
    group = frontline(desk)
    fields = WEEK | {"mon-from": ["09:00"], "mon-to": ["17:00"]}
    page = sun.post(url(group, "hours"), fields | {"more": "mon"}).text
    assert page.count('name="mon-from"') == 2
    assert "<html" in page
    page = sun.post(url(group, "hours"), fields | {"copy": "mon"}, htmx=True).text
    assert "<html" not in page
    assert page.count('value="17:00"') == 5
    with look() as rows:
        assert rows.get_one(Group, group.id).hours is None


def test_auditors_read_the_ladder_and_change_nothing(as_, desk):
    group = frontline(desk)
    ada = as_(desk.ada)
    page = ada.get(url(desk.wallet))
    assert page.status_code == 200
    assert ">Edit<" not in page.text
    assert "Add a group" not in page.text
    assert ada.get(url(group)).status_code == 403
    assert ada.post(url(group), RULES).status_code == 403
    assert ada.post(url(group, "removal")).status_code == 403


def test_a_group_is_found_in_its_own_project_only(as_, desk, look):
    join(boss := make_agent("Boss"), desk.market, "supervisor")
    group = frontline(desk)
    commit()
    browser = as_(boss)
    assert browser.get(url(desk.wallet)).status_code == 404
    assert browser.get(url(group)).status_code == 404
    foreign = f"/projects/{desk.market.id}/groups/{group.id}"
    assert browser.get(foreign).status_code == 404
    assert browser.post(f"{foreign}/removal").status_code == 404


def test_a_new_project_opens_its_groups_if_asked(as_, desk, look, monkeypatch):
    bot = projects.Bot(id=987654, username="ramp_bot", name="Ramp")
    monkeypatch.setattr("support.botcheck.ask", lambda _token, _data: bot)
    olga = as_(desk.olga)
    fields = {"name": "Ramp", "timezone": "UTC", "groups": "1"}
    fields["token"] = "987654:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
    assert "Open the groups" in olga.get("/projects/new").text
    assert olga.post("/projects/new", fields).status_code == 303
    with look() as rows:
        names = rows.scalars(
            select(Group.name).join(Group.project).where(Project.name == "Ramp")
        ).all()
    assert sorted(names) == ["Advanced Support Group", "Frontline"]


def test_a_group_opens_by_a_calendar_where_the_project_has_one(sun, desk, look):
    group = frontline(desk)
    assert "By a calendar" not in sun.get(url(group)).text
    week = {"mon": [["09:00", "17:00"]]}
    office = calendars.create(desk.wallet, "Office", weekly=week, by=desk.olga, now=START)
    commit()
    fields = {"form": "hours", "open": "calendar", "calendar": office.id}
    assert sun.post(url(group, "hours"), fields).status_code == 303
    with look() as rows:
        saved = rows.get_one(Group, group.id)
        assert (saved.calendar_id, saved.hours) == (office.id, None)
    assert "Calendar “Office”" in sun.get(url(desk.wallet)).text
    foreign = fields | {"calendar": office.id + 1}
    assert sun.post(url(group, "hours"), foreign).status_code == 404
