"""Commands for people without a browser: each refusal is one sentence and exit code 2."""

import pytest
from sqlalchemy import select

from support import cli, factory, invitations, passwords, projects
from support.db import db, utcnow
from support.models import Agent, Workspace
from support.refusals import TelegramUnreachable, TokenRefused
from tests.factories import TOKEN

SECRET = "a long enough secret"
FRESH = "987654:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"


@pytest.fixture(scope="module")
def commands(settings, built):
    """Build an application that has the commands and nothing of the web."""
    app = factory.build(settings)
    cli.init(app)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def run(commands, app):
    """Give a function that runs a command line with this standard input."""

    def ran(*words, stdin=""):
        return commands.test_cli_runner().invoke(args=words, input=stdin)

    return ran


def refused(result):
    """Return the one sentence with which a command said no."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1
    return lines[0]


def test_an_owner_is_made_and_listed(run, commands):
    made = run(
        "agent", "create", "Olga@Desk.example", "--name", "Olga", "--role", "owner",
        "--password-stdin", stdin=f"{SECRET}\n",
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    assert run("agent", "list").stdout == "olga@desk.example\tOlga\towner\tenabled\n"
    with commands.app_context():
        assert db.session.scalars(select(Workspace)).one().name == "Switchboard"
        owner = db.session.scalars(select(Agent)).one()
        assert passwords.hasher.verify(owner.password_hash, SECRET)


@pytest.mark.parametrize(
    ("email", "role", "password", "sentence"),
    [
        ("lin", "member", SECRET, "“lin” is not an e-mail address."),
        ("l@desk.example", "king", SECRET, "“king” is not a role. Choose one of: owner, member."),
        ("l@desk.example", "member", "short", "A password needs at least 12 characters."),
        ("l@desk.example", "member", "", "A password needs at least 12 characters."),
        ("mei@desk.example", "member", SECRET, "mei@desk.example exists already."),
    ],
)
def test_a_bad_agent_is_refused(desk, run, email, role, password, sentence):
    result = run(
        "agent", "create", email, "--name", "Lin", "--role", role, "--password-stdin",
        stdin=password,
    )  # fmt: skip
    assert refused(result).endswith(sentence)


def test_a_forgotten_option_is_refused_too(run):
    result = run("agent", "create", "lin@desk.example", "--name", "Lin")
    assert refused(result) == "Missing option '--password-stdin'."


def test_an_invitation_prints_its_link_once(desk, run, commands):
    made = run("agent", "invite", "li@desk.example", "--project", "Wallet", "--place", "auditor")
    assert made.exit_code == 0, made.output
    address, secret = made.stdout.strip().rsplit("/", 1)
    assert address == "http://127.0.0.1:0/join"
    with commands.app_context():
        invited = invitations.find(secret, now=utcnow())
        assert (invited.email, invited.place) == ("li@desk.example", "auditor")
        assert invited.by.name == "Olga"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["li"], "“li” is not an e-mail address."),
        (["mei@desk.example"], "Somebody with the address mei@desk.example exists already."),
        (["li@desk.example", "--role", "king"], "“king” is not a role. Choose one of: owner,"),
        (["li@desk.example", "--place", "agent"], "“agent” is not one of the choices here."),
        (["li@desk.example", "--project", "Ramp", "--place", "agent"], "There is no project named"),
        (["li@desk.example", "--project", "Wallet"], "“” is not one of the choices here."),
    ],
)
def test_a_bad_invitation_is_refused(desk, run, words, sentence):
    assert refused(run("agent", "invite", *words)).startswith(sentence)


def test_nobody_is_invited_before_there_is_an_owner(run):
    said = refused(run("agent", "invite", "li@desk.example"))
    assert said == "This workspace has no owner yet. Create one first."


def test_a_full_plan_invites_nobody(desk, run):
    assert run("plan", "set", "standard").stdout == "The plan is standard.\n"
    said = refused(run("agent", "invite", "li@desk.example"))
    assert said.startswith("The plan “standard” has 3 seats and all are taken.")


def test_the_plan_is_shown_and_set(desk, run):
    assert run("plan", "show").stdout == "custom\t5 of any number seats\tfor good\n"
    run("plan", "set", "trial")
    assert run("plan", "show").stdout.startswith("trial\t5 of 3 seats\tuntil 20")
    assert refused(run("plan", "set", "gold")).startswith("“gold” is not a plan. Choose one of:")


def test_a_member_is_added(desk, run):
    result = run("member", "add", desk.zoe.email, "Wallet", "--role", "supervisor")
    assert result.stdout == "zoe@desk.example is supervisor in Wallet.\n"


@pytest.mark.parametrize(
    ("email", "project", "role", "sentence"),
    [
        ("no@desk.example", "Wallet", "agent", "There is no agent with the address"),
        ("mei@desk.example", "Ramp", "agent", "There is no project named “Ramp”."),
        ("mei@desk.example", "Wallet", "king", "“king” is not a role. Choose one of: agent,"),
    ],
)
def test_a_bad_member_is_refused(desk, run, email, project, role, sentence):
    assert refused(run("member", "add", email, project, "--role", role)).startswith(sentence)


@pytest.fixture
def telegram(monkeypatch):
    """Answer for Telegram with what the test wants."""
    known = {"answer": projects.Bot(id=987654, username="ramp_bot", name="Ramp")}

    def ask(token, data):
        if isinstance(known["answer"], Exception):
            raise known["answer"]
        return known["answer"]

    monkeypatch.setattr("support.botcheck.ask", ask)
    return known


def test_a_project_is_connected_and_listed(desk, run, telegram):
    made = run("project", "create", "Ramp", "--token-stdin", stdin=f"{FRESH}\n")
    assert made.stdout == "Ramp answers for @ramp_bot.\n"
    assert "Ramp\t@ramp_bot\tconnecting\n" in run("project", "list").stdout


@pytest.mark.parametrize("refusal", [TokenRefused, TelegramUnreachable])
def test_a_refused_token_is_one_sentence(desk, run, telegram, refusal):
    telegram["answer"] = refusal()
    result = run("project", "create", "Ramp", "--token-stdin", stdin=FRESH)
    assert refused(result) == refusal.sentence


@pytest.mark.parametrize(
    ("name", "token", "sentence"),
    [
        ("Wallet", FRESH, "A project named “Wallet” exists already."),
        ("", FRESH, "A name needs 1 to 80 characters."),
        ("Ramp", "hello", "That is not a bot token. BotFather gives one like 123456:ABC-DEF."),
    ],
)
def test_a_bad_project_is_refused_before_telegram_is_asked(
    desk, run, telegram, name, token, sentence
):
    telegram["answer"] = AssertionError("nobody is asked")
    result = run("project", "create", name, "--token-stdin", stdin=token)
    assert refused(result) == sentence


def test_a_bot_that_has_a_project_is_refused(desk, run, telegram):
    telegram["answer"] = projects.Bot(id=desk.wallet.bot_id, username="wallet_bot", name="Wallet")
    result = run("project", "create", "Ramp", "--token-stdin", stdin=TOKEN)
    assert "“Wallet” uses this bot already" in refused(result)
