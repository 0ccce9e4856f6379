"""Bots, the people who write to them, and what has happened, in Telegram's counting."""

import random
import time
from dataclasses import dataclass, field

from pyrogram.raw import types

from tests.foreign.files import Files
from tests.foreign.pushing import push

FIRST_PTS, PTS_KEPT = 4_001, 100_000


@dataclass
class Bot:
    """A bot account; `log` holds (pts, update) of all that is counted."""

    id: int
    token: str
    username: str
    pts: int = FIRST_PTS
    floor: int = 0  # what happened before is told to nobody: the difference is too long
    log: list = field(default_factory=list)
    messages: dict = field(default_factory=dict)
    taken: dict = field(default_factory=dict)  # (chat, random id): message id
    session: object = None  # that hears of updates
    seq: int = 0
    held: list = field(default_factory=list)

    def user(self):
        return types.User(
            id=self.id, is_self=True, bot=True, first_name=self.username, username=self.username
        )

    def count(self, update):
        """Count an update and log it."""
        self.pts += update.pts_count
        update.pts = self.pts
        self.log.append((self.pts, update))
        return update


class World:
    """Everything that the server keeps."""

    def __init__(self, server):
        self.server, self.files = server, Files()
        self.bots, self.people, self.pressed = {}, {}, {}
        self._numbers = iter(range(70_001, 10**9))
        self.names_in_difference = True
        self.slice = 4
        self.echo = "same"  # or `duplicate`: how a random id that was used is answered
        self.ledger = []

    @property
    def now(self):
        return time.time() + self.server.faults.skew

    def add_bot(self, username):
        number = random.randrange(10**9, 2 * 10**9)
        bot = Bot(number, f"{number}:{random.getrandbits(128):032x}", username)
        self.bots[bot.token] = bot
        return bot

    def add_person(self, **attributes):
        """Add somebody; without attributes a person of whom nothing is known but the number."""
        number = random.randrange(2 * 10**9, 2**38)
        self.people[number] = types.User(id=number, **attributes)
        return number

    def users(self, *numbers):
        return [self.people[number] for number in numbers if number in self.people]

    def message(self, bot, chat, text, *, out=False, **more):
        number = next(self._numbers)
        made = types.Message(
            id=number,
            peer_id=types.PeerUser(user_id=chat),
            date=int(self.now),
            message=text,
            out=out,
            **more,
        )
        bot.messages[number] = made
        return made, bot.count(types.UpdateNewMessage(message=made, pts=0, pts_count=1))

    def say(self, bot, chat, text, **more):
        """Let somebody write to a bot."""
        made, update = self.message(bot, chat, text, **more)
        push(self.server, bot, update)
        return made.id

    def serve(self, bot, chat, action):
        """Let a service message appear."""
        number = next(self._numbers)
        peer = types.PeerUser(user_id=chat)
        made = types.MessageService(id=number, peer_id=peer, date=int(self.now), action=action)
        bot.messages[number] = made
        push(self.server, bot, bot.count(types.UpdateNewMessage(message=made, pts=0, pts_count=1)))

    def edit(self, bot, number, text):
        made = bot.messages[number]
        made.message, made.edit_date = text, int(self.now)
        push(self.server, bot, bot.count(types.UpdateEditMessage(message=made, pts=0, pts_count=1)))

    def delete(self, bot, *numbers):
        for number in numbers:
            del bot.messages[number]
        gone = types.UpdateDeleteMessages(messages=list(numbers), pts=0, pts_count=len(numbers))
        push(self.server, bot, bot.count(gone))

    def press(self, bot, chat, number, data):
        query = random.getrandbits(62)
        self.pressed[query] = None
        push(
            self.server,
            bot,
            types.UpdateBotCallbackQuery(
                query_id=query,
                user_id=chat,
                peer=types.PeerUser(user_id=chat),
                msg_id=number,
                chat_instance=1,
                data=data,
            ),
        )
        return query

    def sent(self, bot, query, **more):
        """Take a bot's message once; return it with its update, which is None for a repeat."""
        chat = query.peer.user_id
        if number := bot.taken.get((chat, query.random_id)):
            return bot.messages[number], None
        made, update = self.message(bot, chat, query.message, out=True, **more)
        bot.taken[chat, query.random_id] = made.id
        self.ledger.append((chat, made.message, made.id))
        return made, update

    def delivered(self, chat):
        return [text for person, text, _number in self.ledger if person == chat]
