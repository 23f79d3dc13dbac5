"""``pilothouse simulation``: live a simulated product and write its events. Needs no workspace."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pilothouse.cli.simulation_events import EventFile
from pilothouse.cli.simulation_worlds import artefacts_command, scenarios_command
from pilothouse.kernel.errors import InvalidValueError, PilothouseError

if TYPE_CHECKING:
    from pilothouse.engines.simulation import Pack, SimulationRun
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


@click.group("simulation")
def group() -> None:
    """Simulated products: worlds to learn and test in."""


@group.command("run")
@click.option("--pack", "pack_key", default="saas", show_default=True, help="Which world.")
@click.option("--days", default=90, show_default=True, help="How many days to live.")
@click.option("--seed", default=7, show_default=True, help="Which luck: 0 to 4294967295.")
@click.option("--users", default=30_000, show_default=True, help="People in the market.")
@click.option("--first-day", default="2026-01-05", show_default=True, help="Year-month-day.")
@click.option(
    "--policy",
    help="Who decides: random, hippo, loudest, rice, rice-ab, bayes, oracle; nobody by default.",
)
@click.option("--threads", default=2, show_default=True, help="Makes no difference to answers.")
@click.option(
    "--events",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write events to this .csv, .jsonl or .parquet file.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def run_command(
    pack_key: str,
    first_day: str,
    policy: str | None,
    target: Path | None,
    as_json: bool,
    **numbers: int,
) -> None:
    """Live a simulated product and print its hash and metrics.

    With a policy the company around it lives too: a team builds, rivals answer, and the policy
    decides.

    Example: pilothouse simulation run --pack saas --days 90 --seed 7 --events events.csv
    """
    try:
        log = EventFile(target) if target else None
        from pilothouse.apps.simulation.services.packs import load_pack

        days = numbers.pop("days")
        run, live_day = _begin(load_pack(pack_key), first_day, policy, numbers)
        back = _live(people_of(run), live_day, days, log, quiet=as_json)
    except PilothouseError as error:
        raise click.ClickException(error.sentence) from error
    answer = {**_answer(people_of(run), back, log), **_company(run, policy)}
    click.echo(json.dumps(answer) if as_json else _text(answer))


def _begin(
    pack: Pack, first_day: str, policy: str | None, numbers: dict[str, int]
) -> tuple[SimulationRun | CompanyRun, Callable[[], object]]:
    """A world on its first morning, and what lives its next day."""
    from pilothouse.engines.simulation import SimulationRun
    from pilothouse.kernel.times import parse_date

    arguments: dict[str, Any] = {**numbers, "first_day": parse_date(first_day)}
    if policy is None:
        people = SimulationRun(pack, **arguments)
        return people, people.advance
    from pilothouse.engines.simulation.company.policies import begin_play, play_day, read_policy
    from pilothouse.engines.simulation.company.run import CompanyRun

    chosen = read_policy(policy)
    company = CompanyRun(pack, **arguments)
    player = begin_play(company, chosen)
    return company, lambda: play_day(company, player)


def _live(
    people: SimulationRun,
    live_day: Callable[[], object],
    days: int,
    log: EventFile | None,
    *,
    quiet: bool,
) -> ReturnCount:
    """Live ``days``, writing the events of each and letting go of it: memory holds one day."""
    from pilothouse.engines.simulation.returning import ReturnCount
    from pilothouse.engines.simulation.run import MAX_DAYS

    if not 0 <= days <= MAX_DAYS:
        raise InvalidValueError(f"the number of days must be from 0 to {MAX_DAYS}.", value=days)
    back = ReturnCount()
    with (
        log or nullcontext(),
        click.progressbar(
            length=days,
            label="Living",
            file=sys.stderr,
            hidden=quiet or not sys.stderr.isatty(),
        ) as bar,
    ):
        for _ in range(days):
            live_day()
            back.count(people.records[people.days - 1], people.state)
            if log:
                log.append(people.events())
            people.forget()
            bar.update(1)
    return back


def people_of(run: SimulationRun | CompanyRun) -> SimulationRun:
    """The people of a company, or those who are a world alone."""
    people: SimulationRun = getattr(run, "people", run)  # type: ignore[arg-type] # either of them
    return people


def _company(run: SimulationRun | CompanyRun, policy: str | None) -> dict[str, Any]:
    """What else there is to say where a company lives around the people."""
    if policy is None:
        return {}
    company: CompanyRun = run  # type: ignore[assignment] # a policy plays companies only
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
    }


_COMPANY_SEMANTICS = {
    "value": "What all days brought: payments less returns, contracts of accounts, less campaigns "
    "and goods, in the pack's currency.",
    "policy": "A rule that decides instead of a person; the oracle knows the hidden truth.",
}


def _answer(run: SimulationRun, back: ReturnCount, log: EventFile | None) -> dict[str, Any]:
    daily = [{**vars(day), "day": day.day.isoformat()} for day in run.metrics]
    totals = {name: sum(day[name] for day in daily) for name in _SUMMED}
    last = daily[-1] if daily else {"active": 0, "paying": 0}
    metrics = {**totals, "active_last_day": last["active"], "paying_last_day": last["paying"]}
    answer = {
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
    if log:
        answer["events"] = {"file": str(log.target), "rows": log.rows}
    return answer


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
        "",
        *(
            f"{name.replace('_', ' '):18}{value:>12,.0f}"
            for name, value in answer["metrics"].items()
        ),
        *(_returned(each) for each in answer["retention"] if each["people"]),
        f"{'value':18}{answer['value']:>12,.0f} {answer['currency']}",
    ]
    if "events" in answer:
        lines += ["", f"{answer['events']['rows']:,} events in {answer['events']['file']}"]
    return "\n".join([*lines, "", _SEMANTICS["world"], _SEMANTICS["claims"]])


def _returned(found: dict[str, Any]) -> str:
    return f"{'back on day ' + str(found['after']):18}{found['share']:>12.1%}"


group.add_command(artefacts_command)
group.add_command(scenarios_command)
