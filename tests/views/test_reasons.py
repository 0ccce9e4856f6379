"""The reasons of a project: edited by its supervisor, tried out, and read by every agent."""

import pytest

from support import groups, reasons
from support.db import commit
from support.models import EscalationReason, Project
from tests.factories import START

NEW = {
    "form": "reason",
    "name": "Lost device",
    "try_first": "Ask which one.",
    "when_to": "It holds funds.",
    "mode": "auto",
    "tier": "urgent",
    "group": "",
    "phrases": "lost my phone\r\n\r\n手机丢了\r\n",
}


@pytest.fixture
def path(desk):
    return f"/projects/{desk.wallet.id}/reasons"


@pytest.fixture
def reason(look, desk):
    """Read a reason of the wallet's list by its name."""

    def read(name):
        with look() as rows:
            found = rows.query(EscalationReason).filter_by(name=name, project_id=desk.wallet.id)
            one = found.one()
            return one, [phrase.text for phrase in one.phrases], one.group

    return read


def first(project):
    """Return the first reason with its phrases, and hold no lock."""
    one = reasons.listed(project)[0]
    assert one.phrases
    commit()
    return one


def offered(project, olga):
    """Open the two groups that are offered; give the second one's number."""
    groups.offer(project, by=olga, now=START)
    number = groups.in_project(project.id)[1].id
    commit()
    return number


def as_form(one, **changed):
    """Return what the page of a reason would send unchanged."""
    fields = {name: getattr(one, name) for name in ("name", "try_first", "when_to", "mode", "tier")}
    phrases = "\r\n".join(phrase.text for phrase in one.phrases)
    return fields | {"form": "reason", "group": "", "phrases": phrases} | changed


def test_a_supervisor_adds_a_reason_and_its_phrases(as_, desk, path, reason):
    advanced = offered(desk.wallet, desk.olga)
    sun = as_(desk.sun)
    answer = sun.post(f"{path}/new", NEW | {"group": advanced})
    assert answer.status_code == 303
    assert "“Lost device” is saved." in sun.get(answer.location).text
    one, phrases, group = reason("Lost device")
    assert (one.mode, one.tier, group.id) == ("auto", "urgent", advanced)
    assert phrases == ["lost my phone", "手机丢了"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "A name needs 1 to 80 characters."),
        ({"name": "Bot malfunction"}, "A reason named “Bot malfunction” exists already."),
        ({"mode": "shout"}, "“shout” is not one of the choices here."),
        ({"tier": "standard"}, "“standard” is not one of the choices here."),
        ({"group": "999999"}, "“999999” is not one of the choices here."),
        ({"phrases": "a"}, "“a” is too short and would match nearly everything."),
        ({"phrases": "lawyer\nLAWYER"}, "“LAWYER” stands with this reason already."),
        ({"try_first": "x" * 4_001}, "This text has 4001 characters"),
    ],
)
def test_a_bad_reason_changes_nothing_and_keeps_what_was_typed(
    as_, desk, path, look, wrong, sentence
):
    page = as_(desk.sun).post(f"{path}/new", NEW | wrong)
    assert page.status_code == 422
    assert sentence in page.text
    assert "It holds funds." in page.text
    with look() as rows:
        assert rows.query(EscalationReason).filter_by(project_id=desk.wallet.id).count() == 7


def test_a_reason_of_another_project_is_not_there(as_, desk, path):
    foreign = first(desk.market).id
    sun = as_(desk.sun)
    for ask in (sun.get, sun.post):
        assert ask(f"{path}/{foreign}").status_code == 404
    assert sun.post(f"{path}/{foreign}/remove").status_code == 404
    assert sun.post(f"/projects/{desk.market.id}/reasons/{foreign}").status_code == 404


def test_a_group_of_another_project_is_no_target(as_, desk, path):
    foreign = offered(desk.market, desk.olga)
    assert as_(desk.sun).post(f"{path}/new", NEW | {"group": foreign}).status_code == 422


def test_saving_what_was_not_changed_changes_nothing(as_, desk, path, look):
    one = first(desk.wallet)
    stamp = desk.wallet.reasons_stamp
    as_(desk.sun).post(f"{path}/{one.id}", as_form(one))
    with look() as rows:
        assert rows.get(Project, desk.wallet.id).reasons_stamp == stamp
        assert rows.get(EscalationReason, one.id).edited_at is None


def test_a_reader_of_another_language_does_not_write_its_words_into_the_list(
    as_, desk, path, look, monkeypatch
):
    said = {"Bot malfunction": "机器人故障"}
    monkeypatch.setattr("support.views.guidance.gettext", lambda text: said.get(text, text))
    one = first(desk.wallet)
    sun = as_(desk.sun)
    assert 'value="机器人故障"' in sun.get(f"{path}/{one.id}").text
    sun.post(f"{path}/{one.id}", as_form(one, name="机器人故障", mode="urgent"))
    with look() as rows:
        kept = rows.get(EscalationReason, one.id)
        assert (kept.name, kept.mode) == ("Bot malfunction", "urgent")


def test_what_a_project_has_written_is_text_and_never_a_sentence_of_ours(as_, desk, path):
    name = "<b>100%(s)</b> %"
    as_(desk.sun).post(f"{path}/new", NEW | {"name": name, "when_to": "%s <script>"})
    for page in (as_(desk.sun).get(path), as_(desk.mei).get("/conditions")):
        assert "&lt;b&gt;100%(s)&lt;/b&gt; %" in page.text
        assert "<script>%" not in page.text


def test_the_tester_names_reason_deed_and_phrase(as_, desk, path, monkeypatch):
    sun = as_(desk.sun)
    sun.post(f"{path}/new", NEW)
    page = sun.post(f"{path}/try", {"text": "Help, I LOST my phone today"}, htmx=True).text
    tried = page[page.index('id="tried"') :]
    assert "Lost device" in tried
    assert "Escalate at once" in tried
    assert '<q dir="auto">lost my phone</q>' in tried
    assert "This message would trigger nothing." in sun.post(f"{path}/try", {"text": "Hi"}).text
    assert as_(desk.ada).post(f"{path}/try", {"text": "my lawyer"}).status_code == 200


def test_removed_ones_come_back_as_they_were_and_once(as_, desk, path, look):
    one = first(desk.wallet)
    sun = as_(desk.sun)
    assert "Bring back" not in sun.get(path).text
    sun.post(f"{path}/{one.id}", as_form(one, mode="urgent"))
    sun.post(f"{path}/{one.id}/remove")
    assert f'id="reason-{one.id}"' not in sun.get(path).text
    assert "Bring back the shipped ones" in sun.get(path).text
    sun.post(f"{path}/restore")
    assert f'id="reason-{one.id}"' in sun.get(path).text
    sun.post(f"{path}/restore")
    with look() as rows:
        listed = rows.query(EscalationReason).filter_by(project_id=desk.wallet.id).all()
        assert len(listed) == 7
        assert rows.get(EscalationReason, one.id).mode == "urgent"


def test_a_project_from_before_the_reasons_gets_them(as_, desk, path, look):
    for one in reasons.listed(desk.wallet):
        reasons.remove(desk.wallet, one, by=None, now=START)
        one.key = "own"  # not a shipped one: as if none had ever been there
    reasons.create(desk.wallet, "public THREAT", by=None, now=START)
    commit()
    answer = as_(desk.sun).post(f"{path}/restore")
    assert answer.status_code == 303
    with look() as rows:
        names = [one.name for one in reasons.listed(rows.get(Project, desk.wallet.id))]
    assert len(names) == 7
    assert "Bot malfunction" in names
    assert "Public threat" not in names  # a reason of that name is there


def test_every_member_reads_the_conditions_of_his_projects(as_, desk):
    groups.offer(desk.wallet, by=desk.olga, now=START)
    advanced = groups.in_project(desk.wallet.id)[1]
    reasons.change(desk.wallet, first(desk.wallet), group=advanced, by=desk.olga, now=START)
    commit()
    for agent, wallet, market in ((desk.mei, 1, 0), (desk.ada, 1, 0), (desk.zoe, 0, 1)):
        page = as_(agent).get("/conditions").text
        assert page.count(f'id="project-{desk.wallet.id}"') == wallet
        assert page.count(f'id="project-{desk.market.id}"') == market
        assert "Believe it until it is disproved." in page
        assert "phrases point to it" in page
        assert (advanced.name in page) is bool(wallet)
        assert "Change the reasons of" not in page
    assert "Change the reasons of" in as_(desk.sun).get("/conditions").text


def test_the_lists_cost_the_same_for_every_size(as_, desk, path, queries):
    sun, olga = as_(desk.sun), as_(desk.olga)
    for browser, page in ((sun, path), (olga, "/conditions")):
        with queries() as seen:
            browser.get(page)
        assert len(seen) <= 7, seen
