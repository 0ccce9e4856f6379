"""A file of risk words: looked through on a page, taken in as a whole."""

import io

import pytest
from sqlalchemy import select

from support.db import commit
from support.models import RiskWord
from support.risk import changes
from support.views import risk_csv
from tests.factories import START

FILE = (
    "group,stop,kind,text\nFrozen,block,fragment,T9yD\nFrozen,,word,<b>投诉\nFrozen,,fragment,T9\n"
)


@pytest.fixture
def path(wallet):
    return f"/projects/{wallet.id}/risk"


def words(look):
    with look() as rows:
        return set(rows.scalars(select(RiskWord.text)))


def test_a_file_is_looked_through_then_taken_in(desk, path, as_, look):
    sun = as_(desk.sun)
    file = (io.BytesIO(FILE.encode()), "words.csv")
    page = sun.post(path + "/import", {"form": "import", "file": file}).text
    assert "New group" in page
    assert "it would match by chance" in page
    assert "&lt;b&gt;投诉" in page
    assert words(look) == set()
    taken = sun.post(path + "/import/done", {"form": "import", "text": FILE})
    assert taken.status_code == 303
    assert "3 words are taken in." in sun.get(path).text
    assert words(look) == {"T9yD", "<b>投诉", "T9"}
    again = sun.post(path + "/import", {"form": "import", "text": FILE}).text
    assert "is on the lists already" in again


def test_wrong_lines_are_told_and_nothing_changes(desk, path, as_, look):
    sun = as_(desk.sun)
    text = FILE + "Frozen,,regex,a+\n,,word,b\n"
    page = sun.post(path + "/import", {"form": "import", "text": text})
    assert "2 lines are wrong." in page.text
    assert "Line 5" in page.text
    assert "“regex” cannot be a kind" in page.text
    assert "Frozen,,regex,a+" in page.text
    assert "Take it in" not in page.text
    done = sun.post(path + "/import/done", {"form": "import", "text": text})
    assert done.status_code == 422
    assert "correct the lines below" in done.text
    assert "Frozen,,regex,a+" in done.text
    assert words(look) == set()


@pytest.mark.parametrize("text", ["", "no,such,columns\n1,2,3\n"])
def test_what_is_no_list_is_refused_with_a_sentence(desk, path, as_, text):
    page = as_(desk.sun).post(path + "/import", {"form": "import", "text": text})
    assert page.status_code == 422
    assert "save it as CSV in UTF-8" in page.text


def test_a_picture_or_a_huge_file_is_refused(desk, path, as_, monkeypatch):
    sun = as_(desk.sun)
    picture = (io.BytesIO(b"\x89PNG\r\n\x1a\n\0\0"), "words.csv")
    assert sun.post(path + "/import", {"form": "import", "file": picture}).status_code == 422
    monkeypatch.setattr(risk_csv, "MOST_BYTES", 10)
    huge = (io.BytesIO(b"x" * 11), "words.csv")
    response = sun.post(path + "/import", {"form": "import", "file": huge})
    assert "more than 20000 lines" in response.text


def test_another_projects_group_is_not_changed_by_a_file(desk, wallet, path, as_, look):
    places = [wallet, desk.market]
    changes.create_group("Frozen", projects=places, by=desk.olga, now=START)
    commit()
    page = as_(desk.sun).post(path + "/import", {"form": "import", "text": FILE}).text
    assert "applies to other projects too" in page
    assert words(look) == set()
    as_(desk.olga).post(path + "/import/done", {"form": "import", "text": FILE})
    assert len(words(look)) == 3


def test_the_list_is_exported_with_no_formula_in_it(desk, wallet, sun, path, as_):
    group = changes.create_group("=Sum", projects=[wallet], by=sun, now=START)
    changes.add_words(group, "word", ["=HYPERLINK(1)"], by=sun, now=START)
    commit()
    response = as_(desk.ada).get(path + "/words.csv")
    assert response.mimetype == "text/csv"
    assert "attachment" in response.headers["Content-Disposition"]
    assert '"\'=Sum","confirm","no","no","word","\'=HYPERLINK(1)"' in response.text
