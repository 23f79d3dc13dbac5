"""B2 to B4, B8, B14, B15, B19: facts of people, lived in whole companies."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np

from pilothouse.engines.simulation import Pack, without_covariates
from pilothouse.engines.simulation.calendar import season_factor
from pilothouse.engines.simulation.company.chance import Chance
from pilothouse.engines.simulation.company.commands import SetPrice, Ship
from pilothouse.engines.simulation.company.effects import draw_truths
from pilothouse.engines.simulation.company.run import CompanyRun
from pilothouse.engines.simulation.pack import Calendar
from pilothouse.engines.simulation.records import DayMetrics
from pilothouse.engines.simulation.users import CHURNED
from tools.validation.kinds import (
    FIRST,
    Check,
    Found,
    Line,
    Log,
    Size,
    between,
    by_seed,
    column,
    fixed,
    lived,
    pooled,
)

# Days 1, 7 and 30 that the packs aim at.
TARGETS = {
    "saas": (0.35, 0.24, 0.15),
    "consumer": (0.10, 0.09, 0.075),
    "health": (0.28, 0.14, 0.06),
    "ecommerce": (0.25, 0.12, 0.07),
    "edtech": (0.24, 0.12, 0.06),
}
# The share of the busiest depends on the span: nobody is busy in one day, few are in a year.
SPAN_DAYS = 42
OTHER_SPANS = (28, 91)
# Days of the week hardly differ.
# A gain in use that is plain, yet small enough to be one idea's.
PLAIN_EFFECT = 0.03
NEAR_FLAT = {"ecommerce"}
SETTLING, WEEKS = 42, 98
RELEASED = 84
# Diffusion is lived ten times as fast, so that two years hold the peak of every pack.
FASTER = 10.0
YEAR = 365


def company(pack: Pack, users: int, seed: int, first: date = FIRST, **more: Any) -> CompanyRun:
    """A company nobody leads, on one thread."""
    return CompanyRun(
        pack, seed=seed, first_day=first, users=users, threads=1, feedback=False, **more
    )


def measure_use(pack: Pack, seed: int, size: Size) -> Found:
    run = company(pack, size.users, seed)
    run.advance(140)
    log = Log(run.people)
    found: Found = {f"day {day}": log.retention(day, 100) for day in (1, 7, 30)}
    found |= {f"span {days}": log.busiest_tenth(days) for days in (SPAN_DAYS, *OTHER_SPANS)}
    week = company(pack, size.users, seed, calm_start(pack))
    week.advance(SETTLING + WEEKS)
    actives = np.array([m.active for m in week.metrics][SETTLING:], float)
    return found | {"cycle": weekly_cycle(actives)}


def calm_start(pack: Pack) -> date:
    """The first day of a year from which, once settled, the season changes least."""

    def changes(start: date) -> int:
        seasons = seasons_from(pack, start + timedelta(SETTLING), WEEKS)
        return sum(a != b for a, b in pairwise(seasons))

    return min(days_of_year(), key=changes)


def plain_start(pack: Pack, days: int) -> date:
    """The first day of a year from which fewest of ``days`` are in a season."""
    return min(days_of_year(), key=lambda day: sum(f != 1.0 for f in seasons_from(pack, day, days)))


def days_of_year() -> list[date]:
    """A year of days on which something may begin."""
    return [date(2026, 1, 5) + timedelta(n) for n in range(YEAR)]


def seasons_from(pack: Pack, first: date, days: int) -> list[float]:
    """The season of each of ``days`` from ``first``."""
    return [season_factor(pack.calendar, first + timedelta(n)) for n in range(days)]


def weekly_cycle(actives: np.ndarray) -> float:
    """Autocorrelation at seven days less that at three, a quadratic trend taken off."""
    days = np.arange(len(actives))
    rest = actives - np.polyval(np.polyfit(days, actives, 2), days)
    lag = [float((rest[k:] * rest[:-k]).sum() / (rest * rest).sum()) for k in (7, 3)]
    return lag[0] - lag[1]


def judge_use(pack: Pack, pieces: list[Found]) -> Iterator[Line]:
    for day, target in zip((1, 7, 30), TARGETS[pack.key], strict=True):
        values = np.array(column(pieces, f"day {day}"))
        what = f"day {day}: {values.mean():.1%} / target"
        yield between("B2", pack.key, what, values / target, (0.9, 1.1))
    for days in (SPAN_DAYS, *OTHER_SPANS):
        why = "" if days == SPAN_DAYS else "another span, for comparison"
        what = f"active days of the busiest tenth, {days // 7} weeks"
        values = column(pieces, f"span {days}")
        yield between("B3", pack.key, what, values, (0.30, 0.55), why)
    why = "days of the week hardly differ" if pack.key in NEAR_FLAT else ""
    yield between("B4", pack.key, "weekly cycle", column(pieces, "cycle"), (0.8, 2.0), why)


def measure_novelty(pack: Pack, seed: int, size: Size) -> Found:
    users = max(size.users, 200_000)
    # The weeks that are read are in no season, so far as the year has such.
    start = plain_start(pack, 30) - timedelta(RELEASED)

    def lift(glow: float) -> list[float]:
        more = {"shift": PLAIN_EFFECT, "scale": 0, "pairs": 0, "slow": 0, "novel": float(glow > 0)}
        more |= {"glow": glow, "glow_days": 5.0}
        effects = replace(pack.business.effects, **{k: fixed(v) for k, v in more.items()})
        world = replace(pack, business=replace(pack.business, effects=effects, rivals=()))
        truths, ideas = draw_truths(world, Chance(seed)), world.business.ideas
        idea = next(
            truth.place
            for truth in truths
            if truth.step < 0 and not (ideas[truth.place].gate or ideas[truth.place].segments)
        )
        active, here = [], np.ones(users, bool)
        for build in (True, False):
            run = company(world, users, seed, start)
            run.advance(RELEASED)
            if build:
                run.state.built[idea] = RELEASED - 1
                run.give(Ship(ideas[idea].key))
            run.advance(29)
            stage, first = run.people.state.stage, run.people.state.life["first_day"]
            here &= (stage != CHURNED) & (first >= 0) & (first < RELEASED - SETTLING)
            active.append(Log(run.people).active[RELEASED + 1 :])
        # Only who has the habits of long use, and stays with it and without: else the contented,
        # who stay longer, make any effect grow, and habits that still form make it fall.
        counts = [days[:, here].sum(axis=1) for days in active]
        more_active = counts[0] / counts[1] - 1.0
        return [float(more_active[:7].mean()), float(more_active[-7:].mean())]

    return {"new": lift(2.0), "steady": lift(0.0)}


def judge_novelty(pack: Pack, pieces: list[Found]) -> Iterator[Line]:
    for name, span in (("new", (1.3, 2.5)), ("steady", (0.9, 1.1))):
        first, last = np.array([piece[name] for piece in pieces]).T
        what = f"effect of week 1 / week 4, {name}"
        yield pooled("B8", pack.key, what, (first, last), span)


def sales(day: DayMetrics) -> int:
    """What a day sold: subscriptions, or orders in a shop."""
    return day.subscriptions + day.orders


def measure_price(pack: Pack, seed: int, size: Size) -> Found:
    def sold(factor: float) -> int:
        run = company(pack, 2 * size.users, seed)
        run.state.price = factor
        run.state.usual_price = [factor] * len(run.state.usual_price)
        run.advance(60)
        return sum(sales(m) for m in run.metrics)

    return {"dear": sold(1.1), "cheap": sold(1 / 1.1)}


def judge_price(pack: Pack, pieces: list[Found]) -> Iterator[Line]:
    true = pack.business.market.price_elasticity.value
    dear, cheap = (np.array(column(pieces, name)) for name in ("dear", "cheap"))

    def relative(ratio: float) -> float:
        return math.log(ratio) / math.log(1.21) / true

    what = f"elasticity, prices drawn, / {true:g}"
    yield pooled("B14", pack.key, what, (dear, cheap), (0.85, 1.15), relative)


def measure_naive(pack: Pack, seed: int, size: Size) -> Found:
    """Somebody raises the price when much was sold; then sales of weeks are read against prices."""
    run = company(pack, size.users // 2, seed)
    weeks, prices, price = [], [], 1.0
    for _ in range(16):
        if weeks:
            price = min(1.25, max(0.8, math.sqrt(weeks[-1] / np.mean(weeks))))
            run.give(SetPrice(price))
        prices.append(price)
        weeks.append(max(1, sum(sales(m) for m in run.advance(7))))
    # The first weeks of a young product sell next to nothing.
    slope, _ = np.polyfit(np.log(prices[3:]), np.log(weeks[3:]), 1)
    return {"slope": float(slope)}


def judge_naive(pack: Pack, pieces: list[Found]) -> Iterator[Line]:
    true = pack.business.market.price_elasticity.value
    off = abs(np.mean(column(pieces, "slope")) / true - 1)
    what = "the same from prices that follow sales, off by"
    yield between("B14", pack.key, what, float(off), (0.15, math.inf))


def bass_world(pack: Pack) -> Pack:
    """``pack`` as the model of Bass: whoever signs up stays and is there every day."""
    acquisition = replace(
        pack.acquisition,
        paid_visits=fixed(0.0),
        innovation_yearly=fixed(FASTER * pack.acquisition.innovation_yearly.value),
        imitation_yearly=fixed(FASTER * pack.acquisition.imitation_yearly.value),
        satisfaction_effect=fixed(0.0),
    )
    return replace(
        without_covariates(pack),
        acquisition=acquisition,
        # All equally eager: else the eager are used up, and those left are harder to win.
        conversion=replace(pack.conversion, intent_effect=fixed(0.0)),
        retention=replace(
            without_covariates(pack).retention,
            never_returns=fixed(0.0),
            drop_out_a=fixed(1.0),
            drop_out_b=fixed(1e6),
        ),
        activity=replace(without_covariates(pack).activity, mean=fixed(60.0), shape=fixed(20.0)),
        platforms=tuple(replace(p, ease=fixed(0.0)) for p in pack.platforms),
    )


def measure_diffusion(pack: Pack, seed: int, size: Size) -> Found:
    world = bass_world(pack)
    p = world.acquisition.innovation_yearly.value
    q = world.acquisition.imitation_yearly.value
    peak = math.log(q / p) / (p + q) * YEAR
    run = lived(world, size.users, math.ceil(1.6 * peak), seed)
    came = np.array([m.signups for m in run.metrics], float)
    adopted = np.cumsum([0.0, *came])[:-1] / run.users
    # The days around the peak say most, and those of a market that is nearly used up nothing.
    hazard = came / run.users / (1.0 - adopted) * YEAR
    weight = np.sqrt(np.maximum(1.0 - adopted, 1e-9) / np.maximum(hazard, 1e-9))
    slope, start = np.polyfit(adopted, hazard, 1, w=weight)
    smooth = np.convolve(came, np.ones(29) / 29, mode="valid")
    found_peak = float(np.argmax(smooth)) + 14.0
    return {"p": start / p, "q": slope / q, "peak": found_peak / peak}


def judge_diffusion(pack: Pack, pieces: list[Found]) -> Iterator[Line]:
    for name, what, span in (
        ("p", "innovation refitted / set", (0.75, 1.25)),
        ("q", "imitation refitted / set", (0.75, 1.25)),
        ("peak", "day of the peak / Bass's", (0.85, 1.15)),
    ):
        yield between("B15", pack.key, what, column(pieces, name), span)


def measure_seasons(pack: Pack, seed: int, size: Size) -> Found:
    def months(*, seasons: bool) -> np.ndarray:
        calendar = pack.calendar
        if not seasons:
            calendar = Calendar(calendar.weekdays, (), calendar.hours)
        world = replace(pack, calendar=calendar, fingerprint=f"{pack.fingerprint}-{seasons}")
        run = lived(world, size.users, YEAR, seed)
        run_of = [sales(m) if pack.purchases else m.active for m in run.metrics]
        place = [m.day.month - 1 for m in run.metrics]
        return np.bincount(place, run_of, 12)

    # The year begins in March; what a world without seasons would do takes out its growth.
    ratio = months(seasons=True) / months(seasons=False)
    return {"months": [float(value) for value in ratio]}


def judge_seasons(pack: Pack, pieces: list[Found]) -> Iterator[Line]:
    each = np.array([piece["months"] for piece in pieces])
    if pack.purchases is not None:
        uplift = each[:, 9:].mean(axis=1) / each[:, :9].mean(axis=1) - 1
        what = "sales of the last quarter above the others"
        yield between("B19", pack.key, what, uplift, (0.15, 0.40))
        return
    # Its long holidays begin in the second half of July.
    for month, name in ((7, "August"), (6, "July")):
        why = "half of July is still term in this pack" if name == "July" else ""
        ratio = each[:, month] / each[:, 9]
        yield between("B19", pack.key, f"{name} / October", ratio, (0.2, 0.6), why)


CHECKS = (
    Check("use", ("B2", "B3", "B4"), measure_use, judge_use, by_seed),
    Check("new", ("B8",), measure_novelty, judge_novelty, by_seed),
    Check("price", ("B14",), measure_price, judge_price, by_seed),
    Check("naive", ("B14",), measure_naive, judge_naive, by_seed),
    Check("diffusion", ("B15",), measure_diffusion, judge_diffusion, by_seed),
    Check("seasons", ("B19",), measure_seasons, judge_seasons, by_seed, ("ecommerce", "edtech")),
)
