"""How commands speak: answers on stdout as words or JSON, errors in one shape."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from pilothouse.kernel.errors import PilothouseError
from pilothouse.kernel.intervals import Rate


class TellingGroup(click.Group):
    """Commands that show the errors a person may see as one sentence, without a trace."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except PilothouseError as error:
            raise click.ClickException(error.sentence) from error


def product_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of every command on a product."""
    options = (
        click.option("--product", required=True, metavar="NAME", help="The product."),
        click.option("--data", type=click.Path(file_okay=False, path_type=Path), metavar="DIR"),
        click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def print_answer(answer: dict[str, Any], lines: Iterable[str], *, as_json: bool) -> None:
    """Print an answer for a program or for a person."""
    text = json.dumps(answer, indent=2, default=str) if as_json else "\n".join(lines)
    click.echo(text)


def print_table(rows: Iterable[tuple[str, str]]) -> None:
    """Print names and values in two columns."""
    kept = list(rows)
    width = max((len(name) for name, _ in kept), default=0)
    for name, value in kept:
        click.echo(f"{name:<{width}}  {value}")


def print_error(error: PilothouseError, *, as_json: bool) -> None:
    """Print an error: one sentence on stderr, or JSON on stdout, where a program reads it."""
    if as_json:
        click.echo(json.dumps(error.to_json(), indent=2))
    else:
        click.echo(f"Error: {error.sentence}", err=True)


def rate_json(rate: Rate) -> dict[str, Any]:
    """A rate with its n and interval."""
    return {"rate": rate.share, "low": rate.low, "high": rate.high, "n": rate.n}
