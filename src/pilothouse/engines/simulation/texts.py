"""Words for what a world hands out: the same record and key give the same words, everywhere.

A writer sees the facts of a record and never the truth behind it: truth is no argument here. So
whatever a text gives away, its facts gave away before. Which sentence is taken follows from chance
keyed by seed, day and the record's number alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Protocol

from pilothouse.engines.simulation.textdeals import DEALS
from pilothouse.engines.simulation.textgrammar import Grammar
from pilothouse.engines.simulation.textheard import HEARD
from pilothouse.engines.simulation.textpen import Pen, Record, TextKey, named
from pilothouse.engines.simulation.textreports import REPORTS
from pilothouse.kernel.errors import NotFoundError


def compose(grammar: Grammar, record: Record, key: TextKey) -> str:
    """What ``record`` reads like: one or more sentences, lines parted by a newline.

    Raises ``NotFoundError`` for a kind without words and for a key that the pack does not have.
    """
    if record.kind not in _WRITERS:
        known = ", ".join(sorted(_WRITERS))
        raise NotFoundError(
            "there are no words for this kind of record.",
            value=record.kind,
            remedy=f"Choose one of: {known}.",
        )
    return _WRITERS[record.kind](Pen(grammar, record, key))


# The fact that names who signs a record; "": whom it is about.
_SIGNED_BY = {
    "message": "by",
    "promise": "to",
    "negotiation": "to",
    "escalation": "",
    "request": "by",
    "ruling": "by",
}


def sender_of(grammar: Grammar, record: Record) -> str:
    """Who signs ``record``: a person at the table with their role, an authority, or nobody ("")."""
    facts = record.facts
    if record.kind == "letter":
        authority: str = named(grammar.business.gates, facts["gate"], "gate").authority
        return authority
    if record.kind not in _SIGNED_BY:
        return ""
    fact = _SIGNED_BY[record.kind]
    # Requests of accounts come from sales as such.
    if record.kind == "request" and fact not in facts:
        return ""
    by = facts[fact] if fact else record.about
    person = named(grammar.business.stakeholders, by, "stakeholder")
    return f"{person.name}, {person.role}"


_WRITERS: Mapping[str, Callable[[Pen], str]] = {**HEARD, **REPORTS, **DEALS}
KINDS_WITH_WORDS = tuple(_WRITERS)


class Told(Protocol):
    """What a world hands out: a day, a kind that reads as text, what it is about, its facts."""

    @property
    def day(self) -> date: ...

    @property
    def kind(self) -> str: ...

    @property
    def about(self) -> str: ...

    @property
    def facts(self) -> Mapping[str, Any]: ...


def compose_all(
    grammar: Grammar, artefacts: Iterable[Told], *, seed: int, first_day: date
) -> list[str]:
    """Words for ``artefacts`` in the order in which the world ``seed`` handed them out.

    A record is numbered within its day, so that a world lived day by day says the same.
    """
    told: list[str] = []
    number: dict[int, int] = {}
    for artefact in artefacts:
        day = (artefact.day - first_day).days
        number[day] = number.get(day, -1) + 1
        told.append(compose(grammar, record_of(artefact), TextKey(seed, day, number[day])))
    return told


def record_of(artefact: Told) -> Record:
    """What of ``artefact`` a writer may see."""
    return Record(str(artefact.kind), artefact.about, artefact.facts)
