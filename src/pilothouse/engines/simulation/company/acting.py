"""What commands do when they come into force: they change the state and may hand out artefacts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from pilothouse.engines.simulation.company.artefacts import Artefact, Kind
from pilothouse.engines.simulation.company.asking import (
    run_interviews,
    run_survey,
    run_usability_test,
)
from pilothouse.engines.simulation.company.commands import (
    AllocateCapacity,
    Command,
    Commit,
    Communicate,
    DesignExperiment,
    DesignSwitchback,
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
)
from pilothouse.engines.simulation.company.crews import SETTLING_DAYS
from pilothouse.engines.simulation.company.delivery import Split
from pilothouse.engines.simulation.company.gates import submit
from pilothouse.engines.simulation.company.inquiry import DEEP_DAYS, DEEP_WORK, working
from pilothouse.engines.simulation.company.releasing import release, take_back
from pilothouse.engines.simulation.company.rule_parts import free_places
from pilothouse.engines.simulation.company.setting import Setting
from pilothouse.engines.simulation.company.settling import hear_update
from pilothouse.engines.simulation.company.state import (
    Campaign,
    CompanyState,
    Growth,
    Promise,
    fresh_growth,
)
from pilothouse.engines.simulation.company.talking import negotiate
from pilothouse.engines.simulation.company.trials import Reading, Trial, Turns, read_trial
from pilothouse.engines.simulation.company.trust import News, moved
from pilothouse.engines.simulation.run import SimulationRun
from pilothouse.engines.simulation.users import NEVER


class Stage(NamedTuple):
    """Where commands act: the world, the company, its people, and the day number."""

    setting: Setting
    state: CompanyState
    people: SimulationRun
    day: int


def act(stage: Stage, command: Command) -> tuple[Artefact, ...]:
    """Carry out ``command``; what is only written down changes nothing."""
    deed = _DEEDS.get(type(command))
    return tuple(deed(stage, command)) if deed is not None else ()


def _prioritise(stage: Stage, command: Prioritise) -> list[Artefact]:
    stage.state.order = [stage.setting.idea(key) for key in command.order]
    stage.state.at_once = command.at_once
    return []


def _allocate(stage: Stage, command: AllocateCapacity) -> list[Artefact]:
    stage.state.split = Split(command.features, command.debt, command.bugs, command.pressure)
    return []


def _split_teams(stage: Stage, command: SplitTeams) -> list[Artefact]:
    """What is in hand is dealt out, in its order; nobody gets used to what is not new."""
    shop = stage.state.shop
    if command.teams != shop.teams:
        shop.teams, shop.settled = command.teams, stage.day + SETTLING_DAYS
        for place, work in enumerate(shop.work):
            work.team = place % command.teams
    return []


def _commit(stage: Stage, command: Commit) -> list[Artefact]:
    setting = stage.setting
    to, idea = setting.stakeholder(command.to), setting.idea(command.idea)
    due = setting.number_of(command.day)
    stage.state.promises.append(Promise(to, idea, due, command.probability))
    stage.state.bonds[to].attention = 1.0
    return []


def _communicate(stage: Stage, command: Communicate) -> list[Artefact]:
    setting, state = stage.setting, stage.state
    to, idea = setting.stakeholder(command.to), setting.idea(command.idea)
    state.bonds[to].attention = 1.0
    for promise in state.promises:
        if (promise.to, promise.idea, promise.kept) != (to, idea, None) or not command.late:
            continue
        if not promise.told:
            state.bonds[to].trust = moved(state.bonds[to].trust, News.TOLD_EARLY)
        promise.told = True
        if command.new_day is not None:
            promise.due = setting.number_of(command.new_day)
    return hear_update(setting, state, to, stage.day, idea)


def _update(stage: Stage, command: SendUpdate) -> list[Artefact]:
    made = []
    for key in command.to:
        place = stage.setting.stakeholder(key)
        stage.state.bonds[place].attention = 1.0
        made += hear_update(stage.setting, stage.state, place, stage.day)
    return made


def _look(stage: Stage, command: Look) -> list[Artefact]:
    if command.at == "call":
        stage.state.bonds[stage.setting.stakeholder(command.about)].attention = 1.0
    return []


def _ship(stage: Stage, command: Ship) -> list[Artefact]:
    idea = stage.setting.idea(command.idea)
    if idea not in stage.state.built:
        return []
    read = _end_trials(stage, idea)
    memory = stage.people.memory
    return [*read, release(stage.setting, stage.state, memory, idea, stage.day)]


def _rollback(stage: Stage, command: Rollback) -> list[Artefact]:
    return [take_back(stage.setting, stage.state, stage.setting.idea(command.idea), stage.day)]


def _design(stage: Stage, command: DesignExperiment) -> list[Artefact]:
    trial = Trial(**_test(stage, command), unit=command.unit, treated=command.treated)
    stage.state.trials.append(trial)
    return []


def _design_turns(stage: Stage, command: DesignSwitchback) -> list[Artefact]:
    trial = Turns(
        **_test(stage, command),
        unit=1,
        treated=0.5,
        turn=command.turn_days,
        washout=command.washout_days,
    )
    stage.state.trials.append(trial)
    return []


def _test(stage: Stage, command: DesignExperiment | DesignSwitchback) -> dict[str, Any]:
    """What all experiments have: a number, a free slot, a first and a last day, empty counts."""
    state, people = stage.state, stage.people
    place = free_places(state)[0]
    people.memory[:, place] = NEVER
    state.tried += 1
    return {
        "number": state.tried,
        "idea": stage.setting.idea(command.idea),
        "place": place,
        "measure": command.measure,
        "start": stage.day + command.delay,
        "ends": stage.day + command.delay + command.days,
        "inside": command.inside,
        "sums": np.zeros(people.users),
        "exposed": np.full(people.users, NEVER, np.int16),
    }


def _stop(stage: Stage, command: StopExperiment) -> list[Artefact]:
    return _end_trials(stage, stage.setting.idea(command.idea))


def _end_trials(stage: Stage, idea: int) -> list[Artefact]:
    """In the morning: today is no day of the test any more."""
    return [
        end_trial(stage, trial, lived=stage.day - trial.start)
        for trial in stage.state.trials
        if trial.idea == idea and trial.stopped is None
    ]


def end_trial(stage: Stage, trial: Trial, *, lived: int) -> Artefact:
    """Stop ``trial`` after ``lived`` days and hand out what it shows."""
    setting, state, people, day = stage
    trial.stopped = day
    reading = read_trial(trial, people.seed, day)
    facts = {
        "measure": str(trial.measure),
        "compared": _compared(trial),
        "days": max(0, lived),
        "control": reading.control,
        "treatment": reading.treatment,
        "difference": reading.difference,
        "error": reading.error,
        "z": reading.z,
        "segments": {} if isinstance(trial, Turns) else _by_segment(setting, trial, people, day),
    }
    key = setting.business.ideas[trial.idea].key
    truth = {"effect": setting.truths[trial.idea].effect * state.agreement(trial.idea).scope}
    return Artefact(setting.date_of(day), Kind.EXPERIMENT, key, facts, truth)


def _compared(trial: Trial) -> str:
    if isinstance(trial, Turns):
        return "turns"
    return "people" if trial.unit == 1 else "units"


def _by_segment(
    setting: Setting, trial: Trial, people: SimulationRun, day: int
) -> dict[str, Reading]:
    """What a test shows of each segment. Whoever looks at many of them finds one by chance."""
    segments = people.traits["segment"]
    return {
        segment.key: read_trial(trial, people.seed, day, segments == place)
        for place, segment in enumerate(setting.pack.segments)
    }


def _submit(stage: Stage, command: Submit) -> list[Artefact]:
    setting, state = stage.setting, stage.state
    idea = setting.idea(command.idea)
    place = setting.gate_of(idea)
    assert place is not None
    gate = setting.business.gates[place]
    number = sum(s.gate == place for s in state.submissions)
    filed = submit(gate, setting.chance, place=place, idea=idea, number=number, day=stage.day)
    state.submissions.append(filed)
    facts = {"gate": gate.key, "stage": str(filed.stage(stage.day))}
    truth = {"decided": setting.date_of(filed.decided), "denied": filed.denied}
    return [Artefact(setting.date_of(stage.day), Kind.LETTER, command.idea, facts, truth)]


def _price(stage: Stage, command: SetPrice) -> list[Artefact]:
    stage.state.price = command.factor
    facts = {"factor": command.factor}
    return [Artefact(stage.setting.date_of(stage.day), Kind.PRICE, "", facts)]


def _campaign(stage: Stage, command: SetCampaign) -> list[Artefact]:
    campaign = Campaign(command.spend, stage.day + command.days, command.offer)
    if command.channel:
        _growth(stage).campaigns[command.channel] = campaign
    else:
        stage.state.campaign = campaign
    facts = {"spend": command.spend, "days": command.days, "offer": command.offer}
    when = stage.setting.date_of(stage.day)
    return [Artefact(when, Kind.CAMPAIGN, command.channel, facts)]


def _growth(stage: Stage) -> Growth:
    if stage.state.growth is None:
        stage.state.growth = fresh_growth(stage.people.users)
    return stage.state.growth


def _referrals(stage: Stage, command: SetReferrals) -> list[Artefact]:
    _growth(stage).inviting = command.rewarded
    facts = {"on": command.rewarded}
    return [Artefact(stage.setting.date_of(stage.day), Kind.REFERRALS, "", facts)]


def _negotiate(stage: Stage, command: Negotiate) -> list[Artefact]:
    return negotiate(stage.setting, stage.state, command, stage.day)


def _interview(stage: Stage, command: Interview) -> list[Artefact]:
    return run_interviews(stage.setting, stage.state, stage.people, stage.day, command)


def _survey(stage: Stage, command: Survey) -> list[Artefact]:
    return run_survey(stage.setting, stage.state, stage.people, stage.day, command)


def _investigate(stage: Stage, command: InvestigateIncident) -> list[Artefact]:
    setting, state, day = stage.setting, stage.state, stage.day
    broken = next(b for b in state.broken if b.day == setting.number_of(command.day))
    broken.deep = day + working(DEEP_DAYS, setting.date_of(day).weekday())
    state.shop.owed += DEEP_WORK
    return []


def _usability(stage: Stage, command: UsabilityTest) -> list[Artefact]:
    return run_usability_test(stage.setting, stage.state, stage.day, command)


_DEEDS: dict[type[Command], Callable[[Stage, Any], list[Artefact]]] = {
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
    Negotiate: _negotiate,
    Interview: _interview,
    Survey: _survey,
    UsabilityTest: _usability,
    InvestigateIncident: _investigate,
}
