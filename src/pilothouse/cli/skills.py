"""``pilothouse skills``."""

from __future__ import annotations

import click

from pilothouse.cli.output import TellingGroup


@click.group(name="skills", cls=TellingGroup)
def group() -> None:
    """Skills grown from acts: levels, learning, the role, what fits, and the path to it."""
