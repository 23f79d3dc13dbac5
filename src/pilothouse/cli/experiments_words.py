"""Words of the experiment commands: 310/2400, 95%, ±2%, A=1,B=1."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from pilothouse.kernel.errors import InvalidValueError

if TYPE_CHECKING:
    from pilothouse.engines.experiments import ArmCounts, Asked, Margin, Prior


def parse_number(text: str) -> float:
    """A number, or a percentage as a share."""
    try:
        number = float(text.strip().removesuffix("%"))
    except ValueError:
        number = float("nan")
    if not isfinite(number):
        raise InvalidValueError("this is a number such as 0.05 or 5%.", value=text)
    return number / 100 if text.strip().endswith("%") else number


def parse_share(text: str) -> float:
    """A share between 0 and 1, or a percentage."""
    share = parse_number(text)
    if not 0 < share < 1:
        raise InvalidValueError("this lies between 0 and 1, or 0% and 100%.", value=text)
    return share


def parse_arm(text: str, place: int) -> ArmCounts:
    """``310/2400`` or ``name=310/2400``; without a name A, B, C by place."""
    from pilothouse.engines.experiments import ArmCounts

    name, mark, counts = text.rpartition("=")
    hits, slash, units = counts.partition("/")
    numbers = [each.strip().replace("_", "") for each in (hits, units)]
    if not slash or not all(n.isascii() and n.isdecimal() and len(n) <= 15 for n in numbers):
        raise InvalidValueError(
            "an arm is conversions/units in whole numbers.", value=text, remedy="Such as 310/2400."
        )
    default = chr(ord("A") + place) if place < 26 else f"arm {place + 1}"
    return ArmCounts(name.strip() if mark else default, int(numbers[1]), int(numbers[0]))


def parse_weights(text: str | None) -> dict[str, float]:
    """``A=1,B=1`` by name; none if nothing is given."""
    found: dict[str, float] = {}
    for part in (text or "").split(","):
        if not part.strip():
            continue
        name, mark, weight = part.rpartition("=")
        if not mark:
            raise InvalidValueError(
                "a weight is written with its arm.", value=part, remedy="Such as A=1,B=1."
            )
        found[name.strip()] = parse_number(weight)
    return found


def parse_margin(options: dict[str, Any]) -> Margin | None:
    """With % relative to the control, without in the metric's unit."""
    from pilothouse.engines.experiments import Margin

    equivalence, kept = options["margin"], options["not_worse"]
    if equivalence and kept:
        raise InvalidValueError("a margin is asked for in one way: --margin or --not-worse.")
    text = equivalence or kept
    if not text:
        return None
    return Margin(
        parse_number(text),
        "equivalence" if equivalence else "non-inferiority",
        "relative" if text.strip().endswith("%") else "absolute",
    )


def parse_asked(options: dict[str, Any]) -> Asked:
    """The options of a reading as its engine takes them."""
    return {
        "level": parse_share(options["level"]),
        "planned_units": options["planned_units"],
        "lower_is_better": options["lower_is_better"],
        "margin": parse_margin(options),
        "decide_by": "sequential" if options["sequential"] else "fixed",
    }


def parse_prior(text: str | None) -> Prior | None:
    """``0,30%`` on the relative lift, or ``flat``."""
    from pilothouse.engines.experiments import FLAT, Prior

    if not text:
        return None
    if text.strip().lower() == "flat":
        return FLAT
    mean, mark, sd = text.partition(",")
    if not mark:
        raise InvalidValueError("a prior is its mean and spread, or flat.", value=text)
    return Prior(parse_number(mean), parse_number(sd))
