"""What the day leaves behind: expectations, trust, promises, trials, stock, tickets and reviews."""

from __future__ import annotations

import numpy as np

from pilothouse.engines.simulation import kernel
from pilothouse.engines.simulation.calendar import MONDAY
from pilothouse.engines.simulation.company.acting import Stage, end_trial
from pilothouse.engines.simulation.company.artefacts import Artefact, Kind
from pilothouse.engines.simulation.company.asking import gaps_of
from pilothouse.engines.simulation.company.feedback import (
    review_topic,
    ticket_rates,
    write_reviews,
    write_tickets,
)
from pilothouse.engines.simulation.company.setting import Setting
from pilothouse.engines.simulation.company.state import CompanyState
from pilothouse.engines.simulation.company.supply import fresh_supply, noisy_demand, trade
from pilothouse.engines.simulation.company.today import all_qualities
from pilothouse.engines.simulation.company.trials import count_day
from pilothouse.engines.simulation.company.trust import (
    ESCALATION_DAYS,
    News,
    escalates,
    fade,
    moved,
)
from pilothouse.engines.simulation.company.value import expect, offer
from pilothouse.engines.simulation.records import DayMetrics
from pilothouse.engines.simulation.run import SimulationRun

# Weeks of trade before a chain of goods is set to them.
CALM_WEEKS = 2
WARNING_DAYS = 14
MIDDLE_RATING = 3
# What is aimed at above the level of a calm market, for a young company grows.
SAFETY = 1.25


def expect_more(setting: Setting, state: CompanyState) -> None:
    """Expectations rise to what is on offer, and prices become usual."""
    market = setting.business.market
    qualities = all_qualities(setting, state)
    known = [
        (now.qualities, rival.awareness.value)
        for now, rival in zip(state.rivals, setting.business.rivals, strict=True)
    ]
    for segment, row in enumerate(state.expectations):
        for need, hoped in enumerate(row):
            theirs = [(qualities_of[need], aware) for qualities_of, aware in known]
            best = offer(qualities[segment][need], theirs)
            row[need] = expect(hoped, best, market.expectation_yearly.value)
        usual = state.usual_price[segment]
        state.usual_price[segment] = usual + market.reference_daily.value * (state.price - usual)


def keep_promises(setting: Setting, state: CompanyState, day: int) -> list[Artefact]:
    """Promises that are kept or fall due today, and what they do to trust."""
    made = []
    for promise in state.promises:
        if promise.kept is not None:
            continue
        there = promise.idea in state.live
        if not there and day < promise.due:
            continue
        promise.kept = there
        bond = state.bonds[promise.to]
        bond.trust = moved(bond.trust, News.KEPT if there else News.BROKEN)
        if not there and not promise.told:
            bond.trust = moved(bond.trust, News.FOUND_OUT)
        facts = {
            "to": setting.business.stakeholders[promise.to].key,
            "kept": there,
            "told": promise.told,
        }
        key = setting.business.ideas[promise.idea].key
        made.append(Artefact(setting.date_of(day), Kind.PROMISE, key, facts))
    return made


def meet_stakeholders(setting: Setting, state: CompanyState, day: int) -> list[Artefact]:
    """Attention fades, and somebody may go over the product manager's head."""
    made = []
    broken = {p.to for p in state.promises if p.kept is False and p.due == day}
    recent = (place for place, when in state.surprised.items() if day - when < ESCALATION_DAYS)
    broken |= set(recent)
    for place, bond in enumerate(state.bonds):
        fade(bond)
        urgency = _urgency(state, place, day)
        up = escalates(
            setting.chance,
            place,
            day,
            trust=bond.trust,
            urgency=urgency,
            surprise=float(place in broken),
        )
        if up:
            bond.attention = 1.0
            key = setting.business.stakeholders[place].key
            truth = {"trust": bond.trust, "urgency": urgency}
            made.append(Artefact(setting.date_of(day), Kind.ESCALATION, key, truth=truth))
    return made


def _urgency(state: CompanyState, place: int, day: int) -> float:
    """How near the nearest open promise to a stakeholder is, 0 to 1."""
    due = [p.due - day for p in state.promises if p.to == place and p.kept is None]
    if not due:
        return 0.0
    return max(0.0, 1.0 - min(due) / WARNING_DAYS)


def count_trials(
    setting: Setting, state: CompanyState, people: SimulationRun, day: int
) -> list[Artefact]:
    """Add the day to running experiments; end those whose time is over."""
    made = []
    for trial in state.trials:
        if trial.stopped is not None or trial.start > day:
            continue
        count_day(trial, people.records[day], people.memory, people.seed)
        if day + 1 >= trial.ends:
            lived = day + 1 - trial.start
            made.append(end_trial(Stage(setting, state, people, day), trial, lived=lived))
    return made


def keep_stock(
    setting: Setting, state: CompanyState, metrics: DayMetrics, day: int
) -> list[Artefact]:
    """Trade of a week, on Mondays: what is missing on the shelf is missing to people next week."""
    supply = setting.business.supply
    if supply is None:
        return []
    state.wanted.append(metrics.signups if supply.needed_for else metrics.orders)
    if setting.date_of(day).weekday() != MONDAY or len(state.wanted) < 7 * CALM_WEEKS:
        return []
    # What could not be bought was wanted as well; who signs up is counted, whatever is there.
    usual = sum(state.wanted[-7:]) / (1.0 if supply.needed_for else state.available)
    if state.supply is None:
        state.supply = fresh_supply(supply, usual)
        state.supply.stock += (SAFETY - 1.0) * (supply.lead_weeks.value + 1.0) * usual
    week = day // 7
    demand = noisy_demand(supply, state.supply, setting.chance, week=week, usual=usual)
    traded = trade(supply, state.supply, demand, cover=SAFETY)
    state.available = min(1.0, max(0.05, traded.sold / demand)) if demand > 0 else 1.0
    goods = supply.unit_cost.value
    state.money -= goods * (traded.arrived + supply.holding_weekly.value * traded.stock)
    facts = {"ordered": traded.ordered, "arrived": traded.arrived, "stock": traded.stock}
    truth = {"demand": demand, "missed": traded.missed}
    return [Artefact(setting.date_of(day), Kind.SUPPLIER, "", facts, truth)]


def hear_people(
    setting: Setting, state: CompanyState, people: SimulationRun, day: int
) -> list[Artefact]:
    """Tickets and reviews of the day."""
    chance, when = setting.chance, setting.date_of(day)
    segments = [segment.key for segment in setting.pack.segments]
    needs = setting.business.needs
    active = people.totals[kernel.CONTENTMENT + 1 :: 2].tolist()
    gaps, weights = gaps_of(setting, state), setting.weights.needs
    said = [need.reportability.value for need in needs]
    rates = ticket_rates(weights, gaps, said, active)
    pleased = ticket_rates(weights, [[-gap for gap in row] for row in gaps], said, active)
    made = [
        Artefact(
            when,
            Kind.TICKET,
            needs[ticket.seems].key,
            {"segment": segments[ticket.segment], "bug": ticket.bug},
            {"need": needs[ticket.need].key},
        )
        for ticket in write_tickets(chance, day, rates, state.shop.bugs, float(sum(active)))
    ]
    record = people.records[day]
    here = record.user[record.flags & kernel.ACTIVE != 0]
    ratings, writes = write_reviews(chance, day, here, people.state.life, people.constants.normal)
    for place in np.flatnonzero(writes):
        user, rating = int(here[place]), int(ratings[place])
        segment = int(people.traits["segment"][user])
        facts = {"person": user, "rating": rating, "segment": segments[segment]}
        moved_by = pleased[segment] if rating > MIDDLE_RATING else rates[segment]
        need = review_topic(chance, user, day, moved_by)
        about = "" if need is None else needs[need].key
        made.append(Artefact(when, Kind.REVIEW, about, facts))
    return made
