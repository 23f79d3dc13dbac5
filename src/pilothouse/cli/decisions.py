"""``pilothouse decisions``."""

from __future__ import annotations

import click

from pilothouse.cli.output import TellingGroup


@click.group(name="decisions", cls=TellingGroup)
def group() -> None:
    """Decisions with what was expected of them, and forecasts that are scored."""
