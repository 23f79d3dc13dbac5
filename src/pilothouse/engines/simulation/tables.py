"""From parameters to the small tables the compiled day step reads.

``Rules`` hold for a whole run, ``DayTables`` for one day; both are tiny, so the kernel's cost does
not depend on how rich the pack is.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation.calendar import day_factor, season_factor
from pilothouse.engines.simulation.changes import Change
from pilothouse.engines.simulation.distributions import (
    Family,
    Floats,
    cumulative_thresholds,
    exp,
    log,
    logit_for_mean,
    poisson_thresholds,
    quantile_table,
)
from pilothouse.engines.simulation.pack import Pack
from pilothouse.engines.simulation.philox import threshold
from pilothouse.engines.simulation.slots import SLOT, Slots
from pilothouse.engines.simulation.users import QUARTERS, Marks

Codes = NDArray[np.int64]

_DAYS_A_YEAR = 365.0
# Log-odds of a step nobody takes.
_IMPOSSIBLE = -60.0


class Rules(NamedTuple):
    """Scalars of the day step; every one is a parameter of the pack or follows from one."""

    intent_effect: float
    retry_penalty: float
    activation_effect: float
    conversion_satisfaction: float
    hazard_satisfaction: float
    hazard_habit: float
    activity_habit: float
    activation_value: float
    satisfaction_gain: float
    habit_gain: float
    habit_decay: float
    payment_failure: float
    trial_days: int
    billing_days: int
    onboarding_steps: int
    activity_utility: float
    shop: bool
    basket: np.uint64
    order_log_cents: float
    order_spread: float
    loyalty: float
    limited: np.uint64
    limited_among: int


class Constants(NamedTuple):
    """What never changes in a run and is no scalar: kept apart, for arrays are dear to pass."""

    extra_sessions: Marks
    monthly_churn: Floats
    step_logits: Floats
    normal: Floats


# Columns of DayTables.segments: churn a month under contract, what is added to the logarithm of
# leaving, the logarithm of the price of goods against the first day's, what rivals cost our orders
# on that day; then the log weights of rivals.
CHURN, PULL, PRICE, OWN = range(4)


class DayTables(NamedTuple):
    """One day: busyness and worth by segment and platform, and the funnel.

    ``visit`` is the chance to visit by segment, platform and quarter of the market; ``steps`` is
    log-odds by segment, platform and step. ``cents`` is what a period of each plan costs.
    ``effects`` (slots, segments, 1 + steps) is what each slot does. ``shelves`` are chances that
    scarce goods are there, by shelf.
    """

    visit: Marks
    steps: Floats
    activity: Floats
    utility: Floats
    segments: Floats
    cents: NDArray[np.int64]
    slots: Slots
    effects: Floats
    extra_sessions: Marks
    normal: Floats
    shelves: Marks


class Yesterday(NamedTuple):
    """What spreads by word of mouth: active people, and how contented they were on average."""

    active: int
    satisfaction: float


def build_rules(pack: Pack) -> Rules:
    """The rules of ``pack``."""
    conversion, experience = pack.conversion, pack.experience
    return Rules(
        intent_effect=conversion.intent_effect.value,
        retry_penalty=conversion.retry_penalty.value,
        activation_effect=conversion.activation_effect.value,
        conversion_satisfaction=conversion.satisfaction_effect.value,
        hazard_satisfaction=pack.retention.satisfaction_effect.value,
        hazard_habit=pack.retention.habit_effect.value,
        activity_habit=pack.activity.habit_effect.value,
        activation_value=experience.activation_value.value,
        satisfaction_gain=experience.satisfaction_gain.value,
        habit_gain=experience.habit_gain.value,
        habit_decay=experience.habit_decay.value,
        payment_failure=conversion.payment_failure.value,
        trial_days=int(conversion.trial_days.value),
        billing_days=int(conversion.billing_days.value),
        onboarding_steps=len(pack.steps) - 2,
        activity_utility=pack.activity.utility_effect.value,
        shop=pack.purchases is not None,
        **_shop_rules(pack),
    )


def build_constants(pack: Pack) -> Constants:
    """The arrays of ``pack`` that hold for a whole run."""
    spread = pack.conversion.intent_effect.value
    logits = [
        logit_for_mean(s.share.value, spread) if s.share.value > 0 else _IMPOSSIBLE
        for s in pack.steps
    ]
    return Constants(
        extra_sessions=poisson_thresholds(pack.activity.extra_sessions.value),
        monthly_churn=np.array([s.monthly_churn.value for s in pack.segments]),
        step_logits=np.array(logits),
        normal=quantile_table(Family.NORMAL),
    )


def _shop_rules(pack: Pack) -> dict[str, Any]:
    shop, loyalty = pack.purchases, 0.0
    if pack.business is not None:
        loyalty = pack.business.market.loyalty.value
    if shop is None:
        names = ("order_log_cents", "order_spread", "loyalty")
        none = {"basket": np.uint64(0), "limited": np.uint64(0), "limited_among": 1}
        return {**none, **dict.fromkeys(names, 0.0)}
    return {
        "basket": np.uint64(threshold(shop.basket.value)),
        "order_log_cents": log(100.0 * shop.order_value.value),
        "order_spread": shop.order_spread.value,
        "loyalty": loyalty,
        "limited": np.uint64(threshold(shop.limited.value)),
        "limited_among": int(shop.limited_among.value),
    }


def _total(changes: tuple[Change, ...], kind: str, platform: str) -> float:
    return sum(
        (c.amount for c in changes if c.kind == kind and c.platform in (None, platform)), 0.0
    )


def _more_visits(changes: tuple[Change, ...], platform: str) -> list[float]:
    """By what each quarter of the market comes more often than usual."""
    alike = 1.0 + _total(tuple(c for c in changes if not c.crowd), "visits", platform)
    more = [alike] * QUARTERS
    for change in changes:
        if change.crowd and change.platform in (None, platform):
            for quarter, share in enumerate(change.crowd):
                more[quarter] += change.amount * QUARTERS * share
    return [max(0.0, each) for each in more]


def build_day(
    pack: Pack,
    constants: Constants,
    *,
    day: date,
    changes: tuple[Change, ...],
    yesterday: Yesterday,
    users: int,
) -> DayTables:
    """The tables of ``day`` under the changes in force on it."""
    live = tuple(change for change in changes if change.covers(day))
    factor = day_factor(pack.calendar, day)
    shape = (len(pack.segments), len(pack.platforms))
    visit = np.zeros((*shape, QUARTERS), np.uint64)
    activity, utility = np.zeros(shape), np.zeros(shape)
    base = visit_probability(pack, yesterday, users) * factor
    for p, platform in enumerate(pack.platforms):
        up = 1.0 - min(1.0, _total(live, "outage", platform.key))
        gain = _total(live, "utility", platform.key)
        gain -= pack.experience.outage_cost.value * (1.0 - up)
        more = _more_visits(live, platform.key)
        for s, segment in enumerate(pack.segments):
            visit[s, p] = [threshold(base * each * up) for each in more]
            utility[s, p] = segment.utility.value + gain
            liking = exp(pack.activity.utility_effect.value * utility[s, p])
            activity[s, p] = factor * up * liking
    segments = np.zeros((len(pack.segments), OWN + 1))
    segments[:, CHURN] = constants.monthly_churn
    steps = _step_table(pack, constants, live)
    if pack.purchases is not None:
        # In a season people come to buy: those who are there every day anyway come no oftener.
        steps[:, -1] += log(season_factor(pack.calendar, day))
    return DayTables(
        visit,
        np.stack([steps] * len(pack.segments)),
        activity,
        utility,
        segments,
        cents=np.array([round(100 * plan.price.value) for plan in pack.plans], np.int64),
        slots=np.zeros(0, SLOT),
        effects=np.zeros((0, len(pack.segments), 1 + len(pack.steps))),
        extra_sessions=constants.extra_sessions,
        normal=constants.normal,
        shelves=np.zeros(0, np.uint64),
    )


def visit_probability(pack: Pack, yesterday: Yesterday, users: int) -> float:
    """Chance that someone who has not signed up looks today, before calendar and changes."""
    acquisition = pack.acquisition
    content = 1.0 + acquisition.satisfaction_effect.value * yesterday.satisfaction
    told = acquisition.imitation_yearly.value * yesterday.active / users * max(0.0, content)
    adopting = (acquisition.innovation_yearly.value + told) / _DAYS_A_YEAR
    # Bass counts adopters; as many visits are needed as it takes for one of them to sign up.
    return acquisition.paid_visits.value + adopting / pack.steps[0].share.value


def _step_table(pack: Pack, constants: Constants, live: tuple[Change, ...]) -> Floats:
    table = np.empty((len(pack.platforms), len(pack.steps)))
    for p, platform in enumerate(pack.platforms):
        for k, step in enumerate(pack.steps):
            friction = sum(
                (
                    c.amount
                    for c in live
                    if c.kind == "friction"
                    and c.event == step.event
                    and c.platform in (None, platform.key)
                ),
                0.0,
            )
            table[p, k] = constants.step_logits[k] + platform.ease.value - friction
    return table


class EmissionTables(NamedTuple):
    """What turns a day's records into rows: the walk, the clock and the losses."""

    events: Codes
    walk: Marks
    features: Codes
    steps: Codes
    hours: Floats
    country_hours: Floats
    gap_seconds: float
    duplicates: np.uint64
    late: np.uint64
    late_us: float
    loss: Marks


def build_emission(pack: Pack, live: tuple[Change, ...]) -> EmissionTables:
    """The emission tables under the changes in force on one day."""
    codes = {name: code for code, name in enumerate(pack.event_names)}
    fixed = pack.events
    hours = np.asarray(pack.calendar.hours)
    names = [f.event for f in pack.features]
    walk = [[f.following.get(name, 0.0) for name in names] for f in pack.features]
    walk.append([f.first for f in pack.features])
    return EmissionTables(
        events=np.array(
            [
                codes[name]
                for name in (
                    fixed.visit,
                    fixed.opened,
                    fixed.subscribed,
                    fixed.paid,
                    fixed.payment_failed,
                    fixed.cancelled,
                    # Where nobody buys by the piece these two are never emitted.
                    pack.purchases.basket_event if pack.purchases else fixed.opened,
                    pack.steps[-1].event,
                )
            ],
            np.int64,
        ),
        walk=np.stack([cumulative_thresholds(row) for row in walk]),
        features=np.array([codes[name] for name in names], np.int64),
        steps=np.array([codes[step.event] for step in pack.steps], np.int64),
        hours=np.concatenate([[0.0], np.cumsum(hours) / hours.sum()]),
        country_hours=np.array([country.hours.value for country in pack.countries]),
        gap_seconds=pack.activity.seconds_between_events.value,
        duplicates=np.uint64(threshold(pack.instrumentation.duplicates.value)),
        late=np.uint64(threshold(pack.instrumentation.late.value)),
        late_us=pack.instrumentation.late_hours.value * 3.6e9,
        loss=_loss_table(pack, live),
    )


def _loss_table(pack: Pack, live: tuple[Change, ...]) -> Marks:
    """Chance to lose an event, by platform and event; what the server sends is never lost."""
    fixed = pack.events
    server = {fixed.subscribed, fixed.paid, fixed.payment_failed, fixed.cancelled}
    if pack.purchases is not None:
        server.add(pack.steps[-1].event)
    table = np.zeros((len(pack.platforms), len(pack.event_names)), np.uint64)
    tracking = [change for change in live if change.kind == "tracking"]
    for p, platform in enumerate(pack.platforms):
        for e, event in enumerate(pack.event_names):
            if event in server:
                continue
            more = sum(
                c.amount
                for c in tracking
                if c.platform in (None, platform.key) and c.event in (None, event)
            )
            table[p, e] = threshold(platform.loss.value + more)
    return table
