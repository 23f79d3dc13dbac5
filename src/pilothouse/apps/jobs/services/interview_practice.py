"""What to practise next, and how one's own scores lie beside those of the rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pilothouse.apps.jobs.services.interview_answers import list_practised, list_scores
from pilothouse.apps.jobs.services.interview_bank import list_questions
from pilothouse.apps.jobs.services.interview_content import (
    BankQuestion,
    Wanted,
    load_rubric,
    search_bank,
)
from pilothouse.apps.jobs.services.interview_debriefs import read_weights
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.jobs.answers_practice import (
    Asked,
    Calibration,
    bias_by_answer,
    calibrate,
    choose_question,
)
from pilothouse.kernel.charts import ChartSpec, Point, Series
from pilothouse.kernel.errors import InvalidValueError


@dataclass(frozen=True)
class Suggested:
    """The question to practise, and why."""

    question: BankQuestion
    why: str


@dataclass(frozen=True)
class CalibrationView:
    """Calibration with the titles of its dimensions, and its course."""

    overall: Calibration | None
    by_dimension: tuple[tuple[str, Calibration], ...]
    chart: ChartSpec | None


def suggest_question(access: Access, now: datetime, wanted: Wanted | None = None) -> Suggested:
    """What to practise now among the questions wanted."""
    found = search_bank(list_questions(access), wanted or Wanted())
    weights = read_weights(access)
    asked = [
        Asked(each.key, each.kind, each.competencies, weights.of(each.key, each.kind))
        for each in found
    ]
    choice = choose_question(asked, list_practised(access), now)
    if choice is None:
        raise InvalidValueError("no question fits.", remedy="Choose less narrowly.")
    known = {each.key: each for each in found}
    return Suggested(known[choice.key], choice.why)


def read_calibration(access: Access) -> CalibrationView:
    """One's own scores against the rules, over all and by dimension."""
    scores = list_scores(access)
    found = {each.dimension: each for each in calibrate(scores)}
    titles = {key: each.title for key, each in load_rubric().dimensions.items()}
    rows = tuple((titles[key], found[key]) for key in titles if key in found)
    course = bias_by_answer(scores)
    return CalibrationView(found.get(""), rows, _chart(course) if len(course) > 1 else None)


def _chart(course: tuple[tuple[datetime, float], ...]) -> ChartSpec:
    points = tuple(
        Point(f"{place}. {at:%d %b}", bias) for place, (at, bias) in enumerate(course[-40:], 1)
    )
    return ChartSpec(
        "line",
        "Own scores less those of the rules",
        "Above 0 you are kinder to yourself than the rules are; they only read wording.",
        (Series("Levels", points),),
        unit="number",
        semantics=(("Difference", "mean over the dimensions that both gave a level"),),
    )
