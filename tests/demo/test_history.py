"""The founding and the history: told once, even when they are interrupted."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from support import escalation, events, live, logins
from support.config import Settings
from support.db import commit, db, utcnow
from support.demo import history
from support.demo.control import Chat, Control
from support.demo.desk import Desk
from support.demo.founding import RESERVED, register, settle
from support.demo.history import remember
from support.demo.performance import perform
from support.demo.plan import LAST, plan
from support.demo.progress import is_told, progress
from support.demo.team import PROJECTS, TEAM
from support.models import (
    Agent,
    Alert,
    Attachment,
    Conversation,
    Event,
    EventKind,
    Handover,
    LeadRequest,
    Message,
    PresenceInterval,
    Project,
    Suggestion,
    Workspace,
)
from support.projects import token_of
from support.store import Store
from support.telegram.local import run_in_thread
from support.telegram.local.server import Handle
from tests.demo.conftest import SECRET, shorten
from tests.factories import make_agent


@pytest.fixture
def empty(app):
    with app.app_context():
        yield
        db.session.rollback()


@pytest.fixture
def founded(empty, demo, control):
    now = utcnow()
    assert settle(demo, now=now)
    register(control)
    return now


@dataclass
class Told:
    """A short month that has happened: on the desk, and on the phones of its own Telegram."""

    telegram: Handle
    settings: Settings
    now: datetime | None = None

    @property
    def control(self):
        return Control(self.settings.local_control, SECRET)

    def tell(self):
        self.now = utcnow()
        assert settle(self.settings, now=self.now)
        register(self.control)
        assert not is_told()
        with pytest.MonkeyPatch.context() as patch:
            shorten(patch)
            remember(self.settings, self.control)
        db.session.rollback()


@pytest.fixture(scope="module")
def story(settings, tmp_path_factory):
    """Tell the story once for each database."""
    telegram = run_in_thread(tmp_path_factory.mktemp("phones"), 0, 0, SECRET)
    address = f"127.0.0.1:{telegram.control_port}"
    yield Told(telegram, replace(settings, local_control=address, local_secret=SECRET))
    telegram.stop()


@pytest.fixture
def told(empty, app, story):
    """Give the story that was told, and its rows; who changes them does not change the story."""
    if not app.extensions["rows"].put_back("told"):
        story.tell()
        app.extensions["rows"].keep("told")
    return story


def test_the_team_logs_in_at_once(founded):
    for agent in TEAM:
        assert logins.verify(agent.email, agent.password)


def test_the_projects_have_the_local_bots(founded, demo, control):
    bots = {bot["id"]: bot["token"] for bot in control.bots()}
    for project in db.session.scalars(select(Project)):
        assert token_of(project, data=demo.data) == bots[project.bot_id]


def test_founding_again_changes_nothing(founded, demo, control):
    assert settle(demo, now=utcnow())
    register(control)
    assert len(control.bots()) == len(PROJECTS)
    assert db.session.scalar(select(func.count()).select_from(Agent)) == len(TEAM)


def test_a_desk_of_others_is_left_alone(empty, demo):
    make_agent("Olga", role="owner")
    commit()
    assert not settle(demo, now=utcnow())
    assert db.session.scalar(select(Workspace)) is None


def test_what_is_written_now_comes_after_the_history(founded, control):
    customer = control.create_customer(first_name="Zoë")
    assert control.say(Chat(PROJECTS[0].bot_id, customer), "hello") == RESERVED + 1


def test_the_month_happens_on_the_desk(told, short):
    planned = plan(history.anchor())
    kinds = Counter(act.kind for act in planned.acts)
    states = Counter(message.state for message in replies())
    assert states == {"accepted": kinds["reply"]}
    assert count(Message) == kinds["reply"] + kinds["say"]
    assert count(Conversation) > 14
    # Two have never been answered, two wait above the frontline.
    assert unheld() == 4


@pytest.mark.one_database
def test_nothing_of_the_story_is_left_out(founded, demo, control, caplog):
    caplog.set_level("INFO", "support.demo.performance")
    remember(demo, control)
    assert "left out" not in caplog.text
    shares(Conversation, Handover)


def shares(conversation, handover):
    """About 15 % go up, a quarter of them by their words alone."""
    moves = list(db.session.scalars(select(handover).where(handover.kind == "escalation")))
    escalated = {move.conversation_id for move in moves}
    automatic = {move.conversation_id for move in moves if move.by_id is None}
    assert 0.1 < len(escalated) / count(conversation) < 0.2
    assert 0.1 < len(automatic) / len(escalated) < 0.4


def test_something_stands_in_every_state(told):
    assert is_told()
    running = select(Conversation).where(~Conversation.is_resolved)
    open_now = list(db.session.scalars(running))
    assert {one.status for one in open_now} == {"open", "waiting", "snoozed"}
    levels = {one.level for one in open_now if one.assignee_id is None}
    assert levels == {1, 2}
    assert db.session.scalar(select(Suggestion.id).where(Suggestion.settled_at.is_(None)))
    assert db.session.scalar(select(LeadRequest.id).where(LeadRequest.settled_at.is_(None)))
    kinds = set(db.session.scalars(select(Alert.kind).where(Alert.seen_at.is_(None))))
    assert kinds >= {"mention", "waiting", "lead"}
    # What was handed over last has some minutes left.
    assert escalation.late(now=told.now + timedelta(minutes=3)) == []
    assert len(escalation.late(now=told.now + timedelta(minutes=5))) == 1


@pytest.mark.one_database
def test_who_is_here_now_is_another_list(founded, demo, control, short):
    me = db.session.scalars(select(Agent.id).limit(1)).one()
    live.seen(me, now=utcnow())
    remember(demo, control)
    assert live.online(now=utcnow()) == {me}
    assert db.session.scalar(select(PresenceInterval.id)) is not None
    left_open = select(PresenceInterval.id).where(PresenceInterval.ended_at.is_(None))
    assert db.session.scalar(left_open) is None


def test_an_act_that_a_visitor_made_impossible_is_left_out(founded, demo, control, short):
    planned = plan(history.anchor())
    with Desk.open(Store(demo.data), [], planned) as desk:
        first = next(act for act in planned.acts if act.kind == "say" and act.picture is None)
        assert perform(desk, first)
        assert not perform(desk, replace(first, kind="transfer", to="nora@demo.example"))
        assert perform(desk, replace(first, kind="reply", customer=1))


def replies():
    return db.session.scalars(select(Message).where(Message.direction == "out"))


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def unheld():
    waiting = select(func.count()).where(
        Conversation.assignee_id.is_(None), Conversation.status == "open"
    )
    return db.session.scalar(waiting)


def test_the_customers_have_the_same_chats_on_their_phones(told):
    for conversation in db.session.scalars(select(Conversation).limit(5)):
        customer = conversation.customer
        seen = told.control.chat(Chat(customer.project.bot_id, customer.telegram_id))
        here = db.session.execute(
            select(Message.telegram_id, Message.text)
            .where(Message.customer_id == customer.id)
            .order_by(Message.telegram_id)
        )
        assert [(one["id"], one["text"]) for one in seen["messages"]] == [tuple(r) for r in here]


@pytest.mark.one_database
def test_pictures_are_in_the_store(founded, demo, control, short, monkeypatch):
    monkeypatch.setattr("support.demo.plan.PAST_CASES", 40)
    remember(demo, control)
    pictures = db.session.scalars(select(Attachment)).all()
    assert pictures
    for picture in pictures:
        assert Store(demo.data).full(picture.path).read_bytes().startswith(b"\xff\xd8")
        assert picture.width


def test_an_interrupted_history_goes_on_where_it_stopped(
    founded, demo, control, short, monkeypatch
):
    parts = []

    def failing():
        # At some hours the first acts are all arrivals: it is to stop amid what was said.
        if any(parts[:-1]):
            raise KeyboardInterrupt
        parts.append(count(Message))

    with monkeypatch.context() as patched:
        patched.setattr(history, "hush", failing)
        with pytest.raises(KeyboardInterrupt):
            remember(demo, control)
    db.session.rollback()
    assert 0 < count(Message) < len(plan(history.anchor()).acts)
    remember(demo, control)
    planned = plan(history.anchor())
    assert count(Message) == sum(act.is_message for act in planned.acts)
    deeds = Counter(event.kind for event in db.session.scalars(select(Event)))
    assert deeds["conversation.resolved"] == sum(act.kind == "resolve" for act in planned.acts)


def test_a_finished_history_is_not_told_again(told, monkeypatch):
    monkeypatch.setattr(history, "plan", None)
    remember(told.settings, told.control)


@pytest.mark.one_database
def test_a_login_before_the_founding_is_no_part_of_the_history(founded, demo, control, short):
    moment = history.anchor() - timedelta(milliseconds=50)
    events.record(EventKind.LOGIN_REFUSED, by=None, now=moment)
    commit()
    remember(demo, control)
    assert count(Message) > 50


def test_the_last_thing_happened_just_before_the_founding(told):
    last = progress(history.anchor())
    assert last == history.anchor() - LAST
    assert told.now - last < timedelta(minutes=1)
