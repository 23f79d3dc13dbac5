"""Answers: the engine's result for a product's events, with its chart and its rules."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pilothouse.apps.analytics.models import InboxEvent
from pilothouse.apps.analytics.services.charts import chart_for
from pilothouse.apps.analytics.services.kept import keep
from pilothouse.apps.analytics.services.packing import pack_stream
from pilothouse.apps.analytics.services.questions import (
    Query,
    Question,
    describe_range,
    query_for,
)
from pilothouse.apps.analytics.services.store import event_store, list_live_segments
from pilothouse.apps.analytics.services.streams import get_stream
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.engines.analytics import funnel, retention, trend
from pilothouse.engines.analytics.queries import FunnelQuery, TrendQuery
from pilothouse.engines.analytics.results import FunnelResult, RetentionResult, TrendResult
from pilothouse.kernel.charts import ChartSpec
from pilothouse.kernel.times import (
    DAY_US,
    from_us,
    local_date,
    midnight_us,
    parse_zone,
    to_us,
)

if TYPE_CHECKING:
    from pilothouse.engines.analytics.log import EventLog

# Longer than a holiday, shorter than any export that one would still call fresh.
STALE_AFTER_US = 7 * DAY_US

Result = TrendResult | FunnelResult | RetentionResult


@dataclass(frozen=True)
class Answer:
    """A question with its result, drawn and explained."""

    question: Question
    result: Result
    chart: ChartSpec
    days: str
    is_simulated: bool
    # The day of the last event, where that is long ago and the question is asked of that day.
    as_of: date | None

    @property
    def semantics(self) -> dict[str, str]:
        """The named rules behind the numbers."""
        return dict(self.result.semantics)


@dataclass(frozen=True)
class EventName:
    """An event of the catalogue with how often it happened."""

    name: str
    count: int


@dataclass(frozen=True)
class Inventory:
    """What there is to ask about."""

    events: tuple[EventName, ...]
    properties: tuple[str, ...]
    rows: int
    actors: int
    first: datetime | None
    last: datetime | None
    bytes: int
    segments: int


def pack_fresh(product: ProductView) -> int:
    """Pack what has arrived, so that it counts; the id of the product's stream."""
    stream = get_stream(product)
    if InboxEvent.objects.filter(stream=stream).exists():
        pack_stream(stream.pk)
    return stream.pk


def open_log(product: ProductView) -> EventLog:
    """The product's events up to this moment; fresh ones are packed first."""
    stream_id = pack_fresh(product)
    return event_store(stream_id).log(list_live_segments(stream_id))


def ask(product: ProductView, question: Question, log: EventLog | None = None) -> Answer:
    """Answer a question about a product; pass the ``log`` to ask several of the same events."""
    events = open_log(product) if log is None else log
    now_us, stale_day = asked_at(product, events)
    query = query_for(question, product, now_us)
    result = run_query(events, query)
    return Answer(
        question=question,
        result=result,
        chart=chart_for(question, result, product),
        days=describe_range(query, product),
        is_simulated=product.is_simulated,
        as_of=stale_day,
    )


def asked_at(product: ProductView, log: EventLog) -> tuple[int, date | None]:
    """The moment of asking, and the day of the last event where that stands in for now.

    A file of last year's purchases is read as of its own end: asked as of today, its last weeks
    would all be zero. The pages say so.
    """
    now_us = to_us(product.now)
    if log.last_us is None or now_us - log.last_us <= STALE_AFTER_US:
        return now_us, None
    zone = parse_zone(product.zone)
    day = local_date(log.last_us, zone)
    return midnight_us(day + timedelta(days=1), zone), day


def run_query(log: EventLog, query: Query) -> Result:
    """Hand a query to its engine."""
    if isinstance(query, TrendQuery):
        return trend(log, query)
    if isinstance(query, FunnelQuery):
        return funnel(log, query)
    return retention(log, query)


def take_inventory(product: ProductView) -> Inventory:
    """The events and properties of a product, for menus and for the sources page."""
    stream_id = pack_fresh(product)
    segments = list_live_segments(stream_id)
    counts = Counter[str]()
    for segment in segments:
        counts.update(dict(segment.events))

    def look() -> dict[str, Any]:
        log = event_store(stream_id).log(segments)
        return {"properties": list(log.property_names), "actors": log.actors}

    kept = keep(stream_id, "inventory", product, [], look)
    return Inventory(
        events=tuple(EventName(name, count) for name, count in counts.most_common()),
        properties=tuple(kept["properties"]),
        rows=sum(segment.rows for segment in segments),
        actors=kept["actors"],
        first=from_us(min(s.first_us for s in segments)) if segments else None,
        last=from_us(max(s.last_us for s in segments)) if segments else None,
        bytes=sum(segment.bytes for segment in segments),
        segments=len(segments),
    )


def to_json(answer: Answer) -> dict[str, Any]:
    """An answer for the API and for commands: numbers with their rules beside them."""
    body = dataclasses.asdict(answer.result)
    body["semantics"] = answer.semantics
    return {
        "kind": answer.question.kind,
        "definition": answer.question.definition,
        "days": answer.days,
        "as_of": None if answer.as_of is None else answer.as_of.isoformat(),
        "simulated": answer.is_simulated,
        **_plain(body),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
