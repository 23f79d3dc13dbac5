"""Interviews for programs: always those of the person whose token it is."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router, Schema
from pydantic import Field

from pilothouse.apps.jobs.bodies import Strict
from pilothouse.apps.jobs.posting_api import to_reader, to_writer
from pilothouse.apps.jobs.services import interview_jsons as jsons
from pilothouse.apps.jobs.services.interview_answers import (
    AnswerDraft,
    ScoreDraft,
    get_answer,
    give_answer,
    list_answers,
    score_answer,
    set_answer_deleted,
)
from pilothouse.apps.jobs.services.interview_bank import add_question, get_question, list_questions
from pilothouse.apps.jobs.services.interview_content import Wanted, search_bank
from pilothouse.apps.jobs.services.interview_debriefs import (
    AskedQuestion,
    DebriefDraft,
    get_debrief,
    list_debriefs,
    save_debrief,
    set_debrief_deleted,
)
from pilothouse.apps.jobs.services.interview_matching import find_fits
from pilothouse.apps.jobs.services.interview_practice import read_calibration, suggest_question
from pilothouse.apps.jobs.services.interview_sheets import (
    SheetDraft,
    get_sheet,
    list_sheets,
    prepare,
    save_sheet,
    set_sheet_deleted,
)
from pilothouse.apps.jobs.services.interview_stories import (
    StoryDraft,
    check_story,
    choose_acts,
    create_story,
    finish_story,
    get_story,
    list_stories,
    save_story,
    set_story_deleted,
)

router = Router()


class BankParameters(Schema):
    type: str = ""
    level: str = ""
    industry: str = ""
    competency: str = ""
    q: str = ""

    def to_wanted(self) -> Wanted:
        return Wanted(self.type, self.level, self.industry, self.competency, self.q)


class QuestionIn(Strict):
    type: str
    text: str
    competencies: list[str] = Field(default_factory=list)


class AnswerIn(Strict):
    question: str
    text: str
    seconds: int | None = Field(None, ge=0, le=14_400)


class ScoreIn(Strict):
    """Levels 1 to 4 of each dimension that the type asks for; 0 is "cannot judge"."""

    levels: dict[str, int]
    note: str = ""
    follow_up: str = ""
    follow_up_text: str = ""


class StoryIn(Strict):
    title: str
    parts: dict[str, str] = Field(default_factory=dict)
    best_for: list[str] = Field(default_factory=list)
    questions: list[str] = Field(default_factory=list)
    confidential: str = "careful"
    memory: list[str] | None = None

    def to_draft(self) -> StoryDraft:
        return StoryDraft(**self.dict())


class ActsIn(Strict):
    add: list[int] = Field(default_factory=list)
    remove: list[int] = Field(default_factory=list)


class SheetIn(Strict):
    company: str
    role: str = ""
    posting_id: str = ""
    held_on: date | None = None
    facts: str = ""
    people: str = ""
    to_ask: str = ""
    notes: str = ""

    def to_draft(self) -> SheetDraft:
        return SheetDraft(**self.dict())


class AskedIn(Strict):
    text: str = ""
    type: str = "behavioural"
    went: int
    key: str = ""


class DebriefIn(Strict):
    company: str
    held_on: date
    round: str = ""
    application_id: str = ""
    questions: list[AskedIn] = Field(default_factory=list)
    went: str = ""
    learn: str = ""
    next_step: str = ""

    def to_draft(self) -> DebriefDraft:
        asked = [
            AskedQuestion(each.text, each.type, each.went, each.key) for each in self.questions
        ]
        return DebriefDraft(**self.dict() | {"questions": asked})


class Window(Schema):
    limit: int = Field(50, ge=1, le=500)
    offset: int = Field(0, ge=0, le=1_000_000)


@router.get("interviews/rubric", summary="The rubric with what each type of question asks for")
def get_rubric(request: HttpRequest) -> dict[str, Any]:
    to_reader(request)
    return jsons.to_rubric_json()


@router.get("interviews/questions", summary="Questions of the bank and one's own")
def get_questions(request: HttpRequest, asked: Query[BankParameters]) -> dict[str, Any]:
    found = search_bank(list_questions(to_reader(request)), asked.to_wanted())
    return {"questions": [jsons.to_question_json(each) for each in found]}


@router.post("interviews/questions", summary="Add a question of one's own")
def post_question(request: HttpRequest, payload: QuestionIn) -> dict[str, Any]:
    access = to_writer(request)
    made = add_question(access, payload.type, payload.text, payload.competencies)
    return jsons.to_question_json(made)


@router.get("interviews/question", summary="A question by its key, with the stories that fit")
def get_one_question(request: HttpRequest, key: Query[str]) -> dict[str, Any]:
    access = to_reader(request)
    question = get_question(access, key)
    fits = find_fits(question, list_stories(access))
    return jsons.to_question_json(question) | {"stories": [jsons.to_fit_json(f) for f in fits]}


@router.get("interviews/next", summary="What to practise next, and why")
def get_next(request: HttpRequest, asked: Query[BankParameters]) -> dict[str, Any]:
    suggested = suggest_question(to_reader(request), timezone.now(), asked.to_wanted())
    return jsons.to_question_json(suggested.question, is_whole=False) | {"why": suggested.why}


@router.get("interviews/calibration", summary="One's own scores against those of the rules")
def get_calibration(request: HttpRequest) -> dict[str, Any]:
    return jsons.to_calibration_json(read_calibration(to_reader(request)))


@router.get("interviews/answers", summary="One's answers, the newest first")
def get_answers(request: HttpRequest, asked: Query[Window]) -> dict[str, Any]:
    found = list_answers(to_reader(request), start=asked.offset, limit=asked.limit)
    return {"answers": [jsons.to_answer_json(each) for each in found]}


@router.post("interviews/answers", summary="Answer a question; it is scored by oneself next")
def post_answer(request: HttpRequest, payload: AnswerIn) -> dict[str, Any]:
    draft = AnswerDraft(payload.question, payload.text, payload.seconds)
    return jsons.to_answer_json(give_answer(to_writer(request), draft))


@router.get("interviews/answers/{practice_id}", summary="An answer; the rules once it is scored")
def get_one_answer(request: HttpRequest, practice_id: Path[str]) -> dict[str, Any]:
    return jsons.to_answer_json(get_answer(to_reader(request), practice_id))


@router.put("interviews/answers/{practice_id}/score", summary="Score an answer oneself, once")
def put_score(request: HttpRequest, practice_id: Path[str], payload: ScoreIn) -> dict[str, Any]:
    draft = ScoreDraft(**payload.dict())
    return jsons.to_answer_json(score_answer(to_writer(request), practice_id, draft))


@router.delete("interviews/answers/{practice_id}", summary="Delete an answer (restorable)")
def delete_answer(request: HttpRequest, practice_id: Path[str]) -> dict[str, Any]:
    gone = set_answer_deleted(to_writer(request), practice_id, is_deleted=True)
    return jsons.to_answer_json(gone)


@router.get("interviews/stories", summary="One's stories")
def get_stories(request: HttpRequest) -> dict[str, Any]:
    return {"stories": [jsons.to_story_json(each) for each in list_stories(to_reader(request))]}


@router.post("interviews/stories", summary="Begin a story")
def post_story(request: HttpRequest, payload: StoryIn) -> dict[str, Any]:
    return jsons.to_story_json(create_story(to_writer(request), payload.to_draft()))


@router.get("interviews/stories/{story_id}", summary="A story with its check")
def get_one_story(request: HttpRequest, story_id: Path[str]) -> dict[str, Any]:
    access = to_reader(request)
    story = get_story(access, story_id)
    return jsons.to_story_json(story, check_story(access, story))


@router.put("interviews/stories/{story_id}", summary="Write a story anew")
def put_story(request: HttpRequest, story_id: Path[str], payload: StoryIn) -> dict[str, Any]:
    return jsons.to_story_json(save_story(to_writer(request), story_id, payload.to_draft()))


@router.put("interviews/stories/{story_id}/acts", summary="Choose the acts it rests on")
def put_story_acts(request: HttpRequest, story_id: Path[str], payload: ActsIn) -> dict[str, Any]:
    access = to_writer(request)
    changed = choose_acts(access, story_id, add=payload.add, remove=payload.remove)
    return jsons.to_story_json(changed, check_story(access, changed))


@router.post("interviews/stories/{story_id}/check", summary="Call a story whole, if it is")
def post_story_check(request: HttpRequest, story_id: Path[str]) -> dict[str, Any]:
    return jsons.to_story_json(finish_story(to_writer(request), story_id))


@router.delete("interviews/stories/{story_id}", summary="Delete a story (restorable)")
def delete_story(request: HttpRequest, story_id: Path[str]) -> dict[str, Any]:
    return jsons.to_story_json(set_story_deleted(to_writer(request), story_id, is_deleted=True))


@router.get("interviews/sheets", summary="One's preparation sheets")
def get_sheets(request: HttpRequest) -> dict[str, Any]:
    return {"sheets": [jsons.to_sheet_json(each) for each in list_sheets(to_reader(request))]}


@router.post("interviews/sheets", summary="Begin a sheet")
def post_sheet(request: HttpRequest, payload: SheetIn) -> dict[str, Any]:
    return jsons.to_sheet_json(save_sheet(to_writer(request), payload.to_draft()))


@router.get("interviews/sheets/{sheet_id}", summary="A sheet with likely questions and stories")
def get_one_sheet(request: HttpRequest, sheet_id: Path[str]) -> dict[str, Any]:
    access = to_reader(request)
    return jsons.to_prepared_json(prepare(access, get_sheet(access, sheet_id)))


@router.put("interviews/sheets/{sheet_id}", summary="Write a sheet anew")
def put_sheet(request: HttpRequest, sheet_id: Path[str], payload: SheetIn) -> dict[str, Any]:
    return jsons.to_sheet_json(save_sheet(to_writer(request), payload.to_draft(), sheet_id))


@router.delete("interviews/sheets/{sheet_id}", summary="Delete a sheet (restorable)")
def delete_sheet(request: HttpRequest, sheet_id: Path[str]) -> dict[str, Any]:
    return jsons.to_sheet_json(set_sheet_deleted(to_writer(request), sheet_id, is_deleted=True))


@router.get("interviews/debriefs", summary="One's debriefs, the newest first")
def get_debriefs(request: HttpRequest, application: Query[str] = "") -> dict[str, Any]:
    found = list_debriefs(to_reader(request), application)
    return {"debriefs": [jsons.to_debrief_json(each) for each in found]}


@router.post("interviews/debriefs", summary="Write a debrief")
def post_debrief(request: HttpRequest, payload: DebriefIn) -> dict[str, Any]:
    return jsons.to_debrief_json(save_debrief(to_writer(request), payload.to_draft()))


@router.get("interviews/debriefs/{debrief_id}", summary="A debrief")
def get_one_debrief(request: HttpRequest, debrief_id: Path[str]) -> dict[str, Any]:
    return jsons.to_debrief_json(get_debrief(to_reader(request), debrief_id))


@router.put("interviews/debriefs/{debrief_id}", summary="Write a debrief anew")
def put_debrief(request: HttpRequest, debrief_id: Path[str], payload: DebriefIn) -> dict[str, Any]:
    return jsons.to_debrief_json(save_debrief(to_writer(request), payload.to_draft(), debrief_id))


@router.delete("interviews/debriefs/{debrief_id}", summary="Delete a debrief (restorable)")
def delete_debrief(request: HttpRequest, debrief_id: Path[str]) -> dict[str, Any]:
    gone = set_debrief_deleted(to_writer(request), debrief_id, is_deleted=True)
    return jsons.to_debrief_json(gone)
