"""People and places of the tests: plain functions with defaults."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from itertools import count

from argon2 import PasswordHasher
from sqlalchemy import select

from support import conversations, messages, passwords, projects
from support.db import commit, db
from support.models import Agent, Membership, Project

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse harbour"
TOKEN = "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
SHIPPED = passwords.hasher
LIGHT = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HASH = passwords.Hash(LIGHT.hash(PASSWORD))

numbers = count(1)


def later(**parts):
    """Return an instant after the story's start, as in `later(minutes=5)`."""
    return START + timedelta(**parts)


def make_agent(name, *, role="member"):
    """Make an agent without the cost of hashing his password again."""
    agent = Agent(
        email=f"{name.casefold()}@desk.example",
        name=name,
        role=role,
        password_hash=HASH,
        created_at=START,
    )
    db.session.add(agent)
    db.session.flush()
    return agent


def make_project(settings, name="Wallet", *, bot_id=None):
    bot = projects.Bot(id=bot_id or 7_000_000 + next(numbers), username="wallet_bot", name=name)
    return projects.create(
        name, token=TOKEN, bot=bot, data=settings.data, timezone="UTC", by=None, now=START
    )


def join(agent, project, role="agent"):
    db.session.add(
        Membership(agent_id=agent.id, project_id=project.id, role=role, created_at=START)
    )
    db.session.flush()
    return agent


def person(telegram_id=5_550_001, first_name="Maria", **others):
    return messages.Person(telegram_id=telegram_id, first_name=first_name, **others)


def say(project, text="My money is gone", *, who=None, telegram_id=None, now=START, **others):
    """Let a customer write; give the stored message."""
    incoming = messages.Incoming(
        person=who or person(),
        telegram_id=telegram_id or next(numbers),
        at=now,
        text=text,
        **others,
    )
    return messages.receive(project, incoming, now=now)


def answer(conversation, text="We are looking at it", *, by, now=START, key=None, **others):
    return messages.reply(
        conversation, text, by=by, now=now, client_key=key or f"key-{next(numbers)}", **others
    )


@dataclass
class Desk:
    """Who works here: Olga owns, Sun supervises, Mei and Ken answer, Ada audits."""

    olga: Agent
    sun: Agent
    mei: Agent
    ken: Agent
    ada: Agent
    zoe: Agent
    wallet: Project
    market: Project

    @classmethod
    def founded(cls, settings):
        """Zoe works in the other project: she is the stranger of every visibility test."""
        wallet, market = make_project(settings, "Wallet"), make_project(settings, "Market")
        desk = cls(
            olga=make_agent("Olga", role="owner"),
            sun=join(make_agent("Sun"), wallet, "supervisor"),
            mei=join(make_agent("Mei"), wallet),
            ken=join(make_agent("Ken"), wallet),
            ada=join(make_agent("Ada"), wallet, "auditor"),
            zoe=join(make_agent("Zoe"), market),
            wallet=wallet,
            market=market,
        )
        db.session.flush()
        return desk

    @classmethod
    def known(cls):
        """Find the people and projects of a desk that was founded before, and who came later."""
        rows = [*db.session.scalars(select(Agent)), *db.session.scalars(select(Project))]
        db.session.commit()
        found = {row.name.casefold(): row for row in rows}
        desk = cls(**{field.name: found.pop(field.name) for field in fields(cls)})
        vars(desk).update(found)
        return desk

    def case(self, text="My money is gone", *, holder=None, now=START, **others):
        """Open a conversation by a customer's message, held by `holder`."""
        message = say(self.wallet, text, now=now, **others)
        conversation = db.session.get_one(conversations.Conversation, message.conversation_id)
        if holder is not None:
            conversations.take(conversation, by=holder, now=now)
        commit()
        return conversation
