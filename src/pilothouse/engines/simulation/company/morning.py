"""What comes from outside and what the team does before people wake up."""

from __future__ import annotations

import math

from pilothouse.engines.simulation.calendar import FRIDAY, SATURDAY, WEEK, WORKDAYS
from pilothouse.engines.simulation.company.accounts import Event, live_accounts
from pilothouse.engines.simulation.company.aftermath import note_incident
from pilothouse.engines.simulation.company.artefacts import Artefact, Kind
from pilothouse.engines.simulation.company.crews import (
    freest,
    members,
    ties,
    topics_of,
    work_of,
)
from pilothouse.engines.simulation.company.delivery import (
    ORDINARY_DEMAND,
    Incident,
    Work,
    hands,
    incident,
    leavers,
    tire,
    work_day,
)
from pilothouse.engines.simulation.company.rivals import live_rival
from pilothouse.engines.simulation.company.rule_parts import running
from pilothouse.engines.simulation.company.setting import Setting
from pilothouse.engines.simulation.company.state import CompanyState
from pilothouse.engines.simulation.company.today import all_qualities, worth_by_segment

# Days until somebody who left is replaced, and what pressure and a broken night ask of a day.
HIRING_DAYS = 60
PRESSURE_DEMAND, INCIDENT_DEMAND = 0.5, 0.3


def hear_rivals(setting: Setting, state: CompanyState, day: int) -> list[Artefact]:
    """Rivals' day, and what is heard of it, true or not."""
    made = []
    for place, rival in enumerate(setting.business.rivals):
        items = live_rival(rival, state.rivals[place], setting.chance, place=place, day=day)
        for item in items:
            need = setting.business.needs[item.need].key
            facts = {"need": need, "size": "large" if item.gain > 0.12 else "small"}
            truth = {"true": item.true, "gain": item.gain}
            made.append(Artefact(setting.date_of(day), Kind.NEWS, rival.key, facts, truth))
    return made


def read_letters(setting: Setting, state: CompanyState, day: int) -> list[Artefact]:
    """Letters of authorities: one for every submission whose stage changed today."""
    made = []
    for filed in state.submissions:
        now = filed.stage(day)
        if day > filed.filed and now is not filed.stage(day - 1):
            facts = {"gate": setting.business.gates[filed.gate].key, "stage": str(now)}
            key = setting.business.ideas[filed.idea].key
            made.append(Artefact(setting.date_of(day), Kind.LETTER, key, facts))
    return made


def build(setting: Setting, state: CompanyState, day: int) -> list[Artefact]:
    """A day of the team: people come and go, work goes on, and on Fridays it is reported."""
    made = _staff(setting, state, day)
    weekday = setting.date_of(day).weekday()
    if weekday >= SATURDAY:
        return made
    _take_work(setting, state, day)
    finished = work_day(
        setting.business.team,
        state.shop,
        setting.chance,
        day=day,
        split=state.split,
        upkeep=setting.business.effects.upkeep.value,
        agreed=state.agreed,
        topics=topics_of(setting.business) if state.shop.teams > 1 else (),
    )
    for work in finished:
        state.built[work.idea] = day
        key, facts = setting.business.ideas[work.idea].key, {"days": day - work.started}
        made.append(Artefact(setting.date_of(day), Kind.BUILT, key, facts, {"size": work.size}))
    if weekday == FRIDAY:
        made += [_report(setting, state, day, work) for work in state.shop.work]
        if state.shop.teams > 1:
            made.append(_who_does_what(setting, state, day))
    return made


def _report(setting: Setting, state: CompanyState, day: int, work: Work) -> Artefact:
    key = setting.business.ideas[work.idea].key
    planned = planned_day(setting, state, day, work)
    facts = {
        "progress": work.reported,
        "spent": work.done,
        "estimate": work.estimate,
        "eta": None if planned is None else setting.date_of(planned),
    }
    if state.shop.teams > 1:
        facts["team"] = work.team + 1
    return Artefact(setting.date_of(day), Kind.PROGRESS, key, facts, {"size": work.size})


def _who_does_what(setting: Setting, state: CompanyState, day: int) -> Artefact:
    """Teams, their people and work, pairs of it that hang together, and until when they settle."""
    shop, ideas = state.shop, setting.business.ideas
    topics = topics_of(setting.business)
    teams = [
        {
            "people": len(members(shop.joined, number, shop.teams)),
            "ideas": [ideas[work.idea].key for work in work_of(shop.work, number)],
        }
        for number in range(shop.teams)
    ]
    tied = [
        (ideas[work.idea].key, ideas[other.idea].key)
        for work in shop.work
        for other in ties(shop.work, topics, work)
        if work.team < other.team
    ]
    settled = setting.date_of(shop.settled) if day < shop.settled else None
    facts = {"teams": teams, "tied": tied, "settled": settled}
    return Artefact(setting.date_of(day), Kind.TEAMS, "", facts)


def planned_day(setting: Setting, state: CompanyState, day: int, work: Work) -> int | None:
    """When it will be done if the estimate holds and nobody is ever ill; None without hands.

    As seen on ``day``: its share of its team stays as it is.
    """
    shop, deal = state.shop, state.agreement(work.idea)
    able = hands(setting.business.team, shop, day, work.team) * state.split.features
    own = work_of(shop.work, work.team)
    total = sum(state.agreement(each.idea).weight(day) for each in own)
    pace = able * deal.weight(day) * (1.0 - deal.testing)
    if pace <= 0.0:
        return None
    left = (1.0 - work.reported) * work.estimate / (pace / total)
    return day + max(1, math.ceil(left / WORKDAYS * WEEK))


def _staff(setting: Setting, state: CompanyState, day: int) -> list[Artefact]:
    team, shop = setting.business.team, state.shop
    state.shop.joined += [day for due in state.hires if due == day]
    state.hires = [due for due in state.hires if due > day]
    gone = leavers(team, shop, setting.chance, day)
    shop.joined = [since for place, since in enumerate(shop.joined) if place not in gone]
    state.hires += [day + HIRING_DAYS] * len(gone)
    return [Artefact(setting.date_of(day), Kind.RESIGNATION, "") for _ in gone]


def _take_work(setting: Setting, state: CompanyState, day: int) -> None:
    busy = {work.idea for work in state.shop.work}
    for idea in state.order:
        # Each team has work of its own, however little is to be done at once.
        if len(state.shop.work) >= max(state.at_once, state.shop.teams):
            return
        if idea in busy or idea in state.built or idea in state.live or running(state, idea):
            continue
        deal = state.agreement(idea)
        if day < deal.halted:
            continue
        size = setting.truths[idea].size * deal.scope
        estimate = setting.business.ideas[idea].estimate_days * deal.scope
        team = freest(state.shop.work, state.shop.teams)
        state.shop.work.append(Work(idea, size, estimate, day, team=team))


def suffer(
    setting: Setting, state: CompanyState, day: int
) -> tuple[Incident | None, list[Artefact]]:
    """What breaks today, and how the day wears on the team."""
    team = setting.business.team
    broken = incident(team, state.shop, setting.chance, day=day, releases=state.releases)
    state.releases = 0
    demand = ORDINARY_DEMAND + PRESSURE_DEMAND * state.split.pressure
    tire(state.shop, demand=demand + (INCIDENT_DEMAND if broken else 0.0))
    if broken is None:
        return None, []
    note_incident(setting, state, broken, day)
    facts = {"hours": broken.hours}
    truth = {"release": broken.release, "debt": state.shop.debt}
    return broken, [Artefact(setting.date_of(day), Kind.INCIDENT, "", facts, truth)]


def serve_accounts(
    setting: Setting,
    state: CompanyState,
    day: int,
    *,
    first_worth: tuple[float, ...],
    using: float,
) -> list[Artefact]:
    """A day of customers that are organisations: renewals, deals, requests and their money.

    ``using`` is the share of the market that used the product today.
    """
    accounts = setting.business.accounts
    if accounts is None or state.book is None:
        return []
    place = [s.key for s in setting.pack.segments].index(accounts.segment)
    qualities = all_qualities(setting, state)
    worth = worth_by_segment(setting, qualities, state)[place] - first_worth[place]
    gains = [
        now - need.quality.value
        for now, need in zip(qualities[place], setting.business.needs, strict=True)
    ]
    events, money = live_accounts(
        setting.business,
        state.book,
        setting.chance,
        day=day,
        day_of_year=setting.date_of(day).timetuple().tm_yday,
        worth=worth,
        gains=gains,
        shipped=frozenset(state.live),
        using=using,
    )
    state.money += money
    return [_tell(setting, day, event, there=event.asks in state.live) for event in events]


def _tell(setting: Setting, day: int, event: Event, *, there: bool) -> Artefact:
    """``there`` says that people have already what is asked for."""
    when = setting.date_of(day)
    facts: dict[str, object] = {"what": event.kind, "number": event.number, "value": event.value}
    if event.deal >= 0:
        facts["deal"] = event.deal
    if event.asks < 0:
        return Artefact(when, Kind.ACCOUNT, "", facts)
    key = setting.business.ideas[event.asks].key
    truth = {"need": setting.business.needs[event.need].key}
    if event.kind == "opened":
        facts |= {"decides": setting.date_of(event.decides), "there": there}
        return Artefact(when, Kind.REQUEST, key, facts, truth)
    return Artefact(when, Kind.ACCOUNT, key, facts, truth)
