"""Negotiation sheets: a scope in order, a wished date, who sits at the table, what was agreed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from pilothouse.apps.roadmap.models import DealKind, Negotiation, Stakeholder, Weight
from pilothouse.apps.roadmap.services.checks import (
    check_choice,
    check_number,
    check_reference,
    check_text,
    check_title,
)
from pilothouse.apps.roadmap.services.flow import check_classes, check_whole, check_window
from pilothouse.apps.roadmap.services.promises import check_due
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.search import index_entry, remove_entry
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError

MOST_ITEMS = 200
MOST_STAKEHOLDERS = 20
MOST_SHOWN = 200
# The power-interest grid (Mendelow 1991): influence first, interest second.
_STANCES = {
    ("high", "high"): "manage closely",
    ("high", "low"): "keep satisfied",
    ("low", "high"): "keep informed",
    ("low", "low"): "monitor",
}


@dataclass(frozen=True)
class StakeholderView:
    """Someone at the table. ``alternative`` is what they do without a deal (their BATNA)."""

    name: str
    role: str = ""
    wants: str = ""
    alternative: str = ""
    interest: str = Weight.HIGH.value
    influence: str = Weight.HIGH.value

    @property
    def stance(self) -> str:
        """What the power-interest grid advises."""
        return _STANCES.get((self.influence, self.interest), "")

    def checked(self) -> StakeholderView:
        """This one with clean parts; raises ``InvalidValueError`` for the first bad one."""
        return StakeholderView(
            name=check_title(self.name, "a stakeholder's name", 100),
            role=" ".join(check_text(self.role, "a role", 100).split()),
            wants=check_text(self.wants, "what a stakeholder wants", 1000),
            alternative=check_text(self.alternative, "an alternative", 1000),
            interest=check_choice(self.interest, list(Weight.values), "interest"),
            influence=check_choice(self.influence, list(Weight.values), "influence"),
        )


@dataclass(frozen=True)
class NegotiationDraft:
    """What a person decides about a sheet. Shares of work are of one member's; costs are a week."""

    title: str
    due: date
    note: str = ""
    item_ids: tuple[str, ...] = ()
    extra_items: int = 0
    kinds: tuple[str, ...] = ()
    window_weeks: int = 12
    confidence: float = 0.85
    team_size: int = 5
    joins_after: int = 2
    ramp_up_weeks: int = 8
    early_share: float = 0.25
    drag: float = 0.5
    later_share: float = 0.9
    delay_cost: float | None = None
    person_cost: float | None = None
    stakeholders: tuple[StakeholderView, ...] = ()

    def checked(self) -> NegotiationDraft:
        """This draft with clean parts; raises ``InvalidValueError`` for the first bad one."""
        if len(self.item_ids) > MOST_ITEMS:
            raise InvalidValueError(
                f"a sheet has at most {MOST_ITEMS} items.", value=len(self.item_ids)
            )
        if len(self.stakeholders) > MOST_STAKEHOLDERS:
            raise InvalidValueError(
                f"a sheet has at most {MOST_STAKEHOLDERS} stakeholders.",
                value=len(self.stakeholders),
            )
        check_classes(self.kinds)
        check_window(self.window_weeks)
        return replace(
            self,
            title=check_title(self.title, "a negotiation's title"),
            note=check_text(self.note, "a note", 4000),
            due=check_due(self.due),
            item_ids=tuple(dict.fromkeys(check_reference(i, "an item") for i in self.item_ids)),
            stakeholders=tuple(each.checked() for each in self.stakeholders),
            **self._checked_numbers(),
        )

    def _checked_numbers(self) -> dict[str, Any]:
        """The numbers of the terms, each in its range."""
        found: dict[str, Any] = {}
        for name, what, low, high in (
            ("extra_items", "items that are not in the backlog", 0, 1_000),
            ("team_size", "people of the team", 1, 1_000),
            ("joins_after", "weeks until one more person joins", 0, 260),
            ("ramp_up_weeks", "weeks of ramp-up", 0, 260),
        ):
            found[name] = check_whole(getattr(self, name), what, low, high)
        for name, what, least, most in (
            ("confidence", "the confidence of a promise", 0.5, 0.99),
            ("early_share", "the share of work while ramping up", 0, 2),
            ("drag", "the share of work that teaching takes", 0, 2),
            ("later_share", "the share of work after the ramp-up", 0, 2),
            ("delay_cost", "the cost of delay a week", 0, 1e12),
            ("person_cost", "the cost of a person a week", 0, 1e12),
        ):
            found[name] = check_number(getattr(self, name), what, low=least, high=most)
        return found


@dataclass(frozen=True)
class NegotiationView:
    """A sheet as it is kept: its draft, and what was agreed on if anything was."""

    public_id: str
    draft: NegotiationDraft
    agreed_deal: str
    agreed_text: str
    agreed_at: datetime | None
    agreed_facts: dict[str, Any]
    promises: int
    created_at: datetime
    url: str

    @property
    def title(self) -> str:
        return self.draft.title

    @property
    def is_agreed(self) -> bool:
        return self.agreed_at is not None


def list_negotiations(product: ProductView) -> list[NegotiationView]:
    """The product's sheets, open ones first, then the latest; two queries."""
    rows = _live(product).order_by("-created_at", "-pk")[:MOST_SHOWN]
    views = [_to_view(product, row) for row in rows]
    return sorted(views, key=lambda view: view.is_agreed)


def get_negotiation(product: ProductView, public_id: str) -> NegotiationView:
    """A sheet of the product by its public id."""
    return _to_view(product, find_negotiation(product, public_id))


def save_negotiation(
    access: Access, product: ProductView, draft: NegotiationDraft, *, public_id: str | None = None
) -> NegotiationView:
    """Begin a sheet, or change the one with ``public_id``; an agreed one is not changed."""
    access.require(Role.EDITOR, to="saving a negotiation")
    checked = draft.checked()
    with transaction.atomic():
        row = _prepare(access, product, public_id)
        for name, value in _plain(checked).items():
            setattr(row, name, value)
        row.save()
        row.stakeholders.all().delete()
        Stakeholder.objects.bulk_create(
            Stakeholder(negotiation=row, position=place, **vars(each))
            for place, each in enumerate(checked.stakeholders)
        )
        facts = {
            "name": row.title,
            "due": row.due.isoformat(),
            "scope": len(checked.item_ids) + checked.extra_items,
            "confidence": checked.confidence,
        }
        kind = "negotiation.changed" if public_id else "negotiation.begun"
        record_act(access, kind, "negotiation", row.public_id, facts, product=product)
        _index(product, row)
    return get_negotiation(product, row.public_id)


def set_negotiation_deleted(
    access: Access, product: ProductView, public_id: str, *, is_deleted: bool
) -> NegotiationView:
    """Delete a sheet, or bring it back; its promises stay."""
    access.require(Role.EDITOR, to="deleting a negotiation")
    with transaction.atomic():
        row = find_negotiation(product, public_id, with_deleted=True)
        row.deleted_at = product.now if is_deleted else None
        row.save(update_fields=["deleted_at"])
        kind = "negotiation.deleted" if is_deleted else "negotiation.restored"
        record_act(access, kind, "negotiation", public_id, {"name": row.title}, product=product)
        if is_deleted:
            remove_entry(product.workspace_id, "negotiation", public_id)
        else:
            _index(product, row)
        return _to_view(product, row)


def reopen_negotiation(access: Access, product: ProductView, public_id: str) -> NegotiationView:
    """Negotiate again: the promises made stay as they are, the ledger keeps what was agreed."""
    access.require(Role.EDITOR, to="reopening a negotiation")
    with transaction.atomic():
        row = find_negotiation(product, public_id)
        if row.agreed_at is None:
            raise ConflictError("this negotiation is open already.", value=row.title)
        row.agreed_deal, row.agreed_text, row.agreed_at, row.agreed_facts = "", "", None, {}
        row.save(update_fields=["agreed_deal", "agreed_text", "agreed_at", "agreed_facts"])
        facts = {"name": row.title}
        record_act(access, "negotiation.reopened", "negotiation", public_id, facts, product=product)
    return get_negotiation(product, public_id)


def find_negotiation(
    product: ProductView, public_id: str, *, with_deleted: bool = False
) -> Negotiation:
    """The row of a sheet; raises ``NotFoundError``."""
    rows = _all(product) if with_deleted else _live(product)
    row = rows.filter(public_id=public_id).first()
    if row is None:
        raise NotFoundError("there is no such negotiation in this product.", value=public_id)
    return row


def refuse_agreed(row: Negotiation) -> None:
    """An agreed sheet stands as it was agreed."""
    if row.agreed_at is not None:
        raise ConflictError(
            f"this was agreed on {row.agreed_at:%d %B %Y} and stands as it was.",
            value=row.title,
            remedy="Reopen the negotiation to change its terms.",
        )


def check_deal(kind: str) -> str:
    """One of the three ways of making a deal."""
    return check_choice(kind, list(DealKind.values), "a deal")


def _prepare(access: Access, product: ProductView, public_id: str | None) -> Negotiation:
    if public_id is None:
        return Negotiation(product_id=product.id, user_id=access.user_id, created_at=product.now)
    row = find_negotiation(product, public_id)
    refuse_agreed(row)
    return row


def _plain(draft: NegotiationDraft) -> dict[str, Any]:
    """The columns of a draft: everything but the stakeholders."""
    values = {each.name: getattr(draft, each.name) for each in fields(draft)}
    del values["stakeholders"]
    return values | {"item_ids": list(draft.item_ids), "kinds": list(draft.kinds)}


def _live(product: ProductView) -> QuerySet[Negotiation]:
    return _all(product).filter(deleted_at=None)


def _all(product: ProductView) -> QuerySet[Negotiation]:
    kept = Count("promises", filter=Q(promises__deleted_at=None))
    rows = Negotiation.objects.filter(product_id=product.id)
    return rows.prefetch_related("stakeholders").annotate(promise_count=kept)


def _to_view(product: ProductView, row: Negotiation) -> NegotiationView:
    stakeholders = sorted(row.stakeholders.all(), key=lambda each: each.position)
    return NegotiationView(
        public_id=row.public_id,
        draft=_to_draft(row, stakeholders),
        agreed_deal=row.agreed_deal,
        agreed_text=row.agreed_text,
        agreed_at=row.agreed_at,
        agreed_facts=row.agreed_facts,
        promises=getattr(row, "promise_count", 0),
        created_at=row.created_at,
        url=_url(product, row.public_id),
    )


def _to_draft(row: Negotiation, stakeholders: Sequence[Stakeholder]) -> NegotiationDraft:
    names = [each.name for each in fields(NegotiationDraft) if each.name != "stakeholders"]
    values = {name: getattr(row, name) for name in names}
    values |= {"item_ids": tuple(row.item_ids), "kinds": tuple(row.kinds)}
    parts = [each.name for each in fields(StakeholderView)]
    people = tuple(
        StakeholderView(**{part: getattr(each, part) for part in parts}) for each in stakeholders
    )
    return NegotiationDraft(**values, stakeholders=people)


def _index(product: ProductView, row: Negotiation) -> None:
    index_entry(
        product.workspace_id,
        kind="negotiation",
        object_id=row.public_id,
        title=row.title,
        body=row.note,
        url=_url(product, row.public_id),
        product_id=product.id,
    )


def _url(product: ProductView, public_id: str) -> str:
    return f"/p/{product.public_id}/roadmap/negotiations/{public_id}/"
