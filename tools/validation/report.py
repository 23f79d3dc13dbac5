"""The lines of a validation as a page of the documentation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pilothouse.engines.simulation import MODEL_VERSION
from pilothouse.engines.simulation.company.run import COMPANY_VERSION
from tools.validation.kinds import Line, Size, State

_MARKS = {State.HOLDS: "", State.MISSES: "**outside**", State.EXEMPT: "exempt"}
_COLUMNS = "| Pack | Figure | Found | +- | Must be | Pieces | |\n|---|---|--:|--:|---|---|---|\n"
_HEAD = """# Simulation: the validation, figure by figure

Written by `./run validate simulation --full --write FILE`; do not edit by hand. What the tests are
and why some lines are exempt is said in [simulation-company.md](simulation-company.md).

Measured on {day} with model {model}, company {company}: {seeds} seeds a pack, {users:,} people a
seed, {worlds} worlds where policies are compared. "+-" is the standard error over pieces (seeds or
worlds); "pieces" says how many of those asked for were measured.

{holds} lines hold, {misses} are outside, {exempt} are for comparison or exempt.
"""


def write_report(lines: Sequence[Line], size: Size, day: date) -> str:
    """The page: every line of every test, in the order of tests."""
    count = {state: sum(line.state is state for line in lines) for state in State}
    head = _HEAD.format(
        day=day.isoformat(),
        model=MODEL_VERSION,
        company=COMPANY_VERSION,
        seeds=size.seeds,
        users=size.users,
        worlds=size.worlds,
        holds=count[State.HOLDS],
        misses=count[State.MISSES],
        exempt=count[State.EXEMPT],
    )
    parts = [head]
    tests = sorted({line.test for line in lines}, key=lambda test: (test[0], int(test[1:])))
    for test in tests:
        parts.append(f"\n## {test}\n\n{_COLUMNS}")
        parts += [_row(line) for line in lines if line.test == test]
    return "".join(parts)


def _row(line: Line) -> str:
    mark = _MARKS[line.state]
    if line.why:
        mark = f"{mark}: {line.why}"
    cells = (line.pack, line.what, line.found, line.error, line.tolerance, line.pieces, mark)
    return "| " + " | ".join(cells) + " |\n"
