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
from pilothouse.engines.simulation.buying import choose_brand, order_cents
from pilothouse.engines.simulation.distributions import Floats, exp, sigmoid
from pilothouse.engines.simulation.philox import Stream, philox, threshold
from pilothouse.engines.simulation.slots import BRAND, Memory, expose, fill_shift
from pilothouse.engines.simulation.tables import CHURN, OWN, PRICE, PULL, DayTables, Rules
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
# yesterday and of today (three bits each), the label of their plan (two bits), then buying.
VISIT, SIGN_UP, ACTIVATION, ACTIVE = 1, 2, 4, 8
SUBSCRIPTION, PAYMENT, FAILURE, CANCELLATION = 16, 32, 64, 128
STEPS_BEFORE_SHIFT, STEPS_AFTER_SHIFT, PLAN_SHIFT = 8, 11, 14
STEPS_MASK, PLAN_MASK = 7, 3
NO_PLAN, FREE, TRIAL, PAID = range(4)
BASKET, ORDER = 1 << 16, 1 << 17

# Places of a day's totals; the contentment of active people by segment follows.
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
    CENTS,
    BASKETS,
    ORDERS,
    CONTENTMENT,
) = range(14)
# Satisfaction is summed in fixed point, so that the order of adding cannot matter.
CONTENTMENT_SCALE = 1 << 20

_VISIT, _USER_DAY = int(Stream.VISIT), int(Stream.USER_DAY)
_FUNNEL, _BILLING, _ORDER = int(Stream.FUNNEL), int(Stream.BILLING), int(Stream.ORDER)


class Outcome(NamedTuple):
    """What the day did to each person: ``flags`` as above, number of sessions, money paid."""

    flags: NDArray[np.uint32]
    sessions: NDArray[np.uint8]
    cents: NDArray[np.uint32]


class Key(NamedTuple):
    """What every draw of a day shares."""

    day: int
    seed: int
    replicate: int


@compiled
def _feeling(user: int, traits: Traits, state: State, rules: Rules, tables: DayTables) -> float:
    """How much less likely to leave: habit counts from an ordinary one, satisfaction from 0."""
    content = rules.hazard_satisfaction * state[user].satisfaction
    feeling = float(content + rules.hazard_habit * (state[user].habit - 0.5))
    return float(feeling - tables.segments[traits[user].segment, PULL])


@compiled
def _odds(
    user: int, step: int, traits: Traits, shift: Floats, rules: Rules, tables: DayTables
) -> float:
    """Log-odds of ``step`` for one person, before satisfaction and second tries."""
    segment = traits[user].segment
    odds = tables.steps[segment, traits[user].platform, step]
    return float(odds + shift[1 + step] + rules.intent_effect * traits[user].intent)


@compiled
def _climb(
    user: int,
    key: Key,
    traits: Traits,
    state: State,
    shift: Floats,
    rules: Rules,
    tables: DayTables,
    penalty: float,
) -> None:
    """Take the steps to activation one by one until the first that fails."""
    while state[user].steps < rules.onboarding_steps:
        step = state[user].steps + 1
        draw, _, _, _ = philox(user, key.day, step, key.replicate, key.seed, _FUNNEL)
        if draw >= threshold(sigmoid(_odds(user, step, traits, shift, rules, tables) - penalty)):
            return
        state[user].steps += 1
    if state[user].stage == SIGNED_UP:
        state[user].stage = ACTIVATED


@compiled
def _visit(
    user: int,
    key: Key,
    traits: Traits,
    state: State,
    shift: Floats,
    rules: Rules,
    tables: DayTables,
) -> int:
    """Look at the site and perhaps sign up. The caller has drawn that they come."""
    state[user].stage = VISITED
    draw, _, _, _ = philox(user, key.day, 0, key.replicate, key.seed, _FUNNEL)
    if draw >= threshold(sigmoid(_odds(user, 0, traits, shift, rules, tables))):
        return VISIT
    state[user].stage = SIGNED_UP
    state[user].first_day = key.day
    return VISIT | SIGN_UP


@compiled
def _leaves(
    user: int,
    draw: np.uint64,
    traits: Traits,
    state: State,
    rules: Rules,
    tables: DayTables,
) -> bool:
    """Whether someone without a contract is gone from today on."""
    if traits[user].returns == 0:
        return True
    hazard = traits[user].theta * exp(-_feeling(user, traits, state, rules, tables))
    return bool(draw < threshold(hazard))


@compiled
def _renew(
    user: int,
    key: Key,
    traits: Traits,
    state: State,
    rules: Rules,
    tables: DayTables,
) -> int:
    """A customer's renewal day: cancel, fail to pay, or pay for another period."""
    occurrence = state[user].payments
    a, b, _, _ = philox(user, occurrence, 0, key.replicate, key.seed, _BILLING)
    churn = tables.segments[traits[user].segment, CHURN] * exp(
        -_feeling(user, traits, state, rules, tables)
    )
    if a < threshold(churn):
        return CANCELLATION
    if b < threshold(rules.payment_failure):
        return FAILURE | CANCELLATION
    state[user].payments += 1
    state[user].renewal_day = key.day + rules.billing_days
    return PAYMENT


@compiled
def _convert(
    user: int,
    key: Key,
    traits: Traits,
    state: State,
    shift: Floats,
    rules: Rules,
    tables: DayTables,
) -> int:
    """The end of a trial: subscribe and pay, or stay on the free plan."""
    odds = _odds(user, rules.onboarding_steps + 1, traits, shift, rules, tables)
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
    user: int,
    key: Key,
    traits: Traits,
    state: State,
    shift: Floats,
    rules: Rules,
    tables: DayTables,
) -> int:
    """Whatever is due today: the end of a trial, or a renewal. Nothing in a shop."""
    if rules.shop:
        return 0
    if state[user].stage == PAYING:
        if key.day == state[user].renewal_day:
            return _renew(user, key, traits, state, rules, tables)
        return 0
    if key.day == state[user].first_day + rules.trial_days:
        return _convert(user, key, traits, state, shift, rules, tables)
    return 0


@compiled
def _buy(
    user: int,
    key: Key,
    traits: Traits,
    state: State,
    shift: Floats,
    memory: Memory,
    rules: Rules,
    tables: DayTables,
    outcome: Outcome,
) -> int:
    """An active day in a shop: perhaps a basket, then one brand's order or none."""
    basket, value, _, _ = philox(user, key.day, 0, key.replicate, key.seed, _ORDER)
    if basket >= rules.basket:
        return 0
    odds = _odds(user, rules.onboarding_steps + 1, traits, shift, rules, tables)
    odds += rules.conversion_satisfaction * state[user].satisfaction
    segment = traits[user].segment
    # Ours first, at the place of what rivals cost us on the first day; then the rivals'.
    weights = tables.segments[segment, OWN:].copy()
    weights[0] += odds
    last = int(memory[user, BRAND])
    brand = choose_brand(user, key.day, key.replicate, key.seed, weights, last, rules.loyalty)
    if brand >= 0:
        memory[user, BRAND] = brand
    if brand != 0:
        return BASKET
    outcome.cents[user] = order_cents(
        value,
        tables.normal,
        rules.order_log_cents + tables.segments[segment, PRICE],
        rules.order_spread,
    )
    return BASKET | ORDER


@compiled
def _feel(
    user: int,
    traits: Traits,
    state: State,
    shift: Floats,
    rules: Rules,
    tables: DayTables,
    sessions: int,
) -> None:
    """Habit forms or fades; satisfaction moves towards what the product is worth to them."""
    if sessions == 0:
        state[user].habit *= 1.0 - rules.habit_decay
        return
    state[user].habit += rules.habit_gain * (1.0 - state[user].habit)
    worth = tables.utility[traits[user].segment, traits[user].platform] + shift[0]
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
    shift: Floats,
    rules: Rules,
    tables: DayTables,
) -> int:
    """Sessions today: 0 for an inactive day. Those not yet set up may try their next step."""
    rate = traits[user].lam * tables.activity[traits[user].segment, traits[user].platform]
    rate *= exp(rules.activity_habit * (state[user].habit - 0.5))
    if shift[0] != 0.0:
        rate *= exp(rules.activity_utility * shift[0])
    if draws[0] >= threshold(1.0 - exp(-rate)):
        return 0
    if state[user].steps < rules.onboarding_steps:
        _climb(user, key, traits, state, shift, rules, tables, rules.retry_penalty)
    return 1 + pick(tables.extra_sessions, draws[1])


@compiled
def _live(
    user: int,
    key: Key,
    traits: Traits,
    state: State,
    shift: Floats,
    rules: Rules,
    tables: DayTables,
) -> tuple[int, int]:
    """The day of someone who visits or is inside: what happened, and in how many sessions."""
    a, b, c, _ = philox(user, key.day, 0, key.replicate, key.seed, _USER_DAY)
    if state[user].stage <= VISITED:
        happened = _visit(user, key, traits, state, shift, rules, tables)
        if happened & SIGN_UP == 0:
            return happened, 0
        _climb(user, key, traits, state, shift, rules, tables, 0.0)
        sessions = 1
    else:
        if state[user].stage != PAYING and _leaves(user, a, traits, state, rules, tables):
            state[user].stage = CHURNED
            return 0, 0
        happened = _bill(user, key, traits, state, shift, rules, tables)
        if happened & CANCELLATION:
            state[user].stage = CHURNED
            return happened, 0
        sessions = _use(user, key, (b, c), traits, state, shift, rules, tables)
    if sessions > 0:
        happened |= ACTIVE
        state[user].last_day = key.day
    _feel(user, traits, state, shift, rules, tables, sessions)
    return happened, sessions


@compiled
def _plan_label(user: int, key: Key, state: State, rules: Rules) -> int:
    if state[user].stage == PAYING or state[user].payments > 0:
        return PAID
    if state[user].first_day < 0:
        return NO_PLAN
    if rules.shop:
        return FREE
    return TRIAL if key.day < state[user].first_day + rules.trial_days else FREE


@compiled
def _count(
    user: int,
    happened: int,
    sessions: int,
    traits: Traits,
    state: State,
    totals: NDArray[np.int64],
) -> None:
    totals[VISITS] += happened & VISIT != 0
    totals[SIGN_UPS] += happened & SIGN_UP != 0
    totals[ACTIVATIONS] += happened & ACTIVATION != 0
    totals[SUBSCRIPTIONS] += happened & SUBSCRIPTION != 0
    totals[FAILURES] += happened & FAILURE != 0
    totals[CANCELLATIONS] += happened & CANCELLATION != 0
    totals[BASKETS] += happened & BASKET != 0
    totals[ORDERS] += happened & ORDER != 0
    totals[SESSIONS] += sessions
    if happened & ACTIVE:
        totals[ACTIVES] += 1
        content = int(state[user].satisfaction * CONTENTMENT_SCALE)
        totals[CONTENTMENT + 2 * traits[user].segment] += content
        totals[CONTENTMENT + 2 * traits[user].segment + 1] += 1


@compiled
def _day_of(
    user: int,
    key: Key,
    traits: Traits,
    state: State,
    memory: Memory,
    shift: Floats,
    rules: Rules,
    tables: DayTables,
    outcome: Outcome,
    totals: NDArray[np.int64],
) -> tuple[int, int]:
    """Live one person's day, count it, and say what happened in how many sessions."""
    if len(tables.slots) > 0:
        fill_shift(
            user, traits[user].segment, key, tables.slots, tables.effects, state, memory, shift
        )
    before = int(state[user].steps)
    happened, sessions = _live(user, key, traits, state, shift, rules, tables)
    if rules.shop and happened & ACTIVE:
        happened |= _buy(user, key, traits, state, shift, memory, rules, tables, outcome)
    after = int(state[user].steps)
    if after > before and after >= rules.onboarding_steps:
        happened |= ACTIVATION
    if happened & (VISIT | ACTIVE) and len(tables.slots) > 0:
        expose(user, key.day, happened & ACTIVE, tables.slots, memory)
    if happened:
        if happened & PAYMENT:
            outcome.cents[user] = tables.cents[traits[user].plan]
        totals[CENTS] += outcome.cents[user]
        _count(user, happened, sessions, traits, state, totals)
        happened |= before << STEPS_BEFORE_SHIFT | after << STEPS_AFTER_SHIFT
        happened |= _plan_label(user, key, state, rules) << PLAN_SHIFT
    return happened, sessions


@compiled
def step_users(
    first: int,
    last: int,
    key: Key,
    traits: Traits,
    state: State,
    memory: Memory,
    rules: Rules,
    tables: DayTables,
    outcome: Outcome,
    totals: NDArray[np.int64],
) -> None:
    """Live one day for the people ``first`` to before ``last``; writes state and ``outcome``.

    ``totals`` (int64, ``CONTENTMENT`` + two a segment) is added to.
    """
    visits = philox(first >> 2, key.day, 0, key.replicate, key.seed, _VISIT)
    # What tests and novelty add for one person: to the worth, then to each step.
    shift = np.zeros(1 + tables.steps.shape[2])
    for user in range(first, last):
        if user & 3 == 0:
            visits = philox(user >> 2, key.day, 0, key.replicate, key.seed, _VISIT)
        outcome.flags[user] = 0
        outcome.sessions[user] = 0
        outcome.cents[user] = 0
        stage = state[user].stage
        if stage == CHURNED:
            continue
        # Most people have nothing to do with the product: they cost a quarter of a draw.
        segment, platform = traits[user].segment, traits[user].platform
        if stage <= VISITED and visits[user & 3] >= tables.visit[segment, platform]:
            continue
        happened, sessions = _day_of(
            user, key, traits, state, memory, shift, rules, tables, outcome, totals
        )
        totals[PAYERS] += state[user].stage == PAYING
        totals[LEAVERS] += state[user].stage == CHURNED
        outcome.flags[user] = happened
        outcome.sessions[user] = sessions
