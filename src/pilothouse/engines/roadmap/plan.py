"""The best feasible plan of a roadmap, with a bound on how much better any plan could be.

Two searches at once: annealing over whole plans (``_plan_search``) finds good ones, HiGHS solves
the same problem as an integer program (``_plan_model``), bounds it and, where the problem is small
enough, proves the best. The better plan is given, always with bound and gap.

Time is the caller's: ``spent`` tells which share of it is used. Without ``spent`` the work is
counted instead, one search after the other, and the answer depends on the seed alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread

from pilothouse.engines.roadmap._plan_anneal import Annealer
from pilothouse.engines.roadmap._plan_arrays import PER_WEEK, PlanArrays, to_arrays
from pilothouse.engines.roadmap._plan_model import Search, run_model, trivial_bound
from pilothouse.engines.roadmap.plan_check import check_pins, describe_place, with_pin
from pilothouse.engines.roadmap.plan_problem import PlanProblem, PlanResult
from pilothouse.kernel.errors import ConflictError, InvalidValueError

# The first, quick cooling: what there is to show when somebody stops early.
QUICK_SHARE = 0.1
# From here on the machine is the annealing's alone, unless a proof is near: bounds of large
# problems (by bets x quarters) hardly move after the first seconds.
SOLVER_SHARE, NEAR_GAP, LARGE = 0.4, 0.01, 800
# The gap is called closed below this: what tolerances of floats leave open.
CLOSED_GAP = 1e-7


@dataclass(frozen=True)
class PlanWork:
    """How much work to do without a clock: moves of the annealing, nodes of the solver."""

    moves: int = 200_000
    nodes: int = 2_000


@dataclass(frozen=True)
class PlanProgress:
    """How far a search is: the share of the work done, the best worth and the bound so far."""

    share: float
    value: float
    bound: float


def solve_plan(
    problem: PlanProblem,
    *,
    seed: int,
    spent: Callable[[], float] | None = None,
    seconds: float | None = None,
    work: PlanWork | None = None,
    stop: Callable[[], bool] = lambda: False,
    progress: Callable[[PlanProgress], None] = lambda _: None,
) -> PlanResult:
    """The best plan that was found, its worth, and a bound that no plan can exceed.

    ``spent`` goes from 0 to 1 while the time runs out (``seconds``, told to the solver so that it
    ends in time); without it ``work`` is done. ``stop`` ends the search early with what there is.
    InvalidValueError names pins that cannot be kept; ConflictError says that none was found.
    """
    refused = check_pins(problem)
    if refused:
        raise InvalidValueError(
            refused[0].sentence,
            value="these pins cannot be kept",
            remedy="Release one of them or give the team more weeks.",
        )
    arrays = to_arrays(problem)
    run = _Run(arrays, seed, stop, progress)
    if spent is None:
        run.count(work or PlanWork())
    else:
        run.race(spent, seconds)
    if run.search.is_impossible:
        raise _explain(problem)
    if not run.annealer.is_kept:
        raise ConflictError(
            "no plan that keeps every pin was found in this time.",
            remedy="Release a pin, or give it more time.",
        )
    return _to_result(arrays, run)


class _Run:
    """One call: the two searches and what they share."""

    def __init__(
        self,
        arrays: PlanArrays,
        seed: int,
        stop: Callable[[], bool],
        progress: Callable[[PlanProgress], None],
    ) -> None:
        self.arrays, self.stop, self.progress = arrays, stop, progress
        self.annealer = Annealer(arrays, seed)
        self.search = Search(bound=trivial_bound(arrays))
        self.was_stopped = False
        self.method = ""

    def count(self, work: PlanWork) -> None:
        """Anneal for some moves, then let the solver look at some nodes."""
        quick = round(work.moves * QUICK_SHARE)
        self.annealer.cool(lambda: self._tell(self.annealer.moves_done / max(quick, 1)))
        self.annealer.cool(lambda: self._tell(self.annealer.moves_done / max(work.moves, 1)))
        if not self.was_stopped:
            self._solve(most_nodes=work.nodes)
        self._take_better()

    def race(self, spent: Callable[[], float], seconds: float | None) -> None:
        """Both searches at once until the time is spent, or the best is proved."""
        self.annealer.cool(lambda: 1.0)
        solver = Thread(target=self._solve, kwargs={"seconds": seconds}, name="plan-bound")
        solver.start()
        try:
            self.annealer.cool(lambda: self._tell(spent() / QUICK_SHARE))
            self.annealer.cool(lambda: self._tell(self._free_machine(spent())))
        finally:
            self.search.is_stop_wanted = True
            solver.join()
        self._take_better()

    def _solve(self, *, most_nodes: int | None = None, seconds: float | None = None) -> None:
        start = self.annealer.places.copy()
        run_model(self.arrays, self.search, start=start, most_nodes=most_nodes, seconds=seconds)

    def _free_machine(self, share: float) -> float:
        is_far = self.annealer.value < self.search.bound * (1 - NEAR_GAP)
        if share >= SOLVER_SHARE and is_far and self.arrays.allowed.size >= LARGE:
            self.search.is_stop_wanted = True
        return share

    def _tell(self, share: float) -> float:
        """Pass on how far it is; 1 where there is nothing left to search for."""
        self.was_stopped = self.was_stopped or self.stop()
        if self.was_stopped or self.search.is_proved or self.search.is_impossible:
            return 1.0
        if self.annealer.is_kept:
            value = self.arrays.value_of(self.annealer.places)
            self.progress(PlanProgress(min(share, 1.0), value, max(value, self.search.bound)))
        return share

    def _take_better(self) -> None:
        before = self.annealer.value
        if self.search.places is not None:
            self.annealer.propose(self.search.places)
        self.method = "HiGHS" if self.annealer.value > before else "annealing"


def _to_result(arrays: PlanArrays, run: _Run) -> PlanResult:
    places = run.annealer.places
    value = arrays.value_of(places)
    bound = max(value, run.search.bound)
    if run.search.is_proved:
        bound = max(value, run.search.value)
    gap = (bound - value) / bound if bound > 0 else 0.0
    is_best = gap <= CLOSED_GAP
    used = arrays.used_by(places) / PER_WEEK
    return PlanResult(
        placements=tuple(places.tolist()),
        value=value,
        bound=bound,
        gap=gap,
        used_weeks=tuple(tuple(row) for row in used.tolist()),
        method=f"{run.method}, bound by HiGHS",
        is_best=is_best,
        was_stopped=run.was_stopped,
        semantics=_rules(is_best=is_best),
    )


def _rules(*, is_best: bool) -> tuple[tuple[str, str], ...]:
    proof = (
        "proved: no plan is worth more"
        if is_best
        else "no plan is worth more than the bound; the best one may lie anywhere below it"
    )
    return (
        ("bet", "done within one quarter or not at all; all its effort falls into that quarter"),
        ("needs", "done in the same or an earlier quarter"),
        ("capacity", "person-weeks by team and quarter, never exceeded"),
        ("value", "sum of the worth of each bet in its quarter"),
        ("gap", "(bound - value) / bound"),
        ("proof", proof),
    )


def _explain(problem: PlanProblem) -> InvalidValueError:
    """An error with pins that cannot be kept together; without any one of them they could."""
    pinned = [b for b, bet in enumerate(problem.bets) if bet.pin is not None]
    rest = problem
    guilty = []
    for b in pinned:
        free = with_pin(rest, b, None)
        if _is_impossible(free):
            rest = free
        else:
            guilty.append(b)
    names = [
        f"{problem.bets[b].title} ({describe_place(problem, problem.bets[b].pin or 0)})"
        for b in guilty
    ]
    return InvalidValueError(
        "these pins cannot be kept together with what they need.",
        value=", ".join(names),
        remedy="Release one of them or give the teams more weeks.",
    )


def _is_impossible(problem: PlanProblem) -> bool:
    arrays = to_arrays(problem)
    return run_model(arrays, Search(trivial_bound(arrays)), most_nodes=200).is_impossible
