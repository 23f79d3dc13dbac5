"""Histories of stages: an example by hand, and what no edit may break."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.engines.jobs import STAGES, Move, read_history

TODAY = date(2026, 11, 25)
DAYS = st.integers(0, 400).map(lambda back: TODAY - timedelta(days=back))
MOVES = st.lists(st.tuples(st.sampled_from(list(STAGES)), DAYS), min_size=1, max_size=12).map(
    lambda pairs: [Move(stage, on, number) for number, (stage, on) in enumerate(pairs)]
)


def at(stage: str, back: int, number: int = 0) -> Move:
    return Move(stage, TODAY - timedelta(days=back), number)


def test_an_example_by_hand():
    moves = [at("applied", 40, 0), at("screen", 30, 1), at("interview", 20, 2), at("screen", 5, 3)]
    history = read_history(moves, TODAY)
    assert [(span.move.stage, span.days, span.is_back) for span in history.spans] == [
        ("applied", 10, False), ("screen", 10, False), ("interview", 15, False),
        ("screen", 5, True),
    ]  # fmt: skip
    assert (history.standing.stage, history.standing.days) == ("screen", 5)
    # Going back takes nothing away: the interview was reached.
    assert history.reached(5) == TODAY - timedelta(days=20)
    assert history.reached(7) is None


@pytest.mark.parametrize(
    ("moves", "heard", "ghost_days", "wanted"),
    [
        ([at("applied", 30)], [], 30, 0),
        ([at("applied", 29)], [], 30, None),
        ([at("applied", 45)], [20], 30, None),
        ([at("applied", 45)], [35], 30, 5),
        ([at("applied", 300)], [], None, None),
        ([at("saved", 300)], [], 30, None),
        ([at("offer", 300)], [], 30, None),
        ([at("applied", 90), at("rejected", 80, 1)], [], 30, None),
    ],
)
def test_silence(moves: list[Move], heard: list[int], ghost_days: int | None, wanted: int | None):
    heard_on = [TODAY - timedelta(days=back) for back in heard]
    history = read_history(moves, TODAY, heard_on=heard_on, ghost_days=ghost_days)
    expected = None if wanted is None else TODAY - timedelta(days=wanted)
    assert history.ghosted_on == expected
    assert history.standing.is_presumed == (expected is not None)


def test_an_answer_after_the_silence_ends_it():
    moves = [at("applied", 90)]
    assert read_history(moves, TODAY).standing.stage == "ghosted"
    assert read_history([*moves, at("screen", 1, 1)], TODAY).standing.stage == "screen"


def test_a_declined_offer_was_an_offer():
    assert read_history([at("applied", 9), at("declined", 2, 1)], TODAY).reached(8) is not None
    assert read_history([at("applied", 9), at("rejected", 2, 1)], TODAY).reached(3) is None


@given(MOVES, st.randoms(use_true_random=False))
def test_the_order_of_entry_changes_nothing(moves: list[Move], chance):
    mixed = list(moves)
    chance.shuffle(mixed)
    assert read_history(mixed, TODAY) == read_history(moves, TODAY)


@given(MOVES)
def test_stays_fill_the_way_without_gap_or_overlap(moves: list[Move]):
    history = read_history(moves, TODAY)
    spans = history.spans
    assert sum(span.days for span in spans) == (TODAY - min(move.on for move in moves)).days
    assert all(one.until == other.move.on for one, other in pairwise(spans))
    assert spans[-1].until is None
    assert sorted(span.move.number for span in spans) == [move.number for move in moves]


@given(MOVES, st.data())
def test_a_changed_day_is_as_if_it_had_been_so_from_the_first(moves: list[Move], data):
    """Edits in any number lead to the history of the moves as they stand then."""
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(moves) - 1))
        changed = Move(moves[place].stage, data.draw(DAYS), moves[place].number)
        moves = [*moves[:place], changed, *moves[place + 1 :]]
    history = read_history(moves, TODAY)
    last = max(moves, key=lambda move: (move.on, move.number))
    assert history.moves[-1] == last
    assert history.standing.is_presumed or history.standing.stage == last.stage
    for rank in range(10):
        days = [move.on for move in moves if (STAGES[move.stage].rank or 0) >= rank]
        assert history.reached(rank) == (min(days) if days else None)


@given(MOVES, MOVES)
def test_what_was_reached_stays_reached(moves: list[Move], more: list[Move]):
    later = [Move(m.stage, m.on, len(moves) + place) for place, m in enumerate(more)]
    before, after = read_history(moves, TODAY), read_history([*moves, *later], TODAY)
    for rank in range(10):
        assert before.reached(rank) is None or after.reached(rank) is not None


def test_no_move_is_no_history():
    with pytest.raises(ValueError, match="at least one move"):
        read_history([], TODAY)
