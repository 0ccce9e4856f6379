"""Live: who loses a conversation loses it at once; counters agree (ui.md 20-24, 29, 31-33)."""

from playwright.sync_api import expect

from support import logins, notes, transfer
from support.db import db, utcnow
from support.models import Agent, Conversation, Project

BOX = "#reply-text"
MARKED = '[data-row][aria-current="page"]'


def open_case(house, opens, **options):
    number = house.case(house.people.mei.id)
    return number, opens(house.people.mei, f"/conversations/{number}", **options)


def rows_of(house, number, *agents):
    return db.session.get_one(Conversation, number), *(
        db.session.get_one(Agent, agent.id) for agent in agents
    )


def hand(house, number, giver, taker, note=""):
    with house.rows():
        case, by, to = rows_of(house, number, giver, taker)
        transfer.transfer(case, to=to, by=by, note=note, now=utcnow())


def test_a_message_appears_without_a_reload(house, opens):
    _, page = open_case(house, opens)
    house.say("Are you <b>there</b>?")
    expect(page.locator("#thread .sb-said", has_text="Are you <b>there</b>?")).to_be_visible()


def test_a_takeover_locks_at_once_and_keeps_the_draft(house, opens):
    number, page = open_case(house, opens)
    page.fill(BOX, "I was about to say")
    with house.rows():
        case, sun = rows_of(house, number, house.people.sun)
        transfer.takeover(case, by=sun, expected=house.people.mei.id, now=utcnow())
    expect(page.locator(".sb-lock")).to_contain_text(
        "Sun took this conversation over", timeout=2000
    )
    expect(page.locator(BOX)).to_have_value("I was about to say")
    assert page.locator(BOX).get_attribute("readonly") is not None
    expect(page.locator("#reply .sb-send")).to_be_disabled()


def test_the_first_agent_sees_nothing_of_what_comes_after(house, opens):
    number, page = open_case(house, opens)
    ken = opens(house.people.ken)
    hand(house, number, house.people.mei, house.people.ken, "Please")
    expect(page.locator(".sb-lock")).to_contain_text("You handed this conversation", timeout=2000)
    expect(ken.locator(f'[data-row="{number}"]')).to_be_visible()
    with house.rows():
        case, by = rows_of(house, number, house.people.ken)
        notes.write(case, "SECRET note", by=by, now=utcnow(), client_key=None)
    house.say("SECRET words")
    ken.locator(f'[data-row="{number}"]').click()
    expect(ken.locator("#thread .sb-said", has_text="SECRET words")).to_be_visible()
    assert "SECRET" not in page.content()
    page.reload()
    expect(page.locator("#thread .sb-said", has_text="Please")).to_be_visible()
    assert "SECRET" not in page.content()
    assert page.locator(f'[data-row="{number}"]').count() == 0


def test_where_the_project_leaves_nothing_the_pane_is_emptied(house, opens):
    number, page = open_case(house, opens)
    page.fill(BOX, "Half a sentence")
    with house.rows() as rows:
        rows.get_one(Project, house.people.wallet.id).after_transfer = "nothing"
    hand(house, number, house.people.mei, house.people.ken)
    expect(page.locator("[data-gone]")).to_be_visible(timeout=2000)
    expect(page.locator(".sb-rescued textarea")).to_have_value("Half a sentence")
    expect(page.locator(f'[data-row="{number}"]')).to_have_count(0, timeout=2000)
    assert "My money is gone" not in page.content()


def test_the_new_holders_open_page_unlocks(house, opens):
    number, _ = open_case(house, opens)
    sun = opens(house.people.sun, f"/conversations/{number}")
    expect(sun.locator(".sb-lock")).to_contain_text("Mei holds this conversation")
    hand(house, number, house.people.mei, house.people.sun)
    expect(sun.locator("#composer")).to_have_attribute("data-lock", "")
    sun.fill(BOX, "Mine now")
    sun.press(BOX, "Enter")
    expect(sun.locator('[id^="message-"]', has_text="Mine now")).to_be_visible()


def test_the_transfer_dialog_works_with_keys_alone(house, opens):
    _, page = open_case(house, opens)
    page.locator("#scroller").focus()
    page.keyboard.press("t")
    expect(page.locator("#transfer")).to_be_visible()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Tried everything")
    page.locator("#transfer .btn[data-variant=primary]").press("Enter")
    expect(page.locator(".sb-lock")).to_contain_text("You handed this conversation")
    expect(page.locator("#dialog")).not_to_have_attribute("open", "")


def test_a_refused_transfer_keeps_the_dialog_and_its_note(house, opens):
    _, page = open_case(house, opens)
    page.locator('[data-deed="transfers"]').click()
    page.locator(".sb-colleague", has_text="Ken").click()
    page.fill("#transfer-note", "My note")
    with house.rows() as rows:
        rows.get_one(Agent, house.people.ken.id).disabled_at = utcnow()
    page.locator("#transfer .btn[data-variant=primary]").click()
    expect(page.locator("#transfer-refusal")).to_contain_text("Ken cannot take")
    expect(page.locator("#transfer-note")).to_have_value("My note")


def test_counters_agree_in_rail_title_and_list_of_two_tabs(house, opens):
    house.case(house.people.mei.id)
    first = opens(house.people.mei)
    second = first.context.new_page()
    second.goto(house.url + "/account")
    house.say("two", "three")
    for page in (first, second):
        expect(page.locator("#unread")).to_have_attribute("data-count", "3", timeout=3000)
        assert page.title().startswith("(3) ")
    expect(first.locator(".sb-case .sb-count")).to_contain_text("3")
    expect(first.locator("#unread-mine")).to_contain_text("3")


def test_the_list_waits_while_the_pointer_is_over_it(house, opens):
    house.case(house.people.mei.id, telegram_id=1, first_name="Old")
    house.case(house.people.mei.id, telegram_id=2, first_name="New")
    page = opens(house.people.mei)
    page.wait_for_timeout(700)
    page.locator(".sb-case").first.hover()
    house.say("Up", telegram_id=1, first_name="Old")
    expect(page.locator("#unread")).to_have_attribute("data-count", "3")
    assert page.locator(".sb-case-name").all_inner_texts() == ["New", "Old"]
    expect(page.locator(".sb-case-name").first).to_have_text("Old", timeout=4000)


def test_the_opened_row_stays_marked_when_the_list_moves(house, opens):
    number = house.case(house.people.mei.id, telegram_id=1, first_name="Old")
    house.case(house.people.mei.id, telegram_id=2, first_name="New")
    page = opens(house.people.mei, f"/conversations/{number}")
    house.say("Up", telegram_id=1, first_name="Old")
    expect(page.locator(".sb-case-name").first).to_have_text("Old")
    expect(page.locator('[data-row][aria-current="page"]')).to_have_attribute(
        "data-row", str(number)
    )


def test_a_cut_line_catches_up_without_gap_or_repeat(house, opens):
    _, page = open_case(house, opens)
    page.wait_for_timeout(300)
    page.context.set_offline(True)
    expect(page.locator("#away")).to_be_visible()
    house.say("while away 1", "while away 2")
    page.context.set_offline(False)
    for number in (1, 2):
        missed = page.locator("#thread .sb-said", has_text=f"while away {number}")
        expect(missed).to_have_count(1, timeout=15000)
    expect(page.locator("#away")).to_be_hidden()


def test_colleagues_see_who_is_typing(house, opens):
    number, page = open_case(house, opens)
    sun = opens(house.people.sun, f"/conversations/{number}")
    sun.wait_for_timeout(500)
    page.locator(BOX).press_sequentially("Dear")
    expect(sun.locator("#typing")).to_contain_text("Mei")
    expect(sun.locator("#typing")).to_contain_text("is replying")


def test_a_login_that_ends_closes_the_page(house, opens):
    _, page = open_case(house, opens)
    page.wait_for_timeout(500)
    with house.rows() as rows:
        mei = rows.get_one(Agent, house.people.mei.id)
        logins.end_all(mei, by=mei, now=utcnow())
    page.wait_for_url("**/login**", timeout=6000)


def test_moving_between_rows_keeps_the_page_and_back_returns(house, opens):
    first = house.case(house.people.mei.id, telegram_id=1, first_name="One")
    second = house.case(house.people.mei.id, telegram_id=2, first_name="Two")
    page = opens(house.people.mei)
    page.evaluate("window.kept = true")
    page.locator(f'[data-row="{first}"]').click()
    expect(page.locator(f'.sb-session[data-conversation="{first}"]')).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(f'[data-row="{second}"]').click()
    expect(page.locator(f'.sb-session[data-conversation="{second}"]')).to_be_visible()
    assert page.url.endswith(f"/conversations/{second}")
    page.go_back()
    expect(page.locator(f'.sb-session[data-conversation="{first}"]')).to_be_visible()
    expect(page.locator('[data-row][aria-current="page"]')).to_have_attribute(
        "data-row", str(first)
    )
    assert page.evaluate("window.kept") is True


def test_keys_move_through_the_list_and_resolve(house, opens):
    first = house.case(house.people.mei.id, telegram_id=1, first_name="One")
    second = house.case(house.people.mei.id, telegram_id=2, first_name="Two")
    page = opens(house.people.mei)
    page.keyboard.press("j")
    expect(page.locator(f'.sb-session[data-conversation="{second}"]')).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator(f'.sb-session[data-conversation="{first}"]')).to_be_visible()
    page.keyboard.press("d")
    expect(page.locator(f"#undo-{first}")).to_be_visible()
    house.finish()
    expect(page.locator(".sb-lock")).to_contain_text("Resolved on")
    expect(page.locator(f'[data-row="{first}"]')).to_have_count(0, timeout=6000)


def test_without_scripts_one_can_read_and_reply(house, opens):
    _, page = open_case(house, opens, java_script_enabled=False)
    page.fill(BOX, "Plain words")
    page.locator("#reply .sb-send").click()
    expect(page.locator('[id^="message-"]', has_text="Plain words")).to_have_count(1)


def test_a_full_house_is_asked_by_polling(house, opens):
    number = house.case(house.people.mei.id)
    page = opens(house.people.mei)
    page.route("**/live", lambda route: route.fulfill(status=503, body="full"))
    page.goto(f"{house.url}/conversations/{number}")
    page.wait_for_timeout(300)
    house.say("Heard by asking")
    heard = page.locator("#thread .sb-said", has_text="Heard by asking")
    expect(heard).to_be_visible(timeout=8000)
