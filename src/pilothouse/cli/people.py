"""``pilothouse people``: the private book of one person from a terminal.

Each part of people has its commands in a file of its own and adds them here.
"""

from __future__ import annotations

import click

from pilothouse.cli.output import TellingGroup
from pilothouse.cli.people_brand import COMMANDS as BRAND_COMMANDS
from pilothouse.cli.people_contacts import COMMANDS as CONTACT_COMMANDS
from pilothouse.cli.people_events import COMMANDS as EVENT_COMMANDS
from pilothouse.cli.people_files import COMMANDS as FILE_COMMANDS
from pilothouse.cli.people_groups import COMMANDS as GROUP_COMMANDS
from pilothouse.cli.people_links import COMMANDS as LINK_COMMANDS
from pilothouse.cli.people_log import COMMANDS as LOG_COMMANDS
from pilothouse.cli.people_questions import COMMANDS as QUESTION_COMMANDS


@click.group(name="people", cls=TellingGroup)
def group() -> None:
    """People: contacts, who is known where, whom to get in touch with."""


for _command in (
    *CONTACT_COMMANDS,
    *GROUP_COMMANDS,
    *LINK_COMMANDS,
    *QUESTION_COMMANDS,
    *LOG_COMMANDS,
    *EVENT_COMMANDS,
    *BRAND_COMMANDS,
    *FILE_COMMANDS,
):
    group.add_command(_command)
