"""``pilothouse documents``."""

from __future__ import annotations

import click

from pilothouse.cli.output import TellingGroup


@click.group(name="documents", cls=TellingGroup)
def group() -> None:
    """Documents whose numbers stay true: templates, versions, live claims, lint."""
