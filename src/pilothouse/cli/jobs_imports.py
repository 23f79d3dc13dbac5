"""Commands about spreadsheets of applications."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pilothouse.cli.output import print_answer
from pilothouse.cli.person import find_person, person_options
from pilothouse.kernel.errors import InvalidValueError

if TYPE_CHECKING:
    from pilothouse.apps.jobs.services.application_imports import SheetLook


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--map",
    "columns",
    multiple=True,
    metavar="MEANING=HEADING",
    help="Which column is which, where it was not guessed: title=Posting.",
)
@click.option(
    "--stage",
    "stages",
    multiple=True,
    metavar="WORD=STAGE",
    help="What a word of the file means: declined=rejected.",
)
@click.option("--month-first", is_flag=True, help="4/3/25 is April 3.")
@click.option("--day", default="", metavar="DAY", help="The day of rows that have none.")
@click.option("--dry-run", is_flag=True, help="Only say what it would become.")
@person_options
def import_command(
    *,
    file: Path,
    columns: tuple[str, ...],
    stages: tuple[str, ...],
    month_first: bool,
    day: str,
    dry_run: bool,
    person: str,
    data: Path | None,
    as_json: bool,
) -> None:
    """Take in applications from a CSV; those that are here already are left as they are.

    Example: pilothouse jobs import applications.csv --stage declined=rejected --dry-run
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services import application_imports as imports
    from pilothouse.apps.jobs.services.application_import_jsons import to_import_json, to_look_json

    row = imports.receive_sheet(access, file.name, [file.read_bytes()])
    try:
        look = imports.look_at_sheet(access, row.public_id)
        given = imports.to_reading_json(row.reading)
        given["columns"] |= _read_columns(columns, look)
        given["stages"] |= {word.casefold(): key for word, key in map(_split, stages)}
        given["is_day_first"] = given["is_day_first"] and not month_first
        imports.set_sheet_reading(access, row.public_id, {**given, "fallback": day})
        look = imports.look_at_sheet(access, row.public_id)
        is_taken = bool(look.fresh) and not dry_run
        if is_taken:
            row = imports.start_application_import(access, row.public_id)
    except Exception:
        imports.discard_application_import(access, row.public_id)
        raise
    if not is_taken:
        imports.discard_application_import(access, row.public_id)
    answer: dict[str, Any] = {**to_look_json(look), "import": None}
    if is_taken:
        answer["import"] = to_import_json(row)
    print_answer(answer, _to_lines(look, row.public_id if is_taken else ""), as_json=as_json)


@click.command("undo-import")
@click.argument("import_id", metavar="ID")
@person_options
def undo_import(*, import_id: str, person: str, data: Path | None, as_json: bool) -> None:
    """Take out what a CSV brought, except where something was entered since.

    Example: pilothouse jobs undo-import 2bcdfgh3jkmn
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.application_import_jsons import to_import_json
    from pilothouse.apps.jobs.services.application_imports import undo_application_import

    row, kept = undo_application_import(access, import_id)
    line = f"{row.created - kept:,} applications are out again, {kept:,} stay"
    print_answer({**to_import_json(row), "kept": kept}, [line], as_json=as_json)


def _read_columns(given: tuple[str, ...], look: SheetLook) -> dict[str, int]:
    names = {name.casefold(): place for place, name in reversed(list(enumerate(look.sheet.header)))}
    found = {}
    for meaning, heading in map(_split, given):
        if heading.casefold() not in names:
            raise InvalidValueError(
                "the file has no such heading.", value=heading,
                remedy=f"It has: {', '.join(look.sheet.header)}.",
            )  # fmt: skip
        found[meaning] = names[heading.casefold()]
    return found


def _split(pair: str) -> tuple[str, str]:
    left, sign, right = pair.partition("=")
    if not sign or not left.strip() or not right.strip():
        raise InvalidValueError("this is written WORD=MEANING.", value=pair)
    return left.strip(), right.strip()


def _to_lines(look: SheetLook, import_id: str) -> list[str]:
    verb = "are" if import_id or not look.fresh else "would be"
    count = len(look.fresh)
    lines = [f"{count:,} applications {verb} new, {look.known:,} were here or stand there twice"]
    lines += [f"line {each.line}: {each.sentence}" for each in look.contents.problems]
    if import_id:
        lines.append(f"To take them out again: pilothouse jobs undo-import {import_id}")
    return lines


COMMANDS = (import_command, undo_import)
