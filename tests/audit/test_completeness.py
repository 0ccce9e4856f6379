"""Every verb leaves its Event: found by walking what each function under `support` calls."""

import ast
import inspect
import textwrap
from functools import cache
from importlib import import_module
from pathlib import Path
from types import FunctionType

import pytest

import support
from support import events

ROOT = Path(support.__file__).parent
# The rooms where nobody's deeds are done: doors, and the world outside.
DOORS = ("views", "cli", "factory", "telegram", "demo", "migrations", "access", "supervisor")
RECORDERS = (events.record, events.record_in)
# Verbs that leave no Event of their own, and why.
SILENT = {
    "alerts.all_seen": "what somebody has looked at on his own list",
    "alerts.seen": "what somebody has looked at on his own list",
    "alerts.tell": "follows from a deed that has its Event",
    "conversations.desk.queue_up": "a step of deeds that have their Events",
    "conversations.pending.accept_pending": "its callers record the acceptance",
    "drafts.find": "a question",
    "drafts.forget": "a draft is not a deed: it reaches nobody",
    "drafts.save": "a draft is not a deed: it reaches nobody",
    "drafts.settle": "a draft is not a deed: it reaches nobody",
    "drafts.stopped": "a draft is not a deed: it reaches nobody",
    "escalation.upward.alert_waiting": "follows from a deed that has its Event",
    "messages.reply.made_before": "a question",
    "risk.attempts.find": "a question",
    "risk.attempts.renew": "another token for the same attempt",
    "risk.attempts.settle": "`cancel`, `approve` and `reject` record it",
    "sla.moves.closed": "clocks follow from deeds that have their Events",
    "sla.moves.lowered": "clocks follow from deeds that have their Events",
    "sla.moves.raised": "clocks follow from deeds that have their Events",
    "sla.resolutions.lowered": "clocks follow from deeds that have their Events",
    "sla.resolutions.resolved": "clocks follow from deeds that have their Events",
    "sla.responses.closed": "clocks follow from deeds that have their Events",
    "sla.responses.not_needed": "clocks follow from deeds that have their Events",
    "sla.succession.retiered": "clocks follow from deeds that have their Events",
    "sla.waivers.waive": "`promises.waive` records it",
    "suggestions.answered": "a step of deeds that have their Events",
    "viewing.lately": "a question",
    "typing.agent_types": "told at once, kept nowhere",
    "unread.mark_read": "how far somebody has read his own desk",
}


def modules():
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[0] not in DOORS and parts != ("__init__",):
            yield import_module(".".join(("support", *(p for p in parts if p != "__init__"))))


def verbs():
    """Give each public function that takes `by=`, under its name below `support`."""
    found = {}
    for module in modules():
        for name, function in vars(module).items():
            ours = isinstance(function, FunctionType) and function.__module__ == module.__name__
            if ours and not name.startswith("_") and "by" in inspect.signature(function).parameters:
                found[f"{module.__name__.removeprefix('support.')}.{name}"] = function
    return {name: one for name, one in found.items() if one not in RECORDERS}


@cache
def records(function):
    """Whether this function records an Event, itself or by one of ours that it calls."""
    return reaches(function, set())


def reaches(function, seen):
    if function in RECORDERS:
        return True
    if function in seen:
        return False
    seen.add(function)
    return any(reaches(one, seen) for one in called(function))


@cache
def called(function):
    """Return the functions of ours that this one calls by a name that can be looked up."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    found = [named(function, call) for call in calls]
    return [one for one in found if isinstance(one, FunctionType) and is_ours(one)]


def is_ours(function):
    return function.__module__.startswith("support.")


def named(function, call):
    match call:
        case ast.Name(id=name):
            return function.__globals__.get(name)
        case ast.Attribute(value=ast.Name(id=module), attr=name):
            return getattr(function.__globals__.get(module), name, None)
    return None


@pytest.mark.parametrize("name", verbs())
def test_a_verb_leaves_its_event(name):
    assert records(verbs()[name]) != (name in SILENT)


def test_the_silent_ones_are_there():
    assert set(SILENT) <= set(verbs())


def test_secrets_reach_no_event():
    """What opens a door is named in no fact: neither a password nor a token nor a code."""
    words = ("password_hash", "token_sealed", "secret", "digest(secret", "hashed")
    for module in modules():
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in (
                "events.record",
                "events.record_in",
            ):
                assert not any(word in ast.unparse(node) for word in words), module
