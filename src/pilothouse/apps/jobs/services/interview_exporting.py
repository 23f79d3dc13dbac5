"""One's interviews as one file, and finding things among them. Nobody else's is in either."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from pilothouse.apps.jobs.services.interview_answers import own_answers, to_view
from pilothouse.apps.jobs.services.interview_bank import list_questions
from pilothouse.apps.jobs.services.interview_content import Wanted, search_bank
from pilothouse.apps.jobs.services.interview_debriefs import list_debriefs
from pilothouse.apps.jobs.services.interview_jsons import (
    to_answer_json,
    to_debrief_json,
    to_question_json,
    to_sheet_json,
    to_story_json,
)
from pilothouse.apps.jobs.services.interview_sheets import list_sheets
from pilothouse.apps.jobs.services.interview_stories import list_stories
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.words import split_words

MAX_HITS, MAX_QUESTIONS = 60, 20


@dataclass(frozen=True)
class Hit:
    """Something of one's own that was found."""

    kind: str
    title: str
    url: str


def export_all(access: Access) -> dict[str, Any]:
    """Everything of the person's interviews; recordings by their digests only."""
    rows = own_answers(access).filter(deleted_at=None).order_by("pk")
    own = [each for each in list_questions(access) if each.is_own]
    return {
        "questions": [to_question_json(each) for each in own],
        "answers": [to_answer_json(to_view(row)) for row in rows],
        "stories": [to_story_json(each) for each in list_stories(access)],
        "sheets": [to_sheet_json(each) for each in list_sheets(access)],
        "debriefs": [to_debrief_json(each) for each in list_debriefs(access)],
    }


def find_own(access: Access, text: str) -> list[Hit]:
    """What holds all words of ``text``: stories, sheets, debriefs, answers, then questions."""
    words = split_words(text)
    if not words:
        return []
    hits = [hit for body, hit in _all_texts(access) if _holds(body, words)]
    wanted = Wanted(text=" ".join(words))
    questions = search_bank(list_questions(access), wanted)[:MAX_QUESTIONS]
    hits += [
        Hit("question", each.text, reverse("jobs:interview-question", args=[each.key]))
        for each in questions
    ]
    return hits[:MAX_HITS]


def _all_texts(access: Access) -> list[tuple[str, Hit]]:
    found = [
        (f"{each.title} {each.text}", Hit("story", each.title, each.page))
        for each in list_stories(access)
    ]
    for sheet in list_sheets(access):
        body = f"{sheet.company} {sheet.role} {sheet.facts} {sheet.people} {sheet.notes}"
        found.append((body + sheet.to_ask, Hit("preparation", sheet.company, sheet.page)))
    for debrief in list_debriefs(access):
        asked = " ".join(each.text for each in debrief.questions)
        body = f"{debrief.company} {debrief.round} {debrief.went} {debrief.learn} {asked}"
        found.append((body, Hit("debrief", debrief.company, debrief.page)))
    rows = own_answers(access).filter(deleted_at=None).order_by("-pk")[:500]
    for public_id, asked, text in rows.values_list("public_id", "asked", "text"):
        url = reverse("jobs:interview-answer", args=[public_id])
        found.append((f"{asked} {text}", Hit("answer", asked, url)))
    return found


def _holds(body: str, words: list[str]) -> bool:
    folded = " ".join(split_words(body))
    return all(word in folded for word in words)
