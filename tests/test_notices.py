"""Notices: each stage calls each of its people once, by the ways he chose, and not in his quiet."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from support import notices, people, sweeps
from support.db import commit, db
from support.hours import DAYS
from support.models import (
    Alert,
    Conversation,
    Customer,
    LinkCode,
    Membership,
    Message,
    Notice,
    StaffLink,
    StaffMessage,
)
from support.notices import links, quiet, words
from support.refusals import AlwaysQuiet, BadChoice, BadSpan, BadTimezone, NotFound
from tests.factories import START, later

MEIS, MARIAS = 6_660_001, 6_660_002
NIGHT = {day: [["22:00", "07:00"]] for day in DAYS}
MORNING = {day: [["08:00", "10:00"]] for day in DAYS}


def account(number=MEIS, **others):
    return notices.Account(**{"telegram_id": number, "name": "Mei L", "language": "en"} | others)


def link(agent, project, number=MEIS, *, now=START):
    code = notices.new_code(agent, project, now=now)
    assert notices.redeem(project, f"/link {code}", account(number), now=now)
    commit()
    return code


def written(*kinds):
    rows = select(StaffMessage).order_by(StaffMessage.id)
    if kinds:
        rows = rows.where(StaffMessage.kind.in_(kinds))
    return list(db.session.scalars(rows))


def called():
    rows = select(Notice.stage, Notice.kind, Notice.agent_id).order_by(Notice.id)
    return [tuple(row) for row in db.session.execute(rows)]


def remind(**parts):
    sweeps.remind(later(**parts))
    db.session.expire_all()


@pytest.fixture
def case(desk, mei):
    """Maria waits since nine; five minutes are promised, and Mei has her."""
    return desk.case(holder=mei)


# --- who is called, and how often ---


def test_a_stage_calls_the_assignee_once(desk, case, mei):
    remind(minutes=3)
    remind(minutes=3, seconds=5)
    assert called() == [("50%", "reminder", mei.id)]


def test_a_breach_calls_the_supervisors_too(desk, case, mei):
    remind(minutes=6)
    assert sorted(called()) == [("+0", "breach", desk.sun.id), ("+0", "breach", mei.id)]


def test_every_stage_calls_though_nobody_has_looked_at_the_last_one(desk, case, mei):
    remind(minutes=3)
    remind(minutes=4, seconds=1)
    assert [stage for stage, _kind, _who in called()] == ["50%", "80%"]
    assert db.session.scalar(select(func.count()).select_from(Alert)) == 1


def test_who_is_shut_out_is_called_by_nothing(desk, case, mei):
    link(mei, desk.wallet)
    people.disable(mei, by=desk.olga, now=later(minutes=1))
    commit()
    remind(minutes=3)
    assert (called(), written("reminder")) == ([], [])


# --- the bot's message ---


def test_the_bot_writes_to_who_has_linked_an_account(desk, case, mei):
    link(mei, desk.wallet)
    remind(minutes=3)
    (message,) = written("reminder")
    assert (message.telegram_id, message.agent_id) == (MEIS, mei.id)
    assert message.text == f"Wallet · conversation {case.id}\nReply due at 09:05:00 (UTC)."


def test_a_breach_is_written_as_what_was_due(desk, case, mei):
    link(mei, desk.wallet)
    remind(minutes=6)
    (message,) = written("breach")
    assert message.text.endswith("Overdue: the reply was due at 09:05:00 (UTC).")


def test_the_customers_name_leaves_only_where_the_agent_says_so(desk, case, mei):
    notices.save(mei, sound="off", notify=False, names=True, now=START)
    link(mei, desk.wallet)
    customer = db.session.get_one(Customer, case.customer_id)
    customer.first_name = "Ma\u202eria http://evil.example"
    commit()
    remind(minutes=3)
    (message,) = written("reminder")
    assert "· Maria http evil\N{ONE DOT LEADER}example" in message.text
    assert "My money is gone" not in message.text


def test_the_time_is_the_projects_with_the_day_where_it_is_another():
    said = words.written(
        "resolution",
        datetime(2026, 11, 2, 23, 30, tzinfo=UTC),
        late=False,
        project="Wallet",
        number=7,
        name="",
        zone="Asia/Singapore",
        now=datetime(2026, 11, 2, 12, 0, tzinfo=UTC),
        language="en",
    )
    expected = "Resolution due at 2026-11-03 07:30:00 (Asia/Singapore)."
    assert said == f"Wallet · conversation 7\n{expected}"


def test_the_language_is_the_agents_else_the_workspaces(desk, mei):
    assert notices.outgoing.language_of(mei) == "en"
    mei.language = "zh"
    assert notices.outgoing.language_of(mei) == "zh"


def test_what_was_written_waits_for_who_may_still_be_told(desk, case, mei):
    link(mei, desk.wallet)
    remind(minutes=3)

    def left(**parts):
        return [one.kind for one in notices.waiting(desk.wallet, now=later(**parts))]

    assert left(minutes=3) == ["answer", "reminder"]
    assert left(minutes=31) == ["reminder"]
    assert left(minutes=34) == []
    (reminder,) = written("reminder")
    assert notices.reaches(reminder.id, now=later(minutes=4))
    notices.end_link(mei, desk.wallet, now=later(minutes=4))
    db.session.flush()
    assert left(minutes=4) == []
    assert not notices.reaches(reminder.id, now=later(minutes=4))


def test_who_has_left_the_project_gets_nothing(desk, case, mei):
    link(mei, desk.wallet)
    remind(minutes=3)
    for place in db.session.scalars(select(Membership).where(Membership.agent_id == mei.id)):
        db.session.delete(place)
    commit()
    assert notices.waiting(desk.wallet, now=later(minutes=3)) == []
    db.session.expire_all()
    assert not notices.fits(mei, desk.wallet)


# --- codes ---


def test_a_code_links_once_and_is_kept_as_a_digest(desk, mei):
    code = link(mei, desk.wallet)
    row = db.session.scalar(select(LinkCode))
    assert code not in row.digest
    assert notices.linked(mei, desk.wallet).telegram_id == MEIS
    assert notices.redeem(desk.wallet, f"/link {code}", account(MARIAS), now=later(minutes=1))
    db.session.flush()
    assert [one.telegram_id for one in db.session.scalars(select(StaffLink))] == [MEIS]
    assert written()[-1].text == links.UNKNOWN


def test_telegram_may_repeat_the_message_that_linked(desk, mei):
    code = link(mei, desk.wallet)
    before = len(written())
    assert notices.redeem(desk.wallet, f"/link {code}", account(), now=later(minutes=2))
    assert len(written()) == before


@pytest.mark.parametrize(
    "wrap",
    ["/link {0}", "/LINK {1}", " /link@wallet_bot {0} ", "/link {2}", "{0}", "here it is: {0}!"],
)
def test_a_code_is_known_however_it_is_written(desk, mei, wrap):
    code = notices.new_code(mei, desk.wallet, now=START)
    text = wrap.format(code, code.lower(), code.replace("-", " "))
    assert notices.redeem(desk.wallet, text, account(), now=later(minutes=9))
    assert notices.linked(mei, desk.wallet)


@pytest.mark.parametrize("text", ["/link ABCD-EFGH-JKLM", "/link", "/link nonsense"])
def test_a_wrong_code_is_taken_and_answered_alike(desk, text):
    assert notices.redeem(desk.wallet, text, account(), now=START)
    assert [one.text for one in written()] == [links.UNKNOWN]


@pytest.mark.parametrize(
    "text",
    ["link my wallet", "/linked", "/link my old wallet please", "order ABCD-EFGH-JKLM", ""],
)
def test_a_customers_words_are_a_customers(desk, text):
    assert not notices.redeem(desk.wallet, text, account(), now=START)


def test_an_old_code_and_a_superseded_one_open_nothing(desk, mei):
    first = notices.new_code(mei, desk.wallet, now=START)
    second = notices.new_code(mei, desk.wallet, now=later(minutes=1))
    for code, minutes in ((first, 2), (second, 11)):
        notices.redeem(desk.wallet, f"/link {code}", account(), now=later(minutes=minutes))
        assert notices.linked(mei, desk.wallet) is None


def test_a_code_is_of_one_project(desk, mei):
    code = notices.new_code(mei, desk.wallet, now=START)
    notices.redeem(desk.market, f"/link {code}", account(), now=START)
    assert db.session.scalar(select(StaffLink)) is None


def test_after_five_tries_there_is_no_answer_and_no_way_in(desk, mei):
    for _ in range(6):
        notices.redeem(desk.wallet, "/link wrong", account(), now=START)
    code = notices.new_code(mei, desk.wallet, now=START)
    notices.redeem(desk.wallet, f"/link {code}", account(), now=later(minutes=1))
    assert len(written()) == 5
    assert notices.linked(mei, desk.wallet) is None
    other = account(MARIAS)
    notices.redeem(desk.wallet, f"/link {code}", other, now=later(minutes=1))
    assert notices.linked(mei, desk.wallet).telegram_id == MARIAS


def test_an_account_that_tried_too_often_may_try_again_later(desk, mei):
    for _ in range(6):
        notices.redeem(desk.wallet, "/link wrong", account(), now=START)
    link(mei, desk.wallet, now=later(minutes=11))
    assert notices.linked(mei, desk.wallet)


def test_who_was_shut_out_meanwhile_is_not_linked(desk, mei):
    code = notices.new_code(mei, desk.wallet, now=START)
    people.disable(mei, by=desk.olga, now=START)
    notices.redeem(desk.wallet, f"/link {code}", account(language="zh-hans"), now=START)
    assert notices.linked(mei, desk.wallet) is None


def test_a_stranger_to_the_project_gets_no_code(desk):
    with pytest.raises(NotFound):
        notices.new_code(desk.zoe, desk.wallet, now=START)


def test_an_account_is_one_agents_and_an_agent_has_one(desk, mei):
    link(mei, desk.wallet)
    link(desk.ken, desk.wallet, now=later(minutes=1))
    assert notices.linked(mei, desk.wallet) is None
    link(desk.ken, desk.wallet, MARIAS, now=later(minutes=2))
    assert notices.linked(desk.ken, desk.wallet).telegram_id == MARIAS


def test_the_account_page_lists_ones_projects(desk, mei):
    link(mei, desk.wallet)
    (mine,) = notices.places(mei)
    assert (mine.project.name, mine.link.telegram_id) == ("Wallet", MEIS)
    assert mine.last.kind == "answer"
    assert [one.project.name for one in notices.places(desk.olga)] == ["Market", "Wallet"]


# --- quiet hours ---


def rests(agent, table, *, zone="", anyway=False, now=START):
    notices.save_quiet(agent, table, zone=zone, breaches_anyway=anyway, now=now)
    commit()


def wake(**parts):
    """Do what every sweep does besides."""
    sweeps.summarise(later(**parts))
    db.session.expire_all()


def test_quiet_hours_hold_the_bot_and_not_the_bell(desk, case, mei):
    link(mei, desk.wallet)
    rests(mei, MORNING)
    remind(minutes=3)
    assert written("reminder") == []
    assert db.session.scalar(select(Notice.held_until)) == later(hours=1)
    assert db.session.scalar(select(Alert.kind)) == "reminder"


def test_what_was_held_is_summed_up_in_one_when_they_end(desk, case, mei):
    link(mei, desk.wallet)
    rests(mei, MORNING)
    for minutes in (3, 4.5, 6):
        remind(minutes=minutes)
    wake(minutes=59)
    assert written("summary") == []
    for _ in range(2):
        wake(hours=1, seconds=1)
    assert [one.text for one in written("summary")] == ["While you were away: 3 (Wallet)"]


def test_a_breach_is_held_too_unless_the_agent_wants_it(desk, case, mei):
    link(mei, desk.wallet)
    rests(mei, MORNING, anyway=True)
    remind(minutes=3)
    remind(minutes=6)
    assert [one.kind for one in written("reminder", "breach")] == ["breach"]


def test_quiet_hours_are_of_ones_own_zone_or_the_projects(desk, case, mei):
    link(mei, desk.wallet)
    rests(mei, MORNING, zone="Asia/Tokyo")
    remind(minutes=3)
    assert len(written("reminder")) == 1
    desk.wallet.timezone = "Asia/Tokyo"
    rests(mei, NIGHT)
    remind(minutes=4, seconds=1)
    assert len(written("reminder")) == 2


def test_a_night_is_quiet_until_its_morning(desk, mei):
    settings = notices.of(mei.id)
    settings.quiet = NIGHT

    def end(hour):
        at = datetime(2026, 11, 2, hour, tzinfo=UTC)
        return quiet.ends_at(settings, "UTC", breach=False, now=at)

    assert end(12) is None
    assert end(23) == datetime(2026, 11, 3, 7, tzinfo=UTC)
    assert end(3) == datetime(2026, 11, 2, 7, tzinfo=UTC)
    assert end(7) is None


def test_longer_hours_go_on_holding_and_none_let_go_at_once(desk, case, mei):
    link(mei, desk.wallet)
    rests(mei, MORNING)
    remind(minutes=3)
    rests(mei, {day: [["08:00", "12:00"]] for day in DAYS}, now=later(minutes=30))
    wake(hours=1, minutes=1)
    assert written("summary") == []
    rests(mei, None, now=later(minutes=65))
    wake(minutes=66)
    assert len(written("summary")) == 1


@pytest.mark.parametrize(
    ("table", "zone", "refusal"),
    [
        ({day: [["00:00", "24:00"]] for day in DAYS}, "", AlwaysQuiet),
        ({"mon": [["25:00", "26:00"]]}, "", BadSpan),
        (NIGHT, "Mars/Olympus", BadTimezone),
    ],
)
def test_bad_quiet_hours_are_refused(desk, mei, table, zone, refusal):
    with pytest.raises(refusal):
        notices.save_quiet(mei, table, zone=zone, breaches_anyway=False, now=START)


def test_a_sound_is_one_of_three(desk, mei):
    with pytest.raises(BadChoice):
        notices.save(mei, sound="loud", notify=True, names=False, now=START)


def test_nothing_of_it_is_a_customers_message(desk, case, mei):
    link(mei, desk.wallet)
    remind(minutes=6)
    assert db.session.scalar(select(func.count()).select_from(Message)) == 1
    assert db.session.scalar(select(func.count()).select_from(Conversation)) == 1


def test_a_hundred_words_like_codes_are_asked_for_at_once(desk, queries):
    code = notices.new_code(desk.mei, desk.wallet, now=START)
    db.session.flush()
    noise = " ".join(f"{n:04}-ABCD-EFGH".replace("0", "Z").replace("1", "Y") for n in range(100))
    with queries() as seen:
        assert not notices.redeem(desk.wallet, noise, account(MARIAS), now=START)
    assert len(seen) == 1
    assert notices.redeem(desk.wallet, f"{noise} {code}", account(), now=START)
