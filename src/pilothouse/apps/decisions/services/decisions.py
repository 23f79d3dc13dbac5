"""Decision records: writing them, deciding, changing in the open, taking back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.decisions.models import (
    Decision,
    DecisionRevision,
    Door,
    Option,
    Status,
)
from pilothouse.apps.decisions.services.expectation import follow_expectation
from pilothouse.apps.decisions.services.texts import (
    check_approver,
    check_names,
    check_topics,
    take_number,
    today_of,
)
from pilothouse.apps.decisions.services.views import (
    DecisionView,
    decision_url,
    find_row,
    read_rows,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.captures import set_capture_done
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.search import index_entry, remove_entry
from pilothouse.engines.decisions import check_probability
from pilothouse.kernel.errors import ConflictError, InvalidValueError
from pilothouse.kernel.texts import check_day, check_line, check_text

MAX_LISTED = 500
MAX_OPTIONS = 20
_TEXTS = ("context", "reasons", "expected")


@dataclass(frozen=True)
class OptionDraft:
    """One way to consider."""

    title: str
    pros: str = ""
    cons: str = ""
    cost: str = ""
    is_chosen: bool = False


@dataclass(frozen=True)
class DecisionDraft:
    """What a person writes down of a decision. ``is_decided`` closes the draft."""

    title: str
    context: str = ""
    options: tuple[OptionDraft, ...] = ()
    reasons: str = ""
    expected: str = ""
    probability: float | None = None
    review_on: date | None = None
    door: str = Door.UNKNOWN.value
    driver: str = ""
    approver: str = ""
    contributors: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    is_decided: bool = False
    capture_id: str = ""


def save_decision(
    access: Access, product: ProductView, draft: DecisionDraft, *, public_id: str = ""
) -> DecisionView:
    """Write a decision down, or change the one with ``public_id``.

    A decided record may still be changed; what it said before is kept.
    """
    access.require(Role.EDITOR, to="writing a decision")
    with transaction.atomic():
        row = find_row(product, public_id, lock=True) if public_id else None
        before = _snapshot(product, row) if row else None
        was_decided = row is not None and row.status != Status.DRAFT
        row = _fill(product, row or _new(access, product, draft), draft)
        _decide(product, row, draft)
        row.save()
        _write_options(row, draft.options)
        if was_decided and before is not None and _snapshot(product, row) != before:
            DecisionRevision.objects.create(
                decision=row, before=before, at=product.now, user_id=access.user_id
            )
        _record_saving(access, product, row, is_new=not public_id, was_decided=was_decided)
        if row.status != Status.DRAFT:
            follow_expectation(access, product, row)
        _index(product, row)
    return get_decision(product, row.public_id)


def set_decision_deleted(
    access: Access, product: ProductView, public_id: str, *, is_deleted: bool
) -> DecisionView:
    """Delete a decision, or bring it back. Its forecasts stay."""
    access.require(Role.EDITOR, to="deleting a decision")
    with transaction.atomic():
        row = find_row(product, public_id, with_deleted=True, lock=True)
        row.deleted_at = timezone.now() if is_deleted else None
        row.save(update_fields=["deleted_at"])
        kind = "decision.deleted" if is_deleted else "decision.restored"
        _record(access, product, kind, row, {})
        if is_deleted:
            remove_entry(product.workspace_id, "decision", public_id)
        else:
            _index(product, row)
    return read_rows(product, Decision.objects.filter(pk=row.pk), today_of(product))[0]


def reverse_decision(access: Access, product: ProductView, public_id: str) -> DecisionView:
    """Take a decision back: the record stays and says so."""
    return _end(access, product, public_id, Status.REVERSED, by="")


def supersede_decision(
    access: Access, product: ProductView, public_id: str, by: str
) -> DecisionView:
    """Say which later decision took its place."""
    return _end(access, product, public_id, Status.SUPERSEDED, by=by)


def get_decision(product: ProductView, public_id: str) -> DecisionView:
    """One record, whole."""
    row = find_row(product, public_id)
    return read_rows(product, Decision.objects.filter(pk=row.pk), today_of(product))[0]


def list_decisions(
    product: ProductView, *, status: str = "", person: str = "", topic: str = "", due: bool = False
) -> list[DecisionView]:
    """Records, the latest first; those whose review is due with ``due``."""
    rows = Decision.objects.filter(product_id=product.id, deleted_at=None)
    if status in Status.values:
        rows = rows.filter(status=status)
    day = today_of(product)
    if due:
        rows = rows.filter(status=Status.DECIDED, review_on__lte=day)
    found = read_rows(product, rows.order_by("-number"), day)
    return [
        each
        for each in found
        if (not person or person in each.people) and (not topic or topic in each.topics)
    ][:MAX_LISTED]


def name_decisions(
    product: ProductView, *, with_drafts: bool = True, but: str = ""
) -> list[tuple[str, str]]:
    """(id, ``D7: title``) of all records, the latest first: what a form offers to choose."""
    rows = Decision.objects.filter(product_id=product.id, deleted_at=None).exclude(public_id=but)
    rows = rows if with_drafts else rows.exclude(status=Status.DRAFT)
    found = rows.order_by("-number").values_list("public_id", "number", "title")
    return [(public_id, f"D{number}: {title}") for public_id, number, title in found[:MAX_LISTED]]


def list_revisions(product: ProductView, public_id: str) -> list[tuple[Any, Mapping[str, Any]]]:
    """(when, what the record said before) of a decided record, the latest first."""
    row = find_row(product, public_id)
    return [(each.at, each.before) for each in row.revisions.order_by("-pk")]


def _new(access: Access, product: ProductView, draft: DecisionDraft) -> Decision:
    capture_id = check_line("a capture", draft.capture_id, 40)
    if capture_id:
        set_capture_done(access, capture_id, is_done=True)
    return Decision(
        product_id=product.id,
        user_id=access.user_id,
        number=take_number(product, "next_decision"),
        created_at=product.now,
        capture_id=capture_id,
    )


def _fill(product: ProductView, row: Decision, draft: DecisionDraft) -> Decision:
    row.title = check_line("a title", draft.title, 200, least=1)
    for name in _TEXTS:
        setattr(row, name, check_text(f"the {name}", getattr(draft, name)))
    row.probability = None if draft.probability is None else check_probability(draft.probability)
    row.review_on = check_day("the review date", draft.review_on)
    if draft.door not in Door.values:
        raise InvalidValueError(f"a door is one of {', '.join(Door.values)}.", value=draft.door)
    row.door = draft.door
    row.driver = check_line("the driver", draft.driver, 100)
    row.approver = check_approver(draft.approver)
    row.contributors = check_names("contributors", draft.contributors)
    row.informed = check_names("informed", draft.informed)
    row.topics = check_topics(draft.topics)
    row.updated_at = product.now
    return row


def _decide(product: ProductView, row: Decision, draft: DecisionDraft) -> None:
    chosen = sum(option.is_chosen for option in draft.options)
    if chosen > 1:
        raise InvalidValueError("one option is chosen, not several.", value=chosen)
    if row.status != Status.DRAFT and not chosen:
        raise ConflictError("a decided record keeps a chosen option.", value=row.title)
    if not draft.is_decided or row.status != Status.DRAFT:
        return
    if not chosen:
        raise InvalidValueError(
            "to decide is to choose an option.",
            value=row.title,
            remedy="Tick the one that was chosen, or save it as a draft.",
        )
    row.status, row.decided_at = Status.DECIDED, product.now


def _write_options(row: Decision, options: Sequence[OptionDraft]) -> None:
    if len(options) > MAX_OPTIONS:
        raise InvalidValueError(f"a decision has at most {MAX_OPTIONS} options.")
    row.options.all().delete()
    Option.objects.bulk_create(
        Option(
            decision=row,
            position=position,
            title=check_line("an option's title", option.title, 200, least=1),
            pros=check_text("the pros", option.pros),
            cons=check_text("the cons", option.cons),
            cost=check_line("the cost", option.cost, 500),
            is_chosen=option.is_chosen,
        )
        for position, option in enumerate(options)
    )


def _snapshot(product: ProductView, row: Decision) -> dict[str, Any]:
    """What a record says, for the history."""
    del product
    options = row.options.order_by("position").values("title", "pros", "cons", "cost", "is_chosen")
    return {
        "title": row.title,
        **{name: getattr(row, name) for name in _TEXTS},
        "probability": row.probability,
        "review_on": row.review_on.isoformat() if row.review_on else None,
        "options": list(options),
    }


def _end(
    access: Access, product: ProductView, public_id: str, status: Status, *, by: str
) -> DecisionView:
    access.require(Role.EDITOR, to="taking a decision back")
    with transaction.atomic():
        row = find_row(product, public_id, lock=True)
        if row.status == Status.DRAFT:
            raise ConflictError("a draft is not in force; delete it instead.", value=row.title)
        if by:
            row.superseded_by = find_row(product, by)
            if row.superseded_by.pk == row.pk:
                raise ConflictError("a decision does not take its own place.", value=row.title)
        row.status, row.updated_at = status, product.now
        row.save()
        _record(access, product, f"decision.{status.value}", row, {"by": by})
    return get_decision(product, public_id)


def _record_saving(
    access: Access, product: ProductView, row: Decision, *, is_new: bool, was_decided: bool
) -> None:
    if is_new:
        _record(access, product, "decision.written", row, {})
    if row.status != Status.DRAFT and not was_decided:
        chosen = row.options.filter(is_chosen=True).values_list("title", flat=True).first()
        facts = {
            "chosen": chosen,
            "options": row.options.count(),
            "expected": row.expected,
            "probability": row.probability,
            "review_on": row.review_on.isoformat() if row.review_on else None,
            "door": row.door,
        }
        _record(access, product, "decision.decided", row, facts)
    elif not is_new:
        _record(access, product, "decision.changed", row, {"status": row.status})


def _record(
    access: Access, product: ProductView, kind: str, row: Decision, facts: Mapping[str, Any]
) -> None:
    people = {
        "driver": row.driver,
        "approver": row.approver,
        "contributors": row.contributors,
        "informed": row.informed,
    }
    named = "; ".join(
        f"{part}: {', '.join(who) if isinstance(who, list) else who}"
        for part, who in people.items()
        if who
    )
    whole = {"name": row.title, "number": row.number, **facts}
    record_act(access, kind, "decision", row.public_id, whole, product=product, personal=named)


def _index(product: ProductView, row: Decision) -> None:
    options = list(row.options.values_list("title", flat=True))
    index_entry(
        product.workspace_id,
        kind="decision",
        object_id=row.public_id,
        title=row.title,
        body="\n".join([row.context, *options, row.reasons, row.expected, *row.topics]),
        url=decision_url(product, row.public_id),
        product_id=product.id,
    )
