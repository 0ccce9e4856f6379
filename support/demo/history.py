"""Lets the planned month happen: at the local Telegram at once, at the desk verb by verb."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event as Stop
from typing import Any

from PIL import Image
from sqlalchemy import func, select

from support import conversations, live, messages, notes, transfer
from support.config import Settings
from support.db import commit, db, hush
from support.demo.cases import Act
from support.demo.control import Control
from support.demo.customers import Patron
from support.demo.founding import RESERVED, anchor, own_projects
from support.demo.pictures import folder_of
from support.demo.plan import Plan, finished, plan, until
from support.demo.receipts import draw_all
from support.demo.team import PROJECTS
from support.models import Agent, Conversation, Event, Message, Note, Project
from support.store import Store

# Few acts a transaction and a breath between two: others want to write, too.
PART = 12
BREATH = 0.004
PARTS_A_POKE = 20
# How long Telegram took to accept a reply.
ACCEPTED_AFTER = timedelta(milliseconds=640)


def remember(settings: Settings, control: Control) -> None:
    """Do what is left of the history; a second call, or one after a crash, repeats nothing."""
    instant = anchor()
    if finished(progress(instant), instant):
        return
    planned = plan(instant)
    pictures = draw_all(folder_of(settings.data))
    _tell_telegram(control, planned, pictures)
    desk = Desk.open(Store(settings.data), pictures, planned)
    for number, acts in enumerate(until(planned.after(progress(instant)), PART)):
        for act in acts:
            desk.perform(act)
        hush()
        commit()
        if number % PARTS_A_POKE == 0:
            _poke(desk)
        Stop().wait(BREATH)
    _poke(desk)


def progress(before: datetime) -> datetime | None:
    """Return the instant of the last act that was done; each leaves a row in a thread."""
    # What is done in no thread may be older than the founding: a login that was too early.
    facts = ((Message.created_at, Message.seq), (Note.created_at, Note.seq), (Event.at, Event.seq))
    lasts = [
        db.session.scalar(select(func.max(at)).where(at < before, seq.is_not(None)))
        for at, seq in facts
    ]
    return max((last for last in lasts if last is not None), default=None)


def _poke(desk: Desk) -> None:
    for project in desk.projects.values():
        live.publish(live.Poke(("desk",), project=project.id, queue=True))


def _tell_telegram(control: Control, planned: Plan, pictures: list[Path]) -> None:
    """Give the bots their past; a past they have already stays as it is."""
    for patron in planned.patrons.values():
        control.create_customer(
            id=patron.telegram_id,
            first_name=patron.first_name,
            last_name=patron.last_name,
            username=patron.username,
            language_code=patron.language,
        )
    drawn = [base64.b64encode(path.read_bytes()).decode() for path in pictures]
    for project in PROJECTS:
        said = [_entry(a) for a in planned.acts if a.is_message and a.project == project.key]
        control.remember(project.bot_id, RESERVED, said, drawn)


def _entry(act: Act) -> dict[str, Any]:
    return {
        "id": act.message,
        "customer": act.customer,
        "out": act.kind == "reply",
        "text": act.text,
        "date": int(act.at.timestamp()),
        "picture": act.picture,
    }


@dataclass(frozen=True, slots=True)
class Desk:
    """Everybody and everything that an act can name."""

    projects: dict[str, Project]
    agents: dict[str, Agent]
    patrons: dict[int, Patron]
    pictures: list[Path]
    store: Store

    @classmethod
    def open(cls, store: Store, pictures: list[Path], planned: Plan) -> Desk:
        """Find the team and the projects."""
        agents = {agent.email: agent for agent in db.session.scalars(select(Agent))}
        return cls(own_projects(), agents, planned.patrons, pictures, store)

    def perform(self, act: Act) -> None:
        """Do one act as its agent or customer did it at its instant."""
        match act.kind:
            case "say":
                self._say(act)
            case "reply":
                self._reply(act)
            case "note":
                notes.write(
                    self._conversation(act), act.text, by=self._by(act), now=act.at, client_key=None
                )
            case "transfer":
                to = self.agents[act.to]
                transfer.transfer(
                    self._conversation(act), to=to, by=self._by(act), note=act.text, now=act.at
                )
            case "take":
                conversations.take(self._conversation(act), by=self._by(act), now=act.at)
            case _:
                conversations.resolve(self._conversation(act), by=self._by(act), now=act.at)

    def _say(self, act: Act) -> None:
        patron = self.patrons[act.customer]
        incoming = messages.Incoming(
            person=messages.Person(
                patron.telegram_id,
                patron.first_name,
                patron.last_name,
                patron.username,
                patron.language,
            ),
            telegram_id=act.message or 0,
            at=act.at,
            text=act.text,
            kind="text" if act.picture is None else "photo",
            media=None if act.picture is None else self._media(self.pictures[act.picture]),
        )
        message = messages.receive(self.projects[act.project], incoming, now=act.at)
        if message is not None and act.picture is not None:
            self._fetched(message, self.pictures[act.picture], now=act.at)

    def _media(self, picture: Path) -> messages.Media:
        with Image.open(picture) as opened:
            width, height = opened.size
        size = picture.stat().st_size
        return messages.Media("photo", mime="image/jpeg", size=size, width=width, height=height)

    def _fetched(self, message: Message, picture: Path, *, now: datetime) -> None:
        with picture.open("rb") as file:
            path, _ = self.store.keep(file, name=picture.name, limit_mb=1)
        if message.attachment is not None:
            messages.fetched(message.attachment, path=path, preview=path, now=now)

    def _reply(self, act: Act) -> None:
        key = f"demo-{act.project}-{act.message}"
        replies = messages.reply(
            self._conversation(act), act.text, by=self._by(act), now=act.at, client_key=key
        )
        for message in replies:
            messages.accepted(
                message, telegram_id=act.message or 0, at=act.at, now=act.at + ACCEPTED_AFTER
            )

    def _by(self, act: Act) -> Agent:
        return self.agents[act.by]

    def _conversation(self, act: Act) -> Conversation:
        customer = messages.find_customer(self.projects[act.project], act.customer)
        conversation = customer and conversations.running(customer)
        if conversation is None:
            raise LookupError(act)
        return conversation
