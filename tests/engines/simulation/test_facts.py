"""What the model must reproduce: the closed form of retention and facts of real products.

The large runs are marked slow; a small one of each kind runs always.
"""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest

from pilothouse.engines.simulation import (
    Pack,
    SimulationRun,
    retention_curve,
    simulate,
    survival_curve,
    without_covariates,
)
from pilothouse.engines.simulation.calendar import day_factor
from pilothouse.kernel.errors import InvalidValueError

MONDAY = date(2026, 3, 2)


class Log:
    """Activity and sign-up days of everyone, read from the events of a run alone."""

    def __init__(self, run: SimulationRun) -> None:
        self.active = np.zeros((run.days, run.users), bool)
        self.first = np.full(run.users, -1)
        for number, batch in enumerate(run.events()):
            events = batch.event.texts
            signed = batch.actor.codes[events == "signed_up"]
            self.first[signed] = number
            opened = batch.actor.codes[events == "app_opened"]
            self.active[number, opened] = True
            self.active[number, signed] = True

    def retention(self, day: int, until: int) -> float:
        cohort = np.flatnonzero((self.first >= 0) & (self.first < until))
        return float(self.active[self.first[cohort] + day, cohort].mean())


def lossless(pack: Pack) -> Pack:
    from tests.engines.simulation.test_events import perfect

    return perfect(pack)


def lived(pack: Pack, *, users: int, days: int) -> SimulationRun:
    return simulate(lossless(pack), seed=11, first_day=MONDAY, days=days, users=users)


def test_closed_form_by_hand(saas: Pack) -> None:
    a, b = saas.retention.drop_out_a.value, saas.retention.drop_out_b.value
    beta = math.exp(
        math.lgamma(a + b) + math.lgamma(b + 7) - math.lgamma(b) - math.lgamma(a + b + 7)
    )
    assert survival_curve(saas, 7) == pytest.approx(beta)
    active = 1 - (1 + 1.33 / 0.8) ** -0.8
    assert retention_curve(saas, 7) == pytest.approx(0.72 * beta * active)
    assert retention_curve(saas, 0) == 1
    with pytest.raises(InvalidValueError):
        retention_curve(saas, -1)


def test_small_world_follows_the_closed_form(saas: Pack) -> None:
    log = Log(lived(without_covariates(saas), users=60_000, days=45))
    for day in (1, 7, 30):
        found = log.retention(day, 45 - day)
        n = np.count_nonzero((log.first >= 0) & (log.first < 45 - day))
        truth = retention_curve(saas, day)
        assert found == pytest.approx(truth, abs=4 * math.sqrt(truth * (1 - truth) / n))


@pytest.mark.slow
def test_a5_retention_within_three_percent(saas: Pack) -> None:
    log = Log(lived(without_covariates(saas), users=1_000_000, days=150))
    for day in (1, 7, 30, 90):
        assert log.retention(day, 60) == pytest.approx(retention_curve(saas, day), rel=0.03)


@pytest.mark.slow
def test_b1_aggregate_hazard_falls_by_sorting_alone(saas: Pack) -> None:
    world = without_covariates(saas)
    log = Log(lived(world, users=200_000, days=300))
    cohort = np.flatnonzero((log.first >= 0) & (log.first < 60))
    last = log.active.shape[0] - 1 - np.argmax(log.active[::-1, cohort], axis=0)
    life = last - log.first[cohort]
    life = life[life > 0]

    def hazard(month: int) -> float:
        at_risk = np.count_nonzero(life >= 30 * (month - 1))
        return np.count_nonzero((life >= 30 * (month - 1)) & (life < 30 * month)) / at_risk

    assert hazard(6) < 0.6 * hazard(1)


@pytest.mark.slow
def test_b2_retention_of_the_whole_world_is_near_its_targets(saas: Pack) -> None:
    log = Log(lived(saas, users=200_000, days=140))
    for day, target in ((1, 0.35), (7, 0.24), (30, 0.15)):
        assert log.retention(day, 100) == pytest.approx(target, rel=0.10)


@pytest.mark.slow
def test_b3_the_busiest_tenth(saas: Pack) -> None:
    """Over a quarter; the share depends on the span, a month gives less and a year more."""
    log = Log(lived(saas, users=200_000, days=180))
    days = np.sort(log.active[-90:].sum(axis=0))[::-1]
    days = days[days > 0]
    assert 0.30 < days[: len(days) // 10].sum() / days.sum() < 0.55


def test_b4_weekly_cycle(saas: Pack) -> None:
    run = lived(saas, users=20_000, days=140)
    actives = np.array([m.active for m in run.metrics][42:], float)
    days = np.arange(len(actives))
    rest = actives - np.polyval(np.polyfit(days, actives, 2), days)

    def correlation(lag: int) -> float:
        return float((rest[lag:] * rest[:-lag]).sum() / (rest * rest).sum())

    assert correlation(7) - correlation(3) > 0.8


def test_conversion_stays_in_its_published_range(saas: Pack) -> None:
    run = lived(saas, users=60_000, days=90)
    old = run.metrics[:60]
    sign_ups = sum(m.signups for m in run.metrics)
    assert 0.01 < sign_ups / sum(m.visits for m in run.metrics) < 0.08
    assert 0.20 < sum(m.activations for m in run.metrics) / sign_ups < 0.55
    # Those who signed up in the first 60 days have ended their trial by day 74.
    paid = sum(m.subscriptions for m in run.metrics[:74])
    assert 0.08 < paid / sum(m.signups for m in old) < 0.25


def test_calendar_by_hand(saas: Pack) -> None:
    assert day_factor(saas.calendar, date(2026, 3, 2)) == 1.2
    assert day_factor(saas.calendar, date(2026, 3, 8)) == 0.45
    assert day_factor(saas.calendar, date(2026, 8, 31)) == pytest.approx(1.2 * 0.9)
    assert day_factor(saas.calendar, date(2026, 12, 21)) == pytest.approx(1.2 * 0.6)
    assert day_factor(saas.calendar, date(2027, 1, 1)) == 1.05
