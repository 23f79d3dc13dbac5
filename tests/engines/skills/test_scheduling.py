"""FSRS by the package: a worked example, the same as the package for any history, the rules."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import fsrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.skills.scheduling import (
    RATINGS,
    STAGES,
    Memory,
    chance_after,
    ease_retention,
    interval_days,
    order_backlog,
    preview,
    recall_chance,
    replay,
    schedule,
)
from pilothouse.kernel.errors import InvalidValueError

START = datetime(2026, 11, 23, 8, tzinfo=timezone.utc)
DAY = timedelta(days=1)
# Pairs of minutes since the last rating and the rating.
HISTORIES = st.lists(
    st.tuples(st.integers(0, 200 * 24 * 60), st.sampled_from(RATINGS)), min_size=1, max_size=25
)
RETENTIONS = st.sampled_from((0.7, 0.8, 0.85, 0.9, 0.97))


def by_the_package(history: list[tuple[datetime, int]], retention: float) -> fsrs.Card:
    """The same history, told to the package directly."""
    scheduler = fsrs.Scheduler(desired_retention=retention, enable_fuzzing=False)
    card = fsrs.Card(card_id=1, due=START)
    for at, rating in history:
        card, _ = scheduler.review_card(card, fsrs.Rating(rating), at)
    return card


def to_history(steps: list[tuple[int, int]]) -> list[tuple[datetime, int]]:
    at, history = START, []
    for minutes, rating in steps:
        at += timedelta(minutes=minutes)
        history.append((at, rating))
    return history


@settings(max_examples=150, deadline=None)
@given(steps=HISTORIES, retention=RETENTIONS)
def test_any_history_gives_the_state_and_the_due_date_of_the_package(
    steps: list[tuple[int, int]], retention: float
):
    history = to_history(steps)
    memory, card = replay(history, retention=retention), by_the_package(history, retention)
    assert memory is not None
    assert memory == Memory(
        STAGES[card.state.value - 1], card.step, card.stability, card.difficulty, card.due,
        card.last_review,
    )  # fmt: skip
    later = history[-1][0] + 9 * DAY
    expected = fsrs.Scheduler(enable_fuzzing=False).get_card_retrievability(card, later)
    assert recall_chance(memory, later) == pytest.approx(expected, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(steps=HISTORIES)
def test_a_better_rating_never_brings_a_card_sooner(steps: list[tuple[int, int]]):
    memory = replay(to_history(steps))
    assert memory is not None
    delays = preview(memory, memory.due)
    assert list(delays) == sorted(delays)


def test_the_first_days_of_a_card_by_hand():
    # Default parameters: good at first gives S = 2.3065; the steps are 1 and 10 minutes.
    first = schedule(None, 3, START)
    assert (first.stage, first.step, first.due) == ("learning", 1, START + timedelta(minutes=10))
    assert first.stability == pytest.approx(2.3065)
    # D0(3) = 6.4133 - e^(0.8334 * 2) + 1
    assert first.difficulty == pytest.approx(6.4133 - 2.718281828**1.6668 + 1, rel=1e-6)
    second = schedule(first, 3, first.due)
    # The same day: S grows by e^(0.5425 * 0.0912) * S^-0.0658, at least by nothing.
    grown = 2.718281828 ** (0.5425 * 0.0912) * 2.3065**-0.0658
    assert second.stability == pytest.approx(2.3065 * max(grown, 1.0), rel=1e-6)
    assert (second.stage, second.due) == ("review", first.due + 2 * DAY)


def test_forgetting_sends_a_card_back_to_a_step():
    known = replay([(START, 4), (START + 8 * DAY, 3)])
    assert known is not None
    assert known.stage == "review"
    lost = schedule(known, 1, known.due)
    assert (lost.stage, lost.due - known.due) == ("relearning", timedelta(minutes=10))
    assert lost.stability < known.stability


@given(
    stability=st.floats(0.1, 3_000),
    retention=st.floats(0.7, 0.97),
)
def test_after_its_interval_a_card_is_recalled_with_the_wished_chance(
    stability: float, retention: float
):
    days = interval_days(stability, retention)
    # Half a day of rounding either way, and one day at least.
    assert chance_after(days + 0.51, stability) <= max(retention, chance_after(1, stability))
    assert days == 1 or chance_after(days - 0.51, stability) >= retention


@pytest.mark.parametrize(
    ("wanted", "waiting", "eased"),
    [
        (0.9, 0, 0.9), (0.9, 100, 0.9), (0.9, 101, 0.85), (0.9, 200, 0.85), (0.9, 201, 0.8),
        (0.95, 150, 0.9), (0.78, 500, 0.7), (0.7, 500, 0.7),
    ],
)  # fmt: skip
def test_a_backlog_lowers_the_retention_by_the_stated_rule(
    wanted: float, waiting: int, eased: float
):
    assert ease_retention(wanted, waiting, 100) == eased


@settings(max_examples=60)
@given(cards=st.lists(st.tuples(st.integers(0, 400), st.floats(0.1, 500)), min_size=2, max_size=30))
def test_a_backlog_comes_in_the_order_of_the_chance_of_recall(cards: list[tuple[int, float]]):
    named = [(str(n), float(days), stability) for n, (days, stability) in enumerate(cards)]
    chances = {key: chance_after(days, stability) for key, days, stability in named}
    ordered = [chances[key] for key in order_backlog(named)]
    assert ordered == sorted(ordered)


def test_what_is_no_rating_or_no_time_is_refused():
    with pytest.raises(InvalidValueError, match="a rating is"):
        schedule(None, 5, START)
    with pytest.raises(InvalidValueError, match="has a zone"):
        schedule(None, 3, datetime(2026, 11, 23))  # noqa: DTZ001
    with pytest.raises(InvalidValueError, match="a retention lies"):
        schedule(None, 3, START, retention=0.5)
