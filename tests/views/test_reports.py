"""Pages of reports: who reads them, what they say of nothing, and the files that say the same."""

import csv
import io
import re
import zipfile

import pytest

from tests import shifts
from tests.sla.telling import Teller

PAGES = ("", "/agents", "/sla", "/escalations")
WEEK = "from=2026-11-01&to=2026-11-07"


FIRST = """
    0 - writes
    0 mei takes
    1 mei replies
    9 mei resolves
"""
SECOND = """
    20 - writes
    20 mei takes
    24 mei escalates advanced escalated sun
    30 sun replies
    50 - writes
"""


@pytest.fixture
def told(desk):
    """Tell two cases: Mei resolves one and escalates the other to Sun, who answers once."""
    desk.frontline = shifts.frontline(desk, strategy="online_first")
    desk.advanced = shifts.advanced(desk)
    first = Teller(desk, customer=5_550_001).tell(FIRST).case
    second = Teller(desk, customer=5_550_002).tell(SECOND).case
    return first, second


@pytest.mark.parametrize("page", PAGES)
def test_supervisors_read_every_page(desk, told, as_, page):
    for reader in (desk.sun, desk.olga, desk.ada):
        answer = as_(reader).get(f"/reports{page}?{WEEK}")
        assert answer.status_code == 200
        assert "<h1>" in answer.text


@pytest.mark.parametrize("page", PAGES)
def test_a_range_without_anything_is_an_honest_table(desk, as_, page):
    text = as_(desk.sun).get(f"/reports{page}?from=2020-01-01&to=2020-01-31&compare=1").text
    assert "NaN" not in text
    assert "\u2013" in text  # no figure, which is not 0


@pytest.mark.parametrize("page", ["", "/sla", "/escalations", "/overview.csv", "/sla.xlsx"])
def test_agents_read_no_report(desk, told, as_, page):
    assert as_(desk.mei).get(f"/reports{page}?{WEEK}").status_code == 403


def test_an_agent_reads_his_own_figures(desk, told, as_):
    browser = as_(desk.mei)
    assert browser.get("/reports/agents").status_code == 403
    assert f"/reports/agents?agent={desk.mei.id}" in browser.get("/").text
    text = browser.get(f"/reports/agents?agent={desk.mei.id}&{WEEK}").text
    assert "Mei" in text
    assert "Ken" not in re.sub(r"<select.*?</select>", "", text, flags=re.DOTALL)
    assert browser.get(f"/reports/agents?agent={desk.ken.id}").status_code == 403
    assert browser.get(f"/reports/agents.csv?agent={desk.mei.id}").status_code == 200
    assert browser.get(f"/reports/agents.xlsx?agent={desk.ken.id}").status_code == 403


def test_an_agent_opens_the_rows_that_he_may_see(desk, told, as_):
    first, second = told
    query = f"what=held&who={desk.mei.id}&{WEEK}"
    rows = as_(desk.mei).get(f"/reports/rows?{query}").text
    assert f"#{first.id}" in rows
    assert f"#{second.id}" not in rows
    assert f"#{second.id}" in as_(desk.sun).get(f"/reports/rows?{query}").text
    other = f"/reports/rows?what=held&who={desk.ken.id}&{WEEK}"
    assert as_(desk.mei).get(other).status_code == 403
    assert as_(desk.mei).get(f"/reports/rows?what=opened&who={desk.mei.id}").status_code == 403


def test_a_strangers_project_is_not_there(desk, told, as_):
    browser = as_(desk.sun)
    assert browser.get(f"/reports?project={desk.market.id}").status_code == 404
    assert browser.get(f"/reports/rows?project={desk.market.id}&what=opened").status_code == 404
    assert browser.get("/reports?project=999999").status_code == 404


def test_every_figure_opens_as_many_rows_as_it_counts(desk, told, as_):
    browser = as_(desk.sun)
    checked = 0
    for page in PAGES:
        text = browser.get(f"/reports{page}?{WEEK}").text
        table = re.sub(r'<dl class="sb-tiles">.*?</dl>', "", text, flags=re.DOTALL)
        for href, value in re.findall(r'<td class="sb-number"><a href="([^"]+)">(\d+)</a>', table):
            rows = browser.get(href.replace("&amp;", "&")).text
            assert rows.count('<th scope="row">') == int(value), href
            checked += 1
    assert checked > 20


def test_the_files_say_what_the_page_says(desk, told, as_):
    browser = as_(desk.sun)
    body = browser.get(f"/reports/overview.csv?sheet=promises&{WEEK}").get_data(as_text=True)
    lines = list(csv.reader(io.StringIO(body.removeprefix("\ufeff"))))
    first = dict(zip(lines[0], lines[1], strict=True))
    assert (first["Count"], first["Median (s)"], first["Share met"]) == ("2", "330.0", "0.5")
    answer = browser.get(f"/reports/overview.xlsx?{WEEK}")
    book = zipfile.ZipFile(io.BytesIO(answer.data))
    assert "xl/worksheets/sheet2.xml" in book.namelist()
    assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()


def test_a_bad_range_is_said_and_the_last_days_are_shown(desk, as_):
    for query in ("from=2026-11-07&to=2026-11-01", "from=2010-01-01&to=2026-01-01", "from=x"):
        text = as_(desk.sun).get(f"/reports?{query}").text
        assert 'role="alert"' in text
        assert "last 30 days" in text


def test_unknown_rows_are_not_there(desk, as_):
    browser = as_(desk.sun)
    assert browser.get("/reports/rows?what=secrets").status_code == 404
    assert browser.get("/reports/rows?what=clocks&state=x").status_code == 404
    assert browser.get("/reports/nothing.csv").status_code == 404


def test_an_escalation_rate_above_a_fifth_is_called_out(desk, told, as_):
    text = as_(desk.sun).get(f"/reports/escalations?{WEEK}").text
    assert "50.0%" in text
    assert "sb-callout" in text
    assert "Mei (1, 50.0%)" in text
    assert (
        "Mei (1" not in as_(desk.sun).get("/reports/escalations?from=2020-01-01&to=2020-02-01").text
    )


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_narrowed_by_everything(desk, told, as_, page):
    browser = as_(desk.sun)
    every = {"group": desk.frontline.id, "tier": "escalated", "tag": 1, "agent": desk.mei.id}
    for name, value in every.items():
        text = browser.get(f"/reports{page}?{WEEK}&{name}={value}&compare=1").text
        assert "<h1>" in text, name
    all_of_it = "&".join(f"{name}={value}" for name, value in every.items())
    assert browser.get(f"/reports{page}?{WEEK}&{all_of_it}").status_code == 200


def test_a_narrower_page_counts_less(desk, told, as_):
    browser = as_(desk.sun)

    def opened(query):
        text = browser.get(f"/reports?{WEEK}&{query}").text
        return re.search(r"<dt>Opened</dt>\s*<dd>(?:<a[^>]*>)?([0-9]+)", text).group(1)

    assert opened("") == "2"
    assert opened("tier=escalated") == "1"
    assert opened(f"agent={desk.mei.id}") == "2"
    assert opened(f"agent={desk.sun.id}") == "1"
    assert opened(f"agent={desk.ken.id}") == "0"
    assert opened(f"group={desk.advanced.id}") == "1"
    assert opened("tag=77") == "0"


def test_rows_come_a_page_at_a_time(desk, as_):
    for number in range(53):
        shifts.arrive(desk.wallet, number)
    browser = as_(desk.sun)
    first = browser.get(f"/reports/rows?what=opened&{WEEK}").text
    assert first.count('<th scope="row">') == 50
    more = re.search(r'href="(/reports/rows[^"]*before=[^"]*)"', first).group(1)
    rest = browser.get(more.replace("&amp;", "&")).text
    assert rest.count('<th scope="row">') == 3
    numbers = re.findall(r"#(\d+) <bdi>", first + rest)
    assert len(set(numbers)) == 53
