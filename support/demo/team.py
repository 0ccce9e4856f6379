"""Who works at the demonstration, and for which bots."""

from __future__ import annotations

from dataclasses import dataclass, field

WORKSPACE = "Harbour Support"


@dataclass(frozen=True, slots=True)
class DemoAgent:
    """Somebody who logs in; the password is shown, since it guards nothing."""

    email: str
    name: str
    password: str
    role: str = "member"
    memberships: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def key(self) -> str:
        """The short name in front of the address."""
        return self.email.partition("@")[0]

    @property
    def first_name(self) -> str:
        """What he calls himself towards customers."""
        return self.name.split()[0]


@dataclass(frozen=True, slots=True)
class DemoProject:
    """A bot of the local Telegram and the project that answers for it."""

    key: str
    name: str
    username: str
    bot_name: str
    token: str
    timezone: str

    @property
    def bot_id(self) -> int:
        """Every token begins with its bot's number."""
        return int(self.token.partition(":")[0])


# The tokens open nothing but the local Telegram, which listens on the loopback alone.
PROJECTS = (
    DemoProject(
        "wallet",
        "Wallet support",
        "harbour_wallet_bot",
        "Harbour Wallet",
        "7100000001:demonstration-wallet-0000001",
        "Asia/Singapore",
    ),
    DemoProject(
        "market",
        "NFT market",
        "harbour_market_bot",
        "Harbour Market",
        "7100000002:demonstration-market-0000002",
        "Europe/London",
    ),
)

TEAM = (
    DemoAgent("olivia@demo.example", "Olivia Hart", "harbour-owner-2026", "owner"),
    DemoAgent(
        "sun@demo.example",
        "Sun Li 孙丽",
        "harbour-sun-2026",
        memberships={"wallet": "supervisor", "market": "supervisor"},
    ),
    DemoAgent(
        "david@demo.example",
        "David Kaplan",
        "harbour-david-2026",
        memberships={"market": "supervisor"},
    ),
    DemoAgent(
        "mei@demo.example", "Mei Lin 林梅", "harbour-mei-2026", memberships={"wallet": "agent"}
    ),
    DemoAgent(
        "ken@demo.example",
        "Ken Adams",
        "harbour-ken-2026",
        memberships={"wallet": "agent", "market": "agent"},
    ),
    DemoAgent(
        "emma@demo.example", "Emma Clarke", "harbour-emma-2026", memberships={"wallet": "agent"}
    ),
    DemoAgent(
        "wei@demo.example",
        "Wang Wei 王伟",
        "harbour-wei-2026",
        memberships={"market": "agent", "wallet": "agent"},
    ),
    DemoAgent(
        "nora@demo.example",
        "Nora Weiss",
        "harbour-nora-2026",
        memberships={"wallet": "auditor", "market": "auditor"},
    ),
)


def supervisors_of(key: str) -> list[DemoAgent]:
    """Return who supervises a project."""
    return [agent for agent in TEAM if agent.memberships.get(key) == "supervisor"]
