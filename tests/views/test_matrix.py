"""Every route opens to whom the gate's matrix grants it, and an auditor changes nothing."""

import pytest
from sqlalchemy import select

from support import access
from support.access import Action, Grant, Right
from support.db import db, reading
from support.models import Event, EventKind, Role
from tests.views.test_surfaces import ROWS, STAFF, ask, enter, story

__all__ = ["enter", "story"]  # fixtures

pytestmark = pytest.mark.one_database
# Open to people without a login: the doors, and what they are made of.
OPEN = ("static", "health.check", "login.form", "login.start", "setup", "join")
# Which line of the matrix opens a route, by its name or by its whole blueprint.
NEEDS = {
    "login.end": Right.OWN,
    "inbox": Right.OWN,
    "live": Right.OWN,
    "account": Right.OWN,
    "permissions": Right.OWN,
    "conditions": Right.OWN,
    "people": Right.PEOPLE,
    "invitations": Right.PEOPLE,
    "plan": Right.PLAN,
    "audit": Right.AUDIT,
    "audit.heads": Right.WORKSPACE,
    "projects.index": Right.READ_SETTINGS,
    "projects.page": Right.READ_SETTINGS,
    "projects.new": Right.BOTS,
    "projects.create": Right.BOTS,
    "projects.token": Right.BOTS,
    "projects": Right.CONFIGURE,
    "reasons.index": Right.READ_SETTINGS,
    "reasons.page": Right.READ_SETTINGS,
    "reasons.tries": Right.READ_SETTINGS,
    "reasons": Right.CONFIGURE,
    **dict.fromkeys(
        ("risk_groups.index", "risk_groups.page", "risk_try", "risk_csv.export"),
        Right.READ_SETTINGS,
    ),
    **dict.fromkeys(
        ("risk_groups", "risk_words", "foretold", "own_addresses", "risk_csv"), Right.CONFIGURE
    ),
    "risk_hits": Right.RISK_HITS,
    "calendars.index": Right.READ_SETTINGS,
    "calendars.page": Right.READ_SETTINGS,
    "calendars": Right.CONFIGURE,
    "sla.page": Right.READ_SETTINGS,
    "sla.old": Right.READ_SETTINGS,
    "sla": Right.CONFIGURE,
    "promises": Action.VIEW,
    "promises.waive": Action.WAIVE,
    "conversations": Action.VIEW,
    "files": Action.VIEW,
    "replies": Action.REPLY,
    "replies.note": Action.NOTE,
    "attention": Action.VIEW,
    "attention.types": Action.NOTE,
    "desk": Action.TRANSFER,
    "desk.take": Action.TAKE,
    "desk.takeover": Action.TAKEOVER,
    "alerts": Right.OWN,
    "board": Right.BOARD,
    "approvals": Right.APPROVE,
    "stopped": Action.REPLY,
    "stopped.approval": Action.VIEW,
    "reports": Right.REPORTS,
    "notices": Right.OWN,
    "presence": Right.OWN,
    "mentioning": Action.NOTE,
    "transfers": Action.TRANSFER,
    "escalations": Action.ESCALATE,
    "escalations.lower": Action.LOWER_TIER,
    "acceptance": Action.RETURN,
    "acceptance.accept": Action.ACCEPT,
    "collaborators": Action.ADD_COLLABORATOR,
    "collaborators.ask_lead": Action.ASK_LEAD,
    "collaborators.give_lead": Action.GIVE_LEAD,
    "status": Action.PARK,
    "status.resolve": Action.RESOLVE,
    "status.undo": Action.RESOLVE,
    "tagging": Action.TAG,
    "suggesting": Action.DISMISS,
    "tags.page": Right.READ_SETTINGS,
    "tags": Right.CONFIGURE,
    "groups.index": Right.READ_SETTINGS,
    "groups": Right.CONFIGURE,
    "routing": Right.READ_SETTINGS,
}
# What Mei, who handed the conversation over, keeps of it.
KEPT = (
    *("conversations.page", "conversations.session", "conversations.messages", "attention.draft"),
    *("promises.page", "promises.dialog", "stopped.approval"),
)
# A row asks for one person's own, or the deed for more than his role: fewer are answered.
FEWER = ("account.end_login", "alerts.seen", "collaborators.ask_lead")
READ_BY_AUDITORS = (
    *(Right.READ_SETTINGS, Right.CONDITIONS, Right.BOARD, Right.OWN),
    *(Right.RISK_HITS, Right.AUDIT, Right.REPORTS),
)
# What marks an object of the wallet's project in an address.
INSIDE = ("{wallet}", "{case}", "{waiting}", "{file}", "{handed}", "{closing}", "{attempt}")
# What an auditor writes is about herself: her login, what she types and has read.
HERS = (
    *("login", "draft", "presence_interval", "event", "alert"),
    *("notice_settings", "link_code", "staff_link", "audit_waiting"),
)
HER_DEEDS = {
    *(EventKind.CONVERSATION_VIEWED, EventKind.AUDIT_EXPORTED, EventKind.NOTICES_CHANGED),
    EventKind.AGENT_UNLINKED,
    *(EventKind.LOGGED_IN, EventKind.LOGGED_OUT, EventKind.AGENT_CHANGED),
    *(EventKind.AGENT_AWAY, EventKind.AGENT_BACK),
}


def needs(endpoint):
    """Return the line of the matrix for a route, or None for an open one."""
    room = endpoint.partition(".")[0]
    if endpoint in OPEN or room in OPEN:
        return None
    assert endpoint in NEEDS or room in NEEDS, f"name the line of the matrix for {endpoint}"
    return NEEDS.get(endpoint, NEEDS.get(room))


def granted(endpoint, desk):
    """Return whom the matrix lets in."""
    return {name for name in STAFF if opens(endpoint, name, getattr(desk, name), desk)}


def opens(endpoint, name, agent, desk):
    path = ROWS[endpoint].path
    reach = {access.grant(needs(endpoint), role) for role in roles(agent, path, desk)}
    holds = name == "ken" and "{waiting}" not in path
    queued = name in ("mei", "ken") and "{waiting}" in path
    kept = name == "mei" and endpoint in KEPT
    seen = Grant.SEEN in reach and (holds or queued or kept)
    return Grant.YES in reach or (Grant.HELD in reach and holds) or seen


def roles(agent, path, desk):
    """Return his roles where the object of a row is: in the wallet's project, or anywhere."""
    if agent.is_owner:
        return ["owner"]
    inside = any(mark in path for mark in INSIDE)
    places = [one for one in agent.memberships if not inside or one.project_id == desk.wallet.id]
    return [one.role for one in places] or ([] if inside else [Role.AGENT])


@pytest.mark.parametrize("endpoint", ROWS)
def test_a_route_opens_to_whom_the_matrix_grants_it(endpoint, story, desk):
    row = ROWS[endpoint]
    if needs(endpoint) is None:
        assert row.who in ((), tuple(ROWS["static"].who))
    else:  # Emma, who has joined, is a member of no other test's staff
        allowed, answered = granted(endpoint, desk), set(row.who) - {"emma"}
        assert answered <= allowed if endpoint in FEWER else answered == allowed


def test_every_line_of_the_matrix_is_asked_for_or_is_an_action(desk):
    named = {needs(endpoint) for endpoint in ROWS}
    assert set(Right) - {Right.CONDITIONS} <= named
    assert {line.what for lines in access.MATRIX.values() for line in lines} == {*Action, *Right}


@pytest.mark.parametrize("action", Action)
def test_an_auditor_may_look_and_nothing_else(action, desk):
    assert access.grant(action, Role.AUDITOR) is (Grant.YES if action is Action.VIEW else Grant.NO)
    for right in Right:
        reads = right in READ_BY_AUDITORS
        assert (access.grant(right, Role.AUDITOR) is Grant.YES) is reads


def test_an_auditor_reads_every_page_of_her_project(story, enter):
    ada = enter("ada")
    for endpoint, row in ROWS.items():
        inside = any(mark in row.path for mark in ("{wallet}", "{case}", "{file}"))
        reads = inside and access.grant(needs(endpoint), Role.AUDITOR) is Grant.YES
        if row.method == "GET" and reads:
            with ask(ada, row, story) as response:
                assert response.status_code == 200, endpoint


def test_an_auditor_changes_nothing(story, enter, web, desk):
    before = everything(web, but=desk.ada.id)
    walk(enter("ada"), story)
    assert everything(web, but=desk.ada.id) == before
    with web.app_context(), reading():
        own = select(Event.kind).where(Event.by_id == desk.ada.id)
        assert set(db.session.scalars(own)) <= HER_DEEDS
    walk(enter("sun"), story)  # who may: the walk would have changed something
    assert everything(web, but=desk.ada.id) != before


def walk(browser, story):
    """Send every form there is, but the one that logs out."""
    for endpoint, row in ROWS.items():
        if row.method == "POST" and needs(endpoint) is not None and endpoint != "login.end":
            ask(browser, row, story).close()


def everything(web, *, but):
    """Return every row of every table but what is of this agent herself."""
    tables = [table for table in db.metadata.sorted_tables if table.name not in HERS]
    with web.app_context(), reading():
        return {
            table.name: [
                row
                for row in db.session.execute(select(table).order_by(*table.primary_key))
                if table.name != "agent" or row.id != but
            ]
            for table in tables
        }
