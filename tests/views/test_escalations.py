"""Escalation on the session page: the form, what is prefilled, what is refused, and the card."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from support import collaboration, escalation, groups, live, people, reasons, transfer
from support.conversations import take
from support.db import commit, db, utcnow
from support.escalation import Account
from support.models import Conversation, Handover, Membership
from support.transfer import upward
from support.views import colleagues
from tests.factories import START, join, make_agent, say
from tests.shifts import advanced, frontline

NOTE = {"background": "Paid on Monday", "request": "Wants it back", "tried": "Looked it up"}
ACCOUNT = Account(**NOTE)
MINUTES = timedelta(minutes=1)


@pytest.fixture
def teams(desk):
    """Give the frontline, and above it Sun alone; nobody is online."""
    desk.frontline, desk.advanced = frontline(desk), advanced(desk)
    desk.why = next(one for one in reasons.listed(desk.wallet) if one.key == "complaint")
    return desk


@pytest.fixture
def case(teams):
    """Give a conversation of the frontline on Mei's desk."""
    message = say(teams.wallet, "I want my money", now=utcnow())
    found = db.session.get_one(Conversation, message.conversation_id)
    hold(found, teams.mei, teams)
    return found


def hold(case, agent, teams):
    if case.assignee_id is None:
        take(case, by=agent, now=utcnow())
    elif case.assignee_id != agent.id:
        transfer.transfer(case, to=agent, by=case.assignee, note="", now=utcnow())
    commit()


@pytest.fixture
def mei(as_, desk):
    return as_(desk.mei)


def here(*agents):
    for agent in agents:
        live.seen(agent.id, now=utcnow())


def form(teams, **others):
    return {"reason": teams.why.id, "group": teams.advanced.id, "after": 0} | NOTE | others


def up(case, teams, *, to=None):
    escalation.escalate(
        case,
        reason=teams.why,
        group=teams.advanced,
        account=ACCOUNT,
        tier=teams.why.tier,
        to=to,
        by=teams.mei,
        now=utcnow(),
    )
    commit()


def url(case, path):
    return f"/conversations/{case.id}/{path}"


def moves(case):
    rows = select(Handover).where(Handover.conversation_id == case.id).order_by(Handover.id)
    return [(move.kind, move.to_agent_id) for move in db.session.scalars(rows)]


def checked(html, name):
    found = re.findall(rf'<input type="radio" name="{name}" value="([^"]*)"[^>]*? checked', html)
    return found[0] if found else None


def test_the_button_is_there_where_something_is_above(case, mei, desk, as_):
    assert 'data-deed="escalations"' in mei.get(f"/conversations/{case.id}").text
    groups.set_members(desk.advanced, [desk.sun, desk.ken], by=desk.olga, now=START)
    transfer.takeover(case, by=desk.sun, expected=desk.mei.id, now=utcnow())
    escalation.escalate(
        case,
        reason=desk.why,
        group=desk.advanced,
        account=ACCOUNT,
        to=desk.ken,
        by=desk.sun,
        now=utcnow(),
    )
    commit()
    assert 'data-deed="escalations"' not in as_(desk.ken).get(f"/conversations/{case.id}").text


def test_the_dialog_shows_reasons_with_guidance_and_where_it_goes(case, mei, teams):
    dialog = mei.get(url(case, "escalations/dialog")).text
    for words in ("Complaint or legal threat", "Try first", "names a lawyer", "Steps tried"):
        assert words in dialog
    for words in ("Advanced Support Group", "It would wait: nobody is online", "Sun · offline"):
        assert words in dialog
    assert checked(dialog, "group") == str(teams.advanced.id)
    assert checked(dialog, "reason") is None
    assert "Frontline" not in dialog


def test_it_says_who_would_get_it_now(case, mei, teams):
    here(teams.sun)
    assert "Sun would get it now" in mei.get(url(case, "escalations/dialog")).text


def test_the_chain_behind_the_group_is_shown_before_sending(case, mei, teams):
    technical = groups.create(teams.wallet, "Technical", level=3, by=teams.olga, now=START)
    groups.set_members(technical, [teams.sun], by=teams.olga, now=START)
    groups.change(teams.advanced, fallback=technical, by=teams.olga, now=START)
    commit()
    assert "If nobody takes it: Technical" in mei.get(url(case, "escalations/dialog")).text


@pytest.mark.parametrize("path", ["escalations", "escalations/dialog"])
def test_a_suggestion_chooses_the_reason(path, case, mei, teams):
    shown = mei.get(f"{url(case, path)}?reason={teams.why.id}").text
    assert checked(shown, "reason") == str(teams.why.id)


def test_a_reason_chooses_its_group(case, mei, teams):
    special = groups.create(teams.wallet, "Legal", level=3, by=teams.olga, now=START)
    groups.set_members(special, [teams.sun], by=teams.olga, now=START)
    reasons.change(teams.wallet, teams.why, group=special, by=teams.olga, now=START)
    commit()
    shown = mei.get(f"{url(case, 'escalations')}?reason={teams.why.id}").text
    assert checked(shown, "group") == str(special.id)


def test_an_escalation_locks_the_page_and_names_the_group(case, mei, teams):
    parts = mei.post(url(case, "escalations"), form(teams), htmx=True).text
    assert 'data-lock="locked"' in parts
    assert "You escalated this conversation to Advanced Support Group" in parts
    assert "Looked it up" in parts
    db.session.refresh(case)
    assert (case.tier, case.group_id) == ("urgent", teams.advanced.id)


def test_a_tier_that_is_chosen_counts_more_than_the_reasons(case, mei, teams):
    mei.post(url(case, "escalations"), form(teams, tier="escalated"), htmx=True)
    db.session.refresh(case)
    assert case.tier == "escalated"


def test_a_member_can_be_first(case, mei, teams):
    groups.set_members(teams.advanced, [teams.sun, teams.ken], by=teams.olga, now=START)
    commit()
    member = {f"member-{teams.advanced.id}": teams.ken.id}
    mei.post(url(case, "escalations"), form(teams, **member), htmx=True)
    db.session.refresh(case)
    assert case.assignee_id == teams.ken.id


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"background": " "}, "Write the background first"),
        ({"request": "..."}, "Write the customer&#39;s request first"),
        ({"tried": "\u200b"}, "Write the steps tried first"),
        ({"reason": ""}, "Choose a reason"),
        ({"group": ""}, "Choose first who gets this conversation"),
        ({"tier": "golden"}, "is not one of the choices here"),
    ],
)
@pytest.mark.parametrize("htmx", [True, False])
def test_what_is_missing_is_said_and_nothing_typed_is_lost(change, said, htmx, case, mei, teams):
    fields = form(teams, background="UNIQUE words") | change
    refused = mei.post(url(case, "escalations"), fields, htmx=htmx)
    assert refused.status_code == 422
    assert said in refused.text
    if not htmx:
        kept = change.get("request", NOTE["request"]) if "request" in change else "Wants it back"
        assert kept in refused.text
        assert "reason" in change or checked(refused.text, "reason") == str(teams.why.id)
    db.session.refresh(case)
    assert case.assignee_id == teams.mei.id


def test_two_clicks_are_one_move(case, mei, teams):
    for htmx in (True, False):
        again = [mei.post(url(case, "escalations"), form(teams), htmx=htmx) for _ in range(2)]
        assert {one.status_code for one in again} == {200 if htmx else 303}
    assert moves(case) == [("escalation", None)]


def test_two_clicks_are_one_move_where_nothing_is_left_to_see(case, mei, teams):
    teams.wallet.after_transfer = "nothing"
    commit()
    first = mei.post(url(case, "escalations"), form(teams), htmx=True)
    assert first.status_code == 200
    assert "not on your desk any more" in first.text
    assert mei.post(url(case, "escalations"), form(teams)).headers["Location"] == "/"
    assert moves(case) == [("escalation", None)]


def test_a_transfer_that_goes_up_becomes_an_escalation(case, mei, teams):
    for to, member in ((f"group-{teams.advanced.id}", ""), (teams.sun.id, str(teams.sun.id))):
        turned = mei.post(url(case, "transfers"), {"to": to, "note": "TYPED"}, htmx=True)
        assert turned.status_code == 200
        assert turned.headers["HX-Retarget"] == "#dialog-body"
        assert 'id="escalation"' in turned.text
        assert "TYPED" in turned.text
        assert checked(turned.text, "group") == str(teams.advanced.id)
        assert re.findall(r'<option value="(\d+)" selected', turned.text) == [member] * bool(member)
    plain = mei.post(url(case, "transfers"), {"to": teams.sun.id, "note": "TYPED"})
    assert plain.status_code == 409
    assert "is an escalation" in plain.text
    assert "TYPED" in plain.text
    assert moves(case) == []


def test_a_transfer_to_a_group_waits_there(case, mei, teams):
    second = groups.create(teams.wallet, "Night", scope="chosen", by=teams.olga, now=START)
    groups.set_members(second, [teams.ken], by=teams.olga, now=START)
    groups.change(second, strategy="online_first", by=teams.olga, now=START)
    commit()
    dialog = mei.get(url(case, "transfers/dialog")).text
    assert "Night" in dialog
    parts = mei.post(url(case, "transfers"), {"to": f"group-{second.id}", "after": 0}, htmx=True)
    assert "You handed this conversation to Night" in parts.text


@pytest.mark.parametrize("htmx", [True, False])
def test_a_transfer_without_a_target_is_a_sentence(htmx, case, mei):
    refused = mei.post(url(case, "transfers"), {"note": "TYPED"}, htmx=htmx)
    assert refused.status_code == 422
    assert "Choose first who gets this conversation" in refused.text
    assert htmx or "TYPED" in refused.text


def test_transfers_that_cannot_be_are_sentences(case, mei, teams):
    empty = groups.create(teams.wallet, "Nobody", scope="chosen", by=teams.olga, now=START)
    elsewhere = groups.create(teams.market, "Bazaar", by=teams.olga, now=START)
    commit()
    people.disable(teams.ken, by=teams.olga, now=START)
    commit()
    for to, status, said in (
        (teams.mei.id, 422, "You hold this conversation already"),
        (teams.ken.id, 422, "Ken cannot take conversations"),
        (teams.zoe.id, 404, "nothing here"),
        (f"group-{empty.id}", 422, "“Nobody” has no members"),
        (f"group-{elsewhere.id}", 404, "nothing here"),
        ("group-x", 404, "nothing here"),
    ):
        refused = mei.post(url(case, "transfers"), {"to": to, "note": "x"}, htmx=True)
        assert (refused.status_code, said in refused.text) == (status, True), to
    assert moves(case) == []


def test_the_mark_agrees_with_the_rule_for_everybody(case, teams):
    """What the dialog marks as an escalation is what the verb takes for one."""
    groups.set_members(teams.advanced, [teams.ken], by=teams.olga, now=START)
    technical = groups.create(teams.wallet, "Technical", level=3, by=teams.olga, now=START)
    tom = join(make_agent("Tom"), teams.wallet)
    groups.set_members(technical, [tom, teams.sun], by=teams.olga, now=START)
    commit()
    by_id = {one.id: one for one in (teams.olga, teams.sun, teams.mei, teams.ken, tom)}
    for group in (teams.frontline, teams.advanced, technical):
        case.group = group
        db.session.flush()
        marked = {one.id: one.up for one in colleagues.of(case, now=utcnow())}
        rules = {id_: getattr(upward(case, one), "name", "") for id_, one in by_id.items()}
        assert marked == rules, group.name


def test_the_receiver_sees_the_card_and_accepts(case, teams, as_):
    here(teams.sun)
    up(case, teams)
    sun = as_(teams.sun)
    page = sun.get(f"/conversations/{case.id}").text
    for words in ("Escalated to you by Mei", "Complaint or legal threat", "Paid on Monday"):
        assert words in page
    assert "Accept before" in page
    accepted = sun.post(url(case, "acceptance"), {"after": 0}, htmx=True).text
    assert "Accept before" not in accepted
    assert "Sun\u2069 accepted" in accepted
    again = sun.post(url(case, "acceptance"), htmx=True)
    assert again.status_code == 409
    assert "No handover waits for you here" in again.text


def test_who_looks_on_sees_whom_it_waits_for(case, teams, as_):
    here(teams.sun)
    up(case, teams)
    page = as_(teams.olga).get(f"/conversations/{case.id}").text
    assert "Sun has until" in page
    assert 'data-quick="acceptance"' not in page


def test_a_return_asks_why_and_goes_back(case, teams, as_):
    here(teams.sun)
    up(case, teams)
    sun = as_(teams.sun)
    for path in ("returns", "returns/dialog"):
        assert "Why do you return it?" in sun.get(url(case, path)).text
    for htmx in (True, False):
        refused = sun.post(url(case, "returns"), {"why": " . "}, htmx=htmx)
        assert (refused.status_code, "Write why you return it" in refused.text) == (422, True)
    done = sun.post(url(case, "returns"), {"why": "Standard case", "after": 0}, htmx=True).text
    assert "Sun\u2069 returned this conversation to \u2068Mei" in done
    db.session.refresh(case)
    assert (case.assignee_id, case.tier) == (teams.mei.id, "urgent")
    commit()
    page = as_(teams.mei).get(f"/conversations/{case.id}").text
    assert "Returned to you by Sun" in page
    assert "Standard case" in page


def test_a_note_of_the_desk_is_switchboards(case, teams, as_):
    message = say(teams.wallet, "I will call my lawyer", now=utcnow())
    escalation.automatic(case, teams.why, trigger=message, phrase="lawyer", now=utcnow())
    commit()
    page = as_(teams.sun).get(f"/conversations/{case.id}").text
    assert "Switchboard" in page
    assert "The customer wrote" in page
    assert "This points to “Complaint or legal threat”" in page


def test_who_lost_it_by_the_customers_words_is_told_so(case, teams, mei):
    message = say(teams.wallet, "I will call my lawyer", now=utcnow())
    escalation.automatic(case, teams.why, trigger=message, phrase="lawyer", now=utcnow())
    commit()
    page = mei.get(f"/conversations/{case.id}").text
    assert "took this conversation to Advanced Support Group" in page


def test_who_lost_it_to_a_group_does_not_hear_who_got_it(case, teams, mei):
    here(teams.sun)
    up(case, teams)
    refused = mei.post(url(case, "messages"), {"text": "Hello?"}, htmx=True)
    assert refused.status_code == 409
    assert "Advanced Support Group" in refused.text
    assert "Sun" not in refused.text
    assert not re.search(r"Sun\b", mei.get(url(case, "messages") + "?after=0&since=0").text)


def test_who_did_not_accept_in_time_is_told_so(case, teams, as_):
    here(teams.sun)
    up(case, teams)
    escalation.lapse(case, now=utcnow() + 6 * MINUTES)
    commit()
    page = as_(teams.sun).get(f"/conversations/{case.id}").text
    history = page[page.index("Hand-over history") :]
    assert "Not accepted" in history
    assert "Waits in Advanced Support Group" in page


def test_a_supervisor_lowers_the_tier_and_nobody_else(case, teams, as_):
    up(case, teams)
    sun = as_(teams.sun)
    assert 'data-deed="tier-escalated"' in sun.get(f"/conversations/{case.id}").text
    lowered = sun.post(url(case, "tier"), {"tier": "escalated", "after": 0}, htmx=True)
    assert lowered.status_code == 200
    refused = sun.post(url(case, "tier"), {"tier": "urgent"}, htmx=True)
    assert (refused.status_code, "only be lowered" in refused.text) == (422, True)
    db.session.refresh(case)
    assert case.tier == "escalated"


def test_handed_to_somebody_who_left_the_project_reads_well(case, teams, mei):
    up(case, teams, to=teams.sun)
    db.session.delete(
        db.session.scalar(select(Membership).where(Membership.agent_id == teams.sun.id))
    )
    commit()
    assert "You escalated this conversation to Sun" in mei.get(f"/conversations/{case.id}").text


def test_a_colleague_named_in_a_handover_note_is_marked(case, mei, teams, as_):
    fields = form(teams, background="@Sun had this customer last week")
    assert mei.post(url(case, "escalations"), fields).status_code < 400
    page = as_(teams.olga).get(f"/conversations/{case.id}").text
    assert '<strong class="sb-mention">@Sun</strong> had this customer' in page


@pytest.mark.parametrize("who", ["ken", "sun", "olga", "mei"])
def test_the_page_costs_ten_queries_with_a_team_and_a_handover(who, case, teams, as_, queries):
    here(teams.sun)
    up(case, teams)
    collaboration.add(case, teams.ken, by=teams.sun, now=utcnow())
    collaboration.ask_lead(case, by=teams.ken, now=utcnow())
    commit()
    browser = as_(getattr(teams, who))
    with queries() as seen:
        assert browser.get(f"/conversations/{case.id}").status_code == 200
    assert len(seen) <= 10, seen
