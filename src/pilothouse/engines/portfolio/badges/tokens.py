"""The second form of a credential: VC-JWT (EdDSA), which Open Badges 3.0 names beside proofs.

Strict base64url: a token has one spelling only, so that any changed letter is seen.
Sources: RFC 7515, RFC 8037, Open Badges 3.0, 8.2.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime

from pilothouse.engines.portfolio.badges.documents import Document
from pilothouse.engines.portfolio.badges.multibase import encode_did_key, name_method
from pilothouse.engines.portfolio.badges.proofs import (
    Resolver,
    canonicalise,
    check_bytes,
    public_key_of,
    read_json,
    sign_bytes,
)
from pilothouse.kernel.errors import InvalidValueError

CLAIMS = ("iss", "jti", "nbf", "sub", "exp", "iat")


def sign_token(document: Document, private_key: bytes) -> str:
    """``document`` (with or without a proof, which is left out) as a compact token."""
    did = encode_did_key(public_key_of(private_key))
    plain = {name: value for name, value in document.items() if name != "proof"}
    payload = {**plain, "iss": did, "jti": plain["id"], "nbf": _seconds(plain["validFrom"])}
    subject = plain.get("credentialSubject", {})
    if isinstance(subject, dict) and "id" in subject:
        payload["sub"] = subject["id"]
    header = {"alg": "EdDSA", "kid": name_method(did), "typ": "JWT"}
    signed = f"{_encode(canonicalise(header))}.{_encode(canonicalise(payload))}"
    return f"{signed}.{_encode(sign_bytes(signed.encode(), private_key))}"


def check_token(token: str, resolver: Resolver) -> tuple[Document, str]:
    """The document in a token and the method that signed it; ``InvalidValueError`` if it fails."""
    parts = token.split(".")
    if len(parts) != 3:
        raise InvalidValueError("a token has three parts with dots between.")
    header, payload = (read_json(_decode(part)) for part in parts[:2])
    if header.get("alg") != "EdDSA":
        raise InvalidValueError("only tokens signed with EdDSA are read.", value=header.get("alg"))
    method = header.get("kid")
    if not isinstance(method, str):
        raise InvalidValueError("the token names no key.")
    check_bytes(f"{parts[0]}.{parts[1]}".encode(), _decode(parts[2]), resolver(method))
    _check_claims(payload, method)
    return {name: value for name, value in payload.items() if name not in CLAIMS}, method


def _check_claims(payload: Document, method: str) -> None:
    if payload.get("iss") != method.partition("#")[0]:
        raise InvalidValueError("the token's issuer is not the key that signed it.")
    if payload.get("jti") != payload.get("id"):
        raise InvalidValueError("the token's id is not the credential's.")
    if "exp" in payload and payload["exp"] != _end_of(payload):
        raise InvalidValueError("the token ends at another time than the credential.")


def _end_of(payload: Document) -> int | None:
    try:
        return _seconds(str(payload.get("validUntil")))
    except ValueError:
        return None


def _seconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidValueError("this is not base64url.") from error
    if _encode(data) != text:
        raise InvalidValueError("this base64url is not spelled in its one way.")
    return data


def looks_like_token(text: str) -> bool:
    """Whether a text is shaped like a compact token."""
    return text.count(".") == 2 and text.startswith("ey")
