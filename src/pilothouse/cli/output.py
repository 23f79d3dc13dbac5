"""How commands speak: answers on stdout as words or JSON, errors in one shape."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import click

from pilothouse.kernel.errors import PilothouseError


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
        click.echo(json.dumps(to_json(error), indent=2))
    else:
        click.echo(f"Error: {error.sentence}", err=True)


def to_json(error: PilothouseError) -> dict[str, Any]:
    """The one JSON shape of errors, the same as the API's."""
    return {
        "error": {
            "code": error.code,
            "message": error.sentence,
            "value": None if error.value is None else str(error.value)[:200],
            "rule": error.rule,
            "remedy": error.remedy,
        }
    }
