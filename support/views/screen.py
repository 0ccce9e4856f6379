"""What the phone's screen shows: the customers' chats, and one chat's bubbles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup

from support.demo.control import Chat
from support.views.formatting import formatted

QUOTED = 80


@dataclass(frozen=True, slots=True)
class Person:
    """A customer and one of the bots he writes to, or may write to."""

    chat: Chat
    name: str
    username: str
    language: str
    bot: str
    last: str
    at: datetime | None

    @property
    def key(self) -> str:
        """Return what his colour is made of."""
        return f"customer-{self.chat.customer}"

    def matches(self, wanted: str) -> bool:
        """Whether somebody looks for him by this part of a name."""
        return wanted.casefold() in f"{self.name} @{self.username} {self.bot}".casefold()


def people_of(customers: list[dict[str, Any]], bots: dict[int, str]) -> list[Person]:
    """Return every customer once for each bot of his, the latest chat first."""
    people = [
        _person(customer, bot, name, _last(customer, bot))
        for customer in customers
        for bot, name in bots.items()
        if _last(customer, bot) or not customer["chats"]
    ]
    longest_ago = datetime.min.replace(tzinfo=UTC)
    return sorted(people, key=lambda person: person.at or longest_ago, reverse=True)


def _person(
    customer: dict[str, Any], bot: int, bot_name: str, last: dict[str, Any] | None
) -> Person:
    names = (customer["first_name"], customer["last_name"])
    return Person(
        Chat(bot, customer["id"]),
        name=" ".join(filter(None, names)) or str(customer["id"]),
        username=customer["username"] or "",
        language=customer["language_code"] or "",
        bot=bot_name,
        last=last["text"] or (last["media"] and last["media"]["kind"]) or "" if last else "",
        at=_instant(last["date"]) if last else None,
    )


def _last(customer: dict[str, Any], bot: int) -> dict[str, Any] | None:
    return next((chat["last"] for chat in customer["chats"] if chat["bot"] == bot), None)


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message as the customer sees it."""

    id: int
    mine: bool
    raw: str
    text: Markup
    at: datetime
    edited: bool
    deleted: bool
    quote: str
    media: dict[str, Any] | None
    buttons: list[list[dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Screen:
    """A chat; `rev` is how far it has been seen."""

    chat: Chat
    bubbles: list[Bubble]
    rev: int
    typing: bool
    blocked: bool

    @classmethod
    def of(cls, chat: Chat, seen: dict[str, Any]) -> Screen:
        """Draw up what the local Telegram says of a chat."""
        texts = {message["id"]: message["text"] for message in seen["messages"]}
        bubbles = [_bubble(message, texts) for message in seen["messages"]]
        return cls(chat, bubbles, seen["rev"], seen["typing_bot"], seen["blocked"])


def _bubble(message: dict[str, Any], texts: dict[int, str]) -> Bubble:
    return Bubble(
        message["id"],
        mine=message["from"] == "customer",
        raw=message["text"],
        text=formatted(message["text"], [_entity(one) for one in message["entities"]]),
        at=_instant(message["date"]),
        edited=bool(message["edited"]),
        deleted=message["deleted"],
        quote=texts.get(message["reply_to"] or 0, "")[:QUOTED],
        media=message["media"],
        buttons=message["buttons"],
    )


def _entity(entity: dict[str, Any]) -> dict[str, Any]:
    """The wire calls a link behind words by another name than the desk."""
    return entity | {"type": "text_link"} if entity["type"] == "text_url" else entity


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
