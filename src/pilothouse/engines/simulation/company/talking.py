"""Talks at the table: when an answer comes, what it says, and what happens without a deal.

In a talk that is binding what is agreed is done. Where it breaks off somebody above decides,
nearer to the other side; until then nobody works on the thing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pilothouse.engines.simulation.company.artefacts import Artefact, Kind
from pilothouse.engines.simulation.company.commands import Negotiate
from pilothouse.engines.simulation.company.negotiation import (
    Answer,
    Offer,
    Sides,
    Talk,
    answer,
    open_sides,
    read_offer,
)
from pilothouse.engines.simulation.company.schema import ISSUES
from pilothouse.engines.simulation.company.setting import Setting
from pilothouse.engines.simulation.company.settling import (
    Table,
    settle,
    subject_of,
    tell,
    terms_of,
)
from pilothouse.engines.simulation.company.state import CompanyState
from pilothouse.engines.simulation.company.terms import Ruling, Waiting
from pilothouse.engines.simulation.company.trust import News, moved
from pilothouse.engines.simulation.philox import Stream

# What the product manager cares for in a talk: the same for everybody, and stated.
OUR_WEIGHTS = (0.25, 0.25, 0.3, 0.05, 0.15)
# All that follows is a choice of ours. Whoever has no thought to spare answers after so many days.
ANSWER_DAYS = 6
# Attention from which an offer that lies there is answered at once, and below which a talk that
# nobody goes on with is broken off: some three weeks after the last word.
AWAKE, FORGOTTEN = 0.9, 0.35
# Days until somebody above decides, and how near to them at least.
FEWEST_DAYS, MOST_DAYS, NEAREST = 3, 10, 0.5
# What was settled is not talked over again for so many days.
STANDS_DAYS = 28
# Places of a talk's noise: its limits take 0 to 4, its rounds 5.
_RULED, _RULED_DAYS = len(ISSUES) + 1, 2 * len(ISSUES) + 1


def negotiate(
    setting: Setting, state: CompanyState, command: Negotiate, day: int
) -> list[Artefact]:
    """Lay an offer on the table; a binding one is answered when they have a mind for it."""
    table = Table(setting, state, setting.stakeholder(command.to), setting.idea(command.idea), day)
    offer = read_offer(command.offer)
    days = int((1.0 - state.bonds[table.place].attention) * ANSWER_DAYS + 0.5)
    if command.binding and days > 0:
        state.waiting.append(Waiting(table.place, table.idea, offer, day + days))
        return []
    return _answer(table, offer, binding=command.binding)


def hear_answers(setting: Setting, state: CompanyState, day: int) -> list[Artefact]:
    """What the evening brings: answers to offers that lay there, silence, and rulings."""
    made = []
    for waiting in state.waiting[:]:
        if day + 1 >= waiting.day or state.bonds[waiting.place].attention >= AWAKE:
            state.waiting.remove(waiting)
            table = Table(setting, state, waiting.place, waiting.idea, day)
            made += _answer(table, waiting.offer, binding=True)
    lying = {(waiting.place, waiting.idea) for waiting in state.waiting}
    for talk in state.talks[:]:
        table = Table(setting, state, talk.place, setting.idea(talk.about), day)
        forgotten = state.bonds[talk.place].attention < FORGOTTEN
        if talk.binding and forgotten and (table.place, table.idea) not in lying:
            state.bonds[talk.place].attention = 1.0
            made += _break_off(table, talk, _facts(table, talk, Answer(False, True, talk.anchor)))
    for ruling in state.rulings[:]:
        if day >= ruling.day:
            state.rulings.remove(ruling)
            made += _rule(Table(setting, state, ruling.place, ruling.idea, day), ruling)
    return made


def _answer(table: Table, offer: Offer, *, binding: bool) -> list[Artefact]:
    state, place = table.state, table.place
    talk = next((t for t in state.talks if (t.place, t.about) == (place, table.about)), None)
    if talk is None:
        talk = Talk(place, table.about, state.talked, offer, binding=binding)
        state.talked += 1
        state.talks.append(talk)
    said = answer(_sides(table, talk), talk, offer)
    facts = _facts(table, talk, said)
    bond = state.bonds[place]
    bond.attention = 1.0
    if said.broken:
        return _break_off(table, talk, facts)
    if said.agreed:
        state.talks.remove(talk)
        bond.trust = moved(bond.trust, News.KEPT)
    if talk.binding:
        facts |= _consequences(table, said)
    return [_record(table, talk, facts)]


def _sides(table: Table, talk: Talk) -> Sides:
    person = table.setting.business.stakeholders[table.place]
    return open_sides(table.setting.chance, person, table.place, talk.number, OUR_WEIGHTS)


def _facts(table: Table, talk: Talk, said: Answer) -> dict[str, Any]:
    return {
        "to": table.setting.business.stakeholders[table.place].key,
        "round": talk.round,
        "agreed": said.agreed,
        "broken": said.broken,
        "offer": dict(zip(ISSUES, said.offer, strict=True)),
    }


def _record(table: Table, talk: Talk, facts: dict[str, Any]) -> Artefact:
    sides = _sides(table, talk)
    truth = {"least": sides.least, "most": sides.most, "theirs": sides.theirs}
    day = table.setting.date_of(table.day)
    return Artefact(day, Kind.NEGOTIATION, table.about, facts, truth)


def _consequences(table: Table, said: Answer) -> dict[str, Any]:
    """What the answer in a binding talk means, as facts; what is agreed is done."""
    subject = subject_of(table)
    if subject is None:
        return {"moves": "", "there": table.idea in table.state.live}
    terms = terms_of(table, subject, said.offer)
    told = tell(table, subject, terms)
    if said.agreed:
        settle(table, subject, terms)
        table.state.settled[table.place, table.idea] = table.day + STANDS_DAYS
    return {"moves": subject.what, "terms": told}


def _break_off(table: Table, talk: Talk, facts: dict[str, Any]) -> list[Artefact]:
    """What they do without a deal: go over the product manager's head, and that decides."""
    state, place, idea = table.state, table.place, table.idea
    state.talks.remove(talk)
    bond = state.bonds[place]
    bond.trust = moved(bond.trust, News.TOLD_EARLY)
    subject = subject_of(table) if talk.binding else None
    if talk.binding and subject is None:
        facts |= {"moves": "", "there": idea in state.live}
    if subject is not None:
        facts["moves"] = subject.what
        u, _, _, _ = table.setting.chance.draw(Stream.NEGOTIATION, place, talk.number, _RULED_DAYS)
        day = table.day + FEWEST_DAYS + int(u * (MOST_DAYS - FEWEST_DAYS + 1))
        state.rulings.append(Ruling(place, idea, talk.number, day))
        state.settled[place, idea] = day + STANDS_DAYS
        state.surprised[place] = table.day
        if subject.unbuilt:
            facts["halted"] = True
            state.agreed[idea] = replace(state.agreement(idea), halted=day + 1)
    up = {"over": table.about}
    return [
        _record(table, talk, facts),
        Artefact(table.setting.date_of(table.day), Kind.ESCALATION, facts["to"], up),
    ]


def _rule(table: Table, ruling: Ruling) -> list[Artefact]:
    """Somebody above decides: each issue at a point nearer to the other side than to us."""
    agreed, rulings = table.state.agreed, table.state.rulings
    if table.idea in agreed:
        # Work goes on, unless somebody else has taken it above as well.
        halted = max((r.day + 1 for r in rulings if r.idea == table.idea), default=0)
        agreed[table.idea] = replace(agreed[table.idea], halted=halted)
    subject = subject_of(table)
    if subject is None:
        return []
    setting, people = table.setting, table.setting.business.stakeholders
    draws = (
        setting.chance.draw(Stream.NEGOTIATION, ruling.place, ruling.talk, _RULED + issue)[0]
        for issue in range(len(ISSUES))
    )
    offer = tuple(NEAREST + (1.0 - NEAREST) * u for u in draws)
    terms = terms_of(table, subject, offer)
    facts = {
        "to": people[table.place].key,
        "by": max(people, key=lambda person: person.influence.value).key,
        "moves": subject.what,
        "offer": dict(zip(ISSUES, offer, strict=True)),
        "terms": tell(table, subject, terms),
    }
    settle(table, subject, terms)
    return [Artefact(setting.date_of(table.day), Kind.RULING, table.about, facts)]
