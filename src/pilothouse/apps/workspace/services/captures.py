"""Quick capture: thoughts written down from anywhere, waiting in the inbox of Today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from pilothouse.apps.workspace.models import Capture, CaptureKind, Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.search import index_entry, remove_entry
from pilothouse.kernel.errors import InvalidValueError, NotFoundError
from pilothouse.kernel.ids import clean_text

MAX_TEXT = 10_000


@dataclass(frozen=True)
class CaptureView:
    """A captured thought."""

    public_id: str
    kind: CaptureKind
    text: str
    due: date | None
    created_at: datetime
    is_done: bool
    product_id: int | None

    @property
    def title(self) -> str:
        """The first line, short enough for a list."""
        line = self.text.splitlines()[0]
        return line if len(line) <= 120 else line[:119] + "…"


def create_capture(
    access: Access,
    text: str,
    *,
    kind: str = CaptureKind.NOTE.value,
    due: date | None = None,
    product: ProductView | None = None,
) -> CaptureView:
    """Write a thought down."""
    access.require(Role.COMMENTER, to="capturing a thought")
    body = clean_text(text).strip()
    if not 1 <= len(body) <= MAX_TEXT:
        raise InvalidValueError(
            f"a captured thought has 1 to {MAX_TEXT:,} characters; this has {len(body):,}."
        )
    if kind not in CaptureKind.values:
        raise InvalidValueError(f"a kind is one of {', '.join(CaptureKind.values)}.", value=kind)
    if product is not None and product.workspace_id != access.workspace_id:
        raise NotFoundError("there is no such product here.", value=product.public_id)
    with transaction.atomic():
        capture = Capture.objects.create(
            workspace_id=access.workspace_id,
            product_id=product.id if product else None,
            user_id=access.user_id,
            kind=kind,
            text=body,
            due=due,
        )
        record_act(
            access, "capture.created", "capture", capture.public_id, {"kind": kind},
            product=product, personal="" if kind == CaptureKind.CONTACT else body,
        )  # fmt: skip
        view = _to_view(capture)
        _index(access, view)
    return view


def list_open_captures(access: Access, product: ProductView | None = None) -> list[CaptureView]:
    """What waits in the inbox: due first, then the newest."""
    captures = Capture.objects.filter(
        _open_to(access), workspace_id=access.workspace_id, done_at=None, deleted_at=None
    )
    if product is not None:
        captures = captures.filter(product_id=product.id)
    ordered = captures.order_by(F("due").asc(nulls_last=True), "-created_at", "-pk")
    return [_to_view(capture) for capture in ordered[:500]]


def count_captures(product: ProductView, *, kind: str, only_open: bool) -> int:
    """How many thoughts of a kind a product has, deleted ones left out."""
    captures = Capture.objects.filter(product_id=product.id, kind=kind, deleted_at=None)
    return (captures.filter(done_at=None) if only_open else captures).count()


def get_capture(access: Access, public_id: str) -> CaptureView:
    """One thought, done or not."""
    return _to_view(_get(access, public_id))


def set_capture_done(access: Access, public_id: str, *, is_done: bool) -> CaptureView:
    """Tick a thought off, or take it back into the inbox."""
    access.require(Role.COMMENTER, to="ticking off a thought")
    with transaction.atomic():
        capture = _get(access, public_id)
        capture.done_at = timezone.now() if is_done else None
        capture.save(update_fields=["done_at"])
        kind = "capture.done" if is_done else "capture.reopened"
        record_act(access, kind, "capture", public_id, {})
    return _to_view(capture)


def set_capture_deleted(access: Access, public_id: str, *, is_deleted: bool) -> CaptureView:
    """Throw a thought away, or bring it back."""
    access.require(Role.COMMENTER, to="deleting a thought")
    with transaction.atomic():
        capture = _get(access, public_id, with_deleted=True)
        capture.deleted_at = timezone.now() if is_deleted else None
        capture.save(update_fields=["deleted_at"])
        view = _to_view(capture)
        if is_deleted:
            remove_entry(access.workspace_id, "capture", public_id)
        else:
            _index(access, view)
        kind = "capture.deleted" if is_deleted else "capture.restored"
        record_act(access, kind, "capture", public_id, {})
    return view


def _get(access: Access, public_id: str, *, with_deleted: bool = False) -> Capture:
    captures = Capture.objects.filter(
        _open_to(access), workspace_id=access.workspace_id, public_id=public_id
    )
    if not with_deleted:
        captures = captures.filter(deleted_at=None)
    capture = captures.first()
    if capture is None:
        raise NotFoundError("there is no such captured thought.", value=public_id)
    return capture


def _index(access: Access, capture: CaptureView) -> None:
    index_entry(
        access.workspace_id,
        kind="capture",
        object_id=capture.public_id,
        title=capture.title,
        body=capture.text,
        url=f"/workspace/captures/{capture.public_id}/",
        product_id=capture.product_id,
        # Whom somebody met is in that person's book and in nobody else's.
        owner_id=access.user_id if capture.kind == CaptureKind.CONTACT else None,
    )


def _open_to(access: Access) -> Q:
    return ~Q(kind=CaptureKind.CONTACT) | Q(user_id=access.user_id)


def _to_view(capture: Capture) -> CaptureView:
    return CaptureView(
        public_id=capture.public_id,
        kind=CaptureKind(capture.kind),
        text=capture.text,
        due=capture.due,
        created_at=capture.created_at,
        is_done=capture.done_at is not None,
        product_id=capture.product_id,
    )
