"""Lets the planned month happen: at the desk verb by verb, and then at the local Telegram."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from threading import Event as Stop
from typing import Any

from sqlalchemy import select

from support import live
from support.config import Settings
from support.db import commit, db, hush
from support.demo.cases import Act
from support.demo.control import Control
from support.demo.desk import Desk
from support.demo.founding import RESERVED, anchor
from support.demo.performance import perform
from support.demo.pictures import folder_of
from support.demo.plan import Plan, finished, plan, until
from support.demo.progress import progress
from support.demo.receipts import draw_all
from support.demo.team import PROJECTS
from support.models import Customer, Message, Project
from support.store import Store

# Few acts a transaction and a breath between two: others want to write, too.
PART = 12
BREATH = 0.004
PARTS_A_POKE = 20


def remember(settings: Settings, control: Control) -> None:
    """Do what is left of the history; a second call, or one after a crash, repeats nothing."""
    instant = anchor()
    if finished(progress(instant), instant):
        return
    planned = plan(instant)
    pictures = draw_all(folder_of(settings.data))
    _introduce(control, planned)
    with Desk.open(Store(settings.data), pictures, planned) as desk:
        *acts, last = planned.after(progress(instant))
        for number, part in enumerate(until(acts, PART)):
            _done(desk, part)
            if number % PARTS_A_POKE == 0:
                _poke(desk)
            Stop().wait(BREATH)
        # The last act says that everything is done: the phones know the story before it.
        _tell_telegram(control, planned, pictures, desk.projects)
        _done(desk, [last])
    _poke(desk)


def _done(desk: Desk, acts: list[Act]) -> None:
    for act in acts:
        perform(desk, act)
    hush()
    commit()


def _poke(desk: Desk) -> None:
    for project in desk.projects.values():
        live.publish(live.Poke(("desk",), project=project.id, queue=True))


def _introduce(control: Control, planned: Plan) -> None:
    for patron in planned.patrons.values():
        control.create_customer(
            id=patron.telegram_id,
            first_name=patron.first_name,
            last_name=patron.last_name,
            username=patron.username,
            language_code=patron.language,
        )


def _tell_telegram(
    control: Control, planned: Plan, pictures: list[Path], projects: dict[str, Project]
) -> None:
    """Give the bots the past that the desk has; what they have already stays as it is."""
    drawn = [base64.b64encode(path.read_bytes()).decode() for path in pictures]
    for one in PROJECTS:
        shown = {
            act.message: act.picture
            for act in planned.acts
            if act.is_message and act.project == one.key
        }
        said = list(_said(projects[one.key], shown))
        control.remember(one.bot_id, RESERVED, said, drawn)


def _said(project: Project, shown: dict[int | None, int | None]) -> Iterator[dict[str, Any]]:
    rows = (
        select(Message, Customer.telegram_id)
        .join(Customer, Customer.id == Message.customer_id)
        .where(Message.project_id == project.id, Message.telegram_id <= RESERVED)
        .order_by(Message.telegram_id)
    )
    for message, customer in db.session.execute(rows):
        yield {
            "id": message.telegram_id,
            "customer": customer,
            "out": message.is_out,
            "text": message.text,
            "date": int(message.created_at.timestamp()),
            "picture": shown.get(message.telegram_id),
        }
