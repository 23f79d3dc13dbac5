"""``pilothouse decisions``: calibration of any file of forecasts; a product's records."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pilothouse.cli.output import TellingGroup, print_answer, product_options
from pilothouse.kernel.errors import InvalidValueError

if TYPE_CHECKING:
    from pilothouse.engines.decisions import Calibration, Forecast

YES = {"yes", "y", "1", "1.0", "true", "t"}
NO = {"no", "n", "0", "0.0", "false", "f"}
# What a spreadsheet leaves empty has not come yet.
RANGES = {"numeric", "date"}
OPEN = {"", "open", "unresolved", "void", "ambiguous"}


@click.group(name="decisions", cls=TellingGroup)
def group() -> None:
    """Decisions with what was expected of them, and forecasts that are scored."""


@group.command()
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--product", metavar="NAME", help="A product's own forecasts instead of a file.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--by", type=click.Choice(["person", "kind", "topic"]), help="Scores of each group.")
@click.option("--bins", type=click.IntRange(1, 100), default=10, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def calibration(
    *,
    file: Path | None,
    product: str | None,
    data: Path | None,
    by: str | None,
    bins: int,
    as_json: bool,
) -> None:
    """Brier and log score, calibration by bins, Murphy's parts, skill.

    FILE is CSV with the columns probability (0.7 or 70%) and outcome (yes, no, 1, 0, true, false;
    empty: not known yet), and perhaps person, kind and topic. Rows of kind numeric or date, and
    those whose column scored says no, are left out.

    Example: pilothouse decisions calibration forecasts.csv --by person
    """
    if (file is None) == (product is None):
        raise InvalidValueError(
            "calibration is of a file or of a product.", remedy="Give FILE or --product NAME."
        )
    if product is not None:
        from pilothouse.cli.decisions_product import print_track_record

        print_track_record(product, data, as_json=as_json)
        return
    assert file is not None
    _print_file(file, by, bins, as_json=as_json)


@group.command("list")
@product_options
@click.option("--due", is_flag=True, help="Only those whose review is due.")
@click.option("--status", default="", help="draft, decided, reviewed, reversed or superseded.")
def list_command(**options: Any) -> None:
    """Decision records.

    Example: pilothouse decisions list --product Brindle --due
    """
    from pilothouse.cli.decisions_product import print_decisions

    print_decisions(**options)


@group.command()
@product_options
@click.argument("decision")
def show(**options: Any) -> None:
    """One decision record as Markdown; DECISION is D7 or its id."""
    from pilothouse.cli.decisions_product import print_record

    print_record(**options)


@group.command()
@product_options
@click.option("--state", default="", help="open, due or resolved.")
@click.option("--person", default="", help="Only this person's.")
def forecasts(**options: Any) -> None:
    """Forecasts with what was said last.

    Example: pilothouse decisions forecasts --product Brindle --state due
    """
    from pilothouse.cli.decisions_product import print_forecasts

    print_forecasts(**options)


@group.command()
@product_options
@click.argument("title")
@click.option("--option", "options", multiple=True, metavar="TEXT", help="May be repeated.")
@click.option("--choose", metavar="TEXT", help="The option that is chosen: this decides.")
@click.option("--context", default="")
@click.option("--why", default="", help="Why this option.")
@click.option("--expected", default="", help="What is expected to come of it.")
@click.option("--probability", metavar="65%", help="How sure of that.")
@click.option("--review", "review_on", metavar="DAY", help="2026-12-31, 31 Dec or in 6 weeks.")
@click.option("--approver", default="")
@click.option("--topic", "topics", multiple=True)
def write(**options: Any) -> None:
    """Write a decision down.

    Example: pilothouse decisions write --product Shop "How do we price?" --option "By seat"
    --option "By usage" --choose "By usage" --expected "Churn below 4 %" --probability 65%
    --review "in 12 weeks"
    """
    from pilothouse.cli.decisions_product import write_decision

    write_decision(**options)


@group.command()
@product_options
@click.argument("decision")
@click.option("--happened", required=True, help="What happened.")
@click.option("--verdict", default="as-expected", help="better, as-expected, worse, unclear.")
@click.option("--cause", default="unclear", help="skill, luck, both or unclear.")
@click.option("--learned", default="")
@click.option("--came", default="", help="Whether the expected result came: yes, no or void.")
def review(**options: Any) -> None:
    """Look back at a decision (D7 or its id)."""
    from pilothouse.cli.decisions_product import review_one

    review_one(**options)


@group.command()
@product_options
def premortems(**options: Any) -> None:
    """Pre-mortems with their causes, the heaviest first."""
    from pilothouse.cli.decisions_product import print_premortems

    print_premortems(**options)


@group.command()
@product_options
@click.argument("line")
def forecast(**options: Any) -> None:
    """Make a forecast in one line.

    Example: pilothouse decisions forecast --product Brindle "80% that we ship by 31 Dec #release"
    """
    from pilothouse.cli.decisions_product import make_forecast

    make_forecast(**options)


@group.command()
@product_options
@click.argument("forecast", required=False)
@click.option("--outcome", help="yes, no, void; for a range: a number, a day, or never.")
@click.option("--evidence", default="", help="How it is known.")
def resolve(**options: Any) -> None:
    """Have forecasts read their sources, or say what came of one (F3 or its id).

    Example: pilothouse decisions resolve --product Brindle F3 --outcome yes
    """
    from pilothouse.cli.decisions_product import resolve_forecasts

    resolve_forecasts(**options)


def _print_file(file: Path, by: str | None, bins: int, *, as_json: bool) -> None:
    from pilothouse.engines.decisions import calibrate, calibrate_groups, to_plain

    forecasts, unknown = read_forecasts(file)
    result = calibrate(forecasts, bins)
    groups: dict[str, Calibration] = {}
    if by:
        groups = calibrate_groups(forecasts, lambda each: _keys_of(each, by))
    answer = to_plain(result) | {"source": {"forecasts": len(forecasts), "unknown": unknown}}
    if by:
        answer[f"by_{by}"] = {name: to_plain(each) for name, each in groups.items()}
    print_answer(answer, describe(result, groups, unknown), as_json=as_json)


def read_forecasts(file: Path) -> tuple[list[Forecast], int]:
    """The forecasts of a CSV file whose outcome is known, and how many are not."""
    from pilothouse.engines.decisions import Forecast

    found: list[Forecast] = []
    unknown = 0
    for number, row in _rows(file):
        if row.get("scored", "").lower() == "no" or row.get("kind", "").lower() in RANGES:
            unknown += 1
            continue
        outcome = row.get("outcome", "").lower()
        probability = _probability(row.get("probability", ""), number)
        if outcome in OPEN:
            unknown += 1
            continue
        if outcome not in YES | NO:
            raise InvalidValueError(
                f"line {number}: an outcome is yes, no, 1, 0, true or false.", value=outcome
            )
        found.append(
            Forecast(
                probability=probability,
                outcome=outcome in YES,
                person=row.get("person", ""),
                kind=row.get("kind", ""),
                topics=tuple(row["topic"].split()) if row.get("topic") else (),
            )
        )
    return found, unknown


def describe(
    result: Calibration, groups: dict[str, Calibration], unknown: int = 0
) -> Iterator[str]:
    """A calibration in lines for a person."""
    if not result.n:
        yield "No forecast with an outcome."
        return
    noun = "forecast" if result.n == 1 else "forecasts"
    yield f"{result.n:,} {noun} scored{f', {unknown:,} not known yet' if unknown else ''}."
    if result.is_too_few:
        yield "Too few to judge by: under 20 a score says more of luck than of judgement."
    infinite = f" ({result.infinite} certain and wrong: infinite)" if result.infinite else ""
    yield f"Brier {result.brier:.3f}, log score {result.log_score:.3f}{infinite}"
    if result.skill and result.skill.value is not None:
        yield f"Base rate {result.base_rate.share:.1%}; skill over it {result.skill.value:+.1%}"
    if result.murphy:
        parts = result.murphy
        yield (
            f"Brier = reliability {parts.reliability:.4f} - resolution {parts.resolution:.4f} "
            f"+ uncertainty {parts.uncertainty:.4f} + within bins {parts.within:.4f}"
        )
    for each in result.bins:
        if each.n:
            mark = "  beyond luck" if each.is_outside else ""
            yield (
                f"{each.low:>5.0%} to {each.high:>4.0%}: said {each.mean_forecast:.1%}, came "
                f"{each.rate.share:.1%} ({each.rate.hits} of {each.n}, "
                f"{each.rate.low:.1%} to {each.rate.high:.1%}){mark}"
            )
    for name, one in groups.items():
        yield f"{name or '(none)'}: Brier {one.brier:.3f}, n {one.n}{_few(one)}"


def _few(result: Calibration) -> str:
    return ", too few" if result.is_too_few else ""


def _keys_of(forecast: Forecast, by: str) -> tuple[str, ...]:
    if by == "topic":
        return forecast.topics or ("",)
    return (str(getattr(forecast, by)),)


def _rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, columns by small names) of a CSV file; its separator is found out."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidValueError("the file is not UTF-8.", value=file.name) from error
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    header = [name.strip().lower() for name in next(reader, [])]
    if not {"probability", "outcome"} <= set(header):
        raise InvalidValueError(
            "the file needs the columns probability and outcome.", value=", ".join(header)
        )
    for cells in reader:
        if any(cell.strip() for cell in cells):
            padded = [*(cell.strip() for cell in cells), *[""] * len(header)]
            yield reader.line_num, dict(zip(header, padded, strict=False))


def _probability(text: str, number: int) -> float:
    from decimal import Decimal, InvalidOperation

    try:
        exact = Decimal(text.removesuffix("%").strip())
        share = float(exact / 100 if text.endswith("%") else exact)
    except InvalidOperation:
        share = -1.0
    if not 0 <= share <= 1:
        raise InvalidValueError(
            f"line {number}: a probability lies between 0 and 1, or is written as 70%.", value=text
        )
    return share
