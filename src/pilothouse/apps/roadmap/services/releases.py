"""Releases: what goes out on a day, planned and then done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from pilothouse.apps.roadmap.models import Release
from pilothouse.apps.roadmap.services.checks import check_day, check_text, check_title
from pilothouse.apps.roadmap.services.quarters import today_of
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.search import index_entry, remove_entry
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError


@dataclass(frozen=True)
class ReleaseDraft:
    """What a person decides about a release."""

    name: str
    planned_on: date | None = None
    notes: str = ""

    def checked(self) -> ReleaseDraft:
        """This draft with clean parts; raises ``InvalidValueError`` for the first bad one."""
        return replace(
            self,
            name=check_title(self.name, "a release's name", 100),
            planned_on=check_day(self.planned_on, "the planned day of a release"),
            notes=check_text(self.notes, "notes of a release", 10_000),
        )


@dataclass(frozen=True)
class ReleaseView:
    """A release. ``released_on`` is None until it went out."""

    public_id: str
    name: str
    planned_on: date | None
    released_on: date | None
    notes: str
    created_at: datetime
    url: str

    @property
    def is_released(self) -> bool:
        return self.released_on is not None

    @property
    def slip_days(self) -> int | None:
        """Days that it went out after its planned day; None while either is unknown."""
        if self.planned_on is None or self.released_on is None:
            return None
        return (self.released_on - self.planned_on).days

    @property
    def early_days(self) -> int:
        """Days that it went out before its planned day; 0 when it did not."""
        return max(0, -(self.slip_days or 0))


def list_releases(product: ProductView) -> list[ReleaseView]:
    """The product's releases: those to come by planned day, then those done, the newest first."""
    releases = Release.objects.filter(product_id=product.id, deleted_at=None)
    ordered = releases.order_by(
        F("released_on").desc(nulls_first=True), F("planned_on").asc(nulls_last=True), "pk"
    )
    return [to_release_view(product, each) for each in ordered]


def get_release(product: ProductView, public_id: str) -> ReleaseView:
    """A release of the product by its public id."""
    return to_release_view(product, find_release(product, public_id))


def save_release(
    access: Access, product: ProductView, draft: ReleaseDraft, *, public_id: str | None = None
) -> ReleaseView:
    """Create a release, or change the one with ``public_id``."""
    access.require(Role.EDITOR, to="saving a release")
    checked = draft.checked()
    with transaction.atomic():
        _refuse_taken_name(product, checked.name, public_id)
        release = (
            find_release(product, public_id)
            if public_id
            else Release(product_id=product.id, created_at=product.now)
        )
        before = release.planned_on
        for name, value in vars(checked).items():
            setattr(release, name, value)
        release.save()
        view = to_release_view(product, release)
        facts = {
            "name": view.name,
            "planned_on": _iso(view.planned_on),
            "planned_before": _iso(before),
        }
        kind = "release.changed" if public_id else "release.planned"
        record_act(access, kind, "release", view.public_id, facts, product=product)
        _index(product, view)
    return view


def set_released(
    access: Access, product: ProductView, public_id: str, *, released_on: date | None
) -> ReleaseView:
    """Say that a release went out on a day (not one to come), or take that back with None."""
    access.require(Role.EDITOR, to="releasing")
    check_day(released_on, "the day of a release")
    if released_on is not None and released_on > today_of(product):
        raise InvalidValueError(
            "a release cannot have gone out on a day to come.", value=released_on.isoformat()
        )
    with transaction.atomic():
        release = find_release(product, public_id)
        release.released_on = released_on
        release.save(update_fields=["released_on"])
        view = to_release_view(product, release)
        facts = {
            "name": view.name,
            "released_on": _iso(released_on),
            "planned_on": _iso(view.planned_on),
            "slip_days": view.slip_days,
        }
        kind = "release.released" if released_on else "release.taken-back"
        record_act(access, kind, "release", public_id, facts, product=product)
    return view


def set_release_deleted(
    access: Access, product: ProductView, public_id: str, *, is_deleted: bool
) -> ReleaseView:
    """Delete a release, or bring it back; its bets stay and find it again."""
    access.require(Role.EDITOR, to="deleting a release")
    with transaction.atomic():
        release = find_release(product, public_id, with_deleted=True)
        if not is_deleted:
            _refuse_taken_name(product, release.name, public_id)
        release.deleted_at = product.now if is_deleted else None
        release.save(update_fields=["deleted_at"])
        view = to_release_view(product, release)
        kind = "release.deleted" if is_deleted else "release.restored"
        record_act(access, kind, "release", public_id, {"name": view.name}, product=product)
        if is_deleted:
            remove_entry(product.workspace_id, "release", public_id)
        else:
            _index(product, view)
    return view


def find_release(product: ProductView, public_id: str, *, with_deleted: bool = False) -> Release:
    """The row of a release; raises ``NotFoundError``."""
    releases = Release.objects.filter(product_id=product.id, public_id=public_id)
    if not with_deleted:
        releases = releases.filter(deleted_at=None)
    release = releases.first()
    if release is None:
        raise NotFoundError("there is no such release in this product.", value=public_id)
    return release


def to_release_view(product: ProductView, release: Release) -> ReleaseView:
    """The row as the frozen value that crosses app borders."""
    return ReleaseView(
        public_id=release.public_id,
        name=release.name,
        planned_on=release.planned_on,
        released_on=release.released_on,
        notes=release.notes,
        created_at=release.created_at,
        url=f"/p/{product.public_id}/roadmap/releases/{release.public_id}/",
    )


def _refuse_taken_name(product: ProductView, name: str, public_id: str | None) -> None:
    taken = Release.objects.filter(product_id=product.id, name=name, deleted_at=None)
    if taken.exclude(public_id=public_id or "").exists():
        raise ConflictError("there is a release of this name already.", value=name)


def _index(product: ProductView, release: ReleaseView) -> None:
    index_entry(
        product.workspace_id,
        kind="release",
        object_id=release.public_id,
        title=release.name,
        body=release.notes,
        url=release.url,
        product_id=product.id,
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
