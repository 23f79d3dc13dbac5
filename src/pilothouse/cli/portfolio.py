"""``pilothouse portfolio``."""

from __future__ import annotations

import click

from pilothouse.cli.output import TellingGroup
from pilothouse.cli.portfolio_credentials import COMMANDS


@click.group(name="portfolio", cls=TellingGroup)
def group() -> None:
    """The portfolio: side projects, case studies whose every claim has evidence, credentials."""


for _command in COMMANDS:
    group.add_command(_command)
