"""``pilothouse jobs interviews``: questions, an answer scored, a story, errors in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pilothouse.apps.jobs.services.interview_examples import load_examples
from pilothouse.cli.jobs import group
from tests.apps.jobs.fake_model import run_model
from tests.apps.jobs.interview_rows import WEBM
from tests.builders import make_people

TEXT = next(each.text for each in load_examples() if each.key == "said-no-strong")
LEVELS = ("tradeoffs=3", "metrics=2", "execution=2", "communication=2")


def run(*words: object, text: str = "") -> Any:
    return CliRunner().invoke(group, ["interviews", *map(str, words)], input=text)


def ask(*words: object, text: str = "") -> Any:
    result = run(*words, "--json", text=text)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def file(transactional_db: None, tmp_path: Path) -> Path:
    make_people()
    path = tmp_path / "answer.txt"
    path.write_text(TEXT, "utf-8")
    return path


def test_an_answer_from_the_question_to_calibration(file: Path, tmp_path: Path):
    found = ask("questions", "--type", "behavioural", "--words", "said important")["questions"]
    assert [each["key"] for each in found] == ["said-no"]
    assert ask("next", "--type", "strategy")["type"] == "strategy"
    kept = ask("answer", "said-no", file, "--seconds", 140)
    assert kept["judgement"] is None
    levels = [word for each in LEVELS for word in ("--level", each)]
    scored = ask("score", "last", *levels)
    assert scored["rule_levels"]["tradeoffs"] == 4
    assert ask("calibration")["overall"]["n"] == 4
    out = tmp_path / "out.json"
    assert ask("export", out)["answers"] == 1
    assert json.loads(out.read_text())["answers"][0]["text"] == TEXT


def test_checks_and_agreement_need_no_workspace(tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_text("It went fine.", "utf-8")
    assert "3 words are too few" in ask("check", "said-no", path)["cannot_judge"]
    found = ask("agreement")
    assert (found["held_out"]["overall"]["n"], found["held_out"]["faults"]) == (105, [4, 4])
    assert "held out  all" in run("agreement").output


def test_stories_sheets_and_debriefs(file: Path):
    body = json.dumps({"title": "The export", "parts": {"result": "We built 5 of 41."},
                       "best_for": ["C14"]})  # fmt: skip
    made = ask("story", "-", text=body)
    assert {each["figure"] for each in made["check"]["unsupported"]} == {"5", "41"}
    assert len(ask("stories")["stories"]) == 1
    assert len(ask("stories", "--uncovered")["questions"]) <= 40
    assert ask("prepare", "Acme")["company"] == "Acme"
    assert ask("debriefs")["debriefs"] == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("check", "no-such", "-"), "no such question in the bank"),
        (("score", "last", "--level", "frame=9"), "a level is written as"),
        (("score", "nothing", "--level", "frame=2"), "no such answer"),
        (("story", "-"), "this is no JSON"),
        (("next", "--type", "zzz"), "no question fits"),
        (("answer", "said-no", "-"), "a text, a recording, or both"),
    ],
)
def test_what_cannot_be_is_told_in_words(file: Path, words: tuple[str, ...], told: str):
    result = run(*words)
    assert result.exit_code == 1
    assert told in result.output
    assert "Traceback" not in result.output


def test_own_questions_sheets_and_debriefs(file: Path, tmp_path: Path):
    own = ask("own", "behavioural", "When did you last change your mind?")
    assert own["key"].startswith("own:")
    debrief = tmp_path / "debrief.json"
    asked = {"text": "", "key": "said-no", "type": "behavioural", "went": 2}
    body = {"company": "Acme", "held_on": "2026-11-20", "learn": "Shorter.", "questions": [asked]}
    debrief.write_text(json.dumps(body), "utf-8")
    assert ask("debrief", debrief)["questions"][0]["key"] == "said-no"
    made = ask("prepare", "Acme")
    assert [each["id"] for each in ask("sheet")["sheets"]] == [made["id"]]
    said = run("sheet", made["id"]).output
    assert "this company asked you before" in said
    debrief.write_text(json.dumps({**body, "held_on": "20 Nov"}), "utf-8")
    assert "year-month-day" in run("debrief", debrief).output
    debrief.write_text(json.dumps({**body, "questions": [{"text": "Why us?"}]}), "utf-8")
    refused = run("debrief", debrief)
    assert refused.exit_code == 1
    assert "Error" in refused.output


def test_recordings_in_and_out(file: Path, tmp_path: Path):
    sound, out = tmp_path / "a.webm", tmp_path / "b.webm"
    sound.write_bytes(WEBM)
    spoken = ask("answer", "said-no", "--recording", sound)
    assert (spoken["text"], len(spoken["recordings"])) == ("", 1)
    kept = ask("record", spoken["id"], sound)
    listed = ask("recordings", spoken["id"])["recordings"]
    assert [each["id"] for each in listed] == [spoken["recordings"][0]["id"], kept["id"]]
    assert ask("recording", kept["id"], "--out", out)["file"] == str(out)
    assert out.read_bytes() == WEBM
    assert "no such recording" in run("recording", kept["id"], "--person", "Charlie").output
    assert "deleted" in run("recording", kept["id"], "--delete").output
    assert "no such recording" in run("recording", kept["id"]).output
    assert len(ask("recordings", spoken["id"])["recordings"]) == 1
    assert "WebM, Ogg or MP4" in run("record", spoken["id"], file).output
    ask("score", "last", *(word for each in LEVELS for word in ("--level", each)))
    assert "scored already" in run("record", spoken["id"], sound).output


def test_feedback_of_a_model_is_off_shown_and_sent(file: Path):
    kept = ask("answer", "said-no", file)["id"]
    ask("score", kept, *(word for each in LEVELS for word in ("--level", each)))
    assert "nothing is sent anywhere" in run("model").output
    assert "is off" in run("feedback", kept).output
    with run_model() as model:
        words = ("--endpoint", model.url, "--name", "small")
        assert ask("model", *words)["on"] is False
        assert "is off" in run("feedback", kept).output
        assert ask("model", "--on", "--key-file", "-", text="sk-secret\n")["has_key"]
        assert "small at " in run("model").output
        shown = run("feedback", kept)
        assert "Not sent yet" in shown.output
        assert TEXT.split("\n")[0][:40] in shown.output
        assert "sk-secret" not in shown.output
        assert model.asked == []
        seen = ask("feedback", kept)["seen"]
        assert f"--send {seen}" in shown.output
        assert "is not what was shown" in run("feedback", kept, "--send", "x").output
        assert model.asked == []
        said = run("feedback", kept, "--send", seen).output
        assert "A language model said this. It is not a score" in said
        assert "Name the number first." in said
        assert model.asked[0][1]["Authorization"] == "Bearer sk-secret"
        (reply,) = ask("feedback", kept, "--list")["feedback"]
        assert "one at a time" in run("feedback", kept, "--list", "--send", seen).output
    assert "deleted" in run("feedback", kept, "--delete", reply["id"]).output
    assert "No model was asked" in run("feedback", kept, "--list").output
    assert ask("model", "--off")["on"] is False
    assert ask("model", "--forget")["endpoint"] == ""
