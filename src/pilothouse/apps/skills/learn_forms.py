"""From what a form of the learning plan or the library sends to what its services take."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

from django.http import QueryDict

from pilothouse.apps.skills.services.competencies import IDS
from pilothouse.apps.skills.services.library import (
    COSTS,
    LEVELS,
    TYPES,
    LibraryEntry,
    competency_titles,
    load_next_acts,
)
from pilothouse.apps.skills.services.library_own import EntryDraft, parse_aims
from pilothouse.apps.skills.services.plans_views import GoalDraft, StepDraft, StepView
from pilothouse.apps.skills.services.reading import LibraryFilter, ReadingView
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.texts import split_list

TYPE_CHOICES = list(TYPES.items())
COST_CHOICES = list(COSTS.items())
LEVEL_CHOICES = [(str(level), f"L{level} {name}") for level, name in LEVELS.items()]


def competency_choices() -> list[tuple[str, str]]:
    """Ids and titles of all competencies."""
    titles = competency_titles()
    return [(key, f"{key} {titles[key]}") for key in IDS]


def act_choices() -> list[tuple[str, str]]:
    """Keys and words of all next acts, none first."""
    return [("", "none"), *((act.key, act.label) for act in load_next_acts().values())]


def read_day(text: str) -> date | None:
    """A day written as 2026-12-31; None where nothing is written."""
    plain = text.strip()
    if not plain:
        return None
    try:
        return date.fromisoformat(plain[:20])
    except ValueError as error:
        raise InvalidValueError("a day is written as 2026-12-31.", value=plain) from error


def read_amount(what: str, text: str) -> float | None:
    """A number with point or comma; None where nothing is written."""
    plain = text.strip().replace(",", ".")
    if not plain:
        return None
    try:
        number = float(plain[:40])
    except ValueError as error:
        raise InvalidValueError(f"{what} is a number, such as 2.5.", value=plain) from error
    if not math.isfinite(number):
        raise InvalidValueError(f"{what} is a number, such as 2.5.", value=plain)
    return number


def read_whole(what: str, text: str) -> int | None:
    """A whole number; None where nothing is written."""
    plain = text.strip()
    if not plain:
        return None
    if not (plain.isascii() and plain.isdecimal() and len(plain) <= 9):
        raise InvalidValueError(f"{what} is a whole number.", value=plain)
    return int(plain)


def read_filter(query: QueryDict) -> LibraryFilter:
    """The filter that an address spells; what it does not know asks for nothing."""
    level = query.get("level", "")
    return LibraryFilter(
        text=query.get("q", "")[:200],
        type=_known(query.get("type", ""), TYPES),
        competency=_known(query.get("competency", ""), competency_titles()),
        level=int(level) if level in {"1", "2", "3", "4"} else None,
        cost=_known(query.get("cost", ""), COSTS),
        state=_known(query.get("state", ""), ("none", "want", "reading", "done", "dropped")),
        only_own=query.get("own") == "yes",
    )


def _known(value: str, choices: Any) -> str:
    return value if value in choices else ""


def read_entry(data: QueryDict) -> EntryDraft:
    """An own entry of the library. Aims come as pairs of competency and level."""
    pairs = zip(data.getlist("competency"), data.getlist("level"), strict=False)
    return EntryDraft(
        title=data.get("title", ""),
        type=data.get("type", ""),
        authors=split_list(data.get("authors", "")),
        year=read_whole("a year", data.get("year", "")),
        publisher=data.get("publisher", ""),
        topics=split_list(data.get("topics", "")),
        aims=parse_aims(f"{key}.{level}" for key, level in list(pairs)[:16] if key),
        cost=data.get("cost", ""),
        licence=data.get("licence", ""),
        isbn=data.get("isbn", ""),
        url=data.get("url", ""),
        act=data.get("act", ""),
        next_act=data.get("next_act", ""),
    )


def show_entry(entry: LibraryEntry) -> dict[str, Any]:
    """An entry as its form shows it."""
    return {
        **vars(entry),
        "authors": ", ".join(entry.authors),
        "topics": ", ".join(entry.topics),
        "pairs": [(aim.competency, str(aim.level)) for aim in entry.aims],
    }


def show_typed_entry(data: QueryDict) -> dict[str, Any]:
    """What was typed, as the form shows it again."""
    pairs = zip(data.getlist("competency"), data.getlist("level"), strict=False)
    return {**data.dict(), "pairs": [pair for pair in list(pairs)[:16] if pair[0]]}


def read_reading(data: QueryDict) -> ReadingView:
    """What a person notes of an entry."""
    return ReadingView(
        state=data.get("state", ""),
        started_on=read_day(data.get("started_on", "")),
        ended_on=read_day(data.get("ended_on", "")),
        rating=read_whole("a rating", data.get("rating", "")),
        notes=data.get("notes", ""),
    )


def show_reading(reading: ReadingView) -> dict[str, str]:
    """What was noted, as its form shows it."""
    return {
        "state": reading.state,
        "started_on": reading.started_on.isoformat() if reading.started_on else "",
        "ended_on": reading.ended_on.isoformat() if reading.ended_on else "",
        "rating": str(reading.rating or ""),
        "notes": reading.notes,
    }


def read_goal(data: QueryDict) -> GoalDraft:
    """A goal of the plan."""
    return GoalDraft(
        competency=data.get("competency", ""),
        level=read_whole("a level", data.get("level", "")) or 0,
        why=data.get("why", ""),
        due_on=read_day(data.get("due_on", "")),
    )


def read_step(data: QueryDict) -> StepDraft:
    """A step of the plan."""
    return StepDraft(
        title=data.get("title", ""),
        kind=data.get("kind", ""),
        goal=data.get("goal", ""),
        entry_id=data.get("entry_id", ""),
        provider=data.get("provider", ""),
        url=data.get("url", ""),
        cost=data.get("cost", ""),
        starts_on=read_day(data.get("starts_on", "")),
        due_on=read_day(data.get("due_on", "")),
        hours=read_amount("the hours of a step", data.get("hours", "")),
        hours_done=read_amount("the hours done", data.get("hours_done", "")) or 0.0,
        expires_on=read_day(data.get("expires_on", "")),
        act=data.get("act", ""),
        next_act=data.get("next_act", ""),
    )


def show_step(step: StepView | StepDraft) -> dict[str, Any]:
    """A step as its form shows it: days and numbers as they are typed."""
    values = {name: value for name, value in vars(step).items() if value is not None}
    for name in ("starts_on", "due_on", "expires_on"):
        if name in values:
            values[name] = values[name].isoformat()
    for name in ("hours", "hours_done"):
        if name in values:
            values[name] = f"{values[name]:g}"
    return values
