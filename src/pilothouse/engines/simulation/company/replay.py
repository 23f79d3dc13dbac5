"""What a decision was worth: the same futures lived with each option, and true probabilities.

All options meet the same luck, so that a difference of options is hardly ever one of luck. Graded
is the mean over futures; what happened in one of them is a story.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from pilothouse.engines._numeric.parallel import run_chunks
from pilothouse.engines.simulation.company.commands import Command
from pilothouse.engines.simulation.company.run import CompanyRun, CompanySnapshot, Logged
from pilothouse.engines.simulation.pack import Pack
from pilothouse.kernel.errors import InvalidValueError, PilothouseError

FUTURES = 32
ROLLOUTS = 200
# Futures that are replayed stand apart from the one that is played (0).
_FIRST_FUTURE = 1

Continue = Callable[[CompanyRun], None]
Question = Callable[[CompanyRun], bool]


@dataclass(frozen=True)
class OptionValue:
    """One option over all futures: mean value, standard error and 5 % to 95 % of the values."""

    name: str
    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Mean value over futures."""
        return math.fsum(self.values) / len(self.values)

    @property
    def interval(self) -> tuple[float, float]:
        """Where nine of ten futures end."""
        ordered = sorted(self.values)
        last = len(ordered) - 1
        return ordered[round(0.05 * last)], ordered[round(0.95 * last)]


@dataclass(frozen=True)
class Replay:
    """A decision's options under shared futures; ``chosen`` names the one that was taken."""

    chosen: str
    options: tuple[OptionValue, ...]

    def option(self, name: str) -> OptionValue:
        """The option called ``name``."""
        return next(option for option in self.options if option.name == name)

    @property
    def best(self) -> OptionValue:
        """The option of the largest mean."""
        return max(self.options, key=lambda option: option.mean)

    @property
    def regret(self) -> float:
        """What the choice gave away in the mean."""
        return self.best.mean - self.option(self.chosen).mean

    @property
    def regret_error(self) -> float:
        """Standard error of the regret: of differences in the same futures."""
        pairs = zip(self.best.values, self.option(self.chosen).values, strict=True)
        gaps = [a - b for a, b in pairs]
        mean = math.fsum(gaps) / len(gaps)
        if len(gaps) < 2:
            return math.inf
        return math.sqrt(math.fsum((g - mean) ** 2 for g in gaps) / (len(gaps) - 1) / len(gaps))

    def value_of_information(self, asking: Collection[str]) -> float:
        """What asking first is worth: the best option of ``asking`` less the best of the others.

        Options that ask first (a test, then ``later`` decides by what it said) stand beside those
        that act at once, in the same futures. Below 0 the answer was not worth its price.
        """
        names = {option.name for option in self.options}
        if not set(asking) < names or not asking:
            raise InvalidValueError(
                "some options ask first and some do not.", value=sorted(set(asking))
            )
        best = {True: -math.inf, False: -math.inf}
        for option in self.options:
            asks = option.name in asking
            best[asks] = max(best[asks], option.mean)
        return best[True] - best[False]

    def luck(self, realised: float) -> float:
        """How much better than the mean the played future was."""
        return realised - self.option(self.chosen).mean


def replay(
    pack: Pack,
    snapshot: CompanySnapshot,
    options: Mapping[str, Sequence[Command]],
    *,
    chosen: str,
    days: int,
    futures: int = FUTURES,
    later: Continue | None = None,
) -> Replay:
    """Live ``days`` from ``snapshot`` with each of ``options`` in ``futures`` shared futures.

    ``later`` is called before each further day and may give commands; without it nothing more is
    decided. An option that is refused raises the refusal.
    """
    if chosen not in options:
        raise InvalidValueError("the option chosen must be one of them.", value=chosen)
    names = list(options)
    jobs = [(name, future) for name in names for future in range(futures)]

    def work(place: int) -> float:
        name, future = jobs[place]
        run = _restore(pack, snapshot, _FIRST_FUTURE + future)
        for command in options[name]:
            run.give(command)
        _live(run, days, later)
        return run.value

    values = run_chunks(work, len(jobs))
    return Replay(
        chosen,
        tuple(
            OptionValue(name, tuple(values[n * futures : (n + 1) * futures]))
            for n, name in enumerate(names)
        ),
    )


def true_hits(
    pack: Pack,
    snapshot: CompanySnapshot,
    questions: Sequence[Question],
    *,
    days: int,
    rollouts: int = ROLLOUTS,
    later: Continue | None = None,
) -> tuple[int, ...]:
    """In how many of ``rollouts`` futures each of ``questions`` comes true after ``days``."""

    def work(future: int) -> tuple[bool, ...]:
        run = _restore(pack, snapshot, _FIRST_FUTURE + future)
        _live(run, days, later)
        return tuple(question(run) for question in questions)

    answers = run_chunks(work, rollouts)
    return tuple(sum(answer[n] for answer in answers) for n in range(len(questions)))


def ship_when_built(run: CompanyRun) -> None:
    """The neutral way to go on: release what is built as soon as it may be."""
    from pilothouse.engines.simulation.company.commands import Ship

    for place in sorted(run.state.built):
        try:
            run.give(Ship(run.setting.business.ideas[place].key))
        except PilothouseError:
            continue


def as_played(log: Sequence[Logged]) -> Continue:
    """The way that was taken: later commands of ``log`` on their own days.

    What another option leaves no room for (an idea that is not built there) is left out.
    """

    def later(run: CompanyRun) -> None:
        for entry in log:
            if entry.given == run.days:
                try:
                    run.give(entry.command)
                except PilothouseError:
                    continue

    return later


def _restore(pack: Pack, snapshot: CompanySnapshot, future: int) -> CompanyRun:
    return CompanyRun.restore(pack, snapshot, threads=1, replicate=future, feedback=False)


def _live(run: CompanyRun, days: int, later: Continue | None) -> None:
    for _ in range(days):
        if later is not None:
            later(run)
        run.advance()
