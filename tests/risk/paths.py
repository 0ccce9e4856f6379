"""Every path to Telegram, found in the source: who makes a message out, resets one, or calls."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
FAR_SIDE = "support/telegram/local"  # Telegram's own side of the wire, in a demonstration
RESET = {"failed_at", "sent_at"}
STATEMENTS = {"insert", "bulk_insert_mappings", "bulk_save_objects"}


def found():
    """Return the places as `path:function` with what was found there."""
    places = {}
    for path in sorted((ROOT / "support").rglob("*.py")):
        short = str(path.relative_to(ROOT))
        if "migrations" not in path.parts and not short.startswith(FAR_SIDE):
            for name, what in in_source(path.read_text()):
                places.setdefault(f"{short}:{name}", set()).add(what)
    return places


def in_source(source):
    """Yield each function's name (or `<module>`) with what it does of this kind."""
    yield from walked(ast.parse(source), "<module>")


def walked(node, name):
    for child in ast.iter_child_nodes(node):
        is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
        within = child.name if is_function else name
        what = makes(child) or resets(child) or calls(child) or hides(child)
        if what:
            yield within, what
        yield from walked(child, within)


def makes(node):
    """Whether a message out is made: by its class, unless it says `in`; by its table; by SQL."""
    if not isinstance(node, ast.Call):
        return None
    name = ast.unparse(node.func).rpartition(".")[2]
    if name == "Message" and ast.unparse(node.func) != "types.Message":
        given = {word.arg: word.value for word in node.keywords}
        direction = given.get("direction")
        is_in = isinstance(direction, ast.Constant) and direction.value == "in"
        return None if is_in else "makes"
    first = ast.unparse(node.args[0]) if node.args else ""
    if name in STATEMENTS and first in {"Message", "MESSAGE", "Message.__table__"}:
        return "makes"
    return None


def resets(node):
    """Whether something is set so that it waits to be sent again."""
    pairs = []
    if isinstance(node, ast.Assign):
        for target in node.targets:
            several = isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
            pairs += (
                zip(target.elts, node.value.elts, strict=True)
                if several
                else [(target, node.value)]
            )
    if isinstance(node, ast.keyword):
        pairs.append((node, node.value))
    named = ((getattr(one, "attr", getattr(one, "arg", "")), value) for one, value in pairs)
    is_none = [name for name, value in named if name in RESET and is_nothing(value)]
    return "resets" if is_none else None


def is_nothing(value):
    return isinstance(value, ast.Constant) and value.value is None


def calls(node):
    """Whether a method of Telegram's is called that says or changes something in a chat."""
    if not isinstance(node, ast.Attribute):
        return None
    whole = ast.unparse(node)
    is_method = whole.startswith(("functions.messages.", "raw.functions.messages."))
    by_library = node.attr.startswith(("send_", "edit_message", "copy_message", "forward_message"))
    known = {"send_after_commit", "send_file", "send_from_directory"}
    return whole if is_method or (by_library and node.attr not in known) else None


def hides(node):
    """Whether it is done past what is looked for above: by a bare name, or by SQL in a text."""
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pyrogram.raw.func"):
        return "imports a bare function"
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        words = " ".join(node.value.lower().split())
        return "SQL" if re.search(r"(insert into|update) \"?message\b", words) else None
    return None
