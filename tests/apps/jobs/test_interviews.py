"""Practice, recordings, stories, sheets, debriefs: one's own, in order, nothing lost."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from pilothouse.apps.jobs.interview_models import PracticeAnswer
from pilothouse.apps.jobs.services import interview_recordings
from pilothouse.apps.jobs.services.applications import ApplicationDraft, begin_application
from pilothouse.apps.jobs.services.attention import list_attention
from pilothouse.apps.jobs.services.exporting import write_jobs
from pilothouse.apps.jobs.services.interview_answers import (
    AnswerDraft,
    ScoreDraft,
    change_text,
    get_answer,
    give_answer,
    score_answer,
    set_answer_deleted,
)
from pilothouse.apps.jobs.services.interview_bank import (
    add_question,
    get_question,
    set_question_deleted,
)
from pilothouse.apps.jobs.services.interview_debriefs import (
    AskedQuestion,
    DebriefDraft,
    list_debriefs,
    read_weights,
    save_debrief,
)
from pilothouse.apps.jobs.services.interview_examples import load_examples
from pilothouse.apps.jobs.services.interview_exporting import export_all, find_own
from pilothouse.apps.jobs.services.interview_matching import read_coverage
from pilothouse.apps.jobs.services.interview_practice import read_calibration, suggest_question
from pilothouse.apps.jobs.services.interview_recordings import (
    NewRecording,
    path_of,
    purge_recordings,
)
from pilothouse.apps.jobs.services.interview_sheets import (
    SheetDraft,
    prepare,
    save_sheet,
)
from pilothouse.apps.jobs.services.interview_stories import (
    StoryDraft,
    check_story,
    choose_acts,
    create_story,
    finish_story,
    get_story,
    list_stories,
    remember_figure,
    save_story,
    set_story_deleted,
)
from pilothouse.apps.jobs.services.postings import PostingDraft, save_posting
from pilothouse.apps.skills.services.levels import read_levels
from pilothouse.apps.skills.services.path import read_path
from pilothouse.apps.workspace.services.ledger import list_acts, record_act
from pilothouse.apps.workspace.services.search import MAX_SHELF, search, search_everything
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from tests.apps.jobs.interview_rows import LEVELS, SCORE, SCORES, STORY, WEBM
from tests.apps.makers import browser_of
from tests.builders import People

GOOD = next(each for each in load_examples() if each.key == "said-no-strong").text
PARTS = {"situation": "Last March.", "task": "Mine.", "action": "I said no.",
         "result": "Churn fell from 6.1 to 4.2 %.", "reflection": "I would ask first."}  # fmt: skip


def practise(access: Any, text: str = GOOD, level: int = 3) -> Any:
    made = give_answer(access, AnswerDraft("said-no", text, 90))
    return score_answer(access, made.public_id, ScoreDraft(dict.fromkeys(LEVELS, level)))


def test_the_rules_stay_hidden_until_the_person_has_scored(people: People):
    alice = browser_of(people.alice)
    answer = alice.post("/jobs/interviews/questions/said-no/", {"text": GOOD, "began": ""})
    page = alice.get(answer["Location"])
    assert b"Score it yourself" in page.content
    for hidden in (b"Something is given up", b"Not found", b"For 4:", b"What a strong answer"):
        assert hidden not in page.content
    shown = alice.post(answer["Location"], SCORE, follow=True)
    assert b"Something is given up" in shown.content
    assert b"Says also what would change the choice" in shown.content


def test_a_score_is_given_once_and_keeps_the_rules_of_its_moment(people: People):
    scored = practise(people.alice)
    assert scored.rule_levels["tradeoffs"] == 4
    assert scored.judgement is not None
    with pytest.raises(ConflictError, match="scored already"):
        score_answer(people.alice, scored.public_id, ScoreDraft(LEVELS))
    with pytest.raises(ConflictError):
        change_text(people.alice, scored.public_id, "Better.")


@pytest.mark.parametrize(
    ("levels", "told"),
    [
        ({}, "still to be scored: Trade-offs"),
        ({**LEVELS, "tradeoffs": 5}, "a level is 1 to 4"),
        ({**LEVELS, "business": 2}, "not scored by that"),
    ],
)
def test_a_score_that_cannot_be_is_refused_and_nothing_is_lost(
    people: People, levels: dict[str, int], told: str
):
    made = give_answer(people.alice, AnswerDraft("said-no", GOOD))
    with pytest.raises(InvalidValueError, match=told):
        score_answer(people.alice, made.public_id, ScoreDraft(levels))
    assert not get_answer(people.alice, made.public_id).is_scored


def test_a_form_without_all_levels_keeps_what_was_typed(people: People):
    alice = browser_of(people.alice)
    made = give_answer(people.alice, AnswerDraft("said-no", GOOD))
    url = f"/jobs/interviews/answers/{made.public_id}/"
    page = alice.post(url, SCORES | {"level-metrics": "", "note": "Shorter."})
    assert page.status_code == 400
    assert b"still to be scored: Metrics" in page.content
    assert b"Shorter." in page.content
    assert page.content.count(b'value="2" checked') == 3


@pytest.mark.parametrize("text", ["It went fine.", "very important " * 60, "no " * 300])
def test_poor_answers_get_no_level(people: People, text: str):
    scored = practise(people.alice, text)
    assert scored.rule_levels == {}
    assert scored.judgement is not None
    assert scored.judgement.gate is not None
    assert read_calibration(people.alice).overall is None


def test_the_act_tells_neither_question_nor_level_and_counts_for_the_path(people: People):
    for _ in range(5):
        practise(people.alice)
    acts = [a for a in list_acts(people.alice) if a.kind == "interview-question.practised"]
    assert len(acts) == 5
    assert set(acts[0].facts) == {"competency", "type", "words", "judged", "context"}
    path = read_path(people.alice, read_levels(people.alice))
    rule = next(r for s in path.steps for r in s.rules if "questions practised" in r.words)
    assert rule.is_met


def test_nobody_else_sees_anything(people: People):
    scored = practise(people.alice)
    with pytest.raises(NotFoundError):
        get_answer(people.bob, scored.public_id)
    assert find_own(people.alice, "sales director")
    assert not [hit for hit in find_own(people.bob, "sales director") if hit.kind == "answer"]
    assert export_all(people.bob)["answers"] == []


def test_an_answer_comes_back(people: People):
    scored = practise(people.alice)
    set_answer_deleted(people.alice, scored.public_id, is_deleted=True)
    with pytest.raises(NotFoundError):
        get_answer(people.alice, scored.public_id)
    set_answer_deleted(people.alice, scored.public_id, is_deleted=False)
    assert get_answer(people.alice, scored.public_id).text == GOOD


# --- Recordings -----------------------------------------------------------------------------------


def test_a_recording_is_a_private_file_that_can_be_heard_and_deleted(
    people: People, django_capture_on_commit_callbacks: Any
):
    alice, bob = browser_of(people.alice), browser_of(people.bob)
    sound = SimpleUploadedFile("x.webm", WEBM, "text/html")
    answer = alice.post("/jobs/interviews/questions/said-no/", {"text": "", "recording": sound})
    view = get_answer(people.alice, answer["Location"].split("/")[-2])
    recording = view.recordings[0]
    path = path_of(recording.public_id)
    assert path.parent == settings.CONFIGURATION.data / "recordings"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    url = f"/jobs/interviews/recordings/{recording.public_id}/"
    heard = alice.get(url)
    assert (heard.content, heard["Content-Type"]) == (WEBM, "audio/webm")
    assert heard["X-Content-Type-Options"] == "nosniff"
    assert bob.get(url).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        assert bob.post(f"{url}delete/").status_code == 404
        alice.post(f"{url}delete/")
    assert not path.exists()
    assert alice.get(url).status_code == 404


def test_a_recording_is_added_on_the_page_of_an_answer_until_it_is_scored(people: People):
    made = give_answer(people.alice, AnswerDraft("said-no", GOOD, None, None))
    alice, url = browser_of(people.alice), f"/jobs/interviews/answers/{made.public_id}/"

    def add(*sound: bytes) -> Any:
        files = [SimpleUploadedFile("x.webm", each) for each in sound]
        return alice.post(url, {"do": "recording", "recording": files})

    assert add(WEBM).status_code == 302
    assert alice.get(url).content.count(b"<audio") == 1
    for refused, words in (((), "choose one"), ((b"",), "choose one"), ((b"<html>",), "WebM")):
        answer = add(*refused)
        assert (answer.status_code, words in answer.content.decode()) == (400, True)
    score_answer(people.alice, made.public_id, ScoreDraft(LEVELS))
    assert add(WEBM).status_code == 400
    assert len(get_answer(people.alice, made.public_id).recordings) == 1


def test_recordings_of_a_deleted_answer_go_after_a_week(
    people: People, django_capture_on_commit_callbacks: Any
):
    made = give_answer(people.alice, AnswerDraft("said-no", "No.", None, NewRecording([WEBM])))
    recording = made.recordings[0]
    url = f"/jobs/interviews/recordings/{recording.public_id}/"
    set_answer_deleted(people.alice, made.public_id, is_deleted=True)
    assert browser_of(people.alice).get(url).status_code == 404
    assert purge_recordings(timezone.now() + timedelta(days=6)) == 0
    set_answer_deleted(people.alice, made.public_id, is_deleted=False)
    assert browser_of(people.alice).get(url).status_code == 200
    assert purge_recordings(timezone.now() + timedelta(days=90)) == 0
    set_answer_deleted(people.alice, made.public_id, is_deleted=True)
    with django_capture_on_commit_callbacks(execute=True):
        assert purge_recordings(timezone.now() + timedelta(days=8)) == 1
    assert not path_of(recording.public_id).exists()


@pytest.mark.parametrize("body", [b"", b"<html>", b"RIFF" + b"\0" * 20, b"\x00" * 3])
def test_what_is_no_recording_is_refused(people: People, body: bytes):
    with pytest.raises(InvalidValueError, match="WebM, Ogg or MP4"):
        give_answer(people.alice, AnswerDraft("said-no", "a", None, NewRecording([body])))
    assert not PracticeAnswer.objects.exists()
    folder = settings.CONFIGURATION.data / "recordings"
    assert not folder.exists() or not list(folder.iterdir())


def test_a_recording_too_large_is_refused(people: People, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(interview_recordings, "MAX_BYTES", 100)
    with pytest.raises(InvalidValueError, match="at most"):
        give_answer(people.alice, AnswerDraft("said-no", "a", None, NewRecording([WEBM, WEBM])))


def test_only_the_page_of_practice_may_use_the_microphone(people: People):
    alice = browser_of(people.alice)
    practice = alice.get("/jobs/interviews/questions/said-no/")
    assert "microphone=(self)" in practice["Permissions-Policy"]
    assert "media-src 'self' blob:" in practice["Content-Security-Policy"]
    for path in ("/jobs/interviews/", "/jobs/", "/skills/", "/login/", "/api/v1/me"):
        answer = alice.get(path)
        assert "microphone=()" in answer["Permissions-Policy"], path
        assert "media-src" not in answer["Content-Security-Policy"], path


# --- What is next ---------------------------------------------------------------------------------


def test_practice_passes_from_type_to_type_and_real_interviews_steer_it(people: People):
    now = timezone.now()
    first = suggest_question(people.alice, now)
    assert first.question.kind == "product-design"
    practise(people.alice)
    asked = AskedQuestion("", "strategy", 1, "price-war")
    save_debrief(people.alice, DebriefDraft("Acme", date(2026, 11, 23), questions=[asked]))
    assert read_weights(people.alice).of("price-war", "strategy") == 5.0
    assert suggest_question(people.alice, now).question.key == "price-war"
    later = suggest_question(people.alice, now + timedelta(days=30))
    assert (later.question.key, "due again" in later.why) == ("said-no", True)


def test_calibration_counts_what_both_judged(people: People):
    practise(people.alice, level=4)
    view = read_calibration(people.alice)
    assert view.overall is not None
    assert view.overall.n == 4
    assert view.overall.bias > 0


# --- Stories --------------------------------------------------------------------------------------


def test_a_number_without_an_act_is_named_and_one_with_an_act_holds(people: People):
    alice = people.alice
    story = create_story(alice, StoryDraft("The export", PARTS, ["C14"]))
    words = [each.words for each in check_story(alice, story).unsupported]
    assert any("4.2 % stands in none of the acts chosen" in each for each in words)
    with pytest.raises(InvalidValueError, match="Result: “Churn fell"):
        finish_story(alice, story.public_id)
    act = record_act(alice, "reading.taken", "metric", "m", {"before": 0.061, "value": 0.042})
    choose_acts(alice, story.public_id, add=[act.sequence])
    whole = finish_story(alice, story.public_id)
    assert whole.is_whole
    save_story(alice, story.public_id, StoryDraft("The export", PARTS | {"mine": "All."}))
    assert not get_story(alice, story.public_id).is_whole
    assert "interview-story.checked" in {each.kind for each in list_acts(alice)}


def test_a_number_from_memory_is_said_to_be_and_days_are_not_asked_for(people: People):
    alice = people.alice
    parts = PARTS | {"situation": "In March 2024 at 14:30.", "result": "We built 5 of 41."}
    story = create_story(alice, StoryDraft("The export", parts, memory=["41"]))
    check = check_story(alice, story)
    assert [each.figure for each in check.unsupported] == ["5"]
    remember_figure(alice, story.public_id, "5", is_remembered=True)
    whole = finish_story(alice, story.public_id)
    assert [each.figure for each in check_story(alice, whole).from_memory] == ["5", "41"]
    act = next(a for a in list_acts(alice) if a.kind == "interview-story.checked")
    assert (act.facts["figures"], act.facts["from_memory"]) == (2, 2)
    remember_figure(alice, story.public_id, "5", is_remembered=False)
    assert not check_story(alice, get_story(alice, story.public_id)).is_whole


def test_an_empty_part_is_named(people: People):
    story = create_story(people.alice, StoryDraft("Begun", {"task": "Mine."}))
    with pytest.raises(InvalidValueError, match="still empty: Situation, Action"):
        finish_story(people.alice, story.public_id)


def test_a_story_begins_from_an_act(people: People, product: Any):
    alice = browser_of(people.alice)
    facts = {"title": "Keep the trial at 14 days", "options": 3}
    act = record_act(people.alice, "decision.decided", "decision", "d", facts, product=product)
    record_act(people.alice, "item.created", "item", "i", {"title": "Paint it blue"})
    page = alice.get("/jobs/interviews/stories/").content.decode()
    assert "Keep the trial at 14 days" in page
    assert "Paint it blue" not in page
    begun = alice.get(f"/jobs/interviews/stories/new/?act={act.sequence}").content.decode()
    assert "Beacon." in begun
    form = STORY | {"title": "The trial", "act": str(act.sequence)}
    assert alice.post("/jobs/interviews/stories/new/", form).status_code == 302
    assert list_stories(people.alice)[0].acts == (act.sequence,)
    page = alice.get("/jobs/interviews/stories/").content.decode()
    assert "Keep the trial at 14 days" not in page
    url = f"/jobs/interviews/stories/new/?act={act.sequence}"
    assert browser_of(people.bob).get(url).status_code == 404
    refused = alice.post("/jobs/interviews/stories/new/", STORY | {"act": "99999"})
    assert refused.status_code == 400
    assert b"no such act" in refused.content


def test_two_windows_do_not_overwrite_each_other(people: People):
    alice = browser_of(people.alice)
    story = create_story(people.alice, StoryDraft("S", PARTS))
    url = f"/jobs/interviews/stories/{story.public_id}/"
    assert alice.post(url, STORY | {"base": "1", "title": "Newer"}).status_code == 302
    page = alice.post(url, STORY | {"base": "1", "part-task": "Typed here."})
    assert page.status_code == 400
    assert b"changed elsewhere" in page.content
    assert b"Typed here." in page.content


def test_questions_without_a_story_come_first(people: People):
    create_story(people.alice, StoryDraft("No to sales", PARTS, ["C06", "C14"]))
    covered = read_coverage(people.alice)
    assert not covered[0].fits
    fits = {each.question.key: each.fits for each in covered}
    assert fits["said-no"][0].reasons[0] == (
        "shows prioritisation and trade-offs and stakeholders, influence, negotiation"
    )
    assert len(covered) == 40


# --- Preparation and debriefs ---------------------------------------------------------------------


def test_a_sheet_gathers_what_a_posting_makes_likely(people: People):
    text = (
        "Product manager for pricing. You run A/B tests, talk to stakeholders and own the roadmap."
    )
    posting = save_posting(people.alice, PostingDraft(text, company="Acme"))
    sheet = save_sheet(people.alice, SheetDraft("Acme", posting_id=posting.public_id))
    prepared = prepare(people.alice, sheet)
    assert 6 <= len(prepared.likely) <= 12
    assert all(each.why for each in prepared.likely)
    assert max(sum(a.question.kind == b.question.kind for b in prepared.likely)
               for a in prepared.likely) <= 3  # fmt: skip
    assert any("“a/b tests”" in reason for each in prepared.likely for reason in each.why)
    asked = AskedQuestion("Tell me of a no", "behavioural", 2, "said-no")
    save_debrief(people.alice, DebriefDraft("acme ", date(2026, 11, 23), questions=[asked]))
    first = prepare(people.alice, sheet).likely[0]
    assert (first.question.key, first.why[0]) == ("said-no", "this company asked you before")
    assert any("two questions to ask" in each for each in prepared.missing)
    assert prepare(people.alice, save_sheet(people.alice, SheetDraft("Beta"))).likely[1:] == ()


def test_a_posting_of_somebody_else_cannot_be_put_on_a_sheet(people: People):
    posting = save_posting(people.bob, PostingDraft("Product manager wanted at Acme."))
    with pytest.raises(NotFoundError):
        save_sheet(people.alice, SheetDraft("Acme", posting_id=posting.public_id))


def test_questions_of_a_debrief_can_be_practised_and_stand_at_the_application(people: People):
    asked = AskedQuestion("Why did you leave the bakery?", "behavioural", 2)
    application = begin_application(people.alice, ApplicationDraft("PM", "Acme"))
    draft = DebriefDraft(
        "Acme", date(2026, 11, 23), application_id=application.public_id, questions=[asked],
        learn="Shorter.",
    )  # fmt: skip
    made = save_debrief(people.alice, draft)
    key = made.questions[0].key
    assert get_question(people.alice, key).text == "Why did you leave the bakery?"
    again = save_debrief(people.alice, replace(draft, questions=made.questions), made.public_id)
    assert again.questions[0].key == key
    page = browser_of(people.alice).get(f"{application.url}?part=interviews").content
    assert made.page.encode() in page
    with pytest.raises(NotFoundError):
        get_question(people.bob, key)
    assert list_debriefs(people.alice, "other") == []
    with pytest.raises(NotFoundError):
        save_debrief(people.bob, draft)


def test_a_debrief_form_names_the_day_it_cannot_read_and_keeps_the_lines(people: People):
    form = {"company": "Acme", "held_on": "yesterday", "asked": ["Why?", "How so then?"],
            "asked_kind": ["behavioural"] * 2, "asked_went": ["2", "9"], "asked_key": ["", ""],
            "asked_was": ["", ""]}  # fmt: skip
    page = browser_of(people.alice).post("/jobs/interviews/debriefs/new/", form)
    assert page.status_code == 400
    assert b"a day is written as year-month-day" in page.content
    assert b"How so then?" in page.content


def test_the_search_of_the_workspace_finds_them_for_their_person_alone(people: People):
    story = create_story(people.alice, StoryDraft("The zebra export", PARTS))
    save_sheet(people.alice, SheetDraft("Zebra Ltd"))
    save_debrief(people.alice, DebriefDraft("Zebra Ltd", date(2026, 11, 23)))
    kinds = {hit.kind for hit in search(people.alice, "zebra")}
    assert kinds == {"interview-story", "interview-sheet", "interview-debrief"}
    assert search(people.bob, "zebra") == []
    set_story_deleted(people.alice, story.public_id, is_deleted=True)
    assert len(search(people.alice, "zebra")) == 2
    set_story_deleted(people.alice, story.public_id, is_deleted=False)
    assert len(search(people.alice, "zebra")) == 3


def test_today_tells_of_the_interview_that_comes_and_the_debrief_that_lacks(
    people: People, product: Any
):
    day = date(2026, 11, 23)
    for name, held_on in (
        ("Soon", day + timedelta(days=2)),
        ("Later", day + timedelta(days=20)),
        ("Was", day - timedelta(days=2)),
        ("Told", day - timedelta(days=3)),
    ):
        save_sheet(people.alice, SheetDraft(name, held_on=held_on))  # fmt: skip
    save_debrief(people.alice, DebriefDraft("told", day - timedelta(days=3)))
    found = list_attention(people.alice, product, day)
    assert [each.sentence for each in found] == [
        "Interview at Was without a debrief", "Interview at Soon on 25 Nov 2026",
    ]  # fmt: skip
    assert list_attention(people.bob, product, day) == []


def test_a_sheet_shows_whom_one_knows_there(people: People):
    from pilothouse.apps.people.services.contacts import ContactDraft, create_contact

    create_contact(people.alice, ContactDraft(name="Ina Berg", company="Acme"))
    sheet = save_sheet(people.alice, SheetDraft("Acme"))
    assert [each.name for each in prepare(people.alice, sheet).known] == ["Ina Berg"]


def test_acts_of_interviews_are_seen_by_their_person_alone(people: People):
    practise(people.alice)
    save_debrief(people.alice, DebriefDraft("Acme", date(2026, 11, 23)))
    mine = {act.kind for act in list_acts(people.alice)}
    assert {"interview-question.practised", "job-interview.debriefed"} <= mine
    assert not {act.kind for act in list_acts(people.bob)} & {
        "interview-question.practised", "job-interview.debriefed",
    }  # fmt: skip


def test_the_same_own_question_is_kept_once(people: People):
    one = add_question(people.alice, "ai", "How would you test a poem?")
    assert add_question(people.alice, "ai", " How would you  test a poem? ").key == one.key


def test_the_export_of_a_workspace_holds_interviews_of_who_is_alone(
    people: People, tmp_path: Path, product: Any
):
    practise(people.alice)
    write_jobs([product], tmp_path)
    assert "interview_answers" not in (tmp_path / "jobs.json").read_text()
    from tests.builders import make_product

    give_answer(people.charlie, AnswerDraft("said-no", "I said no."))
    write_jobs([make_product(people.charlie)], tmp_path)
    body = json.loads((tmp_path / "jobs.json").read_text())[0]
    assert [each["text"] for each in body["interview_answers"]] == ["I said no."]


def test_the_search_of_the_workspace_finds_questions_of_the_bank_and_own_ones(people: People):
    own = add_question(people.alice, "behavioural", "When did a zebra change your mind?")
    page = browser_of(people.alice).get("/search/?q=zebra").content.decode()
    assert reverse("jobs:interview-question", args=[own.key]) in page
    theirs = browser_of(people.bob).get("/search/?q=zebra").content.decode()
    assert "zebra change" not in theirs
    set_question_deleted(people.alice, own.key, is_deleted=True)
    assert "Nothing found" in browser_of(people.alice).get("/search/?q=zebra").content.decode()
    found = search_everything(people.bob, "said no to somebody import")
    assert [(each.kind, each.url) for each in found] == [
        ("interview-question", reverse("jobs:interview-question", args=["said-no"]))
    ]
    # What a strong answer holds is for afterwards, and nothing of the bank can be linked.
    assert search(people.bob, "said no to somebody important") == []
    many = search_everything(people.bob, "the", limit=30)
    assert len(many) == MAX_SHELF
