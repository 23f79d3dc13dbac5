"""Everything that can be said about a credential without a network, each check by its name."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha384
from typing import Any

from pilothouse.engines.portfolio.badges.documents import HONEST_WORDS, STATUSES, Document
from pilothouse.engines.portfolio.badges.multibase import resolve_did_key
from pilothouse.engines.portfolio.badges.proofs import Resolver, check_signature, read_json
from pilothouse.engines.portfolio.badges.status import read_bit
from pilothouse.engines.portfolio.badges.tokens import check_token, looks_like_token
from pilothouse.kernel.errors import InvalidValueError

# Clocks differ; a credential of the next minutes is no forgery.
LEEWAY = timedelta(minutes=5)
MAX_PARTS = 200
# A record may hold a record; deeper than this nobody means it well.
MAX_DEPTH = 3

KINDS = {
    "OpenBadgeCredential": "badge",
    "AchievementCredential": "badge",
    "EndorsementCredential": "endorsement",
    "ClrCredential": "bundle",
    "BitstringStatusListCredential": "status list",
}


@dataclass(frozen=True)
class Check:
    """One question and its answer; ``is_passed`` is None where it cannot be told."""

    name: str
    is_passed: bool | None
    sentence: str


@dataclass(frozen=True)
class _Asked:
    """What the asker brings: the moment, the published list, the way to keys."""

    now: datetime
    status_list: str | bytes | None
    resolver: Resolver
    files: tuple[bytes, ...] = ()
    depth: int = 0


@dataclass(frozen=True)
class Verification:
    """What checking found. ``parts`` are the credentials inside, each checked likewise."""

    kind: str
    document: Document
    checks: tuple[Check, ...]
    parts: tuple[Verification, ...] = ()

    @property
    def is_valid(self) -> bool:
        """No check failed, here or in a part; what cannot be told does not fail."""
        own = all(check.is_passed is not False for check in self.checks)
        return own and all(part.is_valid for part in self.parts)

    @property
    def failures(self) -> tuple[Check, ...]:
        """The checks that failed, those of the parts too."""
        own = tuple(check for check in self.checks if check.is_passed is False)
        return own + tuple(check for part in self.parts for check in part.failures)


def verify(
    text: str | bytes,
    *,
    now: datetime,
    status_list: str | bytes | None = None,
    files: Iterable[bytes] = (),
    resolver: Resolver = resolve_did_key,
) -> Verification:
    """Check a credential, as JSON with a proof or as a token.

    ``now`` says whether it is valid yet or still; ``status_list`` is the issuer's published list
    where the asker has it, ``files`` the contents of those that shall belong to it.
    Never raises for what the text holds.
    """
    asked = _Asked(now, status_list, resolver, tuple(files))
    try:
        whole = text.decode("utf-8") if isinstance(text, bytes) else text
        whole = whole.strip(" \t\r\n")
        if looks_like_token(whole):
            return _verify_token(whole, asked)
        document = read_json(whole)
    except (InvalidValueError, UnicodeDecodeError) as error:
        return Verification("unknown", {}, (Check("form", False, _say(error)),))
    return _verify_document(document, asked)


def _verify_document(document: Document, asked: _Asked) -> Verification:
    try:
        method = check_signature(document, asked.resolver)
        signature = Check("signature", True, f"Signed by {method.partition('#')[0]}.")
    except InvalidValueError as error:
        method, signature = "", Check("signature", False, _say(error))
    return _judge(document, method, signature, asked)


def _verify_token(token: str, asked: _Asked) -> Verification:
    try:
        document, method = check_token(token, asked.resolver)
    except InvalidValueError as error:
        return Verification("unknown", {}, (Check("signature", False, _say(error)),))
    signature = Check("signature", True, f"Signed by {method.partition('#')[0]} (token).")
    return _judge(document, method, signature, asked)


def _judge(document: Document, method: str, signature: Check, asked: _Asked) -> Verification:
    kind = _kind_of(document)
    checks = [_check_form(document, kind), signature, _check_issuer(document, method)]
    checks.append(_check_window(document, asked.now))
    checks.append(_check_status(document, asked))
    if document.get("relatedResource") or asked.files:
        checks.append(_check_files(document, asked.files))
    if kind == "badge":
        checks.append(_say_who(document))
    parts = _list_parts(document, kind)
    if kind == "bundle":
        checks.append(_check_subjects(document, parts))
    if len(parts) > MAX_PARTS or (parts and asked.depth == MAX_DEPTH):
        checks.append(Check("parts", False, "It holds more parts, or deeper, than are checked."))
        parts = []
    inside = _Asked(asked.now, None, asked.resolver, depth=asked.depth + 1)
    return Verification(
        kind=kind,
        document=document,
        checks=tuple(checks),
        parts=tuple(_verify_document(part, inside) for part in parts),
    )


def _kind_of(document: Document) -> str:
    types = document.get("type")
    for name in types if isinstance(types, list) else []:
        if isinstance(name, str) and name in KINDS:
            return KINDS[name]
    return "unknown"


def _check_form(document: Document, kind: str) -> Check:
    fault = _find_fault(document, kind)
    return Check("form", not fault, fault or f"Its type is {kind}, and all fields are there.")


def _find_fault(document: Document, kind: str) -> str:
    if kind == "unknown":
        return "its type is none that is known here: badge, endorsement, bundle, status list"
    types = document["type"]
    if "VerifiableCredential" not in types:
        return "its type lacks VerifiableCredential"
    context = document.get("@context")
    if not isinstance(context, list) or not context or "credentials/v2" not in str(context[0]):
        return "its first context is not that of W3C credentials 2.0"
    for name in ("id", "issuer", "validFrom", "credentialSubject"):
        if not document.get(name):
            return f"it has no {name}"
    if not isinstance(document["credentialSubject"], dict):
        return "its subject is no object"
    return _find_badge_fault(document) if kind == "badge" else ""


def _find_badge_fault(document: Document) -> str:
    achievement = document["credentialSubject"].get("achievement")
    if not isinstance(achievement, dict):
        return "it has no achievement"
    for name in ("id", "name", "description", "criteria"):
        if not achievement.get(name):
            return f"its achievement has no {name}"
    results = document["credentialSubject"].get("result", [])
    for result in results if isinstance(results, list) else [None]:
        if not isinstance(result, dict) or result.get("status", "Completed") not in STATUSES:
            return "a result has a status that the standard does not list"
    return ""


def _check_issuer(document: Document, method: str) -> Check:
    issuer = _id_of(document.get("issuer"))
    if not method:
        return Check("issuer", None, "Who signed it cannot be told, so neither who issued it.")
    if issuer != method.partition("#")[0]:
        return Check("issuer", False, "The key that signed it is not the issuer's.")
    return Check("issuer", True, "The key that signed it is the issuer's own.")


def _check_window(document: Document, now: datetime) -> Check:
    try:
        first, last = (_read_time(document.get(name)) for name in ("validFrom", "validUntil"))
    except ValueError:
        return Check("dates", False, "Its dates cannot be read.")
    if first is None:
        return Check("dates", False, "It does not say since when it is valid.")
    if first > now + LEEWAY:
        return Check("dates", False, f"It is valid only from {first:%d %B %Y}.")
    if last is not None and last < now - LEEWAY:
        return Check("dates", False, f"It was valid until {last:%d %B %Y}.")
    ends = f"until {last:%d %B %Y}" if last else "without end"
    return Check("dates", True, f"Valid since {first:%d %B %Y}, {ends}.")


def _check_status(document: Document, asked: _Asked) -> Check:
    entry = document.get("credentialStatus")
    if entry is None:
        return Check("revocation", None, "It names no list of revocations, so none can be asked.")
    if not isinstance(entry, dict):
        return Check("revocation", False, "Its status cannot be read.")
    if asked.status_list is None:
        where = str(entry.get("statusListCredential", ""))[:200]
        return Check("revocation", None, f"Not asked: the list is published at {where}.")
    try:
        is_revoked = _read_status(document, entry, asked.status_list, asked.resolver)
    except (InvalidValueError, ValueError) as error:
        return Check("revocation", False, _say(error))
    if is_revoked:
        return Check("revocation", False, "Its issuer has revoked it.")
    return Check("revocation", True, "Its issuer's list does not revoke it.")


def _read_status(
    document: Document, entry: Document, status_list: str | bytes, resolver: Resolver
) -> bool:
    listed = read_json(status_list)
    method = check_signature(listed, resolver)
    if method.partition("#")[0] != _id_of(document.get("issuer")):
        raise InvalidValueError("the list of revocations is not signed by the issuer.")
    if listed.get("id") != entry.get("statusListCredential"):
        raise InvalidValueError("this is another list than the credential names.")
    subject = listed.get("credentialSubject")
    if not isinstance(subject, dict) or subject.get("statusPurpose") != "revocation":
        raise InvalidValueError("this is no list of revocations.")
    return read_bit(str(subject.get("encodedList", "")), int(str(entry.get("statusListIndex"))))


def _check_files(document: Document, files: Iterable[bytes]) -> Check:
    related = document.get("relatedResource", [])
    rows = related if isinstance(related, list) else [related]
    bound = {str(row.get("digestSRI")) for row in rows if isinstance(row, dict)}
    given = {digest_sri(content) for content in files}
    if not given:
        return Check("files", None, f"It binds {len(rows)} by digest; none was given to compare.")
    if strays := len(given - bound):
        return Check(
            "files", False, f"{strays} of the files given are not bound by it, or changed."
        )
    return Check("files", True, f"{len(given)} of {len(bound)} files it binds were given, and fit.")


def digest_sri(content: bytes) -> str:
    """The digest of a file as badges name it (W3C Subresource Integrity, SHA-384)."""
    return "sha384-" + b64encode(sha384(content).digest()).decode()


def _say_who(document: Document) -> Check:
    """Self-issued or not: no fault either way, but the reader must know."""
    issuer, subject = (_id_of(document.get(name)) for name in ("issuer", "credentialSubject"))
    if issuer != subject:
        return Check("who issued it", None, "Somebody other than the holder issued it: ask who.")
    if HONEST_WORDS not in str(document.get("description", "")):
        return Check("who issued it", None, "The holder issued it, and it does not say so.")
    return Check("who issued it", True, HONEST_WORDS)


def _list_parts(document: Document, kind: str) -> list[Document]:
    subject = document.get("credentialSubject")
    inside = subject.get("verifiableCredential", []) if isinstance(subject, dict) else []
    inside = inside if kind == "bundle" and isinstance(inside, list) else []
    beside = document.get("endorsement", [])
    beside = beside if isinstance(beside, list) else []
    # A part that is no object still counts: as one that cannot be checked.
    return [part if isinstance(part, dict) else {} for part in [*inside, *beside]]


def _check_subjects(document: Document, parts: list[Document]) -> Check:
    holder = _id_of(document.get("credentialSubject"))
    own = {str(part.get("id")) for part in parts}
    for part in parts:
        kind, subject = _kind_of(part), _id_of(part.get("credentialSubject"))
        if kind == "badge" and subject != holder:
            return Check("one holder", False, "A badge inside is about somebody else.")
        if kind == "endorsement" and subject not in own:
            return Check("one holder", False, "An endorsement is about a badge not inside.")
    return Check("one holder", True, "All of it is about the same holder.")


def _id_of(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) else ""


def _read_time(value: Any) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError("a time is a text")
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a time needs a zone")
    return moment


def _say(error: Exception) -> str:
    text = getattr(error, "sentence", "") or str(error)
    return text[:1].upper() + text[1:]
