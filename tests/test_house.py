"""The rules of the house that no linter knows."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = [
    path
    for path in [*(ROOT / "support").rglob("*.py"), ROOT / "app.py", ROOT / "worker.py"]
    if "migrations" not in path.parts
]
VERBS = [
    *(
        "alerts",
        "approvals",
        "collaboration",
        "customers",
        "drafts",
        "events",
        "invitations",
        "ladder",
        "notes",
    ),
    *(
        "people",
        "plans",
        "presence",
        "projects",
        "promises",
        "reactions",
        "status",
        "suggestions",
        "tags",
    ),
    *("unread", "viewing"),
]
FOLDERS = [
    *("audit", "calendars", "conversations", "escalation", "groups", "hours", "messages"),
    *("notices", "reasons", "reports", "risk", "routing", "sla", "transfer"),
]


def short(path):
    return str(path.relative_to(ROOT))


def functions(path):
    tree = ast.parse(path.read_text())
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def test_only_the_bedrock_commits():
    found = [short(p) for p in SOURCES if "session.commit(" in p.read_text()]
    assert found == ["support/db.py"]


def test_verbs_never_commit():
    for verb in VERBS:
        text = (ROOT / "support" / f"{verb}.py").read_text()
        assert not re.search(r"\bcommit\(", text), verb
    for folder in FOLDERS:
        for path in (ROOT / "support" / folder).glob("*.py"):
            assert not re.search(r"\bcommit\(", path.read_text()), path


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_a_file_stays_under_250_lines(path):
    assert path.read_text().count("\n") <= 250


def test_functions_are_short():
    """Measured as the style asks: non-blank lines, docstring included."""
    long = [
        f"{short(path)}: {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path in SOURCES
        for node in functions(path)
        if node.end_lineno - node.lineno + 1 > 40
    ]
    assert long == []


def test_every_setting_has_its_line_in_the_readme():
    sources = "".join(path.read_text() for path in SOURCES)
    names = set(re.findall(r'"((?:SWITCHBOARD|TELEGRAM|DATABASE|REDIS)_[A-Z_]+)"', sources))
    names |= {"SECRET_KEY", "HOST", "PORT", "PUBLIC_URL", "PROXY_HOPS", "MAX_UPLOAD_MB"}
    internal = {name for name in names if name.startswith("SWITCHBOARD_LOCAL_")}
    readme = (ROOT / "README.md").read_text()
    assert [name for name in sorted(names - internal) if f"`{name}`" not in readme] == []


def test_no_template_switches_escaping_off():
    for path in (ROOT / "support" / "templates").rglob("*.html"):
        text = path.read_text()
        assert "|safe" not in text.replace(" ", ""), path
        assert not re.search(r"\sstyle=\"|\son[a-z]+=\"|<script>", text), path


def test_markup_is_made_of_customers_words_in_one_file():
    found = {short(p) for p in SOURCES if re.search(r"\bMarkup\(", p.read_text())}
    ours = {
        "support/views/marks.py",  # icons and sentences of the house
        "support/views/kept.py",  # what a template drew, which has escaped its values
    }
    assert found <= {"support/views/formatting.py"} | ours
