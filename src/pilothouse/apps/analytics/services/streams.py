"""The stream of a product: its write keys, its lock and what is known of it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.analytics.models import Stream, WriteKey
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.ids import clean_text

KEY_PREFIX = "phk_"


@dataclass(frozen=True)
class WriteKeyView:
    """A write key as the sources page shows it."""

    public_id: str
    key: str
    name: str
    created_at: datetime
    is_revoked: bool


def get_stream(product: ProductView) -> Stream:
    """The stream of a product, made when first asked for."""
    stream, _ = Stream.objects.get_or_create(product_id=product.id)
    return stream


def lock_stream(stream_id: int) -> Stream:
    """Lock the stream's row until the transaction ends: events are written one writer at a time."""
    return Stream.objects.select_for_update().get(pk=stream_id)


def create_write_key(access: Access, product: ProductView, name: str) -> WriteKeyView:
    """A new public key with which clients send events to the product."""
    access.require(Role.EDITOR, to="making a write key")
    if product.is_simulated:
        raise ConflictError(
            "a simulated product gets its events from its world, not from clients.",
            value=product.name,
            remedy="Create a real product for your own events.",
        )
    text = clean_text(name).strip()
    if not 1 <= len(text) <= 100:
        raise InvalidValueError("the name of a write key has 1 to 100 characters.", value=name)
    with transaction.atomic():
        key = WriteKey.objects.create(
            stream=get_stream(product), key=KEY_PREFIX + secrets.token_urlsafe(24), name=text
        )
        record_act(
            access, "write-key.created", "write-key", key.public_id, {"name": text}, product=product
        )
    return _to_view(key)


def list_write_keys(product: ProductView) -> list[WriteKeyView]:
    """The product's write keys, the oldest first, revoked ones last."""
    keys = WriteKey.objects.filter(stream__product_id=product.id).order_by("pk")
    return sorted((_to_view(key) for key in keys), key=lambda key: key.is_revoked)


def revoke_write_key(access: Access, product: ProductView, public_id: str) -> None:
    """Stop accepting events under a key."""
    access.require(Role.EDITOR, to="revoking a write key")
    with transaction.atomic():
        count = WriteKey.objects.filter(
            public_id=public_id, stream__product_id=product.id, revoked_at=None
        ).update(revoked_at=timezone.now())
        if not count:
            raise NotFoundError("there is no such write key.", value=public_id)
        record_act(access, "write-key.revoked", "write-key", public_id, {}, product=product)


def _to_view(key: WriteKey) -> WriteKeyView:
    return WriteKeyView(
        public_id=key.public_id,
        key=key.key,
        name=key.name,
        created_at=key.created_at,
        is_revoked=key.revoked_at is not None,
    )
