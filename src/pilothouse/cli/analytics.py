"""Questions about events: funnel, retention, trend."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import click

from pilothouse.kernel.errors import InvalidValueError, PilothouseError
from pilothouse.kernel.intervals import Rate
from pilothouse.kernel.times import (
    EARLIEST,
    LATEST,
    PERIODS,
    TimeRange,
    midnight_us,
    parse_date,
    parse_window,
    parse_zone,
    to_us,
)

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from rich.table import Table

    from pilothouse.engines.analytics import (
        EventLog,
        Filter,
        FunnelQuery,
        FunnelResult,
        FunnelStep,
        RetentionResult,
        Selector,
        TrendResult,
        TrendSeries,
    )

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CONDITION = re.compile(r"(.+?)(!=|=|~|>|<)(.*)", re.DOTALL)
_OPERATORS = {"=": "is", "!=": "is-not", "~": "contains", ">": "greater", "<": "less"}


class _Group(click.Group):
    """Shows the errors a person may see as one sentence, without a trace."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except PilothouseError as error:
            raise click.ClickException(error.sentence) from error


@click.group(name="analytics", cls=_Group)
def group() -> None:
    """Ask a file of events: funnel, retention, trend.

    A file is CSV, JSON lines or Parquet (also packed with gzip) with an actor, an event, a
    time and any properties. A purchase log needs no event column: each row is a "purchase".
    """


def source_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of every question: where events come from, which count, how time is cut."""
    options = (
        click.option("--events", required=True, metavar="FILE", help="The file of events."),
        click.option(
            "--filter",
            "conditions",
            multiple=True,
            metavar="PROP=VALUE",
            help="Only events with this property; also != ~ (contains) > <. May be repeated.",
        ),
        click.option("--from", "first", metavar="DATE", help="First day, such as 2026-01-31."),
        click.option("--to", "last", metavar="DATE", help="Last day, included."),
        click.option(
            "--as-of",
            metavar="TIME",
            help="When the question is asked: a day (its end) or a time with its zone. "
            "Default: the last event.",
        ),
        click.option("--zone", default="UTC", show_default=True, help="Time zone of days."),
        click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def period_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of questions that cut time into periods."""
    start = click.option(
        "--week-start",
        type=click.Choice(WEEKDAYS),
        default="monday",
        show_default=True,
        help="First day of a week.",
    )
    return start(command)


@group.command()
@click.option("--steps", required=True, metavar="A,B,C", help="Names of events in order.")
@click.option("--window", default="7d", show_default=True, help="10s, 30m, 12h, 7d or 2w.")
@click.option("--breakdown", metavar="PROP", help="The same funnel for each value.")
@click.option(
    "--immature",
    type=click.Choice(["exclude", "include"]),
    default="exclude",
    show_default=True,
    help="Actors whose window has not closed.",
)
@source_options
def funnel(
    *, steps: str, window: str, breakdown: str | None, immature: Any, events: str, **common: Any
) -> None:
    """How many actors take the steps in order within a window.

    Example: pilothouse analytics funnel --events shop.csv --steps visit,basket,buy --window 2d
    """
    from pilothouse.engines.analytics import FunnelQuery
    from pilothouse.engines.analytics import funnel as ask

    query = FunnelQuery(
        steps=tuple(parse_selectors(steps)),
        window_us=parse_window(window),
        breakdown=breakdown,
        immature=immature,
        **_bounds(common),
    )
    log, origin = open_log(events, common["zone"])
    result = ask(log, query)
    answer = {**funnel_json(result, query), **origin}
    _print(answer, lambda: funnel_tables(result), as_json=common["as_json"])


@group.command()
@click.option("--start", required=True, metavar="A", help="The event that begins a cohort.")
@click.option("--return", "back", required=True, metavar="B", help="The event of coming back.")
@click.option("--period", type=click.Choice(PERIODS), default="week", show_default=True)
@click.option("--periods", type=click.IntRange(0, 1000), help="Last column. Default: all.")
@click.option(
    "--rule", type=click.Choice(["on", "on-or-after"]), default="on", show_default=True,
    help="Back in that very period, or in it or a later one.",
)  # fmt: skip
@period_options
@source_options
def retention(
    *,
    start: str, back: str, period: Any, periods: int | None, rule: Any, week_start: str,
    events: str, **common: Any,
) -> None:  # fmt: skip
    """Who comes back, by the period of the first start.

    Example: pilothouse analytics retention --events app.csv --start signup --return visit
    """
    from pilothouse.engines.analytics import RetentionQuery, Selector
    from pilothouse.engines.analytics import retention as ask

    query = RetentionQuery(
        start=Selector(start),
        returning=Selector(back),
        period=period,
        periods=periods,
        rule=rule,
        zone=parse_zone(common["zone"]),
        week_start=WEEKDAYS.index(week_start),
        **_bounds(common),
    )
    log, origin = open_log(events, common["zone"])
    result = ask(log, query)
    answer = {**retention_json(result), **origin}
    _print(answer, lambda: retention_tables(result), as_json=common["as_json"])


@group.command()
@click.option("--event", metavar="A", help="Name of the event. Default: any event.")
@click.option(
    "--measure", default="count", show_default=True,
    help="count, actors, wau, mau, sum:PROP, mean:PROP or median:PROP.",
)  # fmt: skip
@click.option("--period", type=click.Choice(PERIODS), default="day", show_default=True)
@click.option("--breakdown", metavar="PROP", help="The same measure for each value.")
@period_options
@source_options
def trend(
    *,
    event: str | None, measure: str, period: Any, breakdown: str | None, week_start: str,
    events: str, **common: Any,
) -> None:  # fmt: skip
    """A measure in each period.

    Example: pilothouse analytics trend --events shop.csv --event buy --measure sum:amount
    """
    from dataclasses import replace

    from pilothouse.engines.analytics import Selector, TrendQuery, parse_measure
    from pilothouse.engines.analytics import trend as ask

    query = TrendQuery(
        selector=Selector(event),
        measure=parse_measure(measure),
        period=period,
        zone=parse_zone(common["zone"]),
        week_start=WEEKDAYS.index(week_start),
        **_bounds(common),
    )
    log, origin = open_log(events, common["zone"])
    result = ask(log, query)
    parts = ask(log, replace(query, breakdown=breakdown)) if breakdown else None
    answer = {**trend_json(result, parts, whole=_is_whole(measure)), **origin}
    _print(answer, lambda: trend_tables(result, parts, measure), as_json=common["as_json"])


def open_log(events: str, zone: str) -> tuple[EventLog, dict[str, Any]]:
    """The log of a file, and what to say of where it came from.

    Refused rows are told on standard error, so that no answer hides a loss.
    """
    from pilothouse.stores.files import load_file, log_from_table

    loaded = load_file(events, zone)
    refused = dict(loaded.refusals.counts)
    if refused:
        total = loaded.refusals.total
        reasons = "; ".join(f"{count} x {reason}" for reason, count in refused.items())
        first = loaded.refusals.examples[0].line
        rows = "1 row" if total == 1 else f"{total} rows"
        click.echo(f"{rows} refused, first in line {first}: {reasons}", err=True)
    if not loaded.table.num_rows:
        raise InvalidValueError("no row of the file is an event.", value=events)
    origin = {"source": {"events": loaded.table.num_rows, "refused": refused}}
    return log_from_table(loaded.table), origin


def parse_selectors(text: str) -> list[Selector]:
    """Names separated by commas; a name with a comma stands in quotation marks."""
    from pilothouse.engines.analytics import Selector

    names = next(csv.reader([text], skipinitialspace=True), [])
    if not names or any(not name.strip() for name in names):
        raise InvalidValueError("steps are names with commas between: visit,buy.", value=text)
    return [Selector(name.strip()) for name in names]


def parse_filter(text: str) -> Filter:
    """A condition such as ``plan=pro``; ``plan=`` means not set and ``plan!=`` set."""
    from pilothouse.engines.analytics import Filter

    match = _CONDITION.fullmatch(text)
    if not match:
        raise InvalidValueError(
            "a filter is a property, one of = != ~ > < and a value.",
            value=text,
            remedy="For example plan=pro or amount>100.",
        )
    name, sign, value = match[1].strip(), match[2], match[3].strip()
    operator: Any = _OPERATORS[sign]
    if not value and sign in ("=", "!="):
        return Filter(name, "not-set" if sign == "=" else "set")
    return Filter(name, operator, (value,))


def parse_as_of(text: str, zone: ZoneInfo) -> int:
    """Microseconds of a time; a bare day means its end in ``zone``."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidValueError(
            "this is a day such as 2026-01-31 or a time such as 2026-01-31T18:00Z.", value=text
        ) from error
    if moment.time() == time.min and len(text.strip()) <= 10:
        return midnight_us(moment.date() + timedelta(days=1), zone)
    return to_us(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def parse_range(first: str | None, last: str | None, zone: ZoneInfo) -> TimeRange | None:
    """From the beginning of the first day to the end of the last; open where not given."""
    if first is None and last is None:
        return None
    start = midnight_us(parse_date(first), zone) if first else to_us(EARLIEST)
    after: date | None = parse_date(last) + timedelta(days=1) if last else None
    return TimeRange(start, midnight_us(after, zone) if after else to_us(LATEST))


def _bounds(common: dict[str, Any]) -> dict[str, Any]:
    zone = parse_zone(common["zone"])
    as_of = common["as_of"]
    return {
        "range": parse_range(common["first"], common["last"], zone),
        "as_of_us": None if as_of is None else parse_as_of(as_of, zone),
        "filters": tuple(parse_filter(text) for text in common["conditions"]),
    }


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
        "mean": [_rate_json(rate) for rate in result.mean],
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


def _is_whole(measure: str) -> bool:
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
        **_rate_json(step.rate),
        "from_step_before": _rate_json(step.step_rate),
        "median_s": step.median_s,
        "mean_s": step.mean_s,
    }


def _rate_json(rate: Rate) -> dict[str, Any]:
    return {"rate": rate.share, "low": rate.low, "high": rate.high, "n": rate.n}


def _print(answer: dict[str, Any], tables: Callable[[], list[Table]], *, as_json: bool) -> None:
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
