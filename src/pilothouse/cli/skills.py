"""``pilothouse skills``."""

from __future__ import annotations

import click

from pilothouse.cli.output import TellingGroup
from pilothouse.cli.skills_cards import cards_group
from pilothouse.cli.skills_exercises import exercises
from pilothouse.cli.skills_guide import faq, guide, industries, start
from pilothouse.cli.skills_learn import COMMANDS as LEARN_COMMANDS
from pilothouse.cli.skills_levels import export_command, gap_command, map_command, path_command


@click.group(name="skills", cls=TellingGroup)
def group() -> None:
    """Skills grown from acts: levels, learning, the role, what fits, and the path to it."""


for _command in (
    map_command, gap_command, path_command, export_command, cards_group, exercises, guide, faq,
    industries, start, *LEARN_COMMANDS,
):  # fmt: skip
    group.add_command(_command)
