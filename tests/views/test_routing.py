"""The routing page: the simulator answers without writing, and decisions say who and why."""

import pytest
from sqlalchemy import func, select

from support import conversations, groups
from support.db import commit, db, utcnow
from support.models import Conversation, Event, RoutingDecision
from tests.factories import START, join, later, make_agent, person, say
from tests.shifts import advanced, arrive, frontline, here, holders

pytestmark = pytest.mark.one_database


@pytest.fixture
def url(desk):
    return f"/projects/{desk.wallet.id}/routing"


@pytest.fixture
def sun(as_, desk):
    return as_(desk.sun)


def plain(page):
    """Give a page's words without the isolates around names."""
    return page.text.replace("\N{FIRST STRONG ISOLATE}", "").replace(
        "\N{POP DIRECTIONAL ISOLATE}", ""
    )


def test_who_would_get_it_and_why(sun, desk, url, mei):
    frontline(desk, strategy="online_first")
    assert "Waits in the queue of Frontline: nobody is online" in plain(sun.get(url))
    here(mei, now=utcnow())
    page = plain(sun.get(url))
    assert "Given to Mei: the longest without a new one" in page
    assert "gets it" in page
    assert "offline" in page


def test_asking_writes_nothing(sun, desk, url, look):
    frontline(desk)
    arrive(desk.wallet)
    with look() as rows:
        before = [rows.scalar(select(func.count(t.id))) for t in (RoutingDecision, Event)]
    sun.get(f"{url}?tier=urgent&at=2026-11-27T16:30")
    with look() as rows:
        after = [rows.scalar(select(func.count(t.id))) for t in (RoutingDecision, Event)]
    assert before == after


def test_a_time_to_come_has_its_opening_hours_and_the_presence_of_now(sun, desk, url, mei):
    group = frontline(desk, strategy="online_first")
    groups.change(group, hours={"fri": [["09:00", "17:00"]]}, by=desk.olga, now=START)
    here(mei, now=utcnow())
    commit()
    open_, closed = sun.get(f"{url}?at=2026-11-27T16:30"), sun.get(f"{url}?at=2026-11-28T16:30")
    assert "Given to Mei" in plain(open_)
    assert "the group is closed now" in plain(closed)
    assert "opens 4 Dec 2026, 09:00" in closed.text


@pytest.mark.parametrize("wrong", ["yesterday", "0001-01-01T00:00", "2026-13-01T00:00"])
def test_a_time_that_is_none_is_said_and_kept(sun, desk, url, wrong):
    frontline(desk)
    page = sun.get(url, query_string={"at": wrong})
    assert page.status_code == 200
    assert "is not a date and time" in page.text
    assert f'value="{wrong}"' in page.text


def test_an_escalated_one_is_asked_of_the_level_above(sun, desk, url):
    frontline(desk)
    advanced(desk)
    assert "Waits in the queue of Advanced Support Group" in plain(sun.get(f"{url}?tier=escalated"))
    assert "Given to Mei" in plain(sun.get(f"{url}?tier=nonsense"))


def test_a_known_customer_is_found_by_name_and_comes_back_to_whom_he_knows(sun, desk, url):
    frontline(desk, strategy="online_first")
    anna = person(7_001, "Anna", last_name="Berg", username="annaberg")
    message = say(desk.wallet, who=anna)
    case = db.session.get_one(Conversation, message.conversation_id)
    conversations.take(case, by=desk.ken, now=START)
    conversations.resolve(case, by=desk.ken, now=START)
    here(desk.mei, desk.ken, now=utcnow())
    commit()
    found = sun.get(f"{url}/customers", query_string={"who": "@anna berg"}).text
    assert f'name="customer" value="{case.customer_id}"' in found
    assert "Nobody of that name" in sun.get(f"{url}/customers?who=100%25").text
    page = plain(sun.get(f"{url}?customer={case.customer_id}"))
    assert "Given to Ken: the customer knows this agent from last time" in page
    assert f'value="{case.customer_id}" checked' in page
    assert "Given to Mei" in plain(sun.get(url))


def test_a_customer_of_another_project_is_a_new_one(sun, desk, url):
    frontline(desk)
    stranger = say(desk.market, who=person(7_002, "Zed"))
    commit()
    assert "Zed" not in sun.get(f"{url}/customers?who=Zed").text.partition("<div")[2]
    assert "Zed" not in sun.get(f"{url}?customer={stranger.customer_id}").text


def test_a_project_without_groups_says_so(sun, url):
    page = sun.get(url).text
    assert "This project has no groups" in page
    assert "Nothing yet." in page


def test_decisions_say_who_was_given_what_and_who_else_was_looked_at(sun, desk, url, mei):
    frontline(desk, strategy="online_first", capacity=1)
    here(mei)
    first, second = arrive(desk.wallet, 1), arrive(desk.wallet, 2)
    assert holders(first, second) == ["Mei", None]
    page = plain(sun.get(url))
    decided = page[page.index('id="decisions"') :]
    assert decided.index("Waits in the queue of Frontline: everybody has enough") < decided.index(
        "Given to Mei: the longest without a new one"
    )
    assert "has enough in hand" in decided
    assert f'href="/conversations/{first.id}"' in decided
    alone = plain(sun.get(f"{url}?case={first.id}"))
    assert "Only those of conversation" in alone
    assert f'href="/conversations/{second.id}"' not in alone


def test_older_decisions_follow_by_pages(sun, desk, url, queries):
    group = frontline(desk)
    case = arrive(desk.wallet)
    for number in range(45):
        db.session.add(decision(case, group, number))
    commit()
    seen, address, asked = [], url, []
    while address:
        with queries() as statements:
            page = sun.get(address).text
        asked.append(len(statements))
        seen += numbers(page)
        older = page.partition('href="' + url + "?before=")[2].partition('"')[0]
        address = older and f"{url}?before={older}".replace("#decisions", "")
    assert len(seen) == len(set(seen)) == 46
    assert seen == sorted(seen, reverse=True)
    assert max(asked) <= 20


def decision(case, group, number):
    return RoutingDecision(
        conversation_id=case.id,
        group_id=group.id,
        at=later(minutes=number),
        trigger="room",
        reason="nobody_online",
        candidates=[],
    )


def numbers(page):
    return [int(part.partition('"')[0]) for part in page.split('id="decision-')[1:]]


def test_the_timeline_leads_to_the_decision_for_those_who_may_read_it(as_, sun, desk, mei, url):
    frontline(desk)
    case = arrive(desk.wallet)
    assert holders(case) == ["Mei"]
    commit()
    link = f'href="{url}?case={case.id}#decisions"'
    assert link in sun.get(f"/conversations/{case.id}").text
    assert link in as_(desk.ada).get(f"/conversations/{case.id}").text
    assert link not in as_(mei).get(f"/conversations/{case.id}").text


def test_auditors_read_and_agents_do_not(as_, desk, url, mei):
    frontline(desk)
    join(boss := make_agent("Boss"), desk.market, "supervisor")
    commit()
    assert as_(desk.ada).get(url).status_code == 200
    assert as_(mei).get(url).status_code == 403
    assert as_(mei).get(f"{url}/customers?who=a").status_code == 403
    assert as_(boss).get(url).status_code == 404
    assert as_(boss).get(f"{url}/customers?who=a").status_code == 404
