"""``pilothouse backlog score | survey`` and the ranking of a product of the workspace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pilothouse.cli.backlog_items import product_options
from pilothouse.cli.output import print_answer
from pilothouse.kernel.errors import InvalidValueError, NotFoundError

if TYPE_CHECKING:
    from pilothouse.apps.workspace.services.access import ProductView


@click.command("score")
@click.argument("item")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT=VALUE...")
@click.option("--framework", default="rice", show_default=True)
@click.option("--note", default="", help="How you know.")
@product_options
def score_command(
    *,
    item: str,
    inputs: tuple[str, ...],
    framework: str,
    note: str,
    product: str,
    data: Path | None,
    as_json: bool,
) -> None:
    """Score an item (#12 or its id): each input a number, a range or values with chances.

    Example: pilothouse backlog score 12 reach=500..900/month impact=1 confidence=80% effort=2
    --product Shop
    """
    from pilothouse.cli.products import find_product

    access, view = find_product(product, data)
    from pilothouse.apps.backlog.services.scores import save_score, to_score_json

    cells = dict(_pair(each) for each in inputs)
    item_id = _item_id(view, item)
    made = save_score(access, view, item_id, framework, cells, note=note)
    lines = [f"{made.title}: no score"]
    if made.score is not None:
        lines = [f"{made.title}: {made.score:,.4g} ({made.low:,.4g} to {made.high:,.4g}, 90 %)"]
    lines += [f"! {each.message} {each.remedy}" for each in made.findings]
    print_answer(to_score_json(made), lines, as_json=as_json)


@click.command("survey")
@click.argument("name")
@click.option(
    "--add",
    "answers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Take these answers in first.",
)
@click.option(
    "--create", type=click.Choice(["kano", "opportunity"]), help="Make the survey if it is new."
)
@click.option("--segment", default="", help="Only respondents of this segment.")
@click.option("--method", type=click.Choice(["ulwick", "olsen"]), default="ulwick")
@product_options
def survey_command(
    *,
    name: str,
    answers: Path | None,
    create: str | None,
    segment: str,
    method: str,
    product: str,
    data: Path | None,
    as_json: bool,
) -> None:
    """What a survey of a product says, by its name or id.

    Example: pilothouse backlog survey Spring --create kano --add answers.csv --product Shop
    """
    from pilothouse.cli.products import find_product

    access, view = find_product(product, data)
    from pilothouse.apps.backlog.services import surveys

    found = next((s for s in surveys.list_surveys(view) if name in {s.name, s.public_id}), None)
    if found is None:
        if create is None:
            raise NotFoundError("there is no such survey.", value=name, remedy="See --create.")
        found = surveys.create_survey(access, view, create, name)
    added: dict[str, Any] = {}
    if answers is not None:
        table = surveys.parse_table(surveys.read_upload([answers.read_bytes()]))
        taken = surveys.add_answers(access, view, found.public_id, table)
        added = {"added": taken.added, "known": taken.known, "left_out": taken.left_out_count}
    results = surveys.evaluate_survey(view, found.public_id, segment=segment, method=method)
    answer = surveys.to_results_json(view, results) | added
    print_answer(answer, _survey_lines(results), as_json=as_json)


def rank_product(
    product: str, data: Path | None, framework: str, top: int | None
) -> tuple[dict[str, Any], Any]:
    """The ranking of a product's open items as JSON, and as the engine gives it.

    The latter is None for MoSCoW, which has boxes and no ranking.
    """
    from pilothouse.cli.products import find_product

    _, view = find_product(product, data)
    from pilothouse.apps.backlog.services import ranking

    query = ranking.RankingQuery(framework, top=top)
    if framework == "moscow":
        return ranking.to_moscow_json(view, ranking.check_moscow(view, query)), None
    ranked = ranking.rank_items(view, query)
    return ranking.to_ranking_json(view, ranked), ranked.ranking


def _item_id(product: ProductView, text: str) -> str:
    """The public id of what people call ``#12``, or the id itself."""
    from pilothouse.apps.backlog.services.items import find_by_ref

    number = text.removeprefix("#")
    if not (number.isascii() and number.isdecimal() and len(number) <= 9):
        return text
    found = find_by_ref(product, int(number))
    if found is None:
        raise NotFoundError("there is no such item in this product.", value=text)
    return found.public_id


def _pair(text: str) -> tuple[str, str]:
    name, mark, value = text.partition("=")
    if not mark:
        raise InvalidValueError(
            "an input is written with its value.", value=text, remedy="Such as effort=2."
        )
    return name.strip(), value.strip()


def _survey_lines(results: Any) -> list[str]:
    lines = [f"{results.survey.name}: {results.survey.answers} answers"]
    for each in results.features:
        few = ", too few" if each.is_too_few else ""
        lines.append(f"{each.feature}: {each.category} (n {each.n}{few})")
    for each in results.needs:
        few = ", too few" if each.is_too_few else ""
        interval = f"{each.low:.3g} to {each.high:.3g}"
        lines.append(f"{each.need}: {each.score:.3g} ({interval}, n {each.n}{few})")
    return lines
