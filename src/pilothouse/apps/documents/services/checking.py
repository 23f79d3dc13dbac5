"""Checking claims against their sources: all of a product over one opening of its events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from pilothouse.apps.documents.models import Claim, ClaimState, DocumentStatus
from pilothouse.apps.documents.services.claims import claim_rows, read_claim
from pilothouse.apps.documents.services.sources import SourceContext
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act

_READ = ["value", "low", "high", "n", "semantics", "checked_at", "state", "reason", "stale_since"]


@dataclass(frozen=True)
class CheckResult:
    """How many claims were read, and how many of them changed what they say."""

    checked: int
    changed: int
    stale: int
    broken: int


def check_claims(
    access: Access, product: ProductView, *, document_id: str = "", noticed_by: str = "member"
) -> CheckResult:
    """Read the sources of quoted claims and judge them; of one document, or of all that live.

    Any member may: nothing that a person wrote is changed. A claim that goes stale or breaks is an
    act, with what it quoted and what its source says.
    """
    claims = [claim for claim in claim_rows(product) if _is_wanted(claim, document_id)]
    if not claims:
        return CheckResult(0, 0, 0, 0)
    before = [_said(claim) for claim in claims]
    context = SourceContext(product)
    for claim in claims:
        read_claim(context, claim, product.now)
    changed = [(c, old) for c, old in zip(claims, before, strict=True) if _said(c) != old]
    with transaction.atomic():
        Claim.objects.filter(pk__in=[c.pk for c in claims]).update(checked_at=product.now)
        Claim.objects.bulk_update([claim for claim, _ in changed], _READ, batch_size=200)
        for claim, old in changed:
            if claim.state != old[0] and claim.state in {ClaimState.STALE, ClaimState.BROKEN}:
                _record_turn(access, product, claim, noticed_by)
    return CheckResult(
        checked=len(claims),
        changed=len(changed),
        stale=_count(claims, ClaimState.STALE),
        broken=_count(claims, ClaimState.BROKEN),
    )


def _said(claim: Claim) -> tuple[str, str, float | None, int | None]:
    return claim.state, claim.reason, claim.value, claim.n


def _is_wanted(claim: Claim, document_id: str) -> bool:
    if document_id:
        return claim.is_quoted and claim.document.public_id == document_id
    return claim.is_quoted and claim.document.status != DocumentStatus.ARCHIVED


def _count(claims: Sequence[Claim], state: ClaimState) -> int:
    return sum(claim.state == state for claim in claims)


def _record_turn(access: Access, product: ProductView, claim: Claim, noticed_by: str) -> None:
    kind = "claim.went-stale" if claim.state == ClaimState.STALE else "claim.broke"
    facts = {
        "name": claim.label,
        "document": claim.document.public_id,
        "quoted": claim.quoted_text,
        "value": claim.value,
        "n": claim.n,
        "reason": claim.reason,
        "noticed_by": noticed_by,
    }
    record_act(access, kind, "claim", claim.public_id, facts, product=product)
