"""``pilothouse jobs``: postings, applications, offers. Private to their person.

The person is the first owner, or another by --person.

Each part of jobs has its commands in a file of its own and adds them here.
"""

from __future__ import annotations

import click

from pilothouse.cli.jobs_applications import COMMANDS as APPLICATION_COMMANDS
from pilothouse.cli.jobs_imports import COMMANDS as IMPORT_COMMANDS
from pilothouse.cli.jobs_interviews import interviews
from pilothouse.cli.jobs_letters import COMMANDS as LETTER_COMMANDS
from pilothouse.cli.jobs_offers import COMMANDS as OFFER_COMMANDS
from pilothouse.cli.jobs_parts import COMMANDS as PART_COMMANDS
from pilothouse.cli.jobs_postings import COMMANDS as POSTING_COMMANDS
from pilothouse.cli.jobs_resume import COMMANDS as RESUME_COMMANDS
from pilothouse.cli.output import TellingGroup


@click.group(name="jobs", cls=TellingGroup)
def group() -> None:
    """The way to a job: postings, applications, offers, resumes, interviews."""


for _command in (
    *POSTING_COMMANDS,
    *APPLICATION_COMMANDS,
    *IMPORT_COMMANDS,
    *PART_COMMANDS,
    *OFFER_COMMANDS,
    *LETTER_COMMANDS,
    *RESUME_COMMANDS,
    interviews,
):
    group.add_command(_command)
