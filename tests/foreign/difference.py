"""What a client has missed: https://core.telegram.org/method/updates.getDifference."""

from pyrogram.raw import types

from tests.foreign.pushing import Unknown
from tests.foreign.refusal import Refused


def state(world, bot, pts=None):
    return types.updates.State(
        pts=pts or bot.pts, qts=0, date=int(world.now), seq=bot.seq, unread_count=0
    )


def difference(world, bot, query):
    """Answer with nothing, with a slice, with the rest, or that it is too much."""
    if query.pts <= 0:
        raise Refused(400, "PERSISTENT_TIMESTAMP_EMPTY")
    if query.pts > bot.pts:
        raise Refused(400, "PERSISTENT_TIMESTAMP_INVALID")
    if query.pts < bot.floor:
        return types.updates.DifferenceTooLong(pts=bot.floor)
    missed = [entry for entry in bot.log if entry[0] > query.pts]
    if not missed:
        return types.updates.DifferenceEmpty(date=int(world.now), seq=bot.seq)
    told = missed[: world.slice]
    what = contents(world, bot, [update for _pts, update in told])
    if len(told) < len(missed):
        reached = state(world, bot, told[-1][0])
        return types.updates.DifferenceSlice(**what, intermediate_state=reached)
    return types.updates.Difference(**what, state=state(world, bot))


def contents(world, bot, updates):
    """Messages as they are now, and what befell them; a message that is gone is not told."""
    new = [one.message for one in updates if isinstance(one, types.UpdateNewMessage)]
    there = [one for one in new if one.id in bot.messages]
    for one in there:
        world.files.freshened(getattr(one, "media", None))
    other = [one for one in updates if not isinstance(one, types.UpdateNewMessage)]
    if world.names_in_difference:
        other += names(bot, there)
    if world.server.faults.take("unknown_missed"):
        other.append(Unknown())
    people = world.users(*{one.peer_id.user_id for one in there})
    return {
        "new_messages": there,
        "new_encrypted_messages": [],
        "other_updates": other,
        "chats": [],
        "users": people,
    }


def names(bot, messages):
    """Return which random ids these messages had."""
    numbers = {one.id for one in messages}
    return [
        types.UpdateMessageID(id=number, random_id=random_id)
        for (_chat, random_id), number in bot.taken.items()
        if number in numbers
    ]
