"""What commands on a person's own things share: whose they are, and where the data is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pilothouse.cli.django import start_django
from pilothouse.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from pilothouse.apps.workspace.services.access import Access


def person_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of every command on somebody's own things."""
    options = (
        click.option("--person", default="", metavar="NAME", help="Whose; else the first owner's."),
        click.option(
            "--data", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
            help="The data folder.",
        ),
        click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON."),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def find_person(name: str, data: Path | None) -> Access:
    """The access of the owner called ``name``, or of the first one."""
    start_django(data)
    from pilothouse.apps.workspace.services.local import list_owner_accesses

    known = list(list_owner_accesses())
    for access in known:
        if name in {"", access.user_name, access.user_public_id}:
            return access
    names = ", ".join(sorted({each.user_name for each in known}))
    raise NotFoundError("there is no such owner.", value=name, remedy=f"There are: {names}.")
