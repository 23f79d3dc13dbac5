"""The funnel against a history counted by hand, and its properties."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.engines.jobs import (
    STAGES,
    Move,
    StageHistory,
    build_funnel,
    convert,
    diagnose,
    group_conversions,
    read_history,
)

TODAY = date(2026, 11, 25)


def way(*stages: tuple[str, int]) -> StageHistory:
    """A history from (stage, days ago)."""
    moves = [
        Move(stage, TODAY - timedelta(days=back), place)
        for place, (stage, back) in enumerate(stages)
    ]
    return read_history(moves, TODAY)


# Counted by hand. Applied at least 30 days ago: a to h, of which a, b, c, d had a first talk,
# e was rejected, f is silent for 60 days, g withdrew, h had a sign of its own (received) 10 days
# ago and is open. Young: i and j. Never sent: k.
A = way(("applied", 100), ("screen", 90), ("interview", 80), ("final", 70), ("offer", 60),
        ("accepted", 55))  # fmt: skip
B = way(("applied", 90), ("screen", 80), ("interview", 60), ("rejected", 50))
C = way(("saved", 99), ("applied", 80), ("acknowledged", 79), ("interview", 40), ("screen", 10))
D = way(("applied", 70), ("screen", 50), ("rejected", 45))
E = way(("applied", 65), ("rejected", 60))
F = way(("applied", 60))
G = way(("applied", 50), ("withdrawn", 49))
H = way(("applied", 40), ("acknowledged", 10))
I = way(("applied", 20), ("screen", 15))  # noqa: E741
J = way(("applied", 3))
K = way(("saved", 90), ("skipped", 80))
ALL = [A, B, C, D, E, F, G, H, I, J, K]


def test_the_funnel_by_hand():
    funnel = build_funnel(ALL)
    assert funnel.reached == {"applied": 10, "screen": 5, "interview": 3, "final": 1, "offer": 1}
    first, second, third, fourth = funnel.conversions
    assert (first.on, first.out, first.left, first.open, first.young) == (4, 2, 1, 1, 2)
    # To the first talk: A 10 days, B 10, C 40 (straight to an interview), D 20.
    assert (first.days, first.median_days) == ((10, 10, 20, 40), 15)
    # I had its talk 15 days ago. C came to "first talk or beyond" with its interview.
    assert (second.on, second.out, second.left, second.open, second.young) == (3, 1, 0, 0, 1)
    assert (third.on, third.out, third.open, third.young) == (1, 1, 1, 0)
    assert (fourth.on, fourth.out) == (1, 0)
    rate = first.rate
    # Wilson for 4 of 6, by hand: centre (4/6 + 1.9208/6) / (1 + 3.8415/6), and so on.
    assert (rate.n, round(rate.low, 3), round(rate.high, 3)) == (6, 0.300, 0.903)


def test_a_changed_day_changes_the_figures():
    older = way(("applied", 33), ("screen", 15))
    before, after = convert([I], "applied", "screen"), convert([older], "applied", "screen")
    assert (before.young, before.on, after.young, after.on) == (1, 0, 0, 1)


def test_groups():
    found = group_conversions([("v1", A), ("v2", E), ("v2", F), ("v1", B), ("v2", J)], "applied",
                              "screen")  # fmt: skip
    assert list(found) == ["v2", "v1"]
    assert (found["v2"].on, found["v2"].out, found["v2"].young) == (0, 2, 1)
    assert (found["v1"].on, found["v1"].out) == (2, 0)


@pytest.mark.parametrize(
    ("talks", "no_talks", "offers", "words"),
    [
        (0, 60, 0, "What is sent. About the interviews"),
        (20, 20, 0, "The interviews, not what is sent"),
        (20, 20, 12, "Neither"),
        (1, 6, 0, "Too few"),
        (0, 0, 0, "Too few"),
    ],
)
def test_is_it_the_resume_or_the_interview(talks: int, no_talks: int, offers: int, words: str):
    histories = [way(("applied", 90), ("rejected", 80))] * no_talks
    histories += [way(("applied", 90), ("screen", 80), ("rejected", 70))] * (talks - offers)
    histories += [way(("applied", 90), ("screen", 80), ("offer", 70))] * offers
    assert diagnose(histories, 0.1, 0.2).sentence.startswith(words)


def test_how_many_more_would_decide():
    histories = [way(("applied", 90), ("rejected", 80))] * 10
    verdict = diagnose(histories, 0.1, 0.2).resume
    # 0 of 35 is the first whose interval ends below 10 %: z²/(n + z²) < 0.1 where n > 9 z² = 34.6.
    assert (verdict.word, verdict.more) == ("too few", 25)
    assert diagnose([], 0.1, 0.2).resume.more is None


HISTORIES = st.lists(
    st.lists(
        st.tuples(st.sampled_from(list(STAGES)), st.integers(0, 200)), min_size=1, max_size=6
    ).map(lambda steps: way(*steps)),
    max_size=20,
)


@given(HISTORIES, st.integers(1, 90))
def test_everyone_is_counted_once(histories: list[StageHistory], days: int):
    funnel = build_funnel(histories, days)
    reached = list(funnel.reached.values())
    assert reached == sorted(reached, reverse=True)
    for conversion in funnel.conversions:
        parts = (conversion.on, conversion.out, conversion.left, conversion.open, conversion.young)
        assert sum(parts) == conversion.entered == funnel.reached[conversion.begin]
        assert len(conversion.days) == conversion.on
        rate = conversion.rate
        assert rate.n == 0 or rate.low <= rate.share <= rate.high


@given(HISTORIES)
def test_groups_add_up_to_the_whole(histories: list[StageHistory]):
    named = [(str(place % 3), each) for place, each in enumerate(histories)]
    groups = group_conversions(named, "applied", "screen").values()
    whole = convert(histories, "applied", "screen")
    assert sum(each.on for each in groups) == whole.on
    assert sum(each.out for each in groups) == whole.out
