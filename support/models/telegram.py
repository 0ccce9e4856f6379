"""What the Telegram worker must not forget: update state, keys, peers, poison."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from support.db import Big, Model, big, line, primary_key, word


class BotState(Model):
    """Where one bot stands in Telegram's stream of updates, and who may move it.

    `pts`, `qts` and `date` advance in the transaction that stores the rows; `fence` is the
    number of the lease, and a write that carries another number is refused.
    """

    __tablename__ = "bot_state"

    project_id: Mapped[int] = mapped_column(Big, ForeignKey("project.id"), primary_key=True)
    pts: Mapped[int] = mapped_column(default=0)
    qts: Mapped[int] = mapped_column(default=0)
    date: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(Big, default=0)
    state: Mapped[word] = mapped_column(default="connecting")
    reason: Mapped[line] = mapped_column(default="")
    changed_at: Mapped[datetime | None]


class TelegramSession(Model):
    """The sealed authorization key of a bot's login."""

    __tablename__ = "telegram_session"

    project_id: Mapped[int] = mapped_column(Big, ForeignKey("project.id"), primary_key=True)
    key_sealed: Mapped[str]
    dc_id: Mapped[int]
    server_address: Mapped[line]
    port: Mapped[int]
    user_id: Mapped[int] = mapped_column(Big, default=0)
    endpoint: Mapped[line] = mapped_column(default="")


class TelegramPeer(Model):
    """An access hash without which a customer cannot be addressed."""

    __tablename__ = "telegram_peer"

    project_id: Mapped[int] = mapped_column(Big, ForeignKey("project.id"), primary_key=True)
    peer_id: Mapped[int] = mapped_column(Big, primary_key=True)
    access_hash: Mapped[big]
    kind: Mapped[word]
    username: Mapped[line] = mapped_column(default="")


class DeadUpdate(Model):
    """An update that could not be applied: kept raw, with the reason, and stepped over."""

    __tablename__ = "dead_update"

    id: Mapped[primary_key]
    project_id: Mapped[big] = mapped_column(ForeignKey("project.id"), index=True)
    raw: Mapped[bytes]
    error: Mapped[str]
    at: Mapped[datetime]
