"""What the tests of all pages need to know of interviews."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone

from pilothouse.apps.jobs.interview_models import ModelReply
from pilothouse.apps.jobs.services.interview_answers import (
    AnswerDraft,
    ScoreDraft,
    give_answer,
    score_answer,
)
from pilothouse.apps.jobs.services.interview_bank import add_question
from pilothouse.apps.jobs.services.interview_debriefs import (
    AskedQuestion,
    DebriefDraft,
    save_debrief,
)
from pilothouse.apps.jobs.services.interview_recordings import NewRecording
from pilothouse.apps.jobs.services.interview_sheets import SheetDraft, save_sheet
from pilothouse.apps.jobs.services.interview_stories import StoryDraft, create_story
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.matrix import Operation, Page

VIEWER, COMMENTER, OWNER = Role.VIEWER, Role.COMMENTER, Role.OWNER
WEBM = b"\x1aE\xdf\xa3" + b"\x00" * 64
BEHAVIOURAL = ("tradeoffs", "metrics", "execution", "communication")
KEY = {"kind": "said-no"}
SCORES = {f"level-{name}": "2" for name in BEHAVIOURAL}
LEVELS = dict.fromkeys(BEHAVIOURAL, 2)
ANSWER = {"text": "I said no.", "began": "1700000000"}
SCORE = SCORES | {"note": "n", "follow_up": "", "follow_up_text": ""}
OWN = {"kind": "behavioural", "text": "When were you last wrong?", "competency": "C16"}
PARTS = {f"part-{key}": "None." for key in ("situation", "task", "action", "result", "reflection")}
STORY = {"title": "S", "confidential": "careful", "questions": "", "best_for": "C14", "base": "0",
         "do": "save"} | PARTS  # fmt: skip
SHEET = {"company": "Acme", "role": "", "posting": "", "held_on": "2026-12-03", "facts": "",
         "people": "", "to_ask": "", "notes": ""}  # fmt: skip
DEBRIEF = {"company": "Acme", "round": "", "held_on": "2026-11-23", "application": "", "went": "",
           "learn": "", "next_step": "", "asked": "Why did you stop?", "asked_kind": "behavioural",
           "asked_went": "2", "asked_key": "", "asked_was": ""}  # fmt: skip
MODEL = {"endpoint": "http://localhost:11434/v1", "model": "m", "key": "", "on": "yes"}
FRESH = {"practice_id": "fresh_practice_id"}

PAGES: dict[str, Page] = {
    "jobs:interviews": Page(VIEWER, query={"type": "strategy"}),
    "jobs:interview-next": Page(VIEWER, query={"type": "strategy"}, read_status=302),
    "jobs:interview-rubric": Page(VIEWER),
    "jobs:interview-search": Page(VIEWER, query={"q": "no"}),
    "jobs:interview-export": Page(VIEWER, ids={"kind": "interviews.json"}),
    "jobs:interview-questions": Page(VIEWER, query={"type": "ai"}),
    "jobs:interview-question-new": Page(VIEWER, VIEWER, OWN),
    "jobs:interview-question": Page(VIEWER, VIEWER, ANSWER, ids=KEY),
    "jobs:interview-question-act": Page(writes=VIEWER, ids={"act": "delete"}, is_own=True),
    "jobs:interview-answers": Page(VIEWER),
    "jobs:interview-answer": Page(VIEWER, VIEWER, SCORE, ids=FRESH, is_own=True),
    "jobs:interview-feedback": Page(VIEWER, VIEWER, {"seen": "x"}, write_status=400, is_own=True),
    "jobs:interview-answer-act": Page(writes=VIEWER, ids={"act": "delete"}, is_own=True),
    "jobs:interview-recording": Page(VIEWER, is_own=True),
    "jobs:interview-recording-delete": Page(writes=VIEWER, is_own=True),
    "jobs:interview-model": Page(VIEWER, OWNER, MODEL),
    "jobs:interview-model-forget": Page(writes=VIEWER),
    "jobs:interview-reply-delete": Page(writes=VIEWER, is_own=True),
    "jobs:interview-stories": Page(VIEWER),
    "jobs:interview-story-new": Page(VIEWER, VIEWER, STORY),
    "jobs:interview-coverage": Page(VIEWER, query={"type": "strategy"}),
    "jobs:interview-story": Page(VIEWER, VIEWER, STORY, is_own=True),
    "jobs:interview-story-evidence": Page(VIEWER, VIEWER, {"do": "add"}, is_own=True),
    "jobs:interview-story-act": Page(writes=VIEWER, ids={"act": "delete"}, is_own=True),
    "jobs:interview-sheets": Page(VIEWER),
    "jobs:interview-sheet-new": Page(VIEWER, VIEWER, SHEET),
    "jobs:interview-sheet": Page(VIEWER, VIEWER, SHEET, is_own=True),
    "jobs:interview-sheet-act": Page(writes=VIEWER, ids={"act": "delete"}, is_own=True),
    "jobs:interview-debriefs": Page(VIEWER),
    "jobs:interview-debrief-new": Page(VIEWER, VIEWER, DEBRIEF),
    "jobs:interview-debrief": Page(VIEWER, VIEWER, DEBRIEF, is_own=True),
    "jobs:interview-debrief-act": Page(writes=VIEWER, ids={"act": "delete"}, is_own=True),
}
BASE = "/jobs/interviews"
ONE_ANSWER, ONE_STORY = f"{BASE}/answers/{{practice_id}}", f"{BASE}/stories/{{story_id}}"
ONE_SHEET, ONE_DEBRIEF = f"{BASE}/sheets/{{sheet_id}}", f"{BASE}/debriefs/{{debrief_id}}"
QUESTION_BODY = {"type": "behavioural", "text": "When were you last wrong?", "competencies": []}
STORY_BODY = {"title": "S", "parts": {"task": "T"}, "best_for": ["C14"], "questions": [],
              "confidential": "careful", "memory": []}  # fmt: skip
SHEET_BODY = {"company": "Acme", "role": "", "posting_id": "", "held_on": "2026-12-03",
              "facts": "", "people": "", "to_ask": "", "notes": ""}  # fmt: skip
DEBRIEF_BODY = {"company": "Acme", "held_on": "2026-11-23", "round": "", "application_id": "",
                "questions": [], "went": "", "learn": "", "next_step": ""}  # fmt: skip
ANSWER_BODY = {"question": "said-no", "text": "I said no.", "seconds": 60}
MODEL_BODY = {"endpoint": "http://localhost:11434/v1", "model": "m", "on": True, "key": ""}
SCORE_BODY = {"levels": LEVELS, "note": "", "follow_up": "", "follow_up_text": ""}
OPERATIONS: dict[str, Operation] = {
    f"GET {BASE}/rubric": Operation(VIEWER),
    f"GET {BASE}/questions": Operation(VIEWER, query="?type=ai&q=model"),
    f"POST {BASE}/questions": Operation(COMMENTER, QUESTION_BODY),
    f"GET {BASE}/question": Operation(VIEWER, query="?key=said-no"),
    f"GET {BASE}/next": Operation(VIEWER, query="?type=ai"),
    f"GET {BASE}/calibration": Operation(VIEWER),
    f"GET {BASE}/answers": Operation(VIEWER),
    f"POST {BASE}/answers": Operation(COMMENTER, ANSWER_BODY),
    f"GET {ONE_ANSWER}": Operation(VIEWER, is_own=True),
    f"PUT {ONE_ANSWER}/score": Operation(COMMENTER, SCORE_BODY, ids=FRESH, is_own=True),
    f"DELETE {ONE_ANSWER}": Operation(COMMENTER, is_own=True),
    f"GET {BASE}/model": Operation(VIEWER),
    f"PUT {BASE}/model": Operation(OWNER, MODEL_BODY),
    f"DELETE {BASE}/model": Operation(COMMENTER),
    f"GET {ONE_ANSWER}/feedback": Operation(VIEWER, is_own=True),
    # It is off until somebody switches it on.
    f"GET {ONE_ANSWER}/feedback/outgoing": Operation(VIEWER, status=409, is_own=True),
    f"POST {ONE_ANSWER}/feedback": Operation(COMMENTER, {"seen": "x"}, status=409, is_own=True),
    f"DELETE {BASE}/replies/{{model_reply_id}}": Operation(COMMENTER, is_own=True),
    f"GET {ONE_ANSWER}/recordings": Operation(VIEWER, is_own=True),
    # What is sent here is no sound.
    f"POST {ONE_ANSWER}/recordings": Operation(COMMENTER, status=400, ids=FRESH, is_own=True),
    f"GET {BASE}/recordings/{{recording_id}}": Operation(VIEWER, is_own=True),
    f"DELETE {BASE}/recordings/{{recording_id}}": Operation(COMMENTER, is_own=True),
    f"GET {BASE}/stories": Operation(VIEWER),
    f"POST {BASE}/stories": Operation(COMMENTER, STORY_BODY),
    f"GET {ONE_STORY}": Operation(VIEWER, is_own=True),
    f"PUT {ONE_STORY}": Operation(COMMENTER, STORY_BODY, is_own=True),
    f"PUT {ONE_STORY}/acts": Operation(COMMENTER, {"add": [], "remove": []}, is_own=True),
    f"POST {ONE_STORY}/check": Operation(
        COMMENTER, ids={"story_id": "whole_story_id"}, is_own=True
    ),
    f"DELETE {ONE_STORY}": Operation(COMMENTER, is_own=True),
    f"GET {BASE}/sheets": Operation(VIEWER),
    f"POST {BASE}/sheets": Operation(COMMENTER, SHEET_BODY),
    f"GET {ONE_SHEET}": Operation(VIEWER, is_own=True),
    f"PUT {ONE_SHEET}": Operation(COMMENTER, SHEET_BODY, is_own=True),
    f"DELETE {ONE_SHEET}": Operation(COMMENTER, is_own=True),
    f"GET {BASE}/debriefs": Operation(VIEWER),
    f"POST {BASE}/debriefs": Operation(COMMENTER, DEBRIEF_BODY),
    f"GET {ONE_DEBRIEF}": Operation(VIEWER, is_own=True),
    f"PUT {ONE_DEBRIEF}": Operation(COMMENTER, DEBRIEF_BODY, is_own=True),
    f"DELETE {ONE_DEBRIEF}": Operation(COMMENTER, is_own=True),
}
FORMS: dict[str, dict[str, Any]] = {
    "jobs:interview-question-new": OWN,
    "jobs:interview-question": ANSWER,
    "jobs:interview-answer": SCORE,
    "jobs:interview-feedback": {"seen": "x"},
    "jobs:interview-model": MODEL,
    "jobs:interview-story-new": STORY,
    "jobs:interview-story": STORY,
    "jobs:interview-story-evidence": {"do": "add", "act": "1"},
    "jobs:interview-sheet-new": SHEET,
    "jobs:interview-sheet": SHEET,
    "jobs:interview-debrief-new": DEBRIEF,
    "jobs:interview-debrief": DEBRIEF,
}
HAS_NO_TEXT: set[str] = {
    "jobs:interview-question-act", "jobs:interview-answer-act",
    "jobs:interview-recording-delete", "jobs:interview-model-forget",
    "jobs:interview-reply-delete", "jobs:interview-story-act", "jobs:interview-sheet-act",
    "jobs:interview-debrief-act",
}  # fmt: skip
QUERIES: dict[str, dict[str, Any]] = {
    "jobs:interviews": {"type": "strategy"},
    "jobs:interview-search": {"q": "no"},
    "jobs:interview-questions": {"type": "ai", "level": "pm", "industry": "technology",
                                 "competency": "C10", "q": "model", "page": "1"},
    "jobs:interview-story-new": {"question": "said-no", "act": ""},
    "jobs:interview-story-evidence": {"q": "item", "before": "9"},
    "jobs:interview-sheet-new": {"posting": ""},
    "jobs:interview-debrief-new": {"company": "Acme", "application": "x"},
}  # fmt: skip
FIELDS: dict[str, tuple[str, ...]] = {
    f"POST {BASE}/questions": tuple(QUESTION_BODY),
    f"POST {BASE}/answers": tuple(ANSWER_BODY),
    f"PUT {ONE_ANSWER}/score": tuple(SCORE_BODY),
    f"PUT {BASE}/model": tuple(MODEL_BODY),
    f"POST {ONE_ANSWER}/feedback": ("seen",),
    f"POST {BASE}/stories": tuple(STORY_BODY),
    f"PUT {ONE_STORY}": tuple(STORY_BODY),
    f"PUT {ONE_STORY}/acts": ("add", "remove"),
    f"POST {BASE}/sheets": tuple(SHEET_BODY),
    f"PUT {ONE_SHEET}": tuple(SHEET_BODY),
    f"POST {BASE}/debriefs": tuple(DEBRIEF_BODY),
    f"PUT {ONE_DEBRIEF}": tuple(DEBRIEF_BODY),
}
EXTRA: dict[str, dict[str, Any]] = {
    f"POST {BASE}/questions": {"key": "said-no"},
    f"POST {BASE}/answers": {"own_levels": {}, "scored_at": "2026-01-01"},
    f"PUT {ONE_ANSWER}/score": {"rule_levels": {}},
    f"PUT {BASE}/model": {"user_id": 2},
    f"POST {ONE_ANSWER}/feedback": {"received": "x"},
    f"POST {BASE}/stories": {"checked_version": 1},
    f"PUT {ONE_STORY}": {"version": 3},
    f"PUT {ONE_STORY}/acts": {"user_id": 2},
    f"POST {BASE}/sheets": {"user_id": 2},
    f"PUT {ONE_SHEET}": {"user_id": 2},
    f"POST {BASE}/debriefs": {"user_id": 2},
    f"PUT {ONE_DEBRIEF}": {"user_id": 2},
}
COUNTS: dict[str, int] = {
    "/jobs/interviews/": 16,
    "/jobs/interviews/questions/": 7,
    "/jobs/interviews/answers/": 7,
    "/jobs/interviews/stories/": 11,
    "/jobs/interviews/stories/coverage/": 7,
    "/jobs/interviews/sheets/": 6,
    "/jobs/interviews/debriefs/": 6,
}


def make(access: Access, product: ProductView, folder: Path, mark: str) -> dict[str, str]:
    """One of everything, with ``mark`` in every text."""
    del product, folder
    own = add_question(access, "behavioural", f"When did {mark} last change your mind?")
    sound = NewRecording([WEBM])
    scored = give_answer(access, AnswerDraft("said-no", f"I told {mark} no.", 60, sound))
    score_answer(access, scored.public_id, ScoreDraft(LEVELS, f"{mark} note"))
    fresh = give_answer(access, AnswerDraft("said-no", f"Again {mark}."))
    reply = ModelReply.objects.create(
        answer_id=scored.id, url="http://localhost/v1", model=mark, sent=mark, received=mark,
        at=timezone.now(),
    )  # fmt: skip
    parts = dict.fromkeys(("situation", "task", "action", "result", "reflection"), f"{mark} was.")
    story = create_story(access, StoryDraft(f"{mark} story", parts, ["C14"]))
    whole = create_story(access, StoryDraft(f"{mark} whole story", parts, ["C14"]))
    sheet = save_sheet(access, SheetDraft(f"{mark} Ltd", facts=f"{mark} sells maps."))
    asked = AskedQuestion(f"Why did {mark} stop?", "behavioural", 2)
    debrief = save_debrief(
        access, DebriefDraft(f"{mark} Ltd", date(2026, 11, 23), questions=[asked], went=mark)
    )
    return {
        "own_question_id": own.key.removeprefix("own:"), "practice_id": scored.public_id,
        "fresh_practice_id": fresh.public_id, "model_reply_id": reply.public_id,
        "recording_id": scored.recordings[0].public_id, "story_id": story.public_id,
        "whole_story_id": whole.public_id, "sheet_id": sheet.public_id,
        "debrief_id": debrief.public_id,
    }  # fmt: skip


def fill(access: Access, product: ProductView, number: int) -> None:
    """One more of everything."""
    del product
    answer = give_answer(access, AnswerDraft("said-no", f"No, for the {number}th time."))
    score_answer(access, answer.public_id, ScoreDraft(LEVELS))
    create_story(access, StoryDraft(f"Story {number}", {"task": "T"}))
    save_sheet(access, SheetDraft(f"Company {number}"))
    save_debrief(access, DebriefDraft(f"Company {number}", date(2026, 11, 23)))
