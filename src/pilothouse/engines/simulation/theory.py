"""What the model must agree with when everything but chance is switched off.

With covariates and calendar off, leaving is exactly the shifted-beta-geometric model (P. Fader and
B. Hardie 2007, "How to project customer retention") and use is gamma-Poisson, so retention has a
closed form.
"""

from __future__ import annotations

import math
from dataclasses import replace

from pilothouse.engines.simulation.distributions import exp, log, logit_for_mean, sigmoid
from pilothouse.engines.simulation.pack import Calendar, Pack
from pilothouse.engines.simulation.parameter import Parameter
from pilothouse.kernel.errors import InvalidValueError

_GRID = 81
_WIDEST = 4.0


def survival_curve(pack: Pack, day: int) -> float:
    """Share of those who return at all that has not left ``day`` days after signing up."""
    if day < 0:
        raise InvalidValueError("a day of retention is not before the first.", value=day)
    a, b = pack.retention.drop_out_a.value, pack.retention.drop_out_b.value
    share = 1.0
    for gone in range(day):
        share *= (b + gone) / (a + b + gone)
    return share


def retention_curve(pack: Pack, day: int) -> float:
    """Share of sign-ups active exactly ``day`` days later (classic retention), day 0 being 1.

    ``R(d) = (1 - pi0) B(a, b + d) / B(a, b) (1 - (1 + mu / r) ** -r)``; it holds in
    ``without_covariates(pack)``.
    """
    survived = survival_curve(pack, day)
    if day == 0:
        return 1.0
    mean, shape = pack.activity.mean.value, pack.activity.shape.value
    active = 1.0 - math.pow(1.0 + mean / shape, -shape)
    return (1.0 - pack.retention.never_returns.value) * survived * active


def use_elasticity(pack: Pack) -> float:
    """By what share active days rise for a small relative rise of everybody's rate of use.

    Less than 1, for those who come every day cannot come more often: with rates drawn from
    Gamma(r, mu) it is ``mu (1 + mu / r) ** (-r - 1) / (1 - (1 + mu / r) ** -r)``.
    """
    mean, shape = pack.activity.mean.value, pack.activity.shape.value
    # Our own functions, for this is part of the truth of a world.
    idle = float(exp(-shape * log(1.0 + mean / shape)))
    return mean * idle / (1.0 + mean / shape) / (1.0 - idle)


def paying_slack(pack: Pack) -> float:
    """By how much less than in proportion buyers grow as odds of buying do: E[p (1 - p)] / E[p].

    Over those who reach the last step: eager people signed up more often and are active more often,
    so that their odds are higher than the share the pack quotes. One number for all platforms.
    """
    spread = pack.conversion.intent_effect.value
    logits = [logit_for_mean(step.share.value, spread) for step in pack.steps]
    helped = 0.0 if pack.purchases else pack.conversion.activation_effect.value
    buying = growing = 0.0
    for n in range(_GRID):
        score = _WIDEST * (2.0 * n / (_GRID - 1) - 1.0)
        there = float(exp(-0.5 * score * score)) * _share(logits[0], spread, score)
        active = 1.0
        for logit in logits[1:-1]:
            active *= _share(logit, spread, score)
        for share, more in ((active, helped), (1.0 - active, 0.0)):
            p = _share(logits[-1] + more, spread, score)
            buying += there * share * p
            growing += there * share * p * (1.0 - p)
    return growing / buying


def _share(logit: float, spread: float, score: float) -> float:
    return float(sigmoid(logit + spread * score))


def _off(parameter: Parameter, value: float = 0.0) -> Parameter:
    return replace(parameter, value=value, low=value, high=value)


def without_covariates(pack: Pack) -> Pack:
    """``pack`` with calendar, groups, feedback, liking and paying off: that of the closed form."""
    retention, activity, calendar = pack.retention, pack.activity, pack.calendar
    return replace(
        pack,
        fingerprint=f"{pack.fingerprint}-without-covariates",
        retention=replace(
            retention,
            satisfaction_effect=_off(retention.satisfaction_effect),
            habit_effect=_off(retention.habit_effect),
        ),
        activity=replace(
            activity,
            utility_effect=_off(activity.utility_effect),
            habit_effect=_off(activity.habit_effect),
        ),
        calendar=Calendar(tuple(_off(d, 1.0) for d in calendar.weekdays), (), calendar.hours),
        # In the mean over worlds groups change nothing; one world strays further with them.
        groups=None,
        # The last step is paying, which would put people under contract.
        steps=(*pack.steps[:-1], replace(pack.steps[-1], share=_off(pack.steps[-1].share))),
    )
