"""Rows of one person that can be thrown away and brought back: stories, sheets, debriefs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import models, transaction
from django.utils import timezone

from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.search import remove_entry
from pilothouse.kernel.errors import NotFoundError

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class OwnRows(Generic[Row]):
    """The rows of ``model`` that belong to whoever asks; ``kind`` is that of search entries."""

    model: type[Row]
    noun: str
    kind: str

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
        rows = rows.select_for_update() if lock else rows
        row: Row | None = rows.filter(public_id=public_id).first()
        if row is None:
            raise NotFoundError(f"there is no such {self.noun} of yours.", value=public_id)
        return row

    def set_deleted(
        self,
        access: Access,
        public_id: str,
        *,
        is_deleted: bool,
        index: Callable[[Access, Row], None],
    ) -> Row:
        """Throw a row away, or bring it back; ``index`` makes its search entry anew."""
        with transaction.atomic():
            row = self.get(access, public_id, with_deleted=True, lock=True)
            row.deleted_at = timezone.now() if is_deleted else None  # type: ignore[attr-defined]
            row.save(update_fields=["deleted_at"])
            if is_deleted:
                remove_entry(access.workspace_id, self.kind, public_id)
            else:
                index(access, row)
        return row
