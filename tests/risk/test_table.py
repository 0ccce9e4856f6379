"""Risk words as a CSV file: what is written is read back, and a bad file changes nothing."""

import csv
import io

import pytest

from support import cells
from support.db import commit
from support.refusals import CsvChangesNothing, CsvHasErrors, CsvTooLong, CsvUnreadable
from support.risk import changes, table, taking
from tests.factories import START

HEAD = "group,stop,only_escalated,flags_incoming,kind,text\n"
HOSTILE = [
    "=1+1",
    "+49 170",
    "-x",
    "@scam",
    "'=quoted",
    "''@twice",
    'comma, "quotes"',
    "投诉",
    "\ufeff=2",
    "plain",
]


@pytest.fixture
def frozen(desk, wallet, sun):
    group = changes.create_group(
        "Frozen", projects=[wallet], action="block", only_escalated=True, by=sun, now=START
    )
    changes.add_words(group, "fragment", ["T9yD"], by=sun, now=START)
    commit()
    return group


@pytest.mark.parametrize("text", [*HOSTILE, "", "\t=tab", "\uff1d1", "a=b", "'plain", " =after"])
def test_no_cell_is_a_formula_and_every_cell_comes_back(text):
    safe = cells.safe(text)
    assert not safe.lstrip("\ufeff\u200b \t\r\n").startswith(("=", "+", "-", "@", "\uff1d"))
    assert cells.plain(safe) == text


def test_what_is_written_is_read_back_elsewhere(desk, wallet, sun, frozen):
    changes.add_words(frozen, "word", HOSTILE, by=sun, now=START)
    changes.create_group("=Empty", projects=[wallet], four_eyes=True, by=sun, now=START)
    text = table.decoded(table.export(wallet).encode())
    taking.take_in(desk.market, text, by=desk.olga, now=START)
    commit()
    empty, there = changes.in_project(desk.market)
    assert (empty.name, empty.action, empty.four_eyes) == ("=Empty", "confirm", True)
    assert (there.name, there.action, there.only_escalated) == ("Frozen", "block", True)
    assert list(changes.texts(there, "word")) == list(changes.texts(frozen, "word"))
    assert table.export(desk.market) == table.export(wallet)
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows_of(text) for cell in row)


def rows_of(text):
    return list(csv.reader(io.StringIO(text)))


def test_a_file_is_looked_through_and_changes_nothing(desk, wallet, frozen):
    plan = taking.planned(
        wallet, HEAD + "frozen,confirm,,,fragment,T9yD\nfrozen,,,,word,new\nB,,,,word,x y\n"
    )
    first, second = plan.changes.values()
    assert (first.group, first.known, first.new, list(first.words)) == (frozen, 1, 1, ["word"])
    assert first.differs() == {"action": "confirm"}
    assert (second.group, second.new, second.differs()) == (None, 1, {})
    assert plan.anything
    assert plan.wrong == []
    assert changes.counts([frozen]) == {frozen.id: {"fragment": 1}}


WRONG = [
    (",,,,word,x", "Line 2 names no group"),
    ("A,maybe,,,word,x", "“maybe” cannot be a stop"),
    ("A,,perhaps,,word,x", "“perhaps” cannot be a only_escalated"),
    ("A,,,,regex,x", "“regex” cannot be a kind"),
    ("A,,,,,x", "“” cannot be a kind"),
    ("A,,,,word,\u200b", "Line 2 has nothing in it"),
    ("A,,,,shape,iban", "“iban” is no shape"),
    ("A,,,,word," + "x" * 256, "256 characters"),
    ("A,block,,,word,x\nA,confirm,,,word,y", "Line 3 says something else"),
]


@pytest.mark.parametrize(("lines", "sentence"), WRONG)
def test_every_wrong_line_is_named_and_nothing_is_half_done(desk, wallet, sun, lines, sentence):
    text = HEAD + lines + "\nGood,,,,word,fine\n"
    (wrong,) = taking.planned(wallet, text).wrong
    assert sentence in str(wrong.why)
    assert "good" in taking.planned(wallet, text).changes
    with pytest.raises(CsvHasErrors):
        taking.take_in(wallet, text, by=sun, now=START)
    assert changes.in_project(wallet) == []


def test_a_group_that_is_not_the_askers_to_change_is_refused(desk, wallet, frozen):
    plan = taking.planned(wallet, HEAD + "Frozen,,,,word,new\n", fixed={frozen.id})
    assert "other projects too" in str(plan.wrong[0].why)
    assert plan.changes == {}


def test_what_is_there_already_is_no_change(desk, wallet, sun, frozen):
    text = table.decoded(table.export(wallet).encode())
    assert not taking.planned(wallet, text).anything
    with pytest.raises(CsvChangesNothing):
        taking.take_in(wallet, text, by=sun, now=START)


@pytest.mark.parametrize(
    "data",
    [
        (HEAD + "A,,,,word,x\n").encode("utf-8-sig"),
        (HEAD + "A,,,,word,x\n").encode("utf-16"),
        b"group;kind;text\r\nA;word;x\r\n",
        b"Text\tKind\tGroup\nx\tword\tA\n",
    ],
)
def test_a_file_is_read_as_spreadsheets_write_it(desk, wallet, data):
    (change,) = taking.planned(wallet, table.decoded(data)).changes.values()
    assert (change.name, change.words) == ("A", {"word": {"x": None}})


def test_a_short_line_and_an_empty_one_do_no_harm(desk, wallet):
    plan = taking.planned(wallet, HEAD + "\n,,,\nA\nA,,,,word,x,more,cells\n")
    assert plan.wrong == []
    assert plan.changes["a"].new == 1


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", '"group,kind,text\nx', "x" * 200_000])
def test_what_is_no_list_is_refused(desk, wallet, text):
    with pytest.raises(CsvUnreadable):
        taking.planned(wallet, text)


def test_bytes_that_are_no_text_are_refused():
    for data in (b"\xff\x00\xfa", b"\x89PNG\r\n\x1a\n", b"group\0kind"):
        with pytest.raises(CsvUnreadable):
            table.decoded(data)


def test_a_file_has_an_end(desk, wallet, monkeypatch):
    monkeypatch.setattr(table, "MOST_LINES", 2)
    with pytest.raises(CsvTooLong):
        taking.planned(wallet, HEAD + "A,,,,word,x\n" * 3)
