"""``pilothouse jobs``: postings. Private to a person: the first owner, or another by --person.

Each part of jobs has its commands in a file of its own and adds them here.
"""

from __future__ import annotations

import click

from pilothouse.cli.jobs_postings import COMMANDS as POSTING_COMMANDS
from pilothouse.cli.output import TellingGroup


@click.group(name="jobs", cls=TellingGroup)
def group() -> None:
    """The way to a job: postings saved with their text."""


for _command in (*POSTING_COMMANDS,):
    group.add_command(_command)
