"""A desk of processes whose Telegram is the foreign one."""

from tests.faults.stack import Stack
from tests.foreign.faults import Faults
from tests.foreign.server import Foreign

NAMES = ({"first_name": "Bo", "access_hash": 99, "lang_code": "ru"}, {"first_name": "Cy"}, {})


class ForeignDesk(Stack):
    """What a stack does, over another wire; its customers tell of themselves more or less."""

    form = "spki"

    def start_telegram(self):
        self.telegram = Foreign().start()
        self.ends.callback(self.telegram.stop)
        path = self.folder / "foreign.pem"
        path.write_bytes(self.telegram.keys.pem(self.form))
        return self.telegram.port, path

    @property
    def faults(self):
        return self.telegram.faults

    @property
    def world(self):
        return self.telegram.world

    def register_bot(self, name):
        bot = self.world.add_bot(f"{name.lower()}_bot")
        return bot.id, bot.token

    def make_customers(self, count):
        return [self.world.add_person(**NAMES[number % len(NAMES)]) for number in range(count)]

    def account(self, project_id):
        number = self.bot_of(project_id)
        return next(bot for bot in self.world.bots.values() if bot.id == number)

    def say(self, project_id, customer, text, **more):
        bot = self.account(project_id)
        return self.telegram.do(lambda: self.world.say(bot, customer, text, **more))

    def ledger(self, project_id):
        taken = set(self.account(project_id).taken.values())
        entries = [entry for entry in self.world.ledger if entry[2] in taken]
        return {"messages": [{"chat": chat, "text": text} for chat, text, _number in entries]}

    def mend(self):
        """Let nothing be wrong any more."""
        self.telegram.faults = Faults()
        self.world.echo, self.world.names_in_difference = "same", True
        for session in self.telegram.sessions():
            session.refused = 0
