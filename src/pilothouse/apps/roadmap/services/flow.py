"""Flow of the backlog's items: cycle times, what ages, cumulative flow, Little's law."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pilothouse.apps.backlog.models import ItemKind, ItemStatus
from pilothouse.apps.backlog.services.flow import FlowItem, list_flow
from pilothouse.apps.backlog.services.items import item_url
from pilothouse.apps.roadmap.services.quarters import today_of
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.attention import Attention
from pilothouse.engines.roadmap.flow import (
    SLE_PERCENT,
    Ageing,
    CycleTimes,
    LittleLaw,
    WorkItem,
    check_littles_law,
    cumulate_flow,
    list_ageing,
    measure_cycle_times,
)
from pilothouse.kernel.charts import ChartSpec, Point, Series
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.intervals import wilson
from pilothouse.kernel.times import parse_zone

WINDOWS = (6, 12, 26, 52)
WINDOW_CHOICES = tuple((weeks, f"last {weeks} weeks") for weeks in WINDOWS)
# What a team finishes week by week; ideas and opportunities are decided, not delivered.
DELIVERED = (ItemKind.STORY.value, ItemKind.BUG.value, ItemKind.CHORE.value)
CLASSES = (ItemKind.FEATURE.value, *DELIVERED)
CLASS_CHOICES = tuple((kind, ItemKind(kind).label) for kind in CLASSES)
LOOK_BACK_WEEKS = 26
_MOST_DRAWN = 25
_MOST_TOLD = 10
_MOST_DAYS_DRAWN = 60


@dataclass(frozen=True)
class AgeingRow:
    """An item in progress with its age."""

    public_id: str
    ref: str
    title: str
    kind: str
    url: str
    age_days: int
    share_done_by_now: float | None
    is_past: bool


@dataclass(frozen=True)
class FlowReport:
    """How work of some classes flows, over a window that ends today."""

    kinds: tuple[str, ...]
    window_weeks: int
    first: date
    last: date
    done: int
    cycles: CycleTimes | None
    ageing: tuple[AgeingRow, ...]
    law: LittleLaw
    cumulative: ChartSpec
    ages: ChartSpec
    cycle_chart: ChartSpec
    is_simulated: bool

    @property
    def past(self) -> int:
        """How many items in progress are older than the 85th percentile."""
        return sum(row.is_past for row in self.ageing)

    @property
    def in_progress(self) -> int:
        """How many items are begun and not done."""
        return len(self.ageing)

    @property
    def half_days(self) -> int | None:
        """Days within which half of the items were done."""
        return self.cycles.percentiles[50] if self.cycles else None

    @property
    def safe_days(self) -> int | None:
        """Days within which 85 % of the items were done."""
        return self.cycles.percentiles[SLE_PERCENT] if self.cycles else None


def read_flow(
    product: ProductView, *, kinds: Collection[str] = (), window_weeks: int = 12
) -> FlowReport:
    """The flow of the items of ``kinds`` (all delivered kinds when none is named)."""
    chosen = check_classes(kinds)
    check_window(window_weeks)
    today = today_of(product)
    first = today - timedelta(days=7 * window_weeks - 1)
    recent_flow = list_flow(product, since_of(product, window_weeks))
    items = [item for item in recent_flow if item.kind in chosen and _counts(item)]
    work = to_work(product, items)
    recent = [each for each in work if each.done is None or first <= each.done]
    cycles = measure_cycle_times([each for each in recent if each.done and each.done <= today])
    ageing = _to_rows(product, items, list_ageing(recent, cycles, today))
    return FlowReport(
        kinds=chosen,
        window_weeks=window_weeks,
        first=first,
        last=today,
        done=cycles.n if cycles else 0,
        cycles=cycles,
        ageing=ageing,
        law=check_littles_law(work, first, today),
        cumulative=_draw_cumulative(work, first, today),
        ages=_draw_ages(ageing, cycles),
        cycle_chart=_draw_cycles(cycles),
        is_simulated=product.is_simulated,
    )


def to_work(product: ProductView, items: Sequence[FlowItem]) -> list[WorkItem]:
    """Items of the backlog as the engine takes them, with days of the product's zone."""
    zone = parse_zone(product.zone)
    return [
        WorkItem(
            key=item.public_id,
            created=_local(item.created_at, zone) or date.min,
            started=_local(item.started_at, zone),
            done=_local(item.done_at, zone),
        )
        for item in items
    ]


def since_of(product: ProductView, window_weeks: int) -> datetime:
    """How far back to read: the window, and half a year more to see that work went on before it."""
    return product.now - timedelta(weeks=window_weeks + LOOK_BACK_WEEKS)


def check_classes(kinds: Collection[str]) -> tuple[str, ...]:
    """Known classes of work, in their order; the delivered ones when none is named."""
    for kind in kinds:
        if kind not in CLASSES:
            raise InvalidValueError(f"a class of work is one of {', '.join(CLASSES)}.", value=kind)
    return tuple(kind for kind in CLASSES if kind in kinds) or DELIVERED


def check_window(weeks: int) -> int:
    """A window of history that is offered."""
    if weeks not in WINDOWS:
        raise InvalidValueError(
            f"a window is {', '.join(str(each) for each in WINDOWS)} weeks.", value=weeks
        )
    return weeks


def check_whole(value: int, what: str, low: int, high: int) -> int:
    """A whole number from ``low`` to ``high``, however long what was given is."""
    if not low <= value <= high:
        raise InvalidValueError(
            f"{what} is a whole number from {low:,} to {high:,}.", value=str(value)[:40]
        )
    return value


def to_flow_json(report: FlowReport) -> dict[str, Any]:
    """A report as the API and commands show it."""
    cycles, law = report.cycles, report.law
    return {
        "simulated": report.is_simulated,
        "kinds": list(report.kinds),
        "window_weeks": report.window_weeks,
        "from": report.first.isoformat(),
        "to": report.last.isoformat(),
        "done": report.done,
        "cycle_time_days": None
        if cycles is None
        else {
            "n": cycles.n,
            **{f"p{share}": days for share, days in cycles.percentiles.items()},
            "p85_interval": cycles.intervals[SLE_PERCENT],
        },
        "service_level": cycles.sentence if cycles else "Nothing was finished in this window.",
        "ageing": [
            {
                "id": row.public_id,
                "ref": row.ref,
                "title": row.title,
                "age_days": row.age_days,
                "share_done_by_now": row.share_done_by_now,
                "past_85th_percentile": row.is_past,
            }
            for row in report.ageing
        ],
        "littles_law": {
            "wip": law.wip,
            "throughput_per_day": law.throughput,
            "cycle_days": law.cycle_days,
            "expected_wip": law.expected_wip,
            "ratio": law.ratio,
            "stable": law.is_stable,
            "verdict": law.sentence,
        },
        "semantics": dict(report.cumulative.semantics),
    }


def _counts(item: FlowItem) -> bool:
    # What was dropped is neither in progress nor done.
    return item.status != ItemStatus.DROPPED or item.done_at is not None


def _local(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return moment.astimezone(zone).date() if moment else None


def _to_rows(
    product: ProductView, items: Sequence[FlowItem], ageing: Sequence[Ageing]
) -> tuple[AgeingRow, ...]:
    by_id = {item.public_id: item for item in items}
    return tuple(
        AgeingRow(
            public_id=each.key,
            ref=f"#{by_id[each.key].number}",
            title=by_id[each.key].title,
            kind=by_id[each.key].kind,
            url=item_url(product, each.key),
            age_days=each.age_days,
            share_done_by_now=each.share_done_by_now,
            is_past=each.is_past,
        )
        for each in ageing
    )


_RULES = (
    ("days", "calendar days of the product's zone; first and last day both count"),
    ("begun", "the first time an item came to doing; without one, the day it was done"),
    ("dropped items", "left out"),
    ("percentiles", "nearest rank over items finished in the window"),
    ("cumulative flow", "items open now or done since half a year before the window"),
)


def _draw_cumulative(work: Sequence[WorkItem], first: date, last: date) -> ChartSpec:
    days = cumulate_flow(work, first, last)
    end = days[-1]
    parts = (("Created", "created"), ("Begun", "begun"), ("Done", "done"))
    return ChartSpec(
        kind="line",
        title="Cumulative flow",
        summary=(
            f"{end.in_progress} in progress and {end.waiting} waiting today. The height between "
            "two lines is what lies there; the width is about how long it stays."
        ),
        series=tuple(
            Series(
                name,
                tuple(Point(each.day.isoformat(), getattr(each, field)) for each in days),
            )
            for name, field in parts
        ),
        x_title="Day",
        semantics=_RULES,
    )


def _draw_ages(ageing: Sequence[AgeingRow], cycles: CycleTimes | None) -> ChartSpec:
    limit = cycles.percentiles[SLE_PERCENT] if cycles and not cycles.is_thin else None
    past = sum(row.is_past for row in ageing)
    summary = f"{len(ageing)} in progress"
    if limit is not None:
        summary += f", {past} older than the 85th percentile of {limit} days"
    if len(ageing) > _MOST_DRAWN:
        summary += f"; the {_MOST_DRAWN} oldest are drawn"
    points = tuple(
        Point(
            f"{row.ref} {row.title}",
            row.age_days,
            note="past the 85th percentile" if row.is_past else "",
        )
        for row in ageing[:_MOST_DRAWN]
    )
    series = (Series("Age in days", points),) if points else ()
    return ChartSpec("bar", "Age of work in progress", f"{summary}.", series, semantics=_RULES)


def _draw_cycles(cycles: CycleTimes | None) -> ChartSpec:
    if cycles is None:
        return ChartSpec("line", "Done within", "Nothing was finished in this window.", ())
    top = min(cycles.days[-1], _MOST_DAYS_DRAWN)
    rates = [wilson(bisect_right(cycles.days, day), cycles.n) for day in range(1, top + 1)]
    points = [
        Point(str(day), rate.share, rate.low, rate.high, rate.n)
        for day, rate in enumerate(rates, start=1)
    ]
    return ChartSpec(
        kind="line",
        title="Done within",
        summary=cycles.sentence,
        series=(Series("Share of items", tuple(points)),),
        unit="share",
        x_title="Days from start to finish",
        semantics=_RULES,
    )


def list_ageing_attention(access: Access, product: ProductView, today: date) -> list[Attention]:
    """Items in progress for longer than 85 % of finished ones took; one query."""
    del access
    first = today - timedelta(weeks=12)
    items = [
        item
        for item in list_flow(product, product.now - timedelta(weeks=13))
        if item.kind in DELIVERED and _counts(item)
    ]
    work = [each for each in to_work(product, items) if each.done is None or each.done >= first]
    cycles = measure_cycle_times([each for each in work if each.done and each.done <= today])
    rows = _to_rows(product, items, [a for a in list_ageing(work, cycles, today) if a.is_past])
    limit = cycles.percentiles[SLE_PERCENT] if cycles else 0
    return [
        Attention(
            "item",
            f"{row.ref} {row.title}: in progress for {row.age_days} days; 85% take up to {limit}",
            row.url,
            is_warning=True,
        )
        for row in rows[:_MOST_TOLD]
    ]
