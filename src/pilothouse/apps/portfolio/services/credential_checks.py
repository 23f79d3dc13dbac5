"""Checking what a person was given: a file or a text, and perhaps the issuer's list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from pilothouse.engines.portfolio import badges
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import digest

MAX_FILE_BYTES = 8 * 1024**2


@dataclass(frozen=True)
class Finding:
    """What checking found, with the digest of the credential's own text."""

    verification: badges.Verification
    digest: str

    @property
    def name(self) -> str:
        value = self.verification.document.get("name")
        return value if isinstance(value, str) else ""

    @property
    def verdict(self) -> str:
        """One sentence for all of it."""
        if not self.verification.is_valid:
            return "This does not hold. " + self.verification.failures[0].sentence
        return "Every check that could be made holds."


def check_credential(
    data: bytes, status_list: bytes | None = None, files: Sequence[bytes] = ()
) -> Finding:
    """Check a credential in any form that is written here or by others.

    ``files`` are the contents of those that shall belong to it.
    """
    if not data.strip():
        raise InvalidValueError(
            "there is nothing to check.", remedy="Choose a file or paste the text."
        )
    for part in (data, status_list or b"", *files):
        if len(part) > MAX_FILE_BYTES:
            raise InvalidValueError("a file to check has at most 8 MiB.", value=len(part))
    text = badges.extract(data)
    found = badges.verify(text, now=timezone.now(), status_list=status_list or None, files=files)
    return Finding(found, digest(text.strip().encode("utf-8", "replace")))


def to_finding_json(finding: Finding) -> dict[str, Any]:
    """A finding as the API and the command show it."""
    return {
        "valid": finding.verification.is_valid,
        "verdict": finding.verdict,
        "name": finding.name,
        "sha256": finding.digest,
        **_to_json(finding.verification),
    }


def _to_json(found: badges.Verification) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "checks": [
            {"check": each.name, "passed": each.is_passed, "sentence": each.sentence}
            for each in found.checks
        ],
        "parts": [
            {"name": str(part.document.get("name", ""))[:200], **_to_json(part)}
            for part in found.parts
        ],
    }
