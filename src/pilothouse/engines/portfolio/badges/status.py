"""Bitstring Status List 1.0: which credentials of an issuer are revoked, one bit each.

131,072 bits at least, so that the list does not tell how many credentials there are.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import zlib
from collections.abc import Collection
from datetime import datetime

from pilothouse.engines.portfolio.badges.documents import (
    W3C_CONTEXT,
    Document,
    Issuer,
    format_time,
)
from pilothouse.kernel.errors import InvalidValueError

LIST_BITS = 131_072
MAX_BYTES = 4 * 1024**2


def build_status_list(
    issuer: Issuer, list_url: str, revoked: Collection[int], issued: datetime
) -> Document:
    """The unsigned list of revocations, to be published at ``list_url``."""
    return {
        "@context": [W3C_CONTEXT],
        "id": list_url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.did,
        "validFrom": format_time(issued),
        "credentialSubject": {
            "id": f"{list_url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encode_bits(revoked),
        },
    }


def encode_bits(revoked: Collection[int]) -> str:
    """The bits as multibase base64url of gzip, without time and so the same each time."""
    bits = bytearray(LIST_BITS // 8)
    for index in revoked:
        if not 0 <= index < LIST_BITS:
            raise InvalidValueError("a place in the list is 0 to 131,071.", value=index)
        bits[index // 8] |= 0x80 >> index % 8
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read_bit(encoded: str, index: int) -> bool:
    """Whether the credential at ``index`` is revoked; ``InvalidValueError`` for a bad list."""
    try:
        text = encoded.removeprefix("u")
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        unpacker = zlib.decompressobj(wbits=31)
        bits = unpacker.decompress(packed, MAX_BYTES)
    except (ValueError, binascii.Error, zlib.error) as error:
        raise InvalidValueError("this is no list of revocations.", value=encoded) from error
    if not 0 <= index < len(bits) * 8:
        raise InvalidValueError("the list has no such place.", value=index)
    return bool(bits[index // 8] & 0x80 >> index % 8)
