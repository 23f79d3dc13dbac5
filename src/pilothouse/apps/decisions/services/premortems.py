"""Pre-mortems: imagine that it failed, collect why, prepare, and see later what came true.

Several people add causes; each weighs likelihood and harm from 1 to 5. Their product orders the
list and is no probability.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from pilothouse.apps.decisions.models import FailureCause, PreMortem
from pilothouse.apps.decisions.services.texts import today_of
from pilothouse.apps.decisions.services.views import find_row
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.search import index_entry, remove_entry
from pilothouse.kernel.errors import InvalidValueError, NotFoundError
from pilothouse.kernel.texts import check_day, check_line, check_text

WEIGHTS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class CauseDraft:
    """What a person fears, and what can be done."""

    text: str
    likelihood: int = 3
    harm: int = 3
    mitigation: str = ""
    owner: str = ""
    signpost: str = ""
    person: str = ""


@dataclass(frozen=True)
class CauseView:
    """A cause. ``came_true`` None: not judged yet."""

    public_id: str
    text: str
    person: str
    likelihood: int
    harm: int
    mitigation: str
    owner: str
    signpost: str
    came_true: bool | None

    @property
    def weight(self) -> int:
        return self.likelihood * self.harm


@dataclass(frozen=True)
class PreMortemView:
    """A pre-mortem with its causes, the heaviest first."""

    public_id: str
    title: str
    story: str
    judge_on: date | None
    decision_id: str
    decision_title: str
    causes: tuple[CauseView, ...]
    created_at: datetime
    url: str
    now_day: date

    @property
    def judged(self) -> int:
        return sum(cause.came_true is not None for cause in self.causes)

    @property
    def came_true(self) -> int:
        return sum(cause.came_true is True for cause in self.causes)

    @property
    def is_due(self) -> bool:
        """Whether the day to judge has come with causes left to judge."""
        has_come = self.judge_on is not None and self.judge_on <= self.now_day
        return has_come and self.judged < len(self.causes)


def create_premortem(
    access: Access,
    product: ProductView,
    title: str,
    *,
    story: str = "",
    judge_on: date | None = None,
    decision_id: str = "",
) -> PreMortemView:
    """Begin a pre-mortem."""
    access.require(Role.EDITOR, to="beginning a pre-mortem")
    with transaction.atomic():
        row = PreMortem.objects.create(
            product_id=product.id,
            user_id=access.user_id,
            title=check_line("a title", title, 200, least=1),
            story=check_text("the story", story),
            judge_on=check_day("the day to judge", judge_on),
            decision=find_row(product, decision_id) if decision_id else None,
            created_at=product.now,
        )
        _record(access, product, "premortem.begun", row, {"decision": decision_id})
        _index(product, row)
    return get_premortem(product, row.public_id)


def add_cause(
    access: Access, product: ProductView, public_id: str, draft: CauseDraft
) -> PreMortemView:
    """Add a cause; everybody who may comment may."""
    access.require(Role.COMMENTER, to="adding a cause")
    with transaction.atomic():
        row = _find(product, public_id)
        cause = FailureCause(premortem=row, user_id=access.user_id, created_at=product.now)
        _fill(cause, draft, access.user_name)
        cause.save()
        facts = {"cause": cause.public_id, "likelihood": cause.likelihood, "harm": cause.harm}
        _record(access, product, "premortem.cause-added", row, facts, personal=cause.person)
    return get_premortem(product, public_id)


def change_cause(
    access: Access, product: ProductView, public_id: str, cause_id: str, draft: CauseDraft
) -> PreMortemView:
    """Weigh a cause anew, or say what is done about it."""
    access.require(Role.EDITOR, to="changing a cause")
    with transaction.atomic():
        row = _find(product, public_id)
        cause = _find_cause(row, cause_id)
        _fill(cause, draft, cause.person)
        cause.save()
        facts = {"cause": cause_id, "likelihood": cause.likelihood, "harm": cause.harm}
        _record(access, product, "premortem.cause-changed", row, facts)
    return get_premortem(product, public_id)


def judge_cause(
    access: Access, product: ProductView, public_id: str, cause_id: str, *, came_true: bool | None
) -> PreMortemView:
    """Say whether a cause came true; None takes that back."""
    access.require(Role.EDITOR, to="judging a cause")
    with transaction.atomic():
        row = _find(product, public_id)
        cause = _find_cause(row, cause_id)
        cause.came_true = came_true
        cause.save(update_fields=["came_true"])
        facts = {
            "cause": cause_id, "came_true": came_true,
            "likelihood": cause.likelihood, "harm": cause.harm,
        }  # fmt: skip
        _record(access, product, "premortem.cause-judged", row, facts)
    return get_premortem(product, public_id)


def set_cause_deleted(
    access: Access, product: ProductView, public_id: str, cause_id: str, *, is_deleted: bool
) -> PreMortemView:
    """Take a cause out, or bring it back."""
    access.require(Role.EDITOR, to="deleting a cause")
    with transaction.atomic():
        row = _find(product, public_id)
        cause = _find_cause(row, cause_id, with_deleted=True)
        cause.deleted_at = timezone.now() if is_deleted else None
        cause.save(update_fields=["deleted_at"])
        kind = "premortem.cause-deleted" if is_deleted else "premortem.cause-restored"
        _record(access, product, kind, row, {"cause": cause_id})
    return get_premortem(product, public_id)


def set_premortem_deleted(
    access: Access, product: ProductView, public_id: str, *, is_deleted: bool
) -> str:
    """Delete a pre-mortem, or bring it back; its title."""
    access.require(Role.EDITOR, to="deleting a pre-mortem")
    with transaction.atomic():
        row = _find(product, public_id, with_deleted=True)
        row.deleted_at = timezone.now() if is_deleted else None
        row.save(update_fields=["deleted_at"])
        kind = "premortem.deleted" if is_deleted else "premortem.restored"
        _record(access, product, kind, row, {})
        if is_deleted:
            remove_entry(product.workspace_id, "premortem", public_id)
        else:
            _index(product, row)
    return row.title


def get_premortem(product: ProductView, public_id: str) -> PreMortemView:
    """One pre-mortem with its causes."""
    row = _find(product, public_id)
    return _read(product, PreMortem.objects.filter(pk=row.pk))[0]


def list_premortems(product: ProductView, *, decision_id: str = "") -> list[PreMortemView]:
    """All of a product, or of one decision, the latest first."""
    rows = PreMortem.objects.filter(product_id=product.id, deleted_at=None)
    if decision_id:
        rows = rows.filter(decision__public_id=decision_id)
    return _read(product, rows.order_by("-pk"))


def premortem_url(product: ProductView, public_id: str) -> str:
    """The address of a pre-mortem's page."""
    return f"/p/{product.public_id}/decisions/premortems/{public_id}/"


def _read(product: ProductView, rows: QuerySet[PreMortem]) -> list[PreMortemView]:
    causes = FailureCause.objects.filter(deleted_at=None).order_by("pk")
    whole = rows.select_related("decision").prefetch_related(Prefetch("causes", causes))
    day = today_of(product)
    return [
        PreMortemView(
            public_id=row.public_id,
            title=row.title,
            story=row.story,
            judge_on=row.judge_on,
            decision_id=row.decision.public_id if row.decision else "",
            decision_title=row.decision.title if row.decision else "",
            causes=tuple(sorted(map(_to_cause, row.causes.all()), key=lambda cause: -cause.weight)),
            created_at=row.created_at,
            url=premortem_url(product, row.public_id),
            now_day=day,
        )
        for row in whole
    ]


def _to_cause(row: FailureCause) -> CauseView:
    names = (
        "public_id", "text", "person", "likelihood", "harm", "mitigation", "owner", "signpost",
        "came_true",
    )  # fmt: skip
    return CauseView(**{name: getattr(row, name) for name in names})


def _find(product: ProductView, public_id: str, *, with_deleted: bool = False) -> PreMortem:
    rows = PreMortem.objects.filter(product_id=product.id, public_id=public_id)
    row = (rows if with_deleted else rows.filter(deleted_at=None)).first()
    if row is None:
        raise NotFoundError("there is no such pre-mortem in this product.", value=public_id)
    return row


def _find_cause(row: PreMortem, cause_id: str, *, with_deleted: bool = False) -> FailureCause:
    causes = row.causes.filter(public_id=cause_id)
    cause = (causes if with_deleted else causes.filter(deleted_at=None)).first()
    if cause is None:
        raise NotFoundError("there is no such cause here.", value=cause_id)
    return cause


def _fill(cause: FailureCause, draft: CauseDraft, person: str) -> None:
    cause.text = check_line("a cause", draft.text, 500, least=1)
    cause.person = check_line("a person's name", draft.person, 100) or person
    for name, value in (("likelihood", draft.likelihood), ("harm", draft.harm)):
        if value not in WEIGHTS:
            raise InvalidValueError(f"{name} is a whole number from 1 to 5.", value=str(value)[:20])
    cause.likelihood, cause.harm = draft.likelihood, draft.harm
    cause.mitigation = check_text("the mitigation", draft.mitigation, 5_000)
    cause.owner = check_line("the owner", draft.owner, 100)
    cause.signpost = check_line("the signpost", draft.signpost, 500)


def _record(
    access: Access,
    product: ProductView,
    kind: str,
    row: PreMortem,
    facts: dict[str, Any],
    *,
    personal: str = "",
) -> None:
    whole = {"name": row.title, **facts}
    record_act(access, kind, "premortem", row.public_id, whole, product=product, personal=personal)


def _index(product: ProductView, row: PreMortem) -> None:
    index_entry(
        product.workspace_id,
        kind="premortem",
        object_id=row.public_id,
        title=f"Pre-mortem: {row.title}",
        body=row.story,
        url=premortem_url(product, row.public_id),
        product_id=product.id,
    )
