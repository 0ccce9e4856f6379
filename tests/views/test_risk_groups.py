"""Internal control's settings: groups of risk words, own addresses, told before they are saved."""

import re

import pytest
from sqlalchemy import select

from support.db import commit, db
from support.models import OwnAddress, RiskWord, RiskWordGroup
from support.risk import changes, firings, own_addresses, shipped
from support.views import foretold
from tests.factories import START, answer

CASHIER = "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE"
RULES = {"form": "group", "name": "Promises", "stop": "confirm"}


@pytest.fixture
def path(wallet):
    return f"/projects/{wallet.id}/risk"


@pytest.fixture
def frozen(desk, wallet, sun):
    group = changes.create_group("Frozen addresses", projects=[wallet], by=sun, now=START)
    changes.add_words(group, "fragment", ["T9yD"], by=sun, now=START)
    commit()
    return group


def group_named(look, name):
    with look() as rows:
        group = rows.scalars(select(RiskWordGroup).where(RiskWordGroup.name == name)).one_or_none()
        return group and (group.action, group.four_eyes, sorted(w.text for w in group.words))


def test_a_supervisor_makes_a_group_with_its_first_words(desk, wallet, path, as_, look):
    sun = as_(desk.sun)
    assert "Nothing needs care here yet" in sun.get(path).text
    form = RULES | {"project": wallet.id, "kind": "word", "words": "sure profit\r\n保证盈利\r\n"}
    response = sun.post(path + "/new", form | {"stop": "approve"})
    assert response.status_code == 303
    assert group_named(look, "Promises") == ("confirm", True, ["sure profit", "保证盈利"])
    page = sun.get(response.headers["Location"]).text
    assert "保证盈利" in page
    assert "Four eyes" in sun.get(path).text


def test_what_is_refused_keeps_what_was_typed(desk, wallet, path, as_, frozen, look):
    sun = as_(desk.sun)
    form = RULES | {
        "name": "frozen addresses",
        "project": wallet.id,
        "words": "abc",
        "kind": "word",
    }
    response = sun.post(path + "/new", form | {"flags_incoming": "1"})
    assert response.status_code == 422
    assert "named “frozen addresses” applies here already" in response.text
    assert 'value="frozen addresses"' in response.text
    assert ">abc</textarea>" in response.text
    assert re.search(r'name="flags_incoming" value="1" checked', response.text)
    bad = [{"stop": "warn"}, {"project": ""}, {"project": desk.market.id}, {"kind": "shape"}]
    for wrong in bad:
        fields = RULES | {"project": wallet.id, "words": "x y", "kind": "word"} | wrong
        assert sun.post(path + "/new", fields).status_code == 422
    assert group_named(look, "Promises") is None


def test_rules_words_and_shapes_are_changed(desk, wallet, path, as_, frozen, look):
    sun, here = as_(desk.sun), f"{path}/groups/{frozen.id}"
    rules = RULES | {"name": "Frozen", "stop": "block", "project": wallet.id}
    assert sun.post(here, rules).status_code == 303
    words = {"form": "words", "kind": "address", "words": CASHIER}
    assert sun.post(here + "/words", words).status_code == 303
    assert sun.post(here + "/shapes", {"form": "shapes", "shape": "trc20"}).status_code == 303
    assert group_named(look, "Frozen") == ("block", False, sorted(["T9yD", CASHIER, "trc20"]))
    page = sun.get(here + "?q=t9y").text
    assert "T9yD" in page
    assert f">{CASHIER}<" not in page
    with look() as rows:
        number = rows.scalars(select(RiskWord.id).where(RiskWord.text == CASHIER)).one()
    sun.post(here + "/words/removal", {"word": number})
    sun.post(here + "/pause", {"paused": "1"})
    assert group_named(look, "Frozen") == ("block", False, ["T9yD", "trc20"])
    assert "Paused" in sun.get(path).text
    sun.post(here + "/pause", {"paused": "0"})
    sun.post(here + "/removal")
    assert sun.get(here).status_code == 404


def test_a_bad_line_is_named_and_nothing_is_added(desk, path, as_, frozen, look):
    words = {"form": "words", "kind": "word", "words": "one\n\n" + "x" * 256}
    response = as_(desk.sun).post(f"{path}/groups/{frozen.id}/words", words)
    assert response.status_code == 422
    assert "Line 3 has 256 characters" in response.text
    assert ">one" in response.text
    assert group_named(look, "Frozen addresses")[2] == ["T9yD"]


def test_a_group_of_other_projects_too_is_read_only(desk, wallet, path, as_, frozen, look):
    places = [wallet, desk.market]
    changes.change_group(frozen, projects=places, by=desk.olga, now=START)
    commit()
    sun, here = as_(desk.sun), f"{path}/groups/{frozen.id}"
    page = sun.get(here).text
    assert "applies to other projects too" in page
    assert "Market" not in page
    for deed in ("", "/words", "/shapes", "/pause", "/removal", "/words/removal"):
        assert sun.post(here + deed, RULES | {"project": wallet.id}).status_code == 403
    form = RULES | {"name": "Frozen", "project": [wallet.id, desk.market.id]}
    assert as_(desk.olga).post(here, form).status_code == 303
    assert group_named(look, "Frozen")


def test_a_group_is_found_in_its_own_projects_alone(desk, wallet, as_, frozen):
    olga = as_(desk.olga)
    assert olga.get(f"/projects/{desk.market.id}/risk/groups/{frozen.id}").status_code == 404
    assert olga.get(f"/projects/{wallet.id}/risk/groups/{frozen.id}").status_code == 200
    assert olga.get(f"/projects/{wallet.id}/risk/groups/999999").status_code == 404


def test_an_auditor_reads_and_an_agent_gets_nothing(desk, path, as_, frozen):
    ada = as_(desk.ada)
    page = ada.get(f"{path}/groups/{frozen.id}").text
    assert "T9yD" in page
    assert 'name="word"' not in page
    assert ada.post(path + "/own", {"address": CASHIER}).status_code == 403
    assert "/risk/hits" in ada.get("/").text
    assert "/risk/hits" not in as_(desk.mei).get("/").text
    for page in ("", "/new", f"/groups/{frozen.id}", "/try", "/import", "/words.csv"):
        assert as_(desk.mei).get(path + page).status_code == 403
        assert as_(desk.zoe).get(path + page).status_code == 404


def test_own_addresses_tell_their_checksum(desk, wallet, path, as_, look):
    sun = as_(desk.sun)
    form = {"form": "own", "address": CASHIER, "label": "Cashier"}
    assert sun.post(path + "/own", form).status_code == 303
    page = sun.get(path).text
    assert "TRC20, checksum right" in page
    broken = sun.post(path + "/own", form | {"address": CASHIER[:-1] + "F"})
    assert broken.status_code == 422
    assert "its checksum is wrong" in broken.text
    assert f'value="{CASHIER[:-1]}F"' in broken.text
    other = {"form": "own", "address": "EQDtFpEwcFAEcRe5mLVh2N6C0x0hJEM7W61nLnq74y8"}
    sun.post(path + "/own", other)
    assert "Kept as it is written" in sun.get(path).text
    with look() as rows:
        number = rows.scalars(select(OwnAddress.id).where(OwnAddress.label == "Cashier")).one()
    assert sun.post(f"/projects/{desk.market.id}/risk/own/{number}/removal").status_code == 404
    sun.post(f"{path}/own/{number}/removal")
    assert "Cashier" not in re.sub(r'(?s)<div id="toasts.*?</div>', "", sun.get(path).text)


def test_the_recommended_words_are_a_beginning(desk, path, as_, look):
    sun = as_(desk.sun)
    assert "Start with the recommended words" in sun.get(path).text
    assert sun.post(path + "/recommended", {"form": "recommended"}).status_code == 303
    with look() as rows:
        groups = {group.name for group in rows.scalars(select(RiskWordGroup))}
        words = {(word.kind, word.text) for word in rows.scalars(select(RiskWord))}
    assert groups == {one.name for one in shipped.GROUPS}
    assert words == {line for one in shipped.GROUPS for line in one.lines}
    assert "Start with the recommended words" not in sun.get(path).text


@pytest.mark.parametrize(
    ("address", "network"),
    [
        (CASHIER, "trc20"),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "btc"),
        ("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "btc"),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "btc"),
        ("0x52908400098527886E0F7030069857D2E4169EE7", "erc20"),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", None),
        ("1AlzP1eP5QGefi2DMPTfTL5SLmv7DivfNa", None),
        ("EQDtFpEwcFAEcRe5mLVh2N6C0x0hJEM7W61nLnq74y8", None),
    ],
)
def test_an_address_is_of_the_network_whose_checksum_it_has(address, network):
    assert own_addresses.network(address) == network


@pytest.fixture
def said(desk, wallet):
    """Mei has answered a customer three times, once with what will be a risk word."""
    case = desk.case(holder=desk.mei)
    for text in ("All is well", "Send it to T9yDxxxx please", "A sure profit, believe me"):
        answer(case, text, by=desk.mei)
    commit()
    return case


def looked(browser, path, **fields):
    form = {"form": "group", "stop": "confirm", "kind": "word"} | fields
    return browser.post(path + "/look", form, htmx=True).text


@pytest.fixture
def today(monkeypatch):
    monkeypatch.setattr(foretold, "utcnow", lambda: START)


@pytest.mark.usefixtures("today")
def test_it_is_told_before_saving_what_would_have_been_met(desk, wallet, path, as_, said):
    sun = as_(desk.sun)
    told = looked(sun, path, project=wallet.id, words="sure profit\nnever said")
    assert "Would have fired 1 time in the last 30 days." in told
    assert "3 sent messages were looked through" in told
    assert "<mark>sure profit</mark>" in told
    assert f"/conversations/{said.id}" in told
    told = looked(sun, path, project=wallet.id, words="T9y", kind="fragment")
    assert "it would match by chance" in told
    assert "Would have fired 1 time" in told
    assert "Line 1" in looked(sun, path, project=wallet.id, words="x" * 300)
    assert "Would have" not in looked(sun, path, project=wallet.id, words="")


@pytest.mark.usefixtures("today")
def test_it_is_told_for_escalated_conversations_alone(desk, wallet, path, as_, said):
    fields = {"project": wallet.id, "words": "sure profit", "only_escalated": "1"}
    assert "Would have fired 0 times" in looked(as_(desk.sun), path, **fields)
    db.session.get_one(type(said), said.id).tier = "urgent"
    commit()
    assert "Would have fired 1 time " in looked(as_(desk.sun), path, **fields)


@pytest.mark.usefixtures("today")
def test_without_scripts_the_page_comes_again_with_it(desk, wallet, path, as_, said, frozen):
    sun = as_(desk.sun)
    form = {"form": "words", "group": frozen.id, "kind": "word", "words": "sure profit"}
    page = sun.post(path + "/look", form)
    assert page.status_code == 200
    assert "Would have fired 1 time" in page.text
    assert ">sure profit</textarea>" in page.text
    form = RULES | {"group": frozen.id, "project": wallet.id, "name": "Renamed"}
    page = sun.post(path + "/look", form).text
    assert "Would have fired 1 time" in page
    assert 'value="Renamed"' in page
    form = {"form": "shapes", "group": frozen.id, "shape": "link"}
    assert "Would have fired 0 times" in sun.post(path + "/look", form).text


@pytest.mark.usefixtures("today")
def test_time_is_bounded_and_what_was_cut_is_said(desk, wallet, path, as_, said, monkeypatch):
    monkeypatch.setattr(firings, "SECONDS", -1)
    monkeypatch.setattr(firings, "AT_ONCE", 1)
    told = looked(as_(desk.sun), path, project=wallet.id, words="sure profit")
    assert "0 sent messages were looked through, the latest ones" in told
    assert "time was up" in told


def test_what_others_may_not_see_is_not_told(desk, wallet, path, as_, said):
    assert looked(as_(desk.mei), path, project=wallet.id, words="sure profit").find("mark") < 0
    olga = as_(desk.olga)
    told = looked(
        olga, f"/projects/{desk.market.id}/risk", project=desk.market.id, words="sure profit"
    )
    assert "<mark>" not in told
