"""Which commands are allowed today: a refusal names the value, the rule and the way out."""

from __future__ import annotations

from pilothouse.engines.simulation.company.commands import Command
from pilothouse.engines.simulation.company.rule_parts import Here
from pilothouse.engines.simulation.company.rules_people import PEOPLE
from pilothouse.engines.simulation.company.rules_work import WORK
from pilothouse.engines.simulation.company.setting import Setting
from pilothouse.engines.simulation.company.state import CompanyState
from pilothouse.kernel.errors import ConflictError

RULES = {**WORK, **PEOPLE}


def check_command(
    setting: Setting, state: CompanyState, command: Command, day: int, *, switching: int = 0
) -> None:
    """Raise an error if ``command`` may not be given on day number ``day``.

    ``switching`` is minutes that it takes to turn to it from other work.
    """
    if command.cost + switching > state.minutes:
        turning = f", and {switching} to turn to it from other work," if switching else ""
        less = "do what is of one kind together" if switching else "do less of it"
        raise ConflictError(
            f"this takes {command.cost} minutes{turning} and {state.minutes} of the day are left.",
            value=type(command).__name__,
            remedy=f"Leave it for tomorrow, or {less}.",
        )
    rule = RULES.get(type(command))
    if rule is not None:
        rule(Here(setting, state, day), command)
