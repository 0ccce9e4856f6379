"""The bot of the data set and its customers at the local Telegram, and their cases at the desk."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from benchmarks import course, dataset
from benchmarks.control import Control
from support import sealing
from support.config import Settings
from support.db import commit, db, reading
from support.models import BotState, Project

# Not one of the data set: whoever writes in a run has a case of his own.
FIRST_CUSTOMER = 5_000_000_000


def settled(api: Control, app: Flask, customers: int) -> list[int]:
    """Make the bot and so many customers; give their Telegram ids."""
    given = {"username": "harbour_bot", "name": "Harbour", "token": dataset.TOKEN}
    bot = api.post("/bots", given)["id"]
    with app.app_context():
        adopt(app.config["SETTINGS"], bot)
    ids = range(FIRST_CUSTOMER, FIRST_CUSTOMER + customers)
    return [
        api.post("/customers", {"id": one, "first_name": f"Guest {one % 1000}"})["id"]
        for one in ids
    ]


def adopt(settings: Settings, bot: int) -> None:
    """Give the project the bot, its token sealed with the key of this installation."""
    project = db.session.get_one(Project, course.PROJECT)
    project.bot_id = bot
    project.token_sealed = sealing.seal(settings.data, dataset.TOKEN.encode())
    commit()


def is_online(app: Flask) -> bool:
    """Whether the project's bot has logged in."""
    with app.app_context(), reading():
        state = select(BotState.state).where(BotState.project_id == course.PROJECT)
        return db.session.scalar(state) == "online"
