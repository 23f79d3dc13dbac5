"""From a competency's level and the acts behind it to an unsigned badge, and what it proves.

The preview is the document itself: its id and time travel sealed with the form, so that what is
signed is what was looked at, or nothing.
"""

from __future__ import annotations

import uuid
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha384
from typing import Any
from urllib.parse import urlsplit

from django.core import signing
from django.utils import timezone

from pilothouse.apps.portfolio.services.credential_levels import (
    ActLine,
    LevelClaim,
    read_claim,
)
from pilothouse.apps.portfolio.services.credential_words import (
    GENRES,
    MAX_ACTS,
    STRENGTHS,
    name_level,
    say_leaving,
    say_proven,
    say_unproven,
    tell_badge,
)
from pilothouse.apps.skills.services.competencies import LEVEL_NAMES
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.portfolio import badges
from pilothouse.kernel.errors import InvalidValueError, NotFoundError
from pilothouse.kernel.ids import clean_text

SEAL = "portfolio.credential"
SEAL_SECONDS = 24 * 3600
MAX_FILES = 5
MAX_FILE_BYTES = 20 * 1024**2
STATUSES = ("Completed", "Failed", "InProgress", "Provisional", "Withdrew")
# Ids of achievements must be the same on every machine: they are made from the framework's name.
FRAMEWORK = uuid.UUID("6f0b5a1e-8c4d-5b36-9a43-2f1d6c7e9b10")


@dataclass(frozen=True)
class FileDigest:
    """A file that a badge binds; the file itself stays with the person."""

    name: str
    media_type: str
    sri: str

    @property
    def uri(self) -> str:
        """The file's name by its digest (RFC 6920)."""
        raw = self.sri.removeprefix("sha384-").replace("+", "-").replace("/", "_").rstrip("=")
        return f"ni:///sha-384;{raw}"


@dataclass(frozen=True)
class BadgeDraft:
    """What a person chooses of a badge. ``level`` 0: the level that the acts hold."""

    competency: str
    holder: str = ""
    level: int = 0
    status: str = "Completed"
    with_titles: bool = False
    list_url: str = ""
    files: tuple[FileDigest, ...] = ()


@dataclass(frozen=True)
class Preview:
    """A badge before it is signed. ``seal`` brings the same id and time back."""

    draft: BadgeDraft
    name: str
    document: badges.Document
    claim: LevelClaim
    place: int | None
    proves: tuple[str, ...]
    does_not_prove: tuple[str, ...]
    leaves: tuple[str, ...]
    seal: str


@dataclass(frozen=True)
class _Sealed:
    uri: str
    issued: datetime
    place: int
    digest: str = ""


def preview_badge(
    access: Access, draft: BadgeDraft, issuer_did: str, *, place: int, seal: str = ""
) -> Preview:
    """The badge that a draft makes. ``place`` is one that is free in the list of revocations.

    With a ``seal`` the id, time and place of that preview are taken again; if the document is no
    longer the same, ``InvalidValueError``.
    """
    claim = read_claim(access, draft.competency)
    clean = _clean_draft(access, draft, claim)
    sealed = _open_seal(seal) if seal else _Sealed(_new_uri(), timezone.now(), place)
    badge = _to_badge(clean, claim, issuer_did, sealed)
    document = badges.build_badge(badge)
    digest = sha384(badges.canonicalise(document)).hexdigest()
    if sealed.digest and sealed.digest != digest:
        raise InvalidValueError(
            "the record, the key or the choice has changed since the preview.",
            remedy="Look at it again.",
        )
    return Preview(
        draft=clean,
        name=badges.name_badge(badge),
        document=document,
        claim=claim,
        place=sealed.place if clean.list_url else None,
        proves=say_proven(claim, has_files=bool(clean.files)),
        does_not_prove=say_unproven(claim),
        leaves=say_leaving(
            claim, clean.holder, with_titles=clean.with_titles, has_files=bool(clean.files)
        ),
        seal=signing.dumps(
            [sealed.uri, sealed.issued.isoformat(), sealed.place, digest], salt=SEAL
        ),
    )


def digest_files(files: Iterable[tuple[str, str, bytes]]) -> tuple[FileDigest, ...]:
    """Name, media type and content of each file to what the badge says of it."""
    found = [
        FileDigest(
            clean_text(name).strip()[:200] or "file",
            clean_text(media_type).strip()[:100] or "application/octet-stream",
            badges.digest_sri(data),
        )
        for name, media_type, data in files
    ]
    if len(found) > MAX_FILES:
        raise InvalidValueError(f"a badge binds at most {MAX_FILES} files.", value=len(found))
    return tuple({each.sri: each for each in found}.values())


def files_from_json(rows: Iterable[Mapping[str, Any]]) -> tuple[FileDigest, ...]:
    """Files that an earlier step or a program has digested."""
    found = []
    for row in rows:
        name, media_type, sri = (str(row.get(key, "")) for key in ("name", "media_type", "sri"))
        raw = sri.removeprefix("sha384-")
        if not sri.startswith("sha384-") or len(raw) != 64 or not _is_base64(raw):
            raise InvalidValueError("a file is bound by its SHA-384 as sha384-BASE64.", value=sri)
        found.append(FileDigest(clean_text(name)[:200], clean_text(media_type)[:100], sri))
    if len(found) > MAX_FILES:
        raise InvalidValueError(f"a badge binds at most {MAX_FILES} files.", value=len(found))
    return tuple(found)


def _clean_draft(access: Access, draft: BadgeDraft, claim: LevelClaim) -> BadgeDraft:
    holder = clean_text(draft.holder).strip() or access.user_name
    if len(holder) > 100:
        raise InvalidValueError("a holder's name has at most 100 characters.", value=holder)
    if draft.status not in STATUSES:
        raise InvalidValueError(
            f"a result's status is one of {', '.join(STATUSES)}.", value=draft.status
        )
    level = draft.level or claim.level
    if not claim.acts:
        raise NotFoundError(
            "there is no act of yours for this competency yet.",
            value=claim.title,
            remedy="Open the map to see which acts would count.",
        )
    if not level:
        raise InvalidValueError(
            "the acts do not hold a level of this competency yet.",
            value=claim.title,
            remedy="Say which level you tried for, and that it was not reached.",
        )
    _check_level(level, draft.status, claim)
    return BadgeDraft(
        competency=claim.competency,
        holder=holder,
        level=level,
        status=draft.status,
        with_titles=draft.with_titles,
        list_url=clean_list_url(draft.list_url),
        files=draft.files,
    )


def _check_level(level: int, status: str, claim: LevelClaim) -> None:
    if not 1 <= level <= len(LEVEL_NAMES):
        raise InvalidValueError("a level is 1 to 4.", value=level)
    if status == "Completed" and level > claim.level:
        raise InvalidValueError(
            f"the acts hold {name_level(claim.level) if claim.level else 'no level yet'}.",
            value=name_level(level),
            remedy="Take that level, or say that the higher one was not reached.",
        )


def clean_list_url(text: str) -> str:
    """An https address for the list of revocations, or empty."""
    url = clean_text(text).strip()
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        is_good = parts.scheme == "https" and bool(parts.hostname) and not parts.fragment
    except ValueError:
        is_good = False
    if not is_good or len(url) > 400 or not url.isascii() or any(c.isspace() for c in url):
        raise InvalidValueError(
            "the list of revocations needs an https address.",
            value=url,
            remedy="Write it as https://your.site/credentials/status.json, or leave it empty.",
        )
    return url


def _to_badge(draft: BadgeDraft, claim: LevelClaim, did: str, sealed: _Sealed) -> badges.Badge:
    return badges.Badge(
        id=sealed.uri,
        issuer=badges.Issuer(did, draft.holder),
        achievement=_to_achievement(claim, draft.level),
        level=f"L{draft.level}",
        status=draft.status,
        practice=claim.practice,
        narrative=tell_badge(claim, draft.level, draft.status),
        evidence=tuple(
            _to_evidence(act, with_title=draft.with_titles) for act in claim.acts[:MAX_ACTS]
        ),
        issued=sealed.issued,
        first=claim.first_at,
        last=claim.last_at,
        attachments=tuple(
            badges.Attachment(each.uri, each.sri, each.media_type) for each in draft.files
        ),
        status_entry=badges.StatusEntry(draft.list_url, sealed.place) if draft.list_url else None,
    )


def _to_achievement(claim: LevelClaim, level: int) -> badges.Achievement:
    name = f"{claim.framework}:{claim.competency}"
    rules = "; ".join(claim.rules[level - 1]) if len(claim.rules) >= level else ""
    return badges.Achievement(
        id=uuid.uuid5(FRAMEWORK, name).urn,
        name=claim.title,
        code=claim.competency,
        description=claim.description or claim.title,
        criteria=(
            f"{name_level(level)} by rules version {claim.rules_version}: {rules}. "
            "A program counts recorded acts; no person examines."
        ),
        levels=tuple(f"L{number}" for number in range(1, len(LEVEL_NAMES) + 1)),
        alignments=tuple(
            badges.Alignment(name, url, framework) for name, url, framework in claim.alignments
        ),
    )


def _to_evidence(act: ActLine, *, with_title: bool) -> badges.Evidence:
    raw = urlsafe_b64encode(bytes.fromhex(act.hash)).decode().rstrip("=")
    genre = GENRES.get(act.context, act.context)
    where = "in a simulation" if act.context == "simulated" else f"context: {genre}"
    titled = f" About: {act.title}." if with_title and act.title else ""
    return badges.Evidence(
        uri=f"ni:///sha-256;{raw}",
        name=f"Act {act.sequence}: {act.kind}",
        narrative=(
            f"{act.kind} on {act.at:%d %B %Y}, {where}. "
            f"Strength {STRENGTHS[act.strength]}.{titled} "
            "Its id is the digest of the act in the holder's ledger."
        ),
        genre=genre,
    )


def _new_uri() -> str:
    return uuid.uuid4().urn


def _open_seal(seal: str) -> _Sealed:
    try:
        uri, issued, place, digest = signing.loads(seal, salt=SEAL, max_age=SEAL_SECONDS)
    except (signing.BadSignature, ValueError) as error:
        raise InvalidValueError(
            "this preview is too old, or not one of ours.", remedy="Look at it again."
        ) from error
    return _Sealed(uri, datetime.fromisoformat(issued), place, digest)


def _is_base64(text: str) -> bool:
    return text.isascii() and text.replace("+", "a").replace("/", "a").isalnum()
