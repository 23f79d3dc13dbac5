"""``pilothouse today``: the morning's briefing in the terminal."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("today")
@click.option("--product", required=True, metavar="NAME", help="The product.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def today(*, product: str, data: Path | None, as_json: bool) -> None:
    """What moved beyond noise, what changed, what is due.

    Example: pilothouse today --product Brindle
    """
    from pilothouse.cli.output import print_answer
    from pilothouse.cli.products import describe_reading, find_product

    access, view = find_product(product, data)
    from pilothouse.apps.analytics.services.readings import to_reading_json
    from pilothouse.apps.today.services.briefing import prepare_briefing

    briefing = prepare_briefing(access, view)
    answer = {
        "product": view.name,
        "simulated": view.is_simulated,
        "day": briefing.day.isoformat(),
        "headline": briefing.headline,
        "readings": [to_reading_json(reading) for reading in briefing.readings],
        "changes": [change.sentence for change in briefing.changes],
        "due": [capture.title for capture in briefing.due],
        "attention": [
            {"kind": each.kind, "sentence": each.sentence, "due": each.due, "url": each.url}
            for each in briefing.attention
        ],
        "inbox": [capture.title for capture in briefing.inbox],
    }
    simulated = " (simulated)" if view.is_simulated else ""
    lines = [
        f"{view.name}{simulated}, {briefing.day:%A %d %B %Y}",
        briefing.headline,
        *(f"  {describe_reading(reading)}" for reading in briefing.readings),
        *(f"  changed: {change.sentence}" for change in briefing.changes),
        *(f"  due: {capture.title}" for capture in briefing.due),
        *(f"  to look at: {each.sentence}" for each in briefing.attention),
        *(f"  inbox: {capture.title}" for capture in briefing.inbox),
    ]
    print_answer(answer, lines, as_json=as_json)
