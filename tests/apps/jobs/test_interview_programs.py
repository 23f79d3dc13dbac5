"""Programs: recordings in and out, feedback of a language model shown before it is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from pilothouse.apps.jobs.services import interview_answers, interview_recordings
from pilothouse.apps.jobs.services.interview_answers import AnswerDraft, ScoreDraft, give_answer
from pilothouse.apps.jobs.services.interview_answers import score_answer as score
from pilothouse.apps.workspace.services.login import create_token
from tests.apps.jobs.fake_model import FakeModel
from tests.apps.jobs.interview_rows import LEVELS, WEBM
from tests.builders import People

BASE = "/api/v1/jobs/interviews"
OGG = b"OggS" + bytes(range(256)) * 20


@pytest.fixture
def program(people: People) -> Client:
    token = create_token(people.alice, "t", is_read_only=False)
    return Client(headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def answer_id(people: People) -> str:
    return give_answer(people.alice, AnswerDraft("said-no", "I told the director no.")).public_id


def upload(program: Client, answer_id: str, body: bytes, kind: str = "audio/ogg") -> Any:
    return program.post(f"{BASE}/answers/{answer_id}/recordings", body, content_type=kind)


def test_a_recording_goes_in_and_out_to_the_byte(
    program: Client, answer_id: str, django_capture_on_commit_callbacks: Any
):
    made = upload(program, answer_id, OGG, "text/html").json()
    assert (made["media_type"], made["size"]) == ("audio/ogg", len(OGG))
    listed = program.get(f"{BASE}/answers/{answer_id}/recordings").json()["recordings"]
    assert listed == [made]
    heard = program.get(f"{BASE}/recordings/{made['id']}")
    assert (heard.content, heard["Content-Type"]) == (OGG, "audio/ogg")
    assert heard["Content-Disposition"].startswith("attachment")
    with django_capture_on_commit_callbacks(execute=True):
        assert program.delete(f"{BASE}/recordings/{made['id']}").json()["answer"] == answer_id
    assert program.get(f"{BASE}/recordings/{made['id']}").status_code == 404
    assert not interview_recordings.path_of(made["id"]).exists()


def test_what_is_no_recording_or_too_much_leaves_nothing_behind(
    program: Client, answer_id: str, people: People, monkeypatch: pytest.MonkeyPatch
):
    folder: Path = settings.CONFIGURATION.data / "recordings"
    before = set(folder.iterdir()) if folder.exists() else set()
    assert "WebM, Ogg or MP4" in upload(program, answer_id, b"<html>").json()["error"]["message"]
    monkeypatch.setattr(interview_recordings, "MAX_BYTES", 100)
    refused = upload(program, answer_id, OGG)
    assert (refused.status_code, "at most" in refused.json()["error"]["message"]) == (400, True)
    assert upload(program, "222222222222", WEBM).status_code == 404
    monkeypatch.setattr(interview_answers, "MAX_RECORDINGS", 0)
    assert upload(program, answer_id, WEBM).status_code == 409
    monkeypatch.undo()
    score(people.alice, answer_id, ScoreDraft(LEVELS))
    late = upload(program, answer_id, WEBM)
    assert (late.status_code, "scored already" in late.json()["error"]["message"]) == (409, True)
    assert (set(folder.iterdir()) if folder.exists() else set()) == before


def test_a_recording_larger_than_what_a_form_may_hold_comes_in(program: Client, answer_id: str):
    sound = WEBM + bytes(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    assert upload(program, answer_id, sound).json()["size"] == len(sound)


def test_feedback_is_off_shown_sent_labelled_and_deleted(
    program: Client, answer_id: str, people: People, model: FakeModel
):
    feedback = f"{BASE}/answers/{answer_id}/feedback"
    assert program.get(f"{BASE}/model").json() == {
        "endpoint": "", "model": "", "on": False, "has_key": False, "local": False,
    }  # fmt: skip
    body = {"endpoint": model.url, "model": "small", "key": "sk-secret"}
    assert program.put(f"{BASE}/model", body, "application/json").json()["on"] is False
    assert program.get(f"{feedback}/outgoing").status_code == 409
    saved = program.put(f"{BASE}/model", {**body, "on": True, "key": ""}, "application/json")
    assert saved.json() == {
        "endpoint": model.url, "model": "small", "on": True, "has_key": True, "local": True,
    }  # fmt: skip
    assert "yourself first" in program.get(f"{feedback}/outgoing").json()["error"]["message"]
    score(people.alice, answer_id, ScoreDraft(LEVELS))
    shown = program.get(f"{feedback}/outgoing").json()
    assert "I told the director no." in shown["body"]
    assert "sk-secret" not in str(shown)
    refused = program.post(feedback, {"seen": "0" * 64}, "application/json")
    assert (refused.status_code, model.asked) == (409, [])
    said = program.post(feedback, {"seen": shown["seen"]}, "application/json").json()
    assert (said["received"], said["sent"]) == ("Name the number first.", shown["body"])
    assert "language model" in said["label"]
    assert program.get(feedback).json()["feedback"] == [said]
    assert program.delete(f"{BASE}/replies/{said['id']}").json()["answer"] == answer_id
    assert program.get(feedback).json()["feedback"] == []
    assert program.delete(f"{BASE}/model").json()["endpoint"] == ""


def test_a_model_that_fails_is_told_and_nothing_made_up(
    program: Client, answer_id: str, people: People, model: FakeModel
):
    body = {"endpoint": model.url, "model": "small", "on": True}
    program.put(f"{BASE}/model", body, "application/json")
    score(people.alice, answer_id, ScoreDraft(LEVELS))
    feedback = f"{BASE}/answers/{answer_id}/feedback"
    seen = program.get(f"{feedback}/outgoing").json()["seen"]
    model.status = 500
    failed = program.post(feedback, {"seen": seen}, "application/json")
    assert (failed.status_code, "status 500" in failed.json()["error"]["message"]) == (503, True)
    assert program.get(feedback).json()["feedback"] == []
