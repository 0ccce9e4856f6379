"""How updates reach a client: in every form, sometimes late, twice, turned around, or never."""

from struct import pack

from pyrogram.raw import types


class Unknown:
    """An update of a layer that is newer than the client's."""

    def write(self):
        return pack("<Ii", 0xFEEDC0DE, 7)


def push(server, bot, update):
    """Send an update, as far as the faults of the moment let it through."""
    faults, session = server.faults, bot.session
    if session is None or session.connection is None or faults.mute or faults.take("lose_push"):
        return
    packet = form_of(update, bot, server)
    if faults.take("hold_push"):
        bot.held.append(packet)
        return
    for one in [packet, *bot.held]:
        session.push(one)
    if faults.take("push_twice"):
        session.push(packet)
    bot.held.clear()


def form_of(update, bot, server):
    """Return an update in one of the forms that it can have."""
    faults, users = server.faults, mentioned(update, server)
    if faults.take("unknown_update"):
        return whole(bot, [Unknown(), update], users, server)
    forms = [short, plain, combined, too_long, bare]
    if is_plain_text(update):
        forms.append(short_message)
    return server.chance.choice(forms)(update, bot, users, server)


def is_plain_text(update):
    made = getattr(update, "message", None)
    return (
        isinstance(update, types.UpdateNewMessage)
        and isinstance(made, types.Message)
        and made.media is None
        and made.reply_to is None
    )


def mentioned(update, server):
    """Return who is mentioned; now and then only as a "min" user."""
    peer = getattr(getattr(update, "message", None), "peer_id", None)
    found = server.world.users(getattr(peer, "user_id", 0))
    if server.chance.random() < 0.3:
        return [types.User(id=user.id, min=True, first_name=user.first_name) for user in found]
    return found


def short_message(update, _bot, _users, _server):
    made = update.message
    return types.UpdateShortMessage(
        id=made.id,
        user_id=made.peer_id.user_id,
        message=made.message,
        pts=update.pts,
        pts_count=update.pts_count,
        date=made.date,
        out=made.out,
    )


def short(update, _bot, _users, server):
    return types.UpdateShort(update=update, date=int(server.world.now))


def plain(update, bot, users, server):
    return whole(bot, [update], users, server)


def bare(update, bot, _users, server):
    return whole(bot, [update], [], server)


def whole(bot, updates, users, server):
    bot.seq += 1
    date = int(server.world.now)
    return types.Updates(updates=updates, users=users, chats=[], date=date, seq=bot.seq)


def combined(update, bot, users, server):
    bot.seq += 2
    return types.UpdatesCombined(
        updates=[update],
        users=users,
        chats=[],
        date=int(server.world.now),
        seq_start=bot.seq - 1,
        seq=bot.seq,
    )


def too_long(update, bot, users, server):
    """What is not counted must be told; the rest may be asked for."""
    if getattr(update, "pts", None) is None:
        return plain(update, bot, users, server)
    return types.UpdatesTooLong()
