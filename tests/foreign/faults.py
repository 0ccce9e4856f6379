"""What goes wrong, on demand."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Rule:
    """What happens to the next `times` calls of a method (to one `chat`, if one is named).

    `refuse` answers (code, name) and does nothing; `lose` does it and breaks the connection;
    `swallow` does it and never answers; `late` answers after so many seconds.
    """

    method: str
    refuse: tuple = ()
    lose: bool = False
    swallow: bool = False
    late: float = 0.0
    times: int = 1
    chat: int = 0

    def fits(self, name, query):
        peer = getattr(query, "peer", None)
        return (
            self.times > 0
            and self.method == name
            and self.chat in (0, getattr(peer, "user_id", None))
        )


@dataclass
class Faults:
    """All that is wrong now; `counts` says what goes wrong how often."""

    rules: list = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)
    skew: float = 0.0
    greeting: int = 0  # a transport error that every connection is met with
    silent_after: int = 0  # packets after which a connection says nothing more
    mute: bool = False  # no updates are pushed

    def on(self, method, **what):
        self.rules.append(Rule(method, **what))

    def rule(self, name, query):
        """Return the rule for a call, used up by one."""
        found = next((rule for rule in self.rules if rule.fits(name, query)), None)
        if found is not None:
            found.times -= 1
        return found

    def take(self, name):
        """Whether this is to go wrong now, one time less from now on."""
        if not self.counts[name]:
            return False
        self.counts[name] -= 1
        return True
