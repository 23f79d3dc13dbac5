"""The value of information, against brute force and against what must hold."""

from __future__ import annotations

import numpy as np
import pytest

from pilothouse.engines.backlog import (
    FRAMEWORKS,
    Candidate,
    expected_score,
    get_framework,
    number,
    rank,
    spread,
    value_information,
)
from pilothouse.engines.backlog.quantities import table_of


def row(key, **values):
    made = {name: number(v) if isinstance(v, int | float) else v for name, v in values.items()}
    return Candidate(key, key.upper(), made)


def test_by_hand():
    """C promises 2 or 8 with equal chance (5 on average) beside a sure 6: knowing is worth 1."""
    from pilothouse.engines.backlog import choice

    rows = [row("c", value=choice(2, 8), effort=1), row("d", value=6, effort=1)]
    (first,) = value_information(rows, FRAMEWORKS["value-effort"], top=1)
    assert (first.key, first.input, first.value) == ("c", "value", pytest.approx(1))
    assert first.share == pytest.approx(1 / 6)
    assert first.sentence.startswith("Measure the value of C first: knowing it is worth 1 points")


def nested(rows, framework, top, key, asked, others=200_000):
    """Two loops: know the input, then average the rest, then choose; for products only."""
    rng = np.random.default_rng(5)
    means = {each.key: expected_score(each, framework) for each in rows}
    measured = next(each for each in rows if each.key == key)
    rest = np.ones(others)
    for each in framework.inputs:
        if each.key != asked:
            table = table_of(measured.inputs[each.key], each.shape)
            drawn = rng.choice(table, others)
            rest = rest / drawn if each.role == "over" else rest * drawn
    known = table_of(measured.inputs[asked], framework.input(asked).shape)
    known = 1 / known if framework.input(asked).role == "over" else known
    chosen = [
        sum(sorted([*(m for k, m in means.items() if k != key), value], reverse=True)[:top])
        for value in known * rest.mean()
    ]
    return np.mean(chosen) - sum(sorted(means.values(), reverse=True)[:top])


@pytest.mark.parametrize("top", [1, 2])
def test_agrees_with_nested_simulation(top):
    framework = FRAMEWORKS["value-effort"]
    rows = [
        row("a", value=spread(10, 40), effort=spread(1, 3)),
        row("b", value=spread(15, 20), effort=spread(1, 1.4)),
        row("c", value=spread(2, 60), effort=2),
        row("d", value=8, effort=1),
    ]
    for each in value_information(rows, framework, top):
        slow = nested(rows, framework, top, each.key, each.input)
        assert each.value == pytest.approx(slow, rel=0.03, abs=0.03)


def opportunity(key, importance, satisfaction):
    return row(key, importance=importance, satisfaction=satisfaction)


def test_expectation_of_the_bent_opportunity_score_is_exact():
    framework = FRAMEWORKS["opportunity"]
    one = opportunity("a", spread(4, 9), spread(3, 8))
    tables = [table_of(one.inputs[k], "scale", (0, 10)) for k in ("importance", "satisfaction")]
    grid = tables[0][:, None] + np.maximum(tables[0][:, None] - tables[1][None, :], 0)
    assert expected_score(one, framework) == pytest.approx(grid.mean())
    rows = [one, opportunity("b", 8, 7)]
    bar = expected_score(rows[1], framework)
    found = {each.input: each.value for each in value_information(rows, framework, 1)}
    for axis, name in ((1, "importance"), (0, "satisfaction")):
        gain = np.maximum(grid.mean(axis=axis), bar).mean() - max(grid.mean(), bar)
        assert found[name] == pytest.approx(gain)


def test_sums_and_scorecards_are_linear():
    card = get_framework("scorecard", {"fit": 2, "risk": -1})
    one = row("a", fit=spread(2, 8), risk=spread(1, 5))
    assert expected_score(one, card) == pytest.approx((2 * 5 - 3) / 3, abs=1e-6)
    wsjf = FRAMEWORKS["wsjf"]
    rows = [row("a", value=spread(1, 20), urgency=1, risk=1, size=1)]
    rows += [row("b", value=8, urgency=1, risk=1, size=1)]
    (first,) = value_information(rows, wsjf, 1)
    table = table_of(spread(1, 20), "positive") + 2
    assert first.value == pytest.approx(np.maximum(table, 10).mean() - max(table.mean(), 10))


def test_nothing_to_choose_nothing_to_learn():
    framework = FRAMEWORKS["value-effort"]
    wide = [row("a", value=spread(1, 99), effort=1), row("b", value=spread(1, 99), effort=1)]
    assert value_information(wide, framework, top=2) == ()
    far = [row("a", value=spread(100, 120), effort=1), row("b", value=1, effort=1)]
    assert value_information(far, framework, top=1) == ()


def test_the_reach_of_the_vague_one_comes_first():
    """The widest input of a close race is the one to measure."""
    framework = FRAMEWORKS["rice"]
    rows = [
        row("a", reach=1000, impact=1, confidence=0.8, effort=2),
        row("b", reach=900, impact=1, confidence=0.8, effort=spread(1.9, 2.1)),
        row("c", reach=spread(200, 3000), impact=1, confidence=0.8, effort=spread(1.8, 2.2)),
    ]
    first = rank(rows, framework, draws=500).measure_first[0]
    assert (first.key, first.input) == ("c", "reach")
