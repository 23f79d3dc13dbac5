"""The morning's briefing: what moved beyond noise, what changed, what is due, what waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pilothouse.apps.analytics.services.changes import list_event_changes
from pilothouse.apps.analytics.services.metrics import list_metrics
from pilothouse.apps.analytics.services.readings import Reading, read_metrics
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.captures import CaptureView, list_open_captures
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.kernel.times import local_date, parse_zone, to_us

LOOK_BACK = timedelta(hours=36)
_VERDICT_ORDER = {"moved": 0, "unknown": 2, "noise": 1}
# Acts that a colleague would want to hear of in the morning, in words.
_ACT_WORDS = {
    "product.created": "Product created",
    "product.changed": "Product settings changed",
    "metric.defined": "Metric defined",
    "metric.changed": "Metric redefined",
    "metric.deleted": "Metric deleted",
    "import.started": "Import started",
    "import.undone": "Import undone",
    "write-key.created": "Write key made",
    "write-key.revoked": "Write key revoked",
    "member.invited": "Member invited",
    "member.removed": "Member removed",
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

    @property
    def moved(self) -> tuple[Reading, ...]:
        """The metrics that moved beyond noise."""
        return tuple(reading for reading in self.readings if reading.verdict == "moved")

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
        if self.due:
            parts.append(f"{len(self.due)} due")
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
    )


def today_of(product: ProductView) -> date:
    """The calendar day on which the product lives now."""
    return local_date(to_us(product.now), parse_zone(product.zone))


def _sort_readings(readings: Sequence[Reading]) -> list[Reading]:
    def weight(reading: Reading) -> tuple[int, float]:
        z = reading.baseline.z if reading.baseline and reading.baseline.z is not None else 0.0
        return _VERDICT_ORDER[reading.verdict], -abs(z)

    return sorted(readings, key=weight)


def _list_changes(access: Access, product: ProductView) -> list[Change]:
    since = datetime.now(tz=product.now.tzinfo) - LOOK_BACK
    base = f"/p/{product.public_id}/analytics"
    changes = [
        Change(change.sentence, change.at, f"{base}/{change.page}", change.is_warning)
        for change in list_event_changes(product, since)
    ]
    for act in list_acts(access, limit=40, product_id=product.public_id):
        words = _ACT_WORDS.get(act.kind)
        if words and act.at >= since:
            name = act.facts.get("name")
            sentence = f"{words}: {name}" if isinstance(name, str) else words
            changes.append(Change(sentence, act.at, "/workspace/ledger/"))
    return changes[:12]
