"""Questions about events: funnel, retention, trend."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pilothouse.cli.analytics_output import (
    funnel_json,
    funnel_tables,
    is_whole,
    print_answer,
    retention_json,
    retention_tables,
    trend_json,
    trend_tables,
)
from pilothouse.cli.output import TellingGroup
from pilothouse.kernel.errors import InvalidValueError
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

    from pilothouse.engines.analytics import EventLog, Filter, Selector

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CONDITION = re.compile(r"(.+?)(!=|=|~|>|<)(.*)", re.DOTALL)
_OPERATORS = {"=": "is", "!=": "is-not", "~": "contains", ">": "greater", "<": "less"}


@click.group(name="analytics", cls=TellingGroup)
def group() -> None:
    """Ask a file of events, or a product of the workspace: funnel, retention, trend.

    A file is CSV, JSON lines or Parquet (also packed with gzip) with an actor, an event, a
    time and any properties. A purchase log needs no event column: each row is a "purchase".
    """


def source_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of every question: where events come from, which count, how time is cut."""
    options = (
        click.option("--events", metavar="FILE", help="The file of events."),
        click.option("--product", metavar="NAME", help="A product of the workspace instead."),
        click.option(
            "--data",
            type=click.Path(file_okay=False, path_type=Path),
            metavar="DIR",
            help="The data folder of that product.",
        ),
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
            "Default: the last event of a file, a product's own clock.",
        ),
        click.option(
            "--zone", metavar="ZONE", help="Time zone of days. Default: UTC, or the product's."
        ),
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
        help="First day of a week. Default: monday, or the product's.",
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
def funnel(*, steps: str, window: str, breakdown: str | None, immature: Any, **common: Any) -> None:
    """How many actors take the steps in order within a window.

    Example: pilothouse analytics funnel --events shop.csv --steps visit,basket,buy --window 2d
    """
    from pilothouse.engines.analytics import FunnelQuery
    from pilothouse.engines.analytics import funnel as ask

    source = open_source(**common)
    query = FunnelQuery(
        steps=tuple(parse_selectors(steps)),
        window_us=parse_window(window),
        breakdown=breakdown,
        immature=immature,
        **_bounds(common, source),
    )
    result = ask(source.log, query)
    answer = {**funnel_json(result, query), **source.origin}
    print_answer(answer, lambda: funnel_tables(result), as_json=common["as_json"])


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
    start: str, back: str, period: Any, periods: int | None, rule: Any, week_start: str | None,
    **common: Any,
) -> None:  # fmt: skip
    """Who comes back, by the period of the first start.

    Example: pilothouse analytics retention --events app.csv --start signup --return visit
    """
    from pilothouse.engines.analytics import RetentionQuery, Selector
    from pilothouse.engines.analytics import retention as ask

    source = open_source(**common)
    query = RetentionQuery(
        start=Selector(start),
        returning=Selector(back),
        period=period,
        periods=periods,
        rule=rule,
        zone=source.zone,
        week_start=source.week_start if week_start is None else WEEKDAYS.index(week_start),
        **_bounds(common, source),
    )
    result = ask(source.log, query)
    answer = {**retention_json(result), **source.origin}
    print_answer(answer, lambda: retention_tables(result), as_json=common["as_json"])


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
    event: str | None, measure: str, period: Any, breakdown: str | None, week_start: str | None,
    **common: Any,
) -> None:  # fmt: skip
    """A measure in each period.

    Example: pilothouse analytics trend --events shop.csv --event buy --measure sum:amount
    """
    from dataclasses import replace

    from pilothouse.engines.analytics import Selector, TrendQuery, parse_measure
    from pilothouse.engines.analytics import trend as ask

    source = open_source(**common)
    query = TrendQuery(
        selector=Selector(event),
        measure=parse_measure(measure),
        period=period,
        zone=source.zone,
        week_start=source.week_start if week_start is None else WEEKDAYS.index(week_start),
        **_bounds(common, source),
    )
    result = ask(source.log, query)
    parts = ask(source.log, replace(query, breakdown=breakdown)) if breakdown else None
    answer = {**trend_json(result, parts, whole=is_whole(measure)), **source.origin}
    print_answer(answer, lambda: trend_tables(result, parts, measure), as_json=common["as_json"])


@dataclass(frozen=True)
class Source:
    """Where events come from, and how time is cut there unless options say otherwise."""

    log: EventLog
    zone: ZoneInfo
    week_start: int
    as_of_us: int | None
    origin: dict[str, Any]


def open_source(
    *, events: str | None, product: str | None, data: Path | None, zone: str | None, **_rest: Any
) -> Source:
    """The events that the options name: a file's or a product's."""
    if (events is None) == (product is None):
        raise InvalidValueError(
            "a question is asked of a file or of a product.",
            value=f"--events {events} --product {product}",
            remedy="Give either --events FILE or --product NAME.",
        )
    if product is not None:
        from pilothouse.cli.products import open_product_source

        return open_product_source(product, data, zone)
    return _open_file(str(events), zone or "UTC")


def _open_file(events: str, zone: str) -> Source:
    """A file's events; refused rows are told on standard error, so no answer hides a loss."""
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
    return Source(log_from_table(loaded.table), parse_zone(zone), 0, None, origin)


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


def _bounds(common: dict[str, Any], source: Source) -> dict[str, Any]:
    as_of = common["as_of"]
    return {
        "range": parse_range(common["first"], common["last"], source.zone),
        "as_of_us": source.as_of_us if as_of is None else parse_as_of(as_of, source.zone),
        "filters": tuple(parse_filter(text) for text in common["conditions"]),
    }


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--product", required=True, metavar="NAME", help="The product to import into.")
@click.option("--mapping", type=click.File("rb"), help="What the columns mean, as JSON.")
@click.option("--dry-run", is_flag=True, help="Show the mapping and the first rows; store nothing.")
@click.option("--undo", is_flag=True, help="Take the latest import of this file out again.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def import_command(**options: Any) -> None:
    """Import a file of events into a product of the workspace.

    Example: pilothouse analytics import purchases.csv --product Shop
    """
    from pilothouse.cli.products import import_file

    import_file(**options)


@group.command("metrics")
@click.option("--product", required=True, metavar="NAME", help="The product.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def metrics_command(**options: Any) -> None:
    """What the saved metrics say now, and which moved beyond noise.

    Example: pilothouse analytics metrics --product Shop
    """
    from pilothouse.cli.products import print_metrics

    print_metrics(**options)
