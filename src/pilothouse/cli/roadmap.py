"""``pilothouse roadmap``."""

from __future__ import annotations

import click

from pilothouse.cli.output import TellingGroup


@click.group(name="roadmap", cls=TellingGroup)
def group() -> None:
    """The roadmap: bets by outcome and time, capacity, the best plan, forecasts and promises."""
