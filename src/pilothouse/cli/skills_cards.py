"""``pilothouse skills cards``: one's study cards from a terminal."""

from __future__ import annotations

from pathlib import Path

import click

from pilothouse.cli.output import TellingGroup, print_answer
from pilothouse.cli.person import find_person, person_options


@click.group(name="cards", cls=TellingGroup)
def cards_group() -> None:
    """Study cards of one person: due, figures, import, export."""


@cards_group.command()
@person_options
@click.option("--deck", default="", help="Only this deck, such as C11.")
def due(person: str, data: Path | None, deck: str, *, as_json: bool) -> None:
    """What waits now.

    Example: pilothouse skills cards due --deck C11
    """
    access = find_person(person, data)
    from django.utils import timezone

    from pilothouse.apps.skills.services.reviews import get_queue, to_queue_json

    queue = get_queue(access, timezone.now(), deck=deck)
    lines = [
        f"{queue.steps} in learning, {queue.due} due, {queue.new} new; "
        f"{queue.new_left_today} new cards left today",
        f"scheduled for {queue.retention:.0%}"
        + (f" (a backlog: {queue.waiting} wait)" if queue.is_backlog else ""),
    ]
    print_answer(to_queue_json(queue), lines, as_json=as_json)


@cards_group.command()
@person_options
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True)
def figures(person: str, data: Path | None, days: int, *, as_json: bool) -> None:
    """What is coming, and what was really recalled, by deck."""
    access = find_person(person, data)
    from django.utils import timezone

    from pilothouse.apps.skills.services.reviews_figures import (
        NOT_COMPETENCE,
        get_figures,
        to_figures_json,
    )

    result = get_figures(access, timezone.now(), days=days)
    rates = [("all decks", result.retention), *((d.title, d.rate) for d in result.by_deck)]
    told = [
        f"{name}: {rate.share:.1%} ({rate.hits} of {rate.n}, {rate.low:.1%} to {rate.high:.1%})"
        for name, rate in rates
        if rate.share is not None and rate.low is not None and rate.high is not None
    ]
    lines = [result.coming.summary, result.done.summary, *told, NOT_COMPETENCE]
    print_answer(to_figures_json(result), lines, as_json=as_json)


@cards_group.command("import")
@person_options
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--deck", default="Imported", show_default=True, help="For cards that name none.")
@click.option("--dry-run", is_flag=True, help="Only say what the file holds.")
@click.option("--without-memory", is_flag=True, help="Take texts only.")
def import_command(
    *,
    person: str,
    data: Path | None,
    file: Path,
    deck: str,
    dry_run: bool,
    without_memory: bool,
    as_json: bool,
) -> None:
    """Take in an Anki package or a CSV file of cards; what is here already stays as it is."""
    access = find_person(person, data)
    from django.utils import timezone

    from pilothouse.apps.skills.services import cards_imports as imports

    with file.open("rb") as stream:
        pieces = iter(lambda: stream.read(2**20), b"")
        row = imports.receive_cards(access, file.name, pieces, deck=deck, now=timezone.now())
    fresh, problems = len(row.fresh), list(row.problems)
    known = len(row.cards) - fresh
    if dry_run:
        imports.discard_card_import(access, row.public_id)
    else:
        imports.start_card_import(access, row.public_id, takes_memory=not without_memory)
    answer = {"file": file.name, "new": fresh, "known": known, "problems": problems,
              "import": None if dry_run else row.public_id}  # fmt: skip
    verb = "would be" if dry_run else "are"
    lines = [f"{fresh:,} cards {verb} new, {known:,} are here already", *problems]
    print_answer(answer, lines, as_json=as_json)


@cards_group.command("export")
@person_options
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--deck", default="", help="Only this deck, such as C11.")
@click.option("--own", is_flag=True, help="Only cards of one's own.")
def export_command(
    *, person: str, data: Path | None, file: Path, deck: str, own: bool, as_json: bool
) -> None:
    """Write cards to FILE: an Anki package (.apkg), or CSV by its ending.

    Example: pilothouse skills cards export cards.apkg --deck C11
    """
    access = find_person(person, data)
    from django.utils import timezone

    from pilothouse.apps.skills.services.cards_imports import export_cards

    kind = file.suffix.removeprefix(".").lower()
    body = export_cards(access, kind, timezone.now(), deck=deck, only_own=own)
    file.write_bytes(body)
    answer = {"file": str(file), "bytes": len(body)}
    print_answer(answer, [f"{file}: {len(body):,} bytes"], as_json=as_json)
