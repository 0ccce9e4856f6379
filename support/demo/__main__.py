"""`python -m support.demo`: writes the history, in a process that gives its memory back."""

from __future__ import annotations

import fcntl

from support import config, factory
from support.demo.control import Control
from support.demo.history import remember


def main() -> None:
    """Write what is left of the history; two at once wait for each other."""
    settings = config.load()
    app = factory.build(settings)
    with (settings.data / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with app.app_context():
            remember(settings, Control.of(settings))


if __name__ == "__main__":
    main()
