"""Whatever is done in whatever order: an oracle that knows no promise finds every figure equal."""

from datetime import timedelta
from random import Random

from sqlalchemy import select

from support.db import db
from support.models import Event, Message
from support.refusals import Refusal
from tests.factories import START
from tests.sla.oracle import Oracle
from tests.sla.telling import Teller, clocks, written

AGENTS = ("mei", "ken", "ann", "sun", "tom")
DEEDS = (
    *("writes",) * 5,
    *("replies",) * 4,
    *("sends", "delivers", "sends", "delivers", "fails", "takes", "takes", "takes"),
    *("escalates", "escalates_to", "transfers", "accepts", "returns", "releases", "seizes"),
    *("lowers", "raises", "waits", "snoozes", "resumes", "ignores", "resolves", "notes", "greets"),
    "lapses",
)


class Dice(Teller):
    """Lets chance decide what happens to one conversation."""

    def happens(self, dice):
        deed = dice.choice(DEEDS)
        holder = self.case.assignee
        by = holder if holder and dice.random() < 0.85 else self.who(dice.choice(AGENTS))
        self.now += timedelta(seconds=dice.choice((0, 1, 20, 70, 300, 900)))
        try:
            getattr(self, f"chance_{deed}", lambda by, _dice: getattr(self, deed)(by))(by, dice)
            db.session.commit()
        except (Refusal, AssertionError):
            db.session.rollback()
            self.sent = [one for one in self.sent if db.session.get(Message, one)]
        db.session.expire_all()

    def chance_writes(self, _by, dice):
        late = dice.choice((0, 0, 0, 0, 0, 45, -45))
        self.writes(None, written(self.now - timedelta(seconds=late)))

    def chance_delivers(self, _by, _dice):
        if self.sent:
            self.delivers(None)

    def chance_fails(self, by, dice):
        """Refused before anything else happens, and then sent again, thrown away, or left."""
        self.sends(by)
        failed = self.sent.pop()
        self.sent.insert(0, failed)
        self.refuses(None)
        if dice.random() < 0.5:
            self.now += timedelta(seconds=40)
            self.retries(by)
            self.delivers(None)
        else:
            self.discards(by)

    def chance_escalates(self, by, dice):
        group, tier = dice.choice(("advanced", "technical")), dice.choice(("escalated", "urgent"))
        self.escalates(by, group, tier)

    def chance_escalates_to(self, by, dice):
        group, to = dice.choice((("advanced", "ann"), ("advanced", "sun"), ("technical", "tom")))
        self.escalates(by, group, dice.choice(("escalated", "urgent")), to)

    def chance_transfers(self, by, dice):
        self.transfers(by, dice.choice(AGENTS))

    def chance_seizes(self, _by, _dice):
        self.seizes(self.who("sun"))

    def chance_lowers(self, _by, dice):
        self.lowers(self.who("sun"), dice.choice(("standard", "escalated")))

    def chance_raises(self, _by, dice):
        self.raises(self.who("sun"), dice.choice(("escalated", "urgent")))

    def chance_snoozes(self, by, dice):
        self.snoozes(by, written(self.now + timedelta(minutes=dice.choice((30, 600)))))


def opinion(desk, case):
    """Return every clock of a conversation as the rows tell it."""
    said = db.session.scalars(select(Message).where(Message.conversation_id == case.id)).all()
    done = db.session.scalars(
        select(Event).where(Event.conversation_id == case.id, Event.seq.is_not(None))
    ).all()
    levels = {one.name: one.level for one in (desk.frontline, desk.advanced, desk.technical)}
    names = {"mei": 1, "ken": 1, "ann": 2, "sun": 9, "tom": 3, "olga": 9}
    agents = {getattr(desk, name): level for name, level in names.items()}
    oracle = Oracle(
        said,
        done,
        levels=levels,
        above={agent.id: level for agent, level in agents.items()},
        agents={agent.name for agent in agents},
    )
    return sorted(map(readable, (clock.facts() for clock in oracle.clocks)))


def readable(facts):
    return tuple(map(str, facts))


def measured(case):
    return sorted(
        readable(
            (
                *(clock.metric, clock.tier, clock.round, clock.started_at, clock.counted_at),
                *(clock.target_seconds, clock.due_at, clock.stopped_at, clock.stop_reason),
                *(clock.stopped_by_id, clock.elapsed_calendar_s),
            )
        )
        for clock in clocks(case.id)
    )


def lasting(desk, seed):
    """Let 25 things happen to a customer whom nobody knows."""
    dice = Random(seed)
    teller = Dice(desk, now=START + timedelta(seconds=seed % 7), customer=7_000_000 + seed)
    teller.writes(None)
    db.session.commit()
    for _ in range(25):
        teller.happens(dice)
    while teller.sent:
        teller.delivers(None)
        db.session.commit()
    return teller.case


def test_an_oracle_finds_every_figure_equal(levels, full):
    for seed in range(5_000 if full else 40):
        case = lasting(levels, seed)
        assert measured(case) == opinion(levels, case), seed
        db.session.expire_all()
