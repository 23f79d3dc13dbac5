"""``pilothouse backlog``: rank plain files; evaluate Kano and opportunity surveys."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pilothouse.cli.backlog_items import export_command, import_command, list_command
from pilothouse.cli.backlog_scores import score_command, survey_command
from pilothouse.cli.output import TellingGroup
from pilothouse.kernel.errors import InvalidValueError

if TYPE_CHECKING:
    from pilothouse.engines.backlog import Framework

# What files of other tools call the inputs.
ALSO: Mapping[str, tuple[str, ...]] = {
    "value": ("user value", "business value", "user business value"),
    "urgency": ("time criticality",),
    "risk": ("risk reduction", "risk reduction opportunity enablement"),
    "size": ("job size", "job duration"),
    "cost": ("cost of delay", "cod"),
    "revenue": ("arr", "mrr"),
}
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")


@click.group(name="backlog", cls=TellingGroup)
def group() -> None:
    """The backlog: ideas, opportunities, features, stories, bugs and chores in one outline."""


@group.command()
@click.argument("file", type=FILE, required=False)
@click.option("--product", metavar="NAME", help="The scored items of a product instead of a file.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The data folder of that product.",
)
@click.option(
    "--framework", default="rice", show_default=True,
    help="rice, ice, wsjf, value-effort, cost-of-delay, cd3, opportunity, olsen, votes, "
    "scorecard or moscow.",
)  # fmt: skip
@click.option("--weights", metavar="A=3,B=-1", help="Criteria of a scorecard. Default: 1 each.")
@click.option("--draws", type=int, default=100_000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same answer.")
@click.option("--top", type=click.IntRange(1), help="How many will be done. Default: up to 3.")
@AS_JSON
def rank(*, file: Path | None, product: str | None, data: Path | None, **options: Any) -> None:
    """Rank the rows of a CSV file, or the scored items of a product.

    The file has a column "name" and one for each input of the framework. A cell is 2000,
    1000..4000 (nine times in ten between these), 0.5|1|2 or 1:30%|2:70%; reach names its period
    (2000/quarter), shares a percent sign (80%). A product is ranked as its page does it.

    Example: pilothouse backlog rank ideas.csv --framework rice
    """
    if (file is None) == (product is None):
        raise InvalidValueError(
            "a file or a product is ranked.", remedy="Give either FILE or --product NAME."
        )
    if product is not None:
        _rank_product(product, data, options)
    else:
        _rank_file(Path(str(file)), **options)


def _rank_product(product: str, data: Path | None, options: dict[str, Any]) -> None:
    from pilothouse.cli.backlog_output import moscow_lines, print_answer, ranking_tables
    from pilothouse.cli.backlog_scores import rank_product

    answer, ranking = rank_product(product, data, options["framework"], options["top"])

    def tables() -> list[Any]:
        return ranking_tables(ranking) if ranking else moscow_lines(answer)

    print_answer(answer, tables, as_json=options["as_json"])


def _rank_file(
    file: Path, *, framework: str, weights: str | None, draws: int, seed: int, top: int | None,
    as_json: bool,
) -> None:  # fmt: skip
    from pilothouse.cli.backlog_output import (
        moscow_json,
        moscow_lines,
        print_answer,
        ranking_json,
        ranking_tables,
    )
    from pilothouse.engines.backlog import get_framework
    from pilothouse.engines.backlog import rank as rank_candidates

    rows = read_rows(file)
    if framework == "moscow":
        answer = moscow_json(*_check_moscow(rows, seed))
        print_answer(answer, lambda: moscow_lines(answer), as_json=as_json)
        return
    chosen = get_framework(framework, _weights(weights, rows) if framework == "scorecard" else None)
    ranking = rank_candidates(_candidates(rows, chosen), chosen, draws=draws, seed=seed, top=top)
    print_answer(ranking_json(ranking), lambda: ranking_tables(ranking), as_json=as_json)


@group.command()
@click.argument("file", type=FILE)
@click.option("--segment", metavar="NAME", help="Only respondents of this segment.")
@AS_JSON
def kano(*, file: Path, segment: str | None, as_json: bool) -> None:
    """Evaluate a Kano survey: columns feature, functional, dysfunctional.

    Answers are like, must-be, neutral, live-with, dislike, or 1 to 5 in this order.

    Example: pilothouse backlog kano answers.csv
    """
    from pilothouse.cli.backlog_output import kano_json, kano_tables, print_answer
    from pilothouse.engines.backlog import kano as evaluate
    from pilothouse.engines.backlog.surveys import kano_answers, read_survey

    survey = read_survey(read_rows(file), "kano")
    rows = [row for row in survey.rows if segment is None or row.segment == segment]
    results = evaluate(kano_answers(rows))
    answer = kano_json(results, survey.left_out)
    print_answer(answer, lambda: kano_tables(results), as_json=as_json)


@group.command()
@click.argument("file", type=FILE)
@click.option(
    "--method", type=click.Choice(["ulwick", "olsen"]), default="ulwick", show_default=True
)
@click.option("--segment", metavar="NAME", help="Only respondents of this segment.")
@click.option("--seed", type=int, default=1, show_default=True)
@AS_JSON
def opportunity(*, file: Path, method: Any, segment: str | None, seed: int, as_json: bool) -> None:
    """Score the needs of a survey: columns need, importance, satisfaction, each 1 to 5.

    Example: pilothouse backlog opportunity answers.csv --method olsen
    """
    from pilothouse.cli.backlog_output import opportunity_json, opportunity_tables, print_answer
    from pilothouse.engines.backlog import opportunity as score
    from pilothouse.engines.backlog.surveys import opportunity_answers, read_survey

    survey = read_survey(read_rows(file), "opportunity")
    rows = [row for row in survey.rows if segment is None or row.segment == segment]
    results = score(opportunity_answers(rows), method, seed=seed)
    answer = opportunity_json(results, method, survey.left_out)
    print_answer(answer, lambda: opportunity_tables(results), as_json=as_json)


def read_rows(file: Path) -> list[dict[str, str]]:
    """The rows of a CSV file by the names of its columns, in small letters."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream)
            names = [name.strip() for name in next(reader, [])]
            return [dict(zip(names, row, strict=False)) for row in reader if any(row)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidValueError(
            f"this is no CSV file in UTF-8: {error}.", value=file.name,
            remedy="Save it as CSV UTF-8.",
        )  # fmt: skip


def _candidates(rows: list[dict[str, str]], framework: Framework) -> list[Any]:
    from pilothouse.engines.backlog import read_candidate

    candidates = []
    for line, row in enumerate(rows, start=2):
        cells = {name.lower(): text for name, text in row.items()}
        plain = {re.sub(r"[\W_]+", " ", name).strip(): text for name, text in cells.items()}
        for each in framework.inputs:
            names = (each.title.lower(), *ALSO.get(each.key, ()))
            found = next((plain[name] for name in names if name in plain), "")
            cells.setdefault(each.key, found)
        if cells.get("period") and "reach" in cells:
            cells["reach"] = f"{cells['reach']}/{cells['period']}"
        name = _name_of(cells, line)
        candidates.append(read_candidate(name, name, cells, framework))
    return candidates


def _name_of(cells: Mapping[str, str], line: int) -> str:
    name = cells.get("name") or cells.get("title") or ""
    if not name.strip():
        raise InvalidValueError(
            "each row needs a name.", value=f"line {line}", remedy="Give a column called name."
        )
    return name.strip()


def _weights(text: str | None, rows: list[dict[str, str]]) -> dict[str, float]:
    if text is None:
        names = [name.lower() for name in (rows[0] if rows else {})]
        return {name: 1.0 for name in names if name not in {"name", "title"}}
    weights = {}
    for part in text.split(","):
        name, _, weight = part.partition("=")
        try:
            weights[name.strip().lower()] = float(weight)
        except ValueError:
            raise InvalidValueError(
                "weights are written as value=3,risk=-1.", value=part.strip()
            ) from None
    return weights


def _check_moscow(rows: list[dict[str, str]], seed: int) -> tuple[Any, list[tuple[str, str]]]:
    from pilothouse.engines.backlog import check_musts
    from pilothouse.engines.backlog.moscow import parse_box, read_effort

    items, boxes = [], []
    for line, row in enumerate(rows, start=2):
        cells = {name.lower(): text for name, text in row.items()}
        name = _name_of(cells, line)
        box = parse_box(cells.get("box") or cells.get("moscow") or cells.get("priority") or "")
        items.append((name, box, read_effort(cells.get("effort", ""))))
        boxes.append((name, box))
    return check_musts(items, seed=seed), boxes


for _command in (list_command, import_command, export_command, score_command, survey_command):
    group.add_command(_command)
