"""The form of a negotiation sheet: from what was typed to a draft, and back."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from pilothouse.apps.roadmap.models import Weight
from pilothouse.apps.roadmap.services.negotiation_sheets import AgreedPromise, Agreement
from pilothouse.apps.roadmap.services.negotiations import NegotiationDraft, StakeholderView
from pilothouse.apps.roadmap.views.forecast import read_whole
from pilothouse.apps.roadmap.views.promises import read_due
from pilothouse.apps.roadmap.views.reading import (
    read_decimal,
    read_percent,
    show_number,
    show_percent,
)

SPARE_PEOPLE = 1
PARTS = ("name", "role", "wants", "alternative", "interest", "influence")
PROMISE_PARTS = ("what", "to", "role", "due", "items")
_SHARES = ("confidence", "early_share", "drag", "later_share")
_COUNTS = ("extra_items", "window_weeks", "team_size", "joins_after", "ramp_up_weeks")
_COSTS = ("delay_cost", "person_cost")


def read_draft(given: QueryDict) -> NegotiationDraft:
    """The fields of the sheet as a draft; raises ``InvalidValueError``."""
    values: dict[str, Any] = {}
    for name in _COUNTS:
        number = read_whole(given.get(name, ""), name.replace("_", " "))
        values |= {} if number is None else {name: number}
    for name in _SHARES:
        share = read_percent(given.get(name, ""), name.replace("_", " "))
        values |= {} if share is None else {name: share}
    for name in _COSTS:
        values[name] = read_decimal(given.get(name, ""), name.replace("_", " "))
    return NegotiationDraft(
        title=given.get("title", ""),
        note=given.get("note", ""),
        due=read_due(given.get("due", "")),
        item_ids=order_items(given),
        kinds=tuple(given.getlist("kind")),
        stakeholders=tuple(p for p in read_people(given) if any((p.name, p.wants, p.role))),
        **values,
    )


def read_people(given: QueryDict) -> list[StakeholderView]:
    """The rows of stakeholders, empty ones too."""
    columns = [given.getlist(f"s-{part}") for part in PARTS]
    return [StakeholderView(**dict(zip(PARTS, row, strict=True))) for row in _rows(columns)]


def order_items(given: QueryDict) -> tuple[str, ...]:
    """The items in their order, after what a button of the form asks for."""
    items = [each for each in given.getlist("item") if each]
    items += [each for each in given.getlist("add") if each and each not in items]
    moved, _, way = given.get("move", "").partition(":")
    if moved in items:
        place = items.index(moved)
        items.pop(place)
        if way in {"up", "down"}:
            items.insert(max(0, place + (-1 if way == "up" else 1)), moved)
    return tuple(dict.fromkeys(items))


def read_agreement(given: QueryDict) -> Agreement:
    """The agreement with its promises; rows without a "what" are left out."""
    columns = [given.getlist(f"p-{part}") for part in PROMISE_PARTS]
    promises = tuple(
        AgreedPromise(what, to, read_due(due), role, read_whole(items, "how many items"))
        for what, to, role, due, items in _rows(columns)
        if what.strip()
    )
    return Agreement(given.get("deal", ""), given.get("text", ""), promises)


def show_promises(given: QueryDict) -> list[dict[str, str]]:
    """The typed promises of an agreement, as the form shows them again."""
    columns = [given.getlist(f"p-{part}") for part in PROMISE_PARTS]
    # In a template the key "items" would be the dictionary's method.
    names = ("what", "to", "role", "due", "amount")
    return [dict(zip(names, row, strict=True)) for row in _rows(columns)]


def show_draft(draft: NegotiationDraft) -> dict[str, Any]:
    """A draft as the form shows it."""
    return {
        "title": draft.title,
        "note": draft.note,
        "due": draft.due.isoformat(),
        "kinds": list(draft.kinds),
        **{name: str(getattr(draft, name)) for name in _COUNTS},
        **{name: show_percent(getattr(draft, name)) for name in _SHARES},
        **{name: show_number(getattr(draft, name)) for name in _COSTS},
        "people": [*draft.stakeholders, *[StakeholderView("")] * SPARE_PEOPLE],
    }


def show_typed(given: QueryDict) -> dict[str, Any]:
    """What was typed, as the form shows it again."""
    names = ("title", "note", "due", *_COUNTS, *_SHARES, *_COSTS)
    people = read_people(given)
    return {
        **{name: given.get(name, "") for name in names},
        "kinds": given.getlist("kind"),
        "people": people or [StakeholderView("")],
    }


def weights() -> list[tuple[str, str]]:
    """What interest and influence can be."""
    return [(str(value), str(label)) for value, label in Weight.choices]


def _rows(columns: list[list[str]]) -> list[tuple[str, ...]]:
    longest = max((len(column) for column in columns), default=0)
    padded = [[*column, *[""] * (longest - len(column))] for column in columns]
    return list(zip(*padded, strict=True))
