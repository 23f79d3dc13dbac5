"""``pilothouse roadmap``: delivery forecasts, flow, promises; plan and export stand beside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pilothouse.cli.output import TellingGroup, print_answer
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.times import parse_date

if TYPE_CHECKING:
    from pilothouse.engines.roadmap import DateForecast, ScopeForecast

_BESIDE = "pilothouse.cli.roadmap_plan"


class _WithPlan(TellingGroup):
    """The group with the commands of ``roadmap_plan``, which are loaded when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_commands_beside()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, cmd_name) or _commands_beside().get(cmd_name)


def _commands_beside() -> dict[str, click.Command]:
    if find_spec(_BESIDE) is None:
        return {}
    found = vars(import_module(_BESIDE)).values()
    return {
        str(each.name): each
        for each in found
        if isinstance(each, click.Command) and not isinstance(each, click.Group)
    }


@click.group(name="roadmap", cls=_WithPlan)
def group() -> None:
    """The roadmap: bets by outcome and time, capacity, the best plan, forecasts and promises."""


@group.command()
@click.option("--history", metavar="N,N,N", help="Finished items per week, the oldest first.")
@click.option("--product", metavar="NAME", help="A product of the workspace: its own history.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--items", type=int, help="When are this many done?")
@click.option("--weeks", type=int, help="How many are done after this many weeks?")
@click.option("--by", metavar="DATE", help="How many are done by this day? (a product)")
@click.option("--window", type=int, default=12, show_default=True, help="Weeks of history.")
@click.option("--kind", "kinds", multiple=True, help="Class of work; may be repeated.")
@click.option("--capacity", type=float, default=1.0, show_default=True, help="Share of the usual.")
@click.option("--start", type=int, default=0, show_default=True, help="Weeks until the start.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def forecast(
    *,
    history: str | None, product: str | None, data: Path | None, items: int | None,
    weeks: int | None, by: str | None, window: int, kinds: tuple[str, ...], capacity: float,
    start: int, as_json: bool,
) -> None:  # fmt: skip
    """When will a scope be done, or how much by a date? Exact, from finished items per week.

    Example: pilothouse roadmap forecast --history 3,5,2,0,4,6 --items 12
    """
    if (history is None) == (product is None):
        raise InvalidValueError(
            "a forecast is made from a history or from a product.",
            value=f"--history {history} --product {product}",
            remedy="Give either --history 3,5,2,0,4,6 or --product NAME.",
        )
    if product is not None:
        day = parse_date(by) if by else None
        _ask_product(
            product, data, as_json=as_json, weeks=weeks, by=day, items=items,
            window_weeks=window, kinds=kinds, capacity=capacity, start_weeks=start,
        )  # fmt: skip
        return
    factors = () if capacity == 1.0 and not start else (*(0.0,) * _whole(start), capacity)
    _ask_history(str(history), items, weeks, factors, as_json=as_json)


def _ask_history(
    history: str, items: int | None, weeks: int | None, factors: tuple[float, ...], *, as_json: bool
) -> None:
    from pilothouse.engines.roadmap import Throughput, check_trend, forecast_date, forecast_scope

    past = Throughput(parse_counts(history))
    if items is None and weeks is None:
        raise InvalidValueError(
            "a forecast needs a question.", remedy="Give --items N, or --weeks N, or both."
        )
    answer: dict[str, Any] = {"history": list(past.counts), "mean": past.mean}
    lines = []
    if items is not None:
        scope = forecast_scope(past, items, factors=factors)
        answer |= scope_json(scope)
        lines += list(scope_lines(scope))
    if weeks is not None:
        dated = forecast_date(past, weeks, factors=factors)
        answer |= date_json(dated)
        lines += list(date_lines(dated))
    answer["trend"] = check_trend(past).sentence
    print_answer(answer, [*lines, *_warnings(answer)], as_json=as_json)


def parse_counts(text: str) -> tuple[int, ...]:
    """``3,5,2,0,4,6`` as numbers; raises ``InvalidValueError``."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdecimal() and len(part) <= 9 for part in parts):
        raise InvalidValueError(
            "a history is whole numbers with commas between, the oldest first.",
            value=text,
            remedy="For example 3,5,2,0,4,6; a week without anything is 0.",
        )
    return tuple(int(part) for part in parts)


def scope_json(scope: ScopeForecast) -> dict[str, Any]:
    """When, with the names that stay: ``by_week[0]`` is the end of the first week."""
    return {
        "items": scope.items,
        "by_week": [chance.p for chance in scope.chances],
        "band": [[chance.low, chance.high] for chance in scope.chances],
        **{f"p{share}": week for share, week in scope.percentiles.items()},
        "later": scope.late,
        "warning": scope.warning,
        "semantics": dict(scope.semantics),
    }


def date_json(dated: DateForecast) -> dict[str, Any]:
    """How many, with the names that stay."""
    return {
        "weeks": dated.periods,
        "at_least": {str(chance.count): chance.p for chance in dated.chances},
        "at_least_band": {str(c.count): [c.low, c.high] for c in dated.chances},
        "items_at": {f"p{share}": count for share, count in dated.percentiles.items()},
        "warning": dated.warning,
        "semantics": dict(dated.semantics),
    }


def scope_lines(scope: ScopeForecast) -> Iterable[str]:
    """When, for people."""
    yield f"{scope.items} items:"
    for chance in scope.chances:
        yield f"  week {chance.count:>3}: {chance.p:6.1%}{_band(chance.low, chance.high)}"
    for share, week in scope.percentiles.items():
        yield f"  {share}%: {'not within ten years' if week is None else f'by week {week}'}"


def date_lines(dated: DateForecast) -> Iterable[str]:
    """How many, for people."""
    yield f"After {dated.periods} weeks:"
    for chance in dated.chances:
        yield f"  {chance.count:>3} or more: {chance.p:6.1%}{_band(chance.low, chance.high)}"
    for share, count in dated.percentiles.items():
        yield f"  {share}%: {count} or more"


def _band(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"  ({low:.1%} to {high:.1%})"


def _warnings(answer: dict[str, Any]) -> list[str]:
    return [line for line in (answer["trend"], answer["warning"]) if line]


def _whole(weeks: int) -> int:
    if not 0 <= weeks <= 104:
        raise InvalidValueError("weeks until the start are 0 to 104.", value=weeks)
    return weeks


def _ask_product(
    name: str,
    data: Path | None,
    *,
    as_json: bool,
    weeks: int | None,
    by: date | None,
    **question: Any,
) -> None:
    from pilothouse.cli.products import find_product

    _, view = find_product(name, data)
    from datetime import timedelta

    from pilothouse.apps.roadmap.services.forecasts import (
        ForecastQuestion,
        ask_forecast,
        to_forecast_json,
    )
    from pilothouse.apps.roadmap.services.quarters import today_of

    if weeks is not None and by is None:
        if not 0 <= weeks <= 520:
            raise InvalidValueError("a forecast looks 0 to 520 weeks ahead.", value=weeks)
        by = today_of(view) + timedelta(weeks=weeks)
    scope = "ready" if question["items"] is None else "number"
    answer = ask_forecast(view, ForecastQuestion(scope=scope, by=by, **question))
    lines = [f"{answer.scope} items:"] + [
        f"  {each.share}%: {each.day.isoformat() if each.day else 'not within ten years'}"
        for each in answer.milestones
    ]
    if answer.how_many is not None:
        lines.append(f"By {answer.by.isoformat()}:")
        lines += [f"  {p}%: {n} or more" for p, n in answer.how_many.percentiles.items()]
    found = {"product": view.name, **to_forecast_json(answer)}
    print_answer(found, [*lines, *_warnings(found)], as_json=as_json)


@group.command()
@click.option("--product", required=True, metavar="NAME", help="The product.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--window", type=int, default=12, show_default=True, help="Weeks of history.")
@click.option("--kind", "kinds", multiple=True, help="Class of work; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def flow(
    *, product: str, data: Path | None, window: int, kinds: tuple[str, ...], as_json: bool
) -> None:
    """What ages, how long work takes, and whether Little's law holds.

    Example: pilothouse roadmap flow --product Shop
    """
    from pilothouse.cli.products import find_product

    _, view = find_product(product, data)
    from pilothouse.apps.roadmap.services.flow import read_flow, to_flow_json

    report = read_flow(view, kinds=kinds, window_weeks=window)
    answer = {"product": view.name, **to_flow_json(report)}
    lines = [answer["service_level"], report.law.sentence]
    lines += [
        f"{row.ref} {row.title}: {row.age_days} days{' (past 85%)' if row.is_past else ''}"
        for row in report.ageing
    ]
    print_answer(answer, lines, as_json=as_json)


@group.command()
@click.option("--product", required=True, metavar="NAME", help="The product.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--all", "with_settled", is_flag=True, help="Settled ones too.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def promises(*, product: str, data: Path | None, with_settled: bool, as_json: bool) -> None:
    """What was promised, to whom, by when.

    Example: pilothouse roadmap promises --product Shop
    """
    from pilothouse.cli.products import find_product

    _, view = find_product(product, data)
    from pilothouse.apps.roadmap.services.promise_views import to_promise_json
    from pilothouse.apps.roadmap.services.promises import (
        list_promises,
    )

    found = list_promises(view, open_only=not with_settled)
    answer = {
        "product": view.name,
        "simulated": view.is_simulated,
        "promises": [to_promise_json(each) for each in found],
    }
    lines = [
        f"{each.due.isoformat()}  {'late' if each.is_late else each.state.value:<7} "
        f"{each.what} (to {each.to_name})"
        for each in found
    ]
    print_answer(answer, lines or ["Nothing is promised."], as_json=as_json)
