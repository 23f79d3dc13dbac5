"""What may be built, tried on people, filed and released."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pilothouse.engines.simulation.company.commands import (
    AllocateCapacity,
    Command,
    DesignExperiment,
    DesignSwitchback,
    InvestigateIncident,
    Prioritise,
    Rollback,
    Ship,
    SplitTeams,
    StopExperiment,
    Submit,
)
from pilothouse.engines.simulation.company.crews import LEAST_PEOPLE, MOST_TEAMS
from pilothouse.engines.simulation.company.gates import Stage
from pilothouse.engines.simulation.company.inquiry import kept
from pilothouse.engines.simulation.company.rule_parts import (
    Here,
    check_between,
    check_freezes,
    free_places,
    is_cleared,
    refuse,
    running,
)
from pilothouse.engines.simulation.company.setting import Setting
from pilothouse.engines.simulation.company.state import CompanyState
from pilothouse.engines.simulation.slots import MAX_SLOTS
from pilothouse.kernel.errors import InvalidValueError

# Turns are compared two by two, and fewer than three pairs say nothing of their spread.
LEAST_TURNS = 6


def _prioritise(here: Here, command: Prioritise) -> None:
    for key in command.order:
        here.setting.idea(key)
    if len(set(command.order)) < len(command.order):
        raise InvalidValueError("an order names each idea once.", value=list(command.order))
    check_between(command.at_once, 1, 20, "the number of ideas at once")


def _allocate(_here: Here, command: AllocateCapacity) -> None:
    shares = (command.features, command.debt, command.bugs)
    for share in (*shares, command.pressure):
        check_between(share, 0, 1, "a share of the team's time")
    if sum(shares) > 1.0 + 1e-9:
        raise InvalidValueError("shares of the team's time sum to 1 at most.", value=sum(shares))


def _split_teams(here: Here, command: SplitTeams) -> None:
    check_between(command.teams, 1, MOST_TEAMS, "the number of teams")
    shop = here.state.shop
    if command.teams == shop.teams:
        raise refuse(
            "they are divided so already.", command.teams, "Leave it, or choose another number."
        )
    if len(shop.joined) < LEAST_PEOPLE * command.teams > LEAST_PEOPLE:
        raise refuse(
            f"a team has at least {LEAST_PEOPLE} people, and there are {len(shop.joined)}.",
            command.teams,
            "Take fewer teams, or wait until somebody is hired.",
        )


def _ship(here: Here, command: Ship) -> None:
    idea = here.setting.idea(command.idea)
    if idea in here.state.live:
        raise refuse("people have this already.", command.idea, "Roll it back to change it.")
    if idea not in here.state.built:
        raise refuse("this is not built yet.", command.idea, "Prioritise it and wait.")
    check_release(here.setting, here.state, idea, here.day + command.delay)


def check_release(setting: Setting, state: CompanyState, idea: int, day: int) -> None:
    """Refuse a release on ``day`` that a gate or a freeze forbids."""
    key = setting.business.ideas[idea].key
    if not is_cleared(setting, state, idea, day):
        place = setting.gate_of(idea)
        assert place is not None
        gate = setting.business.gates[place].title
        raise refuse(
            f'this needs an approval first, "{gate}".', key, "Submit it and wait for the decision."
        )
    check_freezes(setting, key, day, "Ship it after the freeze.")


def _rollback(here: Here, command: Rollback) -> None:
    if here.setting.idea(command.idea) not in here.state.live:
        raise refuse("people do not have this.", command.idea, "Only what is shipped comes back.")


def _design(here: Here, command: DesignExperiment) -> None:
    _test(here, command)
    check_between(command.treated, 0.01, 0.99, "the share treated")
    check_between(command.unit, 1, 10_000, "the people of a unit")


def _design_turns(here: Here, command: DesignSwitchback) -> None:
    _test(here, command)
    check_between(command.turn_days, 1, 90, "the days of a turn")
    check_between(command.washout_days, 0, command.turn_days - 1, "the days of a turn left out")
    if command.days < LEAST_TURNS * command.turn_days:
        raise InvalidValueError(
            f"an experiment by turns has at least {LEAST_TURNS} of them.",
            value=command.days,
            remedy=f"Give it {LEAST_TURNS * command.turn_days} days, or shorter turns.",
        )


def _test(here: Here, command: DesignExperiment | DesignSwitchback) -> None:
    """What holds for any experiment."""
    idea = here.setting.idea(command.idea)
    if idea not in here.state.built or idea in here.state.live:
        raise refuse(
            "an experiment needs something that is built and not shipped.",
            command.idea,
            "Build it first, or roll it back.",
        )
    if running(here.state, idea):
        raise refuse("this is under test already.", command.idea, "Stop that experiment first.")
    gate = here.setting.gate_of(idea)
    barred = gate is not None and not here.setting.business.gates[gate].tests
    if barred and not is_cleared(here.setting, here.state, idea, here.day):
        raise refuse(
            "what needs this approval may not be tried on people before.",
            command.idea,
            "Submit it and wait for the decision.",
        )
    if not free_places(here.state):
        raise refuse(
            f"at most {MAX_SLOTS} things can be new at once.", command.idea, "Stop an experiment."
        )
    check_between(command.inside, 0.01, 1.0, "the share inside")
    check_between(command.days, 1, 365, "the days of an experiment")
    check_between(command.mde, 1e-6, 10.0, "the smallest relative difference to find")
    begins = here.day + command.delay
    check_freezes(here.setting, command.idea, begins, "Test it after the freeze.")


def _stop(here: Here, command: StopExperiment) -> None:
    if not running(here.state, here.setting.idea(command.idea)):
        raise refuse("no experiment on this is running.", command.idea, "Design one first.")


def _submit(here: Here, command: Submit) -> None:
    idea = here.setting.idea(command.idea)
    if here.setting.gate_of(idea) is None:
        raise refuse("this needs no approval.", command.idea, "Ship it when it is built.")
    open_ones = (Stage.DENIED,)
    if any(s.idea == idea and s.stage(here.day) not in open_ones for s in here.state.submissions):
        raise refuse("this is filed already.", command.idea, "Wait for the decision.")
    if idea not in here.state.built:
        raise refuse("this is not built yet.", command.idea, "File it when it is built.")


def _investigate(here: Here, command: InvestigateIncident) -> None:
    known = {here.setting.date_of(b.day): b for b in kept(here.state.broken, here.day)}
    found = known.get(command.day)
    if found is None:
        days = ", ".join(f"{day}" for day in known)
        raise refuse(
            "nothing of weight broke on that day in the last two months.",
            command.day,
            f"There were incidents of weight on: {days}." if known else "Wait until something is.",
        )
    if found.deep is not None:
        raise refuse(
            "this is or was looked into once more already.",
            command.day,
            f"It is told on {here.setting.date_of(found.deep)}.",
        )


WORK: Mapping[type[Command], Callable[[Here, Any], None]] = {
    Prioritise: _prioritise,
    AllocateCapacity: _allocate,
    SplitTeams: _split_teams,
    Ship: _ship,
    Rollback: _rollback,
    DesignExperiment: _design,
    DesignSwitchback: _design_turns,
    StopExperiment: _stop,
    Submit: _submit,
    InvestigateIncident: _investigate,
}
