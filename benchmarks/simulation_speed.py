"""How fast ours, NumPy and Mesa are in one world: user-days and events a second, and ratios.

Each is asked in turn, round by round, and the ratios are medians over rounds: what else a machine
does meets all of them. By the clock ours has two threads; by the processor one is compared.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.simulation_events import write_agents, write_numpy, write_ours, write_plain
from benchmarks.simulation_mesa import live_mesa
from benchmarks.simulation_numpy import live_numpy
from benchmarks.simulation_world import World, build_world, live_ours

Work = Callable[[], int]
_OURS = ("1 thread", "2 threads")
# Beyond this plain NumPy takes minutes and says nothing more.
_MOST_PLAIN_USER_DAYS = 10_000_000


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


def take_rounds(works: dict[str, Callable[[], Any]], rounds: int) -> dict[str, Any]:
    """Each of ``works`` in turn, ``rounds`` times after one that is dropped."""
    taken = [{name: timed(work) for name, work in works.items()} for _ in range(rounds + 1)][1:]
    return {
        name: {
            "seconds": [each[name][0] for each in taken],
            "cpu_seconds": [each[name][1] for each in taken],
        }
        for name in works
    }


class _Count:
    """Takes the rows of days and lets go of them; ``events`` is how many there were."""

    def __init__(self) -> None:
        self.events = 0

    def rows(self, day: Any) -> None:
        self.events += len(day.event)

    def tuples(self, day: list[Any]) -> None:
        self.events += len(day)


def _works(world: World, days: int, *, events: bool) -> dict[str, Work]:
    """What is timed; each returns the number of events written, 0 without them."""

    def ours(threads: int) -> int:
        count = _Count()
        if events:
            write_ours(world, count.rows, days=days, seed=1, threads=threads)
        else:
            live_ours(world, days=days, seed=1, threads=threads)
        return count.events

    def numpy() -> int:
        count = _Count()
        if events:
            write_numpy(world, count.rows, days=days, seed=1)
        else:
            live_numpy(world, days=days, seed=1)
        return count.events

    def plain() -> int:
        count = _Count()
        write_plain(world, count.rows, days=days, seed=1)
        return count.events

    works = {"1 thread": partial(ours, 1), "2 threads": partial(ours, 2), "numpy": numpy}
    if events and world.users * days <= _MOST_PLAIN_USER_DAYS:
        works["plain numpy"] = plain
    return works


def measure_speed(
    users: int, days: int, rounds: int, *, launch: bool, events: bool
) -> dict[str, Any]:
    """Ours beside NumPy in one world of one size, with all ``events`` written or with none.

    Of events there are two versions: as one writes them first, and as quick as we could make them.
    """
    works = _works(build_world(users, launch=launch), days, events=events)
    written: dict[str, int] = {}

    def noting(name: str, work: Work) -> Callable[[], None]:
        def note() -> None:
            written[name] = work()

        return note

    taken = take_rounds({name: noting(name, work) for name, work in works.items()}, rounds)
    found: dict[str, Any] = {
        "users": users,
        "days": days,
        "rounds": rounds,
        **{name: _line(each, users * days, written[name]) for name, each in taken.items()},
    }
    for name in (name for name in taken if name not in _OURS):
        ratios = _ratios(taken[name]["seconds"], taken["2 threads"]["seconds"])
        cores = _ratios(taken[name]["cpu_seconds"], taken["1 thread"]["cpu_seconds"])
        peer = name.replace(" ", "_")
        found[f"{peer}_to_2_threads"] = round(statistics.median(ratios), 2)
        found[f"{peer}_to_1_thread_by_processor"] = round(statistics.median(cores), 2)
    return found


def _ratios(theirs: list[float], ours: list[float]) -> list[float]:
    return [a / b for a, b in zip(theirs, ours, strict=True)]


def _line(figures: dict[str, list[float]], user_days: int, events: int) -> dict[str, float]:
    seconds = statistics.median(figures["seconds"])
    line = {
        "seconds": round(seconds, 3),
        "cpu_seconds": round(statistics.median(figures["cpu_seconds"]), 3),
        "user_days_per_second": round(user_days / seconds),
    }
    if events:
        line |= {"events": events, "events_per_second": round(events / seconds)}
    return line


def measure_log(users: int, days: int, *, launch: bool) -> dict[str, Any]:
    """Ours with all events as they go into a log: named, renamed, with bots among them; once."""
    world, rows = build_world(users, launch=launch), 0

    def work() -> None:
        nonlocal rows
        rows = sum(len(batch) for batch in live_ours(world, days=days, seed=1).events())

    seconds, processor = timed(work)
    line = _line({"seconds": [seconds], "cpu_seconds": [processor]}, users * days, rows)
    return {"users": users, "days": days, **line}


def measure_mesa(
    users: int, people: int, days: int, rounds: int, *, launch: bool, events: bool
) -> dict[str, Any]:
    """Mesa with the ``users`` it can do beside ours with ``people``, for as many days.

    A person costs it as much however many there are, but not as much on each day of a launch.
    """
    small, large = build_world(users, launch=launch), build_world(people, launch=launch)
    count = _Count()

    def live() -> None:
        count.events = 0
        if events:
            write_agents(small, count.tuples, live_mesa, days=days, seed=1)
        else:
            live_mesa(small, days=days, seed=1)

    works = _works(large, days, events=events)
    taken = take_rounds({**{name: works[name] for name in _OURS}, "mesa": live}, rounds)
    mesa, scale = taken["mesa"], people / users
    two = _ratios(mesa["seconds"], taken["2 threads"]["seconds"])
    one = _ratios(mesa["cpu_seconds"], taken["1 thread"]["cpu_seconds"])
    return {
        "users": users,
        "days": days,
        "rounds": rounds,
        **_line(mesa, users * days, count.events),
        "2_threads_to_mesa": round(scale * statistics.median(two)),
        "1_thread_to_mesa_by_processor": round(scale * statistics.median(one)),
    }
