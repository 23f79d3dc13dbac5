"""Turning from one kind of work to another: minutes where a run is begun with them, else none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.engines.simulation import Pack
from pilothouse.engines.simulation.company.commands import (
    SWITCH_MINUTES,
    Command,
    Forecast,
    Interview,
    Look,
    Reflect,
    SendUpdate,
)
from pilothouse.engines.simulation.company.research import Question
from pilothouse.engines.simulation.company.run import CompanyRun
from pilothouse.kernel.errors import ConflictError

Begin = Callable[..., CompanyRun]
FIRST = date(2026, 1, 5)
DEEDS: tuple[Command, ...] = (
    Look("dashboard"),
    Look("tickets"),
    Look("call", "ceo"),
    Reflect("x"),
    Forecast("y", 0.5, date(2026, 3, 1)),
    SendUpdate(("ceo",), ("All is well.",)),
)


def test_by_hand(begin: Begin) -> None:
    run = begin(users=50, switch_minutes=8)
    for deed, left in (
        (Look("tickets"), 465),
        (Look("tickets"), 450),
        (Look("dashboard"), 450 - 8 - 10),
        (Reflect("a"), 432 - 8 - 10),
        (Reflect("b"), 404),
        (Look("dashboard"), 404 - 8 - 10),
    ):
        run.give(deed)
        assert run.state.minutes == left
    run.advance()
    # The first work of a morning is nothing to turn to.
    run.give(Reflect("c"))
    assert run.state.minutes == 470


def test_the_last_minutes_are_refused_with_the_reason(begin: Begin) -> None:
    run, free = begin(users=50, switch_minutes=8), begin(users=50)
    for each in (run, free):
        each.give(Interview(10, Question.LAST_TIME))
        each.give(Look("query"))
    before = run.state_hash
    with pytest.raises(ConflictError) as refused:
        run.give(Reflect("x"))
    assert refused.value.sentence == (
        "Reflect: this takes 10 minutes, and 8 to turn to it from other work, and 2 of the day "
        "are left. Leave it for tomorrow, or do what is of one kind together."
    )
    assert run.state_hash == before
    free.give(Reflect("x"))
    assert free.state.minutes == 0


@given(st.lists(st.sampled_from(DEEDS), max_size=12))
def test_a_day_is_the_sum_of_its_work_and_its_turns(deeds: list[Command]) -> None:
    run = CompanyRun(_PACK["pack"], seed=7, first_day=FIRST, users=10, switch_minutes=8)
    for deed in deeds:
        run.give(deed)
    turns = sum(a.work != b.work for a, b in pairwise(deeds))
    spent = sum(deed.cost for deed in deeds) + SWITCH_MINUTES * turns
    assert run.state.minutes == 480 - spent


def test_minutes_are_all_that_differs(begin: Begin, pack: Pack) -> None:
    """What was recorded without turning lives the same with it, from a snapshot as well."""
    run, free = begin(users=300, switch_minutes=8), begin(users=300)
    for each in (run, free):
        each.give(Look("tickets"))
        each.give(Reflect("x"))
    copy = CompanyRun.restore(pack, run.snapshot())
    assert copy.switch_minutes == 8
    copy.give(Look("query"))
    run.give(Look("query"))
    free.give(Look("query"))
    assert copy.state.minutes == run.state.minutes == free.state.minutes - 16
    for each in (run, free, copy):
        each.advance(3)
    assert run.state_hash == free.state_hash == copy.state_hash


_PACK: dict[str, Pack] = {}


@pytest.fixture(autouse=True, scope="module")
def _keep(pack: Pack) -> None:
    _PACK["pack"] = pack
