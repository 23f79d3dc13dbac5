"""``pilothouse experiments``: read tests from counts or files, plan their size; a product's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from pilothouse.cli.experiments_product import COMMANDS
from pilothouse.cli.experiments_words import (
    parse_arm,
    parse_asked,
    parse_prior,
    parse_share,
    parse_weights,
)
from pilothouse.cli.output import TellingGroup, print_answer
from pilothouse.kernel.errors import InvalidValueError

CORRECTIONS = ("holm", "bh", "bonferroni", "sidak")


@click.group(name="experiments", cls=TellingGroup)
def group() -> None:
    """Read experiments with intervals and a verdict, plan their size; a product's experiments."""


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of every reading."""
    options = (
        click.option("--level", default="95%", show_default=True, help="Of the intervals."),
        click.option(
            "--planned-units", type=click.IntRange(1), metavar="N",
            help="Units of both arms for which the sequential interval is tightest, fixed before "
            "the first look. Default: 5000.",
        ),
        click.option("--sequential", is_flag=True, help="The verdict by the sequential interval."),
        click.option("--lower-is-better", is_flag=True, help="Such as for churn or waiting time."),
        click.option(
            "--margin", metavar="M",
            help="Ask for equivalence within ±M: 2% of the control, or 0.5 in the metric's unit.",
        ),
        click.option("--not-worse", metavar="M", help="Ask for being at most M worse."),
        click.option(
            "--weights", metavar="A=1,B=1", help="Meant shares of the arms. Default: equal."
        ),
        click.option(
            "--correction", type=click.Choice(CORRECTIONS), default="holm", show_default=True,
            help="Over several treatments.",
        ),
        click.option(
            "--prior", metavar="MEAN,SD",
            help="A Bayesian reading beside: prior on the relative lift such as 0,30%, or flat.",
        ),
        click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON."),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


@group.command()
@click.argument("arms", nargs=-1, required=True, metavar="A/N B/M...")
@reading_options
def proportions(*, arms: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Compare conversions of units, the control first.

    Example: pilothouse experiments proportions 310/2400 358/2410 --margin 2%
    """
    from pilothouse.cli.experiments_output import describe, to_answer
    from pilothouse.engines.experiments import read_counts

    counts = [parse_arm(text, place) for place, text in enumerate(arms)]
    if len(counts) < 2:
        raise InvalidValueError(
            "there are two arms or more.", value=arms[0], remedy="Such as 310/2400 358/2410."
        )
    analysis = read_counts(
        counts,
        weights=parse_weights(options["weights"]),
        correction=options["correction"],
        **parse_asked(options),
    )
    answer = to_answer(analysis, parse_prior(options["prior"]), counts=counts)
    print_answer(answer, describe(analysis, answer, is_rate=True), as_json=as_json)


@group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--unit", required=True, metavar="COL", help="Who was put into an arm.")
@click.option("--arm", required=True, metavar="COL", help="Into which.")
@click.option("--metric", required=True, metavar="COL", help="What is compared: numbers.")
@click.option("--pre", default="", metavar="COL", help="The same from before, for CUPED.")
@click.option("--denominator", default="", metavar="COL", help="Makes it a ratio of sums.")
@click.option("--pre-denominator", default="", metavar="COL", help="The same from before.")
@click.option("--stratum", default="", metavar="COL", help="Kinds, known before: post-stratify.")
@click.option("--control", default="", metavar="NAME", help="Default: by its name, such as A.")
@click.option("--kind", type=click.Choice(["auto", "proportion", "mean"]), default="auto")
@click.option("--quantile", metavar="Q", help="Compare a quantile instead, such as 90%.")
@click.option("--cap", type=float, help="Count larger values as this.")
@click.option("--cap-percentile", metavar="Q", help="The same at a percentile, such as 99%.")
@click.option(
    "--missing", type=click.Choice(["refuse", "zero", "drop"]), default="refuse", show_default=True,
    help="An empty cell of a number.",
)  # fmt: skip
@click.option(
    "--repeated", type=click.Choice(["refuse", "sum"]), default="refuse", show_default=True,
    help="Several rows of a unit in one arm.",
)  # fmt: skip
@reading_options
def analyze(*, file: Path, as_json: bool, **options: Any) -> None:
    """Read an experiment from a file with one row a unit, CSV or Parquet.

    Units seen in several arms are left out, counted and named.

    Example: pilothouse experiments analyze units.csv --unit user --arm group --metric spend
    --pre spend_before
    """
    from pilothouse.cli.experiments_output import describe, exposure_names, to_answer

    found, analysis = _analyze(file, options)
    answer = to_answer(analysis, parse_prior(options["prior"]))
    answer["exposure"]["examples"] = exposure_names(found, analysis)
    answer["source"] = {"rows": len(found.rows), "dropped": found.dropped}
    print_answer(answer, describe(analysis, answer), as_json=as_json)


def _analyze(file: Path, options: dict[str, Any]) -> tuple[Any, Any]:
    from pilothouse.engines.experiments import AnalysisPlan, RepeatedUnitError, analyze_units
    from pilothouse.stores.files.units import UnitColumns, read_units

    names = ("unit", "arm", "metric", "pre", "denominator", "pre_denominator", "stratum")
    columns = UnitColumns(**{name: options[name] for name in names})
    quantile, percentile = options["quantile"], options["cap_percentile"]
    plan = AnalysisPlan(
        control=options["control"],
        weights=parse_weights(options["weights"]),
        kind=options["kind"],
        quantile=parse_share(quantile) if quantile else None,
        cap=options["cap"],
        cap_percentile=100 * parse_share(percentile) if percentile else None,
        repeated=options["repeated"],
        correction=options["correction"],
        asked=parse_asked(options),
    )
    found = read_units(file, columns, options["missing"])
    try:
        return found, analyze_units(found.rows, plan)
    except RepeatedUnitError as error:
        raise InvalidValueError(
            error.rule, value=found.label(error.unit),
            remedy="Give one row a unit, or --repeated sum to add its rows up.",
        ) from error  # fmt: skip


@group.command()
@click.option("--baseline", required=True, metavar="B", help="The control: 10%, or a mean.")
@click.option("--sd", type=float, help="Of one unit: makes the baseline a mean.")
@click.option("--mde", metavar="E", help="Effect to find: 5% of the baseline (relative).")
@click.option("--mde-absolute", metavar="E", help="The same in the baseline's unit, such as 0.5%.")
@click.option("--units", type=click.IntRange(2), help="Per arm: say what these can find.")
@click.option("--power", default="80%", show_default=True)
@click.option("--alpha", default="5%", show_default=True)
@click.option("--arms", type=click.IntRange(2, 100), default=2, show_default=True)
@click.option("--one-sided", is_flag=True)
@click.option("--sequential", is_flag=True, help="For the always-valid interval.")
@click.option("--per-day", type=click.IntRange(1), help="New units a day in all arms: says days.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def size(*, as_json: bool, **options: Any) -> None:
    """How many units a test needs, or what given units can find.

    Example: pilothouse experiments size --baseline 12% --mde 5% --per-day 3000
    """
    from pilothouse.cli.experiments_size import describe_size, plan_size

    answer = plan_size(options)
    print_answer(answer, describe_size(answer), as_json=as_json)


for _command in COMMANDS:
    group.add_command(_command)
