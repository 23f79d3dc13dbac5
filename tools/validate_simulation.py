"""Hold simulated worlds against the facts they must show: ``./run validate simulation``.

Each line is one figure beside its tolerance. Without ``--full`` (20 seeds a pack, 200,000 people,
60 worlds) it takes some minutes. ``--keep FILE`` writes every piece as it is measured and goes on
from there next time; ``--with FILE`` adds pieces measured elsewhere; ``--kept`` only judges what is
there.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from tools.validation import bounds, engine, firms, games, order, people, reliability, traps
from tools.validation.kinds import PACKS, Check, Found, Line, Size, State, load
from tools.validation.report import write_report
from tools.validation.store import Store, Task

CHECKS: tuple[Check, ...] = (
    *engine.CHECKS,
    *people.CHECKS,
    *firms.CHECKS,
    *traps.CHECKS,
    *order.CHECKS,
    *bounds.CHECKS,
    *reliability.CHECKS,
    *games.CHECKS,
)
BY_NAME = {check.name: check for check in CHECKS}
QUICK, FULL = Size(2, 50_000, 12), Size(20, 200_000, 60)


def measure(task: Task) -> Found:
    """Measure one piece; runs in a process of its own."""
    return BY_NAME[task.check].measure(load(task.pack), task.seed, task.size)


def tasks_of(packs: list[str], names: set[str], size: Size) -> list[tuple[Check, str, list[Task]]]:
    """By check and pack, the pieces that ``size`` asks for."""
    return [
        (check, pack, [Task(check.name, pack, n, size) for n in range(check.pieces(size))])
        for check in CHECKS
        if not names or check.name in names
        for pack in packs
        if pack in check.packs
    ]


def fill(store: Store, wanted: list[tuple[Check, str, list[Task]]], jobs: int) -> None:
    """Measure what is missing: of everything a little first, so that one may stop at any time."""
    missing = sorted(
        (place / len(tasks), number, task)
        for number, (_, _, tasks) in enumerate(wanted)
        for place, task in enumerate(tasks)
        if task.key not in store.pieces
    )
    with ProcessPoolExecutor(jobs) as pool:
        running = {pool.submit(measure, task): task for _, _, task in missing}
        try:
            for done, future in enumerate(as_completed(running), 1):
                store.add(running[future].key, future.result())
                if sys.stderr.isatty():
                    print(f"\r{done} of {len(missing)} pieces", end="", file=sys.stderr)
        finally:
            # After a fault nothing more is worth waiting for.
            pool.shutdown(cancel_futures=True)


def judge(store: Store, wanted: list[tuple[Check, str, list[Task]]]) -> Iterator[Line]:
    """The lines of every check, over the pieces that are there."""
    for check, pack, tasks in wanted:
        pieces = [store.pieces[task.key] for task in tasks if task.key in store.pieces]
        if pieces:
            for line in check.judge(load(pack), pieces):
                yield replace(line, pieces=f"{len(pieces)} of {len(tasks)}")


def validate(
    packs: list[str], names: set[str], size: Size, store: Store, jobs: int
) -> Iterator[Line]:
    """Measure what is missing, then every line."""
    wanted = tasks_of(packs, names, size)
    fill(store, wanted, jobs)
    yield from judge(store, wanted)


def show(line: Line) -> str:
    """A line for the terminal."""
    mark = {State.HOLDS: " ", State.MISSES: "!", State.EXEMPT: "-"}[line.state]
    error = f"+- {line.error}" if line.error else ""
    text = f"{mark} {line.test:4}{line.pack:10}{line.what:46}{line.found:>9} {error:11}"
    return f"{text}{line.tolerance:16}{line.why}".rstrip()


def read_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packs", nargs="*", default=list(PACKS), choices=PACKS)
    parser.add_argument("--only", nargs="*", default=[], choices=sorted(BY_NAME))
    parser.add_argument("--full", action="store_true", help="the whole validation")
    parser.add_argument("--seeds", type=int)
    parser.add_argument("--users", type=int)
    parser.add_argument("--worlds", type=int)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=Path, help="file of pieces to go on from and add to")
    parser.add_argument("--with", dest="others", type=Path, nargs="*", default=[])
    parser.add_argument("--kept", action="store_true", help="measure nothing, judge what is there")
    parser.add_argument("--write", type=Path, help="write the lines as a page")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def main() -> None:
    arguments = read_arguments()
    usual = FULL if arguments.full else QUICK
    size = Size(
        arguments.seeds or usual.seeds,
        arguments.users or usual.users,
        arguments.worlds or usual.worlds,
    )
    store = Store(arguments.keep, arguments.others)
    lines = []
    wanted = tasks_of(arguments.packs, set(arguments.only), size)
    if not arguments.kept:
        fill(store, wanted, arguments.jobs)
    for line in judge(store, wanted):
        lines.append(line)
        if not arguments.json:
            print(show(line), flush=True)
    misses = sum(line.state is State.MISSES for line in lines)
    if arguments.json:
        print(json.dumps({"size": asdict(size), "lines": [asdict(line) for line in lines]}))
    else:
        print(f"{sum(line.state is State.HOLDS for line in lines)} lines hold, {misses} do not.")
        if misses and not arguments.full:
            print("Few seeds and worlds move lines out by chance: --full is what they are held to.")
    if arguments.write:
        today = datetime.now(UTC).date()
        arguments.write.write_text(write_report(lines, size, today), encoding="utf-8")
    sys.exit(1 if misses else 0)


if __name__ == "__main__":
    main()
