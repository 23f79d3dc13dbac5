"""Promises: what, to whom, by when; kept, broken or renegotiated, never silently changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from pilothouse.apps.roadmap.models import (
    Negotiation,
    Promise,
    PromiseAct,
    PromiseChange,
    PromiseState,
)
from pilothouse.apps.roadmap.services.checks import (
    check_choice,
    check_day,
    check_number,
    check_text,
    check_title,
)
from pilothouse.apps.roadmap.services.promise_views import PromiseChangeView, PromiseView
from pilothouse.apps.roadmap.services.quarters import today_of
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.attention import Attention
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.search import index_entry, remove_entry
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError

SOON = timedelta(days=7)
MOST_SHOWN = 500
_MOST_TOLD = 20


@dataclass(frozen=True)
class PromiseDraft:
    """What is promised. ``probability`` is the chance that a forecast gave it, if one did."""

    what: str
    to_name: str
    due: date
    to_role: str = ""
    probability: float | None = None

    def checked(self) -> PromiseDraft:
        """This draft with clean parts; raises ``InvalidValueError`` for the first bad one."""
        return replace(
            self,
            what=check_title(self.what, "a promise", 500),
            to_name=check_title(self.to_name, "the name of whom it was promised", 100),
            due=check_due(self.due),
            to_role=" ".join(check_text(self.to_role, "a role", 100).split()),
            probability=check_number(self.probability, "a probability", high=1.0),
        )


def list_promises(product: ProductView, *, open_only: bool = True) -> list[PromiseView]:
    """The product's promises: open ones by day, then settled ones, the latest first; one query."""
    rows = _live(product)
    if open_only:
        rows = rows.filter(state=PromiseState.OPEN)
    views = [_to_view(product, row) for row in rows.order_by("due", "pk")[:MOST_SHOWN]]
    settled = [view for view in views if not view.is_open]
    settled.sort(key=lambda view: view.settled_on or view.due, reverse=True)
    return [*(view for view in views if view.is_open), *settled]


def get_promise(product: ProductView, public_id: str) -> PromiseView:
    """A promise of the product by its public id."""
    return _to_view(product, _find(product, public_id))


def list_changes(product: ProductView, public_id: str) -> list[PromiseChangeView]:
    """The history of a promise, the latest first."""
    rows = PromiseChange.objects.filter(
        promise__product_id=product.id, promise__public_id=public_id
    )
    return [
        PromiseChangeView(
            act=PromiseAct(row.act),
            at=row.at,
            user_name=row.user.name if row.user else "",
            what_before=row.what_before,
            what_after=row.what_after,
            due_before=row.due_before,
            due_after=row.due_after,
            reason=row.reason,
        )
        for row in rows.select_related("user").order_by("-pk")[:MOST_SHOWN]
    ]


def make_promise(
    access: Access, product: ProductView, draft: PromiseDraft, *, negotiation_id: str = ""
) -> PromiseView:
    """Promise something, out of a negotiation or on its own."""
    access.require(Role.EDITOR, to="making a promise")
    checked = draft.checked()
    with transaction.atomic():
        promise = Promise.objects.create(
            product_id=product.id,
            user_id=access.user_id,
            negotiation=_find_negotiation(product, negotiation_id),
            first_what=checked.what,
            first_due=checked.due,
            created_at=product.now,
            **vars(checked),
        )
        _note(access, product, promise, PromiseAct.MADE)
        facts = {
            "name": promise.what,
            "due": promise.due.isoformat(),
            "probability": promise.probability,
            "negotiation": negotiation_id or None,
        }
        record_act(
            access, "promise.made", "promise", promise.public_id, facts,
            product=product, personal=_told(promise),
        )  # fmt: skip
        _index(product, promise)
    return get_promise(product, promise.public_id)


def renegotiate_promise(
    access: Access, product: ProductView, public_id: str, *, due: date, what: str, reason: str
) -> PromiseView:
    """Agree on another day or content; what it was first stays and still counts."""
    access.require(Role.EDITOR, to="renegotiating a promise")
    new_what, new_due = check_title(what, "a promise", 500), check_due(due)
    why = check_title(reason, "the reason of a renegotiation", 1000)
    with transaction.atomic():
        promise = _find(product, public_id, lock=True)
        _refuse_settled(promise)
        if (new_what, new_due) == (promise.what, promise.due):
            raise ConflictError("nothing of the promise is different.", value=promise.what)
        before = (promise.what, promise.due)
        promise.what, promise.due = new_what, new_due
        promise.save(update_fields=["what", "due"])
        _note(access, product, promise, PromiseAct.RENEGOTIATED, before=before, reason=why)
        facts = {"name": new_what, "due": [before[1].isoformat(), new_due.isoformat()]}
        record_act(
            access, "promise.renegotiated", "promise", public_id, facts,
            product=product, personal=f"{_told(promise)}: {why}",
        )  # fmt: skip
        _index(product, promise)
    return get_promise(product, public_id)


def settle_promise(
    access: Access,
    product: ProductView,
    public_id: str,
    state: str,
    *,
    on: date | None = None,
    reason: str = "",
) -> PromiseView:
    """Say that a promise was kept or broken, on a day that has come; or open it again."""
    access.require(Role.EDITOR, to="settling a promise")
    check_choice(state, list(PromiseState.values), "the state of a promise")
    why = check_text(reason, "a reason", 1000)
    day = on or today_of(product)
    if check_due(day) > today_of(product):
        raise InvalidValueError("a promise is settled on a day that has come.", value=day)
    act = {"kept": PromiseAct.KEPT, "broken": PromiseAct.BROKEN, "open": PromiseAct.REOPENED}
    with transaction.atomic():
        promise = _find(product, public_id, lock=True)
        if promise.state == state:
            raise ConflictError(f"the promise is {state} already.", value=promise.what)
        promise.state = state
        promise.settled_on = None if state == PromiseState.OPEN else day
        promise.save(update_fields=["state", "settled_on"])
        _note(access, product, promise, act[state], reason=why)
        facts = {
            "name": promise.what,
            "due": promise.due.isoformat(),
            "first_due": promise.first_due.isoformat(),
            "settled_on": promise.settled_on.isoformat() if promise.settled_on else None,
            "probability": promise.probability,
        }
        record_act(
            access, f"promise.{act[state].value}", "promise", public_id, facts,
            product=product, personal=f"{_told(promise)}{': ' + why if why else ''}",
        )  # fmt: skip
    return get_promise(product, public_id)


def set_promise_deleted(
    access: Access, product: ProductView, public_id: str, *, is_deleted: bool
) -> PromiseView:
    """Delete a promise that was written down by mistake, or bring it back."""
    access.require(Role.EDITOR, to="deleting a promise")
    with transaction.atomic():
        promise = _find(product, public_id, with_deleted=True, lock=True)
        promise.deleted_at = product.now if is_deleted else None
        promise.save(update_fields=["deleted_at"])
        kind = "promise.deleted" if is_deleted else "promise.restored"
        record_act(
            access, kind, "promise", public_id, {"name": promise.what},
            product=product, personal=_told(promise),
        )  # fmt: skip
        if is_deleted:
            remove_entry(product.workspace_id, "promise", public_id)
        else:
            _index(product, promise)
        return _to_view(product, _find(product, public_id, with_deleted=True))


def list_promise_attention(access: Access, product: ProductView, today: date) -> list[Attention]:
    """Promises that are late or due within a week; one query."""
    del access
    rows = _live(product).filter(state=PromiseState.OPEN, due__lte=today + SOON)
    told = []
    for row in rows.order_by("due", "pk")[:_MOST_TOLD]:
        view = _to_view(product, row)
        left = (view.due - today).days
        when = f"{-left} days late" if left < -1 else "1 day late" if left == -1 else _soon(left)
        told.append(
            Attention(
                "promise", f"Promised to {view.to_name}, {when}: {view.what}", view.url,
                due=view.due, is_warning=left < 0,
            )
        )  # fmt: skip
    return told


def check_due(day: date) -> date:
    """A day that a promise may name."""
    check_day(day, "the day of a promise")
    return day


def _soon(left: int) -> str:
    return "due today" if left == 0 else "due tomorrow" if left == 1 else f"due in {left} days"


def _live(product: ProductView) -> QuerySet[Promise]:
    return _all(product).filter(deleted_at=None)


def _all(product: ProductView) -> QuerySet[Promise]:
    moves = Count("changes", filter=Q(changes__act=PromiseAct.RENEGOTIATED))
    rows = Promise.objects.filter(product_id=product.id).select_related("negotiation")
    return rows.annotate(moves=moves)


def _find(
    product: ProductView, public_id: str, *, with_deleted: bool = False, lock: bool = False
) -> Promise:
    if lock:
        rows = Promise.objects.select_for_update().filter(product_id=product.id)
        rows = rows if with_deleted else rows.filter(deleted_at=None)
    else:
        rows = _all(product) if with_deleted else _live(product)
    promise = rows.filter(public_id=public_id).first()
    if promise is None:
        raise NotFoundError("there is no such promise in this product.", value=public_id)
    return promise


def _find_negotiation(product: ProductView, public_id: str) -> Negotiation | None:
    if not public_id:
        return None
    rows = Negotiation.objects.filter(product_id=product.id, deleted_at=None)
    negotiation = rows.filter(public_id=public_id).first()
    if negotiation is None:
        raise NotFoundError("there is no such negotiation in this product.", value=public_id)
    return negotiation


def _refuse_settled(promise: Promise) -> None:
    if promise.state != PromiseState.OPEN:
        raise ConflictError(
            f"a promise that is {promise.state} is not renegotiated.",
            value=promise.what,
            remedy="Open it again first.",
        )


def _note(
    access: Access,
    product: ProductView,
    promise: Promise,
    act: PromiseAct,
    *,
    before: tuple[str, date] | None = None,
    reason: str = "",
) -> None:
    PromiseChange.objects.create(
        promise=promise,
        user_id=access.user_id,
        act=act,
        at=product.now,
        what_before=before[0] if before else "",
        what_after=promise.what,
        due_before=before[1] if before else None,
        due_after=promise.due,
        reason=reason,
    )


def _told(promise: Promise) -> str:
    role = f" ({promise.to_role})" if promise.to_role else ""
    return f"To {promise.to_name}{role}"


def _index(product: ProductView, promise: Promise) -> None:
    index_entry(
        product.workspace_id,
        kind="promise",
        object_id=promise.public_id,
        title=promise.what,
        body=_told(promise),
        url=_url(product, promise.public_id),
        product_id=product.id,
    )


def _url(product: ProductView, public_id: str) -> str:
    return f"/p/{product.public_id}/roadmap/promises/{public_id}/"


def _to_view(product: ProductView, promise: Promise) -> PromiseView:
    negotiation = promise.negotiation
    is_shown = negotiation is not None and negotiation.deleted_at is None
    return PromiseView(
        public_id=promise.public_id,
        what=promise.what,
        to_name=promise.to_name,
        to_role=promise.to_role,
        due=promise.due,
        first_what=promise.first_what,
        first_due=promise.first_due,
        probability=promise.probability,
        state=PromiseState(promise.state),
        settled_on=promise.settled_on,
        moves=getattr(promise, "moves", 0),
        negotiation_id=negotiation.public_id if negotiation and is_shown else "",
        negotiation_title=negotiation.title if negotiation and is_shown else "",
        created_at=promise.created_at,
        url=_url(product, promise.public_id),
        days_left=(promise.due - today_of(product)).days,
    )
