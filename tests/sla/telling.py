"""Stories of one conversation, told in lines: the minute, who, what; then how its clocks stand.

`3 mei replies` is a reply that Telegram accepts a second later. An expected clock is a line of
metric, tier, start, due and verdict, and of a stopped one its minute and reason.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from support import (
    collaboration,
    conversations,
    escalation,
    messages,
    notes,
    reasons,
    routing,
    status,
    transfer,
)
from support.db import commit, db
from support.escalation import Account
from support.models import Agent, Conversation, Group, Message, Project, SlaClock
from tests.factories import START, answer, person

ACCOUNT = Account("background", "request", "tried")
SHORT = {
    "first_response": "first",
    "next_response": "next",
    "resolution": "solved",
    "acceptance": "taken",
}


def instant(minutes):
    """Return the instant of a written minute, as in `3` or `4:59` or `-10`."""
    whole, _, seconds = minutes.partition(":")
    return START + timedelta(minutes=float(whole), seconds=float(seconds or 0))


def written(at):
    """Return an instant as a minute of the story."""
    if at is None:
        return "-"
    seconds = (at - START).total_seconds()
    return f"{int(seconds // 60)}" + (f":{int(seconds % 60):02}" if seconds % 60 else "")


@dataclass
class Teller:
    """Does what a story says, each line a transaction of its own."""

    desk: object
    now: object = START
    sent: list = field(default_factory=list)
    customer: int = 5_550_001

    @property
    def case(self):
        rows = select(Conversation).order_by(Conversation.id.desc()).limit(1)
        return db.session.scalars(rows).one()

    def tell(self, story):
        for line in filter(None, map(str.strip, story.splitlines())):
            minute, who, deed, *words = line.split()
            self.now = instant(minute)
            getattr(self, deed)(self.who(who), *words)
            commit()
            db.session.expire_all()
        return self

    def who(self, name):
        known = getattr(self.desk, name, None)
        return db.session.get(Agent, known.id) if known is not None else None

    def group(self, name):
        return db.session.get_one(Group, getattr(self.desk, name).id)

    def writes(self, _by, dated=None):
        project = db.session.get_one(Project, self.desk.wallet.id)
        at = instant(dated) if dated else self.now
        incoming = messages.Incoming(
            person=person(self.customer),
            telegram_id=1_000 + self.number(),
            at=at,
            text="Where is it?",
        )
        messages.receive(project, incoming, now=self.now)

    def number(self):
        return len(list(db.session.scalars(select(Message.id))))

    def takes(self, by):
        conversations.take(self.case, by=by, now=self.now)

    def replies(self, by):
        self.sends(by)
        self.accepts_message(self.sent.pop(), self.now + timedelta(seconds=1))

    def sends(self, by):
        self.sent.append(answer(self.case, by=by, now=self.now)[0].id)

    def delivers(self, _by):
        self.accepts_message(self.sent.pop(0), self.now)

    def accepts_message(self, message_id, at):
        message = db.session.get_one(Message, message_id)
        messages.accepted(message, telegram_id=50_000 + message_id, at=at, now=at)

    def refuses(self, _by):
        message = db.session.get_one(Message, self.sent[0])
        messages.failed(message, "refused", now=self.now)

    def retries(self, by):
        messages.retry(db.session.get_one(Message, self.sent[0]), by=by, now=self.now)

    def discards(self, by):
        messages.discard(db.session.get_one(Message, self.sent.pop(0)), by=by, now=self.now)

    def greets(self, _by):
        """An automatic text: a message out that no agent wrote."""
        case = self.case
        seq = conversations.lock(case.customer_id)
        facts = {"customer_id": case.customer_id, "conversation_id": case.id, "seq": seq}
        message = Message(
            project_id=case.project_id,
            direction="out",
            text="We are on it",
            created_at=self.now,
            rev=seq,
            random_id=900_000_000 + 1_000 * case.customer_id + seq,
            **facts,
        )
        db.session.add(message)
        db.session.flush()
        self.accepts_message(message.id, self.now)

    def notes(self, by):
        notes.write(self.case, "look", by=by, now=self.now, client_key=None)

    def escalates(self, by, group, tier="escalated", to=None):
        reason = reasons.listed(self.case.project)[0]
        facts = {"reason": reason, "account": ACCOUNT, "tier": tier}
        to = self.who(to) if to else None
        escalation.escalate(self.case, group=self.group(group), to=to, by=by, now=self.now, **facts)

    def transfers(self, by, to):
        transfer.transfer(self.case, to=self.who(to), by=by, note="", now=self.now)

    def passes(self, by, group):
        transfer.transfer(self.case, to=self.group(group), by=by, note="", now=self.now)

    def seizes(self, by):
        expected = self.case.assignee_id
        transfer.takeover(self.case, by=by, expected=expected, now=self.now)

    def accepts(self, by):
        escalation.accept(self.case, by=by, now=self.now)

    def returns(self, by):
        escalation.give_back(self.case, why="not ours", by=by, now=self.now)

    def lapses(self, _by):
        assert escalation.lapse(self.case, now=self.now)

    def releases(self, by):
        conversations.release(self.case, by=by, now=self.now)

    def falls(self, _by):
        assert routing.fall_back(self.case, now=self.now)

    def raises(self, by, tier):
        escalation.raise_tier(self.case, tier, by=by, now=self.now)

    def lowers(self, by, tier):
        escalation.lower_tier(self.case, tier, by=by, now=self.now)

    def waits(self, by):
        status.wait(self.case, by=by, now=self.now)

    def snoozes(self, by, until):
        status.snooze(self.case, until=instant(until), by=by, now=self.now)

    def wakes(self, _by):
        assert status.wake_up(self.case, now=self.now)

    def resumes(self, by):
        status.resume(self.case, by=by, now=self.now)

    def ignores(self, by):
        status.no_reply_needed(self.case, by=by, now=self.now)

    def clicks(self, by):
        status.resolve(self.case, by=by, now=self.now)

    def undoes(self, by):
        status.undo(self.case, by=by, now=self.now)

    def ends(self, _by):
        assert status.take_effect(self.case, now=self.now)

    def resolves(self, by):
        """The click, and its effect five seconds later."""
        status.resolve(self.case, by=by, now=self.now)
        status.take_effect(self.case, now=self.now + status.UNDO)

    def leads(self, by, to):
        collaboration.add(self.case, self.who(to), by=by, now=self.now)
        collaboration.give_lead(self.case, self.who(to), by=by, now=self.now)

    def looks(self, _by):
        """Nothing happens: somebody looks at the clocks."""


def clocks(case_id):
    rows = select(SlaClock).where(SlaClock.conversation_id == case_id)
    return list(db.session.scalars(rows.order_by(SlaClock.started_at, SlaClock.id)))


def line_of(clock, now):
    verdict = clock.verdict(now)
    said = f"{SHORT[clock.metric]} {clock.tier} {written(clock.started_at)} {written(clock.due_at)}"
    if clock.outage:
        verdict += "/outage"
    if clock.stopped_at is None:
        return f"{said} {verdict}"
    return f"{said} {verdict} {written(clock.stopped_at)} {clock.stop_reason}"


def told(teller):
    """Return how every clock of every conversation stands, in a fixed order."""
    cases = db.session.scalars(select(Conversation.id).order_by(Conversation.id))
    return sorted(line_of(clock, teller.now) for case in cases for clock in clocks(case))
