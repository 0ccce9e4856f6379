"""`flask audit verify`: what it says, and the code with which it ends."""

import pytest

from support import audit, cli
from support.db import commit, db
from tests.factories import later


@pytest.fixture
def run(guarded):
    """Give a function that runs the command with these words."""
    if "audit" not in guarded.cli.commands:
        cli.init(guarded)

    def ran(*words):
        db.session.rollback()
        return guarded.test_cli_runner().invoke(args=("audit", "verify", *words))

    return ran


def test_an_untouched_log_ends_with_zero(log, run, tmp_path):
    event = log.first + 1
    audit.erase([event], by=log.desk.olga, now=later(minutes=1), why="asked for")
    commit()
    heads = tmp_path / "kept.jsonl"
    heads.write_text("\n".join(log.heads()) + "\n\n")
    told = run("--from", str(heads))
    assert told.exit_code == 0, told.output
    chain = audit.state().chain
    assert told.stdout == (
        f"{log.first + 10} events are as they were sealed, held against 1 heads; "
        f"1 erased, 1 not sealed yet.\n{chain}\n"
    )


def test_a_touched_log_ends_with_one_and_names_the_row(log, run):
    log.break_in(f"UPDATE event SET kind = 'x' WHERE id = {log.first + 4}")
    told = run()
    assert (told.exit_code, told.stdout) == (1, "")
    assert f"event {log.first + 4} was changed" in told.stderr


def test_a_cut_log_ends_with_one(log, run, tmp_path):
    heads = tmp_path / "kept.jsonl"
    heads.write_text(log.heads()[0])
    log.break_in(f"DELETE FROM audit_link WHERE number > {log.first + 2}", "DELETE FROM event")
    assert run("--from", str(heads)).exit_code == 1
    told = run("--from", str(tmp_path / "none.jsonl"))
    assert told.exit_code == 2
