"""``pilothouse simulation``: what is said in a world, and the scenarios. Needs no workspace."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from pilothouse.kernel.errors import InvalidValueError, NotFoundError, PilothouseError

if TYPE_CHECKING:
    from pilothouse.engines.simulation.scenarios import Scenario

_SEMANTICS = (
    "Simulated: nobody said this. Texts tell what the world shows, never what is behind it."
)
_MOST_DAYS = 720


@click.command("artefacts")
@click.option("--pack", "pack_key", default="saas", show_default=True, help="Which world.")
@click.option("--days", default=30, show_default=True, help="How many days to live.")
@click.option("--seed", default=7, show_default=True, help="Which luck: 0 to 4294967295.")
@click.option("--users", default=5_000, show_default=True, help="People in the market.")
@click.option("--first-day", default="2026-01-05", show_default=True, help="Year-month-day.")
@click.option("--policy", default="rice", show_default=True, help="Who decides.")
@click.option("--kind", help="Only records of one kind, such as ticket or news.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def artefacts_command(
    pack_key: str, policy: str, kind: str | None, as_json: bool, **more: Any
) -> None:
    """Live a company and print what is written to its product manager, in words.

    Example: pilothouse simulation artefacts --pack health --days 60 --kind ticket
    """
    try:
        records = _live(pack_key, policy, more)
        if kind:
            known = sorted({record["kind"] for record in records})
            records = [record for record in records if record["kind"] == kind]
            if not records:
                raise NotFoundError(
                    "no record of this kind was handed out.",
                    value=kind,
                    remedy=f"There were: {', '.join(known)}.",
                )
    except PilothouseError as error:
        raise click.ClickException(error.sentence) from error
    if as_json:
        answer = {"pack": pack_key, "simulated": True, "semantics": _SEMANTICS, "records": records}
        click.echo(json.dumps(answer))
        return
    for record in records:
        click.echo(f"{record['day']}  {record['kind']}\n{_indent(record['text'])}\n")
    click.echo(_SEMANTICS)


def _live(pack_key: str, policy: str, arguments: dict[str, Any]) -> list[dict[str, Any]]:
    from pilothouse.apps.simulation.services.packs import load_grammar, load_pack
    from pilothouse.engines.simulation.company.policies import play_policy, read_policy
    from pilothouse.engines.simulation.company.run import CompanyRun
    from pilothouse.engines.simulation.texts import compose_all
    from pilothouse.kernel.times import parse_date

    days, first = arguments.pop("days"), parse_date(arguments.pop("first_day"))
    if not 0 <= days <= _MOST_DAYS:
        raise InvalidValueError(f"the number of days must be from 0 to {_MOST_DAYS}.", value=days)
    pack = load_pack(pack_key)
    run = CompanyRun(pack, first_day=first, **arguments)
    play_policy(run, read_policy(policy), days)
    texts = compose_all(load_grammar(pack), run.artefacts, seed=run.people.seed, first_day=first)
    return [
        {"day": a.day.isoformat(), "kind": str(a.kind), "about": a.about, "text": text}
        for a, text in zip(run.artefacts, texts, strict=True)
    ]


def _indent(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.split("\n"))


@click.command("scenarios")
@click.argument("key", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def scenarios_command(key: str | None, as_json: bool) -> None:
    """List the scenarios, or open one with the truth of both sides.

    Example: pilothouse simulation scenarios funnel_that_fell
    """
    from pilothouse.apps.simulation.services.packs import load_scenarios

    scenarios = load_scenarios()
    if key is None:
        rows = [_row(scenario) for scenario in scenarios]
        click.echo(
            json.dumps({"scenarios": rows}) if as_json else "\n".join(_line(r) for r in rows)
        )
        return
    found = next((scenario for scenario in scenarios if scenario.key == key), None)
    if found is None:
        error = NotFoundError(
            "there is no such scenario.",
            value=key,
            remedy=f"Choose one of: {', '.join(s.key for s in scenarios)}.",
        )
        raise click.ClickException(error.sentence)
    click.echo(json.dumps(asdict(found), default=str) if as_json else _opened(found))


def _row(scenario: Scenario) -> dict[str, Any]:
    """What may be known beforehand: neither the trap nor the truth."""
    return {
        "number": scenario.number,
        "key": scenario.key,
        "name": scenario.name,
        "pack": scenario.pack,
        "sees": scenario.sees,
        "can_be_staged": not scenario.waits_for,
    }


def _line(row: dict[str, Any]) -> str:
    waits = "" if row["can_be_staged"] else "  (waits for the engine)"
    return f"{row['number']:>2}  {row['key']:26}{row['pack']:10}{row['name']}{waits}"


def _opened(scenario: Scenario) -> str:
    from pilothouse.engines.simulation.scenarios import INSTRUMENTS

    parts = {
        "Lesson": scenario.lesson,
        "What is seen": scenario.sees,
        "Trap": scenario.trap,
        "Right move": scenario.move,
        "Instrument": INSTRUMENTS[scenario.instrument],
        "Behind it": scenario.trapped.truth,
        "In the twin": scenario.twin.truth,
        "Waits for": scenario.waits_for,
    }
    told = [f"{name}\n{_indent(text)}" for name, text in parts.items() if text]
    return "\n".join([f"{scenario.number}. {scenario.name} ({scenario.pack})", *told])
