"""``pilothouse documents lint``, ``import``, ``export`` and ``sync``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pilothouse.cli.output import print_answer
from pilothouse.kernel.errors import ConflictError, InvalidValueError, PilothouseError

if TYPE_CHECKING:
    from pilothouse.apps.documents.services.vault_sync import VaultSync
    from pilothouse.engines.documents import Lint

_product = click.option("--product", required=True, metavar="NAME", help="The product.")
_data = click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="The data folder.",
)  # fmt: skip
_json = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("lint")
@click.argument("files", type=_file, nargs=-1, required=True, metavar="FILE...")
@click.option("--kind", default="", help="What kind of document it is, such as prd or story.")
@click.option("--product", metavar="NAME", help="Judge metrics, events and links by this product.")
@click.option(
    "--fail-on", type=click.Choice(["error", "warning", "hint", "never"]), default="error",
    show_default=True, help="End with status 1 for findings as grave as this.",
)  # fmt: skip
@_data
@_json
def lint_command(
    *,
    files: tuple[Path, ...],
    kind: str,
    product: str | None,
    fail_on: str,
    data: Path | None,
    as_json: bool,
) -> None:
    """Check Markdown files: requirements, stories, criteria, words, links.

    No workspace is needed. With --product the metrics, events and documents of that product are
    known, and what is named in a file is held against them.

    Example: pilothouse documents lint plan.md --kind prd
    """
    checked = [(file, _lint_file(file, kind, product, data)) for file in files]
    lines = [line for file, lint in checked for line in _describe(file, lint)]
    answer = {"files": [_lint_json(file, lint) for file, lint in checked]}
    print_answer(answer, lines, as_json=as_json)
    grave = ["error", "warning", "hint"]
    counted = grave[: grave.index(fail_on) + 1] if fail_on in grave else []
    found = {each.severity.value for _, lint in checked for each in lint.findings}
    if found & set(counted):
        raise click.exceptions.Exit(1)


def _lint_file(file: Path, kind: str, product: str | None, data: Path | None) -> Lint:
    from pilothouse.apps.documents.services.lint_words import load_vague_words
    from pilothouse.engines.documents import LintFacts, lint_text

    text = _read_text(file)
    chosen = kind or _kind_in(text)
    if product is None:
        return lint_text(text, kind=chosen, facts=LintFacts(vague_words=load_vague_words()))
    from pilothouse.cli.products import find_product

    _, view = find_product(product, data)
    from pilothouse.apps.documents.services.lint import gather_facts

    return lint_text(text, kind=chosen, facts=gather_facts(view, [text]))


def _read_text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise InvalidValueError("a Markdown file is written in UTF-8.", value=str(file)) from error


def _kind_in(text: str) -> str:
    """The kind that the front matter names."""
    from pilothouse.engines.documents.frontmatter import split_front_matter

    try:
        return str(split_front_matter(text)[0].get("kind", "note"))
    except PilothouseError:
        return "note"


def _lint_json(file: Path, lint: Lint) -> dict[str, Any]:
    return {
        "file": str(file),
        "notes": list(lint.notes),
        "requirements": len(lint.traces),
        "stories": lint.stories,
        "criteria": lint.criteria,
        "findings": [
            {
                "rule": each.rule.id,
                "severity": each.severity.value,
                "heuristic": each.rule.is_heuristic,
                "line": each.line,
                "quoted": each.quoted,
                "demand": each.rule.demand,
                "remedy": each.remedy,
                "about": each.about,
            }
            for each in lint.findings
        ],
    }


def _describe(file: Path, lint: Lint) -> list[str]:
    """One line a finding, as compilers write them, so that editors can follow."""
    lines = [
        f"{file}:{each.line}: {each.severity.value}: {each.sentence} [{each.rule.id}]"
        for each in lint.findings
    ]
    return [*lines, *(f"{file}: {note}" for note in lint.notes)] or [f"{file}: nothing found"]


@click.command("import")
@click.argument("file", type=_file)
@_product
@click.option("--dry-run", is_flag=True, help="Only show what it would become.")
@click.option("--undo", metavar="ID", help="Take the import with this id back instead.")
@_data
@_json
def import_command(
    *, file: Path, product: str, dry_run: bool, undo: str | None, data: Path | None, as_json: bool
) -> None:
    """Take documents in from Markdown, Word, Gherkin, or a zip of these.

    Example: pilothouse documents import notes.docx --product Beacon --dry-run
    """
    from pilothouse.cli.products import find_product

    access, view = find_product(product, data)
    from pilothouse.apps.documents.services.exchange_import import (
        import_documents,
        plan_documents,
        undo_import,
    )
    from pilothouse.apps.documents.services.exchange_read import MAX_BYTES, read_incoming

    if undo:
        count = undo_import(access, view, undo)
        print_answer({"documents": count}, [f"Undone: {count} documents"], as_json=as_json)
        return
    if file.stat().st_size > MAX_BYTES:
        raise InvalidValueError(f"a file has at most {MAX_BYTES // 1024**2} MB.", value=file.name)
    planned = plan_documents(view, read_incoming(file.name, file.read_bytes()))
    lines = [
        f"{each.action:<9}  {each.incoming.title}  {each.incoming.trouble}".rstrip()
        for each in planned
    ]
    answer: dict[str, Any] = {
        "simulated": view.is_simulated,
        "planned": [
            {"path": p.incoming.path, "title": p.incoming.title, "action": p.action,
             "trouble": p.incoming.trouble}
            for p in planned
        ],
    }  # fmt: skip
    taken = [each for each in planned if each.is_taken]
    if taken and not dry_run:
        result = import_documents(access, view, taken, file.name, {})
        answer["import"] = result.public_id
        lines.append(f"Imported {len(taken)}; undo with --undo {result.public_id}")
    print_answer(answer, lines, as_json=as_json)


@click.command("export")
@click.argument("document_id", metavar="[ID]", required=False)
@_product
@click.option("--form", type=click.Choice(["md", "docx", "feature"]), default="md",
              show_default=True)  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", required=True,
              help="Where to; it must not be there yet.")  # fmt: skip
@_data
@_json
def export_command(
    *, document_id: str | None, product: str, form: str, out: Path, data: Path | None, as_json: bool
) -> None:
    """Write a document as a file, or without an ID all of them as a zip of Markdown files.

    Example: pilothouse documents export 2bcdfgh3jkmn --product Beacon --form docx --out plan.docx
    """
    from pilothouse.cli.products import find_product

    _, view = find_product(product, data)
    from pilothouse.apps.documents.services.documents import get_document
    from pilothouse.apps.documents.services.exchange import export_document, export_vault

    if document_id is None:
        file = export_vault(view)
    else:
        file = export_document(view, get_document(view, document_id), form)
    try:
        with out.open("xb") as target:
            target.write(file.body)
    except FileExistsError as error:
        raise ConflictError("this file is there already.", value=str(out)) from error
    answer = {"file": str(out), "bytes": len(file.body), "simulated": view.is_simulated}
    print_answer(answer, [f"Written: {out}"], as_json=as_json)


@click.command("sync")
@_product
@click.option("--folder", required=True, metavar="DIR", help="The vault.",
              type=click.Path(exists=True, file_okay=False, path_type=Path))  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only show what would happen.")
@click.option("--leave-new", is_flag=True, help="Do not take files in that are new.")
@click.option("--write-missing", is_flag=True, help="Write files again that are gone.")
@click.option("--delete-missing", is_flag=True, help="Delete documents whose files are gone.")
@click.option("--yes", is_flag=True, help="Do not ask before taking new files in.")
@_data
@_json
def sync_command(
    *,
    product: str,
    folder: Path,
    dry_run: bool,
    leave_new: bool,
    write_missing: bool,
    delete_missing: bool,
    yes: bool,
    data: Path | None,
    as_json: bool,
) -> None:
    """Bring a folder of Markdown files, such as an Obsidian vault, and the documents in step.

    Where one side was changed the other follows; where both were, both texts are kept. Nothing is
    deleted unless asked for.

    Example: pilothouse documents sync --product Beacon --folder ~/vault --dry-run
    """
    if write_missing and delete_missing:
        raise click.UsageError("choose one of --write-missing and --delete-missing.")
    from pilothouse.cli.products import find_product

    access, view = find_product(product, data)
    from pilothouse.apps.documents.services.vault_folder import VaultFolder
    from pilothouse.apps.documents.services.vault_sync import SyncOffers, plan_vault_sync

    planned = plan_vault_sync(access, view, VaultFolder(folder))
    lines = _describe_steps(planned)
    if dry_run:
        print_answer(_sync_json(planned, None), lines or ["Both are in step."], as_json=as_json)
        return
    add = not leave_new and (yes or as_json or _may_add(planned))
    offers = SyncOffers(add, write_missing, delete_missing)
    counts = planned.run(datetime.now().astimezone().date(), offers)
    lines += [f"Not done: {trouble}" for trouble in planned.troubles]
    print_answer(_sync_json(planned, counts), lines or ["Both are in step."], as_json=as_json)
    if planned.troubles:
        raise click.exceptions.Exit(1)


def _may_add(planned: VaultSync) -> bool:
    new = [step for step in planned.steps if step.action.value == "add"]
    if not new:
        return True
    for step in new:
        click.echo(f"{step.path}: {step.why}", err=True)
    many = "file is" if len(new) == 1 else "files are"
    return click.confirm(f"{len(new)} {many} new here. Make documents of them?", err=True)


def _describe_steps(planned: VaultSync) -> list[str]:
    return [
        f"{step.action.value:<13}  {step.path}{f' (was {step.before})' if step.before else ''}"
        f"  {step.why}"
        for step in planned.steps
        if step.action.value != "same"
    ]


def _sync_json(planned: VaultSync, counts: dict[str, int] | None) -> dict[str, Any]:
    return {
        "simulated": planned.product.is_simulated,
        "steps": [
            {"action": step.action.value, "path": step.path, "before": step.before,
             "document": step.document_id, "why": step.why}
            for step in planned.steps
        ],
        "done": counts,
        "troubles": planned.troubles,
    }  # fmt: skip


COMMANDS = (lint_command, import_command, export_command, sync_command)
