"""``pilothouse backlog``."""

from __future__ import annotations

import click

from pilothouse.cli.output import TellingGroup


@click.group(name="backlog", cls=TellingGroup)
def group() -> None:
    """The backlog: ideas, opportunities, features, stories, bugs and chores in one outline."""
