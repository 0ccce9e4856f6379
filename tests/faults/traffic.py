"""A conversation of many: what was said both ways, and whether all of it arrived."""

from itertools import count

from support.db import db
from support.models import Message
from tests.services import until

CUSTOMERS = 5


class Traffic:
    """A bot and its customers; what was said to it and by it, to compare with what arrived."""

    def __init__(self, stack, name):
        self.stack = stack
        self.project = stack.make_bot(name)
        self.bot = stack.bot_of(self.project)
        self.customers = stack.make_customers(CUSTOMERS)
        self.said = {customer: [] for customer in self.customers}
        self.answered = {customer: [] for customer in self.customers}
        self.turn = count()
        self.name = name

    def begin(self):
        """Let everybody say hello, so that there are conversations to answer in."""
        for customer in self.customers:
            self.say(customer, "hello")
        until(lambda: self.stored() == CUSTOMERS)

    def say(self, customer, text):
        self.stack.say(self.project, customer, text)
        self.said[customer].append(text)

    def exchange(self, number):
        """One message in and one out."""
        customer = self.customers[number % CUSTOMERS]
        self.say(customer, f"question {number}")
        self.stack.reply(customer, f"answer {number}", key=f"{self.name}-{number}")
        self.answered[customer].append(f"answer {number}")

    def exchanges(self, how_many):
        for _ in range(how_many):
            self.exchange(next(self.turn))

    def counted(self, *conditions):
        query = db.select(db.func.count(Message.id))
        query = query.where(Message.project_id == self.project, *conditions)
        return self.stack.ask(lambda: db.session.scalar(query))

    def stored(self):
        return self.counted(Message.direction == "in")

    def waiting(self):
        return self.counted(Message.direction == "out", Message.sent_at.is_(None))

    def sent(self):
        return len(self.ledger())

    def ledger(self):
        return self.stack.ledger(self.project)["messages"]

    def settle(self):
        """Wait for the last one, then compare."""
        expected = sum(map(len, self.said.values()))
        until(lambda: self.stored() >= expected and not self.waiting(), seconds=90, beat=0.1)
        for customer in self.customers:
            assert self.stack.texts(customer) == self.said[customer]
            assert self.delivered(customer) == self.answered[customer]

    def delivered(self, customer):
        return [entry["text"] for entry in self.ledger() if entry["chat"] == customer]
