"""``pilothouse start``, ``where`` and ``doctor``: from a data folder to a served page."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from pilothouse import __version__
from pilothouse.cli.output import print_answer, print_table
from pilothouse.kernel.errors import PilothouseError
from pilothouse.project import preflight
from pilothouse.project.configuration import Configuration, load_configuration
from pilothouse.project.sqlite import install_safe_sqlite, is_wal_safe

if TYPE_CHECKING:
    from pilothouse.apps.workspace.services.access import Access, ProductView

DEFAULT_DEMO = "saas"
NO_DEMO = "none"
# Nobody writes to this address; it only has to be one.
OWNER_EMAIL = "owner@localhost.localdomain"

_data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The data folder. Default: PILOTHOUSE_DATA or the usual place.",
)
_json_option = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")


@click.command()
@_data_option
@click.option("--port", metavar="N", help="The port. Default: PILOTHOUSE_PORT or 8700.")
@click.option("--no-browser", is_flag=True, help="Open no browser.")
@click.option(
    "--demo",
    metavar="NAME",
    help=f"The simulated product of a new workspace. Default: {DEFAULT_DEMO}; {NO_DEMO} for none.",
)
def start(data: Path | None, port: str | None, no_browser: bool, demo: str | None) -> None:
    """Start the workbench on this computer and open it in the browser.

    \b
    Example: pilothouse start --port 8701 --data ~/my-products --no-browser
    """
    configuration = configure(data, port)
    preflight.check_python()
    preflight.prepare_data_folder(configuration.data)
    preflight.check_disk(configuration.data)
    with (
        closing(preflight.take_port(configuration.port)) as listening,
        preflight.hold_data_folder(configuration.data, configuration.port),
    ):
        _prepare_database(configuration)
        token = _prepare_workspace(demo)
        url = f"http://{preflight.HOST}:{configuration.port}/login/{token}/"
        _serve(listening, lambda: _announce(configuration, url, opens_browser=not no_browser))
    click.echo("Stopped. Everything is saved.")
    # The process ends now: looking for garbage among all that is loaded would take a second.
    gc.freeze()


@click.command()
@_data_option
@_json_option
def where(data: Path | None, as_json: bool) -> None:
    """Print the data folder, the database in it, and how SQLite is used.

    \b
    Example: pilothouse where --json
    """
    facts = describe_place(configure(data, None))
    if as_json:
        print_answer(facts, (), as_json=True)
        return
    print_table((name.replace("_", " ").capitalize(), str(value)) for name, value in facts.items())


@click.command()
@_data_option
@click.option("--port", metavar="N", help="The port that a start would use.")
@_json_option
def doctor(data: Path | None, port: str | None, as_json: bool) -> None:
    """Check what a start needs, each with a remedy; exit code 1 when something is amiss.

    \b
    Example: pilothouse doctor
    """
    configuration = configure(data, port)
    checks = {
        "Python": preflight.check_python,
        "Data folder": lambda: preflight.prepare_data_folder(configuration.data),
        "Disk": lambda: preflight.check_disk(configuration.data),
        "Port": lambda: preflight.take_port(configuration.port).close(),
        "SQLite": _check_sqlite,
    }
    findings = {name: _find(check) for name, check in checks.items()}
    answer = {name: finding or "ok" for name, finding in findings.items()}
    print_answer(answer, (f"{name}: {word}" for name, word in answer.items()), as_json=as_json)
    if any(findings.values()):
        raise SystemExit(1)


def configure(data: Path | None, port: str | None) -> Configuration:
    """The configuration, with what the command line says above the environment."""
    if data is not None:
        os.environ["PILOTHOUSE_DATA"] = str(data.expanduser().resolve())
    if port is not None:
        os.environ["PILOTHOUSE_PORT"] = port
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilothouse.project.settings")
    return load_configuration()


def describe_place(configuration: Configuration) -> dict[str, Any]:
    """What ``where`` tells; looks and changes nothing."""
    place = configuration.data
    facts: dict[str, Any] = {"version": __version__, "data_folder": str(place)}
    if configuration.database_url:
        url = urlsplit(configuration.database_url)
        facts["database"] = f"PostgreSQL {url.path.strip('/')} on {url.hostname}"
    else:
        facts |= _describe_sqlite(place / "workspace.sqlite3")
    existing = next(folder for folder in (place, *place.parents) if folder.exists())
    facts["free_disk"] = f"{shutil.disk_usage(existing).free / 1e9:,.1f} GB"
    return facts


def _describe_sqlite(database: Path) -> dict[str, Any]:
    sqlite = _safe_sqlite()
    is_safe = is_wal_safe(sqlite.sqlite_version_info)
    mode = "WAL" if is_safe else "DELETE (this SQLite may damage a WAL file)"
    if database.is_file():
        with closing(sqlite.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
            mode = connection.execute("PRAGMA journal_mode").fetchone()[0].upper()
    else:
        mode += ", from the first start on"
    return {
        "database": str(database),
        "sqlite_version": sqlite.sqlite_version,
        "journal_mode": mode,
    }


def _safe_sqlite() -> Any:
    install_safe_sqlite()
    import sqlite3

    return sqlite3


def _check_sqlite() -> None:
    sqlite = _safe_sqlite()
    if not is_wal_safe(sqlite.sqlite_version_info):
        click.echo(
            f"SQLite {sqlite.sqlite_version} may damage a WAL file, so Pilothouse uses its slower "
            "rollback journal.",
            err=True,
        )


def _find(check: Callable[[], object]) -> str:
    try:
        check()
    except PilothouseError as error:
        return error.sentence
    return ""


def _prepare_database(configuration: Configuration) -> None:
    import django

    django.setup()
    from pilothouse.project.upgrade import upgrade_database

    if upgrade_database(configuration.data):
        click.echo("The database is ready.")


def _prepare_workspace(demo: str | None) -> str:
    """The one-time token of the owner; founds the workspace where there is none."""
    from pilothouse.apps.workspace.services.local import list_owner_accesses, make_local_login

    accesses = list_owner_accesses()
    if not accesses:
        _found(demo or DEFAULT_DEMO)
    elif demo and demo != NO_DEMO:
        _add_demo(accesses[0], demo)
    _, token = make_local_login()
    return token


def _found(demo: str) -> None:
    """Workspace and demo together or not at all: a half one would stay for ever."""
    from django.db import transaction

    from pilothouse.apps.workspace.services.members import found_workspace

    with transaction.atomic():
        access = found_workspace("My workspace", _user_name(), OWNER_EMAIL)
        product = _live_demo(access, demo) if demo != NO_DEMO else None
    if product:
        _ready_first_page(access, product)


def _add_demo(access: Access, demo: str) -> None:
    from pilothouse.apps.workspace.services.products import list_products

    if not any(product.is_simulated for product in list_products(access, with_archived=True)):
        _ready_first_page(access, _live_demo(access, demo))


def _live_demo(access: Access, demo: str) -> ProductView:
    from pilothouse.apps.simulation.services.demo import create_demo

    click.echo("Living the last months of a simulated product, once (up to a minute) …")
    product = create_demo(access, demo)
    click.echo(f"{product.name} is ready. It is simulated: nobody in it exists.")
    return product


def _ready_first_page(access: Access, product: ProductView) -> None:
    """Ask what the first page will ask: compiling for this processor takes its time only once."""
    from pilothouse.apps.today.services.briefing import prepare_briefing

    click.echo("Getting the first page ready, once …")
    prepare_briefing(access, product)


def _user_name() -> str:
    import getpass

    try:
        return getpass.getuser()[:100] or "Owner"
    except (OSError, KeyError, ImportError):
        return "Owner"


def _serve(listening: Any, on_ready: Callable[[], None]) -> None:
    from django.core.wsgi import get_wsgi_application

    from pilothouse.apps.workspace.services.worker import Worker
    from pilothouse.project.server import serve

    application = get_wsgi_application()
    serve(application, listening, Worker(), on_ready)


def _announce(configuration: Configuration, url: str, *, opens_browser: bool) -> None:
    click.echo(f"\nPilothouse {__version__}, data in {configuration.data}\n\n    {url}\n")
    click.echo("This link logs you in once, within an hour. Ctrl-C stops Pilothouse.")
    if opens_browser:
        import threading
        import webbrowser

        # Some browsers answer only when they are closed.
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
