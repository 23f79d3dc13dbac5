"""``pilothouse people``: files of contacts in and out, and contacts that are one person."""

from __future__ import annotations

from pathlib import Path

import click

from pilothouse.cli.output import print_answer
from pilothouse.cli.people_contacts import find_contact
from pilothouse.cli.person import find_person, person_options


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--group", "group_word", default="", help="Put the new ones into this group.")
@click.option("--dry-run", is_flag=True, help="Only say what the file holds.")
@person_options
def import_command(
    *, file: Path, group_word: str, dry_run: bool, person: str, data: Path | None, as_json: bool
) -> None:
    """Take in LinkedIn's Connections.csv, Google's CSV or vCards; known people are filled in.

    Example: pilothouse people import Connections.csv --dry-run
    """
    access = find_person(person, data)
    from django.utils import timezone

    from pilothouse.apps.people.services import imports

    now = timezone.now()
    with file.open("rb") as stream:
        pieces = iter(lambda: stream.read(2**20), b"")
        row = imports.receive_contacts(access, file.name, pieces, now=now)
    plan = imports.look_at_contacts(access, row.public_id)
    if dry_run:
        imports.discard_book_import(access, row.public_id)
    else:
        imports.start_book_import(access, row.public_id, group=group_word, now=now)
    problems = [f"line {each.line}: {each.sentence}" for each in row.problems]
    answer = {
        "file": file.name, "format": row.kind, "found": row.found, "new": len(plan.fresh),
        "filled": len(plan.changes), "known": plan.same, "twice": plan.twice,
        "problems": problems, "import": None if dry_run else row.public_id,
    }  # fmt: skip
    verb = "would be" if dry_run else "are"
    lines = [
        f"{len(plan.fresh):,} contacts {verb} new, {len(plan.changes):,} filled in, "
        f"{plan.same:,} were here as they are",
        *problems,
    ]
    print_answer(answer, lines, as_json=as_json)


@click.command()
@click.option("--undo", "import_id", default="", metavar="IMPORT", help="Take this one out again.")
@person_options
def imports(*, import_id: str, person: str, data: Path | None, as_json: bool) -> None:
    """The files that were taken in; --undo takes out what one brought.

    Example: pilothouse people imports
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services import imports as service

    kept = service.undo_book_import(access, import_id)[1] if import_id else 0
    found = service.list_book_imports(access)
    lines = [f"{each.public_id}  {each.at:%Y-%m-%d}  {each.state.value:<8}  {each.created:>6} new  "
             f"{each.file_name}" for each in found]  # fmt: skip
    lines += [f"{kept:,} stay: you have written about them since."] if kept else []
    answer = {"imports": [service.to_import_json(each) for each in found], "kept": kept}
    print_answer(answer, lines or ["Nothing was imported yet."], as_json=as_json)


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--group", "group_word", default="", help="Only this group.")
@click.option("--version", type=click.Choice(["3.0", "4.0"]), default="3.0", show_default=True)
@person_options
def export_command(
    *, file: Path, group_word: str, version: str, person: str, data: Path | None, as_json: bool
) -> None:
    """Write contacts to FILE as vCards; the whole book where it ends with .json.

    Example: pilothouse people export contacts.vcf --group Mentors
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services.exporting import export_book, export_vcards
    from pilothouse.apps.people.services.listing import Wanted

    is_whole = file.suffix.lower() == ".json"
    body = (
        export_book(access)
        if is_whole
        else export_vcards(access, Wanted(group=group_word), version)
    )
    file.write_bytes(body)
    answer = {"file": str(file), "bytes": len(body)}
    print_answer(answer, [f"{file}: {len(body):,} bytes"], as_json=as_json)


@click.command()
@click.option("--merge-certain", is_flag=True, help="Make one of every pair that is certain.")
@person_options
def duplicates(*, merge_certain: bool, person: str, data: Path | None, as_json: bool) -> None:
    """Pairs that may be one person, with how sure that is and why.

    Example: pilothouse people duplicates
    """
    access = find_person(person, data)
    from django.utils import timezone

    from pilothouse.apps.people.services import merging
    from pilothouse.apps.people.services.views import to_line_json

    merged = merging.merge_certain(access, now=timezone.now()) if merge_certain else 0
    found, total = merging.list_twins(access, limit=500)
    lines = [f"{p.sureness:<8}  {p.first.public_id} {p.first.name}  {p.second.public_id} "
             f"{p.second.name}: {', '.join(p.reasons)}" for p in found]  # fmt: skip
    lines += [f"{merged:,} pairs are one now."] if merged else []
    answer = {"total": total, "merged": merged, "pairs": [
        {"first": to_line_json(p.first), "second": to_line_json(p.second),
         "sureness": p.sureness, "reasons": list(p.reasons)} for p in found
    ]}  # fmt: skip
    print_answer(answer, lines or ["No duplicates."], as_json=as_json)


@click.command()
@click.argument("kept", metavar="KEPT")
@click.argument("gone", metavar="GONE")
@person_options
def merge(*, kept: str, gone: str, person: str, data: Path | None, as_json: bool) -> None:
    """Make two contacts one, by names or ids: KEPT's words stand, its gaps are filled.

    Example: pilothouse people merge rfb3zvt7c3vx wn47wzm542r7
    """
    access = find_person(person, data)
    from django.utils import timezone

    from pilothouse.apps.people.services import merging

    made = merging.merge_contacts(
        access, find_contact(access, kept), find_contact(access, gone), now=timezone.now()
    )
    line = f"{made.gone_name} is part of {made.kept.name} now. To undo: unmerge {made.public_id}"
    print_answer(merging.to_merge_json(made), [line], as_json=as_json)


@click.command()
@click.argument("merge_id", metavar="MERGE")
@person_options
def unmerge(*, merge_id: str, person: str, data: Path | None, as_json: bool) -> None:
    """Make two of one again.

    Example: pilothouse people unmerge 5d86qg77vz7b
    """
    access = find_person(person, data)
    from django.utils import timezone

    from pilothouse.apps.people.services import merging

    made = merging.undo_merge(access, merge_id, now=timezone.now())
    line = f"{made.kept.name} and {made.gone_name} are two again."
    print_answer(merging.to_merge_json(made), [line], as_json=as_json)


COMMANDS = (import_command, imports, export_command, duplicates, merge, unmerge)
