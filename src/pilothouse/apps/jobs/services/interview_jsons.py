"""Interviews as plain values for programs, commands and exports."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pilothouse.apps.jobs.services.interview_answers import AnswerView
from pilothouse.apps.jobs.services.interview_debriefs import DebriefView
from pilothouse.apps.jobs.services.interview_matching import Fit
from pilothouse.apps.jobs.services.interview_model import (
    LABEL,
    Outgoing,
    ReplyView,
    SettingView,
)
from pilothouse.apps.jobs.services.interview_plain import (
    to_judgement_json,
    to_question_json,
    to_rubric_json,
)
from pilothouse.apps.jobs.services.interview_practice import CalibrationView
from pilothouse.apps.jobs.services.interview_recordings import RecordingView
from pilothouse.apps.jobs.services.interview_sheets import Prepared, SheetView
from pilothouse.apps.jobs.services.interview_stories import StoryCheck, StoryView
from pilothouse.engines.jobs.answers_practice import Calibration

__all__ = ["to_judgement_json", "to_question_json", "to_rubric_json"]


def to_answer_json(view: AnswerView) -> dict[str, Any]:
    """An answer; the rules' words only once it is scored."""
    return {
        "id": view.public_id, "question": view.question, "type": view.kind, "asked": view.asked,
        "text": view.text, "seconds": view.seconds, "answered_at": view.answered_at.isoformat(),
        "follow_up": view.follow_up, "follow_up_text": view.follow_up_text,
        "own_levels": dict(view.own_levels), "own_note": view.own_note,
        "scored_at": view.scored_at.isoformat() if view.scored_at else None,
        "rule_levels": dict(view.rule_levels),
        "recordings": [to_recording_json(each) for each in view.recordings],
        "judgement": to_judgement_json(view.judgement) if view.judgement else None,
    }  # fmt: skip


def to_recording_json(view: RecordingView) -> dict[str, Any]:
    """A voice recording without its sound; its size in bytes."""
    return {
        "id": view.public_id, "media_type": view.media_type, "size": view.size,
        "sha256": view.digest, "made_at": view.made_at.isoformat(),
    }  # fmt: skip


def to_setting_json(view: SettingView) -> dict[str, Any]:
    """The endpoint of a language model; of the key only whether there is one."""
    return {"endpoint": view.endpoint, "model": view.model, "on": view.is_on,
            "has_key": view.has_key, "local": view.is_local}  # fmt: skip


def to_outgoing_json(outgoing: Outgoing) -> dict[str, Any]:
    """What would be sent to a language model, and where to; nothing of it is sent yet."""
    return {
        "url": outgoing.url, "host": outgoing.host, "local": outgoing.is_local,
        "has_key": outgoing.has_key, "body": outgoing.body, "seen": outgoing.seen,
    }  # fmt: skip


def to_reply_json(reply: ReplyView) -> dict[str, Any]:
    """What a language model said, labelled as that, with what it was sent."""
    return {
        "id": reply.public_id, "label": LABEL, "model": reply.model, "url": reply.url,
        "at": reply.at.isoformat(), "received": reply.received, "sent": reply.sent,
    }  # fmt: skip


def to_calibration_json(view: CalibrationView) -> dict[str, Any]:
    """Calibration over all and by dimension."""
    return {
        "overall": _calibration(view.overall) if view.overall else None,
        "dimensions": [_calibration(each) for _, each in view.by_dimension],
    }


def to_story_json(story: StoryView, check: StoryCheck | None = None) -> dict[str, Any]:
    """A story; with its check where it was made."""
    plain: dict[str, Any] = {
        "id": story.public_id, "title": story.title, "parts": dict(story.parts),
        "acts": list(story.acts), "memory": list(story.memory), "best_for": list(story.best_for),
        "questions": list(story.questions), "confidential": story.confidential,
        "version": story.version, "is_whole": story.is_whole,
        "updated_at": story.updated_at.isoformat(), "page": story.page,
    }  # fmt: skip
    if check is not None:
        plain["check"] = {
            "is_whole": check.is_whole, "empty": list(check.empty),
            "is_simulated": check.is_simulated,
            "unsupported": [asdict(each) for each in check.unsupported],
            "from_memory": [asdict(each) for each in check.from_memory],
        }  # fmt: skip
    return plain


def to_fit_json(fit: Fit) -> dict[str, Any]:
    """A story that fits, with why."""
    return {"story": fit.story.public_id, "title": fit.story.title, "points": fit.points,
            "reasons": list(fit.reasons)}  # fmt: skip


def to_sheet_json(sheet: SheetView) -> dict[str, Any]:
    """A preparation sheet."""
    return {
        "id": sheet.public_id, "company": sheet.company, "role": sheet.role,
        "posting_id": sheet.posting_id, "facts": sheet.facts, "people": sheet.people,
        "to_ask": sheet.to_ask, "notes": sheet.notes, "page": sheet.page,
        "held_on": sheet.held_on.isoformat() if sheet.held_on else None,
        "updated_at": sheet.updated_at.isoformat(),
    }  # fmt: skip


def to_prepared_json(prepared: Prepared) -> dict[str, Any]:
    """A sheet with what the workbench adds."""
    return to_sheet_json(prepared.sheet) | {
        "missing": list(prepared.missing),
        "likely": [
            to_question_json(each.question, is_whole=False)
            | {"why": list(each.why), "stories": [to_fit_json(fit) for fit in each.fits]}
            for each in prepared.likely
        ],
    }


def to_debrief_json(debrief: DebriefView) -> dict[str, Any]:
    """A debrief."""
    return {
        "id": debrief.public_id, "company": debrief.company, "round": debrief.round,
        "held_on": debrief.held_on.isoformat(), "application_id": debrief.application_id,
        "questions": [asdict(each) for each in debrief.questions], "went": debrief.went,
        "learn": debrief.learn, "next_step": debrief.next_step, "page": debrief.page,
        "updated_at": debrief.updated_at.isoformat(),
    }  # fmt: skip


def _calibration(each: Calibration) -> dict[str, Any]:
    return asdict(each) | {"says": each.sentence}
