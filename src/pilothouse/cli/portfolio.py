"""``pilothouse portfolio``."""

from __future__ import annotations

import click

from pilothouse.cli.output import TellingGroup


@click.group(name="portfolio", cls=TellingGroup)
def group() -> None:
    """The portfolio: side projects, case studies whose every claim has evidence, credentials."""
