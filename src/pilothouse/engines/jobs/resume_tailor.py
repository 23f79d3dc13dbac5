"""A version for one posting: the same evidence, other choices. Nothing can be added here.

A tailoring names entries and bullets of the base by their ids, in the wished order, with a headline
and a summary of its own. What the base no longer has falls out by itself; what is new in the base
waits until somebody takes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pilothouse.engines.jobs.resume_coverage import find_terms, words_of
from pilothouse.engines.jobs.resume_types import LISTED, Bullet, Entry, Resume

BULLETS_AN_ENTRY = 5


@dataclass(frozen=True)
class Tailoring:
    """What a version takes of its base. ``picks`` are ids of bullets by the id of their entry.

    An empty ``label`` or ``summary`` is that of the base.
    """

    label: str = ""
    summary: str = ""
    entries: tuple[str, ...] = ()
    picks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    order: tuple[str, ...] = ()


def take_all(base: Resume) -> Tailoring:
    """Everything, in the order of the base: where tailoring begins."""
    picks = {entry.id: tuple(each.id for each in entry.bullets) for entry in base.entries}
    return Tailoring(entries=tuple(each.id for each in base.entries), picks=picks, order=base.order)


def tailor(base: Resume, tailoring: Tailoring) -> Resume:
    """The base as a tailoring shows it."""
    known = {entry.id: entry for entry in base.entries}
    entries = tuple(
        replace(known[id_], bullets=_pick(known[id_], tailoring.picks.get(id_, ())))
        for id_ in dict.fromkeys(tailoring.entries)
        if id_ in known
    )
    own = {"label": tailoring.label, "summary": tailoring.summary}
    fields = {**base.basics.fields, **{key: text for key, text in own.items() if text}}
    basics = replace(base.basics, fields=fields)
    order = tailoring.order or base.order
    return replace(base, basics=basics, entries=entries, order=order)


def suggest(base: Resume, posting: str, most: int = BULLETS_AN_ENTRY) -> Tailoring:
    """Bullets that say most of a posting's words first, at most ``most`` an entry.

    Each next bullet is the one that adds most of what no bullet before it said; ties keep the order
    of the base. Entries keep their place, since jobs are read by date; skills are ordered by what
    they answer. Nothing is left out but bullets.
    """
    weights = {term.words: float(term.count) for term in find_terms(posting)}
    picks = {entry.id: _choose(entry.bullets, weights, most) for entry in base.entries}
    skills = sorted(base.section("skills"), key=lambda each: -_answers(each, weights))
    ordered = [each for key in LISTED for each in base.section(key) if key != "skills"]
    entries = tuple(each.id for each in (*skills, *ordered))
    return Tailoring(entries=entries, picks=picks, order=base.order)


def to_json(tailoring: Tailoring) -> dict[str, Any]:
    """As it is stored."""
    return {
        "label": tailoring.label, "summary": tailoring.summary,
        "entries": list(tailoring.entries), "order": list(tailoring.order),
        "picks": {key: list(ids) for key, ids in tailoring.picks.items()},
    }  # fmt: skip


def from_json(raw: Mapping[str, Any]) -> Tailoring:
    """What was stored."""
    picks = {key: tuple(ids) for key, ids in raw["picks"].items()}
    return Tailoring(
        raw["label"], raw["summary"], tuple(raw["entries"]), picks, tuple(raw["order"])
    )


def move(ids: Sequence[str], id_: str, by: int) -> tuple[str, ...]:
    """``ids`` with one of them moved up (-1) or down (+1); as they were at either end.

    >>> move(("a", "b", "c"), "c", -1)
    ('a', 'c', 'b')
    """
    order = list(ids)
    if id_ not in order:
        return tuple(order)
    place = order.index(id_)
    target = min(max(place + by, 0), len(order) - 1)
    order.insert(target, order.pop(place))
    return tuple(order)


def _pick(entry: Entry, ids: Sequence[str]) -> tuple[Bullet, ...]:
    known = {bullet.id: bullet for bullet in entry.bullets}
    return tuple(known[id_] for id_ in dict.fromkeys(ids) if id_ in known)


def _choose(
    bullets: Sequence[Bullet], weights: Mapping[tuple[str, ...], float], most: int
) -> tuple[str, ...]:
    left, said = list(bullets), set[tuple[str, ...]]()
    chosen: list[str] = []
    while left and len(chosen) < most:
        gains = [sum(weights[t] for t in _said(b.shown, weights) - said) for b in left]
        best = gains.index(max(gains))
        said |= _said(left[best].shown, weights)
        chosen.append(left.pop(best).id)
    return tuple(chosen)


def _said(text: str, weights: Mapping[tuple[str, ...], float]) -> set[tuple[str, ...]]:
    words = words_of(text)
    return {term for term in weights if _holds(words, term)}


def _holds(words: Sequence[str], term: tuple[str, ...]) -> bool:
    size = len(term)
    return any(tuple(words[i : i + size]) == term for i in range(len(words) - size + 1))


def _answers(entry: Entry, weights: Mapping[tuple[str, ...], float]) -> float:
    values = entry.fields.values()
    parts = [value if isinstance(value, str) else " ".join(value) for value in values]
    return sum(weights[term] for term in _said(" ".join(parts), weights))
