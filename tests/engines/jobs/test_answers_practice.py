"""What to practise next, calibration, and stories matched with questions."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.engines.jobs.answers_matching import (
    StoryText,
    Wanted,
    find_uncovered,
    match_stories,
)
from pilothouse.engines.jobs.answers_practice import (
    ENOUGH,
    Asked,
    Practised,
    Scored,
    bias_by_answer,
    calibrate,
    choose_question,
    due_at,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
ASKED = (
    Asked("a", "strategy", ("C04",)),
    Asked("b", "strategy", ("C04",)),
    Asked("c", "behavioural", ("C14",)),
)


def practised(key: str, days_ago: int, mean: float, kind: str = "strategy") -> Practised:
    return Practised(key, kind, NOW - timedelta(days=days_ago), mean)


def test_nothing_practised_begins_with_the_first_type():
    choice = choose_question(ASKED, [], NOW)
    assert choice is not None
    assert choice.key == "a"


def test_a_weak_answer_comes_again_before_anything_new():
    choice = choose_question(ASKED, [practised("b", 3, 1.5)], NOW)
    assert choice is not None
    assert (choice.key, "due again" in choice.why) == ("b", True)


def test_a_type_less_practised_comes_first_and_what_was_asked_for_real_before_it():
    done = [practised("a", 1, 3.6)]
    assert choose_question(ASKED, done, NOW).key == "c"  # type: ignore[union-attr]
    heavy = (ASKED[0], Asked("b", "strategy", ("C04",), weight=4.0), ASKED[2])
    choice = choose_question(heavy, done, NOW)
    assert choice is not None
    assert (choice.key, "real interview" in choice.why) == ("b", True)


def test_all_practised_gives_what_is_due_soonest_and_none_gives_nothing():
    done = [practised("a", 1, 3.6), practised("b", 1, 2.5), practised("c", 1, 3.9, "behavioural")]
    assert choose_question(ASKED, done, NOW).key == "b"  # type: ignore[union-attr]
    assert choose_question([], [], NOW) is None


def test_waits_by_hand():
    assert due_at([practised("a", 0, 1.9)]) == NOW + timedelta(days=2)
    assert due_at([practised("a", 0, 3.0)]) == NOW + timedelta(days=21)
    twice = [practised("a", 30, 3.2), practised("a", 0, 3.2)]
    assert due_at(twice) == NOW + timedelta(days=42)


def test_calibration_by_hand():
    scores = [Scored("frame", NOW, 3, 2), Scored("frame", NOW, 2, 2), Scored("users", NOW, 4, 1)]
    overall, frame, users = calibrate(scores)
    assert (overall.n, overall.bias, overall.equal) == (
        3,
        pytest.approx(4 / 3),
        pytest.approx(1 / 3),
    )
    assert (frame.n, frame.bias, users.bias) == (2, 0.5, 3)
    assert "too few" in overall.sentence
    assert bias_by_answer(scores) == ((NOW, pytest.approx(4 / 3)),)


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=ENOUGH, max_size=40))
def test_calibration_says_the_side_of_its_bias(pairs: list[tuple[int, int]]):
    overall = calibrate([Scored("frame", NOW, own, rule) for own, rule in pairs])[0]
    if overall.bias >= 0.25:
        assert "higher" in overall.sentence
    elif overall.bias <= -0.25:
        assert "lower" in overall.sentence
    else:
        assert "near each other" in overall.sentence


QUESTION = Wanted("said-no", "Tell me when you said no to somebody important.", ("C06", "C14"))


def test_stories_fit_with_reasons_the_best_first():
    stories = [
        StoryText("one", "The export", "I said no to the sales director.", ("C14",)),
        StoryText("two", "A launch", "We shipped late.", ("C13",)),
        StoryText("three", "Anything", "Something else.", (), ("said-no",)),
    ]
    found = match_stories(QUESTION, stories)
    assert [(each.story, each.reasons[0]) for each in found] == [
        ("three", "you chose it for this question"), ("one", "shows C14"),
    ]  # fmt: skip
    assert "said" in found[1].reasons[1]
    assert find_uncovered([QUESTION], stories[1:2]) == (QUESTION,)


@given(st.lists(st.sampled_from(["C06", "C14", "C01"]), max_size=3, unique=True))
def test_a_story_that_shows_more_never_fits_less(shown: list[str]):
    def points(best_for: tuple[str, ...]) -> int:
        story = StoryText("s", "No", "I said no, importantly.", best_for)
        found = match_stories(QUESTION, [story])
        return found[0].points if found else 0

    assert points(tuple(shown)) <= points(("C06", "C14", "C01"))
