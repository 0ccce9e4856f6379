"""The switches with which a test makes the local Telegram behave as badly as the real one can."""

import math
from typing import Any

from support.telegram.local.refusals import Impossible

# Each switch with what it is given beside `times` (how often it strikes; 0 means until cleared).
COUNTED: dict[str, frozenset[str]] = {
    "flood_wait": frozenset({"seconds", "customer"}),
    "drop_reply": frozenset({"method"}),
    "lose_push": frozenset({"bot"}),
    "too_long": frozenset({"bot"}),
    "bad_salt": frozenset({"bot"}),
    "deny_login": frozenset({"error"}),
    "rpc_error": frozenset({"method", "code", "text"}),
    "slow": frozenset({"method", "ms"}),
}
LASTING = {"latency_ms": 0, "rate_limits": False}
Settings = dict[str, Any]


class Faults:
    def __init__(self) -> None:
        self._counted: dict[str, Settings] = {}
        self._lasting: dict[str, Any] = dict(LASTING)
        self._flood_until: float | None = None

    def set(self, name: str, value: Any) -> None:
        """Sets a switch; null or false clears it, true sets it with its defaults."""
        if name in LASTING:
            self._lasting[name] = value or LASTING[name]
        elif name not in COUNTED:
            raise Impossible(f"There is no switch {name}.")
        elif value is None or value is False:
            self._counted.pop(name, None)
        else:
            self._counted[name] = _settings(name, value)
        if name == "flood_wait":
            self._flood_until = None

    def show(self) -> dict[str, Any]:
        return {**self._lasting, **self._counted}

    @property
    def latency(self) -> float:
        return float(self._lasting["latency_ms"]) / 1000

    @property
    def rate_limits(self) -> bool:
        return bool(self._lasting["rate_limits"])

    def take(self, name: str, **circumstances: Any) -> Settings | None:
        """The settings of a switch that strikes here and now; each strike uses it up by one."""
        settings = self._counted.get(name)
        if settings is None or not _fits(settings, circumstances):
            return None
        settings["struck"] += 1
        if settings["times"] and settings["struck"] >= settings["times"]:
            del self._counted[name]
        return settings

    def flood(self, customer: int, *, now: float) -> int | None:
        """The seconds a send still has to wait, once `flood_wait` has begun to count."""
        settings = self._counted.get("flood_wait")
        if settings is None or not _fits(settings, {"customer": customer}):
            return None
        until = self._flood_until = self._flood_until or now + float(settings["seconds"])
        if now < until:
            settings["refused"] = settings.get("refused", 0) + 1
            return math.ceil(until - now)
        self._flood_until = None
        self.take("flood_wait", customer=customer)
        return self.flood(customer, now=now)


def _settings(name: str, value: Any) -> Settings:
    given: Settings = dict(value) if isinstance(value, dict) else {}
    unknown = given.keys() - COUNTED[name] - {"times"}
    if unknown:
        raise Impossible(f"The switch {name} knows no {', '.join(sorted(unknown))}.")
    given["times"] = int(given.get("times", 0 if name == "deny_login" else 1) or 0)
    return {**given, "struck": 0}


def _fits(settings: Settings, circumstances: dict[str, Any]) -> bool:
    return all(
        settings.get(key) in {None, value} or str(settings[key]).lower() == str(value).lower()
        for key, value in circumstances.items()
    )
