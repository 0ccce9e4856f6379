"""The inbox: whose rows stand in which list, how they are paged, and what they cost."""

import re

import pytest

from support import conversations, messages
from support.db import commit
from tests.factories import answer, join, later, person, say
from tests.shifts import advanced, frontline


def names(response):
    return re.findall(r'sb-case-name">([^<]*)<', response.get_data(as_text=True))


@pytest.fixture
def cases(desk):
    """Give one conversation in each state, each by a customer named for it."""
    made = {
        "Mine": desk.case(who=person(1, "Mine"), holder=desk.mei),
        "Kens": desk.case(who=person(2, "Kens"), holder=desk.ken),
        "Waits": desk.case(who=person(3, "Waits")),
        "Done": desk.case(who=person(4, "Done"), holder=desk.mei),
        "KenDid": desk.case(who=person(5, "KenDid"), holder=desk.ken),
    }
    conversations.resolve(made["Done"], by=desk.mei, now=later(minutes=1))
    conversations.resolve(made["KenDid"], by=desk.ken, now=later(minutes=1))
    say(desk.market, who=person(6, "Foreign"))
    commit()
    return made


def test_an_agent_finds_each_conversation_in_its_view(cases, as_, desk):
    mei = as_(desk.mei)
    assert names(mei.get("/")) == ["Mine"]
    assert names(mei.get("/?view=unassigned")) == ["Waits"]
    assert names(mei.get("/?view=resolved")) == ["Done"]
    assert names(mei.get("/?view=all")) == []


def test_a_supervisor_finds_everything_of_his_project(cases, as_, desk):
    sun = as_(desk.sun)
    assert set(names(sun.get("/?view=all"))) == {"Mine", "Kens", "Waits"}
    assert set(names(sun.get("/?view=resolved"))) == {"Done", "KenDid"}


def test_all_is_offered_to_watchers_alone(cases, as_, desk):
    assert "view=all" in as_(desk.ada).get("/").text
    assert "view=all" not in as_(desk.mei).get("/").text


def test_one_project_can_be_chosen(cases, as_, desk):
    olga = as_(desk.olga)
    assert names(olga.get(f"/?view=all&project={desk.market.id}")) == ["Foreign"]
    assert "Foreign" in names(olga.get("/?view=all"))


def test_a_foreign_project_shows_nothing(cases, as_, desk):
    assert names(as_(desk.mei).get(f"/?view=unassigned&project={desk.market.id}")) == []


def test_a_hidden_queue_is_empty_for_agents_and_not_for_supervisors(cases, as_, desk):
    desk.wallet.agents_see_queue = False
    commit()
    assert names(as_(desk.mei).get("/?view=unassigned")) == []
    assert names(as_(desk.sun).get("/?view=unassigned")) == ["Waits"]


def test_an_unknown_view_is_not_there(cases, as_, desk):
    assert as_(desk.mei).get("/?view=everything").status_code == 404


NEWEST = [*reversed(range(65))]


@pytest.mark.parametrize("view", ["unassigned", "all"])
def test_pages_follow_each_other_without_gap_or_repeat(view, as_, desk):
    for number in range(65):
        desk.case(who=person(100 + number, f"C{number:02}"), now=later(minutes=number // 2))
    browser = as_(desk.sun)
    seen, address = [], f"/?view={view}"
    while address:
        page = browser.get(address)
        seen += names(page)
        more = re.search(r'href="(/\?before=[^"]+)"', page.get_data(as_text=True))
        address = more.group(1).replace("&amp;", "&") if more else None
    assert seen == [f"C{number:02}" for number in (range(65) if view == "unassigned" else NEWEST)]


def test_what_waits_stands_as_the_queues_do_through_every_page(as_, desk):
    tiers = {"standard": 20, "urgent": 20, "escalated": 20}
    due = {"urgent": later(hours=2), "escalated": later(hours=3), "standard": None}
    for tier, many in tiers.items():
        for number in range(many):
            who = person(number + 100 * len(tier), f"{tier}{number:02}")
            case = desk.case(who=who, now=later(minutes=number))
            case.tier, case.due_at = tier, due[tier]
    commit()
    browser = as_(desk.mei)
    first = browser.get("/?view=unassigned")
    place = re.search(r'href="/\?before=([^"&]+)', first.text).group(1)
    seen = names(first) + names(browser.get(f"/?view=unassigned&before={place}"))
    order = ("urgent", "escalated", "standard")
    assert seen == [f"{tier}{number:02}" for tier in order for number in range(20)]


def test_the_queues_of_own_groups_are_told_apart_and_filtered(as_, desk):
    frontline(desk)
    upper = advanced(desk, desk.sun, desk.ken)
    low = desk.case(who=person(1, "Low"))
    high = desk.case(who=person(2, "High"))
    low.assignee_id = high.assignee_id = None
    high.group_id = upper.id
    commit()
    assert names(as_(desk.mei).get("/?view=unassigned")) == ["Low"]
    page = as_(desk.ken).get("/?view=unassigned")
    assert sorted(names(page)) == ["High", "Low"]
    assert "Advanced Support Group" in page.text
    assert names(as_(desk.ken).get(f"/?view=unassigned&group={upper.id}")) == ["High"]
    assert names(as_(desk.mei).get(f"/?view=unassigned&group={upper.id}")) == []
    assert "Advanced Support Group" in as_(desk.ken).get("/filters?view=unassigned").text
    assert "Advanced Support Group" not in as_(desk.mei).get("/filters").text


def test_a_bad_place_is_the_beginning(cases, as_, desk):
    mei = as_(desk.mei)
    for place in ("x", "1-", "9" * 40 + "-1", "-1-1", "1-1-1"):
        assert names(mei.get(f"/?before={place}")) in (["Mine"], [])


def test_the_row_says_what_was_said_last_and_by_whom(desk, as_):
    case = desk.case(holder=desk.mei)
    answer(case, "On it <b>", by=desk.mei)
    say(desk.wallet, who=person(2, "Photo"), text="", kind="photo", media=messages.Media("photo"))
    commit()
    mei = as_(desk.mei)
    assert "You:" in mei.get("/").text
    assert "On it &lt;b&gt;" in mei.get("/").text
    assert "Photo" in mei.get("/?view=unassigned").text


def test_unread_messages_are_counted_alike_on_row_chip_and_rail(desk, as_):
    case = desk.case(holder=desk.mei)
    for _ in range(2):
        say(desk.wallet)
    commit()
    page = as_(desk.mei).get("/").text
    assert case.unread_count == 3
    assert page.count("3 unread messages") == 3
    counters = as_(desk.mei).get("/counters").text
    assert counters.count("3 unread messages") == 2


def test_a_name_is_text_and_cannot_reorder_its_row(desk, as_):
    desk.case(who=person(1, "<script>x</script>\u202e"), holder=desk.mei)
    page = as_(desk.mei).get("/").text
    assert "<script>x" not in page
    assert '<bdi class="sb-case-name">&lt;script&gt;' in page


@pytest.mark.parametrize("who", ["mei", "sun", "olga", "ada"])
@pytest.mark.parametrize("view", ["mine", "unassigned", "all", "resolved"])
def test_the_inbox_costs_three_queries_whatever_its_size(who, view, desk, as_, queries):
    browser = as_(getattr(desk, who))
    costs = []
    for number in (2, 12):
        for one in range(number):
            desk.case(who=person(number * 100 + one, f"N{one}"), holder=desk.mei)
            desk.case(who=person(number * 100 + 50 + one, f"W{one}"))
        with queries() as seen:
            assert browser.get(f"/?view={view}").status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1]
    assert costs[0] <= 3


def test_somebody_who_joins_a_project_sees_its_queue_at_once(cases, as_, desk):
    zoe = as_(desk.zoe)
    assert "Waits" not in names(zoe.get("/?view=unassigned"))
    join(desk.zoe, desk.wallet)
    commit()
    assert "Waits" in names(zoe.get("/?view=unassigned"))
