"""``pilothouse simulation``: what is said in a world, and the scenarios. Needs no workspace."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from pilothouse.cli.simulation_living import (
    World,
    begin,
    choose_world,
    find_scenario,
    pick_player,
    world_options,
)
from pilothouse.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from pilothouse.engines.simulation.scenarios import Scenario

_SEMANTICS = (
    "Simulated: nobody said this. Texts tell what the world shows, never what is behind it."
)


@click.command("artefacts")
@world_options(days=30, users=5_000)
@click.option("--kind", help="Only records of one kind, such as ticket or news.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def artefacts_command(kind: str | None, as_json: bool, **named: Any) -> None:
    """Live a company and print what is written to its product manager, in words.

    Where neither a policy nor commands decide, rice does.

    Example: pilothouse simulation artefacts --pack health --days 60 --kind ticket
    """
    who = pick_player(named)
    if who["policy"] is None and who["commands_path"] is None:
        who["policy"] = "rice"
    world = choose_world(**named, usual=(30, 5_000))
    records = _tell(world, who)
    if kind:
        known = sorted({record["kind"] for record in records})
        records = [record for record in records if record["kind"] == kind]
        if not records:
            raise NotFoundError(
                "no record of this kind was handed out.",
                value=kind,
                remedy=f"There were: {', '.join(known)}." if known else "Live more days.",
            )
    if as_json:
        answer = {
            "pack": world.pack.key,
            "simulated": True,
            "semantics": _SEMANTICS,
            "records": records,
        }
        click.echo(json.dumps(answer))
        return
    for record in records:
        by = f"  from {record['from']}" if record["from"] else ""
        click.echo(f"{record['day']}  {record['kind']}{by}\n{_indent(record['text'])}\n")
    click.echo(_SEMANTICS)


def _tell(world: World, who: dict[str, Any]) -> list[dict[str, Any]]:
    from pilothouse.apps.simulation.services.packs import load_grammar
    from pilothouse.engines.simulation.company.run import CompanyRun
    from pilothouse.engines.simulation.texts import compose_all, record_of, sender_of

    run, live_day = begin(world, threads=2, **who)
    assert isinstance(run, CompanyRun)
    for _ in range(world.days):
        live_day()
        run.people.forget()
    grammar = load_grammar(world.pack)
    texts = compose_all(grammar, run.artefacts, seed=who["seed"], first_day=world.first_day)
    return [
        {
            "day": a.day.isoformat(),
            "kind": str(a.kind),
            "about": a.about,
            "from": sender_of(grammar, record_of(a)),
            "text": text,
        }
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

    To live one: pilothouse simulation run --scenario funnel_that_fell
    """
    from pilothouse.apps.simulation.services.packs import load_scenarios

    if key is None:
        rows = [_row(scenario) for scenario in load_scenarios()]
        click.echo(
            json.dumps({"scenarios": rows}) if as_json else "\n".join(_line(r) for r in rows)
        )
        return
    found = find_scenario(key)
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
