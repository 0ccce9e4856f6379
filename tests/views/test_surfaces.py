"""Every way to see or do anything, and who gets nothing from it.

Each route of the application has its row here; a route without one fails, and test_matrix.py
compares the rows with what the gate's own table grants. Mei handed the conversation to Ken:
what came later must reach her on no surface. Rex supervises and Zoe answers in another project,
Una is a member of none.
"""

from dataclasses import dataclass, field

import pytest
from flask import current_app
from sqlalchemy import select

from support import (
    alerts,
    calendars,
    collaboration,
    groups,
    invitations,
    logins,
    messages,
    notes,
    reasons,
    risk,
    status,
    suggestions,
    tags,
    transfer,
)
from support.db import commit, db, utcnow
from support.models import (
    Attachment,
    Conversation,
    Message,
    RiskWord,
    RiskWordGroup,
    SlaClock,
)
from support.risk import changes, own_addresses
from support.store import Store
from tests import factories
from tests.factories import PASSWORD, START, answer, join, later, make_agent, person, say
from tests.views.conftest import Browser

EVERYBODY = ("olga", "sun", "mei", "ken", "ada", "rex", "zoe", "una", "nobody")
STAFF = EVERYBODY[:-1]
WATCHERS = ("olga", "sun", "ada")
SEES_NOW = (*WATCHERS, "ken")
SEES_SOME = (*SEES_NOW, "mei")
COMMANDS = ("olga", "sun")
READS = (*COMMANDS, "ada")
READS_A_LOG = (*READS, "rex")
INSIDE = (*READS, "mei", "ken")
REFUSED = (302, 303, 401, 403, 404, 409)
LATER_WORDS = ("said-after", "noted-after", "receipt-after", "failed-after", "refund-after")


@dataclass(frozen=True)
class Row:
    """Who gets an answer from a route, and the address and form that ask for it."""

    who: tuple[str, ...]
    path: str
    method: str = "GET"
    form: dict[str, object] = field(default_factory=dict)
    words: bool = False
    """Whether the later words stand on it for those who may see them."""


MEMBER = {"agent": "{ken}", "role": "agent"}
LOGIN = {"email": "mei@desk.example", "password": PASSWORD}
OFFICE = "/projects/{wallet}/calendars"
WEEK = {"name": "Office", "zone": "UTC", "mon": "09:00-17:00"}
CASE = "/conversations/{case}"
ESCALATION = {"background": "paid", "request": "money", "tried": "looked it up"}
SUGGESTION = CASE + "/suggestions/{suggestion}"
GROUPS = "/projects/{wallet}/groups"
REASONS = "/projects/{wallet}/reasons"
RISK = "/projects/{wallet}/risk"
RISKY = {"name": "Frozen", "stop": "confirm", "project": "{wallet}", "kind": "word", "words": "x"}
WORDS = "group,kind,text\nNew,word,money\n"
ROWS = {
    "static": Row(EVERYBODY, "/static/favicon.svg"),
    "health.check": Row(EVERYBODY, "/healthz"),
    "login.form": Row(EVERYBODY, "/login"),
    "login.start": Row(EVERYBODY, "/login", "POST", LOGIN),
    "login.end": Row(STAFF, "/logout", "POST"),
    "inbox.index": Row(STAFF, "/?view=mine", words=True),
    "inbox.more": Row(STAFF, "/rows?view=mine", words=True),
    "inbox.counters": Row(STAFF, "/counters"),
    "inbox.narrowing": Row(STAFF, "/filters?view=mine"),
    "alerts.page": Row(STAFF, "/alerts"),
    "alerts.all_seen": Row(STAFF, "/alerts/seen", "POST"),
    "alerts.seen": Row(SEES_NOW, CASE + "/alerts", "POST"),
    "mentioning.page": Row(("olga", "sun", "ken"), CASE + "/mentions"),
    "live.stream": Row(STAFF, "/live"),
    "approvals.page": Row((*COMMANDS, "rex"), "/risk/approvals"),
    "approvals.approve": Row(COMMANDS, "/risk/approvals/{attempt}/approval", "POST"),
    "approvals.reject": Row(
        COMMANDS, "/risk/approvals/{attempt}/rejection", "POST", {"reason": "too soon"}
    ),
    "stopped.approval": Row(SEES_SOME, CASE + "/approval"),
    "stopped.cancel": Row(("ken",), CASE + "/attempts/{attempt}/cancellation", "POST"),
    "board.page": Row(READS, "/board?project={wallet}"),
    "reports.index": Row(READS, "/reports?project={wallet}"),
    "reports.agents": Row(READS, "/reports/agents?project={wallet}"),
    "reports.sla": Row(READS, "/reports/sla?project={wallet}"),
    "reports.escalations": Row(READS, "/reports/escalations?project={wallet}"),
    "reports.rows": Row(READS, "/reports/rows?project={wallet}&what=opened"),
    "reports.csv": Row(READS, "/reports/overview.csv?project={wallet}"),
    "reports.xlsx": Row(READS, "/reports/sla.xlsx?project={wallet}"),
    "alerts.fresh": Row(STAFF, "/alerts/news?since=1"),
    "notices.change": Row(STAFF, "/account/notices", "POST", {"sound": "off"}),
    "notices.quiet": Row(STAFF, "/account/quiet", "POST", {"open": "never"}),
    "notices.link": Row(INSIDE, "/account/telegram/{wallet}", "POST"),
    "notices.unlink": Row(INSIDE, "/account/telegram/{wallet}/end", "POST"),
    "account.page": Row(STAFF, "/account"),
    "account.theme": Row(STAFF, "/account/theme", "POST", {"theme": "dark"}),
    "account.language": Row(STAFF, "/account/language", "POST", {"language": "zh"}),
    "account.rename": Row(STAFF, "/account/name", "POST", {"name": "Somebody"}),
    "account.password": Row(STAFF, "/account/password", "POST"),
    "account.end_login": Row(("olga",), "/account/logins/{login}/end", "POST"),
    "account.end_others": Row(STAFF, "/account/logins/end", "POST"),
    "people.index": Row(("olga",), "/people"),
    "people.new": Row(("olga",), "/people/new"),
    "people.create": Row(("olga",), "/people/new", "POST"),
    "people.page": Row(("olga",), "/people/{ken}"),
    "people.change": Row(("olga",), "/people/{ken}", "POST", {"name": "Ken", "role": "member"}),
    "people.password": Row(("olga",), "/people/{ken}/password", "POST"),
    "people.disable": Row(("olga",), "/people/{ken}/disable", "POST"),
    "people.enable": Row(("olga",), "/people/{ken}/enable", "POST"),
    "invitations.new": Row(("olga",), "/people/invite"),
    "invitations.invite": Row(("olga",), "/people/invite", "POST"),
    "invitations.revoke": Row(("olga",), "/people/invitations/{invited}/revoke", "POST"),
    "join.form": Row(EVERYBODY, "/join/{secret}"),
    "join.join": Row(EVERYBODY, "/join/{secret}", "POST"),
    "audit.page": Row(READS_A_LOG, "/audit"),
    "audit.export": Row(READS_A_LOG, "/audit/export", "POST"),
    "audit.heads": Row(("olga",), "/audit/heads", "POST"),
    "plan.page": Row(("olga",), "/plan"),
    "plan.choose": Row(("olga",), "/plan", "POST", {"plan": "trial"}),
    "permissions.index": Row(STAFF, "/permissions"),
    "conditions.index": Row(STAFF, "/conditions"),
    "reasons.index": Row(READS, REASONS),
    "reasons.tries": Row(READS, REASONS + "/try", "POST"),
    "reasons.page": Row(READS, REASONS + "/{reason}"),
    "reasons.new": Row(COMMANDS, REASONS + "/new"),
    "reasons.create": Row(COMMANDS, REASONS + "/new", "POST"),
    "reasons.change": Row(COMMANDS, REASONS + "/{reason}", "POST"),
    "reasons.remove": Row(COMMANDS, REASONS + "/{reason}/remove", "POST"),
    "reasons.restore": Row(COMMANDS, REASONS + "/restore", "POST"),
    "projects.index": Row((*READS, "rex"), "/projects"),
    "projects.new": Row(("olga",), "/projects/new"),
    "projects.create": Row(("olga",), "/projects/new", "POST"),
    "projects.page": Row(READS, "/projects/{wallet}"),
    "projects.change": Row(COMMANDS, "/projects/{wallet}", "POST"),
    "projects.token": Row(("olga",), "/projects/{wallet}/token", "POST"),
    "projects.add_member": Row(COMMANDS, "/projects/{wallet}/members", "POST", MEMBER),
    "projects.remove_member": Row(COMMANDS, "/projects/{wallet}/members/remove", "POST", MEMBER),
    "presence.mine": Row(STAFF, "/presence"),
    "presence.change": Row(STAFF, "/presence", "POST", {"state": "away"}),
    "groups.index": Row(READS, GROUPS),
    "groups.offer": Row(COMMANDS, GROUPS + "/offer", "POST"),
    "groups.create": Row(COMMANDS, GROUPS, "POST", {"name": "Night", "level": 1}),
    "groups.page": Row(COMMANDS, GROUPS + "/{group}"),
    "groups.change": Row(COMMANDS, GROUPS + "/{group}", "POST"),
    "groups.hours": Row(COMMANDS, GROUPS + "/{group}/hours", "POST", {"open": "always"}),
    "groups.members": Row(COMMANDS, GROUPS + "/{group}/members", "POST", {"agent": "{ken}"}),
    "groups.remove": Row(COMMANDS, GROUPS + "/{group}/removal", "POST"),
    "routing.page": Row(READS, "/projects/{wallet}/routing"),
    "routing.customers": Row(READS, "/projects/{wallet}/routing/customers?who=a"),
    "calendars.index": Row(READS, OFFICE),
    "calendars.new": Row(COMMANDS, OFFICE + "/new"),
    "calendars.create": Row(COMMANDS, OFFICE, "POST", WEEK | {"name": "Nights"}),
    "calendars.page": Row(READS, OFFICE + "/{office}"),
    "calendars.change": Row(COMMANDS, OFFICE + "/{office}", "POST", WEEK),
    "calendars.remove": Row(COMMANDS, OFFICE + "/{office}/removal", "POST"),
    "sla.page": Row(READS, "/projects/{wallet}/sla"),
    "sla.old": Row(READS, "/projects/{wallet}/sla/versions"),
    "sla.applying": Row(COMMANDS, "/projects/{wallet}/sla/application"),
    "sla.apply": Row(COMMANDS, "/projects/{wallet}/sla/application", "POST"),
    "promises.page": Row(SEES_SOME, CASE + "/clocks"),
    "promises.dialog": Row(SEES_SOME, CASE + "/clocks/dialog"),
    "promises.waive": Row(COMMANDS, CASE + "/clocks/{clock}/waiver", "POST", {"reason": "storm"}),
    "sla.change": Row(COMMANDS, "/projects/{wallet}/sla", "POST"),
    "conversations.page": Row(SEES_SOME, CASE, words=True),
    "conversations.session": Row(SEES_SOME, CASE + "/session", words=True),
    "conversations.messages": Row(SEES_SOME, CASE + "/messages?after=0&since=0", words=True),
    "files.whole": Row(SEES_NOW, "/files/{file}"),
    "files.preview": Row(SEES_NOW, "/files/{file}/preview"),
    "files.fetch": Row(SEES_NOW, "/files/{file}/fetch", "POST"),
    "replies.reply": Row(("ken",), CASE + "/messages", "POST", {"text": "hi", "client_key": "k1"}),
    "replies.note": Row(
        ("olga", "sun", "ken"), CASE + "/notes", "POST", {"text": "hi", "client_key": "k2"}
    ),
    "replies.retry": Row(("ken",), CASE + "/messages/{failed}/retry", "POST"),
    "replies.discard": Row(("ken",), CASE + "/messages/{failed}/discard", "POST"),
    "attention.draft": Row(
        (*SEES_NOW, "mei"), CASE + "/drafts", "POST", {"text": "Dear", "mode": "reply"}
    ),
    "attention.read": Row(SEES_NOW, CASE + "/reading", "POST", {"upto": 1}),
    "attention.types": Row(("olga", "sun", "ken"), CASE + "/typing", "POST", {"mode": "note"}),
    "desk.take": Row(("olga", "sun", "mei", "ken"), "/conversations/{waiting}/assignment", "POST"),
    "desk.release": Row(("ken",), CASE + "/release", "POST"),
    "desk.takeover": Row(COMMANDS, CASE + "/takeover", "POST", {"expected": "{ken}"}),
    "transfers.page": Row(("ken",), CASE + "/transfers"),
    "transfers.dialog": Row(("ken",), CASE + "/transfers/dialog"),
    "transfers.send": Row(("ken",), CASE + "/transfers", "POST", {"to": "{sun}"}),
    "escalations.page": Row(("ken",), CASE + "/escalations"),
    "escalations.dialog": Row(("ken",), CASE + "/escalations/dialog"),
    "escalations.send": Row(("ken",), CASE + "/escalations", "POST", ESCALATION),
    "escalations.lower": Row(COMMANDS, CASE + "/tier", "POST", {"tier": "standard"}),
    "acceptance.accept": Row(("ken",), "/conversations/{handed}/acceptance", "POST"),
    "acceptance.page": Row(("ken",), CASE + "/returns"),
    "acceptance.dialog": Row(("ken",), CASE + "/returns/dialog"),
    "acceptance.give_back": Row(("ken",), CASE + "/returns", "POST", {"why": "not mine"}),
    "collaborators.page": Row(COMMANDS, CASE + "/collaborators"),
    "collaborators.dialog": Row(COMMANDS, CASE + "/collaborators/dialog"),
    "collaborators.choose": Row(COMMANDS, CASE + "/collaborators", "POST", {"agents": "{mei}"}),
    "collaborators.leave": Row(
        (*COMMANDS, "emma"), CASE + "/collaborators/leave", "POST", {"agent": "{emma}"}
    ),
    "collaborators.ask_lead": Row(("emma",), CASE + "/lead-requests", "POST"),
    "collaborators.give_lead": Row((*COMMANDS, "ken"), CASE + "/lead", "POST", {"agent": "{emma}"}),
    "status.resolve": Row(("ken",), CASE + "/resolution", "POST"),
    "status.undo": Row(("ken",), "/conversations/{closing}/resolution/undo", "POST"),
    "status.page": Row(("ken",), CASE + "/parking"),
    "status.snooze": Row(("ken",), CASE + "/snooze", "POST", {"choice": "later"}),
    "status.wait": Row(("ken",), CASE + "/waiting", "POST"),
    "status.resume": Row(("ken",), CASE + "/resumption", "POST"),
    "status.no_reply": Row(("ken",), CASE + "/no-reply", "POST"),
    "tagging.page": Row(("olga", "sun", "ken"), CASE + "/tags"),
    "tagging.dialog": Row(("olga", "sun", "ken"), CASE + "/tags/dialog"),
    "tagging.change": Row(("olga", "sun", "ken"), CASE + "/tags", "POST", {"tag": "{tag}"}),
    "tagging.take_off": Row(("olga", "sun", "ken"), CASE + "/tags/{tag}/removal", "POST"),
    "suggesting.page": Row(("olga", "sun", "ken"), SUGGESTION),
    "suggesting.dismiss": Row(
        ("olga", "sun", "ken"), SUGGESTION + "/dismissal", "POST", {"why": "no"}
    ),
    "suggesting.mark_urgent": Row(("olga", "sun", "ken"), SUGGESTION + "/urgency", "POST"),
    "risk_groups.index": Row(READS, RISK),
    "risk_groups.new": Row(COMMANDS, RISK + "/new"),
    "risk_groups.create": Row(COMMANDS, RISK + "/new", "POST", RISKY | {"name": "Words"}),
    "risk_groups.page": Row(READS, RISK + "/groups/{risk}"),
    "risk_groups.change": Row(COMMANDS, RISK + "/groups/{risk}", "POST", RISKY),
    "risk_groups.pause": Row(COMMANDS, RISK + "/groups/{risk}/pause", "POST", {"paused": "1"}),
    "risk_groups.remove": Row(COMMANDS, RISK + "/groups/{risk}/removal", "POST"),
    "risk_groups.recommend": Row(COMMANDS, RISK + "/recommended", "POST"),
    "risk_words.add": Row(COMMANDS, RISK + "/groups/{risk}/words", "POST", RISKY),
    "risk_words.take": Row(COMMANDS, RISK + "/groups/{risk}/words/removal", "POST"),
    "risk_words.shape": Row(COMMANDS, RISK + "/groups/{risk}/shapes", "POST", {"shape": "link"}),
    "foretold.look": Row(COMMANDS, RISK + "/look", "POST", RISKY),
    "own_addresses.add": Row(COMMANDS, RISK + "/own", "POST", {"address": "0x" + "a1" * 20}),
    "own_addresses.remove": Row(COMMANDS, RISK + "/own/{own}/removal", "POST"),
    "risk_try.page": Row(READS, RISK + "/try"),
    "risk_try.tries": Row(READS, RISK + "/try", "POST", {"text": "T9yD"}),
    "risk_csv.page": Row(COMMANDS, RISK + "/import"),
    "risk_csv.look": Row(COMMANDS, RISK + "/import", "POST", {"text": WORDS}),
    "risk_csv.take": Row(COMMANDS, RISK + "/import/done", "POST", {"text": WORDS}),
    "risk_csv.export": Row(READS, RISK + "/words.csv"),
    "risk_hits.page": Row((*READS, "rex"), "/risk/hits"),
    "risk_hits.export": Row((*READS, "rex"), "/risk/hits.csv"),
    "risk_hits.attempt": Row(READS, "/risk/attempts/{attempt}"),
    "tags.page": Row(READS, "/projects/{wallet}/tags"),
    "tags.create": Row(COMMANDS, "/projects/{wallet}/tags", "POST", {"name": "Bug"}),
    "tags.change": Row(COMMANDS, "/projects/{wallet}/tags/{tag}", "POST", {"name": "Bug"}),
    "tags.remove": Row(COMMANDS, "/projects/{wallet}/tags/{tag}/removal", "POST"),
    "setup.form": Row((), "/setup"),
    "setup.found": Row((), "/setup", "POST"),
}
pytestmark = pytest.mark.one_database
# The phone plays customers of the demonstration, on this machine only: see test_phone.py.
DEMO_ONLY = "phone."


@pytest.fixture
def story(app, desk):
    """What happens is told once for each database; for every other test its rows are put back."""
    rows = app.extensions["rows"]
    if "story" in rows.kept:
        rows.wipe()
        rows.put_back("story")
        db.session.expunge_all()
        vars(desk).update(vars(factories.Desk.known()))
    else:
        app.extensions["story"] = told(desk, desk.mei)
        commit()
        rows.keep("story")
    clicked(desk, app.extensions["story"]["closing"])
    return app.extensions["story"]


def clicked(desk, number):
    """Let Ken click a conversation closed just now: he may undo it for some seconds."""
    status.resolve(db.session.get_one(Conversation, number), by=desk.ken, now=utcnow())
    commit()


def told(desk, mei):
    """Mei answered, failed once, and handed over to Ken; then more was said. Emma has joined."""
    desk.rex = join(make_agent("Rex"), desk.market, "supervisor")
    desk.una = make_agent("Una")
    case = desk.case("said-before", holder=mei)
    answer(case, "answered-before", by=mei)
    transfer.transfer(case, to=desk.ken, by=mei, note="handed", now=later(minutes=1))
    say(desk.wallet, "said-after", now=later(minutes=2))
    notes.write(case, "noted-after", by=desk.ken, now=later(minutes=3), client_key=None)
    media = messages.Media("photo", "receipt-after.jpg", "image/jpeg", 9)
    receipt = say(desk.wallet, "", kind="photo", media=media, now=later(minutes=4))
    (failed,) = answer(case, "failed-after", by=desk.ken, now=later(minutes=5))
    messages.failed(failed, "no", now=later(minutes=5))
    file = db.session.scalar(select(Attachment).where(Attachment.message_id == receipt.id))
    stored(desk, file)
    desk.emma = join(make_agent("Emma"), desk.wallet)
    collaboration.add(case, desk.emma, by=desk.sun, now=later(minutes=5))
    others = pointing(desk, case) | passing(desk, mei)
    waiting = desk.case(who=person(5_550_009, "Waiting"), now=later(minutes=6))
    numbers = {"case": case.id, "waiting": waiting.id, "file": file.id, "failed": failed.id}
    numbers["group"] = groups.create(desk.wallet, "Night", level=2, by=None, now=START).id
    login = logins.start(desk.olga, address="127.0.0.1", browser="other", now=utcnow())
    commit()
    numbers["office"] = calendars.create(
        desk.wallet, "Office", weekly={"mon": [["09:00", "17:00"]]}, by=desk.olga, now=START
    ).id
    numbers |= {"login": logins.find(login, now=utcnow()).id, "wallet": desk.wallet.id}
    numbers |= others | {"emma": desk.emma.id, "mei": mei.id}
    return numbers | {"ken": desk.ken.id, "sun": desk.sun.id} | kept_for(desk)


def kept_for(desk):
    """Return what else the rows ask for: an open invitation, and a reason of the project."""
    secret = invitations.invite("li@desk.example", by=desk.olga, now=utcnow())
    commit()
    invited = invitations.find(secret, now=utcnow()).id
    return {"secret": secret, "invited": invited, "reason": reasons.listed(desk.wallet)[0].id}


def pointing(desk, case):
    """Tag it, point to a reason, alert Mei of what is not hers any more; Ken resolves another."""
    now = later(minutes=6)
    tag = tags.create(desk.wallet, "Refund", by=desk.sun, now=now)
    tags.put(case, tag, by=desk.ken, now=now)
    reason = reasons.create(desk.wallet, "Law", by=desk.sun, now=now)
    last = db.session.get(Message, case.last_message_id)
    raised = suggestions.propose(case, reason, "urgent", message=last, phrase="lawyer", now=now)
    alerts.tell([desk.mei.id, desk.ken.id], case, "snooze", by=None, now=now)
    db.session.flush()
    clocks = select(SlaClock.id).where(SlaClock.conversation_id == case.id)
    overdue = db.session.scalar(clocks.where(SlaClock.metric == "resolution"))
    return controlled(desk) | {
        "attempt": stopped(desk, case),
        "tag": tag.id,
        "suggestion": raised.id,
        "clock": overdue,
    }


def stopped(desk, case):
    """Ken wants to say what needs a second pair of eyes."""
    group = RiskWordGroup(name="Payments", four_eyes=True, created_at=START)
    group.projects = [desk.wallet]
    group.words = [RiskWord(kind="word", text="refund-after", created_at=START)]
    db.session.add(group)
    db.session.flush()
    risk.restamp([desk.wallet.id])
    attempt = answer(case, "Your refund-after leaves today", by=desk.ken, now=utcnow())
    return attempt.id


def controlled(desk):
    """Make a group of risk words, and an own address."""
    group = changes.create_group("Frozen", projects=[desk.wallet], by=desk.sun, now=START)
    address = own_addresses.add(desk.wallet, "0x" + "b2" * 20, by=desk.sun, now=START)
    return {"risk": group.id, "own": address.id}


def passing(desk, mei):
    """Hand one conversation to Ken; he holds another one."""
    handed = desk.case(who=person(5_550_010, "Handed"), holder=mei)
    transfer.transfer(handed, to=desk.ken, by=mei, note="", now=later(minutes=5))
    closing = desk.case(who=person(5_550_011, "Closing"), now=START, holder=desk.ken)
    return {"handed": handed.id, "closing": closing.id}


def stored(desk, file):
    """Put bytes where the row says, for the whole file and for its preview."""
    store = Store(current_app.config["SETTINGS"].data)
    path = store.new_path()
    store.full(path).write_bytes(b"receipt-after")
    messages.fetched(file, path=path, preview=path, now=START)


@pytest.fixture
def enter(web, desk):
    """Let somebody in, or nobody."""

    def entered(name):
        browser = Browser(web)
        if name == "nobody":
            browser.get("/login")
            return browser
        browser.let_in(getattr(desk, name))
        return browser

    return entered


def ask(browser, row, story):
    path = row.path.format(**story)
    if row.method == "GET":
        return browser.client.get(path)
    form = {key: str(value).format(**story) for key, value in row.form.items()}
    browser.get("/account")  # for its token
    return browser.post(path, form)


def answered(response, row):
    """Whether it was answered at all; a form's own refusal (422) is an answer."""
    if response.status_code in (302, 303):
        return bool(row.who) and "/login?next=" not in response.headers["Location"]
    return response.status_code not in REFUSED


def test_every_route_has_its_row(web):
    routes = {rule.endpoint for rule in web.url_map.iter_rules()}
    assert {name for name in routes if not name.startswith(DEMO_ONLY)} == set(ROWS)


@pytest.mark.parametrize("endpoint", ROWS)
def test_the_wrong_person_gets_nothing(endpoint, story, enter):
    row = ROWS[endpoint]
    for name in sorted(set(EVERYBODY) - set(row.who)):
        with ask(enter(name), row, story) as response:
            assert not answered(response, row), f"{name} was answered {response.status_code}"


@pytest.mark.parametrize("endpoint", [name for name, row in ROWS.items() if row.who])
def test_the_right_person_is_answered(endpoint, story, enter):
    row = ROWS[endpoint]
    right = row.who[0] if row.method == "POST" else None
    for name in [right] if right else row.who:
        with ask(enter(name), row, story) as response:
            assert answered(response, row), f"{name} was refused with {response.status_code}"


@pytest.mark.parametrize("endpoint", [name for name, row in ROWS.items() if row.method == "GET"])
def test_what_came_later_reaches_the_first_agent_on_no_surface(endpoint, story, enter):
    row = ROWS[endpoint]
    if endpoint == "live.stream":
        return  # never ends: tests/test_live.py listens to it
    with ask(enter("mei"), row, story) as response:
        body = response.get_data(as_text=True)
    assert [word for word in LATER_WORDS if word in body] == []
    if row.words:
        body = ask(enter("ken"), row, story).get_data(as_text=True)
        assert any(word in body for word in LATER_WORDS)


def test_the_first_agent_still_sees_what_he_saw(story, enter):
    body = enter("mei").get(f"/conversations/{story['case']}").get_data(as_text=True)
    assert "said-before" in body
    assert "handed" in body


def test_an_unknown_conversation_and_a_foreign_one_look_the_same(story, enter):
    zoe = enter("zoe")
    unknown, foreign = zoe.get("/conversations/999999"), zoe.get(f"/conversations/{story['case']}")
    assert unknown.status_code == foreign.status_code == 404
    said = [main(page.get_data(as_text=True)) for page in (unknown, foreign)]
    assert said[0] == said[1]


def main(body):
    return body[body.index("<main") : body.index("</main")]
