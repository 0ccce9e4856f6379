"""The update log of a bot: its state, and the difference since a state."""

import json
from dataclasses import dataclass, field
from typing import Any

from pyrogram.raw import types

from support.telegram.local import people, thread
from support.telegram.local.envelope import Frozen
from support.telegram.local.store import Row, Store

SLICE = 100


@dataclass
class Difference:
    messages: list[Any] = field(default_factory=list[Any])
    others: list[Any] = field(default_factory=list[Any])
    rows: list[Row] = field(default_factory=list[Row])
    customers: set[int] = field(default_factory=set[int])


def state(store: Store, bot: int, *, now: int) -> types.updates.State:
    row = people.find_bot(store, bot)
    return _state(row["pts"], row["qts"], now)


def difference(store: Store, bot: int, *, pts: int, qts: int, now: int) -> Any:
    """What happened since `pts` and `qts`, in slices of SLICE updates.

    A client ahead of the log has the state of another server; it is told to take ours.
    """
    current = people.find_bot(store, bot)
    if pts > current["pts"]:
        return types.updates.DifferenceTooLong(pts=current["pts"])
    if pts == current["pts"] and not 0 <= qts < current["qts"]:
        return types.updates.DifferenceEmpty(date=now, seq=0)
    rows = store.all(
        "SELECT * FROM updates WHERE bot = ? AND pts > ? ORDER BY pts LIMIT ?", bot, pts, SLICE + 1
    )
    part = _collect(store, bot, rows[:SLICE])
    if len(rows) > SLICE:
        return _slice(store, part, _state(rows[SLICE - 1]["pts"], qts, now))
    _collect_stops(store, bot, qts, part)
    return _whole(store, part, _state(current["pts"], current["qts"], now))


def new_message(row: Row) -> types.UpdateNewMessage:
    return types.UpdateNewMessage(message=_frozen(row), pts=row["pts"], pts_count=1)


def edited(row: Row, pts: int) -> types.UpdateEditMessage:
    return types.UpdateEditMessage(message=_frozen(row), pts=pts, pts_count=1)


def deleted(ids: list[int], pts: int) -> types.UpdateDeleteMessages:
    return types.UpdateDeleteMessages(messages=ids, pts=pts, pts_count=len(ids))


def stopped(row: Row) -> types.UpdateBotStopped:
    return types.UpdateBotStopped(
        user_id=row["customer"], date=row["date"], stopped=bool(row["stopped"]), qts=row["qts"]
    )


def _collect(store: Store, bot: int, log: list[Row]) -> Difference:
    part = Difference()
    for entry in log:
        ids = json.loads(entry["ids"])
        if entry["kind"] == "delete":
            part.others.append(deleted(ids, entry["pts"]))
        elif row := thread.living(store, bot, ids[0]):
            part.rows.append(row)
            _add(part, entry, row)
    return part


def _add(part: Difference, entry: Row, row: Row) -> None:
    if entry["kind"] == "edit":
        part.others.append(edited(row, entry["pts"]))
        return
    part.messages.append(_frozen(row))
    if row["random_id"] is not None:
        part.others.append(types.UpdateMessageID(id=row["id"], random_id=row["random_id"]))


def _collect_stops(store: Store, bot: int, qts: int, part: Difference) -> None:
    if qts < 0:
        return
    for row in store.all("SELECT * FROM stops WHERE bot = ? AND qts > ? ORDER BY qts", bot, qts):
        part.others.append(stopped(row))
        part.customers.add(row["customer"])


def _slice(store: Store, part: Difference, reached: types.updates.State) -> Any:
    return types.updates.DifferenceSlice(
        new_messages=part.messages,
        new_encrypted_messages=[],
        other_updates=part.others,
        chats=[],
        users=_users(store, part),
        intermediate_state=reached,
    )


def _whole(store: Store, part: Difference, reached: types.updates.State) -> Any:
    return types.updates.Difference(
        new_messages=part.messages,
        new_encrypted_messages=[],
        other_updates=part.others,
        chats=[],
        users=_users(store, part),
        state=reached,
    )


def _users(store: Store, part: Difference) -> list[Any]:
    stoppers = part.customers - {row["customer"] for row in part.rows}
    return thread.users_of(store, part.rows) + [
        people.customer_user(people.find_customer(store, customer)) for customer in stoppers
    ]


def _state(pts: int, qts: int, now: int) -> types.updates.State:
    return types.updates.State(pts=pts, qts=qts, date=now, seq=0, unread_count=0)


def _frozen(row: Row) -> Any:
    return Frozen(row["tl"])
