"""B5 to B7, B9 to B13, B16 to B18: ideas, delivery, what people say, goods and rivals."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from pilothouse.engines.simulation import Pack
from pilothouse.engines.simulation.company.chance import Chance
from pilothouse.engines.simulation.company.delivery import Split, Work, drag, fresh_shop, work_day
from pilothouse.engines.simulation.company.effects import draw_truths
from pilothouse.engines.simulation.company.feedback import (
    ticket_rates,
    write_reviews,
    write_tickets,
)
from pilothouse.engines.simulation.company.research import needs_heard, problems_seen
from pilothouse.engines.simulation.company.rivals import plan_answer
from pilothouse.engines.simulation.company.schema import Team
from pilothouse.engines.simulation.company.supply import fresh_supply, noisy_demand, trade
from pilothouse.engines.simulation.company.value import Kano, expect, kano_survey, offer
from pilothouse.engines.simulation.distributions import Family, quantile_table
from tools.validation.kinds import (
    ALL,
    Check,
    Found,
    Line,
    Size,
    between,
    by_seed,
    column,
    exact,
    once,
)

# Of a test, as a share of the spread of effects: about half of all tests then have power.
TEST_ERROR = 1 / 1.5
FEWER_PEOPLE = 4
IDEA_WORLDS, PROJECTS, CHAINS, SHIPS = 60, 500, 60, 400


def measure_ideas(pack: Pack, _seed: int, _size: Size) -> Found:
    worlds = [draw_truths(pack, Chance(seed)) for seed in range(IDEA_WORLDS)]
    true = np.array([truth.effect for world in worlds for truth in world])
    error = pack.business.effects.scale.value * TEST_ERROR
    rng = np.random.default_rng(5)
    z = (true + error * rng.standard_normal(len(true))) / error
    gains = np.sort(np.maximum(true, 0.0))[::-1]
    weak = FEWER_PEOPLE * error
    little = (true + weak * rng.standard_normal(len(true))) / weak

    def curse(scores: np.ndarray, spread: float) -> float:
        won = (scores > 1.96) & (true > 0)
        return float((scores * spread)[won].mean() / true[won].mean())

    return {
        "won": float(np.mean(z > 1.96)),
        "lost": float(np.mean(z < -1.96)),
        "carried": float(gains[: len(gains) // 5].sum() / gains.sum()),
        "near": float(np.mean(np.abs(true) <= 0.012)),
        "few": curse(little, weak),
        "many": curse(z, error),
    }


def judge_ideas(pack: Pack, pieces: list[Found]) -> Iterator[Line]:
    found, key = pieces[0], pack.key
    yield between("B5", key, "tests won", found["won"], (0.08, 0.30))
    yield between("B5", key, "tests lost", found["lost"], (0.05, 0.30))
    what = "gain carried by a fifth of all tests"
    yield between("B5", key, what, found["carried"], (0.70, 0.95))
    if key == "ecommerce":
        yield between("B6", key, "effects within 1.2 %", found["near"], (0.80, 0.95))
    yield between("B7", key, "significant estimate / truth", found["few"], (1.15, math.inf))
    less = found["few"] - found["many"]
    what = f"less with {FEWER_PEOPLE**2} times the people, by"
    yield between("B7", key, what, less, (0.0, math.inf))


def measure_sizes(pack: Pack, _seed: int, _size: Size) -> Found:
    worlds = [draw_truths(pack, Chance(seed)) for seed in range(IDEA_WORLDS)]
    ratios = np.array([[truth.size for truth in world] for world in worlds])
    ratios = ratios / np.array([idea.estimate_days for idea in pack.business.ideas])
    ten = tuple(
        replace(pack.business.ideas[0], key=f"k{n}", project="p", estimate_days=10.0)
        for n in range(10)
    )
    project = replace(pack, business=replace(pack.business, ideas=ten))
    totals = np.array(
        [sum(t.size for t in draw_truths(project, Chance(s))) for s in range(PROJECTS)]
    )
    return {
        "median": float(np.median(ratios)),
        "mean": float(ratios.mean()),
        "late": float(np.mean(totals > 100)),
        "overrun": float(totals.mean() / 100 - 1),
    }


def judge_sizes(pack: Pack, pieces: list[Found]) -> Iterator[Line]:
    for name, what, span in (
        ("median", "task: actual / estimate, median", (1.0, 1.25)),
        ("mean", "task: actual / estimate, mean", (1.2, 1.9)),
        ("late", "projects of ten that are late", (0.6, 0.8)),
        ("overrun", "projects of ten, mean overrun", (0.25, 0.45)),
    ):
        yield between("B9", pack.key, what, pieces[0][name], span)


def measure_writers(pack: Pack, seed: int, size: Size) -> Found:
    """Ratings of all people of a pack on their first active days, and of those who write."""
    from tools.validation.people import company

    run = company(pack, size.users // 2, seed)
    run.advance(60)
    normal = quantile_table(Family.NORMAL)
    life, everyone, writers = run.people.state.life, [], []
    for day in range(30, 60):
        record = run.people.records[day]
        ratings, writes = write_reviews(Chance(seed), day, record.user, life, normal)
        everyone.append(ratings)
        writers.append(ratings[writes])
    shares = [np.bincount(np.concatenate(r), minlength=6)[1:] for r in (everyone, writers)]
    return {"everyone": shares[0].tolist(), "writers": shares[1].tolist()}


def judge_writers(pack: Pack, pieces: list[Found]) -> Iterator[Line]:
    everyone, writers = (
        np.sum([piece[name] for piece in pieces], axis=0) for name in ("everyone", "writers")
    )
    everyone, writers = everyone / everyone.sum(), writers / writers.sum()
    more = writers[0] + writers[4] - everyone[0] - everyone[4]
    what = "share of 1 and 5: writers above everybody"
    yield between("B10", pack.key, what, float(more), (0.10, math.inf))
    shape = " ".join(f"{share:.0%}" for share in writers)
    why = f"what is written, from 1 to 5: {shape}"
    ends = float(writers[0] + writers[4])
    yield between("B10", pack.key, "share of 1 and 5 among writers", ends, (0, 1), why)


def measure_tickets(_pack: Pack, seed: int, _size: Size) -> Found:
    found = []
    for world in range(5):
        rng = np.random.default_rng(1_000 * seed + world)
        weights, gaps = rng.dirichlet(np.ones(10)), -rng.uniform(0.05, 0.5, 10)
        said = np.exp(1.1 * rng.standard_normal(10))
        rates = ticket_rates([list(weights)], [list(gaps)], list(said), [400.0])
        counts = np.zeros(10)
        for day in range(60):
            for ticket in write_tickets(Chance(seed), day, rates, [0] * 10, 400.0):
                counts[ticket.seems] += 1
        found.append(float(np.corrcoef(ranks(counts), ranks(weights * -gaps))[0, 1]))
    return {"spearman": float(np.mean(found))}


def ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 0."""
    return np.argsort(np.argsort(values)).astype(float)


def judge_tickets(_: Pack, pieces: list[Found]) -> Iterator[Line]:
    what = "counts of tickets against importance"
    yield between("B11", ALL, what, column(pieces, "spearman"), (0.3, 0.75))


def measure_talks(_pack: Pack, seed: int, _size: Size) -> Found:
    chance, needs, studies = Chance(seed), 40, 10
    found: Found = {}
    for talks in (10, 20, 30):
        heard = [needs_heard(chance, talks=talks, needs=needs, study=s) for s in range(studies)]
        found[f"talks {talks}"] = float(np.mean(heard)) / needs
    seen = [problems_seen(chance, people=5, problems=needs, study=s) for s in range(studies)]
    return found | {"seen": float(np.mean(seen)) / needs}


def judge_talks(_: Pack, pieces: list[Found]) -> Iterator[Line]:
    for talks, span in ((10, (0.65, 0.78)), (20, (0.80, 0.88)), (30, (0.87, 0.93))):
        values = column(pieces, f"talks {talks}")
        yield between("B12", ALL, f"needs heard in {talks} talks", values, span)
    values = column(pieces, "seen")
    yield between("B12", ALL, "problems seen by 5 people", values, (0.60, 0.80))


def measure_kano(pack: Pack, seed: int, _size: Size) -> Found:
    expectation, first_day = 0.0, {}
    yearly = pack.business.market.expectation_yearly.value
    for day in range(6 * 365):
        if day % 30 == 0:
            counts = kano_survey(
                Chance(seed),
                with_it=1.0,
                without=0.0,
                expectation=expectation,
                people=60,
                study=day,
            )
            first_day.setdefault(max(counts, key=counts.__getitem__), day)
        expectation = expect(expectation, offer(1.0, []), yearly)
    order = [Kano.ATTRACTIVE, Kano.ONE_DIMENSIONAL, Kano.MUST_BE]
    years = first_day.get(Kano.MUST_BE, 6 * 365) / 365
    return {"order": list(first_day) == order, "years": years}


def judge_kano(pack: Pack, pieces: list[Found]) -> Iterator[Line]:
    right = all(piece["order"] for piece in pieces)
    yield exact("B13", pack.key, "attractive, one-dimensional, must-be", holds=right)
    yield between("B13", pack.key, "years to must-be", column(pieces, "years"), (1.5, 4.0))


def measure_goods(pack: Pack, seed: int, _size: Size) -> Found:
    supply, ratios = pack.business.supply, []
    for chain in range(CHAINS):
        state = fresh_supply(supply, 100.0)
        state.stock = 1_000.0
        demand, orders = [], []
        for week in range(520):
            chance = Chance(CHAINS * seed + chain)
            wanted = noisy_demand(supply, state, chance, week=week, usual=100.0)
            demand.append(wanted)
            orders.append(trade(supply, state, wanted).ordered)
        by_quarter = [np.reshape(x[52:], (-1, 13)).sum(axis=1).var() for x in (orders, demand)]
        ratios.append(by_quarter[0] / by_quarter[1])
    more = np.array(ratios)
    return {"more": float(np.mean(more > 1)), "excess": float(more.mean()) - 1}


def judge_goods(pack: Pack, pieces: list[Found]) -> Iterator[Line]:
    what = "chains that magnify demand"
    yield between("B16", pack.key, what, column(pieces, "more"), (0.55, 0.75))
    what = "excess variance by quarter"
    yield between("B16", pack.key, what, column(pieces, "excess"), (0.05, 0.40))


def measure_rivals(pack: Pack, _seed: int, _size: Size) -> Found:
    silent = 0
    for seed in range(SHIPS):
        plans = [
            plan_answer(rival, Chance(seed), place=k, idea=1, day=0, need=0, ours=1.0)
            for k, rival in enumerate(pack.business.rivals)
        ]
        silent += not any(plan is not None and plan.day <= 90 for plan in plans)
    return {"silent": silent / SHIPS}


def judge_rivals(pack: Pack, pieces: list[Found]) -> Iterator[Line]:
    what = "ships unanswered for 90 days"
    yield between("B17", pack.key, what, pieces[0]["silent"], (0.60, 1.0))


def measure_debt(pack: Pack, seed: int, _size: Size) -> Found:
    team = pack.business.team
    plain, slower = output(team, seed, Split(1.0, 0.0, 0.0))
    repaired, _ = output(team, seed, Split(0.75, 0.25, 0.0))
    behind = np.flatnonzero(repaired <= plain)
    return {"slower": slower, "even": int(behind[-1]) if len(behind) else 0}


def output(team: Team, seed: int, split: Split, days: int = 700) -> tuple[np.ndarray, float]:
    """Work done day by day in all, and how much slower the 250th day is for debt."""
    shop, done, slower = fresh_shop(team, 1), [], 0.0
    shop.work = [Work(0, 1e9, 1e9, 0)]
    before = 1.0 - drag(team, shop.debt)
    for day in range(days):
        work_day(team, shop, Chance(seed), day=day, split=split, upkeep=0.0)
        done.append(shop.work[0].done)
        if day == 249:
            slower = (1.0 - drag(team, shop.debt)) / before - 1.0
    return np.array(done), slower


def judge_debt(pack: Pack, pieces: list[Found]) -> Iterator[Line]:
    what = "speed after 250 days without repair"
    yield between("B18", pack.key, what, column(pieces, "slower"), (-0.30, -0.10))
    what = "days until a quarter for repair pays"
    yield between("B18", pack.key, what, column(pieces, "even"), (200, 500))


CHECKS = (
    Check("ideas", ("B5", "B6", "B7"), measure_ideas, judge_ideas, once),
    Check("sizes", ("B9",), measure_sizes, judge_sizes, once),
    Check("writers", ("B10",), measure_writers, judge_writers, by_seed),
    Check("tickets", ("B11",), measure_tickets, judge_tickets, by_seed, ("saas",)),
    Check("talks", ("B12",), measure_talks, judge_talks, by_seed, ("saas",)),
    Check("kano", ("B13",), measure_kano, judge_kano, by_seed),
    Check("goods", ("B16",), measure_goods, judge_goods, by_seed, ("consumer", "ecommerce")),
    Check("rivals", ("B17",), measure_rivals, judge_rivals, once),
    Check("debt", ("B18",), measure_debt, judge_debt, by_seed),
)
