"""Which commands are allowed today: a refusal names the value, the rule and the way out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from pilothouse.engines.simulation.company.commands import (
    LOOK_MINUTES,
    AllocateCapacity,
    Command,
    Commit,
    Communicate,
    DesignExperiment,
    DesignSwitchback,
    DiagnoseCause,
    Forecast,
    Interview,
    InvestigateIncident,
    Look,
    Negotiate,
    Prioritise,
    Rollback,
    SendUpdate,
    SetCampaign,
    SetPrice,
    SetReferrals,
    Ship,
    SplitTeams,
    StopExperiment,
    Submit,
    Survey,
    UsabilityTest,
    WriteStory,
)
from pilothouse.engines.simulation.company.crews import LEAST_PEOPLE, MOST_TEAMS
from pilothouse.engines.simulation.company.gates import Stage
from pilothouse.engines.simulation.company.inquiry import kept
from pilothouse.engines.simulation.company.schema import ISSUES
from pilothouse.engines.simulation.company.setting import Setting
from pilothouse.engines.simulation.company.state import OFFERS, CompanyState
from pilothouse.engines.simulation.slots import MAX_SLOTS
from pilothouse.kernel.errors import ConflictError, InvalidValueError

# Turns are compared two by two, and fewer than three pairs say nothing of their spread.
LEAST_TURNS = 6


class Here(NamedTuple):
    """Where a command is given."""

    setting: Setting
    state: CompanyState
    day: int


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
    rule = _RULES.get(type(command))
    if rule is not None:
        rule(Here(setting, state, day), command)


def frozen_until(setting: Setting, day: int) -> str | None:
    """The freeze that forbids releases on ``day``, by its title."""
    when = setting.date_of(day)
    for freeze in setting.business.freezes:
        if freeze.first <= (when.month, when.day) <= freeze.last:
            return freeze.title
    return None


def is_cleared(setting: Setting, state: CompanyState, idea: int, day: int) -> bool:
    """Whether the gate of an idea, if it has one, has said yes."""
    if setting.gate_of(idea) is None:
        return True
    return any(s.idea == idea and s.stage(day) is Stage.CLEARED for s in state.submissions)


def free_places(state: CompanyState) -> list[int]:
    """Slots that neither an experiment nor a glow takes."""
    taken = {live.place for live in state.live.values()}
    taken |= {trial.place for trial in state.trials if trial.stopped is None}
    return [place for place in range(MAX_SLOTS) if place not in taken]


def running(state: CompanyState, idea: int) -> bool:
    """Whether an experiment on ``idea`` is running or about to start."""
    return any(trial.idea == idea and trial.stopped is None for trial in state.trials)


def _frozen(freeze: str) -> str:
    return f'nothing is released on that day, "{freeze}".'


def _refuse(rule: str, value: Any, remedy: str) -> ConflictError:
    return ConflictError(rule, value=value, remedy=remedy)


def _between(value: float, least: float, most: float, what: str) -> None:
    if not least <= value <= most:
        raise InvalidValueError(f"{what} lies between {least:g} and {most:g}.", value=value)


def _later(setting: Setting, day: date | None, today: int, what: str) -> None:
    if day is not None and setting.number_of(day) <= today:
        raise InvalidValueError(f"{what} lies after today.", value=day)


def _prioritise(here: Here, command: Prioritise) -> None:
    for key in command.order:
        here.setting.idea(key)
    if len(set(command.order)) < len(command.order):
        raise InvalidValueError("an order names each idea once.", value=list(command.order))
    _between(command.at_once, 1, 20, "the number of ideas at once")


def _allocate(_here: Here, command: AllocateCapacity) -> None:
    shares = (command.features, command.debt, command.bugs)
    for share in (*shares, command.pressure):
        _between(share, 0, 1, "a share of the team's time")
    if sum(shares) > 1.0 + 1e-9:
        raise InvalidValueError("shares of the team's time sum to 1 at most.", value=sum(shares))


def _split_teams(here: Here, command: SplitTeams) -> None:
    _between(command.teams, 1, MOST_TEAMS, "the number of teams")
    shop = here.state.shop
    if command.teams == shop.teams:
        raise _refuse(
            "they are divided so already.", command.teams, "Leave it, or choose another number."
        )
    if len(shop.joined) < LEAST_PEOPLE * command.teams > LEAST_PEOPLE:
        raise _refuse(
            f"a team has at least {LEAST_PEOPLE} people, and there are {len(shop.joined)}.",
            command.teams,
            "Take fewer teams, or wait until somebody is hired.",
        )


def _commit(here: Here, command: Commit) -> None:
    here.setting.stakeholder(command.to)
    idea = here.setting.idea(command.idea)
    _between(command.probability, 0, 1, "a probability")
    _later(here.setting, command.day, here.day, "the day of a promise")
    if idea in here.state.live:
        raise _refuse("people have this already.", command.idea, "Promise something else.")


def _communicate(here: Here, command: Communicate) -> None:
    to, idea = here.setting.stakeholder(command.to), here.setting.idea(command.idea)
    _later(here.setting, command.new_day, here.day, "a new day")
    if not any(p.to == to and p.idea == idea and p.kept is None for p in here.state.promises):
        raise _refuse(
            "there is no open promise about this.", command.idea, "Commit to something first."
        )


def _update(here: Here, command: SendUpdate) -> None:
    for key in command.to:
        here.setting.stakeholder(key)
    for what, given in (("a stakeholder", command.to), ("a claim", command.claims)):
        if not any(text.strip() for text in given):
            raise InvalidValueError(f"an update has at least {what}.", value=list(given))


def _look(here: Here, command: Look) -> None:
    if command.at not in LOOK_MINUTES:
        known = ", ".join(LOOK_MINUTES)
        raise InvalidValueError(f"one looks at one of: {known}.", value=command.at)
    if command.at == "call":
        here.setting.stakeholder(command.about)


def _ship(here: Here, command: Ship) -> None:
    idea = here.setting.idea(command.idea)
    if idea in here.state.live:
        raise _refuse("people have this already.", command.idea, "Roll it back to change it.")
    if idea not in here.state.built:
        raise _refuse("this is not built yet.", command.idea, "Prioritise it and wait.")
    check_release(here.setting, here.state, idea, here.day + command.delay)


def check_release(setting: Setting, state: CompanyState, idea: int, day: int) -> None:
    """Refuse a release on ``day`` that a gate or a freeze forbids."""
    key = setting.business.ideas[idea].key
    if not is_cleared(setting, state, idea, day):
        place = setting.gate_of(idea)
        assert place is not None
        gate = setting.business.gates[place].title
        raise _refuse(
            f'this needs an approval first, "{gate}".', key, "Submit it and wait for the decision."
        )
    freeze = frozen_until(setting, day)
    if freeze is not None:
        raise _refuse(_frozen(freeze), key, "Ship it after the freeze.")


def _rollback(here: Here, command: Rollback) -> None:
    if here.setting.idea(command.idea) not in here.state.live:
        raise _refuse("people do not have this.", command.idea, "Only what is shipped comes back.")


def _design(here: Here, command: DesignExperiment) -> None:
    _test(here, command)
    _between(command.treated, 0.01, 0.99, "the share treated")
    _between(command.unit, 1, 10_000, "the people of a unit")


def _design_turns(here: Here, command: DesignSwitchback) -> None:
    _test(here, command)
    _between(command.turn_days, 1, 90, "the days of a turn")
    _between(command.washout_days, 0, command.turn_days - 1, "the days of a turn left out")
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
        raise _refuse(
            "an experiment needs something that is built and not shipped.",
            command.idea,
            "Build it first, or roll it back.",
        )
    if running(here.state, idea):
        raise _refuse("this is under test already.", command.idea, "Stop that experiment first.")
    gate = here.setting.gate_of(idea)
    barred = gate is not None and not here.setting.business.gates[gate].tests
    if barred and not is_cleared(here.setting, here.state, idea, here.day):
        raise _refuse(
            "what needs this approval may not be tried on people before.",
            command.idea,
            "Submit it and wait for the decision.",
        )
    if not free_places(here.state):
        raise _refuse(
            f"at most {MAX_SLOTS} things can be new at once.", command.idea, "Stop an experiment."
        )
    _between(command.inside, 0.01, 1.0, "the share inside")
    _between(command.days, 1, 365, "the days of an experiment")
    _between(command.mde, 1e-6, 10.0, "the smallest relative difference to find")
    freeze = frozen_until(here.setting, here.day + command.delay)
    if freeze is not None:
        raise _refuse(_frozen(freeze), command.idea, "Test it after the freeze.")


def _stop(here: Here, command: StopExperiment) -> None:
    if not running(here.state, here.setting.idea(command.idea)):
        raise _refuse("no experiment on this is running.", command.idea, "Design one first.")


def _submit(here: Here, command: Submit) -> None:
    idea = here.setting.idea(command.idea)
    if here.setting.gate_of(idea) is None:
        raise _refuse("this needs no approval.", command.idea, "Ship it when it is built.")
    open_ones = (Stage.DENIED,)
    if any(s.idea == idea and s.stage(here.day) not in open_ones for s in here.state.submissions):
        raise _refuse("this is filed already.", command.idea, "Wait for the decision.")
    if idea not in here.state.built:
        raise _refuse("this is not built yet.", command.idea, "File it when it is built.")


def _price(_here: Here, command: SetPrice) -> None:
    _between(command.factor, 0.25, 4.0, "a factor on the price")


def _campaign(here: Here, command: SetCampaign) -> None:
    _between(command.spend, 0, 1e7, "the spend of a day")
    _between(command.days, 1, 365, "the days of a campaign")
    if command.offer not in OFFERS:
        known = ", ".join(repr(offer) for offer in OFFERS)
        raise InvalidValueError(f"an offer of a campaign is one of: {known}.", value=command.offer)
    channels = [channel.key for channel in here.setting.business.channels]
    if command.channel and command.channel not in channels:
        raise InvalidValueError(
            f"a channel of a campaign is one of: {', '.join(channels) or 'none in this world'}.",
            value=command.channel,
            remedy="Leave the channel out to buy visits under no name.",
        )


def _referrals(here: Here, command: SetReferrals) -> None:
    if here.setting.business.referrals is None:
        raise _refuse(
            "nobody in this world invites others.", command.rewarded, "Buy visits with SetCampaign."
        )
    growth = here.state.growth
    if command.rewarded == (growth is not None and growth.inviting):
        now, other = ("are", "false") if command.rewarded else ("are not", "true")
        raise _refuse(
            f"invitations {now} rewarded as it is.",
            command.rewarded,
            f"Set rewarded to {other} to change that.",
        )


def _interview(here: Here, command: Interview) -> None:
    _between(command.people, 1, 30, "the people of a round of talks")
    known = [segment.key for segment in here.setting.pack.segments]
    if command.segment and command.segment not in known:
        raise InvalidValueError(f"a segment is one of: {', '.join(known)}.", value=command.segment)


def _survey(_here: Here, command: Survey) -> None:
    _between(command.people, 1, 100_000, "the people of a survey")


def _usability(here: Here, command: UsabilityTest) -> None:
    here.setting.idea(command.idea)
    _between(command.people, 1, 20, "the people of a usability test")


def _negotiate(here: Here, command: Negotiate) -> None:
    here.setting.stakeholder(command.to)
    here.setting.idea(command.idea)
    for issue, share in command.offer.items():
        if issue not in ISSUES:
            raise InvalidValueError(f"an issue is one of: {', '.join(ISSUES)}.", value=issue)
        _between(share, 0, 1, "what is offered on an issue")
    _binding(here, command)


def _binding(here: Here, command: Negotiate) -> None:
    """A talk that binds goes on as it began, waits for its answer, and stands when it is over."""
    state, key = here.state, (here.setting.stakeholder(command.to), here.setting.idea(command.idea))
    lies = any((waiting.place, waiting.idea) == key for waiting in state.waiting)
    kinds = {t.binding for t in state.talks if (t.place, t.about) == (key[0], command.idea)}
    if kinds | ({True} if lies else set()) == {not command.binding}:
        raise _refuse(
            "a talk binds from its first offer on, or not at all.",
            command.binding,
            f"Go on with binding {str(not command.binding).lower()}.",
        )
    if lies:
        raise _refuse(
            "they have not answered your last offer yet.",
            command.idea,
            "Wait, or call them: whoever you have just spoken to answers in the evening.",
        )
    stands = state.settled.get(key, 0)
    if command.binding and here.day < stands:
        raise _refuse(
            f"what was settled stands until {here.setting.date_of(stands)}.",
            command.idea,
            "Keep to it, or tell them early that you cannot.",
        )


def _story(here: Here, command: WriteStory) -> None:
    here.setting.idea(command.idea)


def _forecast(here: Here, command: Forecast) -> None:
    if (command.probability is None) == (not command.quantiles):
        raise InvalidValueError(
            "a forecast is a probability or quantiles, one of the two.", value=command.question
        )
    if command.probability is not None:
        _between(command.probability, 0, 1, "a probability")
    for share in command.quantiles:
        _between(share, 0.001, 0.999, "the share of a quantile")
    values = [command.quantiles[share] for share in sorted(command.quantiles)]
    if values != sorted(values):
        raise InvalidValueError(
            "quantiles of larger shares are not smaller.", value=dict(command.quantiles)
        )
    _later(here.setting, command.day, here.day, "the day of a forecast")


def _diagnose(_here: Here, command: DiagnoseCause) -> None:
    for share in command.causes.values():
        _between(share, 0, 1, "the share of a cause")
    if abs(sum(command.causes.values()) - 1.0) > 1e-6:
        raise InvalidValueError("the shares of causes sum to 1.", value=dict(command.causes))


def _investigate(here: Here, command: InvestigateIncident) -> None:
    known = {here.setting.date_of(b.day): b for b in kept(here.state.broken, here.day)}
    found = known.get(command.day)
    if found is None:
        days = ", ".join(f"{day}" for day in known)
        raise _refuse(
            "nothing of weight broke on that day in the last two months.",
            command.day,
            f"There were incidents of weight on: {days}." if known else "Wait until something is.",
        )
    if found.deep is not None:
        raise _refuse(
            "this is or was looked into once more already.",
            command.day,
            f"It is told on {here.setting.date_of(found.deep)}.",
        )


_RULES: dict[type[Command], Callable[[Here, Any], None]] = {
    Prioritise: _prioritise,
    AllocateCapacity: _allocate,
    SplitTeams: _split_teams,
    Commit: _commit,
    Communicate: _communicate,
    SendUpdate: _update,
    Look: _look,
    Ship: _ship,
    Rollback: _rollback,
    DesignExperiment: _design,
    DesignSwitchback: _design_turns,
    StopExperiment: _stop,
    Submit: _submit,
    SetPrice: _price,
    SetCampaign: _campaign,
    SetReferrals: _referrals,
    Interview: _interview,
    Survey: _survey,
    UsabilityTest: _usability,
    Negotiate: _negotiate,
    WriteStory: _story,
    Forecast: _forecast,
    DiagnoseCause: _diagnose,
    InvestigateIncident: _investigate,
}
