"""Statistics of one's study: what is coming, and how much was really recalled.

They tell how well cards are remembered. They are never a measure of competence.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from pilothouse.apps.skills.models import CardReview, CardStage
from pilothouse.apps.skills.services.cards import state_rows
from pilothouse.apps.skills.services.cards_content import deck_title
from pilothouse.apps.skills.services.decks import Habits, get_habits
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.skills.scheduling import AGAIN
from pilothouse.kernel.charts import ChartSpec, Point, Series
from pilothouse.kernel.intervals import Rate, wilson

DAYS = 30
MATURE_DAYS = 21
NOT_COMPETENCE = (
    "These figures tell how well cards are remembered. They are never a measure of competence: "
    "levels rest on recorded acts."
)


@dataclass(frozen=True)
class DeckRetention:
    """Of cards in review that came up, the share that was recalled."""

    deck: str
    title: str
    rate: Rate


@dataclass(frozen=True)
class Figures:
    """A person's figures. ``retention`` is over all decks."""

    reviews: int
    begun: int
    mature: int
    seconds: float
    wished: float
    retention: Rate
    by_deck: tuple[DeckRetention, ...]
    coming: ChartSpec
    done: ChartSpec
    days: int


def get_figures(access: Access, now: datetime, *, days: int = DAYS) -> Figures:
    """The figures of the last ``days`` days and what is due in the next thirty: five queries."""
    habits = get_habits(access)
    today = habits.day_of(now)
    reviews = CardReview.objects.filter(workspace_id=access.workspace_id, user_id=access.user_id)
    recent = reviews.filter(day__gt=today - timedelta(days=days), day__lte=today)
    came_up = recent.filter(stage=CardStage.REVIEW).values("deck").order_by("deck")
    sums = came_up.annotate(n=Count("pk"), hits=Count("pk", Q(rating__gt=AGAIN)))
    by_deck = tuple(
        DeckRetention(each["deck"], deck_title(each["deck"]), wilson(each["hits"], each["n"]))
        for each in sums
    )
    states = list(state_rows(access).filter(is_suspended=False).values_list("due", "stability"))
    per_day = dict(recent.values("day").annotate(n=Count("pk")).values_list("day", "n"))
    times = recent.values_list("seconds", flat=True)
    return Figures(
        reviews=sum(per_day.values()),
        begun=sum(due is not None for due, _ in states),
        mature=sum(s is not None and s >= MATURE_DAYS for _, s in states),
        seconds=sum(each for each in times if each is not None),
        wished=habits.retention,
        retention=wilson(sum(d.rate.hits for d in by_deck), sum(d.rate.n for d in by_deck)),
        by_deck=by_deck,
        coming=chart_coming([due for due, _ in states if due is not None], habits, now),
        done=chart_done(per_day, today, days),
        days=days,
    )


def chart_coming(dues: list[datetime], habits: Habits, now: datetime) -> ChartSpec:
    """How many cards are due on each of the next thirty days, if none is rated meanwhile."""
    today = habits.day_of(now)
    counts = Counter(max(0, (habits.day_of(due) - today).days) for due in dues)
    shown = [counts[day] for day in range(DAYS)]
    total = sum(shown)
    summary = (
        f"{shown[0]} due today, {sum(shown[:7])} within a week, {total} within {DAYS} days; "
        f"the fullest day has {max(shown)}."
        if total
        else f"No card is due within {DAYS} days."
    )
    points = tuple(
        Point(
            _label(today + timedelta(days=day)), shown[day], note="today and overdue" * (day == 0)
        )
        for day in range(DAYS)
    )
    return ChartSpec(
        kind="line",
        title="Cards due in the next 30 days",
        summary=summary,
        series=(Series("Due", points),),
        x_title="day",
        semantics=(
            ("due", "as scheduled now; each rating moves a card, and new cards come on top"),
            ("today", "what is overdue counts as today"),
            ("left out", "suspended and deleted cards"),
        ),
    )


def chart_done(per_day: dict[date, int], today: date, days: int) -> ChartSpec:
    """How many ratings were given on each of the last days."""
    span = [today - timedelta(days=days - 1 - n) for n in range(days)]
    total, active = sum(per_day.values()), len(per_day)
    summary = (
        f"{total:,} ratings on {active} of {days} days."
        if total
        else f"No rating in the last {days} days."
    )
    return ChartSpec(
        kind="line",
        title=f"Ratings in the last {days} days",
        summary=summary,
        series=(Series("Ratings", tuple(Point(_label(d), per_day.get(d, 0)) for d in span)),),
        x_title="day",
        semantics=(("rating", "one answer to one card; ratings taken back do not count"),),
    )


def to_figures_json(figures: Figures) -> dict[str, Any]:
    """The figures for programs."""
    return {
        "days": figures.days,
        "reviews": figures.reviews,
        "cards_begun": figures.begun,
        "cards_mature": figures.mature,
        "wished_retention": figures.wished,
        "true_retention": to_rate_json(figures.retention),
        "by_deck": [
            {"deck": each.deck, "title": each.title, **to_rate_json(each.rate)}
            for each in figures.by_deck
        ],
        "due_by_day": [
            {"day": point.label, "due": point.value} for point in figures.coming.series[0].points
        ],
        "note": NOT_COMPETENCE,
    }


def to_rate_json(rate: Rate) -> dict[str, Any]:
    """A rate with its n and interval."""
    return {
        "share": rate.share, "recalled": rate.hits, "n": rate.n, "low": rate.low, "high": rate.high,
    }  # fmt: skip


def _label(day: date) -> str:
    return f"{day.day} {day:%b}"
