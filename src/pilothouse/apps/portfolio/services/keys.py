"""Signing keys: the public half is a row, the private half a file that only its owner reads.

The files lie in ``keys/`` of the data folder, mode 0600, and no backup or export holds them: an
archive that is handed on must not let its reader sign as somebody else. After a restore elsewhere
what was signed still verifies; new things are signed with a new key.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from pilothouse.apps.portfolio.credential_models import SigningKey
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.kernel.errors import DamagedError, UnavailableError
from pilothouse.kernel.ids import new_public_id


@dataclass(frozen=True)
class KeyView:
    """A key as the pages show it. ``can_sign``: its private half is on this machine."""

    public_id: str
    did: str
    created_at: datetime
    retired_at: datetime | None
    can_sign: bool

    @property
    def is_current(self) -> bool:
        return self.retired_at is None and self.can_sign


def list_keys(access: Access) -> list[KeyView]:
    """The member's keys, the newest first."""
    return [_to_view(key) for key in _own_keys(access)]


def make_key(access: Access) -> KeyView:
    """A new key that signs from now on; the one before is retired and stays verifiable."""
    with transaction.atomic():
        now = timezone.now()
        _own_keys(access).filter(retired_at=None).update(retired_at=now)
        key = _create(access, now)
        facts = {"did": key.did}
        record_act(access, "signing-key.made", "signing-key", key.public_id, facts)
    return _to_view(key)


def take_key(access: Access) -> tuple[SigningKey, bytes]:
    """The key to sign with and its private half; the first time one is made.

    Call it inside the transaction that signs: the row is locked, so that places in its list of
    revocations are given once.
    """
    keys = _own_keys(access).select_for_update().filter(retired_at=None)
    for key in keys:
        if _path_of(key).exists():
            return key, _read_private(key)
    made = make_key(access)
    key = SigningKey.objects.select_for_update().get(public_id=made.public_id)
    return key, _read_private(key)


def read_private(key: SigningKey) -> bytes:
    """The private half of a key; ``UnavailableError`` where its file is not on this machine."""
    if not _path_of(key).exists():
        raise UnavailableError(
            "the private half of this key is not on this machine.",
            value=key.did,
            remedy="Copy its file into the folder keys/ of the data folder, or make a new key.",
        )
    return _read_private(key)


def find_current_did(access: Access) -> str:
    """The ``did:key`` that would sign next; empty before the first."""
    return next((view.did for view in list_keys(access) if view.is_current), "")


def _create(access: Access, now: datetime) -> SigningKey:
    from pilothouse.engines.portfolio.badges import encode_did_key, public_key_of

    private = os.urandom(32)
    key = SigningKey(
        public_id=new_public_id(),
        workspace_id=access.workspace_id,
        user_id=access.user_id,
        did=encode_did_key(public_key_of(private)),
        created_at=now,
    )
    _write_private(_path_of(key), private)
    key.save(force_insert=True)
    return key


def _own_keys(access: Access) -> QuerySet[SigningKey]:
    own = SigningKey.objects.filter(workspace_id=access.workspace_id, user_id=access.user_id)
    return own.order_by("-created_at", "-pk")


def _path_of(key: SigningKey) -> Path:
    folder: Path = settings.CONFIGURATION.data / "keys"
    return folder / f"{key.public_id}.pem"


def _write_private(path: Path, private: bytes) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = Ed25519PrivateKey.from_private_bytes(private).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    # Never readable by others, not even between creating and changing its mode.
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as file:
        file.write(pem)


def _read_private(key: SigningKey) -> bytes:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from pilothouse.engines.portfolio.badges import encode_did_key, public_key_of

    path = _path_of(key)
    try:
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, OSError) as error:
        raise DamagedError("this key file cannot be read.", value=path.name) from error
    raw = private.private_bytes_raw() if isinstance(private, Ed25519PrivateKey) else b""
    if not raw or encode_did_key(public_key_of(raw)) != key.did:
        raise DamagedError("this key file holds another key than its name says.", value=path.name)
    return raw


def _to_view(key: SigningKey) -> KeyView:
    return KeyView(
        public_id=key.public_id,
        did=key.did,
        created_at=key.created_at,
        retired_at=key.retired_at,
        can_sign=_path_of(key).exists(),
    )
