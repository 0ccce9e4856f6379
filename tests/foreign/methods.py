"""What a client can ask for: https://core.telegram.org/methods."""

from pyrogram.raw import functions, types
from pyrogram.raw.core import BoolTrue

from tests.foreign.difference import difference, state
from tests.foreign.pushing import push
from tests.foreign.refusal import Refused
from tests.foreign.session import vector

WRAPPERS = (
    functions.InvokeWithLayer,
    functions.InitConnection,
    functions.InvokeWithoutUpdates,
    functions.InvokeAfterMsg,
)
HOME_DC = 4


def call(session, msg_id, query):
    """Do what a call asks for and answer, if the faults of the moment let that happen."""
    while isinstance(query, WRAPPERS):
        query = query.query
    name = query.QUALNAME.removeprefix("functions.")
    server = session.server
    rule = server.faults.rule(name, query)
    if rule and rule.refuse:
        session.answer(msg_id, refused(*rule.refuse))
        return
    connection, body = session.connection, answered(session, query)
    if rule and rule.lose:
        server.loop.call_soon(connection.drop)
    elif rule and rule.late:
        server.loop.call_later(rule.late, lambda: session.answer(msg_id, body))
    elif not (rule and rule.swallow):
        session.answer(msg_id, body)


def answered(session, query):
    method = METHODS.get(type(query), unknown)
    if session.key.bot is None and method not in UNKNOWN_MAY:
        return refused(401, "AUTH_KEY_UNREGISTERED")
    try:
        result = method(session, query)
    except Refused as refusal:
        return refused(refusal.code, refusal.name)
    return result if isinstance(result, bytes) else result.write()


def unknown(_session, _query):
    raise Refused(400, "INPUT_METHOD_INVALID")


def refused(code, name):
    return types.RpcError(error_code=code, error_message=name).write()


def config(session, _query):
    """Tell of this data centre only, under an address at which nobody is."""
    centre = types.DcOption(id=HOME_DC, ip_address="198.51.100.7", port=443)
    session.is_media = session.key.bot is not None and session.key.bot.session is not session
    values = dict.fromkeys(COUNTS, 200) | {"dc_txt_domain_name": "", "me_url_prefix": ""}
    now = int(session.server.world.now)
    more = {"date": now, "expires": now + 3600, "test_mode": False, "this_dc": HOME_DC}
    return types.Config(**values | more, dc_options=[centre])


COUNTS = [
    name
    for name in types.Config.__slots__
    if name.endswith(("_max", "_ms", "_limit", "_count", "_decay", "_period", "_dc_id"))
]


def login(session, query):
    bot = session.server.world.bots.get(query.bot_auth_token)
    if bot is None:
        raise Refused(400, "ACCESS_TOKEN_INVALID")
    session.key.bot, bot.session = bot, session
    return types.auth.Authorization(user=bot.user())


def logout(session, _query):
    session.key.bot = None
    return types.auth.LoggedOut()


def users(session, query):
    world, bot = session.server.world, session.key.bot
    numbers = [getattr(one, "user_id", 0) for one in query.id]
    return vector([world.people.get(number, bot.user()) for number in numbers])


def current(session, _query):
    listens(session)
    return state(session.server.world, session.key.bot)


def missed(session, query):
    listens(session)
    return difference(session.server.world, session.key.bot, query)


def listens(session):
    """Whoever asks for the state of updates is whom they are pushed to."""
    session.key.bot.session, session.is_media = session, False


def addressed(session, query):
    """Refuse an address that is none; who gave no access hash is found without one."""
    person = session.server.world.people.get(query.peer.user_id)
    if person is None or (person.access_hash or 0) != query.peer.access_hash:
        raise Refused(400, "PEER_ID_INVALID")


def send(session, query):
    addressed(session, query)
    if len(query.message.encode("utf-16-le")) > 8192:
        raise Refused(400, "MESSAGE_TOO_LONG")
    return told(session, query)


def send_media(session, query):
    addressed(session, query)
    files, sent = session.server.world.files, query.media
    content = files.uploaded(sent.file)
    if isinstance(sent, types.InputMediaUploadedPhoto):
        return told(session, query, media=files.photo(content))
    return told(session, query, media=files.document(content, sent.file.name, sent.mime_type))


def told(session, query, **more):
    """Answer a sent message, each time in another form."""
    world, bot = session.server.world, session.key.bot
    reply_to = getattr(query.reply_to, "reply_to_msg_id", None)
    if reply_to is not None and reply_to not in bot.messages:
        raise Refused(400, "REPLY_MESSAGE_ID_INVALID")
    made, update = world.sent(bot, query, **more)
    if update is None and world.echo == "duplicate":
        raise Refused(500, "RANDOM_ID_DUPLICATE")
    update = update or next(one for _pts, one in bot.log if getattr(one, "message", 0) is made)
    return session.server.chance.choice(FORMS)(session, query, made, update)


def short_sent(_session, _query, made, update):
    return types.UpdateShortSentMessage(
        id=made.id, pts=update.pts, pts_count=1, date=made.date, out=True, media=made.media
    )


def named_first(session, query, made, update):
    name = types.UpdateMessageID(id=made.id, random_id=query.random_id)
    return together(session, made, [name, update])


def named_last(session, query, made, update):
    name = types.UpdateMessageID(id=made.id, random_id=query.random_id)
    return together(session, made, [update, name])


def pushed_apart(session, query, made, update):
    """Answer with the name alone; the message comes as an update of its own, before that."""
    push(session.server, session.key.bot, update)
    name = types.UpdateMessageID(id=made.id, random_id=query.random_id)
    return together(session, made, [name])


FORMS = (short_sent, named_first, named_last, pushed_apart)


def together(session, made, updates):
    people = session.server.world.users(made.peer_id.user_id)
    return types.Updates(updates=updates, users=people, chats=[], date=made.date, seq=0)


def messages(session, query):
    world, bot = session.server.world, session.key.bot
    numbers = [number_of(one) for one in query.id]
    found = [bot.messages.get(number) or types.MessageEmpty(id=number) for number in numbers]
    for one in found:
        world.files.freshened(getattr(one, "media", None))
    people = world.users(*{one.peer_id.user_id for one in found if one.peer_id})
    return types.messages.Messages(messages=found, topics=[], chats=[], users=people)


def number_of(wanted):
    """Read an InputMessageID, which the reader of vectors takes for one long number."""
    return wanted >> 32 if isinstance(wanted, int) else wanted.id


def keep_part(session, query):
    session.server.world.files.part(query)
    return BoolTrue()


def file(session, query):
    piece = session.server.world.files.fetched(query)
    return types.upload.File(type=types.storage.FileUnknown(), mtime=0, bytes=piece)


def pressed(session, query):
    session.server.world.pressed[query.query_id] = query
    return BoolTrue()


METHODS = {
    functions.help.GetConfig: config,
    functions.auth.ImportBotAuthorization: login,
    functions.auth.LogOut: logout,
    functions.users.GetUsers: users,
    functions.updates.GetState: current,
    functions.updates.GetDifference: missed,
    functions.messages.SendMessage: send,
    functions.messages.SendMedia: send_media,
    functions.messages.GetMessages: messages,
    functions.messages.SetTyping: lambda *_: BoolTrue(),
    functions.messages.SetBotCallbackAnswer: pressed,
    functions.upload.SaveFilePart: keep_part,
    functions.upload.SaveBigFilePart: keep_part,
    functions.upload.GetFile: file,
}
UNKNOWN_MAY = (config, login)
