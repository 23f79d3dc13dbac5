"""``pilothouse``: finds the command, loads it only then, and tells errors in one way.

Exit codes: 0 done, 1 an error that is told in a sentence, 2 wrong use, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

from pilothouse import __version__
from pilothouse.cli.output import print_error
from pilothouse.kernel.errors import PilothouseError

# Where each command lives. Nothing of it is imported before it is called: a start stays quick.
COMMANDS: dict[str, tuple[str, str]] = {
    "start": ("pilothouse.project.start:start", "Start the workbench (without a word: this)."),
    "where": ("pilothouse.project.start:where", "Where the data is, and on which database."),
    "doctor": ("pilothouse.project.start:doctor", "Check what a start needs."),
    "today": ("pilothouse.cli.today:today", "The morning's briefing of a product."),
    "analytics": (
        "pilothouse.cli.analytics:group",
        "Ask a file or a product: funnel, retention, trend; import, metrics.",
    ),
    "experiments": (
        "pilothouse.cli.experiments:group",
        "Read tests, plan their size; a product's briefs, runs and readouts.",
    ),
    "backlog": (
        "pilothouse.cli.backlog:group",
        "Rank by RICE and its kin with ranges; import, export, list.",
    ),
    "roadmap": (
        "pilothouse.cli.roadmap:group",
        "Forecast delivery, find the best plan, export the roadmap.",
    ),
    "documents": ("pilothouse.cli.documents:group", "Lint, list, import, export and sync."),
    "decisions": ("pilothouse.cli.decisions:group", "Calibration; decisions and forecasts."),
    "skills": ("pilothouse.cli.skills:group", "Skills from acts; learning, cards, the role."),
    "portfolio": ("pilothouse.cli.portfolio:group", "Build and publish; credentials."),
    "jobs": ("pilothouse.cli.jobs:group", "Postings, applications, their funnel."),
    "people": ("pilothouse.cli.people:group", "Contacts, who is known where, what is due."),
    "simulation": ("pilothouse.cli.simulation:group", "Live a simulated product."),
    "workspace": (
        "pilothouse.cli.workspace:group",
        "Verify, back up, restore and export; members, login links.",
    ),
}
DEFAULT_COMMAND = "start"


class _LazyGroup(click.Group):
    """Commands by the name of their module, with ``start`` as what happens without a word."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in {"--help", "-h", "--version"}):
            args = [DEFAULT_COMMAND, *args]
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands' lines, without loading them for their help."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="Pilothouse", message="%(prog)s %(version)s")
def root() -> None:
    """The product manager's workbench.

    Without a command it starts the server: pilothouse --port 8701 --no-browser
    """


def main(arguments: list[str] | None = None) -> None:
    """Run a command and leave with its exit code."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: list[str]) -> int:
    """Run a command; its exit code."""
    as_json = "--json" in arguments
    try:
        outcome: Any = root.main(arguments, prog_name="pilothouse", standalone_mode=False)
    except PilothouseError as error:
        print_error(error, as_json=as_json)
        return 1
    except click.ClickException as error:
        return _tell(error, as_json=as_json)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return 130
    except BrokenPipeError:
        # Whoever read the answer has seen enough, as in ``pilothouse … | head``.
        sys.stderr.close()
        return 0
    return outcome if isinstance(outcome, int) else 0


def _tell(error: click.ClickException, *, as_json: bool) -> int:
    """Tell an error that Click knows; groups of commands wrap ours in one of these."""
    if isinstance(error.__cause__, PilothouseError):
        print_error(error.__cause__, as_json=as_json)
        return 1
    error.show()
    return error.exit_code
