"""Identifiers and digests: one canonical form of JSON, one hash, one kind of public id."""

from __future__ import annotations

import hashlib
import json
import secrets
import unicodedata
import uuid
from typing import Any

# No vowels (no words by accident), no 0/o/1/l (read aloud, typed by hand).
_ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
PUBLIC_ID_LENGTH = 12
_FAIR = 256 - 256 % len(_ALPHABET)


def new_public_id() -> str:
    """A random id for URLs: 12 characters of 27, about 57 bits; not guessable in practice."""
    letters = ""
    while len(letters) < PUBLIC_ID_LENGTH:
        # Bytes beyond the last whole alphabet are thrown away, so that no letter is likelier.
        fair = (byte for byte in secrets.token_bytes(2 * PUBLIC_ID_LENGTH) if byte < _FAIR)
        letters += "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in fair)
    return letters[:PUBLIC_ID_LENGTH]


def canonical_json(value: Any) -> bytes:
    """The one JSON text of ``value``: keys sorted, no spaces, UTF-8, no NaN.

    >>> canonical_json({"b": 1, "a": "é"}).decode()
    '{"a":"é","b":1}'
    """
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode("utf-8")


def digest(data: bytes) -> str:
    """SHA-256 of ``data`` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def event_id(text: str) -> bytes:
    """Sixteen bytes that identify an event: a UUID as it is, any other text by its BLAKE2b.

    Two spellings of one UUID (capitals, no hyphens, ``urn:uuid:``) give the same bytes.
    """
    try:
        return uuid.UUID(text).bytes
    except ValueError:
        return hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest()


def clean_text(text: str) -> str:
    """``text`` as it is stored everywhere: NFC, no NUL, no lone surrogates.

    PostgreSQL refuses NUL and surrogates, SQLite mangles them: neither may reach a store.
    """
    whole = text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
    return unicodedata.normalize("NFC", whole)
