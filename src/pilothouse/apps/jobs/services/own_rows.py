"""Rows of one person that can be thrown away and brought back, with all that hangs on it.

``OwnRows`` are those that belong to a person; ``PartRows`` those that belong to an application.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import models, transaction
from django.utils import timezone

from pilothouse.apps.jobs.models import Application
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.search import remove_entry
from pilothouse.kernel.errors import NotFoundError

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class OwnRows(Generic[Row]):
    """The rows of ``model`` that belong to whoever asks.

    ``kind`` is that of their search entries, where they have some; ``acts`` names them in the
    ledger, where deleting and restoring is recorded; ``related`` is read with a row.
    """

    model: type[Row]
    noun: str
    kind: str = ""
    acts: str = ""
    related: tuple[str, ...] = ()

    def all_of(self, access: Access) -> Any:
        """All of them, those thrown away too."""
        return self.model._default_manager.filter(
            workspace_id=access.workspace_id, user_id=access.user_id
        )

    def kept_of(self, access: Access) -> Any:
        """Those that are not thrown away."""
        return self.all_of(access).filter(deleted_at=None)

    def get(
        self, access: Access, public_id: str, *, with_deleted: bool = False, lock: bool = False
    ) -> Row:
        """The row with this id; NotFoundError for one of somebody else."""
        rows = self.all_of(access) if with_deleted else self.kept_of(access)
        row: Row | None = _choose(rows, self.related, lock=lock).filter(public_id=public_id).first()
        if row is None:
            raise NotFoundError(f"there is no such {self.noun} of yours.", value=public_id)
        return row

    def set_deleted(
        self,
        access: Access,
        public_id: str,
        *,
        is_deleted: bool,
        index: Callable[[Access, Row], None] | None = None,
    ) -> Row:
        """Throw a row away, or bring it back; ``index`` makes its search entry anew."""
        with transaction.atomic():
            row = self.get(access, public_id, with_deleted=True, lock=True)
            _mark(row, is_deleted=is_deleted)
            if self.kind and is_deleted:
                remove_entry(access.workspace_id, self.kind, public_id)
            elif index is not None:
                index(access, row)
            if self.acts:
                act = f"{self.acts}.{'deleted' if is_deleted else 'restored'}"
                record_act(access, act, self.acts, public_id, {})
        return row


APPLICATIONS: OwnRows[Application] = OwnRows(
    Application, "application", "application", "application", ("posting",)
)


@dataclass(frozen=True)
class PartRows(Generic[Row]):
    """The rows of ``model`` that belong to one of one's applications."""

    model: type[Row]
    noun: str

    def get(
        self,
        access: Access,
        application_id: str,
        part_id: str,
        *,
        with_deleted: bool = False,
        lock: bool = False,
    ) -> Row:
        """The row with this id; NotFoundError for one of another application."""
        rows: Any = self.model._default_manager.filter(
            application=APPLICATIONS.get(access, application_id), public_id=part_id
        )
        rows = rows if with_deleted else rows.filter(deleted_at=None)
        row: Row | None = _choose(rows, ("application",), lock=lock).first()
        if row is None:
            raise NotFoundError(f"there is no such {self.noun} of this application.", value=part_id)
        return row

    def set_deleted(
        self, access: Access, application_id: str, part_id: str, *, is_deleted: bool
    ) -> Row:
        """Throw a row away, or bring it back."""
        with transaction.atomic():
            row = self.get(access, application_id, part_id, with_deleted=True, lock=True)
            return _mark(row, is_deleted=is_deleted)


def _choose(rows: Any, related: tuple[str, ...], *, lock: bool) -> Any:
    """Locked rows are read alone: PostgreSQL locks no row that may be missing."""
    if lock:
        return rows.select_for_update()
    return rows.select_related(*related) if related else rows


def _mark(row: Row, *, is_deleted: bool) -> Row:
    row.deleted_at = timezone.now() if is_deleted else None  # type: ignore[attr-defined]
    row.save(update_fields=["deleted_at"])
    return row
