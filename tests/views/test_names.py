"""How people, browsers and instants are shown, whatever they are called and wherever they are."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from support.db import commit, db
from support.models import Login, Workspace
from support.views import i18n, names

NIGHT = datetime(2026, 11, 2, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Maria Ivanova", "MI"),
        ("陈伟 Chen", "陈"),
        ("محمد علي", "مع"),
        ("priya 🌸", "P"),
        ("<b>bold</b>", "B"),
        ("\u202e\u200b", "?"),
        ("", "?"),
    ],
)
def test_initials_are_found_in_anything(name, letters):
    assert names.initials(name) == letters


def test_a_colour_stays_the_same_for_the_same_person():
    hues = {names.hue(f"agent-{number}") for number in range(100)}
    assert hues == set(range(8))
    assert names.hue("agent-7") == names.hue("agent-7")


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0 Safari/537.36", "Chrome · Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/156.0 Safari/537.36 Edg/156.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604", "Safari · iPhone"),
        ("curl/8", "Unknown browser"),
    ],
)
def test_a_browser_is_named_as_its_owner_would(web, agent, words):
    with web.test_request_context():
        assert names.browser(agent) == words


@pytest.mark.parametrize(
    ("zone", "language", "words"),
    [
        ("Europe/Berlin", "en", "2 Nov 2026, 23:30"),
        ("Asia/Shanghai", "zh", "2026年11月3日, 06:30"),
    ],
)
def test_an_instant_is_written_in_the_projects_zone(web, zone, language, words):
    with web.test_request_context(headers={"Accept-Language": language}):
        i18n.write_in(zone)
        assert i18n.moment(NIGHT) == words


def test_a_page_of_no_project_is_written_in_the_workspaces_zone(as_, desk, look):
    db.session.scalars(select(Workspace)).one().timezone = "Asia/Shanghai"
    commit()
    page = as_(desk.mei).get("/account").text
    with look() as rows:
        begun = rows.scalars(select(Login)).one().created_at
    assert f"{begun.astimezone(ZoneInfo('Asia/Shanghai')):%H:%M}" in page
