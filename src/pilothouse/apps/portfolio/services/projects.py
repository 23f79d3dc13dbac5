"""Side projects: a real product begun with what it needs, and the stages it goes through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from pilothouse.apps.backlog.services.creating import ItemDraft, create_items
from pilothouse.apps.documents.services.documents import DocumentDraft, create_document
from pilothouse.apps.documents.services.templates import get_template as get_document_template
from pilothouse.apps.portfolio.models import ContextKind, ProductContext
from pilothouse.apps.portfolio.project_models import Ending, Project, Stage
from pilothouse.apps.portfolio.services.project_templates import ProjectTemplate, get_template
from pilothouse.apps.portfolio.services.texts import check_body, check_line
from pilothouse.apps.roadmap.services.outcomes import OutcomeDraft, save_outcome
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView, to_product_view
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.products import ProductDraft, create_product
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError

MAX_COLLABORATORS = 50


@dataclass(frozen=True)
class Collaborator:
    """Somebody who helps, and with what. It stays in the workspace."""

    name: str
    part: str = ""


@dataclass(frozen=True)
class ProjectDraft:
    """What a person decides when beginning."""

    name: str
    idea: str
    template: str = "app"
    context: str = ContextKind.OWN.value
    industry: str = "technology"
    zone: str = "UTC"


@dataclass(frozen=True)
class ProjectView:
    """A side project as its person sees it."""

    id: int
    public_id: str
    product: ProductView
    template: str
    idea: str
    stage: str
    collaborators: tuple[Collaborator, ...]
    begun_at: datetime
    ending: str
    ending_why: str
    ending_learned: str
    ended_at: datetime | None
    git_source: str
    git_read_at: datetime | None

    @property
    def name(self) -> str:
        return self.product.name

    @property
    def stage_name(self) -> str:
        return Ending(self.ending).label if self.ending else Stage(self.stage).label

    @property
    def is_over(self) -> bool:
        return bool(self.ending)

    @property
    def url(self) -> str:
        return reverse("portfolio:project", args=[self.public_id])


def list_projects(access: Access) -> list[ProjectView]:
    """The person's own side projects, those under way first."""
    rows = _own(access).order_by("-pk")
    return sorted((to_view(row) for row in rows), key=lambda project: project.is_over)


def get_project(access: Access, public_id: str) -> ProjectView:
    """One of the person's own side projects."""
    return to_view(get_row(access, public_id))


def begin_project(access: Access, draft: ProjectDraft) -> ProjectView:
    """A new real product with its backlog, documents, outcomes and launch checklist."""
    access.require(Role.EDITOR, to="beginning a side project")
    template = get_template(draft.template)
    idea = check_body("an idea", draft.idea, 2000, least=10)
    if draft.context not in ContextKind.values:
        raise InvalidValueError(
            f"a context is one of {', '.join(ContextKind.values)}.", value=draft.context
        )
    with transaction.atomic():
        product = create_product(
            access, ProductDraft(draft.name, idea, zone=draft.zone, industry=draft.industry)
        )
        _declare(access, product, draft.context)
        counts = _fill(access, product, template)
        row = Project.objects.create(
            workspace_id=access.workspace_id, user_id=access.user_id, product_id=product.id,
            template=template.key, idea=idea, begun_at=timezone.now(),
        )  # fmt: skip
        facts = {"template": template.key, **counts}
        record_act(access, "project.begun", "project", row.public_id, facts, product=product)
    return to_view(row)


def adopt_product(access: Access, product: ProductView, idea: str) -> ProjectView:
    """Have a product that is there already guided as a side project; nothing is added to it."""
    access.require(Role.EDITOR, to="beginning a side project")
    if product.is_simulated:
        raise ConflictError("a side project is real.", value=product.name)
    words = check_body("an idea", idea or product.description, 2000, least=10)
    if Project.objects.filter(product_id=product.id, user_id=access.user_id).exists():
        raise ConflictError("this product is a side project of yours already.", value=product.name)
    with transaction.atomic():
        row = Project.objects.create(
            workspace_id=access.workspace_id, user_id=access.user_id, product_id=product.id,
            template="app", idea=words, begun_at=timezone.now(),
        )  # fmt: skip
        facts = {"template": "none"}
        record_act(access, "project.begun", "project", row.public_id, facts, product=product)
    return to_view(row)


def set_collaborators(
    access: Access, public_id: str, collaborators: Sequence[Collaborator]
) -> ProjectView:
    """Who helps and with what. Names go nowhere: not into the ledger, not onto the site."""
    kept = [
        Collaborator(
            check_line("a collaborator's name", each.name, 100, least=1),
            check_line("a collaborator's part", each.part, 200),
        )
        for each in collaborators
    ]
    if len(kept) > MAX_COLLABORATORS:
        raise InvalidValueError(f"at most {MAX_COLLABORATORS} collaborators.", value=len(kept))
    with transaction.atomic():
        row = get_row(access, public_id)
        row.collaborators = [asdict(each) for each in kept]
        row.save(update_fields=["collaborators"])
        view = to_view(row)
        facts = {"collaborators": len(kept)}
        record_act(
            access, "project.people-changed", "project", public_id, facts, product=view.product
        )
    return view


def read_collaborators(text: str) -> tuple[Collaborator, ...]:
    """Collaborators as a form sends them: one a line, the part after a colon."""
    pairs = [line.partition(":") for line in text.splitlines() if line.strip()]
    return tuple(Collaborator(name.strip(), part.strip()) for name, _, part in pairs)


def end_project(
    access: Access, public_id: str, ending: str, *, why: str, learned: str
) -> ProjectView:
    """Grow or stop: both are results, with why and what was learned."""
    if ending not in Ending.values:
        raise InvalidValueError(f"an ending is one of {', '.join(Ending.values)}.", value=ending)
    reason = check_body("the reason", why, 5000, least=10)
    lesson = check_body("what was learned", learned, 5000, least=10)
    with transaction.atomic():
        row = get_row(access, public_id)
        row.ending, row.ending_why, row.ending_learned = ending, reason, lesson
        row.ended_at = timezone.now()
        row.save(update_fields=["ending", "ending_why", "ending_learned", "ended_at"])
        view = to_view(row)
        days = (row.ended_at - row.begun_at).days
        kind = "project.stopped" if ending == Ending.STOPPED else "project.grew"
        facts = {"stage": row.stage, "days": days}
        record_act(access, kind, "project", public_id, facts, product=view.product)
    return view


def reopen_project(access: Access, public_id: str) -> ProjectView:
    """Take an ending back; that it was one stays in the ledger."""
    with transaction.atomic():
        row = get_row(access, public_id)
        row.ending, row.ended_at = "", None
        row.save(update_fields=["ending", "ended_at"])
        view = to_view(row)
        record_act(access, "project.reopened", "project", public_id, {}, product=view.product)
    return view


def get_row(access: Access, public_id: str) -> Project:
    """The row of one of the person's own side projects."""
    row: Project | None = _own(access).filter(public_id=public_id).first()
    if row is None:
        raise NotFoundError("there is no such side project of yours.", value=public_id)
    return row


def to_view(row: Project) -> ProjectView:
    """The row as the frozen value that screens show."""
    return ProjectView(
        id=row.pk,
        public_id=row.public_id,
        product=to_product_view(row.product),
        template=row.template,
        idea=row.idea,
        stage=row.stage,
        collaborators=tuple(Collaborator(**each) for each in row.collaborators),
        begun_at=row.begun_at,
        ending=row.ending,
        ending_why=row.ending_why,
        ending_learned=row.ending_learned,
        ended_at=row.ended_at,
        git_source=row.git_source,
        git_read_at=row.git_read_at,
    )


def _own(access: Access) -> Any:
    return Project.objects.select_related("product").filter(
        workspace_id=access.workspace_id, user_id=access.user_id
    )


def _declare(access: Access, product: ProductView, context: str) -> None:
    """What the product is from its first act on, by whoever begins it."""
    act = record_act(
        access, "product.context-declared", "product", product.public_id,
        {"context": context}, product=product,
    )  # fmt: skip
    ProductContext.objects.create(product_id=product.id, kind=context, since_sequence=act.sequence)


def _fill(access: Access, product: ProductView, template: ProjectTemplate) -> dict[str, int]:
    drafts = _item_drafts(template)
    create_items(access, product, drafts, title=f"First items: {template.name}")
    for key, title in template.documents:
        body = get_document_template(key)
        create_document(access, product, DocumentDraft(title, body.body, body.kind, "", body.key))
    for title, why in template.outcomes:
        save_outcome(access, product, OutcomeDraft(title, why))
    return {
        "items": len(drafts),
        "documents": len(template.documents),
        "outcomes": len(template.outcomes),
    }


def _item_drafts(template: ProjectTemplate) -> list[ItemDraft]:
    places: dict[str, int] = {}
    drafts: list[ItemDraft] = []
    for item in template.items:
        places[item.title] = len(drafts)
        parent = places.get(item.parent) if item.parent else None
        drafts.append(ItemDraft(item.title, item.kind, tags=item.tags, parent_index=parent))
    drafts.append(ItemDraft(template.launch_title, "feature", tags=("launch",)))
    place = len(drafts) - 1
    drafts += [
        ItemDraft(title, "chore", tags=("launch",), parent_index=place) for title in template.launch
    ]
    return drafts
