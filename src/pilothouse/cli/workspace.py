"""The workspace: verify, back up, restore, export; members, login links, jobs."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from pilothouse.cli.django import data_dir, start_django, start_empty
from pilothouse.cli.output import TellingGroup

Answer = dict[str, Any]
CHAIN = "SHA-256 of each act's canonical JSON, which holds the hash of the act before it"


@click.group(name="workspace", cls=TellingGroup)
def group() -> None:
    """Verify, back up, restore and export the workspace; members, login links, jobs."""


def common_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of every command: which data folder, and JSON or words."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON."),
        click.option(
            "--data",
            type=click.Path(file_okay=False, path_type=Path),
            metavar="DIR",
            help="The data folder. Default: PILOTHOUSE_DATA or the usual place.",
        ),
    ):
        command = option(command)
    return command


def with_django(command: Callable[..., Any]) -> Callable[..., Any]:
    """Set Django up on ``--data`` before the command."""

    @common_options
    @wraps(command)
    def wrapper(data: Path | None, **options: Any) -> Any:
        start_django(data)
        return command(**options)

    return wrapper


@group.command()
@with_django
def verify(as_json: bool) -> None:
    """Check every ledger's chain and every file of events.

    \b
    Example: pilothouse workspace verify
    """
    from pilothouse.apps.workspace.services.archive import find_damaged_segments
    from pilothouse.apps.workspace.services.local import verify_ledgers

    ledgers = [
        {"workspace": ledger.workspace, **asdict(ledger.verification)}
        for ledger in verify_ledgers()
    ]
    checked, damaged = find_damaged_segments(data_dir() / "events")
    is_whole = all(ledger["is_whole"] for ledger in ledgers) and not damaged
    lines = [_describe_ledger(ledger) for ledger in ledgers]
    lines.append(f"{checked:,} files of events, {len(damaged)} damaged")
    lines += [f"damaged: {name}" for name in damaged]
    answer = {
        "is_whole": is_whole,
        "workspaces": ledgers,
        "segments": {"checked": checked, "damaged": damaged},
        "semantics": {"ledger": CHAIN, "segments": "SHA-256 as the catalogue has it"},
    }
    _print(as_json, answer, lines)
    if not is_whole:
        raise SystemExit(1)


@group.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_django
def backup(file: Path, as_json: bool) -> None:
    """Write a verified backup of everything to FILE, while work goes on.

    \b
    Example: pilothouse workspace backup monday.zip
    """
    from pilothouse.apps.workspace.services.archive import write_archive

    with _progress("Backing up", is_quiet=as_json) as report:
        info = write_archive(file, events_dir=data_dir() / "events", on_progress=report)
    _print_archive(as_json, info, "A good backup")


@group.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@common_options
def restore(file: Path, data: Path | None, as_json: bool) -> None:
    """Restore the backup FILE into an empty data folder, whole or not at all.

    \b
    Example: pilothouse workspace restore monday.zip --data ~/restored
    """
    _restore(file, data, as_json)


@group.command(name="import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@common_options
def import_(file: Path, data: Path | None, as_json: bool) -> None:
    """Take in a workspace from another place: the same as restore, into an empty data folder.

    Events from a file come in on the product's page Sources.

    \b
    Example: pilothouse workspace import colleague.zip --data ~/colleague
    """
    _restore(file, data, as_json)


@group.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@with_django
def export(folder: Path, as_json: bool) -> None:
    """Write everything as plain files (JSON, CSV, Parquet) into the empty folder DIR.

    Several workspaces get a folder each.

    \b
    Example: pilothouse workspace export ~/my-files
    """
    from pilothouse.apps.workspace.services.export import export_workspace
    from pilothouse.apps.workspace.services.local import list_owner_accesses

    accesses = list_owner_accesses()
    exports = []
    for number, access in enumerate(accesses, start=1):
        target = folder if len(accesses) == 1 else folder / f"workspace-{number}"
        counts = export_workspace(access, target, events_dir=data_dir() / "events")
        exports.append({"workspace": access.workspace_name, "folder": str(target), "files": counts})
    lines = [
        f"{each['workspace']}: "
        + ", ".join(f"{count:,} {kind}" for kind, count in each["files"].items())  # type: ignore[attr-defined]
        + f" in {each['folder']}"
        for each in exports
    ]
    _print(as_json, {"exports": exports}, lines)


@group.command("login-link")
@click.option("--email", default="", help="Whose link. Default: the first owner's.")
@with_django
def login_link(email: str, as_json: bool) -> None:
    """Make a one-time login link (valid for an hour).

    \b
    Example: pilothouse workspace login-link --email mira@example.org
    """
    from django.conf import settings

    from pilothouse.apps.workspace.services.local import make_local_login

    address, token = make_local_login(email)
    url = f"http://127.0.0.1:{settings.CONFIGURATION.port}/login/{token}/"
    _print(as_json, {"email": address, "url": url}, [f"{address}: {url}"])


@group.command()
@with_django
def members(as_json: bool) -> None:
    """List the members of every workspace.

    \b
    Example: pilothouse workspace members --json
    """
    from pilothouse.apps.workspace.services.local import list_owner_accesses
    from pilothouse.apps.workspace.services.members import list_members

    rows = [
        {
            "workspace": access.workspace_name,
            "name": member.name,
            "email": member.email,
            "role": member.role.value,
            "since": member.since,
        }
        for access in list_owner_accesses()
        for member in list_members(access)
    ]
    _print_table(as_json, "members", rows, ("workspace", "name", "email", "role", "since"))


@group.command()
@click.option("--limit", default=20, show_default=True, help="How many of each workspace.")
@with_django
def jobs(limit: int, as_json: bool) -> None:
    """List background jobs, the newest first.

    \b
    Example: pilothouse workspace jobs --limit 5
    """
    from pilothouse.apps.workspace.services.jobs import list_jobs
    from pilothouse.apps.workspace.services.local import list_owner_accesses

    rows = [
        {"workspace": access.workspace_name, "id": job.public_id, **asdict(job)}
        for access in list_owner_accesses()
        for job in list_jobs(access, limit)
    ]
    for row in rows:
        for internal in ("public_id", "product_id", "user_id"):
            del row[internal]
    _print_table(
        as_json, "jobs", rows, ("id", "title", "state", "done", "total", "unit", "message")
    )


@group.command()
@click.option("--until-empty", is_flag=True, help="Do what waits now, then end.")
@with_django
def worker(until_empty: bool, as_json: bool) -> None:
    """Do background jobs until stopped (Ctrl-C), beside the server's own worker.

    \b
    Example: pilothouse workspace worker
    """
    from pilothouse.apps.workspace.services.worker import Worker, run_one

    if until_empty:
        count = 0
        while run_one("command"):
            count += 1
        _print(as_json, {"jobs": count}, [f"{count} jobs ended"])
        return
    signals: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        # Appending needs no lock, which a signal could find taken by the very thread it interrupts.
        signal.signal(number, lambda caught, _: signals.append(caught))
    running = Worker()
    running.start()
    _print(as_json, {"worker": running.name}, [f"{running.name} is at work; Ctrl-C stops it"])
    while not signals:
        time.sleep(0.2)
    running.stop()


def _restore(file: Path, data: Path | None, as_json: bool) -> None:
    start_empty(data)
    from pilothouse.apps.workspace.services.archive import restore_archive

    with _progress("Restoring", is_quiet=as_json) as report:
        info = restore_archive(file, data_dir=data_dir(), on_progress=report)
    _print_archive(as_json, info, f"Restored into {data_dir()}")


def _describe_ledger(ledger: Answer) -> str:
    if ledger["is_whole"]:
        return f"{ledger['workspace']}: {ledger['acts']:,} acts, the chain is whole"
    return f"{ledger['workspace']}: broken at act {ledger['broken_at']}: {ledger['reason']}"


def _print_archive(as_json: bool, info: Any, what: str) -> None:
    line = (
        f"{what}: {info.rows:,} rows, {info.segments:,} files of events,"
        f" {info.bytes / 1e6:,.1f} MB, {info.path}"
    )
    _print(as_json, asdict(info), [line])


def _print(as_json: bool, answer: Answer, lines: Iterable[str]) -> None:
    click.echo(json.dumps(answer, indent=2, default=_plain) if as_json else "\n".join(lines))


def _print_table(as_json: bool, name: str, rows: Sequence[Answer], columns: Sequence[str]) -> None:
    if as_json:
        _print(True, {name: rows}, ())
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns)
    for row in rows:
        # Text, not markup: a title may hold square brackets.
        table.add_row(*(Text(_shown(row[column])) for column in columns))
    Console().print(table)


def _shown(value: Any) -> str:
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


@contextmanager
def _progress(what: str, *, is_quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on stderr, so that stdout holds the answer alone."""
    if is_quiet:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
