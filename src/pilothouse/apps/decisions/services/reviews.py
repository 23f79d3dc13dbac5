"""Looking back: what happened, luck or skill, what was learned; and who had disagreed."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.decisions.models import (
    Cause,
    Dissent,
    Forecast,
    Review,
    Status,
    Verdict,
)
from pilothouse.apps.decisions.services.decisions import get_decision
from pilothouse.apps.decisions.services.resolving import ResolutionDraft, resolve_by_hand
from pilothouse.apps.decisions.services.views import DecisionView, find_row
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.texts import check_line, check_text


@dataclass(frozen=True)
class ReviewDraft:
    """What a person says looking back. ``came_true``: whether the expected result came ("yes",
    "no", "void", or empty where it is not to be said now)."""

    happened: str
    verdict: str
    cause: str = Cause.UNCLEAR.value
    learned: str = ""
    came_true: str = ""


def review_decision(
    access: Access, product: ProductView, public_id: str, draft: ReviewDraft
) -> DecisionView:
    """Write down how a decision turned out; resolves the forecast of its expected result."""
    access.require(Role.EDITOR, to="reviewing a decision")
    happened = check_text("what happened", draft.happened, least=1)
    learned = check_text("what was learned", draft.learned)
    if draft.verdict not in Verdict.values:
        raise InvalidValueError(
            f"a verdict is one of {', '.join(Verdict.values)}.", value=draft.verdict
        )
    if draft.cause not in Cause.values:
        raise InvalidValueError(f"a cause is one of {', '.join(Cause.values)}.", value=draft.cause)
    with transaction.atomic():
        row = find_row(product, public_id, lock=True)
        if row.status == Status.DRAFT:
            raise ConflictError("a draft has nothing to look back at.", value=row.title)
        Review.objects.create(
            decision=row, happened=happened, verdict=draft.verdict, cause=draft.cause,
            learned=learned, at=product.now, user_id=access.user_id,
        )  # fmt: skip
        if row.status == Status.DECIDED:
            row.status = Status.REVIEWED
        row.updated_at = product.now
        row.save()
        facts = {
            "name": row.title, "verdict": draft.verdict, "cause": draft.cause,
            "probability": row.probability, "came_true": draft.came_true,
        }  # fmt: skip
        record_act(access, "decision.reviewed", "decision", public_id, facts, product=product)
        if draft.came_true:
            _resolve_expectation(access, product, row.pk, draft)
    return get_decision(product, public_id)


def add_dissent(
    access: Access, product: ProductView, public_id: str, who: str, why: str
) -> DecisionView:
    """Write down that somebody disagreed, and why. Both are personal in the ledger."""
    access.require(Role.COMMENTER, to="noting dissent")
    name = check_line("the name of who disagreed", who, 100) or access.user_name
    text = check_text("the reason of a dissent", why, 5_000, least=1)
    with transaction.atomic():
        row = find_row(product, public_id, lock=True)
        dissent = Dissent.objects.create(
            decision=row, who=name, why=text, at=product.now, user_id=access.user_id
        )
        facts = {"name": row.title, "dissent": dissent.public_id}
        record_act(
            access, "decision.dissented", "decision", public_id, facts,
            product=product, personal=f"{name}: {text}",
        )  # fmt: skip
    return get_decision(product, public_id)


def set_dissent_removed(
    access: Access, product: ProductView, public_id: str, dissent_id: str, *, is_removed: bool
) -> DecisionView:
    """Take a dissent out of the record, or bring it back; the ledger keeps that there was one."""
    access.require(Role.EDITOR, to="removing a dissent")
    with transaction.atomic():
        row = find_row(product, public_id, lock=True)
        dissent = Dissent.objects.filter(decision=row, public_id=dissent_id).first()
        if dissent is None:
            raise NotFoundError("there is no such dissent.", value=dissent_id)
        dissent.deleted_at = timezone.now() if is_removed else None
        dissent.save(update_fields=["deleted_at"])
        facts = {"name": row.title, "dissent": dissent_id}
        kind = "decision.dissent-removed" if is_removed else "decision.dissent-restored"
        record_act(access, kind, "decision", public_id, facts, product=product)
    return get_decision(product, public_id)


def _resolve_expectation(
    access: Access, product: ProductView, decision_pk: int, draft: ReviewDraft
) -> None:
    forecast = Forecast.objects.filter(
        decision_id=decision_pk, is_expectation=True, deleted_at=None
    ).first()
    if forecast is None:
        return
    words = ResolutionDraft(outcome=draft.came_true, evidence=f"Review: {draft.happened}"[:2_000])
    resolve_by_hand(access, product, forecast.public_id, words)
