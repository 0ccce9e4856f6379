"""The phone: plays any customer of the demonstration by hand, on this machine alone."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, render_template, request, url_for
from werkzeug import Response as AnyResponse
from werkzeug.datastructures import FileStorage

from support import htmx
from support.config import LOOPBACK
from support.demo.control import Chat, Control
from support.refusals import MessageEmpty, NotFound
from support.views.asked import in_field
from support.views.identity import public
from support.views.screen import Person, Screen, people_of

blueprint = Blueprint("phone", __name__, url_prefix="/phone")

# A request of a page that follows its chat comes back after so many seconds at the latest.
WAIT_SECONDS = 20
PICTURES = ("image/jpeg", "image/png", "image/webp", "image/gif")
PLAIN = "application/octet-stream"
LANGUAGES = {"en": "English", "zh": "中文", "ru": "Русский", "ar": "العربية"}
CHAT = "/<int:bot>/<int:customer>"
MESSAGE = CHAT + "/messages/<int:message>"


@blueprint.before_request
def only_here() -> None:
    """The page asks for no login, so it is not there for anybody beyond this machine."""
    host = urlsplit(f"//{request.host}").hostname
    if not current_app.config["SETTINGS"].demo_passwords or host not in LOOPBACK:
        raise NotFound


def control() -> Control:
    """Return the local Telegram's control API."""
    return Control.of(current_app.config["SETTINGS"])


@blueprint.get("")
@public
def people() -> str:
    """List the chats of every customer, the latest first."""
    return page(None, None)


@blueprint.get(CHAT)
@public
def chat(bot: int, customer: int) -> str:
    """Show a chat as its customer sees it."""
    side = Chat(bot, customer)
    return page(side, Screen.of(side, control().chat(side)))


def page(side: Chat | None, screen: Screen | None) -> str:
    """Draw the list of people and, if a chat is chosen, the phone."""
    bots = {bot["id"]: bot["name"] for bot in control().bots()}
    everybody = people_of(control().customers(), bots)
    person = chosen(side, everybody)
    wanted = request.args.get("q", "").strip()
    return render_template(
        "phone/phone.html",
        people=[one for one in everybody if one.matches(wanted)][:100],
        person=person,
        screen=screen,
        bots=bots,
        languages=LANGUAGES,
        wanted=wanted,
    )


def chosen(side: Chat | None, everybody: list[Person]) -> Person | None:
    """Return whose phone this is; refuse somebody whom Telegram does not know."""
    if side is None:
        return None
    for person in everybody:
        if person.chat == side:
            return person
    raise NotFound


@blueprint.get(CHAT + "/messages")
@public
def messages(bot: int, customer: int) -> AnyResponse:
    """Wait until a chat changes, then show it; 204 when nothing did for a while."""
    side = Chat(bot, customer)
    rev, typing = in_field(request.args, "rev", 0), request.args.get("typing") == "1"
    seen = control().chat(side, rev=rev, wait=WAIT_SECONDS)
    if rev and seen["rev"] == rev and seen["typing_bot"] == typing:
        return Response(status=204)
    return thread(side)


def thread(side: Chat) -> AnyResponse:
    """Draw a chat's messages alone."""
    screen = Screen.of(side, control().chat(side))
    return htmx.fragment(render_template("phone/_thread.html", screen=screen))


@blueprint.post(CHAT + "/messages")
@public
def say(bot: int, customer: int) -> AnyResponse:
    """Write, or send a photo or a file with the text as its caption."""
    side = Chat(bot, customer)
    text, file = request.form.get("text", "").strip(), request.files.get("file")
    if file is not None and file.filename:
        send(side, file, text)
    elif text:
        control().say(side, text)
    else:
        raise MessageEmpty
    return done(side)


def send(side: Chat, file: FileStorage, caption: str) -> None:
    """Send an uploaded file: a picture as a photo, unless it was asked for as a file."""
    mime = file.mimetype or PLAIN
    as_photo = mime in PICTURES[:3] and not request.form.get("as_file")
    control().send(
        side,
        file.stream,
        file.stream.seek(0, os.SEEK_END) - file.stream.seek(0),
        kind="photo" if as_photo else "document",
        file_name=file.filename or "",
        mime=mime,
        caption=caption,
    )


@blueprint.post(MESSAGE)
@public
def edit(bot: int, customer: int, message: int) -> AnyResponse:
    """Change one's own message."""
    text = request.form.get("text", "").strip()
    control().edit(Chat(bot, customer), message, text)
    return done(Chat(bot, customer))


@blueprint.post(MESSAGE + "/deletion")
@public
def delete(bot: int, customer: int, message: int) -> AnyResponse:
    """Delete a message for both sides."""
    control().delete(Chat(bot, customer), message)
    return done(Chat(bot, customer))


@blueprint.post(MESSAGE + "/presses")
@public
def press(bot: int, customer: int, message: int) -> AnyResponse:
    """Press a button under a message."""
    row, column = (in_field(request.form, name, 0) for name in ("row", "column"))
    control().press(Chat(bot, customer), message, row, column)
    return done(Chat(bot, customer))


@blueprint.post(CHAT + "/typing")
@public
def typing(bot: int, customer: int) -> AnyResponse:
    """Let the desk see that the customer is typing."""
    control().typing(Chat(bot, customer))
    return Response(status=204)


@blueprint.post(CHAT + "/block")
@public
def block(bot: int, customer: int) -> AnyResponse:
    """Block the bot, or let it write again."""
    side = Chat(bot, customer)
    deed = control().unblock if request.form.get("blocked") == "no" else control().block
    deed(side)
    return htmx.see(address(side))


@blueprint.post("/customers")
@public
def create() -> AnyResponse:
    """Become a customer whom nobody knows yet."""
    given: dict[str, Any] = {
        name: request.form.get(name, "").strip()[:64]
        for name in ("first_name", "last_name", "username", "language_code")
    }
    given["first_name"] = given["first_name"] or "Alex"
    customer = control().create_customer(**given)
    return htmx.see(address(Chat(in_field(request.form, "bot", 0), customer)))


@blueprint.get("/files/<int:number>")
@public
def file(number: int) -> Response:
    """Give a file of a chat; only pictures are shown, everything else is saved."""
    answer = control().file(number)
    shown = answer.mime in PICTURES
    response = Response(answer.content, mimetype=answer.mime if shown else PLAIN)
    response.headers["Content-Disposition"] = "inline" if shown else "attachment"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def done(side: Chat) -> AnyResponse:
    """Answer a deed: the thread for htmx, the page else."""
    return thread(side) if htmx.asks() else htmx.see(address(side))


def address(side: Chat) -> str:
    """Return where a chat's page is."""
    return url_for("phone.chat", bot=side.bot, customer=side.customer)
