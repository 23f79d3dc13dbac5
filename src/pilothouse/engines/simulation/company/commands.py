"""What a product manager can do: typed commands with their minutes, their delay and their way back.

A command is data. ``CompanyRun.give`` checks it, logs it, and lets it take effect on its day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from pilothouse.engines.simulation.company.added import added
from pilothouse.engines.simulation.company.research import Question
from pilothouse.engines.simulation.company.trials import Measure

DAY_MINUTES = 480
# Choices of ours.
SWITCH_MINUTES = 8
LOOK_MINUTES: Mapping[str, int] = {"dashboard": 10, "tickets": 15, "query": 20, "call": 30}


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

    @property
    def work(self) -> str:
        """What kind of work it is: where changing costs minutes, it does from one to another."""
        return type(self).__name__


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
class SplitTeams(Command):
    """Divide those who build into ``teams``, 1 to 3, each with work of its own; 1 merges them.

    Whichever way, they need two weeks to get used to it.
    """

    teams: int
    minutes: ClassVar[int] = 60
    delay: ClassVar[int] = 1


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
class SendUpdate(Command):
    """Write ``claims`` to stakeholders ``to``: sentences that can be held to what is known."""

    to: tuple[str, ...]
    claims: tuple[str, ...]
    minutes: ClassVar[int] = 20
    reversible: ClassVar[bool] = False


@dataclass(frozen=True)
class Look(Command):
    """Look at the *dashboard*, read a batch of *tickets*, ask a *query* or *call* a stakeholder.

    ``about`` says which. It takes its minutes and leaves in the log what was looked at, so that it
    can be said what was to be known.
    """

    at: str
    about: str = ""
    reversible: ClassVar[bool] = False

    @property
    def cost(self) -> int:
        """Minutes by what is looked at."""
        return LOOK_MINUTES.get(self.at, self.minutes)

    @property
    def work(self) -> str:
        """A call is other work than tickets."""
        return f"{type(self).__name__} {self.at}"


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

    ``unit`` people who stand together share an arm; in a pack with groups these are whole groups
    where ``unit`` is their size, or a multiple of it. ``mde`` is the smallest relative difference
    it is meant to find, ``guardrails`` what must not get worse; both are kept for the judgement.
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
class DesignSwitchback(Command):
    """Give a built ``idea`` to all those ``inside`` and take it back, by turns of ``turn_days``.

    For what people take from each other. One of each two turns has it, by lot; the first
    ``washout_days`` of a turn are not counted.
    """

    idea: str
    measure: Measure
    days: int
    turn_days: int = 7
    washout_days: int = 0
    inside: float = 1.0
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
    ``channel`` is one of the pack's; "" is all that is bought as before, under no name. Each
    channel has a campaign of its own, which the next one in it replaces.
    """

    spend: float
    days: int
    offer: str = ""
    channel: str = added(default="")
    minutes: ClassVar[int] = 30
    delay: ClassVar[int] = 2


@dataclass(frozen=True)
class SetReferrals(Command):
    """Let people invite others and be ``rewarded`` for each who joins, or end that."""

    rewarded: bool
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
    """Ask ``people`` who used it lately how content they are with the product, 1 to 5.

    With a ``question`` they are asked about needs as well, in one way.
    """

    people: int
    question: Question | None = None
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
    """Make a stakeholder an offer about ``idea``: issues between 0 (ours) and 1 (theirs).

    Where it is ``binding`` what is agreed is done: the date, the work, tests, updates, hands. Else
    it moves trust only.
    """

    to: str
    idea: str
    offer: Mapping[str, float]
    binding: bool = added(default=False)
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
    """State a ``probability`` that ``question`` comes true by ``day``, or ``quantiles`` of it.

    ``quantiles`` gives for shares such as 0.1, 0.5 and 0.9 the value that it stays below so often.
    """

    question: str
    probability: float | None
    day: date
    quantiles: Mapping[float, float] = field(default_factory=dict)
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
class InvestigateIncident(Command):
    """Have what broke on ``day`` looked into once more and by more people.

    It takes some days of the team, comes a week later, and is right more often than what is
    written after every incident of some weight.
    """

    day: date
    minutes: ClassVar[int] = 45
    reversible: ClassVar[bool] = False


@dataclass(frozen=True)
class Reflect(Command):
    """Write down what was learnt."""

    text: str


EXPERIMENTS = (DesignExperiment, DesignSwitchback)
COMMANDS: dict[str, type[Command]] = {
    kind.__name__: kind
    for kind in (
        Prioritise,
        AllocateCapacity,
        SplitTeams,
        Commit,
        Communicate,
        SendUpdate,
        Look,
        Ship,
        Rollback,
        DesignExperiment,
        DesignSwitchback,
        StopExperiment,
        Submit,
        SetPrice,
        SetCampaign,
        SetReferrals,
        Interview,
        Survey,
        UsabilityTest,
        Negotiate,
        WriteStory,
        Forecast,
        DiagnoseCause,
        InvestigateIncident,
        Reflect,
    )
}
