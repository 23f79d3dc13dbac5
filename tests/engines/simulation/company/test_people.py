"""Asking and hearing people: who speaks, what they say, and how many it takes."""

from __future__ import annotations

import numpy as np
import pytest

from pilothouse.engines.simulation.company.chance import Chance
from pilothouse.engines.simulation.company.feedback import (
    ticket_rates,
    write_reviews,
    write_tickets,
)
from pilothouse.engines.simulation.company.research import (
    Question,
    interview,
    needs_heard,
    pain,
    problems_seen,
    says_yes,
)
from pilothouse.engines.simulation.distributions import Family, quantile_table
from pilothouse.engines.simulation.users import fresh_state


def share_saying(question: Question, true: float) -> float:
    return float(
        np.mean([says_yes(Chance(3), person, 1, question, true) for person in range(4_000)])
    )


def test_answers_by_kind_of_question() -> None:
    assert share_saying(Question.LAST_TIME, 0.3) == pytest.approx(0.3 * 0.8, abs=0.025)
    assert share_saying(Question.WOULD_YOU, 0.3) == pytest.approx(0.79, abs=0.025)
    assert share_saying(Question.LEADING, 0.3) == pytest.approx(0.3 + 0.7 * 0.8, abs=0.025)


def test_who_left_was_hurt_more() -> None:
    people = [(n, 0, False) for n in range(800)] + [(n, 0, True) for n in range(800, 1_600)]
    said = interview(Chance(5), people=people, gaps=[[-0.1]], question=Question.LAST_TIME)
    hurt = [np.mean([s.yes for s in said if s.left is left]) for left in (False, True)]
    assert hurt[1] > hurt[0] + 0.04
    assert pain(-0.35) > pain(-0.1)


def test_the_same_person_says_the_same_again() -> None:
    first, again = (
        interview(Chance(5, r), people=[(9, 0, False)], gaps=[[0.0] * 8], question=Question.LEADING)
        for r in (0, 1)
    )
    assert first == again


def test_b12_how_many_talks_and_how_many_tests_it_takes() -> None:
    def found(talks: int) -> float:
        return float(
            np.mean([needs_heard(Chance(s), talks=talks, needs=40, study=s) for s in range(40)])
            / 40
        )

    assert 0.65 <= found(10) <= 0.78
    assert 0.80 <= found(20) <= 0.88
    assert 0.87 <= found(30) <= 0.93
    seen = [problems_seen(Chance(s), people=5, problems=40, study=s) / 40 for s in range(40)]
    assert 0.60 <= np.mean(seen) <= 0.80


def test_b10_writers_are_more_extreme_than_all() -> None:
    people = np.arange(20_000, dtype=np.int32)
    normal = quantile_table(Family.NORMAL)
    all_of_them, written = [], []
    for day in range(60):
        ratings, writes = write_reviews(Chance(3), day, people, fresh_state(20_000).life, normal)
        all_of_them.append(ratings)
        written.append(ratings[writes])
    everyone, writers = np.concatenate(all_of_them), np.concatenate(written)
    ends = [np.mean((r == 1) | (r == 5)) for r in (everyone, writers)]
    assert ends[1] > ends[0] + 0.10
    assert np.mean(writers <= 2) > np.mean(everyone <= 2)


def rank(values: list[float]) -> np.ndarray:
    return np.argsort(np.argsort(values)).astype(float)


def test_b11_counts_of_tickets_follow_importance_loosely() -> None:
    rng, found = np.random.default_rng(4), []
    for seed in range(60):
        weights, gaps = rng.dirichlet(np.ones(10)), -rng.uniform(0.05, 0.5, 10)
        said = np.exp(1.1 * rng.standard_normal(10))
        rates = ticket_rates([list(weights)], [list(gaps)], list(said), [400.0])
        counts = [0] * 10
        for day in range(60):
            for ticket in write_tickets(Chance(seed), day, rates, [0] * 10, 400.0):
                counts[ticket.seems] += 1
        importance = weights * -gaps
        found.append(np.corrcoef(rank(counts), rank(list(importance)))[0, 1])
    assert 0.3 < np.mean(found) < 0.75


def test_nobody_reports_what_is_well() -> None:
    assert ticket_rates([[1.0]], [[0.4]], [1.0], [1_000.0]) == [[0.0]]
    assert write_tickets(Chance(1), 0, [[0.0]], [0], 1_000.0) == []


def test_bugs_are_reported() -> None:
    tickets = [t for d in range(100) for t in write_tickets(Chance(1), d, [[0.0]], [4], 500.0)]
    assert len(tickets) == pytest.approx(100, rel=0.4)
    assert all(ticket.bug for ticket in tickets)
