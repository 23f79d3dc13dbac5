"""``pilothouse documents``: documents of a product and their live claims."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from pilothouse.cli.documents_exchange import COMMANDS
from pilothouse.cli.output import TellingGroup, print_answer

if TYPE_CHECKING:
    from pilothouse.apps.documents.services.claims import ClaimView

_product = click.option("--product", required=True, metavar="NAME", help="The product.")
_data = click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="The data folder.",
)  # fmt: skip
_json = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")


@click.group(name="documents", cls=TellingGroup)
def group() -> None:
    """Documents whose numbers stay true: templates, versions, live claims, lint."""


@group.command("list")
@_product
@click.option("--kind", default="", help="Only this kind, such as prd.")
@click.option("--status", default="", help="Only this status, such as published.")
@click.option("--text", default="", metavar="WORDS", help="Only those with these words.")
@_data
@_json
def list_command(
    *, product: str, kind: str, status: str, text: str, data: Path | None, as_json: bool
) -> None:
    """Documents with how many of their numbers no longer hold.

    Example: pilothouse documents list --product Beacon --kind prd
    """
    from pilothouse.cli.products import find_product

    _, view = find_product(product, data)
    from pilothouse.apps.documents.services.claims import count_claims
    from pilothouse.apps.documents.services.documents import list_documents, to_document_json

    counts = count_claims(view)
    documents = list_documents(view, kind=kind, status=status, text=text, with_bodies=False)
    rows = [
        {**to_document_json(each, with_body=False), "claims": counts.get(each.public_id, {})}
        for each in documents
    ]
    lines = [
        f"{each.public_id}  {each.status:<9}  {each.kind:<16}  {each.title}"
        f"{_say_stale(counts.get(each.public_id, {}))}"
        for each in documents
    ]
    answer = {"product": view.name, "simulated": view.is_simulated, "documents": rows}
    print_answer(answer, lines or ["No document."], as_json=as_json)


def _say_stale(states: dict[str, int]) -> str:
    words = [f"{states[state]} {state}" for state in ("stale", "broken") if states.get(state)]
    return f"  ({', '.join(words)})" if words else ""


@group.command("show")
@click.argument("document_id", metavar="ID")
@_product
@click.option("--version", type=click.IntRange(min=1), help="What it said in this version.")
@_data
@_json
def show(
    *, document_id: str, product: str, version: int | None, data: Path | None, as_json: bool
) -> None:
    """The text of a document, in Markdown.

    Example: pilothouse documents show 2bcdfgh3jkmn --product Beacon > plan.md
    """
    from pilothouse.cli.products import find_product

    _, view = find_product(product, data)
    from pilothouse.apps.documents.services.documents import get_document, to_document_json
    from pilothouse.apps.documents.services.versions import get_version, to_version_json

    document = get_document(view, document_id)
    answer, body = to_document_json(document), document.body
    if version is not None:
        found = get_version(view, document_id, version)
        answer, body = to_version_json(found), found.body
    print_answer({"simulated": view.is_simulated, **answer}, [body], as_json=as_json)


@group.command("new")
@click.argument("title")
@_product
@click.option("--template", default="", help="Begin with a template, such as prd or strategy.")
@click.option("--file", type=click.File(encoding="utf-8"), help="The text; - is standard input.")
@click.option("--folder", default="", help="Where it stands, such as plans/2027.")
@_data
@_json
def new(
    *,
    title: str,
    product: str,
    template: str,
    file: TextIO | None,
    folder: str,
    data: Path | None,
    as_json: bool,
) -> None:
    """Begin a document: blank, from a template, or from a text.

    Example: pilothouse documents new "Faster sign-up" --product Beacon --template prd
    """
    from pilothouse.cli.products import find_product

    access, view = find_product(product, data)
    from pilothouse.apps.documents.services.documents import (
        DocumentDraft,
        create_document,
        to_document_json,
    )
    from pilothouse.apps.documents.services.templates import get_template

    chosen = get_template(template) if template else None
    body = file.read() if file else chosen.body if chosen else ""
    kind = chosen.kind if chosen else "note"
    draft = DocumentDraft(title, body, kind, folder, template)
    document = create_document(access, view, draft)
    lines = [f"Begun: {document.title} ({document.public_id})", document.url]
    print_answer(to_document_json(document), lines, as_json=as_json)


@group.command("claims")
@_product
@click.option("--check", is_flag=True, help="Read all sources first.")
@click.option("--stale", "only_stale", is_flag=True, help="Only those that no longer hold.")
@_data
@_json
def claims(
    *, product: str, check: bool, only_stale: bool, data: Path | None, as_json: bool
) -> None:
    """Numbers that documents quote, and whether they still stand.

    Ends with status 1 when one does not, so that a script can ask.

    Example: pilothouse documents claims --product Beacon --check
    """
    from pilothouse.cli.products import find_product

    access, view = find_product(product, data)
    from pilothouse.apps.documents.services.checking import check_claims
    from pilothouse.apps.documents.services.claims import list_claims, to_claim_json

    if check:
        check_claims(access, view)
    found = list_claims(view)
    unsound = [claim for claim in found if claim.state in {"stale", "broken"}]
    shown = unsound if only_stale else found
    answer = {
        "product": view.name,
        "simulated": view.is_simulated,
        "claims": [to_claim_json(claim) for claim in shown],
    }
    lines = [_describe(claim) for claim in shown]
    print_answer(answer, lines or ["Every number stands."], as_json=as_json)
    if unsound:
        raise click.exceptions.Exit(1)


def _describe(claim: ClaimView) -> str:
    now = f", now {claim.value_text}" if claim.value_text != claim.quoted_text else ""
    n = f" (n {claim.n})" if claim.n is not None else ""
    head = f"{claim.state:<7}  {claim.quoted_text}{now}{n}  {claim.label}"
    return f"{head}  [{claim.document_title}]"


for _command in COMMANDS:
    group.add_command(_command)
