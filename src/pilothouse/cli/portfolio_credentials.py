"""``pilothouse portfolio``: credentials. Its commands are added to the group of portfolio."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pilothouse.cli.django import start_django
from pilothouse.cli.output import print_answer
from pilothouse.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from pilothouse.apps.workspace.services.access import Access
    from pilothouse.engines.portfolio.badges import Verification

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
MARKS = {True: "holds", False: "FAILS", None: "cannot tell"}


def data_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of every command on a data folder."""
    options = (
        click.option("--data", type=click.Path(file_okay=False, path_type=Path), metavar="DIR"),
        click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@click.argument("file", type=FILE)
@click.option("--list", "status_list", type=FILE, help="The issuer's list of revocations.")
@click.option("--file", "files", type=FILE, multiple=True, help="A file that belongs to it.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def verify(*, file: Path, status_list: Path | None, files: tuple[Path, ...], as_json: bool) -> None:
    """Check a badge, endorsement, record or token of anybody, without a network.

    FILE is JSON, a token, a baked SVG or PNG, or the page that checks it. The command ends with 1
    if a check fails.

    Example: pilothouse portfolio verify badge.svg
    """
    from pilothouse.engines.portfolio.badges import extract
    from pilothouse.engines.portfolio.badges import verify as verify_text

    listed = status_list.read_bytes() if status_list else None
    now = datetime.now(timezone.utc)
    found = verify_text(
        extract(file.read_bytes()),
        now=now,
        status_list=listed,
        files=[path.read_bytes() for path in files],
    )
    answer = {"file": str(file), "valid": found.is_valid, **_to_json(found)}
    print_answer(answer, _describe(found), as_json=as_json)
    if not found.is_valid:
        raise SystemExit(1)


@click.command("credentials")
@data_options
def list_command(*, data: Path | None, as_json: bool) -> None:
    """What you have signed."""
    access = _open(data)
    from pilothouse.apps.portfolio.services.credentials import (
        list_credentials,
        to_credential_json,
    )

    found = list_credentials(access)
    lines = [
        f"{each.public_id}  {each.issued_at:%Y-%m-%d}  {each.name}"
        f"{'  (revoked)' if each.revoked_at else ''}"
        for each in found
    ]
    answer = {"credentials": [to_credential_json(each) for each in found]}
    print_answer(answer, lines or ["Nothing signed yet."], as_json=as_json)


@click.command()
@click.argument("competency")
@click.option("--level", type=click.IntRange(1, 4), help="The default is what the acts hold.")
@click.option("--status", default="Completed", help="Completed, Failed, InProgress, ...")
@click.option("--holder", default="", help="Your name in it.")
@click.option("--titles", is_flag=True, help="Name the objects of the acts.")
@click.option("--list-url", default="", help="Where you will publish the list of revocations.")
@click.option("--dry-run", is_flag=True, help="Print the document; sign nothing.")
@data_options
def issue(
    *, competency: str, level: int | None, status: str, holder: str, titles: bool, list_url: str,
    dry_run: bool, data: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Sign a badge of a competency's level; COMPETENCY is C01 to C16.

    Example: pilothouse portfolio issue C11 --dry-run
    """
    access = _open(data)
    from pilothouse.apps.portfolio.services import credentials as service
    from pilothouse.apps.portfolio.services.credential_drafts import BadgeDraft

    draft = BadgeDraft(competency, holder, level or 0, status, titles, list_url)
    if dry_run:
        looked = service.preview(access, draft)
        answer = {"simulated": looked.claim.is_simulated, "document": looked.document}
        lines = [looked.name, *(f"It does not prove: {each}" for each in looked.does_not_prove)]
        print_answer(answer, lines, as_json=as_json)
        return
    made = service.issue_badge(access, draft)
    lines = [f"Signed: {made.name}", f"{made.public_id}  sha256 {made.digest}"]
    print_answer(service.to_credential_json(made), lines, as_json=as_json)


@click.command()
@data_options
def keys(*, data: Path | None, as_json: bool) -> None:
    """Your signing keys, in public."""
    access = _open(data)
    from pilothouse.apps.portfolio.services.keys import list_keys

    found = list_keys(access)
    lines = [
        f"{each.did}  {'signs' if each.is_current else 'retired' if each.retired_at else 'absent'}"
        for each in found
    ]
    answer = {"keys": [{"did": each.did, "signs": each.is_current} for each in found]}
    print_answer(answer, lines or ["No key yet: the first badge makes one."], as_json=as_json)


@click.command()
@click.argument("credential")
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--as", "form", default="json", show_default=True, help="json, jwt, svg, png, html or qr.svg."
)
@data_options
def export(*, credential: str, out: Path, form: str, data: Path | None, as_json: bool) -> None:
    """Write a credential to the file OUT; CREDENTIAL is its id.

    Example: pilothouse portfolio export k3h9x2c4d5f7 badge.png --as png
    """
    access = _open(data)
    from pilothouse.apps.portfolio.services.credential_files import write_credential
    from pilothouse.apps.portfolio.services.credentials import get_credential

    _, body, _ = write_credential(get_credential(access, credential), form)
    out.write_bytes(body)
    answer = {"file": str(out), "bytes": len(body)}
    print_answer(answer, [f"{out}: {len(body):,} bytes"], as_json=as_json)


COMMANDS: tuple[click.Command, ...] = (verify, list_command, issue, keys, export)


def _open(data: Path | None) -> Access:
    start_django(data)
    from pilothouse.apps.workspace.services.local import list_owner_accesses

    found = list_owner_accesses()
    if not found:
        raise NotFoundError("there is no workspace yet.", remedy="Start ./pilothouse once.")
    return found[0]


def _to_json(found: Verification) -> dict[str, Any]:
    checks = [
        {"check": each.name, "passed": each.is_passed, "sentence": each.sentence}
        for each in found.checks
    ]
    return {"kind": found.kind, "checks": checks, "parts": [_to_json(part) for part in found.parts]}


def _describe(found: Verification, indent: str = "") -> Iterator[str]:
    name = found.document.get("name", found.kind)
    yield f"{indent}{name}: {'valid' if found.is_valid else 'NOT VALID'}"
    for check in found.checks:
        yield f"{indent}  {MARKS[check.is_passed]:<11}  {check.name}: {check.sentence}"
    for part in found.parts:
        yield from _describe(part, indent + "  ")
