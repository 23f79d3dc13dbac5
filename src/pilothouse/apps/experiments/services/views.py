"""Experiments as other apps and the screens see them: frozen, with everything read at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, QuerySet

from pilothouse.apps.experiments.models import (
    Amendment,
    Book,
    Counts,
    Experiment,
    Look,
    Readout,
    Rule,
    Status,
)
from pilothouse.apps.experiments.services.brief import Brief, digest_of, from_plain
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.kernel.errors import NotFoundError
from pilothouse.kernel.ids import digest
from pilothouse.kernel.times import from_us, midnight_us, parse_zone


@dataclass(frozen=True)
class AmendmentView:
    """A change of a sealed brief."""

    at: datetime
    reason: str
    changes: tuple[Mapping[str, Any], ...]
    digest: str
    status: str
    person: str


@dataclass(frozen=True)
class LookView:
    """A look at the result before the end."""

    at: datetime
    why: str
    units: int | None
    by_rule: bool
    person: str


@dataclass(frozen=True)
class CountsView:
    """Counts as somebody entered them."""

    at: datetime
    body: Mapping[str, Any]
    note: str
    person: str


@dataclass(frozen=True)
class ReadoutView:
    """A result as it was read. ``text`` is the snapshot, ``digest`` its SHA-256.

    The snapshot is read only where it is shown: a list of hundreds needs none of them.
    """

    public_id: str
    number: int
    at: datetime
    text: str
    digest: str
    verdict: str
    by_rule: bool
    learned: str
    person: str

    @cached_property
    def body(self) -> Mapping[str, Any]:
        """The snapshot."""
        found: Mapping[str, Any] = json.loads(self.text)
        return found

    @cached_property
    def is_whole(self) -> bool:
        """Whether the snapshot is still what was hashed."""
        return digest(self.text.encode()) == self.digest


@dataclass(frozen=True)
class ExperimentView:
    """An experiment with all that belongs to it. ``now`` is the product's when it was read."""

    public_id: str
    number: int
    name: str
    status: Status
    brief: Brief
    created_at: datetime
    sealed_at: datetime | None
    sealed_digest: str
    exposed_before: int | None
    started_at: datetime | None
    stopped_at: datetime | None
    stop_reason: str
    read_at: datetime | None
    amendments: tuple[AmendmentView, ...]
    looks: tuple[LookView, ...]
    counts: tuple[CountsView, ...]
    readouts: tuple[ReadoutView, ...]
    is_whole: bool
    author: str
    url: str
    now: datetime
    zone: str

    @property
    def ref(self) -> str:
        return f"E{self.number}"

    @property
    def peeks(self) -> int:
        """Looks outside the stopping rule."""
        return sum(not look.by_rule for look in self.looks)

    @property
    def latest(self) -> ReadoutView | None:
        """The readout that stands."""
        return self.readouts[-1] if self.readouts else None

    @property
    def is_open(self) -> bool:
        """Whether it is planned or runs: neither read out nor cancelled."""
        return self.status not in {Status.READ_OUT, Status.CANCELLED}

    @property
    def is_sealed(self) -> bool:
        return self.sealed_at is not None

    @property
    def ends_at(self) -> datetime | None:
        """When a rule with a fixed day ends: the end of that day."""
        if self.brief.rule != Rule.DATE or self.brief.ends_on is None:
            return None
        return start_of_day(self.zone, self.brief.ends_on + timedelta(days=1))

    @property
    def days_run(self) -> float:
        """Days from its start to its stop, or to now."""
        if self.started_at is None:
            return 0.0
        return ((self.stopped_at or self.now) - self.started_at) / timedelta(days=1)


def start_of_day(zone: str, day: date) -> datetime:
    """The moment at which ``day`` begins in ``zone``."""
    return from_us(midnight_us(day, parse_zone(zone)))


def today_of(product: ProductView) -> date:
    """The product's day in its own zone."""
    return product.now.astimezone(parse_zone(product.zone)).date()


def experiment_url(product: ProductView, public_id: str) -> str:
    """The address of an experiment's page."""
    return f"/p/{product.public_id}/experiments/x/{public_id}/"


def take_number(product: ProductView) -> int:
    """The next number of a product's experiments; call it inside a transaction."""
    Book.objects.get_or_create(product_id=product.id)
    book = Book.objects.select_for_update().get(product_id=product.id)
    number = book.next_experiment
    book.next_experiment = number + 1
    book.save(update_fields=["next_experiment"])
    return number


def find_row(
    product: ProductView, public_id: str, *, with_deleted: bool = False, lock: bool = False
) -> Experiment:
    """The row of an experiment; NotFoundError where the product has none such."""
    rows = Experiment.objects.filter(product_id=product.id, public_id=public_id)
    rows = rows.select_for_update() if lock else rows
    row = (rows if with_deleted else rows.filter(deleted_at=None)).first()
    if row is None:
        raise NotFoundError("there is no such experiment in this product.", value=public_id)
    return row


def read_rows(product: ProductView, rows: QuerySet[Experiment]) -> list[ExperimentView]:
    """Rows with all that belongs to them, in a fixed number of queries."""
    parts = (
        Prefetch(name, model.objects.select_related("user").order_by("pk"))
        for name, model in (
            ("amendments", Amendment), ("looks", Look), ("counts", Counts), ("readouts", Readout),
        )
    )  # fmt: skip
    whole = rows.select_related("user").prefetch_related(*parts)
    return [_to_view(product, row) for row in whole]


def read_one(product: ProductView, row: Experiment) -> ExperimentView:
    """One row, read anew."""
    return read_rows(product, Experiment.objects.filter(pk=row.pk))[0]


def _to_view(product: ProductView, row: Experiment) -> ExperimentView:
    amendments = tuple(_amendment(each) for each in row.amendments.all())
    stands = amendments[-1].digest if amendments else row.sealed_digest
    return ExperimentView(
        public_id=row.public_id,
        number=row.number,
        name=row.name,
        status=Status(row.status),
        brief=from_plain(row.brief),
        created_at=row.created_at,
        sealed_at=row.sealed_at,
        sealed_digest=row.sealed_digest,
        exposed_before=row.exposed_before,
        started_at=row.started_at,
        stopped_at=row.stopped_at,
        stop_reason=row.stop_reason,
        read_at=row.read_at,
        amendments=amendments,
        looks=tuple(_look(each) for each in row.looks.all()),
        counts=tuple(_counts(each) for each in row.counts.all()),
        readouts=tuple(_readout(each) for each in row.readouts.all()),
        is_whole=row.sealed_at is None or digest_of(row.brief) == stands,
        author=_name(row),
        url=experiment_url(product, row.public_id),
        now=product.now,
        zone=product.zone,
    )


def _amendment(row: Amendment) -> AmendmentView:
    return AmendmentView(row.at, row.reason, tuple(row.changes), row.digest, row.status, _name(row))


def _look(row: Look) -> LookView:
    return LookView(row.at, row.why, row.units, row.by_rule, _name(row))


def _counts(row: Counts) -> CountsView:
    return CountsView(row.at, row.body, row.note, _name(row))


def _readout(row: Readout) -> ReadoutView:
    return ReadoutView(
        row.public_id, row.number, row.at, row.body, row.digest, row.verdict, row.by_rule,
        row.learned, _name(row),
    )  # fmt: skip


def _name(row: Experiment | Amendment | Look | Counts | Readout) -> str:
    return row.user.name if row.user else ""
