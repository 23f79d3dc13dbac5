"""``pilothouse roadmap plan`` and ``export``: the best plan, and the roadmap as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pilothouse.cli.output import print_answer
from pilothouse.cli.products import find_product
from pilothouse.kernel.errors import UnavailableError

if TYPE_CHECKING:
    from pilothouse.apps.roadmap.services.planning import PlanView
    from pilothouse.apps.roadmap.services.planning_answers import Answer

_DATA = click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="Data folder; default as by pilothouse where.",
)  # fmt: skip


@click.command()
@click.option("--product", required=True, metavar="NAME", help="A product of the workspace.")
@click.option("--quarters", type=int, default=6, show_default=True, help="How far ahead.")
@click.option("--seconds", type=int, default=10, show_default=True, help="How long to search.")
@click.option("--keep", multiple=True, metavar="ID", help="A bet to keep where it stands.")
@click.option("--take-over", is_flag=True, help="Move the bets there (can be undone).")
@_DATA
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def plan(
    *, product: str, quarters: int, seconds: int, keep: tuple[str, ...], take_over: bool,
    data: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Look for the best plan; say what it is worth, its bound, and what your choices cost.

    Without --keep the bets in progress stay where they stand.

    Example: pilothouse roadmap plan --product Beacon --quarters 4
    """
    access, view = find_product(product, data)
    from pilothouse.apps.roadmap.services import planning
    from pilothouse.apps.roadmap.services.plan_jsons import to_plan_json

    draft = planning.PlanDraft(quarters, seconds, keep or None)
    found = planning.find_now(access, view, draft)
    answer = to_plan_json(view, found)
    lines = _describe(found)
    if take_over:
        batch = planning.take_over(access, view, found.public_id)
        answer["taken_over"] = {"moved": batch.moved, "batch": batch.public_id}
        lines.append(f"Taken over: {batch.moved} bets moved.")
    print_answer(answer, lines, as_json=as_json)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--product", required=True, metavar="NAME", help="A product of the workspace.")
@click.option("--for", "audience", default="team", show_default=True,
              help="Audience: team, leadership, customers or sales.")  # fmt: skip
@click.option("--drawn-as", "kind", default="board", show_default=True, help="board or timeline.")
@_DATA
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def export(
    *, file: Path, product: str, audience: str, kind: str, data: Path | None, as_json: bool
) -> None:
    """Save the roadmap as FILE: .pptx, .png, .svg, .md, .csv or .json by its name.

    Example: pilothouse roadmap export roadmap.pptx --product Beacon --for leadership
    """
    _, view = find_product(product, data)
    from pilothouse.apps.roadmap.services.exports import export_roadmap

    made = export_roadmap(view, file.suffix.lstrip(".").lower(), kind=kind, audience=audience)
    try:
        file.write_bytes(made.body)
    except OSError as error:
        raise UnavailableError(
            f"the file cannot be written: {error.strerror}.", value=str(file)
        ) from error
    answer = {
        "file": str(file), "bytes": len(made.body), "audience": audience,
        "simulated": view.is_simulated,
    }  # fmt: skip
    print_answer(answer, [f"{file}: {len(made.body):,} bytes for {audience}"], as_json=as_json)


def _describe(found: PlanView) -> list[str]:
    answer = found.answer
    assert answer is not None
    proof = "proved: no plan is worth more" if answer.is_best else "the bound of every plan"
    lines = [
        f"Your plan   {answer.own_value:,.0f}{_broken(answer)}",
        f"Best found  {answer.value:,.0f}  ({answer.method}, {answer.seconds} s)",
        f"At most     {answer.bound:,.0f}  ({proof})",
        f"Gap         {100 * answer.gap:.2f} %",
    ]
    for row in answer.changes:
        known = row.price is not None and row.price.price is not None
        price = f"  costs {row.price.price:,.0f}" if known and row.price else ""
        lines.append(f"  {row.title}: {row.own_name} -> {row.best_name}{price}")
    return [*lines, *(f"Assumed: {note}" for note in found.notes)]


def _broken(answer: Answer) -> str:
    count = len(answer.violations)
    return f"  (breaks {count} rule{'s' if count != 1 else ''})" if count else ""
