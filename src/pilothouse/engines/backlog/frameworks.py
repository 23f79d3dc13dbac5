"""The frameworks: what each asks for and how it makes one score of it.

Sources: RICE, S. McBride 2018 (Intercom); ICE, S. Ellis; WSJF and CD3, D. Reinertsen 2009, "The
Principles of Product Development Flow", with the relative scale that SAFe uses; opportunity score,
A. Ulwick 2005; its variant, D. Olsen 2015.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from pilothouse.engines.backlog.quantities import LARGEST, Shape
from pilothouse.kernel.errors import InvalidValueError

Role = Literal["times", "over", "plus", "beyond", "short-of-one"]
RICE_IMPACT = (0.25, 0.5, 1.0, 2.0, 3.0)
WSJF_SCALE = (1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 20.0)
# How many of each fit a quarter: 52 weeks and 365 days a year.
PERIODS: Mapping[str, float] = {
    "day": 365 / 4, "week": 13.0, "month": 3.0, "quarter": 1.0, "year": 0.25,
}  # fmt: skip


@dataclass(frozen=True)
class Input:
    """One input of a framework.

    ``role``: the score is (sum of ``plus``, beyond ``beyond``) x ``times`` / ``over``;
    ``short-of-one`` multiplies by 1 - value. ``scale`` lists the values that are on the scale;
    ``ends`` bound it. ``weight`` scales a ``plus``.
    """

    key: str
    title: str
    shape: Shape
    role: Role
    hint: str
    unit: str = ""
    scale: tuple[float, ...] = ()
    ends: tuple[float, float] = (-LARGEST, LARGEST)
    weight: float = 1.0
    has_period: bool = False


@dataclass(frozen=True)
class Framework:
    """A way to score: its inputs and its formula in words."""

    key: str
    title: str
    formula: str
    inputs: tuple[Input, ...]

    def input(self, key: str) -> Input:
        return next(each for each in self.inputs if each.key == key)


def _reach() -> Input:
    hint = "People or events per stated period, such as 2000/quarter."
    return Input("reach", "Reach", "positive", "times", hint, "people", has_period=True)


def _positive(key: str, title: str, role: Role, hint: str, unit: str = "") -> Input:
    return Input(key, title, "positive", role, hint, unit)


def _cost() -> Input:
    hint = "What a week of waiting loses."
    return _positive("cost", "Cost of delay", "times", hint, "a week")


def _ten(key: str, title: str, hint: str) -> Input:
    return Input(key, title, "scale", "times", hint, "1 to 10", ends=(1.0, 10.0))


def _relative(key: str, title: str, role: Role, hint: str) -> Input:
    return Input(key, title, "positive", role, hint, "relative", scale=WSJF_SCALE)


def _share(key: str, title: str, role: Role, hint: str) -> Input:
    return Input(key, title, "share", role, hint, "%", ends=(0.0, 1.0))


def _box(key: str, title: str, role: Role) -> Input:
    hint = "Share of respondents who answered 4 or 5, times 10."
    return Input(key, title, "scale", role, hint, "0 to 10", ends=(0.0, 10.0))


FRAMEWORKS: Mapping[str, Framework] = {
    each.key: each
    for each in (
        Framework(
            "rice", "RICE", "reach x impact x confidence / effort",
            (
                _reach(),
                Input(
                    "impact", "Impact", "positive", "times",
                    "3 massive, 2 high, 1 medium, 0.5 low, 0.25 minimal.", scale=RICE_IMPACT,
                ),
                _share("confidence", "Confidence", "times", "100, 80 or 50 %; less is a moonshot."),
                _positive("effort", "Effort", "over", "Whole team, 0.5 or more.", "person-months"),
            ),
        ),
        Framework(
            "ice", "ICE", "impact x confidence x ease",
            (
                _ten("impact", "Impact", "1 little to 10 enormous."),
                _ten("confidence", "Confidence", "1 a guess to 10 proven."),
                _ten("ease", "Ease", "1 very hard to 10 an afternoon."),
            ),
        ),
        Framework(
            "wsjf", "WSJF", "(value + urgency + risk or opportunity) / job size",
            (
                _relative("value", "User and business value", "plus", "1 is the smallest here."),
                _relative("urgency", "Time criticality", "plus", "1 is the least urgent here."),
                _relative(
                    "risk", "Risk reduction or opportunity", "plus", "1 is the smallest here.",
                ),
                _relative("size", "Job size", "over", "1 is the smallest job here."),
            ),
        ),
        Framework(
            "value-effort", "Value / effort", "value / effort",
            (
                _positive("value", "Value", "times", "Any unit, the same for all."),
                _positive("effort", "Effort", "over", "Any unit, the same for all."),
            ),
        ),
        Framework(
            "cost-of-delay", "Cost of delay", "value lost per week of waiting",
            (_cost(),),
        ),
        Framework(
            "cd3", "CD3", "cost of delay / duration",
            (
                _cost(),
                _positive("duration", "Duration", "over", "Weeks that the team is on it.", "weeks"),
            ),
        ),
        Framework(
            "opportunity", "Opportunity score (Ulwick)",
            "importance + max(importance - satisfaction, 0)",
            (
                _box("importance", "Importance", "plus"),
                _box("satisfaction", "Satisfaction", "beyond"),
            ),
        ),
        Framework(
            "olsen", "Opportunity score (Olsen)", "importance x (1 - satisfaction)",
            (
                _share("importance", "Importance", "times", "0 to 100 %."),
                _share("satisfaction", "Satisfaction", "short-of-one", "0 to 100 %."),
            ),
        ),
        Framework(
            "votes", "Votes x revenue", "votes x revenue of a voter",
            (
                _positive("votes", "Votes", "times", "People or accounts who asked.", "votes"),
                _positive("revenue", "Revenue", "times", "What one of them pays.", "a voter"),
            ),
        ),
    )
}  # fmt: skip
SCORECARD = "scorecard"


def scorecard(weights: Mapping[str, float]) -> Framework:
    """A weighted scorecard: the mean of the criteria, weighted; a negative weight counts against.

    >>> scorecard({"value": 3, "risk": -1}).formula
    '(3 x value - 1 x risk) / 4'
    """
    total = sum(abs(weight) for weight in weights.values())
    if not weights or not 0 < total < LARGEST:
        raise InvalidValueError(
            "a scorecard has criteria, of which some weigh something.",
            value=", ".join(f"{key}={weight:g}" for key, weight in weights.items()) or None,
            remedy="Give weights such as value=3, fit=2, risk=-1.",
        )
    inputs = tuple(
        Input(key, key, "any", "plus", "The same scale for all items.", weight=weight / total)
        for key, weight in weights.items()
    )
    terms = " ".join(f"{'-' if w < 0 else '+'} {abs(w):g} x {key}" for key, w in weights.items())
    formula = f"({terms.removeprefix('+ ')}) / {total:g}"
    return Framework(SCORECARD, "Weighted scorecard", formula, inputs)


def get_framework(key: str, weights: Mapping[str, float] | None = None) -> Framework:
    """The framework called ``key``; ``weights`` are the criteria of a scorecard."""
    if key == SCORECARD:
        return scorecard(weights or {})
    if key not in FRAMEWORKS:
        known = ", ".join([*FRAMEWORKS, SCORECARD])
        raise InvalidValueError("there is no such framework.", value=key, remedy=f"Use: {known}.")
    return FRAMEWORKS[key]


def per_period(framework: Framework, period: str) -> Framework:
    """The same framework with its reach named per ``period``."""
    inputs = tuple(
        replace(each, unit=f"{each.unit} a {period}") if each.has_period else each
        for each in framework.inputs
    )
    return replace(framework, inputs=inputs)
