"""What a product manager can do: typed commands with their minutes, their delay and their way back.

A command is data. ``CompanyRun.give`` checks it, logs it, and lets it take effect on its day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any, ClassVar

from pilothouse.engines.simulation.company.research import Question
from pilothouse.engines.simulation.company.trials import Measure
from pilothouse.kernel.errors import InvalidValueError

DAY_MINUTES = 480


@dataclass(frozen=True)
class Command:
    """Something done. ``why`` is the reason given for it; it is kept and changes nothing.

    ``minutes`` of the day it takes, ``delay`` in days until it is in force, ``reversible`` whether
    another command can undo it.
    """

    minutes: ClassVar[int] = 10
    delay: ClassVar[int] = 0
    reversible: ClassVar[bool] = True

    why: str = field(default="", kw_only=True)

    @property
    def cost(self) -> int:
        """Minutes that this one takes."""
        return self.minutes


@dataclass(frozen=True)
class Prioritise(Command):
    """Build ideas in this ``order``, ``at_once`` at a time; what is left out waits."""

    order: tuple[str, ...]
    at_once: int = 2
    minutes: ClassVar[int] = 20


@dataclass(frozen=True)
class AllocateCapacity(Command):
    """Divide the team's time; the shares sum to 1 or less. ``pressure`` 0 to 1."""

    features: float
    debt: float
    bugs: float
    pressure: float = 0.0
    minutes: ClassVar[int] = 15


@dataclass(frozen=True)
class Commit(Command):
    """Promise ``to`` a stakeholder that people have ``idea`` by ``day``; ``probability`` of it."""

    to: str
    idea: str
    day: date
    probability: float = 0.8
    minutes: ClassVar[int] = 15
    reversible: ClassVar[bool] = False


@dataclass(frozen=True)
class Communicate(Command):
    """Tell a stakeholder where a promise stands: ``late`` is bad news brought early."""

    to: str
    idea: str
    late: bool
    new_day: date | None = None
    minutes: ClassVar[int] = 15
    reversible: ClassVar[bool] = False


@dataclass(frozen=True)
class Ship(Command):
    """Release a built ``idea`` to everybody."""

    idea: str
    delay: ClassVar[int] = 1


@dataclass(frozen=True)
class Rollback(Command):
    """Take ``idea`` back from everybody."""

    idea: str


@dataclass(frozen=True)
class DesignExperiment(Command):
    """Give a built ``idea`` to a share ``treated`` of those ``inside``, for ``days`` at most.

    ``unit`` people who stand together share an arm. ``mde`` is the smallest relative difference it
    is meant to find, ``guardrails`` what must not get worse; both are kept for the judgement.
    """

    idea: str
    measure: Measure
    days: int
    treated: float = 0.5
    inside: float = 1.0
    unit: int = 1
    mde: float = 0.02
    guardrails: tuple[Measure, ...] = ()
    minutes: ClassVar[int] = 60
    delay: ClassVar[int] = 1


@dataclass(frozen=True)
class StopExperiment(Command):
    """End the experiment on ``idea``; both arms see the old product again."""

    idea: str


@dataclass(frozen=True)
class Submit(Command):
    """File ``idea`` with the gate it needs."""

    idea: str
    minutes: ClassVar[int] = 90
    reversible: ClassVar[bool] = False


@dataclass(frozen=True)
class SetPrice(Command):
    """Ask ``factor`` times the first day's prices, from a week on."""

    factor: float
    minutes: ClassVar[int] = 45
    delay: ClassVar[int] = 7


@dataclass(frozen=True)
class SetCampaign(Command):
    """Buy visits for ``spend`` a day, in the pack's currency, for ``days``.

    ``offer`` is what people are lured with: nothing ("": all come alike), a *prize* (more come for
    the money, mostly those who soon leave), or what *friends* say (fewer, of those who stay).
    """

    spend: float
    days: int
    offer: str = ""
    minutes: ClassVar[int] = 30
    delay: ClassVar[int] = 2


@dataclass(frozen=True)
class Interview(Command):
    """Talk with ``people`` of a segment ("": any), about needs, asked in one way.

    ``left`` looks for those who are gone; they are found at a third of the rate.
    """

    people: int
    question: Question
    segment: str = ""
    left: bool = False
    reversible: ClassVar[bool] = False

    @property
    def cost(self) -> int:
        """Three quarters of an hour for each talk."""
        return 45 * self.people


@dataclass(frozen=True)
class Survey(Command):
    """Ask ``people`` how likely they are to recommend the product, 0 to 10."""

    people: int
    minutes: ClassVar[int] = 30
    reversible: ClassVar[bool] = False


@dataclass(frozen=True)
class UsabilityTest(Command):
    """Watch ``people`` try a prototype of ``idea``: the problems they run into."""

    idea: str
    people: int
    reversible: ClassVar[bool] = False

    @property
    def cost(self) -> int:
        """An hour to prepare and half an hour for each."""
        return 60 + 30 * self.people


@dataclass(frozen=True)
class Negotiate(Command):
    """Make a stakeholder an offer about ``idea``: issues between 0 (ours) and 1 (theirs)."""

    to: str
    idea: str
    offer: Mapping[str, float]
    minutes: ClassVar[int] = 30
    reversible: ClassVar[bool] = False


@dataclass(frozen=True)
class WriteStory(Command):
    """Write down what ``idea`` is for and how to see that it is done."""

    idea: str
    text: str
    minutes: ClassVar[int] = 30


@dataclass(frozen=True)
class Forecast(Command):
    """State a ``probability`` that ``question`` comes true by ``day``."""

    question: str
    probability: float
    day: date
    minutes: ClassVar[int] = 5
    reversible: ClassVar[bool] = False


@dataclass(frozen=True)
class DiagnoseCause(Command):
    """Say how likely each cause of what is seen is; the shares sum to 1."""

    question: str
    causes: Mapping[str, float]
    minutes: ClassVar[int] = 15
    reversible: ClassVar[bool] = False


@dataclass(frozen=True)
class Reflect(Command):
    """Write down what was learnt."""

    text: str


COMMANDS: dict[str, type[Command]] = {
    kind.__name__: kind
    for kind in (
        Prioritise,
        AllocateCapacity,
        Commit,
        Communicate,
        Ship,
        Rollback,
        DesignExperiment,
        StopExperiment,
        Submit,
        SetPrice,
        SetCampaign,
        Interview,
        Survey,
        UsabilityTest,
        Negotiate,
        WriteStory,
        Forecast,
        DiagnoseCause,
        Reflect,
    )
}


def write_command(command: Command) -> dict[str, Any]:
    """``command`` as plain values that JSON can hold."""
    values = asdict(command)
    for name, value in values.items():
        if isinstance(value, date):
            values[name] = value.isoformat()
    return {"command": type(command).__name__, **values}


def read_command(given: Mapping[str, Any]) -> Command:
    """The command that ``write_command`` wrote; ``InvalidValueError`` for anything else."""
    values = dict(given)
    name = values.pop("command", None)
    if name not in COMMANDS:
        raise InvalidValueError(
            f"a command must be one of: {', '.join(sorted(COMMANDS))}.", value=name
        )
    kind = COMMANDS[name]
    types = {part.name: str(part.type) for part in fields(kind)}
    for unknown in sorted(set(values) - set(types)):
        raise InvalidValueError(f"{name} has no part of that name.", value=unknown)
    try:
        return kind(**{key: _read_part(types[key], value) for key, value in values.items()})
    except (TypeError, ValueError) as error:
        raise InvalidValueError(f"{name} cannot be read: {error}.", value=values)


def _read_part(kind: str, value: Any) -> Any:
    if kind.startswith("date"):
        return date.fromisoformat(value) if value else None
    if kind == "Measure":
        return Measure(value)
    if kind == "Question":
        return Question(value)
    if kind == "tuple[Measure, ...]":
        return tuple(Measure(item) for item in value)
    if kind.startswith("tuple"):
        return tuple(value)
    return value
