"""A desk without its web: database, Valkey, local Telegram, Telegram worker; each killable."""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from support import conversations, factory, messages, projects
from support.db import commit, db, utcnow
from support.models import Agent, Conversation, Customer, Membership, Message
from support.supervisor.valkey import Valkey, binary
from tests import factories, services
from tests.conftest import settings_for
from tests.telegram.local.town import ROOT, Town

PUBLIC_KEY = ROOT / "support" / "telegram" / "local" / "test_key.public.pem"


@dataclass
class Stack:
    """One installation in `folder`."""

    folder: Path
    database_url: str = ""
    ends: ExitStack = field(default_factory=ExitStack)
    worker: subprocess.Popen | None = None

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        self.valkey = Valkey.on_free_port(self.folder / "valkey")
        self.start_valkey()
        self.ends.callback(self.kill_valkey)
        port, public_key = self.start_telegram()
        self.database_url = self.database_url or f"sqlite:///{self.folder / 'desk.db'}"
        self.settings = settings_for(
            self.folder,
            self.database_url,
            self.valkey.url,
            endpoint=f"127.0.0.1:{port}",
            public_key=str(public_key),
        )
        self.app = factory.build(self.settings)
        with self.app.app_context():
            db.create_all()
        self.ends.callback(self.dispose)
        return self

    def start_telegram(self):
        """Start the Telegram of this desk; give its port and its public key."""
        self.town = Town(self.folder / "town")
        self.town.start()
        self.ends.callback(self.town.stop)
        return self.town.port, PUBLIC_KEY

    def start_valkey(self):
        with (self.folder / "valkey.log").open("ab") as log:
            command = [str(binary()), "-"]
            self.valkey_process = services.tied(command, signal.SIGTERM, log, stdin=subprocess.PIPE)
        with self.valkey_process.stdin:
            self.valkey_process.stdin.write(self.valkey.configuration().encode())
        services.until(self.valkey.answers)

    def kill_valkey(self):
        self.valkey_process.kill()
        self.valkey_process.wait()

    @contextmanager
    def redis(self, how):
        """Let Redis be `away` or `silent` for a while; it is back however the block ends."""
        away = how == "away"
        self.kill_valkey() if away else self.valkey_process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.start_valkey() if away else self.valkey_process.send_signal(signal.SIGCONT)

    def dispose(self):
        with self.app.app_context():
            db.engine.dispose()

    def close(self):
        self.stop_worker()
        self.ends.close()

    @property
    def environment(self):
        """What the supervisor would give to a worker."""
        settings = self.settings
        return os.environ | {
            "SWITCHBOARD_DATA": str(settings.data),
            "DATABASE_URL": settings.database_url,
            "REDIS_URL": settings.redis_url,
            "SECRET_KEY": settings.secret_key,
            "TELEGRAM_API_ID": "1",
            "TELEGRAM_API_HASH": "hash",
            "TELEGRAM_ENDPOINT": settings.endpoint,
            "TELEGRAM_PUBLIC_KEY": settings.public_key,
        }

    def start_worker(self, **others):
        with (self.folder / "worker.log").open("ab") as log:
            command = [sys.executable, str(ROOT / "worker.py"), "telegram"]
            environment = self.environment | others
            self.worker = services.tied(command, signal.SIGTERM, log, env=environment)

    def kill_worker(self):
        self.worker.kill()
        self.worker.wait()

    def stop_worker(self):
        if self.worker and self.worker.poll() is None:
            self.worker.terminate()
            return self.worker.wait(40)
        return None

    def log(self):
        return (self.folder / "worker.log").read_text()

    def make_bot(self, name="Wallet"):
        """Make a bot at Telegram and its project here; give the project's id."""
        number, token = self.register_bot(name)
        bot = projects.Bot(id=number, username=f"{name.lower()}_bot", name=name)
        with self.app.app_context():
            project = projects.create(
                name,
                token=token,
                bot=bot,
                data=self.settings.data,
                timezone="UTC",
                by=None,
                now=utcnow(),
            )
            factories.join(factories.make_agent(f"Mei of {name}"), project)
            commit()
            return project.id

    def register_bot(self, name):
        """Make a bot at Telegram; give its number and its token."""
        made = self.town.post("/bots", username=f"{name.lower()}_bot", name=name)
        return made["id"], made["token"]

    def make_customers(self, count):
        made = [self.town.post("/customers", first_name=f"Ada {n}") for n in range(count)]
        return [one["id"] for one in made]

    def bot_of(self, project_id):
        return self.ask(lambda: db.session.get_one(projects.Project, project_id).bot_id)

    def say(self, project_id, customer, text, **more):
        bot = self.bot_of(project_id)
        return self.town.post("/messages", bot=bot, customer=customer, text=text, **more)["id"]

    def ask(self, question):
        """Answer from the database as it is now."""
        with self.app.app_context():
            return question()

    def texts(self, customer):
        """Give what a customer has said, as stored."""
        return self.ask(
            lambda: [
                message.text
                for message in db.session.scalars(
                    db.select(Message)
                    .join(Customer, Customer.id == Message.customer_id)
                    .where(Customer.telegram_id == customer, Message.direction == "in")
                    .order_by(Message.telegram_id)
                )
            ]
        )

    def states(self):
        return self.ask(
            lambda: [m.state for m in db.session.scalars(db.select(Message)) if m.is_out]
        )

    def reply(self, customer, text, *, key, **more):
        """Let Mei answer a customer; the first time she takes the conversation."""
        with self.app.app_context():
            conversation = db.session.scalar(
                db.select(Conversation).join(Customer).where(Customer.telegram_id == customer)
            )
            mei = db.session.scalar(
                db.select(Agent)
                .join(Membership, Membership.agent_id == Agent.id)
                .where(Membership.project_id == conversation.project_id)
            )
            conversations.take(conversation, by=mei, now=utcnow())
            made = messages.reply(conversation, text, by=mei, now=utcnow(), client_key=key, **more)
            commit()
            return [message.id for message in made]

    def ledger(self, project_id):
        return self.town.get("/ledger", bot=self.bot_of(project_id))
