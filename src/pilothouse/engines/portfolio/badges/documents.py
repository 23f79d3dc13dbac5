"""Credentials as documents: Open Badges 3.0 and CLR 2.0 on the W3C data model 2.0.

Pure building of JSON from frozen inputs; nothing is signed here. Every id is given by the caller,
so that the same inputs give the same document. Sources: Open Badges 3.0 (1EdTech, final),
Comprehensive Learner Record 2.0, Verifiable Credentials Data Model 2.0.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from pilothouse.kernel.errors import InvalidValueError

W3C_CONTEXT = "https://www.w3.org/ns/credentials/v2"
BADGE_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
BUNDLE_CONTEXT = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"

# Stands on everything that people issue to themselves.
HONEST_WORDS = (
    "Issued by the holder. It proves what was recorded, when, and that it was not changed. "
    "It is not an examination."
)
NAME_ENDING = "(issued by the holder)"

# The statuses of a result that Open Badges 3.0 lists; a failed attempt is a result too.
STATUSES = ("Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew")

Document = dict[str, Any]


@dataclass(frozen=True)
class Issuer:
    """Who signs: a ``did:key`` and the name to show."""

    did: str
    name: str


@dataclass(frozen=True)
class Evidence:
    """One piece of evidence; ``uri`` names it without a network, ``genre`` its context."""

    uri: str
    name: str
    narrative: str
    genre: str


@dataclass(frozen=True)
class Alignment:
    """A competency of another framework that this one is close to."""

    name: str
    url: str
    framework: str
    code: str = ""


@dataclass(frozen=True)
class Attachment:
    """A file that belongs to the badge, bound by its digest (``sha384-...``)."""

    uri: str
    digest_sri: str
    media_type: str


@dataclass(frozen=True)
class StatusEntry:
    """Where the list of revocations will be published, and this credential's place in it."""

    list_url: str
    index: int


@dataclass(frozen=True)
class Achievement:
    """What a badge is about: a competency with its levels."""

    id: str
    name: str
    code: str
    description: str
    criteria: str
    levels: tuple[str, ...]
    alignments: tuple[Alignment, ...] = ()


@dataclass(frozen=True)
class Badge:
    """One competency of one person at one level, with what it rests on.

    ``practice`` says what it is from where nothing of it was real: simulations, study.
    """

    id: str
    issuer: Issuer
    achievement: Achievement
    level: str
    status: str
    practice: str
    narrative: str
    evidence: tuple[Evidence, ...]
    issued: datetime
    first: datetime | None = None
    last: datetime | None = None
    attachments: tuple[Attachment, ...] = ()
    status_entry: StatusEntry | None = None


@dataclass(frozen=True)
class Endorsement:
    """Somebody else's words about a badge, to be signed with that person's own key."""

    id: str
    issuer: Issuer
    badge_id: str
    comment: str
    issued: datetime


@dataclass(frozen=True)
class Bundle:
    """Several signed credentials of one person in one signed record."""

    id: str
    issuer: Issuer
    name: str
    credentials: tuple[Document, ...]
    endorsements: tuple[Document, ...]
    issued: datetime
    status_entry: StatusEntry | None = None


def build_achievement(achievement: Achievement) -> Document:
    """The achievement with its levels as a rubric; the honest words stand in its criteria."""
    document: Document = {
        "id": achievement.id,
        "type": ["Achievement"],
        "achievementType": "Competency",
        "name": achievement.name,
        "humanCode": achievement.code,
        "description": achievement.description,
        "criteria": {"narrative": f"{achievement.criteria}\n\n{HONEST_WORDS}"},
        "resultDescription": [
            {
                "id": f"{achievement.id}:level",
                "type": ["ResultDescription"],
                "name": "Level",
                "resultType": "PerformanceLevel",
                "allowedValue": list(achievement.levels),
            }
        ],
    }
    if achievement.alignments:
        document["alignment"] = [_build_alignment(each) for each in achievement.alignments]
    return document


def build_badge(badge: Badge) -> Document:
    """An unsigned OpenBadgeCredential whose issuer is its subject."""
    if badge.status not in STATUSES:
        raise InvalidValueError(
            f"a result's status is one of {', '.join(STATUSES)}.", value=badge.status
        )
    document: Document = {
        "@context": [W3C_CONTEXT, BADGE_CONTEXT],
        "id": badge.id,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": name_badge(badge),
        "description": f"{badge.narrative} {HONEST_WORDS}",
        "issuer": _build_issuer(badge.issuer),
        "validFrom": format_time(badge.issued),
        "credentialSubject": _build_subject(badge),
    }
    if badge.evidence:
        document["evidence"] = [_build_evidence(each) for each in badge.evidence]
    if badge.attachments:
        document["relatedResource"] = [
            {"id": each.uri, "digestSRI": each.digest_sri, "mediaType": each.media_type}
            for each in badge.attachments
        ]
    return _with_status(document, badge.status_entry)


def name_badge(badge: Badge) -> str:
    """The name with provenance in it: nobody shall take it for an exam, or practice for work."""
    reached = {"Completed": badge.level, "Failed": f"{badge.level} not reached"}
    level = reached.get(badge.status, f"{badge.level} {badge.status}")
    ending = f"(from {badge.practice}, issued by the holder)" if badge.practice else NAME_ENDING
    return f"{badge.achievement.name}, {level} {ending}"


def build_endorsement(endorsement: Endorsement) -> Document:
    """An unsigned EndorsementCredential about a badge."""
    return {
        "@context": [W3C_CONTEXT, BADGE_CONTEXT],
        "id": endorsement.id,
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": f"Endorsement by {endorsement.issuer.name}",
        "issuer": _build_issuer(endorsement.issuer),
        "validFrom": format_time(endorsement.issued),
        "credentialSubject": {
            "id": endorsement.badge_id,
            "type": ["EndorsementSubject"],
            "endorsementComment": endorsement.comment,
        },
    }


def build_bundle(bundle: Bundle) -> Document:
    """An unsigned ClrCredential: signed credentials by value, endorsements beside them."""
    if not bundle.credentials:
        raise InvalidValueError("a record of credentials needs at least one.")
    document: Document = {
        "@context": [W3C_CONTEXT, BADGE_CONTEXT, BUNDLE_CONTEXT],
        "id": bundle.id,
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": f"{bundle.name} {NAME_ENDING}",
        "description": HONEST_WORDS,
        "issuer": _build_issuer(bundle.issuer),
        "validFrom": format_time(bundle.issued),
        "credentialSubject": {
            "id": bundle.issuer.did,
            "type": ["ClrSubject"],
            "verifiableCredential": list(bundle.credentials),
        },
    }
    if bundle.endorsements:
        document["endorsement"] = list(bundle.endorsements)
    return _with_status(document, bundle.status_entry)


def format_time(moment: datetime) -> str:
    """The moment in UTC to the second, as credentials write it."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _build_subject(badge: Badge) -> Document:
    subject: Document = {
        "id": badge.issuer.did,
        "type": ["AchievementSubject"],
        "role": "Product manager",
        "narrative": badge.narrative,
        "achievement": build_achievement(badge.achievement),
        "result": [
            {
                "type": ["Result"],
                "resultDescription": f"{badge.achievement.id}:level",
                "value": badge.level,
                "status": badge.status,
            }
        ],
    }
    if badge.first is not None:
        subject["activityStartDate"] = format_time(badge.first)
    if badge.last is not None:
        subject["activityEndDate"] = format_time(badge.last)
    return subject


def _build_issuer(issuer: Issuer) -> Document:
    return {"id": issuer.did, "type": ["Profile"], "name": issuer.name}


def _build_evidence(evidence: Evidence) -> Document:
    return {
        "id": evidence.uri,
        "type": ["Evidence"],
        "name": evidence.name,
        "narrative": evidence.narrative,
        "genre": evidence.genre,
    }


def _build_alignment(alignment: Alignment) -> Document:
    document = {
        "type": ["Alignment"],
        "targetName": alignment.name,
        "targetUrl": alignment.url,
        "targetFramework": alignment.framework,
        "targetType": "CFItem",
    }
    return {**document, "targetCode": alignment.code} if alignment.code else document


def _with_status(document: Document, entry: StatusEntry | None) -> Document:
    if entry is None:
        return document
    return {
        **document,
        "credentialStatus": {
            "id": f"{entry.list_url}#{entry.index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(entry.index),
            "statusListCredential": entry.list_url,
        },
    }
