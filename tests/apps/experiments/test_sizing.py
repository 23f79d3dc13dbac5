"""The size of a brief, and the rules by which it is read."""

from __future__ import annotations

from dataclasses import replace
from statistics import NormalDist

import pytest

from pilothouse.apps.experiments.services.brief import Arm, Metric
from pilothouse.apps.experiments.services.counts import enter_counts
from pilothouse.apps.experiments.services.experiments import get_experiment, stop
from pilothouse.apps.experiments.services.readouts import read_result, save_readout
from pilothouse.apps.experiments.services.sizing import (
    planned_pair,
    planned_total,
    power_at,
    size_brief,
)
from pilothouse.kernel.errors import InvalidValueError
from tests.apps.decisions.makers import day, make_dated, turn
from tests.apps.experiments.makers import BY_HAND, hand_counts, make_running
from tests.builders import People

N = NormalDist()


def power_by_hand(control: float, other: float, p: float, lift: float, z: float) -> float:
    """Power of the plain two-sided test with arms of these sizes."""
    q = p * (1 + lift)
    error = (p * (1 - p) / control + q * (1 - q) / other) ** 0.5
    away = abs(q - p) / error
    return 1 - N.cdf(z - away) + N.cdf(-z - away)


def test_equal_arms_need_what_the_engine_says():
    size = size_brief(BY_HAND)
    assert size.needed == size.planned == 2 * size.per_arm
    assert size.days == pytest.approx(size.needed / 400)
    assert power_by_hand(size.per_arm, size.per_arm, 0.2, 0.2, 1.959964) >= 0.8
    assert power_by_hand(size.per_arm - 2, size.per_arm - 2, 0.2, 0.2, 1.959964) < 0.8


@pytest.mark.parametrize("weights", [(9, 1), (1, 9), (1, 2), (3, 3)])
def test_unequal_arms_keep_their_power(weights):
    arms = tuple(Arm(name, weight=w) for name, w in zip("AB", weights, strict=True))
    total = size_brief(replace(BY_HAND, arms=arms)).needed
    share = weights[0] / sum(weights)
    power = power_by_hand(total * share, total * (1 - share), 0.2, 0.2, 1.959964)
    assert power == pytest.approx(0.8, abs=0.03)


def test_more_arms_share_out_alpha_and_need_more():
    three = replace(BY_HAND, arms=(Arm("A"), Arm("B"), Arm("C")))
    size = size_brief(three)
    assert size.per_arm > size_brief(BY_HAND).per_arm
    assert power_by_hand(size.per_arm, size.per_arm, 0.2, 0.2, 2.241403) == pytest.approx(
        0.8, abs=0.001
    )
    assert planned_pair(three, 1) == pytest.approx(size.needed * 2 / 3, abs=1)


def test_what_is_planned_says_its_own_power():
    few = replace(BY_HAND, planned_units=800)
    assert planned_total(few) == 800
    assert power_at(few) == pytest.approx(power_by_hand(400, 400, 0.2, 0.2, 1.959964), abs=1e-4)
    size = size_brief(few)
    assert size.found > 0.2
    assert size.power < 0.8 < power_at(replace(few, planned_units=9000))


def test_less_is_better_looks_for_a_fall():
    down = replace(BY_HAND, primary=Metric("Leavers", direction="down"))
    # A fall of a share below a half is easier to see than a rise of the same size.
    assert size_brief(down).needed < size_brief(BY_HAND).needed


def test_what_cannot_be_found_is_told():
    assert size_brief(replace(BY_HAND, baseline=None)) is None
    assert planned_total(replace(BY_HAND, mde=None)) is None
    with pytest.raises(InvalidValueError, match="between 0 and 1"):
        size_brief(replace(BY_HAND, baseline=0.9, mde=0.5))


def test_a_fixed_day_opens_the_result_when_it_is_over(people: People):
    product = make_dated(people.alice)
    brief = replace(BY_HAND, rule="date", ends_on=day(3))
    view = make_running(people.alice, product, brief)
    enter_counts(people.alice, product, view.public_id, hand_counts((50, 5), (50, 9)))
    assert get_experiment(product, view.public_id).peeks == 1
    on_the_day = turn(product, days=3)
    assert read_result(on_the_day, get_experiment(on_the_day, view.public_id)) is None
    with pytest.raises(InvalidValueError, match="needs a reason"):
        stop(people.alice, on_the_day, view.public_id)
    after = turn(product, days=4)
    assert read_result(after, get_experiment(after, view.public_id)) is not None
    stop(people.alice, after, view.public_id)
    body = save_readout(people.alice, after, view.public_id).latest.body
    assert (body["rule_met"], body["by_rule"], body["peeks"]) == (True, False, 1)
