"""What may become of a company in the next weeks: questions with a known chance."""

from __future__ import annotations

import numpy as np

from pilothouse.engines.simulation import Pack
from pilothouse.engines.simulation.company.commands import AllocateCapacity, Prioritise
from pilothouse.engines.simulation.company.replay import ROLLOUTS, ship_when_built
from pilothouse.engines.simulation.company.run import CompanyRun
from tools.validation.kinds import Found
from tools.validation.people import company

# Futures from which people know, apart from those by which they are scored.
KNOWN = 400
# Every second week, about the week to come and the one after it: weeks that do not overlap.
ASKED_ON, WEEKS, WEEK_DAYS = tuple(range(20, 160, 14)), 2, 7
ASKED_AT = (0.1, 0.3, 0.5, 0.7, 0.9)
# What is nearly certain tells nobody apart and is not asked.
ASKED_ABOVE = 0.05


def true_chances(pack: Pack, seed: int, users: int) -> Found:
    """A hundred questions under a neutral plan: in how many futures each comes true.

    By some futures people know what may happen, by others they are scored; one is what happened.
    """
    run = company(pack, users, seed)
    run.give(Prioritise(tuple(idea.key for idea in pack.business.ideas)))
    run.give(AllocateCapacity(0.8, 0.1, 0.1))
    found: Found = {"known": [], "hits": [], "happened": []}
    for turn, day in enumerate(ASKED_ON):
        while run.days < day:
            ship_when_built(run)
            run.advance()
        snapshot = run.snapshot()
        futures = np.array(
            [
                future_of(
                    CompanyRun.restore(pack, snapshot, threads=1, replicate=n, feedback=False)
                )
                for n in range(1, KNOWN + ROLLOUTS + 2)
            ]
        )
        for figure, values in enumerate(futures.T):
            # Of each figure one mark is asked about, by turns, of those that divide its futures.
            marks = np.quantile(values[:KNOWN], ASKED_AT, method="higher")
            over = values[:, None] >= marks
            known = over[:KNOWN].mean(axis=0)
            open_marks = np.flatnonzero(np.abs(known - 0.5) < 0.5 - ASKED_ABOVE)
            if len(open_marks):
                mark = open_marks[(figure + turn) % len(open_marks)]
                found["known"].append(float(known[mark]))
                found["hits"].append(int(over[KNOWN : KNOWN + ROLLOUTS, mark].sum()))
                found["happened"].append(bool(over[-1, mark]))
    return found


def future_of(run: CompanyRun) -> list[float]:
    """What questions are about, week by week: sign-ups, use, sales, those who leave, worth."""
    found: list[float] = []
    for _ in range(WEEKS):
        money, first = run.value, len(run.metrics)
        for _ in range(WEEK_DAYS):
            ship_when_built(run)
            run.advance()
        week = run.metrics[first:]
        found += [
            sum(m.signups for m in week),
            sum(m.active for m in week),
            sum(m.subscriptions for m in week),
            sum(m.leavers for m in week),
            run.value - money,
        ]
    return found
