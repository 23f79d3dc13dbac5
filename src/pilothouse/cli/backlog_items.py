"""``pilothouse backlog list | import | export``: the items of a product of the workspace."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pilothouse.cli.output import print_answer
from pilothouse.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from pilothouse.apps.backlog.services.imports import ItemImportView, Look
    from pilothouse.apps.workspace.services.access import Access, ProductView


def product_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of every command on a product."""
    options = (
        click.option("--product", required=True, metavar="NAME", help="The product."),
        click.option(
            "--data",
            type=click.Path(file_okay=False, path_type=Path),
            metavar="DIR",
            help="The data folder of that product.",
        ),
        click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command("list")
@click.option("--kind", "kinds", multiple=True, help="Only this kind; may be repeated.")
@click.option("--status", "statuses", multiple=True, help="Only this status; may be repeated.")
@click.option("--text", default="", help="Only items with these words in their title.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True)
@product_options
def list_command(
    *,
    kinds: tuple[str, ...],
    statuses: tuple[str, ...],
    text: str,
    limit: int,
    product: str,
    data: Path | None,
    as_json: bool,
) -> None:
    """The items of a product in their order.

    Example: pilothouse backlog list --product Shop --status doing
    """
    from pilothouse.cli.products import find_product

    _, view = find_product(product, data)
    from pilothouse.apps.backlog.services.items import list_items, to_item_json

    items = list_items(view, kinds=kinds or None, statuses=statuses or None, text=text, limit=limit)
    answer = {
        "product": view.name,
        "simulated": view.is_simulated,
        "items": [to_item_json(item) for item in items],
    }
    lines = [
        f"{item.ref:>6}  {item.status:<9}  {item.kind:<11}  {item.title}"
        + (f"  (below #{item.parent_number})" if item.parent_number else "")
        for item in items
    ]
    print_answer(answer, lines or ["No items."], as_json=as_json)


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what it would become; store nothing.")
@click.option("--undo", is_flag=True, help="Take the last import of this file out again.")
@click.option("--month-first", is_flag=True, help="4/3/25 is the third of April.")
@product_options
def import_command(
    *,
    file: Path,
    dry_run: bool,
    undo: bool,
    month_first: bool,
    product: str,
    data: Path | None,
    as_json: bool,
) -> None:
    """Take items in from Jira CSV, Linear CSV, Trello JSON, GitHub issues JSON or any CSV.

    Example: pilothouse backlog import jira.csv --product Shop --dry-run
    """
    from pilothouse.cli.products import find_product

    access, view = find_product(product, data)
    if undo:
        _undo(access, view, file, as_json=as_json)
        return
    from pilothouse.apps.backlog.services import imports

    row = imports.receive_file(access, view, file.name, [file.read_bytes()])
    if month_first:
        given = {**imports.to_reading_json(row.reading), "is_day_first": False}
        row = imports.set_reading(access, view, row.public_id, given)
    if dry_run:
        look = imports.look_at_import(access, view, row.public_id)
        imports.discard_import(access, view, row.public_id)
        print_answer(_look_json(row, look), _look_lines(row, look), as_json=as_json)
        return
    from pilothouse.cli.products import wait_for_job

    job = imports.start_import(access, view, row.public_id)
    wait_for_job(access, job.public_id, "Importing", quiet=as_json)
    done = imports.get_import(view, row.public_id)
    answer = {
        "import": done.public_id,
        "source": done.source,
        "created": done.created,
        "changed": done.changed,
        "unchanged": done.unchanged,
        "problems": [{"line": each.line, "sentence": each.sentence} for each in done.problems],
    }
    lines = [
        f"{done.source_name}: {done.created:,} new, {done.changed:,} changed, "
        f"{done.unchanged:,} as they were.",
        *(f"  line {each.line}: {each.sentence}" for each in done.problems),
    ]
    print_answer(answer, lines, as_json=as_json)


@click.command("export")
@click.option(
    "--format",
    "format_name",
    default="pilothouse",
    show_default=True,
    help="pilothouse, jira, linear, trello or github.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@product_options
def export_command(
    *, format_name: str, out: Path | None, product: str, data: Path | None, as_json: bool
) -> None:
    """Write all items as a file; without --out to the terminal.

    Example: pilothouse backlog export --product Shop --format jira --out shop.csv
    """
    from pilothouse.cli.products import find_product

    _, view = find_product(product, data)
    from pilothouse.apps.backlog.services.item_files import export_items

    _, pieces = export_items(view, format_name)
    body = b"".join(pieces)
    if out is None:
        sys.stdout.buffer.write(body)
        return
    out.write_bytes(body)
    answer = {"file": str(out), "bytes": len(body), "format": format_name}
    print_answer(answer, [f"{len(body):,} bytes in {out}"], as_json=as_json)


def _undo(access: Access, product: ProductView, file: Path, *, as_json: bool) -> None:
    from pilothouse.apps.backlog.services.imports import list_imports, undo_import

    for row in list_imports(product):
        if row.file_name == file.name and row.state == "done":
            undo_import(access, product, row.public_id)
            answer = {"import": row.public_id, "undone": row.created, "restored": row.changed}
            line = f"{row.created:,} items are out again, {row.changed:,} are as they were."
            print_answer(answer, [line], as_json=as_json)
            return
    raise NotFoundError("no finished import of this file.", value=file.name)


def _look_json(row: ItemImportView, look: Look) -> dict[str, Any]:
    from pilothouse.apps.backlog.services.imports import to_reading_json

    return {
        "source": row.source,
        "reading": to_reading_json(row.reading),
        "items": len(look.drafts.drafts),
        "known": look.known,
        "titles": [each.draft.title for each in look.drafts.drafts[:20]],
        "problems": [
            {"line": each.line, "sentence": each.sentence} for each in look.drafts.problems
        ],
    }


def _look_lines(row: ItemImportView, look: Look) -> list[str]:
    total = len(look.drafts.drafts)
    return [
        f"{row.source_name}: {total - look.known:,} new, {look.known:,} here already.",
        *(
            f"  {each.draft.status:<9}  {each.draft.kind:<11}  {each.draft.title}"
            for each in look.drafts.drafts[:20]
        ),
        *(f"  line {each.line}: {each.sentence}" for each in look.drafts.problems),
    ]
