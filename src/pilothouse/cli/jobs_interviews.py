"""``pilothouse jobs interviews``: questions, checks, practice, stories, preparation, debriefs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pilothouse.cli.jobs_interview_model import COMMANDS as MODEL_COMMANDS
from pilothouse.cli.jobs_interview_recordings import COMMANDS as RECORDING_COMMANDS
from pilothouse.cli.output import TellingGroup, print_answer
from pilothouse.cli.person import find_person, person_options
from pilothouse.kernel.errors import InvalidValueError

if TYPE_CHECKING:
    from pilothouse.apps.jobs.services.interview_answers import AnswerView
    from pilothouse.engines.jobs.answers_checks import Judgement

_JSON = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")


@click.group(name="interviews", cls=TellingGroup)
def interviews() -> None:
    """Interview questions, practice with a rubric, stories, preparation and debriefs."""


for _command in (*MODEL_COMMANDS, *RECORDING_COMMANDS):
    interviews.add_command(_command)


@interviews.command("questions")
@click.option("--type", "kind", default="", help="product-design, behavioural, strategy, ...")
@click.option("--level", default="", help="associate, pm, senior or lead.")
@click.option("--industry", default="", help="technology, consumer, healthcare, ...")
@click.option("--competency", default="", metavar="C14")
@click.option("--words", default="", help="All of them must occur.")
@person_options
def questions(
    *, kind: str, level: str, industry: str, competency: str, words: str, person: str,
    data: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Questions of the bank, and your own.

    Example: pilothouse jobs interviews questions --type strategy --words price
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.interview_bank import list_questions
    from pilothouse.apps.jobs.services.interview_content import Wanted, search_bank
    from pilothouse.apps.jobs.services.interview_jsons import to_question_json

    wanted = Wanted(kind, level, industry, competency, words)
    found = search_bank(list_questions(access), wanted)
    lines = [f"{each.key:28} {each.kind:15} {each.text}" for each in found]
    answer = {"questions": [to_question_json(each) for each in found]}
    print_answer(answer, lines or ["No question fits."], as_json=as_json)


@interviews.command("next")
@click.option("--type", "kind", default="", help="Only of this type.")
@person_options
def next_command(*, kind: str, person: str, data: Path | None, as_json: bool) -> None:
    """The question to practise now, and why.

    Example: pilothouse jobs interviews next
    """
    access = find_person(person, data)
    from django.utils import timezone

    from pilothouse.apps.jobs.services.interview_content import Wanted
    from pilothouse.apps.jobs.services.interview_jsons import to_question_json
    from pilothouse.apps.jobs.services.interview_practice import suggest_question

    found = suggest_question(access, timezone.now(), Wanted(kind=kind))
    lines = [f"{found.question.key}: {found.question.text}", found.why]
    plain = to_question_json(found.question, is_whole=False) | {"why": found.why}
    print_answer(plain, lines, as_json=as_json)


@interviews.command("check")
@click.argument("question", metavar="KEY")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--follow-up", type=click.File("r", encoding="utf-8"), help="A reply to one.")
@_JSON
def check(*, question: str, file: Any, follow_up: Any, as_json: bool) -> None:
    """Hold a text against the rubric; nothing is kept. Score it yourself first.

    Example: pilothouse jobs interviews check said-no answer.txt
    """
    from pilothouse.apps.jobs.services.interview_content import load_bank, load_rubric
    from pilothouse.apps.jobs.services.interview_plain import to_judgement_json
    from pilothouse.engines.jobs.answers_checks import judge_answer

    if question not in load_bank():
        raise InvalidValueError("there is no such question in the bank.", value=question)
    judged = judge_answer(
        load_rubric(), load_bank()[question].to_engine(), file.read(),
        follow_up=follow_up.read() if follow_up else "",
    )  # fmt: skip
    print_answer(to_judgement_json(judged), _judgement_lines(judged), as_json=as_json)


@interviews.command("answer")
@click.argument("question", metavar="KEY")
@click.argument("file", type=click.File("r", encoding="utf-8"), required=False)
@click.option("--seconds", type=click.IntRange(0, 14_400), help="How long it took.")
@click.option("--recording", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Also, or only, your voice: WebM, Ogg or MP4.")  # fmt: skip
@person_options
def answer(
    *, question: str, file: Any, seconds: int | None, recording: Path | None, person: str,
    data: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Keep an answer: a text, a recording, or both; then score it yourself.

    Example: pilothouse jobs interviews answer said-no answer.txt --seconds 140
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.interview_answers import AnswerDraft, give_answer
    from pilothouse.apps.jobs.services.interview_jsons import to_answer_json
    from pilothouse.apps.jobs.services.interview_recordings import NewRecording

    sound = NewRecording([recording.read_bytes()]) if recording else None
    text = file.read() if file else ""
    made = give_answer(access, AnswerDraft(question, text, seconds, sound))
    asked = " ".join(f"--level {each.key}=…" for each in made.dimensions)
    lines = [
        f"Kept {made.public_id}. Now: pilothouse jobs interviews score {made.public_id} {asked}"
    ]
    print_answer(to_answer_json(made), lines, as_json=as_json)


@interviews.command("score")
@click.argument("answer_id", metavar="ID")
@click.option("--level", "levels", multiple=True, metavar="DIMENSION=1..4", help="0: cannot judge.")
@click.option("--note", default="", help="What you would change.")
@person_options
def score(
    *, answer_id: str, levels: tuple[str, ...], note: str, person: str, data: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Score an answer yourself, once; then the rules are shown. "last" is the newest answer.

    Example: pilothouse jobs interviews score last --level frame=2 --level metrics=3 …
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.interview_answers import (
        ScoreDraft,
        list_answers,
        score_answer,
    )
    from pilothouse.apps.jobs.services.interview_jsons import to_answer_json

    newest = list_answers(access, limit=1)
    chosen = newest[0].public_id if answer_id == "last" and newest else answer_id
    scored = score_answer(access, chosen, ScoreDraft(_read_levels(levels), note))
    print_answer(to_answer_json(scored), _scored_lines(scored), as_json=as_json)


@interviews.command("calibration")
@person_options
def calibration(*, person: str, data: Path | None, as_json: bool) -> None:
    """Your own scores against those of the rules.

    Example: pilothouse jobs interviews calibration
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.interview_jsons import to_calibration_json
    from pilothouse.apps.jobs.services.interview_practice import read_calibration

    view = read_calibration(access)
    lines = [view.overall.sentence] if view.overall else ["No answer is scored yet."]
    lines += [f"{title:28} {each.bias:+.1f}  n {each.n}" for title, each in view.by_dimension]
    print_answer(to_calibration_json(view), lines, as_json=as_json)


@interviews.command("agreement")
@_JSON
def agreement(*, as_json: bool) -> None:
    """How far the rules agree with the labels of the 60 answers that come with the product.

    Example: pilothouse jobs interviews agreement
    """
    from dataclasses import asdict

    from pilothouse.apps.jobs.services.interview_examples import Measured, measure_rules

    def lines_of(name: str, found: Measured) -> Iterator[str]:
        for title, each in [("all", found.overall), *found.by_dimension.items()]:
            kappa = "   –" if each.kappa is None else f"{each.kappa:5.2f}"
            span = "" if each.low is None else f" ({each.low:.2f} to {each.high:.2f})"
            yield (
                f"{name:9} {title:14} n {each.n:3}  equal {each.exact.share:4.0%}  "
                f"within one {each.near.share:4.0%}  kappa {kappa}{span}"
            )
        yield f"{name:9} no level given to {found.faults[0]} of {found.faults[1]} bad answers"

    halves = {
        "tuning": measure_rules(is_held_out=False),
        "held out": measure_rules(is_held_out=True),
    }
    lines = [line for name, found in halves.items() for line in lines_of(name, found)]
    answer = {name.replace(" ", "_"): asdict(found) for name, found in halves.items()}
    print_answer(answer, lines, as_json=as_json)


@interviews.command("stories")
@click.option("--uncovered", is_flag=True, help="The behavioural questions that no story fits.")
@person_options
def stories(*, uncovered: bool, person: str, data: Path | None, as_json: bool) -> None:
    """Your stories, or the questions that have none.

    Example: pilothouse jobs interviews stories --uncovered
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.interview_jsons import to_question_json, to_story_json
    from pilothouse.apps.jobs.services.interview_matching import read_coverage
    from pilothouse.apps.jobs.services.interview_stories import list_stories

    if uncovered:
        bare = [each.question for each in read_coverage(access) if not each.fits]
        plain = {"questions": [to_question_json(each) for each in bare]}
        print_answer(plain, [f"{each.key:28} {each.text}" for each in bare], as_json=as_json)
        return
    found = list_stories(access)
    lines = [
        f"{each.public_id}  {'whole' if each.is_whole else 'draft':5}  {each.title}"
        for each in found
    ]
    plain = {"stories": [to_story_json(each) for each in found]}
    print_answer(plain, lines or ["No story yet."], as_json=as_json)


@interviews.command("story")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--act", "acts", multiple=True, type=int, help="An act it rests on; repeatable.")
@person_options
def story(
    *, file: Any, acts: tuple[int, ...], person: str, data: Path | None, as_json: bool
) -> None:
    """Begin a story from JSON: title, parts (situation, task, action, ...), best_for.

    Example: pilothouse jobs interviews story story.json --act 412
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.interview_jsons import to_story_json
    from pilothouse.apps.jobs.services.interview_stories import (
        StoryDraft,
        check_story,
        create_story,
    )

    body = _read_json(file)
    draft = StoryDraft(
        str(body.get("title", "")), _texts(body.get("parts", {})),
        [str(each) for each in body.get("best_for", [])],
    )  # fmt: skip
    made = create_story(access, draft, acts=acts)
    found = check_story(access, made)
    lines = [f"Kept {made.public_id}: {made.title}"]
    lines += [each.words for each in found.unsupported]
    lines += [f"{part} is empty." for part in found.empty]
    print_answer(to_story_json(made, found), lines, as_json=as_json)


@interviews.command("prepare")
@click.argument("company")
@click.option("--posting", default="", metavar="ID", help="A saved posting.")
@click.option("--role", default="")
@person_options
def prepare_command(
    *, company: str, posting: str, role: str, person: str, data: Path | None, as_json: bool
) -> None:
    """Begin a sheet for a company: likely questions and the stories that fit.

    Example: pilothouse jobs interviews prepare Acme --role "Senior PM"
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.interview_jsons import to_prepared_json
    from pilothouse.apps.jobs.services.interview_sheets import SheetDraft, prepare, save_sheet

    made = save_sheet(access, SheetDraft(company, role, posting))
    prepared = prepare(access, made)
    lines = [f"Sheet {made.public_id} for {made.company}", *prepared.missing]
    lines += [f"  {each.question.key}: {each.question.text}" for each in prepared.likely]
    print_answer(to_prepared_json(prepared), lines, as_json=as_json)


@interviews.command("debriefs")
@person_options
def debriefs(*, person: str, data: Path | None, as_json: bool) -> None:
    """Your debriefs, the newest first.

    Example: pilothouse jobs interviews debriefs
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.interview_debriefs import list_debriefs
    from pilothouse.apps.jobs.services.interview_jsons import to_debrief_json

    found = list_debriefs(access)
    lines = [f"{each.public_id}  {each.held_on}  {each.company}  {each.round}" for each in found]
    plain = {"debriefs": [to_debrief_json(each) for each in found]}
    print_answer(plain, lines or ["No debrief yet."], as_json=as_json)


@interviews.command("own")
@click.argument("kind", metavar="TYPE")
@click.argument("text")
@click.option("--competency", "competencies", multiple=True, help="C01 to C16; repeatable.")
@person_options
def own(
    *, kind: str, text: str, competencies: tuple[str, ...], person: str, data: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Add a question of your own: one that you were asked, or that you fear.

    Example: pilothouse jobs interviews own behavioural "When did you last change your mind?"
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.interview_bank import add_question
    from pilothouse.apps.jobs.services.interview_jsons import to_question_json

    made = add_question(access, kind, text, competencies)
    print_answer(to_question_json(made), [f"{made.key}: {made.text}"], as_json=as_json)


@interviews.command("sheet")
@click.argument("sheet_id", metavar="ID", default="")
@person_options
def sheet(*, sheet_id: str, person: str, data: Path | None, as_json: bool) -> None:
    """A preparation sheet: likely questions with why, and stories; without an ID, all sheets.

    Example: pilothouse jobs interviews sheet 2bcdfgh3jkmn
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.interview_jsons import to_prepared_json, to_sheet_json
    from pilothouse.apps.jobs.services.interview_sheets import get_sheet, list_sheets, prepare

    if not sheet_id:
        found = list_sheets(access)
        lines = [f"{each.public_id}  {each.held_on or 'no day yet':<10}  {each.company}"
                 for each in found]  # fmt: skip
        plain = {"sheets": [to_sheet_json(each) for each in found]}
        print_answer(plain, lines or ["No sheet yet."], as_json=as_json)
        return
    prepared = prepare(access, get_sheet(access, sheet_id))
    lines = [prepared.sheet.company, *prepared.missing]
    for each in prepared.likely:
        lines += [f"{each.question.key}: {each.question.text}", f"    {'; '.join(each.why)}"]
        lines += [f"    story: {fit.story.title}" for fit in each.fits]
    lines += [f"Known there: {each.name}" for each in prepared.known]
    print_answer(to_prepared_json(prepared), lines, as_json=as_json)


@interviews.command("debrief")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@person_options
def debrief(*, file: Any, person: str, data: Path | None, as_json: bool) -> None:
    """Write a debrief from JSON: company, held_on, questions (text, type, went 1 to 4), learn.

    Example: pilothouse jobs interviews debrief debrief.json
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.interview_debriefs import read_debrief, save_debrief
    from pilothouse.apps.jobs.services.interview_jsons import to_debrief_json

    made = save_debrief(access, read_debrief(_read_json(file)))
    lines = [f"Kept {made.public_id}: {made.company}, {made.held_on}"]
    print_answer(to_debrief_json(made), lines, as_json=as_json)


@interviews.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@person_options
def export(*, file: Path, person: str, data: Path | None, as_json: bool) -> None:
    """Everything of your interviews as one JSON file; recordings stay where they are.

    Example: pilothouse jobs interviews export interviews.json
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.interview_exporting import export_all

    body = export_all(access)
    file.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    counts = {name: len(found) for name, found in body.items()}
    lines = [f"{count} {name}" for name, count in counts.items()]
    print_answer({"file": str(file), **counts}, lines, as_json=as_json)


def _read_levels(levels: tuple[str, ...]) -> dict[str, int]:
    read: dict[str, int] = {}
    for each in levels:
        key, found, text = each.partition("=")
        if not found or text not in {"0", "1", "2", "3", "4"}:
            raise InvalidValueError("a level is written as DIMENSION=1..4, or =0.", value=each)
        read[key] = int(text)
    return read


def _read_json(file: Any) -> dict[str, Any]:
    try:
        body = json.load(file)
    except ValueError as error:
        raise InvalidValueError(f"this is no JSON: {error}.") from error
    if not isinstance(body, dict):
        raise InvalidValueError("this is a JSON object with named parts.")
    return body


def _texts(parts: Any) -> dict[str, str]:
    if not isinstance(parts, dict):
        raise InvalidValueError("parts are a JSON object of texts.")
    return {str(key): str(text) for key, text in parts.items()}


def _judgement_lines(judged: Judgement) -> Iterator[str]:
    if judged.gate:
        yield f"Cannot judge: {judged.gate.sentence}"
        return
    for level in judged.levels:
        yield f"{level.dimension:14} {level.level}  {level.why}"
        if level.missing:
            yield f"{'':17}next: {level.missing}"
    for each in judged.checks:
        yield f"{each.title}: {each.state.value}. {each.sentence}"


def _scored_lines(scored: AnswerView) -> Iterator[str]:
    for key, own in scored.own_levels.items():
        yield f"{key:14} you {own or '–'}  rules {scored.rule_levels.get(key, 'cannot judge')}"
    if scored.judgement:
        yield from _judgement_lines(scored.judgement)
