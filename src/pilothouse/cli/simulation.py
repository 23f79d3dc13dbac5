"""``pilothouse simulation``: live a simulated product and write its events. Needs no workspace."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pilothouse.cli.output import TellingGroup
from pilothouse.cli.simulation_events import EventFile, ExposureFile
from pilothouse.cli.simulation_living import (
    LiveDay,
    World,
    begin,
    choose_world,
    names_channels,
    pick_player,
    world_options,
)
from pilothouse.cli.simulation_worlds import artefacts_command, scenarios_command

if TYPE_CHECKING:
    from pilothouse.engines.simulation import SimulationRun
    from pilothouse.engines.simulation.company.run import CompanyRun
    from pilothouse.engines.simulation.returning import ReturnCount

_SEMANTICS = {
    "world": "Simulated. No person and no company behind these numbers exists.",
    "model": "Potential users visit, sign up, become active, pay and leave by chance; leaving is "
    "drawn before activity each day (shifted-beta-geometric with gamma-Poisson activity).",
    "claims": "Shows how data of such a product may look. It forecasts no real product and is no "
    "evidence for one; many parameters are choices, as the pack says number by number.",
    "repeatable": "The same pack, seed, users, first day and days give the same hash and events.",
    "metrics": "The truth before measuring. Events pass an instrumentation layer that loses some, "
    "sends some twice under one id and some late, so counts of events differ a little.",
    "retention": "The truth before measuring: of all sign-ups old enough, the share that used the "
    "product exactly so many days later (classic).",
    "value": "Revenue over all days, in the pack's currency.",
}


@click.group("simulation", cls=TellingGroup)
def group() -> None:
    """Simulated products: worlds to learn and test in."""


@group.command("run")
@world_options(days=90, users=30_000)
@click.option("--threads", default=2, show_default=True, help="Makes no difference to answers.")
@click.option(
    "--events",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write events to this .csv, .jsonl or .parquet file.",
)
@click.option(
    "--exposures",
    "met",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write who met which arm of which experiment to such a file.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def run_command(
    target: Path | None, met: Path | None, threads: int, as_json: bool, **named: Any
) -> None:
    """Live a simulated product and print its hash and metrics.

    With a policy, with commands or in a scenario the company around it lives too: a team builds,
    rivals answer, and somebody or nobody decides. What an option of a scenario does not say is the
    scenario's own.

    Example: pilothouse simulation run --pack saas --days 90 --seed 7 --events events.csv

    Example: pilothouse simulation run --scenario funnel_that_fell --twin --json
    """
    files = Files(EventFile(target) if target else None, ExposureFile(met) if met else None)
    who = pick_player(named)
    world = choose_world(**named, usual=(90, 30_000))
    if files.events:
        files.events.by_channel = names_channels(who["commands_path"], world.days)
    run, live_day = begin(world, threads=threads, **who)
    people = people_of(run)
    back = _live(run, live_day, world, files, quiet=as_json)
    answer = {
        **_answer(people, back),
        **files.told(),
        **_staged(world),
        **_company(run, who["policy"]),
    }
    click.echo(json.dumps(answer) if as_json else _text(answer))


@dataclass(frozen=True)
class Files:
    """What is written while a world lives."""

    events: EventFile | None
    exposures: ExposureFile | None

    def append(self, run: SimulationRun | CompanyRun, world: World) -> None:
        """Write the day that was lived last."""
        people = people_of(run)
        if self.events:
            self.events.append(world.arriving(people.events(), people.seed))
        if self.exposures and run is not people:
            company: CompanyRun = run  # type: ignore[assignment] # it is not people alone
            self.exposures.append(world.exposed(company.exposures()))

    def told(self) -> dict[str, Any]:
        """Which files were written, and how many rows they have."""
        both = {"events": self.events, "exposures": self.exposures}
        return {
            name: {"file": str(log.target), "rows": log.rows} for name, log in both.items() if log
        }


def _live(
    run: SimulationRun | CompanyRun,
    live_day: LiveDay,
    world: World,
    files: Files,
    *,
    quiet: bool,
) -> ReturnCount:
    """Live the world's days, writing the events of each and letting go of it: memory holds one."""
    from pilothouse.engines.simulation.returning import ReturnCount

    people, back = people_of(run), ReturnCount()
    with (
        files.events or nullcontext(),
        files.exposures or nullcontext(),
        click.progressbar(
            length=world.days,
            label="Living",
            file=sys.stderr,
            hidden=quiet or not sys.stderr.isatty(),
        ) as bar,
    ):
        for _ in range(world.days):
            live_day()
            back.count(people.records[people.days - 1], people.state)
            files.append(run, world)
            people.forget()
            bar.update(1)
    return back


def _staged(world: World) -> dict[str, Any]:
    """Which side of which scenario was lived: what may be known, not what is behind it."""
    if world.scenario is None:
        return {}
    found = world.scenario
    return {
        "scenario": {
            "key": found.key,
            "name": found.name,
            "side": "twin" if world.twin else "trapped",
            "sees": found.sees,
        }
    }


def people_of(run: SimulationRun | CompanyRun) -> SimulationRun:
    """The people of a company, or those who are a world alone."""
    people: SimulationRun = getattr(run, "people", run)  # type: ignore[arg-type] # either of them
    return people


def _company(run: SimulationRun | CompanyRun, policy: str | None) -> dict[str, Any]:
    """What else there is to say where a company lives around the people."""
    company: CompanyRun | None = None if people_of(run) is run else run  # type: ignore[assignment]
    if company is None:
        return {}
    return {
        "policy": policy,
        "hash": company.state_hash,
        "value": company.value,
        "company": _describe(company),
        "semantics": {**_SEMANTICS, **_COMPANY_SEMANTICS},
    }


def _describe(run: CompanyRun) -> dict[str, Any]:
    ideas, state = run.setting.business.ideas, run.state
    kinds = [str(artefact.kind) for artefact in run.artefacts]
    return {
        "shipped": [ideas[place].key for place in sorted(state.live)],
        "built_and_held": [ideas[place].key for place in sorted(state.built)],
        "teams": state.shop.teams,
        "debt": state.shop.debt,
        "exhaustion": state.shop.exhaustion,
        "trust": {
            person.key: bond.trust
            for person, bond in zip(run.setting.business.stakeholders, state.bonds, strict=True)
        },
        "revenue_of_people": run.revenue,
        "other_money": state.money,
        "artefacts": {kind: kinds.count(kind) for kind in sorted(set(kinds))},
        "commands": len(run.log),
        "switch_minutes": run.switch_minutes,
        **_joined_by(run),
    }


def _joined_by(run: CompanyRun) -> dict[str, Any]:
    """By what people joined, once a named channel or invitations have been opened."""
    from pilothouse.engines.simulation.company.growth import count_joined

    if run.state.growth is None:
        return {}
    return {"joined_by": count_joined(run.setting, run.state.growth, run.people.state)}


_COMPANY_SEMANTICS = {
    "value": "What all days brought: payments less returns, contracts of accounts, less campaigns "
    "and goods, in the pack's currency.",
    "policy": "A rule that decides instead of a person; the oracle knows the hidden truth.",
}


def _answer(run: SimulationRun, back: ReturnCount) -> dict[str, Any]:
    daily = [{**vars(day), "day": day.day.isoformat()} for day in run.metrics]
    totals = {name: sum(day[name] for day in daily) for name in _SUMMED}
    last = daily[-1] if daily else {"active": 0, "paying": 0}
    metrics = {**totals, "active_last_day": last["active"], "paying_last_day": last["paying"]}
    return {
        "pack": run.pack.key,
        "product": run.pack.company.product,
        "simulated": True,
        "seed": run.seed,
        "users": run.users,
        "first_day": run.first_day.isoformat(),
        "days": run.days,
        "hash": run.state_hash,
        "metrics": metrics,
        "retention": [{**vars(each), "share": each.share} for each in back.found],
        "daily": daily,
        "value": totals["revenue"],
        "currency": run.pack.company.currency,
        "semantics": _SEMANTICS,
    }


_SUMMED = (
    "visits",
    "signups",
    "activations",
    "subscriptions",
    "payment_failures",
    "cancellations",
    "leavers",
    "sessions",
    "revenue",
)


def _text(answer: dict[str, Any]) -> str:
    lines = [
        f"{answer['product']} ({answer['pack']}, simulated): {answer['days']} days "
        f"from {answer['first_day']}, {answer['users']:,} potential users, seed {answer['seed']}",
        f"hash {answer['hash']}",
        *_about(answer),
        "",
        *(
            f"{name.replace('_', ' '):18}{value:>12,.0f}"
            for name, value in answer["metrics"].items()
        ),
        *(_returned(each) for each in answer["retention"] if each["people"]),
        f"{'value':18}{answer['value']:>12,.0f} {answer['currency']}",
    ]
    for name in ("events", "exposures"):
        if name in answer:
            lines += ["", f"{answer[name]['rows']:,} {name} in {answer[name]['file']}"]
    return "\n".join([*lines, "", _SEMANTICS["world"], _SEMANTICS["claims"]])


def _about(answer: dict[str, Any]) -> list[str]:
    """What is seen in the scenario, and what became of the company."""
    lines = []
    if "scenario" in answer:
        lines.append(f"{answer['scenario']['name']}: {answer['scenario']['sees']}")
    if "company" in answer:
        company = answer["company"]
        shipped = ", ".join(company["shipped"]) or "nothing"
        records = sum(company["artefacts"].values())
        lines += [
            f"decided by {_decider(answer)}; {company['commands']} commands",
            f"shipped {shipped}",
            f"debt {company['debt']:.2f}, exhaustion {company['exhaustion']:.2f}",
            f"{records:,} records: pilothouse simulation artefacts tells them",
        ]
    return lines


def _decider(answer: dict[str, Any]) -> str:
    yours = "your commands" if answer["company"]["commands"] else "nobody"
    return answer["policy"] or yours


def _returned(found: dict[str, Any]) -> str:
    return f"{'back on day ' + str(found['after']):18}{found['share']:>12.1%}"


group.add_command(artefacts_command)
group.add_command(scenarios_command)
