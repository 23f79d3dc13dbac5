"""The person's own page of the day: up to three things in focus, and the evening's reflection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from pilothouse.apps.today.models import DayPage
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import list_acts, record_act
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import clean_text
from pilothouse.kernel.times import local_date, parse_zone, to_us

MAX_FOCUS = 3
MAX_FOCUS_TEXT = 200
MAX_REFLECTION = 10_000


@dataclass(frozen=True)
class Focus:
    """One thing that the day is for."""

    text: str
    is_done: bool


@dataclass(frozen=True)
class DayView:
    """A person's day with a product."""

    day: date
    focus: tuple[Focus, ...]
    reflection: str
    # What the ledger saw today, by kind of act.
    acts: tuple[tuple[str, int], ...]


def get_day(access: Access, product: ProductView, day: date) -> DayView:
    """The page of a day; an empty one where nothing was written."""
    page = DayPage.objects.filter(product_id=product.id, user_id=access.user_id, day=day).first()
    return DayView(
        day=day,
        focus=tuple(Focus(each["text"], each["is_done"]) for each in page.focus) if page else (),
        reflection=page.reflection if page else "",
        acts=_count_acts(access, product, day),
    )


def set_focus(
    access: Access, product: ProductView, day: date, texts: Sequence[str], done: Sequence[int] = ()
) -> DayView:
    """Choose what the day is for (blank lines are dropped); ``done`` are places from 0."""
    access.require(Role.COMMENTER, to="choosing a focus")
    lines = [clean_text(text).strip() for text in texts]
    kept = [(place, line) for place, line in enumerate(lines) if line]
    if len(kept) > MAX_FOCUS:
        raise InvalidValueError(
            f"a day has at most {MAX_FOCUS} things in focus; this has {len(kept)}.",
            remedy="What is left can wait in the inbox.",
        )
    for _, line in kept:
        if len(line) > MAX_FOCUS_TEXT:
            raise InvalidValueError(f"a focus has at most {MAX_FOCUS_TEXT} characters.", value=line)
    focus = [{"text": line, "is_done": place in done} for place, line in kept]
    with transaction.atomic():
        DayPage.objects.update_or_create(
            product_id=product.id, user_id=access.user_id, day=day, defaults={"focus": focus}
        )
        facts = {"chosen": len(focus), "done": sum(bool(each["is_done"]) for each in focus)}
        record_act(access, "day.focus-set", "day", day.isoformat(), facts, product=product)
    return get_day(access, product, day)


def reflect(access: Access, product: ProductView, day: date, text: str) -> DayView:
    """Write the evening's reflection; the ledger keeps that it was written, not what."""
    access.require(Role.COMMENTER, to="reflecting on the day")
    body = clean_text(text).strip()
    if len(body) > MAX_REFLECTION:
        raise InvalidValueError(
            f"a reflection has at most {MAX_REFLECTION:,} characters; this has {len(body):,}."
        )
    with transaction.atomic():
        DayPage.objects.update_or_create(
            product_id=product.id, user_id=access.user_id, day=day, defaults={"reflection": body}
        )
        facts = {"characters": len(body)}
        record_act(access, "day.reflected", "day", day.isoformat(), facts, product=product)
    return get_day(access, product, day)


def _count_acts(access: Access, product: ProductView, day: date) -> tuple[tuple[str, int], ...]:
    zone = parse_zone(product.zone)
    acts = list_acts(access, limit=200, product_id=product.public_id)
    kinds = Counter(
        act.kind
        for act in acts
        if act.user_id == access.user_public_id and local_date(to_us(act.at), zone) == day
    )
    return tuple(kinds.most_common())
