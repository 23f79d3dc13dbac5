"""Forecasts that resolve themselves: from metrics as they stood, from releases, and by waiting."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pilothouse.apps.analytics.services.metrics import (
    MetricDraft,
    save_metric,
    set_metric_deleted,
)
from pilothouse.apps.analytics.services.questions import parse_question
from pilothouse.apps.decisions.services.forecasts import get_forecast
from pilothouse.apps.decisions.services.judging import RangeSaid
from pilothouse.apps.decisions.services.resolving import (
    look_at_all_sources,
    look_at_sources,
    reopen_forecast,
)
from pilothouse.apps.roadmap.services.releases import (
    ReleaseDraft,
    save_release,
    set_released,
)
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.kernel.errors import InvalidValueError, NotFoundError
from tests.apps.decisions.makers import (
    NOW,
    TODAY,
    day,
    forecast,
    make_dated,
    make_metric,
    turn,
)
from tests.apps.makers import daily_events, make_event, send
from tests.builders import People


@pytest.fixture
def product(people: People):
    return make_dated(people.alice)


def on_metric(metric, operator="at-least", threshold: object = 5):
    source = {"metric": metric.public_id, "operator": operator, "threshold": threshold}
    return {"source_kind": "metric", "source": source}


def test_a_metric_resolves_it_when_the_day_is_over(people, product):
    send(people.alice, product, daily_events([3, 3, 3, 3]))
    metric = make_metric(people.alice, product)
    made = forecast(people.alice, product, 0.8, resolve_by=TODAY, **on_metric(metric, threshold=3))
    assert made.source_words == "the metric Opened is at least 3"
    assert look_at_sources(product) == 0  # noon: the day is not over
    later = turn(product, to=NOW + timedelta(hours=12))
    assert look_at_sources(later) == 1
    end = get_forecast(later, made.public_id)
    resolution = end.resolution
    assert (resolution.outcome, resolution.value, resolution.how) == ("yes", 3.0, "metric")
    assert resolution.reading["n"] == 3
    assert resolution.reading["first_day"] == "2026-11-23"
    assert "whole day" in resolution.reading["rule"]
    assert end.judgement.brier == pytest.approx(0.04)
    act = list_acts(people.alice)[0]
    assert (act.kind, act.facts["by_itself"]) == ("forecast.resolved", True)
    # Looked at again it is over.
    assert look_at_sources(later) == 0


@pytest.mark.parametrize(
    ("operator", "threshold", "outcome"),
    [("at-least", 4, "no"), ("above", 3, "no"), ("at-most", 3, "yes"), ("below", 3, "no")],
)
def test_comparisons(people, product, operator, threshold, outcome):
    send(people.alice, product, daily_events([3, 3, 3, 3]))
    source = on_metric(make_metric(people.alice, product), operator, threshold)
    made = forecast(people.alice, product, resolve_by=TODAY, **source)
    later = turn(product, days=1)
    look_at_sources(later)
    assert get_forecast(later, made.public_id).resolution.outcome == outcome


def test_read_is_the_day_that_was_named_and_not_today(people, product):
    made_on = turn(product, days=-3)
    send(people.alice, product, daily_events([3, 9, 9, 9]))
    source = on_metric(make_metric(people.alice, product), threshold=5)
    made = forecast(people.alice, made_on, resolve_by=day(-3), **source)
    later = turn(product, days=1)
    look_at_sources(later)
    resolution = get_forecast(later, made.public_id).resolution
    assert (resolution.outcome, resolution.value) == ("no", 3.0)


def test_a_rate_is_read_with_its_interval(people, product):
    """Six of ten come back: the threshold lies inside the interval, and that is said."""
    started = NOW - timedelta(days=20)
    events = [make_event(f"s{k}", "start", f"a{k}", started) for k in range(10)]
    events += [make_event(f"b{k}", "back", f"a{k}", started + timedelta(hours=1)) for k in range(6)]
    events += daily_events([1])
    send(people.alice, product, events)
    metric = make_metric(people.alice, product, "funnel", steps=["start", "back"], window="1d")
    made = forecast(
        people.alice,
        turn(product, days=-15),
        resolve_by=day(-13),
        **on_metric(metric, "above", "50%"),
    )
    assert made.source_words.endswith("is above 50%")
    later = turn(product, to=NOW)
    look_at_sources(later)
    resolution = get_forecast(later, made.public_id).resolution
    assert (resolution.outcome, resolution.value) == ("yes", 0.6)
    assert resolution.reading["interval"]["n"] == 10
    assert resolution.reading["is_close"]
    assert "could as well have gone the other way" in resolution.evidence


def test_a_number_is_the_metrics_value(people, product):
    send(people.alice, product, daily_events([3, 3, 3, 7]))
    metric = make_metric(people.alice, product)
    source = {"source_kind": "metric", "source": {"metric": metric.public_id}}
    said = RangeSaid(5.0, 6.0, 8.0, 0.9)
    made = forecast(people.alice, product, kind="numeric", range=said, resolve_by=TODAY, **source)
    later = turn(product, days=1)
    look_at_sources(later)
    end = get_forecast(later, made.public_id)
    assert (end.resolution.value, end.judgement.score.side) == (7.0, "inside")


def test_what_a_source_cannot_judge_waits_and_says_why(people, product):
    metric = make_metric(people.alice, product)
    made = forecast(people.alice, product, resolve_by=TODAY, **on_metric(metric))
    later = turn(product, days=1)
    assert look_at_sources(later) == 0
    assert "no whole day of data yet" in get_forecast(later, made.public_id).waiting_for
    send(people.alice, product, daily_events([3, 3, 3]), at=NOW)
    stale = turn(product, days=30)
    other = forecast(people.alice, stale, resolve_by=day(30), **on_metric(metric))
    long_after = turn(product, days=32)
    look_at_sources(long_after)
    assert "the events end on" in get_forecast(long_after, other.public_id).waiting_for


def test_a_metric_that_has_changed_or_gone_does_not_judge(people, product):
    send(people.alice, product, daily_events([3, 3, 3, 3]))
    metric = make_metric(people.alice, product)
    made = forecast(people.alice, product, resolve_by=TODAY, **on_metric(metric))
    other = parse_question("trend", {"event": "opened", "measure": "actors"})
    save_metric(people.alice, product, MetricDraft("Opened", other), public_id=metric.public_id)
    later = turn(product, days=1)
    assert look_at_sources(later) == 0
    assert "definition" in get_forecast(later, made.public_id).waiting_for
    set_metric_deleted(people.alice, product, metric.public_id, is_deleted=True)
    look_at_sources(later)
    assert "no longer there" in get_forecast(later, made.public_id).waiting_for


def test_what_was_taken_back_does_not_come_back_by_itself(people, product):
    send(people.alice, product, daily_events([3, 3]))
    source = on_metric(make_metric(people.alice, product), threshold=3)
    made = forecast(people.alice, product, resolve_by=TODAY, **source)
    later = turn(product, days=1)
    look_at_sources(later)
    reopen_forecast(people.alice, later, made.public_id)
    assert look_at_sources(later, force=True) == 0


def test_the_worker_looks_at_every_product(people, product):
    other = make_dated(people.charlie)
    for access, where in ((people.alice, product), (people.charlie, other)):
        send(access, where, daily_events([3, 3, 3]))
        source = on_metric(make_metric(access, where), threshold=3)
        forecast(access, where, resolve_by=TODAY, **source)
        turn(where, days=1)
    assert look_at_all_sources() == 2
    assert look_at_all_sources() == 0
    assert list_acts(people.charlie)[0].kind == "forecast.resolved"


def test_bad_sources_are_refused(people, product):
    metric = make_metric(people.alice, product, "funnel", steps=["a", "b"])
    for source in (on_metric(metric, "like"), on_metric(metric, threshold="many"),
                   on_metric(metric, threshold=40)):  # fmt: skip
        with pytest.raises(InvalidValueError):
            forecast(people.alice, product, **source)
    source = {"source_kind": "metric", "source": {"metric": "nosuchmetric"}}
    with pytest.raises(NotFoundError):
        forecast(people.alice, product, **source)
    said = RangeSaid(day(1), day(2), day(3), 0.8)
    with pytest.raises(InvalidValueError, match="only"):
        forecast(people.alice, product, kind="date", range=said, **on_metric(metric))


def on_release(release):
    return {"source_kind": "release", "source": {"release": release.public_id}}


def test_a_release_resolves_it_on_its_day(people, product):
    release = save_release(people.alice, product, ReleaseDraft("Sharing"))
    made = forecast(people.alice, product, 0.9, **on_release(release))
    said = RangeSaid(day(1), day(3), day(9), 0.8)
    when = forecast(
        people.alice, product, kind="date", range=said, resolve_by=day(14), **on_release(release)
    )
    assert look_at_sources(product) == 0
    assert "is not out" in get_forecast(product, made.public_id).waiting_for
    out = turn(product, days=4)
    set_released(people.alice, out, release.public_id, released_on=day(4))
    assert look_at_sources(out) == 2
    end = get_forecast(out, made.public_id)
    assert (end.resolution.outcome, end.judgement.brier) == ("yes", pytest.approx(0.01))
    came = get_forecast(out, when.public_id)
    assert (came.resolution.day, came.judgement.score.error) == (day(4), 1)


def test_a_release_that_is_not_out_in_time(people, product):
    release = save_release(people.alice, product, ReleaseDraft("Sharing"))
    made = forecast(people.alice, product, 0.9, **on_release(release))
    said = RangeSaid(day(1), day(3), day(5), 0.8)
    when = forecast(people.alice, product, kind="date", range=said, **on_release(release))
    late = turn(product, days=8)
    assert look_at_sources(late) == 2
    assert get_forecast(late, made.public_id).resolution.outcome == "no"
    assert get_forecast(late, when.public_id).judgement.score.side == "above"
