"""The plan as a mixed-integer program for HiGHS: x[bet, quarter] is 1 where the bet is done.

maximise   sum worth[b, q] x[b, q]
such that  sum over q of x[b, q] <= 1 (= 1 for a must)
           sum over b of effort[b, t] x[b, q] <= capacity[t, q]
           sum over r <= q of x[b, r] <= sum over r <= q of x[a, r]     for each need (b, a)

The last rows are written quarter by quarter, which makes the relaxation tight. HiGHS (Huangfu and
Hall 2018) works without the interpreter's lock, on one thread; it is asked to stop by a callback.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from pilothouse.engines.roadmap._plan_arrays import PER_WEEK, Floats, Ints, PlanArrays
from pilothouse.engines.roadmap.plan_problem import NOT_DONE

Row = tuple[list[int], list[float], float, float]
_INF = float("inf")


@dataclass
class Search:
    """What a running solver and its watchers tell each other; simple attributes, no lock needed."""

    bound: float
    value: float = -_INF
    places: Ints | None = None
    is_proved: bool = False
    is_impossible: bool = False
    is_stop_wanted: bool = False


class PlanModel:
    """A model in HiGHS; ``is_whole`` asks for whole numbers, else the relaxation is solved."""

    def __init__(self, arrays: PlanArrays, *, is_whole: bool) -> None:
        self.arrays = arrays
        # Objectives around a thousand suit the solver's tolerances.
        self.scale = max(float(arrays.worth.max(initial=0.0)), 1e-9) / 1000
        self.solver = _open_solver()
        self.solver.passModel(_to_lp(arrays, self.scale, is_whole=is_whole))

    def maximise(self, search: Search, start: Ints | None) -> None:
        """Search for a plan, telling ``search`` of bounds and plans, until it is told to stop."""
        self._listen(search)
        if start is not None and self.arrays.is_kept_by(start):
            self._propose(start)
        self.solver.run()
        self._read(search)

    def bound_with(self, bet: int | None = None, place: int = NOT_DONE) -> float:
        """A bound on all plans with ``bet`` in ``place``, by the relaxation; -inf where none is."""
        if bet is None:
            self.solver.run()
            return self._relaxed_value()
        quarters = self.arrays.quarters
        columns = range(bet * quarters, (bet + 1) * quarters)
        for q, column in enumerate(columns):
            self.solver.changeColBounds(column, float(q == place), float(q == place))
        self.solver.run()
        bound = self._relaxed_value()
        for q, column in enumerate(columns):
            self.solver.changeColBounds(column, 0.0, float(self.arrays.allowed[bet, q]))
        return bound

    def _relaxed_value(self) -> float:
        if self.solver.getModelStatus() != _statuses().kOptimal:
            return -_INF
        return self._to_bound(self.solver.getInfo().objective_function_value)

    def _listen(self, search: Search) -> None:
        from highspy import cb

        kinds = cb.HighsCallbackType

        def hear(kind: Any, _message: str, told: Any, answer: Any, _data: Any) -> None:
            if kind == kinds.kCallbackMipInterrupt:
                search.bound = min(search.bound, self._to_bound(told.mip_dual_bound))
            if search.is_stop_wanted and answer is not None:
                answer.user_interrupt = True

        self.solver.setCallback(hear, None)
        self.solver.startCallback(kinds.kCallbackMipInterrupt)
        self.solver.startCallback(kinds.kCallbackSimplexInterrupt)

    def _to_bound(self, dual: float) -> float:
        # Objectives are compared to about nine digits; the bound must not be rounded below.
        return dual * self.scale * (1 + 1e-9) if np.isfinite(dual) else _INF

    def _propose(self, places: Ints) -> None:
        from highspy import HighsSolution

        values = np.zeros(self.arrays.bets * self.arrays.quarters)
        done = np.flatnonzero(places >= 0)
        values[done * self.arrays.quarters + places[done]] = 1.0
        solution = HighsSolution()
        solution.col_value = values.tolist()
        self.solver.setSolution(solution)

    def _read(self, search: Search) -> None:
        status, known = self.solver.getModelStatus(), _statuses()
        search.is_impossible = status == known.kInfeasible
        info = self.solver.getInfo()
        if search.is_impossible:
            return
        search.bound = min(search.bound, self._to_bound(info.mip_dual_bound))
        values = np.asarray(self.solver.getSolution().col_value)
        if values.size:
            self._take(values, search)
        search.is_proved = status == known.kOptimal and search.places is not None

    def _take(self, values: Floats, search: Search) -> None:
        table = values.reshape(self.arrays.bets, self.arrays.quarters)
        places = np.where(table.max(axis=1) > 0.5, table.argmax(axis=1), NOT_DONE)
        if self.arrays.is_kept_by(places):
            search.value, search.places = self.arrays.value_of(places), places.astype(np.int64)


def _open_solver() -> Any:
    # The public class prints its licence before it can be silenced; its base does not.
    from highspy import Highs

    solver: Any = Highs.__base__()  # type: ignore[misc]
    options: dict[str, Any] = {
        "output_flag": False, "threads": 1, "parallel": "off",
        "mip_rel_gap": 0.0, "mip_abs_gap": 1e-7,
    }  # fmt: skip
    for name, value in options.items():
        solver.setOptionValue(name, value)
    return solver


def _statuses() -> Any:
    from highspy import HighsModelStatus

    return HighsModelStatus


def _to_lp(arrays: PlanArrays, scale: float, *, is_whole: bool) -> Any:
    from highspy import HighsLp, HighsVarType, MatrixFormat, ObjSense

    rows = [*_once(arrays), *_within_capacity(arrays), *_after_needs(arrays)]
    size = arrays.bets * arrays.quarters
    lp = HighsLp()
    lp.num_col_, lp.num_row_, lp.sense_ = size, len(rows), ObjSense.kMaximize
    lp.col_cost_ = arrays.worth[:, :-1].ravel() / scale
    lp.col_lower_, lp.col_upper_ = np.zeros(size), arrays.allowed.ravel().astype(float)
    lp.row_lower_ = np.array([row[2] for row in rows])
    lp.row_upper_ = np.array([row[3] for row in rows])
    lp.a_matrix_.format_ = MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0, *(len(row[0]) for row in rows)])
    lp.a_matrix_.index_ = np.array([column for row in rows for column in row[0]], dtype=np.int32)
    lp.a_matrix_.value_ = np.array([value for row in rows for value in row[1]])
    if is_whole:
        lp.integrality_ = [HighsVarType.kInteger] * size
    return lp


def _once(arrays: PlanArrays) -> Iterator[Row]:
    quarters = arrays.quarters
    for b in range(arrays.bets):
        columns = list(range(b * quarters, (b + 1) * quarters))
        yield columns, [1.0] * quarters, float(arrays.must[b]), 1.0


def _within_capacity(arrays: PlanArrays) -> Iterator[Row]:
    for t in range(arrays.effort.shape[1]):
        bets = np.flatnonzero(arrays.effort[:, t])
        weeks = (arrays.effort[bets, t] / PER_WEEK).tolist()
        for q in range(arrays.quarters):
            columns = (bets * arrays.quarters + q).tolist()
            yield columns, weeks, -_INF, float(arrays.capacity[t, q] / PER_WEEK)


def _after_needs(arrays: PlanArrays) -> Iterator[Row]:
    quarters = arrays.quarters
    for b in range(arrays.bets):
        for a in arrays.needs[arrays.need_at[b] : arrays.need_at[b + 1]].tolist():
            for q in range(quarters):
                mine = list(range(b * quarters, b * quarters + q + 1))
                theirs = list(range(a * quarters, a * quarters + q + 1))
                yield mine + theirs, [1.0] * (q + 1) + [-1.0] * (q + 1), -_INF, 0.0


def run_model(
    arrays: PlanArrays,
    search: Search,
    *,
    start: Ints | None = None,
    most_nodes: int | None = None,
    seconds: float | None = None,
) -> Search:
    """Solve the whole-number model; ``search`` may be watched from another thread meanwhile."""
    model = PlanModel(arrays, is_whole=True)
    if most_nodes is not None:
        model.solver.setOptionValue("mip_max_nodes", most_nodes)
    if seconds is not None:
        model.solver.setOptionValue("time_limit", max(seconds, 0.1))
    model.maximise(search, start)
    return search


def trivial_bound(arrays: PlanArrays) -> float:
    """No plan is worth more than every bet at its best."""
    best = np.where(arrays.allowed, arrays.worth[:, :-1], 0.0)
    return float(best.max(axis=1, initial=0.0).sum())
