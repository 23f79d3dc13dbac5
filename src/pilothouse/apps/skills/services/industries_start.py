"""Starting a product from an industry pack: metrics, backlog, outcomes and documents to change.

What the pack lays out nobody has worked on: in the ledger those acts are the pack's and not the
person's, so that pressing a button never becomes evidence.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db import transaction

from pilothouse.apps.analytics.services.metrics import MetricDraft, MetricView, save_metric
from pilothouse.apps.analytics.services.questions import parse_question
from pilothouse.apps.backlog.services.items import ItemDraft, create_items
from pilothouse.apps.documents.services.documents import DocumentDraft, create_document
from pilothouse.apps.documents.services.templates import get_template
from pilothouse.apps.roadmap.services.outcomes import OutcomeDraft, save_outcome
from pilothouse.apps.skills.services.industries import (
    DocumentHint,
    IndustryPack,
    ItemTemplate,
    MetricTemplate,
    get_industry,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.products import ProductDraft, create_product

PACK_USER = "pack"
TAG = "from the pack"
FOLDER = "From the pack"
EVENTS_TITLE = "Events to send"
EVENTS_HEAD = (
    "The metrics of the pack wait for these events. Send your own under these names, or change the "
    "definition of the metric. Decide for each who the actor is, and when exactly it happens.",
    "",
    "| Event | Read by |",
    "| --- | --- |",
)


@dataclass(frozen=True)
class StartDraft:
    """What a person decides about a product that begins from a pack."""

    name: str
    description: str = ""
    zone: str = "UTC"
    currency: str = "USD"
    with_metrics: bool = True
    with_items: bool = True
    with_outcomes: bool = True
    with_documents: bool = True


@dataclass(frozen=True)
class Started:
    """The new product and how many things lie in it."""

    product: ProductView
    metrics: int
    items: int
    outcomes: int
    documents: int


def start_product(access: Access, industry: str, draft: StartDraft) -> Started:
    """A real product with what the pack of ``industry`` begins with; all or nothing."""
    access.require(Role.EDITOR, to="starting a product")
    pack = get_industry(industry)
    maker = replace(access, user_public_id=PACK_USER)
    with transaction.atomic():
        product = create_product(access, _product_draft(pack, draft))
        metrics = _make_metrics(maker, product, pack) if draft.with_metrics else {}
        started = Started(
            product=product,
            metrics=len(metrics),
            items=_make_items(maker, product, pack) if draft.with_items else 0,
            outcomes=_make_outcomes(maker, product, pack, metrics) if draft.with_outcomes else 0,
            documents=_make_documents(maker, product, pack, draft) if draft.with_documents else 0,
        )
        _record(access, pack, started)
    return started


def describe_wait(metric: MetricTemplate) -> str:
    """What a metric of a pack waits for, in words."""
    names = ", ".join(f"`{event}`" for event in metric.events)
    noun = "event" if len(metric.events) == 1 else "events"
    return f"Waits for the {noun} {names}: send yours under these names, or change the definition."


def list_events(pack: IndustryPack) -> str:
    """The events that the metrics of a pack wait for, as a table in Markdown."""
    readers: dict[str, list[str]] = {}
    for metric in pack.metrics:
        for event in metric.events:
            readers.setdefault(event, []).append(metric.name)
    rows = [f"| `{event}` | {', '.join(names)} |" for event, names in sorted(readers.items())]
    return "\n".join([*EVENTS_HEAD, *rows, ""])


def _product_draft(pack: IndustryPack, draft: StartDraft) -> ProductDraft:
    return ProductDraft(
        name=draft.name,
        description=draft.description,
        zone=draft.zone,
        currency=draft.currency,
        industry=pack.key,
    )


def _make_metrics(
    access: Access, product: ProductView, pack: IndustryPack
) -> dict[str, MetricView]:
    made: dict[str, MetricView] = {}
    for each in pack.metrics:
        role = "Guardrail. " if each.is_guardrail else ""
        draft = MetricDraft(
            each.name,
            parse_question(each.kind, each.definition),
            f"{role}{each.why} {describe_wait(each)}",
            each.direction,
            # Without its events it has nothing to say in the morning.
            is_on_today=False,
        )
        made[each.name] = save_metric(access, product, draft)
    return made


def _make_items(access: Access, product: ProductView, pack: IndustryPack) -> int:
    drafts = [_item_draft(each) for each in pack.items]
    _, items = create_items(
        access, product, drafts, title=f"The backlog of the pack {pack.name}", kind="pack"
    )
    return len(items)


def _item_draft(each: ItemTemplate) -> ItemDraft:
    return ItemDraft(
        title=each.title,
        kind=each.kind,
        body=each.body,
        tags=(TAG,),
        parent_index=each.parent_index,
    )


def _make_outcomes(
    access: Access, product: ProductView, pack: IndustryPack, metrics: dict[str, MetricView]
) -> int:
    for each in pack.outcomes:
        metric = metrics.get(each.metric)
        draft = OutcomeDraft(
            each.title,
            each.why,
            metric.public_id if metric else "",
            target_text=each.target,
        )
        save_outcome(access, product, draft)
    return len(pack.outcomes)


def _make_documents(
    access: Access, product: ProductView, pack: IndustryPack, draft: StartDraft
) -> int:
    drafts = [_document_draft(each) for each in pack.documents]
    if draft.with_metrics:
        drafts.append(DocumentDraft(EVENTS_TITLE, list_events(pack), folder=FOLDER))
    for each in drafts:
        create_document(access, product, each, note="Begun from the pack")
    return len(drafts)


def _document_draft(each: DocumentHint) -> DocumentDraft:
    template = get_template(each.template)
    return DocumentDraft(
        title=each.title,
        body=f"> {each.hint}\n\n{template.body}",
        kind=template.kind,
        folder=FOLDER,
        template=template.key,
    )


def _record(access: Access, pack: IndustryPack, started: Started) -> None:
    product = started.product
    facts = {
        "name": product.name,
        "pack": pack.key,
        "metrics": started.metrics,
        "items": started.items,
        "outcomes": started.outcomes,
        "documents": started.documents,
    }
    record_act(
        access, "product.started-from-pack", "product", product.public_id, facts, product=product
    )
