"""How good the forecasts of a product were: what is scored, what is not and why, by whom and what.

The last word before the outcome could be known is scored; the first word can be asked for instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pilothouse.apps.decisions.models import ForecastKind
from pilothouse.apps.decisions.services.forecast_views import ForecastView
from pilothouse.apps.decisions.services.forecasts import list_forecasts
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.engines.decisions import (
    ENOUGH,
    Calibration,
    Coverage,
    Forecast,
    calibrate,
    calibrate_groups,
    measure_coverage,
    to_plain,
)
from pilothouse.kernel.errors import InvalidValueError

Word = Literal["last", "first"]
WORDS: tuple[Word, ...] = ("last", "first")
MAX_READ = 100_000
BY_HAND = "by hand"


@dataclass(frozen=True)
class GroupScore:
    """The scores of one person, source or topic."""

    name: str
    calibration: Calibration


@dataclass(frozen=True)
class TrackRecord:
    """Everything that the forecasts of a product tell of whoever made them.

    ``over_time``: mean Brier score weighted by how long each probability stood. ``left_out``: how
    many resolved forecasts are not scored, by reason. ``coverage``: of ranges, by level.
    """

    word: Word
    calibration: Calibration
    over_time: float | None
    by_person: tuple[GroupScore, ...]
    by_source: tuple[GroupScore, ...]
    by_topic: tuple[GroupScore, ...]
    coverage: tuple[Coverage, ...]
    left_out: tuple[tuple[str, int], ...]
    open: int
    due: int


def read_track_record(
    product: ProductView, *, word: str = "last", person: str = "", topic: str = ""
) -> TrackRecord:
    """Scores of all resolved forecasts of a product, of one person or topic if asked."""
    if word not in WORDS:
        raise InvalidValueError("the word that is scored is last or first.", value=word)
    found = list_forecasts(product, person=person, topic=topic, limit=MAX_READ)
    return record_of(found, "first" if word == "first" else "last")


def record_of(found: Sequence[ForecastView], word: Word) -> TrackRecord:
    """The scores of these forecasts."""
    judged = [each for each in found if each.judgement is not None]
    scored = [each for each in judged if each.judgement and each.judgement.is_scored]
    binary = [_to_engine(each, word) for each in scored if each.kind == ForecastKind.BINARY]
    return TrackRecord(
        word=word,
        calibration=calibrate(binary),
        over_time=_mean_over_time(scored),
        by_person=_groups(binary, lambda each: [each.person]),
        by_source=_groups(binary, lambda each: [each.kind]),
        by_topic=_groups(binary, lambda each: each.topics),
        coverage=_coverage(scored),
        left_out=_left_out(judged),
        open=sum(each.resolution is None for each in found),
        due=sum(each.is_due for each in found),
    )


def to_track_record_json(product: ProductView, record: TrackRecord) -> dict[str, Any]:
    """A track record for the API and commands."""

    def groups(scores: Sequence[GroupScore]) -> list[dict[str, Any]]:
        return [
            {
                "name": each.name,
                "n": each.calibration.n,
                "brier": each.calibration.brier,
                "log_score": each.calibration.log_score,
                "skill": each.calibration.skill.value if each.calibration.skill else None,
                "too_few": each.calibration.is_too_few,
            }
            for each in scores
        ]

    return {
        "simulated": product.is_simulated,
        "word": record.word,
        **to_plain(record.calibration),
        "brier_over_time": record.over_time,
        "by_person": groups(record.by_person),
        "by_source": groups(record.by_source),
        "by_topic": groups(record.by_topic),
        "coverage": [asdict(each) for each in record.coverage],
        "not_scored": dict(record.left_out),
        "open": record.open,
        "due": record.due,
    }


def _to_engine(forecast: ForecastView, word: Word) -> Forecast:
    judged = forecast.judgement
    assert judged is not None
    said = judged.first if word == "first" else judged.probability
    assert said is not None
    return Forecast(
        probability=said,
        outcome=bool(judged.happened),
        person=forecast.person,
        kind=forecast.source_kind or BY_HAND,
        topics=forecast.topics,
    )


def _groups(forecasts: Sequence[Forecast], keys_of: Any) -> tuple[GroupScore, ...]:
    groups = calibrate_groups(forecasts, keys_of)
    return tuple(GroupScore(name, result) for name, result in groups.items())


def _mean_over_time(scored: Iterable[ForecastView]) -> float | None:
    values = [
        each.judgement.brier_over_time
        for each in scored
        if each.judgement and each.judgement.brier_over_time is not None
    ]
    return sum(values) / len(values) if values else None


def _coverage(scored: Iterable[ForecastView]) -> tuple[Coverage, ...]:
    pairs = [
        (each.judgement.range, each.judgement.score)
        for each in scored
        if each.judgement and each.judgement.range and each.judgement.score
    ]
    return tuple(measure_coverage(pairs, ENOUGH))


def _left_out(judged: Iterable[ForecastView]) -> tuple[tuple[str, int], ...]:
    reasons = Counter(each.judgement.reason for each in judged if each.judgement)
    del reasons[""]
    return tuple(reasons.most_common())
