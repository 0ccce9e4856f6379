"""A stopped message without scripts and by htmx; who may take it back, approve and reject it."""

import re

import pytest
from sqlalchemy import select

from support import messages, transfer
from support.db import commit, db, utcnow
from support.models import Agent, Conversation, Message, RiskAttempt
from tests.factories import answer, join, make_agent, person
from tests.risk.conftest import banned, frozen, two_eyes, words

__all__ = ["banned", "frozen", "two_eyes", "words"]  # fixtures
pytestmark = pytest.mark.one_database
PAY = "Please pay to T9yDZ5uX today"
REFUND = "Your refund leaves today"
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


@pytest.fixture
def case(desk):
    return desk.case(holder=desk.mei)


def url(case):
    return f"/conversations/{case.id}/messages"


def text_of(response):
    return response.get_data(as_text=True)


def fields(page):
    """Return what the form of the page sends by itself."""
    return dict(HIDDEN.findall(page[page.index('<form id="stopped"') :]))


def sent(look):
    with look() as rows:
        return [one.text for one in rows.scalars(select(Message).where(Message.direction == "out"))]


def attempt(look):
    with look() as rows:
        last = rows.scalars(select(RiskAttempt).order_by(RiskAttempt.id.desc())).first()
        return last.id, last.outcome, last.reason


def test_without_scripts_a_page_asks_and_its_form_sends(desk, case, frozen, as_, look):
    mei = as_(desk.mei)
    asked = mei.post(url(case), {"text": PAY, "client_key": "k1"})
    page = text_of(asked)
    assert asked.status_code == 409
    assert asked.mimetype == "text/html"
    assert "<mark>T9yD</mark>" in page
    assert page.index("data-cancel") < page.index("data-confirm")  # what Enter means
    assert sent(look) == []
    assert mei.post(url(case), fields(page) | {"risk_reason": " … "}).status_code == 422
    assert sent(look) == []
    reply = mei.post(url(case), fields(page) | {"risk_reason": "Verified"})
    assert reply.status_code == 303
    assert sent(look) == [PAY]
    assert attempt(look)[1:] == ("confirmed", "Verified")


def test_without_scripts_cancel_leads_back_to_the_words(desk, case, frozen, as_, look):
    mei = as_(desk.mei)
    page = text_of(mei.post(url(case), {"text": PAY}))
    (cancels,) = set(re.findall(r'formaction="([^"]+)"', page))
    assert mei.post(cancels).status_code == 303
    assert attempt(look)[1] == "cancelled"
    assert PAY in text_of(mei.get(f"/conversations/{case.id}"))  # as a draft


def test_the_dialog_answers_htmx_with_409_and_escapes_every_word(desk, case, frozen, as_):
    mei = as_(desk.mei)
    asked = mei.post(url(case), {"text": "<b>hi</b> T9yD"}, htmx=True)
    assert asked.status_code == 409
    assert asked.headers["HX-Retarget"] == "#dialog-body"
    assert "&lt;b&gt;hi&lt;/b&gt; <mark>" in text_of(asked)


def test_other_words_with_the_token_are_asked_about_anew(desk, case, frozen, as_, look):
    mei = as_(desk.mei)
    given = fields(text_of(mei.post(url(case), {"text": PAY})))
    again = mei.post(url(case), given | {"text": PAY + "!", "risk_reason": "Verified"})
    assert again.status_code == 409
    assert "for other words: nothing was sent" in text_of(again)
    assert sent(look) == []


def test_a_colleague_finds_no_attempt_but_his_own(desk, case, frozen, as_, look):
    as_(desk.mei).post(url(case), {"text": PAY})
    number = attempt(look)[0]
    for agent in (desk.sun, desk.olga, desk.ken, desk.ada, desk.zoe):
        path = f"/conversations/{case.id}/attempts/{number}/cancellation"
        assert as_(agent).post(path).status_code in (403, 404)
    assert attempt(look)[1] == "waiting"
    other = desk.case(holder=desk.mei, who=person(77, "Other"))
    path = f"/conversations/{other.id}/attempts/{number}/cancellation"
    assert as_(desk.mei).post(path).status_code == 404


def test_nobody_there_to_approve_means_blocked_and_says_so(desk, case, two_eyes, as_, look):
    for agent in (desk.sun, desk.olga):
        db.session.get_one(Agent, agent.id).disabled_at = utcnow()
    commit()
    page = text_of(as_(desk.mei).post(url(case), {"text": REFUND}))
    assert "nobody else is there who could approve it" in page
    assert attempt(look)[1] == "blocked"


@pytest.fixture
def waiting(desk, case, two_eyes):
    asked = answer(case, REFUND, by=desk.mei, now=utcnow())
    commit()
    return asked.id


def decide(agent, waiting, deed, **form):
    return agent.post(f"/risk/approvals/{waiting}/{deed}", form)


def test_a_supervisor_reads_who_wants_to_send_what_to_whom(desk, case, waiting, as_):
    for agent in (desk.sun, desk.olga):
        page = text_of(as_(agent).get("/risk/approvals"))
        assert "Mei wants to send this to Maria" in page
        assert "Your <mark>refund</mark> leaves today" in page
        assert f'href="/conversations/{case.id}"' in page
        assert 'id="approvals-count" class="sb-count" data-oob data-count="1"' in page
    for agent in (desk.mei, desk.ken, desk.ada, desk.zoe):
        assert as_(agent).get("/risk/approvals").status_code == 403


def test_a_supervisor_of_another_project_reads_nothing(desk, waiting, as_):
    rex = join(make_agent("Rex"), desk.market, "supervisor")
    commit()
    page = text_of(as_(rex).get("/risk/approvals"))
    assert "refund" not in page
    assert 'data-count="0"' in page
    assert decide(as_(rex), waiting, "approval").status_code == 404


def test_approved_it_goes_without_the_token_of_the_page(desk, case, waiting, as_, look):
    assert decide(as_(desk.sun), waiting, "approval").status_code == 303
    mei = as_(desk.mei)
    page = text_of(mei.get(f"/conversations/{case.id}"))
    assert "Approved by Sun" in page
    assert f'form="reply" name="approved" value="{waiting}"' in page
    done = mei.post(url(case), {"text": REFUND, "approved": str(waiting)}, htmx=True)
    assert done.status_code == 200
    assert 'id="approval"' in text_of(done)
    assert sent(look) == [REFUND]
    again = mei.post(url(case), {"text": REFUND, "approved": str(waiting)}, htmx=True)
    assert again.status_code == 409  # once
    assert sent(look) == [REFUND]


def test_what_was_approved_lets_no_other_words_pass(desk, case, waiting, as_, look):
    decide(as_(desk.sun), waiting, "approval")
    mei = as_(desk.mei)
    other = mei.post(url(case), {"text": REFUND + " twice", "approved": str(waiting)}, htmx=True)
    assert other.status_code == 409
    assert sent(look) == []


def test_a_colleague_who_was_faster_is_said(desk, waiting, as_):
    decide(as_(desk.sun), waiting, "approval")
    late = decide(as_(desk.olga), waiting, "rejection", reason="no")
    assert late.status_code == 409
    assert "settled already" in text_of(late)


def test_nobody_approves_his_own(desk, two_eyes, as_, look):
    own = desk.case(holder=desk.sun, who=person(78, "Other"))
    asked = answer(own, REFUND, by=desk.sun, now=utcnow())
    commit()
    sun = as_(desk.sun)
    assert REFUND.split()[1] not in text_of(sun.get("/risk/approvals"))
    refused = decide(sun, asked.id, "approval")
    assert refused.status_code == 403
    assert "Nobody approves what he wants to send himself" in text_of(refused)


def test_a_rejection_needs_its_why_and_the_agent_reads_it(desk, case, waiting, as_):
    sun = as_(desk.sun)
    assert decide(sun, waiting, "rejection", reason=" ").status_code == 422
    decide(sun, waiting, "rejection", reason="Not before <b>the audit</b>")
    page = text_of(as_(desk.mei).get(f"/conversations/{case.id}"))
    assert "Sun did not approve it: Not before &lt;b&gt;the audit&lt;/b&gt;" in page


def test_who_lost_the_conversation_is_not_told_how_it_ended(desk, case, waiting, as_):
    there = db.session.get_one(Conversation, case.id)
    transfer.transfer(there, to=desk.ken, by=desk.mei, note="", now=utcnow())
    commit()
    for agent in (desk.mei, desk.ken):
        page = text_of(as_(agent).get(f"/conversations/{case.id}"))
        assert 'class="sb-approval"' not in page
    left = decide(as_(desk.sun), waiting, "approval")
    assert left.status_code == 409
    assert "does not hold this conversation any more" in text_of(left)


def test_alerts_lead_to_where_something_can_be_done(desk, case, waiting, as_):
    page = text_of(as_(desk.sun).get("/alerts"))
    assert "Mei asks for a second pair of eyes" in page
    assert 'href="/risk/approvals"' in page
    decide(as_(desk.sun), waiting, "approval")
    page = text_of(as_(desk.mei).get("/alerts"))
    assert "Sun approved your message" in page
    assert f'href="/conversations/{case.id}"' in page


def test_a_stopped_file_is_not_kept(desk, case, frozen, as_, settings, tmp_path):
    from io import BytesIO  # noqa: PLC0415

    before = stored(settings)
    mei = as_(desk.mei)
    asked = mei.post(url(case), {"text": PAY, "files": (BytesIO(b"paid"), "receipt.txt")})
    assert asked.status_code == 409
    assert "Attach again: receipt.txt" in text_of(asked)
    assert stored(settings) == before


def stored(settings):
    return sorted(str(path) for path in (settings.data / "media").rglob("*") if path.is_file())


def test_a_toast_calls_whoever_is_asked_and_then_whoever_asked(desk, case, waiting, as_):
    sun, mei = as_(desk.sun), as_(desk.mei)
    assert "Mei asks for a second pair of eyes" in news(sun)
    assert 'data-url="/risk/approvals"' in news(sun)
    assert "data-call" not in news(as_(desk.olga))  # owners are asked where nobody supervises
    decide(sun, waiting, "approval")
    assert "data-call" not in news(sun)
    assert "Sun approved your message" in news(mei)
    assert "Maria" not in news(mei)  # a customer's name is said to who has chosen so


def news(browser):
    return text_of(browser.get("/alerts/news?since=1"))


@pytest.fixture
def failed(desk, case, words):
    """Mei's message failed, and the words in it need a second pair of eyes since."""
    (message,) = answer(case, REFUND, by=desk.mei, now=utcnow())
    messages.failed(message, "Telegram is away", now=utcnow())
    commit()
    words("Payments", "refund", four_eyes=True)
    return message.id


def test_a_second_try_that_was_approved_goes_by_its_own_button_or_by_retry(
    desk, case, failed, as_, look
):
    mei, retry = as_(desk.mei), f"/conversations/{case.id}/messages/{failed}/retry"
    assert mei.post(retry, htmx=True).status_code == 409
    assert state(look, failed) == "failed"
    decide(as_(desk.sun), attempt(look)[0], "approval")
    page = text_of(mei.get(f"/conversations/{case.id}"))
    assert f'action="{retry}"' in page[page.index('id="approval"') :]
    assert mei.post(retry, htmx=True).status_code == 200
    assert state(look, failed) == "waiting"


def state(look, number):
    with look() as rows:
        return rows.get_one(Message, number).state
