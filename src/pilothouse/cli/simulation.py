"""``pilothouse simulation``: live a simulated product and write its events. Needs no workspace."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pilothouse.cli.simulation_worlds import artefacts_command, scenarios_command
from pilothouse.kernel.errors import InvalidValueError, PilothouseError

if TYPE_CHECKING:
    import pyarrow as pa

    from pilothouse.engines.simulation import EventBatch, Pack, SimulationRun
    from pilothouse.engines.simulation.company.run import CompanyRun

_SEMANTICS = {
    "world": "Simulated. No person and no company behind these numbers exists.",
    "model": "Potential users visit, sign up, become active, pay and leave by chance; leaving is "
    "drawn before activity each day (shifted-beta-geometric with gamma-Poisson activity).",
    "claims": "Shows how data of such a product may look. It forecasts no real product and is no "
    "evidence for one; many parameters are choices, as the pack says number by number.",
    "repeatable": "The same pack, seed, users, first day and days give the same hash and events.",
    "metrics": "The truth before measuring. Events pass an instrumentation layer that loses some, "
    "sends some twice under one id and some late, so counts of events differ a little.",
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
        writer = _writer(target) if target else None
        from pilothouse.apps.simulation.services.packs import load_pack

        pack = load_pack(pack_key)
        company: dict[str, Any] = {}
        if policy is None:
            run = _simulate(pack, first_day, numbers)
        else:
            run, company = _play(pack, first_day, policy, numbers)
        rows = _write(run, target, writer) if target and writer else None
    except PilothouseError as error:
        raise click.ClickException(error.sentence) from error
    answer = {**_answer(run, rows, target), **company}
    click.echo(json.dumps(answer) if as_json else _text(answer))


def _simulate(pack: Pack, first_day: str, numbers: dict[str, int]) -> SimulationRun:
    from pilothouse.engines.simulation import simulate
    from pilothouse.kernel.times import parse_date

    arguments: dict[str, Any] = dict(numbers)
    return simulate(pack, first_day=parse_date(first_day), **arguments)


def _play(
    pack: Pack, first_day: str, policy: str, numbers: dict[str, int]
) -> tuple[SimulationRun, dict[str, Any]]:
    """The people of a company under ``policy``, and what else there is to say about it."""
    from pilothouse.engines.simulation.company.policies import play_policy, read_policy
    from pilothouse.engines.simulation.company.run import CompanyRun
    from pilothouse.kernel.times import parse_date

    arguments: dict[str, Any] = dict(numbers)
    days, chosen = arguments.pop("days"), read_policy(policy)
    if not 0 <= days <= 3_650:
        raise InvalidValueError("the number of days must be from 0 to 3650.", value=days)
    run = CompanyRun(pack, first_day=parse_date(first_day), **arguments)
    play_policy(run, chosen, days)
    return run.people, {
        "policy": policy,
        "hash": run.state_hash,
        "value": run.value,
        "company": _company(run),
        "semantics": {**_SEMANTICS, **_COMPANY_SEMANTICS},
    }


def _company(run: CompanyRun) -> dict[str, Any]:
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


def _answer(run: SimulationRun, rows: int | None, target: Path | None) -> dict[str, Any]:
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
        "daily": daily,
        "value": totals["revenue"],
        "currency": run.pack.company.currency,
        "semantics": _SEMANTICS,
    }
    if target:
        answer["events"] = {"file": str(target), "rows": rows}
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
        f"{'value':18}{answer['value']:>12,.0f} {answer['currency']}",
    ]
    if "events" in answer:
        lines += ["", f"{answer['events']['rows']:,} events in {answer['events']['file']}"]
    return "\n".join([*lines, "", _SEMANTICS["world"], _SEMANTICS["claims"]])


Append = Callable[["pa.Table"], None]


def _writer(target: Path) -> Callable[[Path, pa.Schema], Any]:
    """The way of writing that the file's ending asks for."""
    writers = {".csv": _csv, ".jsonl": _jsonl, ".parquet": _parquet}
    if target.suffix.lower() not in writers:
        raise InvalidValueError(
            "events are written to a .csv, .jsonl or .parquet file.", value=str(target)
        )
    return writers[target.suffix.lower()]


def _write(run: SimulationRun, target: Path, writer: Callable[[Path, pa.Schema], Any]) -> int:
    rows = 0
    try:
        names: dict[str, pa.Array] = {}
        with writer(target, _schema()) as append:
            for batch in run.events():
                append(_table(batch, names))
                rows += len(batch)
    except OSError as error:
        raise click.ClickException(f"{target}: cannot be written: {error.strerror}.") from error
    return rows


def _schema() -> pa.Schema:
    import pyarrow as pa

    texts = ("session", "platform", "country", "plan", "segment")
    return pa.schema(
        [
            ("actor", pa.string()),
            ("event", pa.string()),
            ("time", pa.timestamp("us", tz="UTC")),
            ("id", pa.string()),
            *((name, pa.string()) for name in texts),
            ("amount", pa.float64()),
            ("received", pa.timestamp("us", tz="UTC")),
        ]
    )


def _table(batch: EventBatch, known: dict[str, pa.Array]) -> pa.Table:
    """``batch`` as a table. ``known`` keeps the names that batches share: there are many actors."""
    import pyarrow as pa

    def text(name: str) -> pa.Array:
        coded = getattr(batch, name)
        # Each day has its own sessions; everything else is named once for the whole run.
        if name == "session":
            return _names(coded.names).take(pa.array(coded.codes))
        if name not in known:
            known[name] = _names(coded.names)
        return known[name].take(pa.array(coded.codes))

    schema, hexes = _schema(), batch.ids.tobytes().hex()
    columns = {
        "time": pa.array(batch.time_us).cast(schema.field("time").type),
        "received": pa.array(batch.received_us).cast(schema.field("received").type),
        "id": pa.array([hexes[i : i + 32] for i in range(0, len(hexes), 32)], pa.string()),
        "amount": pa.array(batch.amount, from_pandas=True),
    }
    return pa.table([columns[n] if n in columns else text(n) for n in schema.names], schema=schema)


def _names(names: Any) -> pa.Array:
    import pyarrow as pa

    return pa.array([name or None for name in names.tolist()], pa.string())


@contextmanager
def _parquet(target: Path, schema: pa.Schema) -> Iterator[Append]:
    import pyarrow.parquet as pq

    with pq.ParquetWriter(target, schema) as writer:
        yield writer.write_table


@contextmanager
def _csv(target: Path, schema: pa.Schema) -> Iterator[Append]:
    import pyarrow.csv

    with pyarrow.csv.CSVWriter(target, _written(schema)) as writer:
        yield lambda table: writer.write_table(_readable(table))


@contextmanager
def _jsonl(target: Path, _: pa.Schema) -> Iterator[Append]:
    import orjson

    with target.open("wb") as file:

        def append(table: pa.Table) -> None:
            for row in _readable(table).to_pylist():
                present = {key: value for key, value in row.items() if value is not None}
                file.write(orjson.dumps(present, option=orjson.OPT_APPEND_NEWLINE))

        yield append


def _written(schema: pa.Schema) -> pa.Schema:
    import pyarrow as pa

    return pa.schema(
        [(f.name, pa.string() if pa.types.is_timestamp(f.type) else f.type) for f in schema]
    )


def _readable(table: pa.Table) -> pa.Table:
    """Times as ISO 8601 with a Z, as people and every importer read them."""
    import pyarrow.compute as pc

    for name in ("time", "received"):
        place = table.schema.get_field_index(name)
        texts = pc.strftime(table[name], format="%Y-%m-%dT%H:%M:%SZ")
        table = table.set_column(place, name, texts)
    return table


group.add_command(artefacts_command)
group.add_command(scenarios_command)
