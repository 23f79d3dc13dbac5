"""Answers of analytics as commands print them: JSON with the names that stay, and tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from pilothouse.cli.output import rate_json
from pilothouse.kernel.intervals import Rate

if TYPE_CHECKING:
    from rich.table import Table

    from pilothouse.engines.analytics import (
        FunnelQuery,
        FunnelResult,
        FunnelStep,
        RetentionResult,
        TrendResult,
        TrendSeries,
    )


def funnel_json(result: FunnelResult, query: FunnelQuery) -> dict[str, Any]:
    """The answer with the names that stay."""
    answer: dict[str, Any] = {
        "steps": [_step_json(step) for step in result.steps],
        "immature": result.immature,
        "semantics": dict(result.semantics),
    }
    if query.breakdown is not None:
        answer["groups"] = [
            {
                "value": each.value,
                "rest": each.rest,
                "steps": [_step_json(step) for step in each.steps],
                "immature": each.immature,
            }
            for each in result.groups
        ]
    return answer


def retention_json(result: RetentionResult) -> dict[str, Any]:
    """The answer with the names that stay."""
    return {
        "cohorts": [
            {
                "period": each.period.isoformat(),
                "size": each.size,
                "returned": list(each.returned),
                "complete": list(each.complete),
            }
            for each in result.cohorts
        ],
        "mean": [rate_json(rate) for rate in result.mean],
        "semantics": dict(result.semantics),
    }


def trend_json(
    result: TrendResult, parts: TrendResult | None, *, whole: bool = False
) -> dict[str, Any]:
    """The answer with the names that stay; ``groups`` only with a breakdown."""
    answer: dict[str, Any] = {
        "series": _points_json(result.series[0], whole=whole) if result.series else [],
        "semantics": dict((parts or result).semantics),
    }
    if parts is not None:
        answer["groups"] = [
            {"value": each.name, "rest": each.rest, "series": _points_json(each, whole=whole)}
            for each in parts.series
        ]
    return answer


def is_whole(measure: str) -> bool:
    return ":" not in measure


def _points_json(series: TrendSeries, *, whole: bool) -> list[dict[str, Any]]:
    return [
        {
            "period": point.period.isoformat(),
            "value": int(point.value) if whole and point.value is not None else point.value,
            "n": point.n,
            "complete": point.complete,
        }
        for point in series.values
    ]


def _step_json(step: FunnelStep) -> dict[str, Any]:
    return {
        "step": step.step,
        "actors": step.actors,
        **rate_json(step.rate),
        "from_step_before": rate_json(step.step_rate),
        "median_s": step.median_s,
        "mean_s": step.mean_s,
    }


def print_answer(
    answer: dict[str, Any], tables: Callable[[], list[Table]], *, as_json: bool
) -> None:
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False))
        return
    from rich.console import Console

    console = Console()
    for table in tables():
        console.print(table)
    for name, rule in answer["semantics"].items():
        console.print(f"{name}: {rule}", style="dim", markup=False, highlight=False)


def funnel_tables(result: FunnelResult) -> list[Table]:
    """The funnel, then that of each group."""
    title = f"Funnel ({result.immature} immature)"
    tables = [_funnel_table(title, result.steps)]
    for each in result.groups:
        name = "(not set)" if each.value is None else each.value
        tables.append(_funnel_table(f"{name} ({each.immature} immature)", each.steps))
    return tables


def _funnel_table(title: str, steps: tuple[FunnelStep, ...]) -> Table:
    table = _table(title, "Step", "Actors", "Rate of step 1", "Of step before", "Median wait")
    for step in steps:
        wait = "" if step.median_s is None else str(timedelta(seconds=round(step.median_s)))
        rates = (_rate(step.rate), _rate(step.step_rate))
        table.add_row(_plain(step.step), str(step.actors), *rates, wait)
    return table


def retention_tables(result: RetentionResult) -> list[Table]:
    """Cohorts by column; a tilde marks a period that is not over."""
    columns = [str(k) for k in range(len(result.mean))]
    table = _table("Retention (~ not over)", "Cohort", "Size", *columns)
    for each in result.cohorts:
        cells = [
            "" if back is None else f"{back}{'' if done else '~'}"
            for back, done in zip(each.returned, each.complete, strict=True)
        ]
        table.add_row(each.period.isoformat(), str(each.size), *cells)
    rates = _table("Mean of complete cells", "Column", "Rate")
    for column, rate in zip(columns, result.mean, strict=True):
        rates.add_row(column, _rate(rate))
    return [table, rates]


def trend_tables(result: TrendResult, parts: TrendResult | None, measure: str) -> list[Table]:
    """One row a period; the values of a breakdown side by side."""
    series = [*result.series, *(parts.series if parts else ())]
    names = [_plain("(not set)" if each.name is None else each.name) for each in series]
    table = _table(f"{_plain(measure)} (~ not over)", "Period", "n", *names)
    for points in zip(*(each.values for each in series), strict=True):
        mark = "" if points[0].complete else "~"
        values = ["" if point.value is None else f"{point.value:,g}" for point in points]
        table.add_row(f"{points[0].period}{mark}", str(points[0].n), *values)
    return [table]


def _table(title: str, *columns: str) -> Table:
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for position, name in enumerate(columns):
        table.add_column(name, justify="left" if position == 0 else "right")
    return table


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def _rate(rate: Rate) -> str:
    if rate.share is None or rate.low is None or rate.high is None:
        return "none (n=0)"
    return f"{rate.share:.1%} ({rate.low:.1%} to {rate.high:.1%}, n={rate.n})"
