"""The rules of one person's day, compiled.

The order within a day is part of the model: leave, then visit or sign up, then climb the funnel,
then be active, then pay, then habit and satisfaction. Leaving comes first: drawn after activity it
would inflate retention on the first day by half. Each person depends on their own row and on the
day's tables only.
"""
# ruff: noqa: PLR0917 - kernels take their arrays by position

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation._compile import borrowing, inlined
from pilothouse.engines.simulation.buying import choose_brand, order_cents
from pilothouse.engines.simulation.distributions import Floats, sigmoid
from pilothouse.engines.simulation.philox import Stream, philox, threshold
from pilothouse.engines.simulation.slots import BRAND, Memory
from pilothouse.engines.simulation.tables import CHURN, OWN, PRICE, PULL, DayTables, Rules
from pilothouse.engines.simulation.users import (
    ACTIVATED,
    CHURNED,
    PAYING,
    SIGNED_UP,
    VISITED,
    Lives,
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
# An order for goods that are scarce; without ``ORDER`` they were gone.
LIMITED = 1 << 18

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

_FUNNEL, _BILLING, _ORDER = int(Stream.FUNNEL), int(Stream.BILLING), int(Stream.ORDER)


class Key(NamedTuple):
    """What every draw of a day shares."""

    day: int
    seed: int
    replicate: int


class Today(NamedTuple):
    """What is known of one person's day before it is lived.

    ``leave`` is the factor that what they feel puts on leaving, ``active`` the chance to use the
    product; one draw for each, and one for the number of sessions.
    """

    leave: float
    active: float
    leaving: np.uint64
    acting: np.uint64
    sessions: np.uint64


@inlined
def feeling(user: int, traits: Traits, life: Lives, rules: Rules, tables: DayTables) -> float:
    """How much less likely to leave: habit counts from an ordinary one, satisfaction from 0."""
    content = rules.hazard_satisfaction * life[user].satisfaction
    felt = float(content + rules.hazard_habit * (life[user].habit - 0.5))
    return float(felt - tables.segments[traits[user].segment, PULL])


@inlined
def odds_of(
    user: int, step: int, traits: Traits, shift: Floats, rules: Rules, tables: DayTables
) -> float:
    """Log-odds of ``step`` for one person, before satisfaction and second tries."""
    segment = traits[user].segment
    odds = tables.steps[segment, traits[user].platform, step]
    return float(odds + shift[1 + step] + rules.intent_effect * traits[user].intent)


@inlined
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
    while state.life[user].steps < rules.onboarding_steps:
        step = state.life[user].steps + 1
        draw, _, _, _ = philox(user, key.day, step, key.replicate, key.seed, _FUNNEL)
        if draw >= threshold(sigmoid(odds_of(user, step, traits, shift, rules, tables) - penalty)):
            return
        state.life[user].steps += 1
    if state.stage[user] == SIGNED_UP:
        state.stage[user] = ACTIVATED


@inlined
def _leaves(user: int, today: Today, traits: Traits) -> bool:
    """Whether someone without a contract is gone from today on."""
    if traits[user].returns == 0:
        return True
    return bool(today.leaving < threshold(traits[user].theta * today.leave))


@borrowing
def _renew(
    user: int,
    key: Key,
    today: Today,
    traits: Traits,
    state: State,
    rules: Rules,
    tables: DayTables,
) -> int:
    """A customer's renewal day: cancel, fail to pay, or pay for another period."""
    occurrence = state.life[user].payments
    a, b, _, _ = philox(user, occurrence, 0, key.replicate, key.seed, _BILLING)
    if a < threshold(tables.segments[traits[user].segment, CHURN] * today.leave):
        return CANCELLATION
    if b < threshold(rules.payment_failure):
        return FAILURE | CANCELLATION
    state.life[user].payments += 1
    state.life[user].renewal_day = key.day + rules.billing_days
    return PAYMENT


@borrowing
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
    odds = odds_of(user, rules.onboarding_steps + 1, traits, shift, rules, tables)
    odds += rules.conversion_satisfaction * state.life[user].satisfaction
    if state.stage[user] == ACTIVATED:
        odds += rules.activation_effect
    draw, _, _, _ = philox(user, 0, 0, key.replicate, key.seed, _BILLING)
    if draw >= threshold(sigmoid(odds)):
        return 0
    state.stage[user] = PAYING
    state.life[user].payments = 1
    state.life[user].renewal_day = key.day + rules.billing_days
    return SUBSCRIPTION | PAYMENT


@inlined
def _bill(
    user: int,
    key: Key,
    today: Today,
    traits: Traits,
    state: State,
    shift: Floats,
    rules: Rules,
    tables: DayTables,
) -> int:
    """Whatever is due today: the end of a trial, or a renewal. Nothing in a shop."""
    if rules.shop:
        return 0
    if state.stage[user] == PAYING:
        if key.day == state.life[user].renewal_day:
            return _renew(user, key, today, traits, state, rules, tables)
        return 0
    if key.day == state.life[user].first_day + rules.trial_days:
        return _convert(user, key, traits, state, shift, rules, tables)
    return 0


@inlined
def _buy(
    user: int,
    key: Key,
    traits: Traits,
    state: State,
    shift: Floats,
    memory: Memory,
    rules: Rules,
    tables: DayTables,
) -> tuple[int, int]:
    """An active day in a shop: perhaps a basket, then one brand's order or none, and its cents."""
    basket, value, kind, luck = philox(user, key.day, 0, key.replicate, key.seed, _ORDER)
    if basket >= rules.basket:
        return 0, 0
    odds = odds_of(user, rules.onboarding_steps + 1, traits, shift, rules, tables)
    odds += rules.conversion_satisfaction * state.life[user].satisfaction
    segment = traits[user].segment
    # Ours first, at the place of what rivals cost us on the first day; then the rivals'.
    weights = tables.segments[segment, OWN:]
    last = int(memory[user, BRAND])
    brand = choose_brand(user, key.day, key.replicate, key.seed, weights, odds, last, rules.loyalty)
    happened = BASKET
    if brand == 0 and kind < rules.limited:
        happened |= LIMITED
        if luck >= tables.shelves[user // rules.limited_among]:
            return happened, 0
    if brand >= 0:
        memory[user, BRAND] = brand
    if brand != 0:
        return happened, 0
    cents = order_cents(
        value,
        tables.normal,
        rules.order_log_cents + tables.segments[segment, PRICE],
        rules.order_spread,
    )
    return happened | ORDER, cents


@inlined
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
        state.life[user].habit *= 1.0 - rules.habit_decay
        return
    state.life[user].habit += rules.habit_gain * (1.0 - state.life[user].habit)
    worth = tables.utility[traits[user].segment, traits[user].platform] + shift[0]
    # Half a gain for the set-up, half a loss for the others, so that packs stay calibrated.
    half = 0.5 * rules.activation_value
    worth += half if state.life[user].steps >= rules.onboarding_steps else -half
    state.life[user].satisfaction += rules.satisfaction_gain * (
        worth - state.life[user].satisfaction
    )


@inlined
def _use(
    user: int,
    key: Key,
    today: Today,
    traits: Traits,
    state: State,
    shift: Floats,
    rules: Rules,
    tables: DayTables,
) -> int:
    """Sessions today: 0 for an inactive day. Those not yet set up may try their next step."""
    if today.acting >= threshold(today.active):
        return 0
    if state.life[user].steps < rules.onboarding_steps:
        _climb(user, key, traits, state, shift, rules, tables, rules.retry_penalty)
    return 1 + pick(tables.extra_sessions, today.sessions)


@inlined
def signs_up(user: int, key: Key, odds: float) -> bool:
    """Whether someone who looks at the site stays; ``odds`` is e to minus their log-odds."""
    draw, _, _, _ = philox(user, key.day, 0, key.replicate, key.seed, _FUNNEL)
    return bool(draw < threshold(1.0 / (1.0 + odds)))


@inlined
def _join(
    user: int,
    key: Key,
    traits: Traits,
    state: State,
    shift: Floats,
    rules: Rules,
    tables: DayTables,
) -> tuple[int, int]:
    """The first day of someone who has just signed up: what happened, in one session."""
    state.stage[user] = SIGNED_UP
    state.life[user].first_day = key.day
    _climb(user, key, traits, state, shift, rules, tables, 0.0)
    return VISIT | SIGN_UP, 1


@inlined
def _stay(
    user: int,
    key: Key,
    today: Today,
    traits: Traits,
    state: State,
    shift: Floats,
    rules: Rules,
    tables: DayTables,
) -> tuple[int, int]:
    """Another day of someone inside: what happened, and in how many sessions."""
    if state.stage[user] != PAYING and _leaves(user, today, traits):
        state.stage[user] = CHURNED
        return 0, 0
    happened = _bill(user, key, today, traits, state, shift, rules, tables)
    if happened & CANCELLATION:
        state.stage[user] = CHURNED
        return happened, 0
    return happened, _use(user, key, today, traits, state, shift, rules, tables)


@inlined
def _plan_label(user: int, key: Key, state: State, rules: Rules) -> int:
    if state.stage[user] == PAYING or state.life[user].payments > 0:
        return PAID
    if state.life[user].first_day < 0:
        return NO_PLAN
    if rules.shop:
        return FREE
    return TRIAL if key.day < state.life[user].first_day + rules.trial_days else FREE


@inlined
def live_day(
    user: int,
    key: Key,
    today: Today,
    traits: Traits,
    state: State,
    memory: Memory,
    shift: Floats,
    rules: Rules,
    tables: DayTables,
    totals: NDArray[np.int64],
) -> tuple[int, int, int]:
    """Live one day of someone who is inside or signs up.

    Returns what happened, the number of sessions and the cents paid; adds to the contentment in
    ``totals``.
    """
    before, cents = int(state.life[user].steps), 0
    if state.stage[user] <= VISITED:
        happened, sessions = _join(user, key, traits, state, shift, rules, tables)
    else:
        happened, sessions = _stay(user, key, today, traits, state, shift, rules, tables)
    if sessions > 0:
        happened |= ACTIVE
        state.life[user].last_day = key.day
    if state.stage[user] != CHURNED:
        _feel(user, traits, state, shift, rules, tables, sessions)
    if rules.shop and happened & ACTIVE:
        bought, cents = _buy(user, key, traits, state, shift, memory, rules, tables)
        happened |= bought
    after = int(state.life[user].steps)
    if after > before and after >= rules.onboarding_steps:
        happened |= ACTIVATION
    if happened & ACTIVE:
        place = CONTENTMENT + 2 * traits[user].segment
        totals[place] += int(state.life[user].satisfaction * CONTENTMENT_SCALE)
        totals[place + 1] += 1
    if happened:
        if happened & PAYMENT:
            cents = tables.cents[traits[user].plan]
        happened |= before << STEPS_BEFORE_SHIFT | after << STEPS_AFTER_SHIFT
        happened |= _plan_label(user, key, state, rules) << PLAN_SHIFT
    return happened, sessions, cents
