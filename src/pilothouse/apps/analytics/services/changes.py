"""What is different about a product's events since a moment: imports, refusals, silence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from pilothouse.apps.analytics.models import Delivery, EventImport, ImportState, Refusal
from pilothouse.apps.workspace.services.access import ProductView

_IMPORT_WORDS = {
    ImportState.DONE: "Import finished",
    ImportState.FAILED: "Import failed",
    ImportState.CANCELLED: "Import cancelled",
}


@dataclass(frozen=True)
class EventChange:
    """One line of what changed; ``page`` is relative to the product's analytics."""

    sentence: str
    at: datetime | None
    page: str
    is_warning: bool = False


def list_event_changes(product: ProductView, since: datetime) -> list[EventChange]:
    """Imports that ended, refused events and clients that fell silent since a moment."""
    return [*_imports(product, since), *_refusals(product, since), *_silence(product)]


def _imports(product: ProductView, since: datetime) -> list[EventChange]:
    imports = EventImport.objects.filter(
        stream__product_id=product.id, ended_at__gte=since, state__in=list(_IMPORT_WORDS)
    ).order_by("-ended_at")[:5]
    return [
        EventChange(
            f"{_IMPORT_WORDS[ImportState(each.state)]}: {each.file_name}, "
            f"{each.accepted:,} events from {each.rows:,} rows",
            each.ended_at,
            f"imports/{each.public_id}/",
            each.state == ImportState.FAILED,
        )
        for each in imports
    ]


def _refusals(product: ProductView, since: datetime) -> list[EventChange]:
    refusals = Refusal.objects.filter(stream__product_id=product.id, last_at__gte=since).order_by(
        "-count"
    )[:3]
    return [
        EventChange(
            f"{refusal.count:,} events refused: {refusal.sentence}",
            refusal.last_at,
            "sources/",
            is_warning=True,
        )
        for refusal in refusals
    ]


def _silence(product: ProductView) -> list[EventChange]:
    """Clients that sent on each of three days and nothing since are worth a line."""
    today = timezone.now().date()
    days = [today - timedelta(days=back) for back in range(5)]
    rows = Delivery.objects.filter(
        stream__product_id=product.id, day__in=days, accepted__gt=0
    ).values_list("day", flat=True)
    active = set(rows)
    if active and not active & set(days[:2]) and set(days[2:]) <= active:
        return [
            EventChange("No client has sent events since the day before yesterday",
                        None, "sources/", is_warning=True)
        ]  # fmt: skip
    return []
