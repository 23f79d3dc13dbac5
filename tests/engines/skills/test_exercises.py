"""Chance, reading, grading and spacing of exercises."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.engines.skills.exercises import grade, read_faults
from pilothouse.engines.skills.exercises.dice import Dice
from pilothouse.engines.skills.exercises.model import (
    Case,
    Choice,
    Exercise,
    Kind,
    Trap,
    ask_choice,
    ask_number,
    ask_order,
    ask_several,
    ask_share,
    ask_text,
    is_sound,
    make_exercise,
)
from pilothouse.engines.skills.exercises.reading import read_number, read_share
from pilothouse.engines.skills.exercises.spacing import Practice, Tried, choose_next
from pilothouse.engines.skills.exercises.words import percent, plain, say_tolerance
from pilothouse.kernel.errors import InvalidValueError

ABC = tuple(Choice(key, f"the {key}", f"why {key}") for key in "ABC")
QUESTIONS = (
    ask_share("rate", "Rate?", 0.124, traps=(Trap(0.2, "too many"),)),
    ask_number("days", "Days?", 16, 0.5, unit="days", traps=(Trap(8.0, "one group only"),)),
    ask_choice("pick", "Which?", ABC, "B", (Trap("A", "the first"),)),
    ask_several("some", "Which apply?", ABC, ("A", "C"), traps=(Trap(("A",), "only one"),)),
    ask_order("rank", "Order?", ABC, ("C", "A", "B"), traps=(Trap(("A", "B", "C"), "as is"),)),
    ask_text("words", "Say it", "Like this."),
)
RIGHT = {"rate": "12.4%", "days": "16", "pick": "B", "some": "C A", "rank": "C A B"}


def exercise_of(*questions, story=("s",)) -> Exercise:
    case = Case(story, questions or QUESTIONS, ("step",))
    return Exercise(Kind("k", "K", "C10", "t.", "t.", lambda _dice, _level: case), 1, 1, case)


def state_of(key: str, text: str) -> tuple[str, float | None]:
    marks = grade(exercise_of(), RIGHT | {key: text}).marks
    mark = next(each for each in marks if each.question.key == key)
    return mark.state, mark.credit


# --- chance -------------------------------------------------------------------------------------


def test_dice_are_the_same_for_good():
    """Golden: an address with a seed must mean the same exercise after an upgrade."""
    dice = Dice("read-funnel|1|7|0")
    assert [round(dice.share(), 6) for _ in range(4)] == GOLDEN_SHARES
    assert [Dice("a").between(1, 6), Dice("b").between(1, 6), Dice("c").between(1, 6)] == GOLDEN_DIE


GOLDEN_SHARES = [0.09514, 0.515871, 0.616682, 0.173389]
GOLDEN_DIE = [6, 2, 6]


@given(st.text(max_size=20), st.integers(-50, 50), st.integers(0, 40), st.integers(1, 9))
def test_dice_stay_within_their_ends(name, low, width, step):
    dice = Dice(name)
    for _ in range(20):
        value = dice.between(low, low + width, step)
        assert low <= value <= low + width
        assert (value - low) % step == 0
    assert sorted(dice.shuffled(range(width))) == list(range(width))
    assert 0 <= dice.hits(width, 0.3) <= width


def test_dice_fill_all_faces_about_equally():
    dice = Dice("fair")
    counts = [0] * 6
    for _ in range(6_000):
        counts[dice.between(0, 5)] += 1
    # 1,000 each, standard deviation 29.
    assert all(870 < count < 1_130 for count in counts)


# --- reading ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.4", 12.4), ("12.4 %", 12.4), ("12,4", 12.4), ("1,234", 1234), ("1 234", 1234),
        ("1\N{NARROW NO-BREAK SPACE}234.5", 1234.5), ("1.234,5", 1234.5), ("0,124", 0.124),
        ("1'234", 1234), ("€ 1.5k", 1500), ("$2m", 2e6), ("−3.5", -3.5), ("–3", -3),
        ("12/80", 0.15),
        ("16 days", 16), ("about", None), ("~ 40", 40), (".5", 0.5), ("1e3", 1000), ("+7", 7),
        ("3 million €", 3e6), ("", None), ("1/0", None), ("--3", None), ("12 34 %", 1234),
        ("1,234,567", 1234567), ("nan", None), ("inf", None), ("9" * 400, None), ("12 percent", 12),
        ("2.5 points", 2.5),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text, value):
    if value is None:
        with pytest.raises(InvalidValueError):
            read_number(text)
    else:
        assert read_number(text)[0] == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "expected", "value"),
    [
        ("12.4%", 0.124, 0.124), ("0.124", 0.124, 0.124), ("12.4", 0.124, 0.124),
        ("0.8%", 0.008, 0.008), ("0.8", 0.008, 0.008), ("0.8", 0.8, 0.8), ("1", 0.01, 0.01),
        ("1", 1.0, 1.0), ("137", 1.37, 1.37), ("-3", -0.03, -0.03), ("0.3", 0.5, 0.3),
        ("12/80", 0.15, 0.15), ("100%", 1.0, 1.0),
    ],
)  # fmt: skip
def test_shares_are_read_in_percent_or_as_they_are(text, expected, value):
    assert read_share(text, expected, 0.0005) == pytest.approx(value)


@given(st.floats(-1e6, 1e6, allow_nan=False), st.integers(0, 4))
def test_what_is_written_here_is_read_here(value, digits):
    assert read_number(plain(value, digits))[0] == pytest.approx(round(value, digits), abs=1e-6)
    number, is_percent = read_number(percent(value, digits))
    assert is_percent
    assert number == pytest.approx(100 * value, abs=0.51 * 10**-digits + 1e-6)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_in_words(text):
    for question in QUESTIONS:
        faults = read_faults(exercise_of(question), {question.key: text})
        assert all(faults.values())


# --- grading ------------------------------------------------------------------------------------


def test_all_right_is_right_and_words_are_never_judged():
    marks = grade(exercise_of(), RIGHT | {"words": "whatever"})
    assert marks.is_right
    assert marks.credit == 1
    assert (marks.marks[-1].state, marks.marks[-1].credit) == ("unjudged", None)
    assert marks.marks[-1].expected == "Like this."


@pytest.mark.parametrize(
    ("key", "text", "state", "credit"),
    [
        ("rate", "12.9%", "right", 1), ("rate", "13.5%", "close", 0.5), ("rate", "14%", "wrong", 0),
        ("rate", "20%", "naive", 0), ("days", "16.5", "right", 1), ("days", "8", "naive", 0),
        ("days", "17.4", "close", 0.5), ("pick", "b", "right", 1), ("pick", "A", "naive", 0),
        ("pick", "C", "wrong", 0), ("some", "A", "naive", 0.5), ("some", "A B C", "partly", 0.5),
        ("some", "B", "wrong", 0), ("some", "C", "partly", 0.5), ("rank", "CAB", "right", 1),
        ("rank", "c > a > b", "right", 1), ("rank", "A C B", "partly", 1 / 3),
        ("rank", "B A C", "wrong", 0), ("rank", "A B C", "naive", 0), ("days", "", "empty", 0),
    ],
)  # fmt: skip
def test_marks_tell_naive_from_wrong_and_give_part_of_the_credit(key, text, state, credit):
    found = state_of(key, text)
    assert found[0] == state
    assert found[1] == pytest.approx(credit)


def test_a_naive_answer_is_explained_and_a_right_one_is_not_called_naive():
    marks = grade(exercise_of(), {"rate": "20%", "days": "16"}).marks
    assert marks[0].naive == "too many"
    assert (marks[0].read, marks[0].expected) == ("20.0%", "12.4%")
    assert marks[1].naive == ""


@pytest.mark.parametrize("given_", [{}, {"rate": "  "}, {"words": "only words"}])
def test_nothing_answered_is_refused_and_not_wrong(given_):
    with pytest.raises(InvalidValueError, match="nothing was answered"):
        grade(exercise_of(), given_)


@pytest.mark.parametrize(
    ("key", "text"), [("rate", "some"), ("rank", "A B"), ("rank", "A A B"), ("pick", "D")]
)
def test_what_cannot_be_read_is_said_at_its_field(key, text):
    with pytest.raises(InvalidValueError):
        grade(exercise_of(), RIGHT | {key: text})
    assert set(read_faults(exercise_of(), RIGHT | {key: text})) == {key}


@given(st.permutations("ABC"), st.permutations("ABC"))
def test_credit_of_an_order_is_kendalls_tau_from_0(first, second):
    question = ask_order("rank", "?", ABC, tuple(first))
    credit = grade(exercise_of(question), {"rank": "".join(second)}).credit
    swaps = sum(
        (first.index(a) < first.index(b)) != (second.index(a) < second.index(b))
        for a, b in (("A", "B"), ("A", "C"), ("B", "C"))
    )
    assert credit == pytest.approx(max(0.0, 1 - 2 * swaps / 3))


def test_tolerance_is_said_in_the_unit_of_the_answer():
    assert [say_tolerance(each) for each in QUESTIONS[:3]] == [
        "within 0.5 percentage points", "within 0.5 days", "",
    ]  # fmt: skip
    assert say_tolerance(ask_number("n", "?", 3, 0)) == "exact"


# --- soundness ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        ask_number("n", "?", float("nan"), 1),
        ask_number("n", "?", 10, 1, traps=(Trap(11.9, "near"),)),
        ask_choice("n", "?", ABC, "A", (Trap("A", "same"),)),
        ask_several("n", "?", ABC, ("A", "B"), traps=(Trap(("B", "A"), "same"),)),
        ask_order("n", "?", ABC, ("A", "B", "C"), traps=(Trap(("A", "B", "C"), "same"),)),
        ask_several("n", "?", ABC, ("D",)),
    ],
)
def test_a_trap_that_is_right_makes_no_exercise(question):
    assert not is_sound(Case((), (question,), ()))


def test_poor_drawings_are_drawn_again_and_hopeless_kinds_end():
    def build(dice: Dice, difficulty: int) -> Case:
        value = dice.between(1, 10) * difficulty
        return Case((), (ask_number("n", "?", value if value > 8 else float("nan"), 0),), ())

    kind = Kind("k", "K", "C10", "t.", "t.", build)
    assert {make_exercise(kind, seed, 1).case.questions[0].number for seed in range(30)} == {9, 10}
    never = Kind("k", "K", "C10", "t.", "t.", lambda _dice, _level: Case(
        (), (ask_number("n", "?", float("inf"), 0),), ()))  # fmt: skip
    with pytest.raises(RuntimeError, match="no sound variant"):
        make_exercise(never, 1, 1)


def test_a_formula_is_told_unless_it_is_hard_and_is_then_the_last_hint():
    case = Case(("s",), (QUESTIONS[1],), ("step",), hints=("first",), formula="n = 2")
    kind = Kind("k", "K", "C10", "t.", "t.", lambda _dice, _level: case)
    assert make_exercise(kind, 1, 2).case.story == ("s", "n = 2")
    hard = make_exercise(kind, 1, 3).case
    assert (hard.story, hard.hints) == (("s",), ("first", "n = 2"))


# --- spacing ------------------------------------------------------------------------------------

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


def tried(*results: tuple[int, int, bool]) -> tuple[Tried, ...]:
    """(days ago, difficulty, right), the oldest first."""
    return tuple(Tried(NOW - timedelta(days=d), level, right) for d, level, right in results)


@pytest.mark.parametrize(
    ("tries", "due_in_days", "difficulty"),
    [
        ((), None, 1),
        (tried((0, 1, False)), 1, 1),
        (tried((0, 1, True)), 2, 1),
        (tried((5, 1, True), (0, 1, True)), 5, 2),
        (tried((9, 2, True), (5, 2, True), (0, 3, True)), 12, 3),
        (tried((9, 3, False), (0, 3, False)), 1, 2),
        (tried((9, 1, False), (0, 1, False)), 1, 1),
        (tried(*((d, 3, True) for d in range(20, -1, -1))), 60, 3),
        (tried((9, 2, True), (0, 2, False)), 1, 2),
    ],
)
def test_a_kind_rests_longer_with_each_right_try(tries, due_in_days, difficulty):
    practice = Practice("k", tries)
    wanted = None if due_in_days is None else NOW + timedelta(days=due_in_days)
    assert (practice.due_at, practice.difficulty) == (wanted, difficulty)


@pytest.mark.parametrize(
    ("practices", "key", "reason"),
    [
        ([Practice("new"), Practice("other")], "new", "Not tried yet."),
        ([Practice("new"), Practice("due", tried((3, 1, False)))], "due",
         "Not right 3 days ago; once more with other numbers."),
        ([Practice("a", tried((4, 1, True))), Practice("b", tried((9, 1, True)))], "b",
         "Right 9 days ago; due again to see whether it stayed."),
        ([Practice("rests", tried((0, 1, True))), Practice("new")], "new", "Not tried yet."),
        ([Practice("a", tried((0, 1, True))), Practice("b", tried((1, 1, True)))], "b",
         "Nothing is due; this one comes next."),
    ],
)  # fmt: skip
def test_what_is_due_comes_before_what_is_new(practices, key, reason):
    found = choose_next(practices, NOW)
    assert (found.key, found.reason) == (key, reason)


def test_without_kinds_nothing_is_next():
    assert choose_next([], NOW) is None
