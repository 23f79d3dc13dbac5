"""Keys as text: base58btc (multibase ``z``) and ``did:key`` of Ed25519.

Sources: W3C Controlled Identifiers 1.0, 2.4 (Multibase) and 2.2.2 (Multikey: the prefix 0xed 0x01
before the 32 bytes of an Ed25519 public key); the did:key method.
"""

from __future__ import annotations

from pilothouse.kernel.errors import InvalidValueError

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_ED25519 = b"\xed\x01"
_PREFIX = "did:key:"
KEY_BYTES = 32
# Far more than any key or signature needs; decoding takes time with the square of the length.
MAX_TEXT = 256


def encode_base58(data: bytes) -> str:
    """``data`` in the alphabet of Bitcoin; each leading zero byte is a ``1``.

    >>> encode_base58(b"Hello World!")
    '2NEpo7TZRRrLZSi2U'
    """
    number = int.from_bytes(data, "big")
    letters = ""
    while number:
        number, rest = divmod(number, 58)
        letters = _ALPHABET[rest] + letters
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * zeros + letters


def decode_base58(text: str) -> bytes:
    """The bytes of ``text``; ``InvalidValueError`` for a letter that is not of the alphabet."""
    if len(text) > MAX_TEXT:
        raise InvalidValueError("a text in base58 is at most 256 letters long here.", value=text)
    number = 0
    for letter in text:
        if letter not in _VALUES:
            raise InvalidValueError("this is not base58.", value=text)
        number = number * 58 + _VALUES[letter]
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def encode_multibase(data: bytes) -> str:
    """``data`` as multibase text."""
    return "z" + encode_base58(data)


def decode_multibase(text: str) -> bytes:
    """The bytes of a multibase text; only base58btc is understood."""
    if not text.startswith("z"):
        raise InvalidValueError("only multibase texts that begin with z are read.", value=text)
    return decode_base58(text[1:])


def encode_did_key(public_key: bytes) -> str:
    """The ``did:key`` of an Ed25519 public key of 32 bytes."""
    if len(public_key) != KEY_BYTES:
        raise InvalidValueError("a public key of Ed25519 has 32 bytes.", value=len(public_key))
    return _PREFIX + encode_multibase(_ED25519 + public_key)


def decode_did_key(did: str) -> bytes:
    """The public key in a ``did:key``; ``InvalidValueError`` for another method or key."""
    if not did.startswith(_PREFIX):
        raise InvalidValueError("only did:key is read without a network.", value=did)
    whole = decode_multibase(did[len(_PREFIX) :])
    if whole[:2] != _ED25519 or len(whole) != KEY_BYTES + 2:
        raise InvalidValueError("this did:key holds no Ed25519 key.", value=did)
    return whole[2:]


def name_method(did: str) -> str:
    """The verification method of a ``did:key``: the key names itself after the ``#``."""
    return f"{did}#{did[len(_PREFIX) :]}"


def resolve_did_key(method: str) -> bytes:
    """The public key that a verification method names; it must name itself."""
    did = method.partition("#")[0]
    key = decode_did_key(did)
    if method not in {did, name_method(did)}:
        raise InvalidValueError("the method names another key than its did:key.", value=method)
    return key
