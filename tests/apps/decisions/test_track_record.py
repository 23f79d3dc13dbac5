"""The track record: what is scored, by whom and what, and what is left out and why."""

from __future__ import annotations

import pytest

from pilothouse.apps.decisions.services.charts import chart_calibration, chart_history
from pilothouse.apps.decisions.services.forecasts import get_forecast, revise_estimate
from pilothouse.apps.decisions.services.judging import RangeSaid
from pilothouse.apps.decisions.services.resolving import ResolutionDraft, resolve_by_hand
from pilothouse.apps.decisions.services.track_record import (
    read_track_record,
    to_track_record_json,
)
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.times import parse_zone
from tests.apps.decisions.makers import day, forecast, make_dated, turn
from tests.builders import People

WORKED = [(0.9, "yes"), (0.8, "yes"), (0.7, "no"), (0.6, "yes"), (0.3, "no")]


@pytest.fixture
def product(people: People):
    return make_dated(people.alice)


def test_the_worked_example_through_the_app(people, product):
    for probability, outcome in WORKED:
        made = forecast(people.alice, product, probability)
        later = turn(product, days=8)
        resolve_by_hand(people.alice, later, made.public_id, ResolutionDraft(outcome))
    answer = to_track_record_json(product, read_track_record(product))
    assert round(answer["brier"], 3) == 0.158
    assert round(answer["log_score"], 3) == 0.48
    assert answer["too_few"] is True
    assert answer["by_person"][0]["name"] == "Alice"
    assert answer["by_source"][0]["name"] == "by hand"
    assert answer["simulated"] is False
    chart = chart_calibration(read_track_record(product).calibration)
    assert chart.summary.startswith("Too few to judge: 5 scored")


def test_groups_words_and_what_is_left_out(people, product):
    later = turn(product, days=8)
    first = forecast(people.alice, product, 0.2, topics=("rain",))
    revise_estimate(people.alice, turn(product, days=1), first.public_id, probability=0.9)
    second = forecast(people.bob, product, 0.4, topics=("rain", "sun"), person="Cy")
    late = forecast(people.alice, product, 1.0, resolve_by=day(-1))
    void = forecast(people.alice, product, 0.5)
    forecast(people.alice, product, 0.5)
    for each, outcome in ((first, "yes"), (second, "no"), (late, "yes"), (void, "void")):
        draft = ResolutionDraft(outcome, evidence="seen")
        resolve_by_hand(people.alice, later, each.public_id, draft)
    record = read_track_record(later)
    assert (record.calibration.n, record.open, record.due) == (2, 1, 1)
    assert record.calibration.brier == pytest.approx((0.01 + 0.16) / 2)
    assert read_track_record(later, word="first").calibration.brier == pytest.approx(
        (0.64 + 0.16) / 2
    )
    assert [(each.name, each.calibration.n) for each in record.by_topic] == [
        ("rain", 2), ("sun", 1)]  # fmt: skip
    assert [each.name for each in record.by_person] == ["Alice", "Cy"]
    assert dict(record.left_out) == {
        "made when the outcome could be known already": 1,
        "void: it could not be judged": 1,
    }
    assert read_track_record(later, person="Cy").calibration.n == 1
    with pytest.raises(InvalidValueError):
        read_track_record(later, word="best")


def test_ranges_are_measured_by_coverage(people, product):
    later = turn(product, days=8)
    for value in (5.0, 50.0):
        said = RangeSaid(0.0, 5.0, 10.0, 0.8)
        made = forecast(people.alice, product, kind="numeric", range=said)
        resolve_by_hand(people.alice, later, made.public_id, ResolutionDraft("value", value=value))
    (coverage,) = read_track_record(later).coverage
    assert (coverage.rate.hits, coverage.rate.n, coverage.above) == (1, 2, 1)
    assert read_track_record(later).calibration.n == 0


def test_the_curve_names_the_bins_that_luck_does_not_explain(people, product):
    later = turn(product, days=8)
    for number in range(20):
        made = forecast(people.alice, product, 0.95)
        draft = ResolutionDraft("yes" if number % 2 else "no")
        resolve_by_hand(people.alice, later, made.public_id, draft)
    chart = chart_calibration(read_track_record(later).calibration)
    assert "what was called 95% came true less often, in 50% (10 of 20)" in chart.summary
    came, expected = chart.series
    assert (came.points[9].value, came.points[9].n) == (0.5, 20)
    assert came.points[0].value is None
    assert expected.points[9].low == pytest.approx(17 / 20)


def test_the_history_is_drawn_with_late_words_hollow(people, product):
    made = forecast(people.alice, product, 0.5)
    revise_estimate(people.alice, turn(product, days=3), made.public_id, probability=0.9)
    draft = ResolutionDraft("yes", known_on=day(2))
    resolve_by_hand(people.alice, turn(product, days=4), made.public_id, draft)
    chart = chart_history(get_forecast(product, made.public_id), parse_zone("UTC"))
    assert [(point.value, point.immature) for point in chart.series[0].points] == [
        (0.5, False), (0.9, True)]  # fmt: skip
    assert chart.summary == "Said 2 times: from 50% to 90%."
