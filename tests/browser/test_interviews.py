"""Interviews in Chromium: practised in writing and by voice, a story told, all pages sound."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from pilothouse.apps.jobs.services.interview_answers import (
    AnswerDraft,
    ScoreDraft,
    give_answer,
    list_answers,
    score_answer,
)
from pilothouse.apps.jobs.services.interview_debriefs import (
    AskedQuestion,
    DebriefDraft,
    save_debrief,
)
from pilothouse.apps.jobs.services.interview_examples import load_examples
from pilothouse.apps.jobs.services.interview_model import save_setting
from pilothouse.apps.jobs.services.interview_sheets import SheetDraft, save_sheet
from pilothouse.apps.jobs.services.interview_stories import StoryDraft, create_story
from pilothouse.apps.jobs.services.postings import PostingDraft, save_posting
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from tests.browser.living import live_in, log_in
from tests.browser.pages import check_page
from tests.builders import make_lighthouse

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXTS = {each.key: each for each in load_examples()}
STRONG = TEXTS["said-no-strong"].text
PARTS = {
    "situation": "In March a director wanted a report.", "task": "The team was mine.",
    "action": "I said no and offered an export.", "result": "Of 41 requests 5 were built.",
    "reflection": "Ask the analyst first.",
}  # fmt: skip


@pytest.fixture
def alice(tmp_path: Path):
    with live_in(tmp_path):
        yield make_lighthouse()


def test_an_answer_in_writing_from_the_question_to_the_rules(live_server, open_page, alice):
    cookies = log_in(alice, live_server.url)
    page = open_page(f"{live_server.url}/jobs/interviews/", cookies=cookies)
    page.get_by_role("link", name="Questions", exact=True).click()
    page.get_by_role("searchbox", name="Words").fill("said no")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Tell me about a time when you said no").click()
    page.get_by_role("timer").wait_for()
    page.get_by_label("Your answer").fill(STRONG)
    page.get_by_text("words, about").wait_for()
    page.get_by_role("button", name="Done, score it myself").click()
    page.get_by_role("heading", name="Score it yourself").wait_for()
    assert "Something is given up" not in page.content()
    page.get_by_role("button", name="Keep my score").click()
    page.get_by_text("still to be scored").wait_for()
    for group in page.get_by_role("group").all():
        radios = group.get_by_role("radio")
        if radios.count() == 5:
            radios.nth(2).check()
    page.get_by_role("button", name="Keep my score").click()
    page.get_by_text("Something is given up").wait_for()
    page.get_by_text("What a strong answer holds").wait_for()
    assert list_answers(alice)[0].is_scored


def test_a_voice_is_recorded_kept_here_and_deleted(live_server, open_page, alice, tmp_path):
    cookies = log_in(alice, live_server.url)
    url = f"{live_server.url}/jobs/interviews/questions/said-no/"
    page = open_page(url, cookies=cookies)
    page.context.grant_permissions(["microphone"], origin=live_server.url)
    page.get_by_role("button", name="Record").click()
    page.get_by_text(re.compile(r"Recording, \d+ s")).wait_for()
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Recording again replaces it").wait_for()
    page.get_by_role("button", name="Done, score it myself").click()
    page.get_by_role("heading", name="Score it yourself").wait_for()
    files = list((tmp_path / "recordings").iterdir())
    assert len(files) == 1
    assert files[0].read_bytes()[:4] == b"\x1aE\xdf\xa3"
    page.get_by_label("Recording 1").evaluate(
        "sound => sound.readyState || new Promise(done => sound.addEventListener("
        "'loadedmetadata', () => done(true)))"
    )
    check_page(page)
    page.get_by_role("button", name="Delete for good").click()
    page.get_by_text("are deleted").wait_for()
    assert not list((tmp_path / "recordings").iterdir())


def test_a_story_names_the_number_that_nothing_supports(live_server, open_page, alice):
    cookies = log_in(alice, live_server.url)
    page = open_page(f"{live_server.url}/jobs/interviews/stories/new/", cookies=cookies)
    page.get_by_label("Title").fill("The export")
    for label, key in (("Situation", "situation"), ("Task", "task"), ("Action", "action"),
                       ("Result", "result"), ("Reflection", "reflection")):  # fmt: skip
        page.get_by_label(label, exact=True).fill(PARTS[key])
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Save and check").click()
    page.get_by_text("41 stands in none of the acts chosen").first.wait_for()
    page.get_by_role("button", name="From memory: 41").click()
    page.get_by_text("No act says so").wait_for()
    page.get_by_label("Result", exact=True).fill("Of 41 requests few were built.")
    page.get_by_role("button", name="Save and check").click()
    page.get_by_text("The story is whole").wait_for()


def fill(alice: Access) -> list[str]:
    """One of everything; the addresses of its pages."""
    act = record_act(alice, "decision.decided", "decision", "d", {"title": "Keep the trial"})
    save_setting(alice, "http://localhost:11434/v1", "a-small-model", is_on=True)
    made = give_answer(alice, AnswerDraft("said-no", STRONG, 145))
    levels = {"tradeoffs": 3, "metrics": 3, "execution": 2, "communication": 3}
    score_answer(alice, made.public_id, ScoreDraft(levels, "Begin with the result."))
    for name in ("hospital-strong", "late-launch-weak", "padded-filler"):
        example = TEXTS[name]
        view = give_answer(alice, AnswerDraft(example.question, example.text, 200))
        chosen = {each.key: 2 for each in view.dimensions}
        last = score_answer(alice, view.public_id, ScoreDraft(chosen))
    fresh = give_answer(alice, AnswerDraft("failed-project", TEXTS["failed-middle"].text))
    story = create_story(alice, StoryDraft("The export", PARTS, ["C06", "C14"], ["said-no"]))
    text = "Senior product manager for pricing. You own the roadmap, run A/B tests, and convince."
    posting = save_posting(alice, PostingDraft(text, company="Acme"))
    sheet = save_sheet(
        alice, SheetDraft("Acme", "Senior PM", posting.public_id, date(2026, 12, 3), "Sells maps.")
    )
    asked = [AskedQuestion("", "behavioural", 2, "said-no"),
             AskedQuestion("What is your weakness in pricing?", "strategy", 1)]  # fmt: skip
    debrief = save_debrief(alice, DebriefDraft("Acme", date(2026, 11, 20), questions=asked))
    return [
        "", "questions/", "questions/new/", "questions/said-no/", "answers/",
        f"answers/{made.public_id}/", f"answers/{last.public_id}/", f"answers/{fresh.public_id}/",
        f"answers/{made.public_id}/feedback/", "rubric/", "search/?q=export", "model/", "stories/",
        f"stories/new/?act={act.sequence}", f"stories/{story.public_id}/",
        f"stories/{story.public_id}/evidence/", "stories/coverage/", "sheets/",
        f"sheets/{sheet.public_id}/", "debriefs/", f"debriefs/{debrief.public_id}/",
        "debriefs/new/",
    ]  # fmt: skip


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_pages_are_sound_in_both_themes(live_server, open_page, alice, theme, width):
    paths = fill(alice)
    cookies = log_in(alice, live_server.url)
    for path in paths:
        url = f"{live_server.url}/jobs/interviews/{path}"
        page = open_page(url, theme=theme, width=width, cookies=cookies)
        check_page(page)
        page.context.close()


def test_empty_pages_are_sound(live_server, open_page, alice):
    cookies = log_in(alice, live_server.url)
    for path in ("", "answers/", "stories/", "sheets/", "debriefs/", "questions/?q=zzz"):
        url = f"{live_server.url}/jobs/interviews/{path}"
        page = open_page(url, width=390, cookies=cookies)
        check_page(page)
        page.context.close()
