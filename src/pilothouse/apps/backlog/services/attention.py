"""What Today must show of the backlog: what is due, and work that has become old."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import F, Q

from pilothouse.apps.backlog.models import Item, ItemStatus
from pilothouse.apps.backlog.services.rows import item_url
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.attention import Attention

MAX_LINES = 20
# Without a history of one's own to judge by, a month in work is long for a single item.
LONG_DAYS = 28


def list_attention(access: Access, product: ProductView, today: date) -> list[Attention]:
    """Items overdue or due within a week, one's own first; then work begun long ago."""
    long_ago = product.now - timedelta(days=LONG_DAYS)
    is_due = Q(due__lte=today + timedelta(days=7))
    is_old = Q(status=ItemStatus.DOING, started_at__lt=long_ago)
    items = (
        Item.objects.filter(is_due | is_old, product_id=product.id, deleted_at=None)
        .exclude(status__in=[ItemStatus.DONE, ItemStatus.DROPPED])
        .order_by(F("due").asc(nulls_last=True), "started_at", "pk")
    )
    found = sorted(items[:200], key=lambda item: item.owner_id != access.user_id)
    return [_tell(product, item, today) for item in found[:MAX_LINES]]


def _tell(product: ProductView, item: Item, today: date) -> Attention:
    name, url = f"#{item.number} {item.title}", item_url(product, item.public_id)
    if item.due is not None and item.due <= today + timedelta(days=7):
        words = _due_words((item.due - today).days)
        return Attention("item", f"{name} {words}", url, item.due, is_warning=item.due < today)
    days = (product.now - item.started_at).days if item.started_at else 0
    return Attention("item", f"{name} has been in work for {days} days", url)


def _due_words(days: int) -> str:
    if days < 0:
        return "was due yesterday" if days == -1 else f"was due {-days} days ago"
    return {0: "is due today", 1: "is due tomorrow"}.get(days, f"is due in {days} days")
