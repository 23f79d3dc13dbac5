"""``pilothouse experiments size``: units for an effect, or the effect for units."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import Any

from pilothouse.cli.experiments_words import parse_number, parse_share
from pilothouse.kernel.errors import InvalidValueError


def plan_size(options: dict[str, Any]) -> dict[str, Any]:
    """The answer as plain values."""
    asked = [options[name] for name in ("mde", "mde_absolute", "units") if options[name]]
    if len(asked) != 1:
        raise InvalidValueError("one of --mde, --mde-absolute and --units is given.")
    common = {
        "power": parse_share(options["power"]),
        "alpha": parse_share(options["alpha"]),
        "arms": options["arms"],
        "two_sided": not options["one_sided"],
        "sd": options["sd"],
        "looks": "always" if options["sequential"] else "once",
    }
    baseline = parse_number(options["baseline"])
    found = (
        _found(baseline, options, common)
        if options["units"]
        else _needed(baseline, options, common)
    )
    if options["per_day"]:
        found["days"] = ceil(found["total_units"] / options["per_day"])
    return found


def _needed(baseline: float, options: dict[str, Any], common: dict[str, Any]) -> dict[str, Any]:
    from pilothouse.engines.experiments import size_test, to_plain

    relative, absolute = options["mde"], options["mde_absolute"]
    size = size_test(
        baseline,
        mde_relative=parse_number(relative) if relative else None,
        mde_absolute=parse_number(absolute) if absolute else None,
        **common,
    )
    return to_plain(size)


def _found(baseline: float, options: dict[str, Any], common: dict[str, Any]) -> dict[str, Any]:
    from pilothouse.engines.experiments import describe_plan, mde_of

    units, arms = options["units"], common["arms"]
    effect = mde_of(baseline, units, **common)
    return {
        "units_per_arm": units,
        "total_units": units * arms,
        "baseline": baseline,
        "effect": effect,
        "relative_effect": effect / abs(baseline) if effect is not None and baseline else None,
        "power": common["power"],
        "semantics": describe_plan(baseline, **common),
    }


def describe_size(answer: dict[str, Any]) -> Iterator[str]:
    """A size in lines for a person."""
    if answer["effect"] is None:
        yield "No rise can be found with these units and this power."
        return
    relative = answer["relative_effect"]
    lift = f" ({relative:+.2%} of the control)" if relative is not None else ""
    yield f"{answer['units_per_arm']:,} units per arm, {answer['total_units']:,} in all"
    yield f"find an effect of {answer['effect']:+.4g}{lift} with power {answer['power']:.1%}."
    if "days" in answer:
        yield f"That takes {answer['days']:,} days, so plan whole weeks."
    for name, rule in answer["semantics"].items():
        yield f"{name}: {rule}"
