"""The lists of risk words: made, changed, removed, each time recorded and stamped anew."""

import pytest
from sqlalchemy import select

from support import plans
from support.db import commit, db
from support.models import Event, EventKind, OwnAddress, Workspace
from support.refusals import (
    BadChoice,
    BadName,
    OwnAddressTaken,
    OwnAddressUnfit,
    PlanLacks,
    RiskGroupNameTaken,
    RiskGroupNowhere,
    RiskListFull,
    RiskShapeUnknown,
    RiskWordEmpty,
    RiskWordsMissing,
    RiskWordTooLong,
)
from support.risk import changes, own_addresses, wording
from tests.factories import START, later


@pytest.fixture
def frozen(desk, wallet, sun):
    group = changes.create_group("Frozen addresses", projects=[wallet], by=sun, now=START)
    commit()
    return group


def events(kind):
    rows = select(Event).where(Event.kind == kind).order_by(Event.id)
    return [(event.project_id, event.data) for event in db.session.scalars(rows)]


def words(group, kind="word"):
    return list(changes.texts(group, kind))


def test_a_group_is_made_with_its_rules_and_recorded_in_each_project(desk, wallet, sun):
    places = [wallet, desk.market]
    group = changes.create_group(
        " Frozen  addresses ", projects=places, action="block", by=desk.olga, now=START
    )
    assert (group.name, group.action, group.four_eyes) == ("Frozen addresses", "block", False)
    found = events(EventKind.RISK_GROUP_CREATED)
    assert [project for project, _ in found] == [wallet.id, desk.market.id]
    assert found[0][1]["projects"] == ["Market", "Wallet"]
    assert changes.in_project(wallet) == changes.in_project(desk.market) == [group]


def test_bad_rules_are_refused(desk, wallet, sun, frozen):
    refused = [
        (BadName, {"name": " "}),
        (RiskGroupNowhere, {"name": "A", "projects": []}),
        (BadChoice, {"name": "A", "action": "warn"}),
        (RiskGroupNameTaken, {"name": "frozen ADDRESSES"}),
    ]
    for refusal, values in refused:
        with pytest.raises(refusal):
            changes.create_group(
                values.pop("name"), by=sun, now=START, **({"projects": [wallet]} | values)
            )
    with pytest.raises(TypeError):
        changes.change_group(frozen, colour="red", by=sun, now=START)


def test_the_same_name_may_apply_elsewhere(desk, frozen):
    changes.create_group("Frozen addresses", projects=[desk.market], by=desk.olga, now=START)
    with pytest.raises(RiskGroupNameTaken):
        changes.change_group(frozen, projects=[*frozen.projects, desk.market], by=None, now=START)


def test_a_change_is_recorded_with_before_and_after_wherever_it_applied(desk, wallet, sun, frozen):
    changes.change_group(frozen, projects=[desk.market], four_eyes=True, by=desk.olga, now=START)
    (first, facts), (second, _facts) = events(EventKind.RISK_GROUP_CHANGED)
    assert {first, second} == {wallet.id, desk.market.id}
    assert facts["changed"] == {
        "four_eyes": [False, True],
        "projects": [["Wallet"], ["Market"]],
    }
    assert changes.in_project(wallet) == []


def test_a_change_of_nothing_is_no_change(desk, wallet, sun, frozen):
    stamp = wallet.risk_stamp
    changes.change_group(frozen, name="Frozen addresses", action="confirm", by=sun, now=START)
    assert events(EventKind.RISK_GROUP_CHANGED) == []
    assert wallet.risk_stamp == stamp


def test_every_change_of_words_stamps_the_lists_anew(desk, wallet, sun, frozen):
    stamps = [wallet.risk_stamp]

    def stamped():
        db.session.flush()
        assert wallet.risk_stamp not in stamps
        stamps.append(wallet.risk_stamp)

    changes.add_words(frozen, "fragment", ["T9yD"], by=sun, now=START)
    stamped()
    changes.set_shapes(frozen, ["trc20", "btc"], by=sun, now=START)
    stamped()
    changes.remove_words(frozen, [changes.texts(frozen, "shape")["btc"]], by=sun, now=START)
    stamped()
    changes.change_group(frozen, action="block", by=sun, now=START)
    stamped()
    own_addresses.add(wallet, "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE", "Cashier", by=sun, now=START)
    stamped()


def test_paused_or_removed_a_group_says_nothing_more(desk, wallet, sun, frozen):
    changes.add_words(frozen, "fragment", ["T9yD"], by=sun, now=START)
    assert wallet.risk_stamp
    changes.change_group(frozen, paused=True, by=sun, now=later(minutes=1))
    assert frozen.paused_at == later(minutes=1)
    changes.change_group(frozen, paused=True, by=sun, now=later(minutes=2))
    assert frozen.paused_at == later(minutes=1)
    assert wallet.risk_stamp == ""
    changes.change_group(frozen, paused=False, by=sun, now=later(minutes=3))
    assert wallet.risk_stamp
    changes.remove_group(frozen, by=sun, now=later(minutes=4))
    changes.remove_group(frozen, by=sun, now=later(minutes=5))
    assert wallet.risk_stamp == ""
    assert changes.in_project(wallet) == []
    assert len(events(EventKind.RISK_GROUP_REMOVED)) == 1


def test_many_words_at_once_each_kept_once(desk, sun, frozen):
    lines = ["  guaranteed   profit ", "", "投诉", "guaranteed profit"]
    assert changes.add_words(frozen, "word", lines, by=sun, now=START) == [
        "guaranteed profit",
        "投诉",
    ]
    assert changes.add_words(frozen, "word", ["投诉", "new"], by=sun, now=START) == ["new"]
    assert words(frozen) == ["guaranteed profit", "投诉", "new"]
    said = [facts["added"] for _, facts in events(EventKind.RISK_GROUP_CHANGED)]
    assert said == [["guaranteed profit", "投诉"], ["new"]]
    gone = list(changes.texts(frozen, "word").values())[:2]
    changes.remove_words(frozen, gone, by=sun, now=START)
    assert words(frozen) == ["new"]
    assert events(EventKind.RISK_GROUP_CHANGED)[-1][1]["removed"] == ["guaranteed profit", "投诉"]


@pytest.mark.parametrize(
    ("kind", "lines", "refusal", "line"),
    [
        ("word", [" ", ""], RiskWordsMissing, None),
        ("word", ["good", "", "\u200b\u00ad"], RiskWordEmpty, 3),
        ("word", ["good", "x" * 256], RiskWordTooLong, 2),
        ("shape", ["trc20", "iban"], RiskShapeUnknown, 2),
        ("regex", ["a+"], BadChoice, None),
    ],
)
def test_one_unfit_line_refuses_all_of_them(sun, frozen, kind, lines, refusal, line):
    with pytest.raises(refusal) as refused:
        changes.add_words(frozen, kind, lines, by=sun, now=START)
    assert line is None or refused.value.values["line"] == line
    assert changes.counts([frozen]) == {}


def test_a_list_has_an_end(desk, sun, frozen, monkeypatch):
    monkeypatch.setattr(changes, "MOST_WORDS", 2)
    changes.add_words(frozen, "word", ["one"], by=sun, now=START)
    with pytest.raises(RiskListFull):
        changes.add_words(frozen, "fragment", ["two2", "tree"], by=sun, now=START)
    assert changes.counts([frozen]) == {frozen.id: {"word": 1}}


def test_a_long_list_is_recorded_in_several_events(desk, sun, frozen):
    lines = [f"word {number}" for number in range(1_001)]
    changes.add_words(frozen, "word", lines, by=sun, now=START)
    said = [facts["added"] for _, facts in events(EventKind.RISK_GROUP_CHANGED)]
    assert [len(part) for part in said] == [500, 500, 1]
    assert [word for part in said for word in part] == lines


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        ("fragment", "T9y", wording.BY_CHANCE),
        ("fragment", "T-9-y", wording.BY_CHANCE),
        ("fragment", "T9yD", None),
        ("word", "x", wording.ONE_LETTER),
        ("word", "骗", None),
        ("address", "T9yD", wording.NO_ADDRESS),
        ("address", "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE", None),
    ],
)
def test_what_is_doubtful_has_a_sentence(kind, text, sentence):
    assert wording.doubt(kind, text) == sentence


def test_own_addresses_are_kept_as_they_are_written(desk, wallet, sun):
    row = own_addresses.add(
        wallet, " TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE ", " Cash  desk ", by=sun, now=START
    )
    assert (row.text, row.label) == ("TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE", "Cash desk")
    with pytest.raises(OwnAddressTaken):
        own_addresses.add(wallet, row.text, by=sun, now=START)
    for unfit in ("", "short", "two words of address", "地址地址地址地址", "x" * 256):
        with pytest.raises(OwnAddressUnfit):
            own_addresses.add(wallet, unfit, by=sun, now=START)
    with pytest.raises(BadName):
        own_addresses.add(wallet, "0" * 42, "x" * 81, by=sun, now=START)
    own_addresses.remove(row, by=sun, now=START)
    assert db.session.scalars(select(OwnAddress)).all() == []
    assert [facts["name"] for _, facts in events(EventKind.OWN_ADDRESS_REMOVED)] == ["Cash desk"]


def test_a_plan_without_new_rules_refuses_additions_and_disarms_nothing(desk, wallet, sun, frozen):
    changes.add_words(frozen, "fragment", ["T9yD"], by=sun, now=START)
    house = db.session.scalars(select(Workspace)).one()
    plans.choose(house, "standard", by=desk.olga, now=START)
    db.session.flush()
    additions = [
        lambda: changes.create_group("More", projects=[wallet], by=sun, now=START),
        lambda: changes.add_words(frozen, "word", ["more"], by=sun, now=START),
        lambda: own_addresses.add(wallet, "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE", by=sun, now=START),
        lambda: changes.change_group(
            frozen, projects=[wallet, desk.market], by=desk.olga, now=START
        ),
    ]
    for addition in additions:
        with pytest.raises(PlanLacks):
            addition()
    changes.change_group(frozen, action="block", by=sun, now=START)
    changes.remove_words(frozen, changes.texts(frozen, "fragment").values(), by=sun, now=START)
    assert words(frozen, "fragment") == []
