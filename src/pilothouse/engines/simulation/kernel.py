"""One day of everybody's life in one pass over the people, compiled.

The order within a day is part of the model: leave, then visit or sign up, then climb the funnel,
then be active, then pay, then habit and satisfaction. Leaving comes first: drawn after activity it
would inflate retention on the first day by half. Each person depends on their own row and on the
day's tables only, and all sums are of integers, so chunks may run in any order on any thread.
"""
# ruff: noqa: PLR0917 - kernels take their arrays by position

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation._compile import compiled
from pilothouse.engines.simulation.distributions import exp, sigmoid
from pilothouse.engines.simulation.philox import Stream, philox, threshold
from pilothouse.engines.simulation.tables import DayTables, Rules
from pilothouse.engines.simulation.users import (
    ACTIVATED,
    CHURNED,
    PAYING,
    SIGNED_UP,
    VISITED,
    State,
    Traits,
    pick,
)

# What happened to a person today: one bit each, then the steps of the funnel done by the end of
# yesterday and of today (three bits each), then the label of their plan (two bits).
VISIT, SIGN_UP, ACTIVATION, ACTIVE = 1, 2, 4, 8
SUBSCRIPTION, PAYMENT, FAILURE, CANCELLATION = 16, 32, 64, 128
STEPS_BEFORE_SHIFT, STEPS_AFTER_SHIFT, PLAN_SHIFT = 8, 11, 14
STEPS_MASK, PLAN_MASK = 7, 3
NO_PLAN, FREE, TRIAL, PAID = range(4)

# Places of a day's totals; payments by plan follow.
(
    VISITS,
    SIGN_UPS,
    ACTIVATIONS,
    ACTIVES,
    SESSIONS,
    SUBSCRIPTIONS,
    FAILURES,
    CANCELLATIONS,
    LEAVERS,
    PAYERS,
    CONTENTMENT,
    PAYMENTS,
) = range(12)
# Satisfaction is summed in fixed point, so that the order of adding cannot matter.
CONTENTMENT_SCALE = 1 << 20

_VISIT, _USER_DAY = int(Stream.VISIT), int(Stream.USER_DAY)
_FUNNEL, _BILLING = int(Stream.FUNNEL), int(Stream.BILLING)


class Outcome(NamedTuple):
    """What the day did to each person: ``flags`` as above and the number of sessions."""

    flags: NDArray[np.uint16]
    sessions: NDArray[np.uint8]


class Key(NamedTuple):
    """What every draw of a day shares."""

    day: int
    seed: int
    replicate: int


@compiled
def _feeling(rules: Rules, state: State, user: int) -> float:
    """How much less likely to leave: habit counts from an ordinary one, satisfaction from 0."""
    content = rules.hazard_satisfaction * state[user].satisfaction
    return float(content + rules.hazard_habit * (state[user].habit - 0.5))


@compiled
def _climb(
    user: int, key: Key, traits: Traits, state: State, rules: Rules, tables: DayTables, shift: float
) -> None:
    """Take the steps to activation one by one until the first that fails."""
    platform = traits[user].platform
    eager = rules.intent_effect * traits[user].intent - shift
    while state[user].steps < rules.onboarding_steps:
        step = state[user].steps + 1
        draw, _, _, _ = philox(user, key.day, step, key.replicate, key.seed, _FUNNEL)
        if draw >= threshold(sigmoid(tables.steps[platform, step] + eager)):
            return
        state[user].steps += 1
    if state[user].stage == SIGNED_UP:
        state[user].stage = ACTIVATED


@compiled
def _visit(
    user: int, key: Key, traits: Traits, state: State, rules: Rules, tables: DayTables
) -> int:
    """Look at the site and perhaps sign up. The caller has drawn that they come."""
    state[user].stage = VISITED
    eager = rules.intent_effect * traits[user].intent
    draw, _, _, _ = philox(user, key.day, 0, key.replicate, key.seed, _FUNNEL)
    if draw >= threshold(sigmoid(tables.steps[traits[user].platform, 0] + eager)):
        return VISIT
    state[user].stage = SIGNED_UP
    state[user].first_day = key.day
    return VISIT | SIGN_UP


@compiled
def _leaves(user: int, draw: np.uint64, traits: Traits, state: State, rules: Rules) -> bool:
    """Whether someone without a contract is gone from today on."""
    if traits[user].returns == 0:
        return True
    hazard = traits[user].theta * exp(-_feeling(rules, state, user))
    return bool(draw < threshold(hazard))


@compiled
def _renew(user: int, key: Key, traits: Traits, state: State, rules: Rules) -> int:
    """A customer's renewal day: cancel, fail to pay, or pay for another period."""
    occurrence = state[user].payments
    a, b, _, _ = philox(user, occurrence, 0, key.replicate, key.seed, _BILLING)
    churn = rules.monthly_churn[traits[user].segment] * exp(-_feeling(rules, state, user))
    if a < threshold(churn):
        return CANCELLATION
    if b < threshold(rules.payment_failure):
        return FAILURE | CANCELLATION
    state[user].payments += 1
    state[user].renewal_day = key.day + rules.billing_days
    return PAYMENT


@compiled
def _convert(
    user: int, key: Key, traits: Traits, state: State, rules: Rules, tables: DayTables
) -> int:
    """The end of a trial: subscribe and pay, or stay on the free plan."""
    odds = tables.steps[traits[user].platform, rules.onboarding_steps + 1]
    odds += rules.intent_effect * traits[user].intent
    odds += rules.conversion_satisfaction * state[user].satisfaction
    if state[user].stage == ACTIVATED:
        odds += rules.activation_effect
    draw, _, _, _ = philox(user, 0, 0, key.replicate, key.seed, _BILLING)
    if draw >= threshold(sigmoid(odds)):
        return 0
    state[user].stage = PAYING
    state[user].payments = 1
    state[user].renewal_day = key.day + rules.billing_days
    return SUBSCRIPTION | PAYMENT


@compiled
def _bill(
    user: int, key: Key, traits: Traits, state: State, rules: Rules, tables: DayTables
) -> int:
    """Whatever is due today: the end of a trial, or a renewal."""
    if state[user].stage == PAYING:
        if key.day == state[user].renewal_day:
            return _renew(user, key, traits, state, rules)
        return 0
    if key.day == state[user].first_day + rules.trial_days:
        return _convert(user, key, traits, state, rules, tables)
    return 0


@compiled
def _feel(
    user: int, traits: Traits, state: State, rules: Rules, tables: DayTables, sessions: int
) -> None:
    """Habit forms or fades; satisfaction moves towards what the product is worth to them."""
    if sessions == 0:
        state[user].habit *= 1.0 - rules.habit_decay
        return
    state[user].habit += rules.habit_gain * (1.0 - state[user].habit)
    worth = tables.utility[traits[user].segment, traits[user].platform]
    # Half a gain for the set-up, half a loss for the others, so that packs stay calibrated.
    half = 0.5 * rules.activation_value
    worth += half if state[user].steps >= rules.onboarding_steps else -half
    state[user].satisfaction += rules.satisfaction_gain * (worth - state[user].satisfaction)


@compiled
def _use(
    user: int,
    key: Key,
    draws: tuple[np.uint64, np.uint64],
    traits: Traits,
    state: State,
    rules: Rules,
    tables: DayTables,
) -> int:
    """Sessions today: 0 for an inactive day. Those not yet set up may try their next step."""
    rate = traits[user].lam * tables.activity[traits[user].segment, traits[user].platform]
    rate *= exp(rules.activity_habit * (state[user].habit - 0.5))
    if draws[0] >= threshold(1.0 - exp(-rate)):
        return 0
    if state[user].steps < rules.onboarding_steps:
        _climb(user, key, traits, state, rules, tables, rules.retry_penalty)
    return 1 + pick(rules.extra_sessions, draws[1])


@compiled
def _live(
    user: int, key: Key, traits: Traits, state: State, rules: Rules, tables: DayTables
) -> tuple[int, int]:
    """The day of someone who visits or is inside: what happened, and in how many sessions."""
    a, b, c, _ = philox(user, key.day, 0, key.replicate, key.seed, _USER_DAY)
    if state[user].stage <= VISITED:
        happened = _visit(user, key, traits, state, rules, tables)
        if happened & SIGN_UP == 0:
            return happened, 0
        _climb(user, key, traits, state, rules, tables, 0.0)
        sessions = 1
    else:
        if state[user].stage != PAYING and _leaves(user, a, traits, state, rules):
            state[user].stage = CHURNED
            return 0, 0
        happened = _bill(user, key, traits, state, rules, tables)
        if happened & CANCELLATION:
            state[user].stage = CHURNED
            return happened, 0
        sessions = _use(user, key, (b, c), traits, state, rules, tables)
    if sessions > 0:
        happened |= ACTIVE
        state[user].last_day = key.day
    _feel(user, traits, state, rules, tables, sessions)
    return happened, sessions


@compiled
def _plan_label(user: int, key: Key, state: State, rules: Rules) -> int:
    if state[user].stage == PAYING or state[user].payments > 0:
        return PAID
    if state[user].first_day < 0:
        return NO_PLAN
    return TRIAL if key.day < state[user].first_day + rules.trial_days else FREE


@compiled
def _count(
    user: int, happened: int, sessions: int, plan: int, state: State, totals: NDArray[np.int64]
) -> None:
    totals[VISITS] += happened & VISIT != 0
    totals[SIGN_UPS] += happened & SIGN_UP != 0
    totals[ACTIVATIONS] += happened & ACTIVATION != 0
    totals[SUBSCRIPTIONS] += happened & SUBSCRIPTION != 0
    totals[FAILURES] += happened & FAILURE != 0
    totals[CANCELLATIONS] += happened & CANCELLATION != 0
    totals[SESSIONS] += sessions
    totals[PAYMENTS + plan] += happened & PAYMENT != 0
    if happened & ACTIVE:
        totals[ACTIVES] += 1
        totals[CONTENTMENT] += int(state[user].satisfaction * CONTENTMENT_SCALE)


@compiled
def step_users(
    first: int,
    last: int,
    key: Key,
    traits: Traits,
    state: State,
    rules: Rules,
    tables: DayTables,
    outcome: Outcome,
    totals: NDArray[np.int64],
) -> None:
    """Live one day for the people ``first`` to before ``last``; writes ``state``, ``outcome``.

    ``totals`` (int64, ``PAYMENTS`` + number of plans) is added to.
    """
    visits = philox(first >> 2, key.day, 0, key.replicate, key.seed, _VISIT)
    for user in range(first, last):
        if user & 3 == 0:
            visits = philox(user >> 2, key.day, 0, key.replicate, key.seed, _VISIT)
        outcome.flags[user] = 0
        outcome.sessions[user] = 0
        stage = state[user].stage
        if stage == CHURNED:
            continue
        # Most people have nothing to do with the product: they cost a quarter of a draw.
        segment, platform = traits[user].segment, traits[user].platform
        if stage <= VISITED and visits[user & 3] >= tables.visit[segment, platform]:
            continue
        before = int(state[user].steps)
        happened, sessions = _live(user, key, traits, state, rules, tables)
        after = int(state[user].steps)
        if after > before and after >= rules.onboarding_steps:
            happened |= ACTIVATION
        if happened:
            _count(user, happened, sessions, traits[user].plan, state, totals)
            happened |= before << STEPS_BEFORE_SHIFT | after << STEPS_AFTER_SHIFT
            happened |= _plan_label(user, key, state, rules) << PLAN_SHIFT
        totals[PAYERS] += state[user].stage == PAYING
        totals[LEAVERS] += state[user].stage == CHURNED
        outcome.flags[user] = happened
        outcome.sessions[user] = sessions
