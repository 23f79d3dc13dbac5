"""Acts as evidence: choosing them, naming them, and the numbers that stand in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pilothouse.apps.analytics.services.metrics import get_metric
from pilothouse.apps.analytics.services.readings import read_metrics
from pilothouse.apps.portfolio.services.contexts import LABELS, ContextBook, read_contexts
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import (
    WITHHELD,
    ActView,
    find_acts,
    list_acts,
    may_be_shown,
    record_act,
    say_kind,
)
from pilothouse.apps.workspace.services.products import list_products
from pilothouse.engines.portfolio import Evidence, days_in, numbers_in
from pilothouse.kernel.errors import ConflictError, InvalidValueError
from pilothouse.kernel.times import parse_zone

# Numbers that tell where something stands and not how much it is.
_NO_MEASURES = frozenset(
    {"position", "number", "sequence", "version", "batch", "id", "order", "digest", "hash", "acts"}
)
_NOBODY = "demo"
LOOK_AT = 3000
AT_ONCE = 500
MAX_SHOWN = 60


@dataclass(frozen=True)
class ActLine:
    """An act as somebody chooses it: what it was, what it says, where it belongs."""

    sequence: int
    at: datetime
    kind: str
    title: str
    facts: str
    product_name: str
    context: str
    is_mine: bool
    hash: str
    # Of a person who is not the one who asks, or removed since.
    is_lost: bool = False

    @property
    def key(self) -> str:
        """How a text refers to it."""
        return f"act:{self.sequence}"

    @property
    def reference(self) -> str:
        """What stands in a text."""
        return "{" + self.key + "}"

    @property
    def context_label(self) -> str:
        return LABELS[self.context]

    @property
    def words(self) -> str:
        """What kind of act it was, in words."""
        return say_kind(self.kind)


@dataclass(frozen=True)
class Wanted:
    """What a person looks for among acts."""

    text: str = ""
    kind: str = ""
    product_id: str = ""
    only_mine: bool = True
    before: int | None = None


@dataclass(frozen=True)
class Found:
    """Acts found, newest first; ``older`` is where to go on, None at the end."""

    lines: tuple[ActLine, ...]
    older: int | None


def search_acts(access: Access, wanted: Wanted) -> Found:
    """Acts that fit, the newest first; at most ``LOOK_AT`` acts are looked at a time."""
    book, names = read_contexts(access), _product_names(access)
    lines: list[ActLine] = []
    last = wanted.before
    for act in _walk(access, wanted):
        last = act.sequence
        line = _to_line(access, act, book, names)
        if _fits(line, act, wanted):
            lines.append(line)
            if len(lines) == MAX_SHOWN:
                return Found(tuple(lines), last)
    is_more = last is not None and last > 1 and last != wanted.before
    return Found(tuple(lines), last if is_more else None)


def read_lines(access: Access, sequences: Sequence[int]) -> tuple[ActLine, ...]:
    """The acts of these numbers, in this order; what is withheld is not there."""
    acts = _find_shown(access, sequences)
    book, names = read_contexts(access), _product_names(access)
    return tuple(
        _to_line(access, acts[sequence], book, names) for sequence in sequences if sequence in acts
    )


def check_sequences(access: Access, sequences: Collection[int], most: int = 200) -> list[int]:
    """Numbers of acts, each once, in order; ``InvalidValueError`` for one that is not there."""
    wanted = sorted(set(sequences))
    if len(wanted) > most:
        raise InvalidValueError(f"a study rests on at most {most} acts.", value=len(wanted))
    known = find_acts(access, [each for each in wanted if 0 < each < 2**62])
    for sequence in wanted:
        if sequence not in known or known[sequence].user_id == _NOBODY:
            raise InvalidValueError(
                "there is no such act of a person in the ledger.", value=sequence
            )
    return wanted


def to_evidence(access: Access, sequences: Sequence[int]) -> list[Evidence]:
    """The acts as the compiler takes them: numbers and days of their facts, and their moment."""
    zones = {product.public_id: product.zone for product in _products(access)}
    acts = _find_shown(access, sequences)
    return [
        _to_evidence(acts[sequence], zones.get(acts[sequence].product_id, "UTC"))
        for sequence in sequences
        if sequence in acts
    ]


def _find_shown(access: Access, sequences: Sequence[int]) -> dict[int, ActView]:
    """The acts of these numbers, without those that are their person's alone."""
    found = find_acts(access, sequences) if sequences else {}
    return {number: act for number, act in found.items() if act.kind != WITHHELD}


def take_reading(access: Access, product: ProductView, metric_id: str) -> ActView:
    """Write what a metric says now into the ledger, so that a text can rest on it."""
    access.require(Role.VIEWER, to="taking a reading")
    metric = get_metric(product, metric_id)
    reading = read_metrics(product, [metric])[0]
    if reading.latest is None or reading.latest.value is None:
        raise ConflictError(f"it says nothing yet: {reading.reason}.", value=metric.name)
    place = reading.latest
    facts: dict[str, Any] = {
        "name": metric.name, "value": place.value, "n": place.n, "unit": str(reading.unit),
        "period": str(place.period), "low": place.rate.low if place.rate else None,
        "high": place.rate.high if place.rate else None,
        "hits": place.rate.hits if place.rate else None,
    }  # fmt: skip
    return record_act(access, "reading.taken", "metric", metric_id, facts, product=product)


def _to_evidence(act: ActView, zone: str) -> Evidence:
    numbers: list[float] = []
    days: list[tuple[int, int, int]] = []
    for value in _walk_facts(act.facts):
        if isinstance(value, str):
            numbers += numbers_in(value)
            days += days_in(value)
        else:
            numbers.append(value)
    moments = (act.at, act.at.astimezone(parse_zone(zone)))
    return Evidence(
        key=f"act:{act.sequence}",
        label=say_kind(act.kind),
        numbers=tuple(numbers),
        days=tuple(dict.fromkeys([(m.year, m.month, m.day) for m in moments] + days)),
        minutes=tuple(dict.fromkeys(m.hour * 60 + m.minute for m in moments)),
    )


def _walk_facts(value: Any, key: str = "") -> Iterator[float | str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _walk_facts(inner, str(name))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _walk_facts(inner, key)
    elif key in _NO_MEASURES or key.endswith("_id") or isinstance(value, bool):
        return
    elif isinstance(value, int | float):
        yield float(value)
    elif isinstance(value, str):
        yield value


def _walk(access: Access, wanted: Wanted) -> Iterator[ActView]:
    before, seen = wanted.before, 0
    while seen < LOOK_AT:
        acts = list_acts(access, before=before, limit=AT_ONCE, product_id=wanted.product_id)
        yield from acts
        seen += len(acts)
        if len(acts) < AT_ONCE:
            return
        before = acts[-1].sequence


def _fits(line: ActLine, act: ActView, wanted: Wanted) -> bool:
    if act.user_id == _NOBODY or (wanted.only_mine and not line.is_mine):
        return False
    if not may_be_shown(act.kind):
        return False
    if wanted.kind and not act.kind.startswith(wanted.kind):
        return False
    words = wanted.text.casefold().split()
    text = f"{line.words} {line.title} {line.facts} {line.product_name}".casefold()
    return all(word in text for word in words)


def _to_line(access: Access, act: ActView, book: ContextBook, names: Mapping[str, str]) -> ActLine:
    return ActLine(
        sequence=act.sequence,
        at=act.at,
        kind=act.kind,
        title=str(act.facts.get("name") or act.facts.get("title") or "")[:200],
        facts=_say_facts(act.facts),
        product_name=names.get(act.product_id, ""),
        context=book.kind_of(act),
        is_mine=act.user_id == access.user_public_id,
        hash=act.hash,
    )


def _say_facts(facts: Mapping[str, Any]) -> str:
    shown = [
        f"{key.replace('_', ' ')} {_say(value)}"
        for key, value in facts.items()
        if key not in {"name", "title", "digest", "hash", "sha256"} and not _is_empty(value)
    ]
    return ", ".join(shown)[:300]


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _say(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple):
        return " to ".join(_say(each) for each in value[:4])
    if isinstance(value, Mapping):
        told = [(key, each) for key, each in value.items() if not _is_empty(each)]
        return "; ".join(f"{key.replace('_', ' ')} {_say(each)}" for key, each in told[:4])
    return str(value)[:80]


def _products(access: Access) -> Iterable[ProductView]:
    return list_products(access, with_archived=True)


def _product_names(access: Access) -> dict[str, str]:
    return {product.public_id: product.name for product in _products(access)}
