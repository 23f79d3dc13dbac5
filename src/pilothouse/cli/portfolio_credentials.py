"""``pilothouse portfolio``: credentials. Its commands are added to the group of portfolio."""

from __future__ import annotations

import click

COMMANDS: tuple[click.Command, ...] = ()
