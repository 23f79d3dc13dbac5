"""The pattern page: every component in every state, audited in the browser tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pilothouse.kernel.charts import ChartSpec, Point, Series
from pilothouse.kernel.intervals import wilson
from pilothouse.web.context import FrameProduct, NavigationGroup, NavigationItem

HOSTILE = "<script>alert('x')</script> \"quoted\" & \u202eright to left\u202c Ω 你好 🚢"
LONG = (
    "An extraordinarily long name that somebody pasted from a specification, "
    "WithOneWordThatDoesNotBreakAnywhereAtAllAndGoesOnForEver, and then some more"
)

_GROUPS = (
    ("", (("Today", "sunrise", "t"),)),
    (
        "Learn",
        (
            ("Feedback", "message-square", "f"),
            ("Discovery", "compass", "d"),
            ("Market", "store", "m"),
        ),
    ),
    ("Measure", (("Analytics", "chart-line", "a"), ("Experiments", "flask-conical", "e"))),
    (
        "Decide",
        (
            ("Backlog", "list-ordered", "b"),
            ("Roadmap", "map", "r"),
            ("Documents", "file-text", "o"),
            ("Decisions", "scale", "c"),
        ),
    ),
    ("Align", (("People", "users", "p"), ("Updates", "megaphone", "u"))),
    (
        "Grow",
        (
            ("Skills", "graduation-cap", "s"),
            ("Portfolio", "folder-open", "l"),
            ("Jobs", "briefcase", "j"),
        ),
    ),
    ("Practise", (("Simulation", "orbit", "n"),)),
)


@dataclass(frozen=True)
class _Member:
    user_name: str
    role: str
    workspace_name: str


def _navigation() -> tuple[NavigationGroup, ...]:
    return tuple(
        NavigationGroup(
            label,
            tuple(
                NavigationItem(name, f"#{name.lower()}", icon, name == "Analytics", key)
                for name, icon, key in pages
            ),
        )
        for label, pages in _GROUPS
    )


def _days(
    values: Sequence[float | None], *, spread: float = 0.0, open_from: int = 99
) -> list[Point]:
    return [
        Point(
            f"2026-11-{day:02d}",
            value,
            low=None if value is None or not spread else value * (1 - spread),
            high=None if value is None or not spread else value * (1 + spread),
            immature=day >= open_from,
        )
        for day, value in enumerate(values, start=1)
    ]


def make_charts() -> dict[str, ChartSpec]:
    """One chart of each kind and of each awkward case."""
    actives = [
        812,
        840,
        851,
        790,
        640,
        622,
        878,
        902,
        911,
        None,
        None,
        701,
        688,
        934,
        951,
        960,
        720,
    ]
    signups = [42, 51, 47, 44, 30, 28, 55, 58, 61, 57, 52, 33, 31, 64, 66, 70, 38]
    steps = (("Visited pricing", 4210), ("Started a trial", 1312), ("Invited a colleague", 402))
    funnel = [_rate_point(name, count, 4210) for name, count in steps]
    plans = [_rate_point("Invited", 402, 1312), _rate_point("Imported a file", 611, 1312)]
    return {
        "line": ChartSpec(
            "line",
            "Active users a day",
            "960 on 16 November, 8% above the week before; the last day is not over.",
            (Series("Active users", tuple(_days(actives, spread=0.06, open_from=17))),),
            semantics=(
                ("Active", "at least one event of any name"),
                ("Day", "midnight to midnight, Europe/Berlin"),
            ),
        ),
        "lines": ChartSpec(
            "line",
            "Sign-ups and invitations a day",
            "Both rise on working days; invitations stay at a third of sign-ups.",
            (
                Series("Sign-ups", tuple(_days(signups))),
                Series("Invitations", tuple(_days([v / 3 + 2 for v in signups]))),
                Series("Imports", tuple(_days([v / 5 + 6 for v in reversed(signups)]))),
            ),
        ),
        "bar": ChartSpec(
            "bar",
            "Share of trials that convert, by day of starting",
            "Between 12% and 17%; the intervals overlap, so no day is better than another.",
            (Series("Converted", tuple(_days([0.14, 0.12, 0.17, 0.15, 0.13], spread=0.22))),),
            unit="share",
        ),
        "rows": ChartSpec(
            "bar",
            "What users did next, by plan",
            "Imports come first on both plans.",
            (
                Series("Team", tuple(plans)),
                Series(
                    "Solo",
                    (_rate_point("Invited", 31, 800), _rate_point("Imported a file", 420, 800)),
                ),
            ),
            unit="share",
        ),
        "funnel": ChartSpec(
            "funnel",
            "From pricing to the first colleague",
            "31% start a trial, and 9.5% get as far as inviting somebody.",
            (Series("All", tuple(funnel)),),
            unit="share",
            semantics=(
                ("Order", "in this order, other events between are allowed"),
                ("Window", "7 days, the edge included"),
                ("Interval", "Wilson, 95%"),
            ),
        ),
        "heat": _retention(),
        "hostile": ChartSpec(
            "funnel",
            HOSTILE,
            LONG,
            (Series(HOSTILE, (Point(HOSTILE, 1e18), Point(LONG, None), Point("", -3.0))),),
            unit="number",
        ),
        "empty": ChartSpec("line", "Nothing yet", "No event of this name has arrived.", ()),
    }


def _rate_point(label: str, hits: int, n: int) -> Point:
    rate = wilson(hits, n)
    return Point(label, rate.share, rate.low, rate.high, n=n)


def _retention() -> ChartSpec:
    sizes = (412, 388, 455, 431, 402)
    series = []
    for row, size in enumerate(sizes):
        points = []
        for week in range(6 - row):
            rate = wilson(round(size * (1.0 if week == 0 else 0.46 * 0.88**week)), size)
            is_last = row > 0 and week == 5 - row
            points.append(
                Point(f"Week {week}", rate.share, rate.low, rate.high, n=size, immature=is_last)
            )
        first = date(2026, 10, 5) + timedelta(weeks=row)
        series.append(Series(f"{first.day} {first:%b %Y}", tuple(points)))
    return ChartSpec(
        "heat",
        "Who comes back, by week of the first visit",
        "About 4 in 10 return after one week and a quarter after five.",
        tuple(series),
        unit="share",
        x_title="First week",
        semantics=(("Return", "any event in that week"), ("Week", "Monday to Sunday")),
    )


@require_safe
def patterns(request: HttpRequest) -> HttpResponse:
    """Every component, in every state. Open to all: it shows nothing of the workspace."""
    pages = Paginator(range(1, 12_346), 25)
    product = FrameProduct("23456789bcdf", "Harbour", "simulated", "UTC", is_current=False)
    context = {
        "navigation": _navigation(),
        "product": product,
        "clock_label": "Mon 16 Nov 2026, 09:12",
        "products": [product, replace(product, name=LONG, world="real")],
        "member": _Member("Ada", "owner", "Harbour team"),
        "workspace_pages": (),
        "search_url": request.path,
        "capture_url": "#capture",
        "inbox_url": "#inbox",
        "unread": 3,
        "capture_kinds": [("note", "A note"), ("decision", "A decision")],
        "charts": make_charts(),
        "hostile": HOSTILE,
        "long": LONG,
        "rates": [wilson(12, 80), wilson(0, 40), wilson(40, 40), wilson(0, 0), wilson(3, 250_000)],
        "columns": [
            {"key": "name", "label": "Metric", "sortable": True},
            {"key": "value", "label": "Value", "sortable": True, "number": True},
            {"key": "change", "label": "Change", "number": True},
            {"key": "state", "label": "State"},
        ],
        "rows": [
            ("Weekly active users", 12_480, 0.031, "good", "Growing"),
            ("Trials started", 402, -0.08, "warn", "Within noise"),
            ("Cost of support", 1_250_000.5, 0.21, "bad", "Rising"),
            (HOSTILE, 9_007_199_254_740_993, None, "neutral", "Unknown"),
            (LONG, 0, 0, "neutral", "Still"),
        ],
        "page": pages.page(3),
        "options": [("week", "Week"), ("day", "Day"), ("month", "Month")],
        "tabs": [("table", "Table"), ("rules", "Rules"), ("long", "A longer name")],
        "crumbs": [("Analytics", "#a"), ("Funnels", "#b"), ("From pricing to a colleague", "")],
    }
    if request.GET.get("q"):
        return render(request, "patterns_search.html", context | {"query": request.GET["q"]})
    return render(request, "patterns.html", context)
