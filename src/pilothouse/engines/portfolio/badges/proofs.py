"""Signing and checking documents: Data Integrity with the suite ``eddsa-jcs-2022``.

The document without its proof and the proof without its value are each brought into the one form
of RFC 8785 and hashed; Ed25519 signs both hashes together. No processor of JSON-LD is needed, so
any language with JSON, SHA-256 and Ed25519 can check it. Source: W3C Data Integrity EdDSA
Cryptosuites 1.0, 3.3; its test vector stands in the tests.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import rfc8785

from pilothouse.engines.portfolio.badges.documents import Document, format_time
from pilothouse.engines.portfolio.badges.multibase import (
    decode_multibase,
    encode_did_key,
    encode_multibase,
    name_method,
)
from pilothouse.kernel.errors import InvalidValueError

SUITE = "eddsa-jcs-2022"
MAX_BYTES = 4 * 1024**2
Resolver = Callable[[str], bytes]


def public_key_of(private_key: bytes) -> bytes:
    """The 32 bytes of the public key that belong to the 32 of a private one."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def sign_bytes(message: bytes, private_key: bytes) -> bytes:
    """The 64 bytes of an Ed25519 signature."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(private_key).sign(message)


def check_bytes(message: bytes, signature: bytes, public_key: bytes) -> None:
    """Nothing where the signature fits, else ``InvalidValueError``."""
    # Loaded only when something is checked: a start shall not wait for it.
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except InvalidSignature as error:
        raise InvalidValueError("the signature does not fit: something was changed.") from error


def sign(document: Document, private_key: bytes, created: datetime) -> Document:
    """``document`` with a proof by the ``did:key`` of ``private_key`` (32 bytes)."""
    if "proof" in document:
        raise InvalidValueError("this document is signed already.", value=document.get("id"))
    did = encode_did_key(public_key_of(private_key))
    proof: Document = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": format_time(created),
        "verificationMethod": name_method(did),
        "proofPurpose": "assertionMethod",
    }
    if "@context" in document:
        proof = {"@context": document["@context"], **proof}
    value = encode_multibase(sign_bytes(hash_document(document, proof), private_key))
    return {**document, "proof": {**proof, "proofValue": value}}


def check_signature(document: Document, resolver: Resolver) -> str:
    """The verification method that signed ``document``; ``InvalidValueError`` tells what fails."""
    proof = document.get("proof")
    if not isinstance(proof, dict):
        raise InvalidValueError("the document carries no single proof.")
    _check_proof(proof)
    signed = {name: value for name, value in document.items() if name != "proof"}
    if "@context" in proof:
        signed["@context"] = _agreed_context(signed.get("@context"), proof["@context"])
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    method = str(proof["verificationMethod"])
    signature = decode_multibase(str(proof["proofValue"]))
    check_bytes(hash_document(signed, options), signature, resolver(method))
    return method


def hash_document(document: Document, proof: Document) -> bytes:
    """What is signed: SHA-256 of the proof's options, then SHA-256 of the document (64 bytes)."""
    return (
        hashlib.sha256(canonicalise(proof)).digest()
        + hashlib.sha256(canonicalise(document)).digest()
    )


def canonicalise(value: Any) -> bytes:
    """The one JSON text of ``value`` by RFC 8785; credentials are kept and given in it."""
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise InvalidValueError(f"this JSON has no canonical form: {error}.") from error


def read_json(text: str | bytes) -> Document:
    """A JSON object; a name that comes twice is refused, for readers differ in which they take."""
    if len(text) > MAX_BYTES:
        raise InvalidValueError("a credential has at most 4 MiB.", value=len(text))
    try:
        value = json.loads(text, object_pairs_hook=_refuse_doubles, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        if isinstance(error, InvalidValueError):
            raise
        raise InvalidValueError("this is not JSON.") from error
    if not isinstance(value, dict):
        raise InvalidValueError("a credential is a JSON object.")
    return value


def _check_proof(proof: Document) -> None:
    expected = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "proofPurpose": "assertionMethod",
    }
    for name, value in expected.items():
        if proof.get(name) != value:
            raise InvalidValueError(f"the proof's {name} must be {value}.", value=proof.get(name))
    for name in ("verificationMethod", "proofValue"):
        if not isinstance(proof.get(name), str):
            raise InvalidValueError(f"the proof has no {name}.")


def _agreed_context(own: Any, signed: Any) -> Any:
    """The proof's context, with which the document's must begin."""
    own_list = own if isinstance(own, list) else [own]
    signed_list = signed if isinstance(signed, list) else [signed]
    if own_list[: len(signed_list)] != signed_list:
        raise InvalidValueError("the context of the document is not the one that was signed.")
    return signed


def _refuse_doubles(pairs: list[tuple[str, Any]]) -> Document:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InvalidValueError("a name comes twice in this JSON.")
    return found


def _refuse(name: str) -> Any:
    raise InvalidValueError("JSON has no such number.", value=name)
