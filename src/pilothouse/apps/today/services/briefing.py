"""The morning's briefing: what moved beyond noise, what changed, what is due, what waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from pilothouse.apps.analytics.services.changes import list_event_changes
from pilothouse.apps.analytics.services.metrics import list_metrics
from pilothouse.apps.analytics.services.readings import Reading, read_metrics
from pilothouse.apps.backlog.services.attention import list_attention as list_items
from pilothouse.apps.decisions.services.attention import list_attention as list_decisions
from pilothouse.apps.documents.services.attention import list_attention as list_documents
from pilothouse.apps.experiments.services.attention import list_attention as list_experiments
from pilothouse.apps.jobs.services.attention import list_attention as list_jobs
from pilothouse.apps.people.services.attention import list_attention as list_people
from pilothouse.apps.portfolio.services.attention import list_attention as list_portfolio
from pilothouse.apps.roadmap.services.attention import list_attention as list_roadmap
from pilothouse.apps.skills.services.attention import list_attention as list_skills
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.attention import Attention
from pilothouse.apps.workspace.services.captures import CaptureView, list_open_captures
from pilothouse.apps.workspace.services.ledger import ActView, list_acts
from pilothouse.kernel.times import local_date, parse_zone, to_us

LOOK_BACK = timedelta(hours=36)
_VERDICT_ORDER = {"moved": 0, "unknown": 2, "noise": 1}
# Acts that a colleague would want to hear of in the morning: for one of them, and for several.
_ACT_WORDS = {
    "product.created": ("Product created", "products created"),
    "product.changed": ("Product settings changed", "changes of the product's settings"),
    "metric.defined": ("Metric defined", "metrics defined"),
    "metric.changed": ("Metric redefined", "metrics redefined"),
    "metric.deleted": ("Metric deleted", "metrics deleted"),
    "import.started": ("Import started", "imports started"),
    "import.undone": ("Import undone", "imports undone"),
    "write-key.created": ("Write key made", "write keys made"),
    "write-key.revoked": ("Write key revoked", "write keys revoked"),
    "decision.decided": ("Decided", "decisions taken"),
    "forecast.resolved": ("Forecast resolved", "forecasts resolved"),
    "experiment.preregistered": ("Experiment registered", "experiments registered"),
    "experiment.read-out": ("Experiment read out", "experiments read out"),
    "release.released": ("Released", "releases"),
    "document.published": ("Document published", "documents published"),
    "promise.made": ("Promise made", "promises made"),
    "promise.broken": ("Promise broken", "promises broken"),
}


@dataclass(frozen=True)
class Change:
    """Something that is different from yesterday, with the page that shows it."""

    sentence: str
    at: datetime | None
    url: str
    is_warning: bool = False


@dataclass(frozen=True)
class Briefing:
    """The first card of the day."""

    day: date
    readings: tuple[Reading, ...]
    changes: tuple[Change, ...]
    due: tuple[CaptureView, ...]
    inbox: tuple[CaptureView, ...]
    attention: tuple[Attention, ...] = ()

    @property
    def moved(self) -> tuple[Reading, ...]:
        """The metrics that moved beyond noise."""
        return tuple(reading for reading in self.readings if reading.verdict == "moved")

    @property
    def as_of(self) -> date | None:
        """The day of the last event, where everything is read as of it."""
        return self.readings[0].as_of if self.readings else None

    @property
    def headline(self) -> str:
        """The briefing in one sentence."""
        if not self.readings:
            return "No metric is watched yet."
        moved = len(self.moved)
        noise = sum(reading.verdict == "noise" for reading in self.readings)
        unknown = len(self.readings) - moved - noise
        parts = [
            f"{moved} of {len(self.readings)} metrics moved beyond noise"
            if moved
            else "No metric moved beyond noise"
        ]
        if unknown:
            parts.append(f"{unknown} cannot be judged yet")
        due = len(self.due) + sum(each.due is not None for each in self.attention)
        if due:
            parts.append(f"{due} due")
        return ", ".join(parts) + "."


def prepare_briefing(access: Access, product: ProductView) -> Briefing:
    """Everything the morning card shows."""
    today = today_of(product)
    captures = list_open_captures(access, product)
    due = [capture for capture in captures if capture.due and capture.due <= today]
    readings = read_metrics(product, list_metrics(product, only_on_today=True))
    return Briefing(
        day=today,
        readings=tuple(_sort_readings(readings)),
        changes=tuple(_list_changes(access, product)),
        due=tuple(due),
        inbox=tuple(capture for capture in captures if capture not in due),
        attention=tuple(_list_attention(access, product, today)),
    )


def today_of(product: ProductView) -> date:
    """The calendar day on which the product lives now."""
    return local_date(to_us(product.now), parse_zone(product.zone))


_ATTENTION = (
    list_experiments, list_items, list_documents, list_roadmap, list_decisions, list_portfolio,
    list_skills, list_jobs,
    list_skills, list_people,
)  # fmt: skip


def _list_attention(access: Access, product: ProductView, today: date) -> list[Attention]:
    """What the other pages want looked at: warnings first, then by day."""
    found = {
        attention.url: attention
        for list_of in _ATTENTION
        for attention in list_of(access, product, today)
    }
    return sorted(found.values(), key=lambda each: (not each.is_warning, each.due or date.max))


def _sort_readings(readings: Sequence[Reading]) -> list[Reading]:
    def weight(reading: Reading) -> tuple[int, float]:
        z = reading.baseline.z if reading.baseline and reading.baseline.z is not None else 0.0
        return _VERDICT_ORDER[reading.verdict], -abs(z)

    return sorted(readings, key=weight)


def _list_changes(access: Access, product: ProductView) -> list[Change]:
    since = timezone.now() - LOOK_BACK
    base = f"/p/{product.public_id}/analytics"
    changes = [
        Change(change.sentence, change.at, f"{base}/{change.page}", change.is_warning)
        for change in list_event_changes(product, since)
    ]
    acts = list_acts(access, limit=100, product_id=product.public_id)
    return changes + _describe_acts([act for act in acts if act.at >= since])


def _describe_acts(acts: Sequence[ActView]) -> list[Change]:
    """One line a kind of act: the thing's name, or how many there were."""
    kinds: dict[str, list[ActView]] = {}
    for act in acts:
        kinds.setdefault(act.kind, []).append(act)
    changes = []
    for kind, each in kinds.items():
        if kind not in _ACT_WORDS:
            continue
        one, several = _ACT_WORDS[kind]
        name = each[0].facts.get("name", "")
        sentence = f"{len(each)} {several}" if len(each) > 1 else f"{one}: {name}".rstrip(": ")
        changes.append(Change(sentence, each[0].at, "/workspace/ledger/"))
    return changes
