"""Decisions as other apps and the screens see them: frozen, with everything read at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from pilothouse.apps.decisions.models import (
    Cause,
    Decision,
    Dissent,
    Door,
    Option,
    Review,
    Status,
    Verdict,
)
from pilothouse.apps.decisions.services.figures import show_number
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.kernel.errors import NotFoundError


@dataclass(frozen=True)
class OptionView:
    """One way that was considered."""

    title: str
    pros: str
    cons: str
    cost: str
    is_chosen: bool


@dataclass(frozen=True)
class DissentView:
    """Who disagreed and why."""

    public_id: str
    who: str
    why: str
    at: datetime


@dataclass(frozen=True)
class ReviewView:
    """A look back."""

    happened: str
    verdict: Verdict
    cause: Cause
    learned: str
    at: datetime
    person: str


@dataclass(frozen=True)
class DecisionView:
    """A decision record. ``now_day`` is the product's day when it was read."""

    public_id: str
    number: int
    title: str
    status: Status
    context: str
    reasons: str
    expected: str
    probability: float | None
    review_on: date | None
    door: Door
    driver: str
    approver: str
    contributors: tuple[str, ...]
    informed: tuple[str, ...]
    topics: tuple[str, ...]
    options: tuple[OptionView, ...]
    dissents: tuple[DissentView, ...]
    reviews: tuple[ReviewView, ...]
    superseded_by: str
    created_at: datetime
    decided_at: datetime | None
    revised: int
    author: str
    url: str
    now_day: date

    @property
    def ref(self) -> str:
        return f"D{self.number}"

    @property
    def chance(self) -> str:
        """The probability of the expected result: ``65%``, or nothing."""
        return "" if self.probability is None else show_number(self.probability, "share")

    @property
    def chosen(self) -> OptionView | None:
        return next((option for option in self.options if option.is_chosen), None)

    @property
    def is_due(self) -> bool:
        """Whether its review is due and not yet held."""
        is_open = self.status == Status.DECIDED and self.review_on is not None
        return is_open and self.review_on is not None and self.review_on <= self.now_day

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody with a part in it, each once."""
        names = (self.driver, self.approver, *self.contributors, *self.informed, self.author)
        return tuple(dict.fromkeys(name for name in names if name))

    @property
    def gaps(self) -> tuple[str, ...]:
        """What is missing for it to be judged later."""
        found = (
            (len(self.options) < 2, "only one option was considered"),
            (not self.reasons, "why it was chosen is not said"),
            (not self.expected, "no expected result, so nothing to look back at"),
            (bool(self.expected) and self.probability is None, "no probability of that result"),
            (self.review_on is None, "no review date"),
            (not self.approver, "nobody is named as the approver"),
        )
        return tuple(words for is_missing, words in found if is_missing)


def decision_url(product: ProductView, public_id: str) -> str:
    """The address of a decision's page."""
    return f"/p/{product.public_id}/decisions/d/{public_id}/"


def find_row(
    product: ProductView, public_id: str, *, with_deleted: bool = False, lock: bool = False
) -> Decision:
    """The row of a decision; NotFoundError where the product has none such."""
    rows = Decision.objects.filter(product_id=product.id, public_id=public_id)
    rows = rows.select_for_update() if lock else rows
    row = (rows if with_deleted else rows.filter(deleted_at=None)).first()
    if row is None:
        raise NotFoundError("there is no such decision in this product.", value=public_id)
    return row


def read_rows(product: ProductView, rows: QuerySet[Decision], day: date) -> list[DecisionView]:
    """Rows with all that belongs to them, in a fixed number of queries."""
    whole = rows.select_related("user", "superseded_by").prefetch_related(
        Prefetch("options", Option.objects.order_by("position")),
        Prefetch("dissents", Dissent.objects.filter(deleted_at=None).order_by("pk")),
        Prefetch("reviews", Review.objects.select_related("user").order_by("pk")),
        "revisions",
    )
    return [_to_view(product, row, day) for row in whole]


def _to_view(product: ProductView, row: Decision, day: date) -> DecisionView:
    return DecisionView(
        public_id=row.public_id,
        number=row.number,
        title=row.title,
        status=Status(row.status),
        context=row.context,
        reasons=row.reasons,
        expected=row.expected,
        probability=row.probability,
        review_on=row.review_on,
        door=Door(row.door),
        driver=row.driver,
        approver=row.approver,
        contributors=tuple(row.contributors),
        informed=tuple(row.informed),
        topics=tuple(row.topics),
        options=_options(row.options.all()),
        dissents=tuple(
            DissentView(each.public_id, each.who, each.why, each.at) for each in row.dissents.all()
        ),
        reviews=tuple(_review(each) for each in row.reviews.all()),
        superseded_by=row.superseded_by.public_id if row.superseded_by else "",
        created_at=row.created_at,
        decided_at=row.decided_at,
        revised=len(row.revisions.all()),
        author=row.user.name if row.user else "",
        url=decision_url(product, row.public_id),
        now_day=day,
    )


def _options(rows: Sequence[Option] | Any) -> tuple[OptionView, ...]:
    return tuple(
        OptionView(each.title, each.pros, each.cons, each.cost, each.is_chosen) for each in rows
    )


def _review(row: Review) -> ReviewView:
    return ReviewView(
        happened=row.happened,
        verdict=Verdict(row.verdict),
        cause=Cause(row.cause),
        learned=row.learned,
        at=row.at,
        person=row.user.name if row.user else "",
    )
