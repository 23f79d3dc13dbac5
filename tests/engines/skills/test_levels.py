"""Levels from acts: the table of histories, an independent reference, and what must never happen.

A history is made of recipes (evidence that holds a known level and no more) and of noise that, by
the rules, cannot raise it. The reference below is written from the rules as the guide says them,
over subsets of acts, and shares no code with the engine.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.skills import (
    Context,
    Evidence,
    Level,
    Strength,
    months_before,
    rate_level,
    rate_levels,
    tell_level,
    tell_missing,
    whole_months,
)

NOW = datetime(2026, 11, 25, 12, tzinfo=timezone.utc)
REAL = [Context.OWN_PRODUCT, Context.EMPLOYMENT, Context.VOLUNTEER]


def make(strength: int, context: Context, *, days: int = 30, **parts: object) -> Evidence:
    """One act of C03; each is its own case unless a key is given."""
    at = NOW - timedelta(days=days)
    place = parts.pop("place", "p1" if context.is_real else "w1")
    return Evidence(0, "C03", Strength(strength), at, context, place=place, **parts)  # type: ignore[arg-type]


def numbered(acts: Sequence[Evidence]) -> list[Evidence]:
    return [replace(act, sequence=number) for number, act in enumerate(acts, 1)]


def rate(acts: Sequence[Evidence], now: datetime = NOW) -> Level:
    return rate_level("C03", numbered(acts), now)


def sim(score: float | None = None, world: str = "w1", **parts: object) -> Evidence:
    strength = 2 if score is None else 3
    return make(strength, Context.SIMULATED, place=world, score=score, **parts)


def own(strength: int = 2, **parts: object) -> Evidence:
    return make(strength, Context.OWN_PRODUCT, **parts)


PRACTICE = (own(), own(5, endorser="erin"))
# What each recipe holds, and no more.
RECIPES: list[tuple[str, int | None, tuple[Evidence, ...]]] = [
    ("nothing", None, ()),
    ("one checked act", None, (own(),)),
    ("two recorded acts", None, (own(1), own(1))),
    ("two halves of an act", None, (own(weight=0.5), own(weight=0.5))),
    ("one case twice", None, (own(key="decision:1"), own(key="decision:1"))),
    ("two checked acts", 1, (own(), own())),
    ("four halves", 1, tuple(own(weight=0.5) for _ in range(4))),
    ("checked in study", 1, (make(2, Context.STUDY), make(2, Context.STUDY))),
    ("reviewed study alone", 1, tuple(make(4, Context.STUDY) for _ in range(9))),
    ("scored in one world", 1, (sim(90), sim(95), sim(99))),
    ("scored in two, too low", 1, (sim(60), sim(39, "w2"), sim())),
    ("scored in two, only two acts", 1, (sim(60), sim(70, "w2"))),
    ("scored outside simulation", 1, (own(3, score=90.0), own(3, score=90.0, place="p2"), own())),
    ("two worlds at fifty", 2, (sim(50), sim(50, "w2"), sim())),
    ("two worlds, mean fifty", 2, (sim(80), sim(20, "w2"), sim())),
    ("the two best of three", 2, (sim(-40), sim(90, "w2"), sim(55, "w3"))),
    ("a great many simulations", 2, tuple(sim(90, f"w{n}") for n in range(30))),
    ("simulations reviewed", 2, (*(sim(90, f"w{n}") for n in range(9)),
                                 make(5, Context.SIMULATED, endorser="a"))),
    ("real acts, nobody looked", 1, tuple(own() for _ in range(20))),
    ("one real act, reviewed", 1, (own(4), sim())),
    ("practice", 3, PRACTICE),
    ("practice by review", 3, (own(), own(4))),
    ("practice, employed", 3, tuple(replace(e, context=Context.EMPLOYMENT) for e in PRACTICE)),
    ("practice, volunteer", 3, tuple(replace(e, context=Context.VOLUNTEER) for e in PRACTICE)),
    ("three products, one endorser", 3, (
        *PRACTICE, own(place="p2"), own(place="p3"), own(raises=True))),
    ("two endorsers, nothing taught", 3, (
        *PRACTICE, own(5, endorser="frank", place="p2"), own(place="p3"))),
    ("two products, eleven months", 3, (
        *PRACTICE, own(5, endorser="frank", place="p2", days=360), own(raises=True))),
    ("taught in study only", 3, (
        *PRACTICE, own(5, endorser="frank", place="p2"), own(place="p3"),
        make(2, Context.STUDY, raises=True))),
    ("expert by products", 4, (
        *PRACTICE, own(5, endorser="frank", place="p2"), own(place="p3"), own(raises=True))),
    ("expert by months", 4, (
        *PRACTICE, own(4, endorser="frank", days=396), own(raises=True))),
    ("taught in a simulated world", 4, (
        *PRACTICE, own(5, endorser="frank", place="p2"), own(place="p3"),
        make(2, Context.SIMULATED, raises=True))),
]  # fmt: skip


def noise(rng: random.Random, held: int | None) -> list[Evidence]:
    """Acts that cannot raise the level: claims and records; study from 1; bad runs from 2."""
    kinds: list[Callable[[], Evidence]] = [
        lambda: make(0, rng.choice(list(Context)), days=rng.randrange(700)),
        lambda: make(1, rng.choice(list(Context)), days=rng.randrange(700)),
    ]
    if held:
        kinds.append(lambda: make(rng.choice([1, 2, 4, 5]), Context.STUDY, endorser="x"))
    if held and held >= 2:
        kinds.append(lambda: sim(rng.uniform(-50, 100), f"w{rng.randrange(9)}"))
    return [rng.choice(kinds)() for _ in range(rng.randrange(12))]


HISTORIES = [
    pytest.param(name, held, acts, seed, id=f"{name}-{seed}")
    for name, held, acts in RECIPES
    for seed in range(12)
]


@pytest.mark.parametrize(("name", "held", "acts", "seed"), HISTORIES)
def test_a_history_holds_the_level_it_was_made_for(
    name: str, held: int | None, acts: tuple[Evidence, ...], seed: int
):
    rng = random.Random(f"{name}{seed}")
    whole = [*acts, *noise(rng, held)]
    rng.shuffle(whole)
    # Scores of a case count in their order, and a case takes the context of its first act.
    level = rate(whole)
    assert level.value == held
    assert bool(level.sequences) == (held is not None)
    assert reference(numbered(whole)) == held


def test_there_are_hundreds_of_histories():
    assert len(HISTORIES) >= 300
    assert {held for _, held, _ in RECIPES} == {None, 1, 2, 3, 4}


def reference(acts: Sequence[Evidence]) -> int | None:
    """The level by the words of the guide, the slow way: over cases and their subsets."""
    cases: dict[str, list[Evidence]] = {}
    for act in sorted(acts, key=lambda act: act.sequence):
        if act.strength >= 1:
            cases.setdefault(act.key or str(act.sequence), []).append(act)
    rows = []
    for group in cases.values():
        context = group[0].context
        is_simulated = context == Context.SIMULATED
        strong = [
            2 if act.strength == 3 and (not is_simulated or act.score is None) else act.strength
            for act in group
        ]
        scores = [act.score for act in group if act.strength == 3 and act.score is not None]
        rows.append(
            {
                "strength": max(strong),
                "weight": max(act.weight for act in group),
                "context": context,
                "place": group[0].place,
                "score": scores[0] if scores and is_simulated else None,
                "from": min(act.at for act in group),
                "to": max(act.at for act in group),
                "endorsers": {act.endorser for act in group} - {""},
                "raises": any(act.raises for act in group),
            }
        )
    counted = [row for row in rows if row["strength"] >= 2]
    outside = [row for row in counted if row["context"] != Context.STUDY]
    real = [row for row in outside if row["context"] != Context.SIMULATED]
    held = []
    if sum(row["weight"] for row in counted) >= 2:
        held.append(1)
    scored = [row for row in outside if row["score"] is not None]
    pairs = [(one, two) for one, two in combinations(scored, 2) if one["place"] != two["place"]]
    if sum(row["weight"] for row in outside) >= 3 and any(
        one["score"] + two["score"] >= 100 for one, two in pairs
    ):
        held.append(2)
    practises = sum(row["weight"] for row in real) >= 2 and any(
        row["strength"] >= 4 for row in real
    )
    if practises:
        held.append(3)
        months = whole_months(min(row["from"] for row in real), max(row["to"] for row in real))
        is_broad = len({row["place"] for row in real if row["place"]}) >= 3 or months >= 12
        endorsers = set().union(*(row["endorsers"] for row in real))
        if is_broad and len(endorsers) >= 2 and any(row["raises"] for row in outside):
            held.append(4)
    return max(held, default=None)


contexts = st.sampled_from(list(Context))
evidence = st.builds(
    Evidence,
    sequence=st.integers(1, 10_000),
    competency=st.just("C03"),
    strength=st.sampled_from(list(Strength)),
    at=st.integers(1, 1_500).map(lambda days: NOW - timedelta(days=days)),
    context=contexts,
    place=st.sampled_from(["", "a", "b", "c"]),
    key=st.sampled_from(["", "k1", "k2", "k3"]),
    weight=st.sampled_from([0.5, 1.0]),
    score=st.none() | st.integers(-60, 100).map(float),
    endorser=st.sampled_from(["", "erin", "frank"]),
    raises=st.booleans(),
)
histories = st.lists(evidence, max_size=16, unique_by=lambda each: each.sequence)


@given(histories)
@settings(max_examples=100, deadline=None)
def test_the_engine_agrees_with_the_reference(acts: list[Evidence]):
    # A scored act without a place belongs to no world: the reference knows no such thing.
    placed = [
        replace(act, place=act.place or "z") if act.score is not None else act for act in acts
    ]
    assert rate_level("C03", placed, NOW).value == reference(placed)


@given(histories, evidence)
@settings(max_examples=100, deadline=None)
def test_an_act_more_never_lowers_a_level(acts: list[Evidence], more: Evidence):
    last = max((act.sequence for act in acts), default=0)
    before = rate_level("C03", acts, NOW)
    after = rate_level("C03", [*acts, replace(more, sequence=last + 1)], NOW)
    assert (after.value or 0) >= (before.value or 0)
    assert (after.current or 0) >= (before.current or 0)
    assert after.acts + after.claims > before.acts + before.claims - 1


@given(histories, st.integers(0, 1_500))
@settings(max_examples=60, deadline=None)
def test_only_the_current_level_decays_and_only_by_age(acts: list[Evidence], days: int):
    now = rate_level("C03", acts, NOW)
    later = rate_level("C03", acts, NOW + timedelta(days=days))
    assert later.value == now.value
    assert (later.current or 0) <= (now.current or 0)
    assert (now.current or 0) <= (now.value or 0)


@given(histories)
@settings(max_examples=60, deadline=None)
def test_levels_open_to_their_acts_and_none_is_never_zero(acts: list[Evidence]):
    level = rate_level("C03", acts, NOW)
    known = {act.sequence for act in acts}
    assert set(level.sequences) <= known
    if level.value is None:
        assert level.sequences == ()
        assert ("no evidence" in tell_level(level)) == (level.acts == 0)
    else:
        assert level.value in {1, 2, 3, 4}
        assert level.sequences
    for rule in level.rules:
        assert rule.is_met == (tell_missing(rule) == ())


@given(histories, st.permutations(range(16)))
@settings(max_examples=50, deadline=None)
def test_the_order_in_which_acts_are_given_does_not_matter(acts: list[Evidence], order: list[int]):
    mixed = [acts[place] for place in order if place < len(acts)]
    assert rate_level("C03", mixed, NOW) == rate_level("C03", acts, NOW)


def test_old_acts_are_greyed_and_kept():
    level = rate([own(days=800), own(5, days=800), own(days=10), own(days=9)])
    assert (level.value, level.current) == (3, 1)
    assert level.is_greyed
    assert level.greyed == {1, 2}
    assert tell_level(level) == (
        "level 3, practitioner, from 4 acts; the last 24 months alone hold level 1"
    )
    assert rate([own(days=800), own(days=900)]).current is None


def test_the_day_on_which_an_act_becomes_old():
    at = datetime(2024, 11, 25, 12, tzinfo=timezone.utc)
    acts = [replace(own(), at=at), replace(own(), at=at)]
    assert rate(acts).current is None
    assert rate(acts, NOW - timedelta(microseconds=1)).current == 1


def test_a_world_played_again_keeps_its_first_score():
    again = [sim(20, key="run:1"), sim(99, key="run:1"), sim(70, "w2"), sim()]
    level = rate(again)
    assert level.value == 1
    assert level.spread.scores == (20, 70)


def test_nothing_becomes_real_afterwards():
    first = make(2, Context.SIMULATED, key="decision:1")
    later = own(5, key="decision:1", endorser="erin")
    assert rate([first, later, own()]).value == 1


def test_acts_to_come_and_of_other_competencies_are_left_out():
    soon = replace(own(), at=NOW + timedelta(seconds=1))
    other = replace(own(), competency="C04")
    assert rate([soon, other, own()]).acts == 1
    levels = rate_levels(["C03", "C04"], numbered([other, own(), own()]), NOW)
    assert (levels["C03"].value, levels["C04"].value, levels["C04"].acts) == (1, None, 1)


def test_what_is_missing_is_said_in_numbers():
    level = rate([own(weight=0.5), own()])
    assert tell_level(level) == "2 acts, not enough for level 1 yet"
    assert tell_missing(level.next_rule) == ("acts checked by a rule, or stronger: 1.5 of 2",)
    expert = rate([*PRACTICE, own(place="p2")])
    assert expert.next_rule is not None
    assert expert.next_rule.level == 4
    assert tell_missing(expert.next_rule) == (
        "real products (or 12 months): 2 of 3",
        "people who endorsed a real act: 1 of 2",
        "acts of teaching, reviewing or changing a method: 0 of 1",
    )


def test_months_are_calendar_months():
    at = datetime(2026, 3, 31, 8, tzinfo=timezone.utc)
    assert months_before(at, 1) == datetime(2026, 2, 28, 8, tzinfo=timezone.utc)
    assert months_before(datetime(2024, 2, 29, tzinfo=timezone.utc), 24).day == 28
    assert whole_months(datetime(2025, 11, 25, 12, tzinfo=timezone.utc), NOW) == 12
    assert whole_months(datetime(2025, 11, 25, 13, tzinfo=timezone.utc), NOW) == 11


@given(
    st.integers(0, 36_000).map(lambda days: NOW - timedelta(days=9_000) + timedelta(days=days)),
    st.integers(0, 300),
)
def test_months_before_and_whole_months_agree(at: datetime, months: int):
    earlier = months_before(at, months)
    assert (at.year - earlier.year) * 12 + at.month - earlier.month == months
    assert whole_months(earlier, at) == months
