"""What the commands that live a world share: which world it is, and who decides in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pilothouse.kernel.errors import (
    InvalidValueError,
    NotFoundError,
    PilothouseError,
    UnavailableError,
)

if TYPE_CHECKING:
    from datetime import date

    from pilothouse.engines.simulation import EventBatch, Pack, SimulationRun
    from pilothouse.engines.simulation.changes import Change
    from pilothouse.engines.simulation.company.commands import Command
    from pilothouse.engines.simulation.company.exposures import ExposureBatch
    from pilothouse.engines.simulation.company.run import CompanyRun
    from pilothouse.engines.simulation.scenarios import Fault, Scenario

FIRST_PACK, FIRST_DAY = "saas", "2026-01-05"
PACKS = "saas, consumer, health, ecommerce, edtech"
LiveDay = Callable[[], object]


def world_options(*, days: int, users: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Options that name a world and who decides; ``days`` and ``users`` where none are given."""
    own = "or the scenario's"
    options = (
        click.option("--pack", "pack_key", help=f"Which world: {PACKS}.  [default: {FIRST_PACK}]"),
        click.option(
            "--scenario", "scenario_key", metavar="KEY", help="A world with a trap in it."
        ),
        click.option("--twin", is_flag=True, help="The scenario's other side, without the trap."),
        click.option("--days", type=int, help=f"How many days to live.  [default: {days}, {own}]"),
        click.option("--users", type=int, help=f"People in the market.  [default: {users}, {own}]"),
        click.option("--first-day", help=f"Year-month-day.  [default: {FIRST_DAY}, {own}]"),
        click.option("--seed", default=7, show_default=True, help="Which luck: 0 to 4294967295."),
        click.option(
            "--policy",
            help="Who decides: random, hippo, loudest, rice, rice-ab, bayes, oracle.",
        ),
        click.option(
            "--commands",
            "commands_path",
            type=click.Path(dir_okay=False, path_type=Path),
            metavar="FILE",
            help='What you decide: a line each, {"on": 0, "command": "Ship", "idea": "sso"}.',
        ),
        click.option(
            "--switch-minutes",
            type=click.IntRange(0, 480),
            help="Minutes that turning to another kind of work takes.  [default: 8 with commands "
            "alone, 0 where a policy decides; 0 also plays a file that is older than this]",
        ),
    )

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def pick_player(named: dict[str, Any]) -> dict[str, Any]:
    """Take out of the options ``named`` those that say whose luck it is and who decides."""
    who = {name: named.pop(name) for name in ("seed", "policy", "commands_path")}
    who["switch_minutes"] = _switching(named.pop("switch_minutes"), who)
    return who


def _switching(given: int | None, who: dict[str, Any]) -> int:
    """What turning to other work takes: policies never had to turn."""
    from pilothouse.engines.simulation.company.commands import SWITCH_MINUTES

    if given is not None:
        return given
    alone = who["commands_path"] is not None and who["policy"] is None
    return SWITCH_MINUTES if alone else 0


@dataclass(frozen=True)
class World:
    """What is lived: a pack from a day on for ``days``, or one side of ``scenario``."""

    pack: Pack
    first_day: date
    days: int
    users: int
    scenario: Scenario | None = None
    twin: bool = False
    changes: tuple[Change, ...] = ()
    faults: tuple[Fault, ...] = ()

    def arriving(self, batches: Iterator[EventBatch], seed: int) -> Iterator[EventBatch]:
        """Events as they arrive under the faults of the scenario."""
        from pilothouse.engines.simulation.scenarios import distort

        for batch in batches:
            yield distort(batch, self.faults, first_day=self.first_day, seed=seed)

    def exposed(self, batches: Iterator[ExposureBatch]) -> Iterator[ExposureBatch]:
        """Exposures as they arrive under the faults of the scenario."""
        from pilothouse.engines.simulation.scenarios import distort_exposures

        for batch in batches:
            yield distort_exposures(batch, self.faults, first_day=self.first_day)


def choose_world(
    *,
    pack_key: str | None,
    scenario_key: str | None,
    twin: bool,
    first_day: str | None,
    days: int | None,
    users: int | None,
    usual: tuple[int, int],
) -> World:
    """The world that the options name; ``usual`` days and users where nothing says how many."""
    from pilothouse.apps.simulation.services.packs import load_pack, stage_scenario
    from pilothouse.kernel.times import parse_date

    if scenario_key is None:
        if twin:
            raise InvalidValueError(
                "a twin is one side of a scenario.", remedy="Name one with --scenario KEY."
            )
        return World(
            load_pack(pack_key or FIRST_PACK),
            parse_date(first_day or FIRST_DAY),
            _count_days(usual[0] if days is None else days),
            usual[1] if users is None else users,
        )
    scenario = find_scenario(scenario_key)
    _refuse_other(scenario, pack_key, first_day)
    staged = stage_scenario(scenario, twin=twin)
    return World(
        staged.pack,
        staged.first_day,
        _count_days(scenario.days if days is None else days),
        scenario.users if users is None else users,
        scenario,
        twin,
        staged.changes,
        staged.faults,
    )


def _count_days(days: int) -> int:
    from pilothouse.engines.simulation.run import MAX_DAYS

    if not 0 <= days <= MAX_DAYS:
        raise InvalidValueError(f"the number of days must be from 0 to {MAX_DAYS}.", value=days)
    return days


def find_scenario(key: str) -> Scenario:
    """The scenario called ``key``; ``NotFoundError`` names those there are."""
    from pilothouse.apps.simulation.services.packs import load_scenarios

    scenarios = load_scenarios()
    found = next((scenario for scenario in scenarios if scenario.key == key), None)
    if found is None:
        raise NotFoundError(
            "there is no such scenario.",
            value=key,
            remedy=f"Choose one of: {', '.join(s.key for s in scenarios)}.",
        )
    return found


def _refuse_other(scenario: Scenario, pack_key: str | None, first_day: str | None) -> None:
    if pack_key not in {None, scenario.pack}:
        raise InvalidValueError(
            f"{scenario.key} plays in the pack {scenario.pack}.",
            value=pack_key,
            remedy="Leave --pack out.",
        )
    if first_day is not None:
        raise InvalidValueError(
            "a scenario begins on its own day.", value=first_day, remedy="Leave --first-day out."
        )


def begin(
    world: World,
    *,
    seed: int,
    threads: int,
    policy: str | None,
    commands_path: Path | None,
    switch_minutes: int = 0,
) -> tuple[SimulationRun | CompanyRun, LiveDay]:
    """A world on its first morning, and what lives its next day.

    A company lives around the people where somebody decides, and in a scenario.
    """
    from pilothouse.engines.simulation import SimulationRun

    arguments: dict[str, Any] = {
        "seed": seed,
        "threads": threads,
        "users": world.users,
        "first_day": world.first_day,
        "changes": world.changes,
    }
    if policy is None and commands_path is None and world.scenario is None:
        people = SimulationRun(world.pack, **arguments)
        return people, people.advance
    from pilothouse.engines.simulation.company.policies import begin_play, play_day, read_policy
    from pilothouse.engines.simulation.company.run import CompanyRun

    chosen = None if policy is None else read_policy(policy)
    orders = Orders([]) if commands_path is None else read_orders(commands_path, world.days)
    company = CompanyRun(world.pack, **arguments, switch_minutes=switch_minutes)
    player = None if chosen is None else begin_play(company, chosen)

    def live_day() -> None:
        orders.give(company)
        if player is None:
            company.advance()
        else:
            play_day(company, player)

    return company, live_day


@dataclass(frozen=True)
class Order:
    """A command of a file: its line, the number of its day, what it says."""

    line: int
    day: int
    command: Command

    @property
    def place(self) -> str:
        """Where it stands, for whoever has to mend it."""
        return f"line {self.line}, {type(self.command).__name__} on day {self.day}"


@dataclass
class Orders:
    """The commands of a file, in the order in which they are given."""

    waiting: list[Order] = field(default_factory=list)

    def give(self, run: CompanyRun) -> None:
        """Give what is due this morning; a refusal names the line."""
        while self.waiting and self.waiting[0].day <= run.days:
            order = self.waiting.pop(0)
            try:
                run.give(order.command)
            except PilothouseError as error:
                raise _placed(_tell_of_turning(error, order, run), order.place) from error


def _tell_of_turning(error: PilothouseError, order: Order, run: CompanyRun) -> PilothouseError:
    """``error`` with the way to play what was written when turning to other work was free."""
    from pilothouse.engines.simulation.company.commands import DAY_MINUTES

    today = [entry.command for entry in run.log if entry.given == run.days]
    fitted = sum(command.cost for command in (*today, order.command)) <= DAY_MINUTES
    # Only what is refused for its minutes is named by its kind.
    if not (run.switch_minutes and fitted and error.value == type(order.command).__name__):
        return error
    older = "A file from before turning took time plays with --switch-minutes 0."
    return type(error)(error.rule, value=error.value, remedy=f"{error.remedy} {older}")


def names_channels(path: Path | None, days: int) -> bool:
    """Whether a command of the file at ``path`` opens a named channel or invitations."""
    from pilothouse.engines.simulation.company.commands import SetCampaign, SetReferrals

    given = [] if path is None else [order.command for order in read_orders(path, days).waiting]
    return any(
        isinstance(command, SetReferrals)
        or (isinstance(command, SetCampaign) and command.channel != "")
        for command in given
    )


def read_orders(path: Path, days: int) -> Orders:
    """The commands of a file of JSON lines for a run of ``days``.

    Raises ``InvalidValueError`` naming the line, the value and the rule.
    """
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise UnavailableError(
            f"cannot be read: {error.strerror or error}.", value=str(path)
        ) from error
    except UnicodeDecodeError as error:
        raise InvalidValueError("commands are written in UTF-8.", value=str(path)) from error
    orders = [
        _read_order(number, line, days)
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip()
    ]
    return Orders(sorted(orders, key=lambda order: order.day))


def _read_order(number: int, line: str, days: int) -> Order:
    from pilothouse.engines.simulation.company.command_parts import read_command

    try:
        given = json.loads(line)
    except ValueError as error:
        raise InvalidValueError(f"line {number} is not JSON: {error}.", value=line) from error
    day = given.pop("on", None) if isinstance(given, dict) else None
    if type(day) is not int or not 0 <= day < days:
        raise InvalidValueError(
            f'line {number} must be {{"on": ..., "command": ...}}, on a day from 0 '
            f"to {days - 1}, 0 being the first.",
            value=line,
        )
    try:
        return Order(number, day, read_command(given))
    except PilothouseError as error:
        raise _placed(error, f"line {number}") from error


def _placed(error: PilothouseError, place: str) -> PilothouseError:
    """``error`` with the place in the file before its value."""
    value = place if error.value is None else f"{place}: {error.value}"
    return type(error)(error.rule, value=value, remedy=error.remedy)
