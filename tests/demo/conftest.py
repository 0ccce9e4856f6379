"""A local Telegram of the tests' own, and a story short enough to be told in a second."""

from dataclasses import replace
from pathlib import Path

import pytest

from support.demo import plan, present
from support.demo.control import Control
from support.telegram.local import run_in_thread

SECRET = "the demonstration's"


@pytest.fixture
def telegram(tmp_path):
    handle = run_in_thread(Path(tmp_path / "local-telegram"), 0, 0, SECRET)
    yield handle
    handle.stop()


@pytest.fixture
def control(telegram):
    return Control(f"127.0.0.1:{telegram.control_port}", SECRET)


@pytest.fixture
def demo(settings, control):
    """The settings of an installation in demonstration mode."""
    return replace(settings, local_control=control.address, local_secret=control.secret)


@pytest.fixture
def short(monkeypatch):
    """A month in which little happens."""
    shorten(monkeypatch)


def shorten(patch):
    patch.setattr(plan, "PAST_CASES", 14)
    patch.setattr(present, "WAITING", {"wallet": 1, "market": 1})
