"""Reasons: their words are found however they are spelt, and rarely where they do not belong."""

import time
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import func, select

from support import (
    conversations,
    escalation,
    groups,
    live,
    messages,
    reactions,
    reasons,
    suggestions,
)
from support.db import commit, db
from support.models import (
    Conversation,
    Event,
    EventKind,
    Handover,
    Note,
    Phrase,
    Suggestion,
)
from support.reasons.fold import SIMPLIFIED, TRADITIONAL, fold
from support.reasons.matching import Ready
from support.reasons.phrase import fold_phrase, pattern, read
from support.reasons.repeats import likeness
from support.refusals import (
    BadChoice,
    DismissalWhyMissing,
    GroupUnfit,
    PhraseFamilyUnknown,
    PhraseTaken,
    PhraseTooLong,
    PhraseTooShort,
    ReasonNameTaken,
    SuggestionSettled,
    TextTooLong,
)
from tests.factories import START, later, numbers, person

CORPORA = Path(__file__).parent / "corpora"


@cache
def shipped():
    """Make the shipped phrases ready, once."""
    return Ready(
        (key, "suggest", pattern(compared, written))
        for key, phrases in reasons.shipped_phrases().items()
        for written, compared in phrases
    )


def found(text):
    """Return the keys of the shipped reasons that a text points to."""
    return {match.reason_id for match in shipped().met_in(text)}


def occurs(phrase, text):
    return pattern(fold_phrase(phrase), phrase).found_in(read(text))


def is_chinese(text):
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


def lines(name):
    return (CORPORA / name).read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("corpus", ["clean.txt", "earlier_clean.txt"])
def test_the_clean_corpus_raises_three_suggestions_at_most(corpus):
    clean = lines(corpus)
    assert len(clean) == 300
    assert sum(map(is_chinese, clean)) == 150
    raised = [text for text in clean if found(text)]
    assert len(raised) <= 3, raised


@pytest.mark.parametrize("corpus", ["true.txt", "earlier_true.txt"])
def test_the_true_corpus_is_caught_and_for_the_right_reason(corpus):
    """How far this says anything about text not seen before: decision 0009."""
    true = [line.split("|", 1) for line in lines(corpus)]
    assert len(true) == 100
    assert sum(is_chinese(text) for _, text in true) == 50
    missed = [text for key, text in true if key not in found(text)]
    assert len(missed) <= 5, missed


@pytest.mark.parametrize(
    "text",
    [
        "I WANT TO COMPLAIN",
        "i want\u200b to com\u200dplain",
        "\uff29 \uff57\uff41\uff4e\uff54 to complain",
        "i  want   to\ncomplain".replace("\n", " "),
        "我要投 诉",
        "我要投\u200b诉",
        "我要投訴",
    ],
)
def test_words_are_found_however_they_are_spelt(text):
    assert "complaint" in found(text)


@pytest.mark.parametrize("text", ["", "   ", "😀", "/start", "complainant"])
def test_nothing_is_found_in_nothing(text):
    assert found(text) == set()


def test_a_gap_stays_within_a_sentence():
    assert occurs("bot … broken", "the bot is quite broken")
    assert not occurs("bot … broken", "nice bot. The screen of my phone is broken")
    assert not occurs("bot … broken", "the bottle is broken")


def test_a_star_stands_for_any_ending_and_a_bar_for_either_word():
    assert occurs("lawyer*|solicitor", "my LAWYERS")
    assert occurs("lawyer*|solicitor", "a solicitor")
    assert not occurs("lawyer*|solicitor", "solicitors")
    assert occurs("unauthori* login", "an unauthorised login")


def test_a_plus_joins_what_stands_anywhere_in_the_message():
    assert occurs("deposit + nothing", "Nothing here. I made a deposit!")
    assert not occurs("deposit + nothing", "I made a deposit")


def test_a_sentence_with_what_is_left_out_does_not_count():
    assert occurs("complain* -dont", "I want to complain")
    assert not occurs("complain* -dont", "I don't want to complain")
    assert occurs("complain* -dont", "You don't answer. I want to complain")
    assert not occurs("complain* -not_a", "this is not a complaint")


def test_a_family_stands_for_each_of_its_words():
    assert occurs("<not> … received", "I haven't ever received it")
    assert not occurs("<not> … received", "I received it")
    with pytest.raises(PhraseFamilyUnknown):
        fold_phrase("<nonsense> received")
    assert all(words for words in reasons.families().values())


def test_words_side_by_side_are_joined_by_a_line():
    assert occurs("last_night|today", "since last night")
    assert not occurs("last_night|today", "the last warm night")
    assert occurs("发到 … b站", "发到B站")


def test_a_letter_typed_twice_counts_once():
    assert occurs("arrived", "it has not arived")
    assert occurs("stop", "STOOOP")
    assert not occurs("1000", "10")


def test_both_scripts_of_chinese_are_one_spelling():
    assert len(TRADITIONAL) == len(SIMPLIFIED)
    assert fold("帳號被盜") == fold("账号被盗")


def test_a_hostile_text_is_searched_quickly():
    assert not occurs("a* … a* … ab", "a " * 2_000)


def test_a_message_is_searched_in_a_moment():
    texts = lines("clean.txt")
    shipped().met_in("".join(texts))
    start = time.process_time()
    for text in texts:
        shipped().met_in(text)
    assert (time.process_time() - start) / len(texts) < 0.001


@pytest.mark.parametrize(
    "text", ["", "…", "ab", "投", "*", "|", "… a …", "+", "a + b", "-refund", "-"]
)
def test_a_phrase_that_fits_nearly_everything_is_refused(text):
    with pytest.raises(PhraseTooShort):
        fold_phrase(text)


def test_an_endless_phrase_is_refused():
    for text in ("word " * 60, "aa … bb … cc … dd"):
        with pytest.raises(PhraseTooLong):
            fold_phrase(text)


def test_every_project_begins_with_the_shipped_reasons(desk, wallet):
    listed = reasons.listed(wallet)
    assert [one.key for one in listed] == [one.key for one in reasons.REASONS]
    assert all(one.try_first and one.when_to and one.phrases for one in listed)
    reasons.seed(wallet)
    assert len(reasons.listed(wallet)) == len(listed)


def test_shipped_phrases_are_of_both_languages():
    for key, phrases in reasons.shipped_phrases().items():
        chinese = sum(is_chinese(written) for written, _ in phrases)
        assert chinese >= 5, key
        assert len(phrases) - chinese >= 5, key


def test_a_project_changes_its_list_and_the_words_count_at_once(desk, wallet, sun):
    reason = reasons.create(wallet, "Tax office", by=sun, now=START, when_to="always")
    assert reasons.matches(wallet, "the TAX inspector called") == []
    reasons.set_phrases(wallet, reason, ["tax inspector*", " "], by=sun, now=START)
    assert [match.reason_id for match in reasons.matches(wallet, "the TAX inspector called")] == [
        reason.id
    ]
    reasons.set_phrases(wallet, reason, ["auditor*"], by=sun, now=START)
    assert reasons.matches(wallet, "the tax inspector called") == []
    reasons.remove(wallet, reason, by=sun, now=START)
    assert reasons.matches(wallet, "the auditors called") == []
    assert reason not in reasons.listed(wallet)


def test_another_projects_words_do_not_count(desk, wallet, sun):
    reason = reasons.create(wallet, "Tax office", by=sun, now=START)
    reasons.set_phrases(wallet, reason, ["tax inspector"], by=sun, now=START)
    assert reasons.matches(desk.market, "tax inspector") == []


def test_a_bad_change_is_refused(desk, wallet, sun):
    first, second = reasons.listed(wallet)[:2]
    foreign = groups.create(desk.market, "Market", by=desk.olga, now=START)
    for values, refusal in (
        ({"name": second.name.upper()}, ReasonNameTaken),
        ({"mode": "shout"}, BadChoice),
        ({"tier": "standard"}, BadChoice),
        ({"group": foreign}, GroupUnfit),
        ({"when_to": "x" * 5_000}, TextTooLong),
    ):
        with pytest.raises(refusal):
            reasons.change(wallet, first, by=sun, now=START, **values)
    with pytest.raises(PhraseTaken):
        reasons.set_phrases(wallet, first, ["so bad", "So  BAD"], by=sun, now=START)
    with pytest.raises(TypeError):
        reasons.change(wallet, first, by=sun, now=START, key="x")


def test_what_was_changed_is_recorded_and_an_edited_text_is_the_projects_own(desk, wallet, sun):
    reason = reasons.listed(wallet)[0]
    reasons.change(wallet, reason, by=sun, now=START, mode="auto")
    assert reason.edited_at is None
    reasons.change(wallet, reason, by=sun, now=later(minutes=1), name="Bot is down")
    assert reason.edited_at == later(minutes=1)
    events = db.session.scalars(select(Event).where(Event.kind == EventKind.REASON_CHANGED)).all()
    assert [event.data["changed"] for event in events] == [
        {"mode": ["suggest", "auto"]},
        {"name": ["Bot malfunction", "Bot is down"]},
    ]


def test_phrases_that_stay_keep_their_rows(desk, wallet, sun):
    reason = reasons.listed(wallet)[0]
    texts = [phrase.text for phrase in reason.phrases]
    ids = {phrase.id for phrase in reason.phrases}
    reasons.set_phrases(wallet, reason, [*texts[1:], "brand new phrase"], by=sun, now=START)
    assert len({phrase.id for phrase in reason.phrases} & ids) == len(texts) - 1
    gone = (Phrase.reason_id == reason.id, Phrase.text == texts[0])
    assert db.session.scalar(select(func.count(Phrase.id)).where(*gone)) == 0


# What follows from a customer's words.


def write(project, text, *, now=START):
    incoming = messages.Incoming(person=person(), telegram_id=next(numbers), at=now, text=text)
    return reactions.receive(project, incoming, now=now)


def of(message):
    return db.session.get_one(Conversation, message.conversation_id)


def raised():
    return db.session.scalars(select(Suggestion).order_by(Suggestion.id)).all()


def test_a_message_that_matches_raises_a_suggestion(desk, wallet):
    message = write(wallet, "I want to complain")
    (suggestion,) = raised()
    assert (suggestion.kind, suggestion.reason.key) == ("escalate", "complaint")
    assert suggestion.message_id == message.id
    assert suggestion.seq > message.seq
    assert suggestions.standing(of(message)) == [suggestion]


def test_a_harmless_message_raises_nothing(desk, wallet):
    write(wallet, "How long does a withdrawal take?")
    assert raised() == []


def test_the_same_reason_is_proposed_once_while_it_stands(desk, wallet):
    write(wallet, "I want to complain")
    write(wallet, "my lawyer will call you")
    assert len(raised()) == 1


def test_a_repeat_of_the_same_update_proposes_nothing(desk, wallet):
    message = write(wallet, "I want to complain")
    again = messages.Incoming(
        person=person(), telegram_id=message.telegram_id, at=START, text="I want to complain"
    )
    assert reactions.receive(wallet, again, now=START) is None
    assert len(raised()) == 1


def test_edited_words_count_as_written(desk, wallet):
    message = write(wallet, "hello")
    reactions.edited(wallet, message, "I want to complain", [], at=START, now=later(minutes=1))
    assert [one.message_id for one in raised()] == [message.id]


def test_a_dismissal_says_why_and_keeps_the_phrase_quiet(desk, wallet, mei):
    conversation = of(write(wallet, "I want to complain"))
    (suggestion,) = raised()
    with pytest.raises(DismissalWhyMissing):
        suggestions.dismiss(suggestion, why=" ", by=mei, now=START)
    suggestions.dismiss(suggestion, why="a joke", by=mei, now=START)
    assert (suggestion.outcome, suggestion.why, suggestion.by_id) == ("dismissed", "a joke", mei.id)
    write(wallet, "I want to complain!!")
    assert suggestions.standing(conversation) == []
    write(wallet, "my lawyer will call you")
    assert len(suggestions.standing(conversation)) == 1


def test_a_suggestion_is_settled_once(desk, wallet, mei, sun):
    write(wallet, "I want to complain")
    (suggestion,) = raised()
    suggestions.dismiss(suggestion, why="a joke", by=mei, now=START)
    with pytest.raises(SuggestionSettled):
        suggestions.dismiss(suggestion, why="no joke", by=sun, now=START)
    assert suggestion.why == "a joke"


def test_a_suggestion_that_is_agreed_to_is_taken_once(desk, wallet, mei, sun):
    conversation = of(write(wallet, "I want to complain"))
    (suggestion,) = raised()
    suggestions.take(suggestion, by=mei, now=later(minutes=1))
    assert (suggestion.outcome, suggestion.by_id) == ("taken", mei.id)
    assert suggestion.settled_at == later(minutes=1)
    with pytest.raises(SuggestionSettled):
        suggestions.take(suggestion, by=sun, now=later(minutes=2))
    kinds = select(Event.kind).where(Event.conversation_id == conversation.id).order_by(Event.seq)
    assert list(db.session.scalars(kinds))[-1] == EventKind.SUGGESTION_TAKEN


def test_an_escalation_takes_what_was_proposed(desk, wallet, mei, sun):
    groups.offer(wallet, by=desk.olga, now=START)
    live.seen(mei.id, now=START)
    conversation = of(write(wallet, "I want to complain"))
    if conversation.assignee_id is None:
        conversations.take(conversation, by=mei, now=START)
    holder = conversation.assignee
    escalation.escalate(
        conversation,
        reason=raised()[0].reason,
        group=groups.in_project(wallet.id)[1],
        account=escalation.Account("a", "b", "c"),
        by=holder,
        now=later(minutes=1),
    )
    (suggestion,) = raised()
    assert (suggestion.outcome, suggestion.by_id) == ("taken", holder.id)


def test_a_project_may_escalate_by_itself_and_the_note_quotes_the_trigger(desk, wallet, sun):
    groups.offer(wallet, by=desk.olga, now=START)
    complaint = next(one for one in reasons.listed(wallet) if one.key == "complaint")
    reasons.change(wallet, complaint, by=sun, now=START, mode="auto")
    live.seen(sun.id, now=START)
    conversation = of(write(wallet, "I want to complain about your fees"))
    commit()
    handover = db.session.scalar(select(Handover).where(Handover.kind == "escalation"))
    assert (handover.by_id, handover.reason_id) == (None, complaint.id)
    assert handover.note.text == "“I want to complain about your fees”"
    assert handover.note.agent_id is None
    assert (conversation.assignee_id, conversation.tier) == (sun.id, "urgent")
    assert [one.outcome for one in raised()] == ["taken"]


def test_without_a_higher_group_it_stays_a_suggestion(desk, wallet, sun):
    complaint = next(one for one in reasons.listed(wallet) if one.key == "complaint")
    reasons.change(wallet, complaint, by=sun, now=START, mode="auto")
    conversation = of(write(wallet, "I want to complain about your fees"))
    assert len(suggestions.standing(conversation)) == 1
    assert db.session.scalar(select(Note)) is None


def test_a_project_may_mark_urgent(desk, wallet, sun):
    security = next(one for one in reasons.listed(wallet) if one.key == "security")
    reasons.change(wallet, security, by=sun, now=START, mode="urgent")
    conversation = of(write(wallet, "my account was hacked"))
    assert conversation.tier == "urgent"
    assert [one.kind for one in suggestions.standing(conversation)] == ["urgent"]


def test_three_near_identical_requests_in_a_day_are_one_too_many(desk, wallet):
    write(wallet, "Please waive the fee of my order", now=START)
    write(wallet, "please, waive the fee of my order!", now=later(hours=5))
    assert raised() == []
    write(wallet, "PLEASE waive the fees of my order...", now=later(hours=9))
    (suggestion,) = raised()
    assert (suggestion.kind, suggestion.reason.key) == ("repeat", "repeat")


def test_yesterdays_requests_and_short_ones_do_not_count(desk, wallet):
    write(wallet, "Please waive the fee of my order", now=START)
    write(wallet, "Please waive the fee of my order", now=later(hours=23))
    write(wallet, "Please waive the fee of my order", now=later(hours=25))
    for minute in range(4):
        write(wallet, "hello?", now=later(hours=26, minutes=minute))
    assert raised() == []


def test_repeats_are_found_in_chinese_too(desk, wallet):
    for minute in range(3):
        write(wallet, "请把手续费退给我" + "!" * minute, now=later(minutes=minute))
    assert [one.kind for one in raised()] == ["repeat"]


def test_likeness_is_of_letters_not_of_signs():
    assert likeness(fold("Where is it?"), fold("where is it")) == 1
    assert likeness(fold("Where is it?"), fold("thank you")) < 0.2
    assert likeness("", "") == 0


def test_an_endless_why_is_refused(desk, wallet, mei):
    write(wallet, "I want to complain")
    with pytest.raises(TextTooLong):
        suggestions.dismiss(raised()[0], why="x" * 256, by=mei, now=START)


def test_a_change_that_changes_nothing_is_not_recorded(desk, wallet, sun):
    reason = reasons.listed(wallet)[0]
    reasons.change(wallet, reason, by=sun, now=START, mode=reason.mode, group=None)
    assert db.session.scalar(select(Event).where(Event.kind == EventKind.REASON_CHANGED)) is None


def test_a_reason_may_name_its_group(desk, wallet, sun):
    groups.offer(wallet, by=desk.olga, now=START)
    technical = groups.create(wallet, "Technical", level=3, by=desk.olga, now=START)
    groups.set_members(technical, [desk.ken], by=desk.olga, now=START)
    reason = next(one for one in reasons.listed(wallet) if one.key == "bot")
    reasons.change(wallet, reason, by=sun, now=START, mode="auto", group=technical)
    conversation = of(write(wallet, "your bot is broken"))
    assert conversation.group is technical


def test_lists_that_are_kept_ready_do_not_grow_without_end(desk, wallet, sun, monkeypatch):
    monkeypatch.setattr("support.reasons.matching.KEPT", 1)
    assert reasons.matches(wallet, "I want to complain")
    assert reasons.matches(desk.market, "I want to complain")
    assert reasons.matches(wallet, "...") == []


def test_what_an_agent_or_a_closed_case_says_is_not_looked_at(desk, wallet, mei):
    message = write(wallet, "hello")
    conversation = of(message)
    conversations.take(conversation, by=mei, now=START)
    conversations.resolve(conversation, by=mei, now=START)
    reactions.edited(wallet, message, "I want to complain", [], at=START, now=later(minutes=1))
    assert raised() == []


def test_a_project_that_removed_the_reason_is_not_told_of_repeats(desk, wallet, sun):
    repeat = next(one for one in reasons.listed(wallet) if one.key == "repeat")
    reasons.remove(wallet, repeat, by=sun, now=START)
    for minute in range(3):
        write(wallet, "Please waive the fee of my order", now=later(minutes=minute))
    assert raised() == []
