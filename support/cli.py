"""Commands for people without a browser: agents, members and projects by `flask --app app …`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from support import audit, botcheck, invitations, passwords, people, plans, projects
from support.db import commit, db, reading, utcnow
from support.models import Agent, BotState, Project
from support.refusals import DatabaseBusy, Refusal

REFUSED, BROKEN = 2, 1


class Plain(AppGroup):
    """A group that says one sentence about a wrong command line, and not its usage too."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command of the group."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            click.echo(error.format_message(), err=True)
            ctx.exit(REFUSED)


agents = Plain("agent", help="People who log in.")
members = Plain("member", help="Places of agents in projects.")
bots = Plain("project", help="Projects: one Telegram bot each.")
plan = Plain("plan", help="The plan: seats, and what is included.")
log = Plain("audit", help="The audit log: what was done, by whom, when.")


def init(app: Flask) -> None:
    """Give the application its commands."""
    for group in (agents, members, bots, plan, log):
        app.cli.add_command(group)


def answers(command: Callable[..., Any]) -> Callable[..., Any]:
    """Say a refusal in one sentence on standard error and leave with code 2."""

    @wraps(command)
    def call(*args: object, **kwargs: object) -> None:
        try:
            command(*args, **kwargs)
        except OperationalError:
            leave(DatabaseBusy())
        except Refusal as refusal:
            leave(refusal)

    return call


def leave(refusal: Refusal) -> None:
    """End the command with the refusal's sentence."""
    db.session.rollback()
    click.echo(str(refusal), err=True)
    sys.exit(REFUSED)


def secret_line() -> str:
    """Read one line from standard input, which no list of processes shows."""
    return sys.stdin.readline().rstrip("\r\n")


@agents.command("create")
@click.argument("email")
@click.option("--name", required=True, help="The name colleagues see.")
@click.option("--role", default="member", show_default=True, help="owner or member")
@click.option("--password-stdin", is_flag=True, required=True, help="Read it from standard input.")
@answers
def create_agent(email: str, name: str, role: str, password_stdin: bool) -> None:
    """Let a person log in."""
    del password_stdin
    now = utcnow()
    hashed = passwords.hashed(secret_line())
    agent = people.create(email, name=name, password_hash=hashed, role=role, by=None, now=now)
    projects.found_workspace("Switchboard", now=now)
    commit()
    click.echo(f"{agent.email} may log in now, as {agent.role}.")


@agents.command("invite")
@click.argument("email")
@click.option("--role", default="member", show_default=True, help="owner or member")
@click.option("--project", help="The name of a project to give a place in.")
@click.option("--place", help="agent, supervisor or auditor; goes with --project")
@answers
def invite_agent(email: str, role: str, project: str | None, place: str | None) -> None:
    """Make a link by which one person joins, once, within a day; it is shown this once."""
    settings = current_app.config["SETTINGS"]
    secret = invitations.invite(
        email,
        role=role,
        project=projects.by_name(project) if project is not None else None,
        place=place,
        by=people.an_owner(),
        now=utcnow(),
    )
    commit()
    host = settings.public_url or f"http://{settings.host}:{settings.port}"
    click.echo(f"{host}/join/{secret}")


@agents.command("list")
@answers
def list_agents() -> None:
    """Show who may log in."""
    for agent in db.session.scalars(select(Agent).order_by(Agent.email)):
        state = "disabled" if agent.disabled_at else "enabled"
        click.echo(f"{agent.email}\t{agent.name}\t{agent.role}\t{state}")


@members.command("add")
@click.argument("email")
@click.argument("project")
@click.option("--role", required=True, help="agent, supervisor or auditor")
@answers
def add_member(email: str, project: str, role: str) -> None:
    """Give an agent a place in a project, or another role there."""
    agent, place = people.by_email(email), projects.by_name(project)
    people.add_member(agent, place, role, by=None, now=utcnow())
    commit()
    click.echo(f"{agent.email} is {role} in {place.name}.")


@bots.command("create")
@click.argument("name")
@click.option("--timezone", default="UTC", show_default=True, help="An IANA zone.")
@click.option("--token-stdin", is_flag=True, required=True, help="Read it from standard input.")
@answers
def create_project(name: str, timezone: str, token_stdin: bool) -> None:
    """Connect a bot; the running desk checks its token with Telegram first."""
    del token_stdin
    data = current_app.config["SETTINGS"].data
    name, timezone = projects.free_name(name), projects.checked_zone(timezone)
    token = projects.checked_token(secret_line())
    db.session.rollback()  # Telegram takes its time: no lock is held meanwhile
    bot = botcheck.ask(token, data)
    project = projects.create(
        name, token=token, bot=bot, data=data, timezone=timezone, by=None, now=utcnow()
    )
    commit()
    click.echo(f"{project.name} answers for @{project.bot_username}.")


@bots.command("list")
@answers
def list_projects() -> None:
    """Show the projects and how their bots are."""
    rows = db.session.execute(
        select(Project, BotState)
        .outerjoin(BotState, BotState.project_id == Project.id)
        .order_by(Project.name)
    )
    for project, bot in rows:
        state = "disabled" if project.disabled_at else bot.state if bot else "connecting"
        click.echo(f"{project.name}\t@{project.bot_username}\t{state}")


@plan.command("show")
@answers
def show_plan() -> None:
    """Show the plan, its seats, and when it ends."""
    now = utcnow()
    current, ends = plans.current(), plans.trial_ends_at()
    seats = "any number" if current.seats is None else current.seats
    until = "for good" if ends is None else f"until {ends:%Y-%m-%d %H:%M} UTC"
    click.echo(f"{current.name}\t{plans.seats_taken(now=now)} of {seats} seats\t{until}")


@plan.command("set")
@click.argument("name")
@answers
def set_plan(name: str) -> None:
    """Choose a plan: trial, standard, professional or custom."""
    now = utcnow()
    plans.choose(projects.found_workspace("Switchboard", now=now), name, by=None, now=now)
    commit()
    click.echo(f"The plan is {name}.")


@log.command("verify")
@click.option("--from", "heads", type=click.File(), help="Daily heads kept outside, a line each.")
@answers
def verify_log(heads: Iterable[str] | None) -> None:
    """Walk the chain; name the first row that was changed, removed or cut off (code 1)."""
    lines = [line for line in heads or () if line.strip()]
    with reading():
        found = audit.verify(lines)
    db.session.rollback()
    if found.wrong:
        click.echo(found.wrong, err=True)
        sys.exit(BROKEN)
    against = f", held against {len(lines)} heads" if lines else ""
    click.echo(
        f"{found.number} events are as they were sealed{against}; "
        f"{len(found.erased)} erased, {found.unsealed} not sealed yet.\n{found.chain}"
    )
