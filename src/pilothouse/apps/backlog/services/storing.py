"""Storing what a file brings: new items, items that it changes, their links; once each.

An item of the file is known again by its tool and its id there, or, in our own files, by its own
id: handing the same file in twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pilothouse.apps.backlog.formats.records import Reading
from pilothouse.apps.backlog.models import Item
from pilothouse.apps.backlog.services.creating import ItemDraft, create_items
from pilothouse.apps.backlog.services.drafting import Draft, Drafts, FieldPlan
from pilothouse.apps.backlog.services.edits import plan_values, refuse_cycles
from pilothouse.apps.backlog.services.fields import FieldView, list_fields, save_field
from pilothouse.apps.backlog.services.history_fields import read_value
from pilothouse.apps.backlog.services.rows import live_items
from pilothouse.apps.backlog.services.writing import Edit, lock_backlog, write_edits
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.links import ObjectRef, add_links

IDS_AT_ONCE = 500


@dataclass(frozen=True)
class Stored:
    """What became of a file. ``batches`` are public ids, the oldest first."""

    created: int
    changed: int
    unchanged: int
    links: int
    batches: tuple[str, ...]


def find_known(product: ProductView, drafts: Sequence[Draft], source: str) -> dict[str, Item]:
    """The items that there are already, by their ids in the file."""
    ids = [each.item.external_id for each in drafts if each.item.external_id]
    known: dict[str, Item] = {}
    for start in range(0, len(ids), IDS_AT_ONCE):
        some = ids[start : start + IDS_AT_ONCE]
        rows = live_items(product).filter(source=source, external_id__in=some)
        known |= {row.external_id: row for row in rows}
        if source == "pilothouse":
            known |= {row.public_id: row for row in live_items(product).filter(public_id__in=some)}
    return known


def store_drafts(
    access: Access, product: ProductView, planned: Drafts, reading: Reading, title: str
) -> Stored:
    """Store everything; call it inside a transaction."""
    lock_backlog(product)
    keys = {plan.name: _ensure_field(access, product, plan).key for plan in planned.fields}
    known = find_known(product, planned.drafts, reading.source)
    fresh = [each for each in planned.drafts if each.item.external_id not in known]
    old = [each for each in planned.drafts if each.item.external_id in known]
    batches = []
    ids = {external_id: row.public_id for external_id, row in known.items()}
    if fresh:
        drafts = _to_item_drafts(planned.drafts, fresh, keys, ids)
        batch, views = create_items(access, product, drafts, title=title, kind="import")
        batches.append(batch.public_id)
        made = zip(fresh, views, strict=True)
        ids |= {each.item.external_id: view.public_id for each, view in made}
    changed = 0
    if old:
        edits = _plan_changes(product, old, known, keys, ids)
        change = write_edits(access, product, edits, kind="import", title=title)
        if change is not None:
            batches.append(change.public_id)
            changed = change.items
    links = _store_links(access, product, planned.drafts, ids)
    return Stored(len(fresh), changed, len(old) - changed, links, tuple(batches))


def _ensure_field(access: Access, product: ProductView, plan: FieldPlan) -> FieldView:
    known = plan.known
    if known is None:
        return save_field(access, product, plan.name, plan.kind, plan.options)
    if known.kind == "choice" and set(plan.options) - set(known.options):
        return save_field(
            access, product, known.name, known.kind, plan.options, public_id=known.public_id
        )
    return known


def _to_item_drafts(
    everything: Sequence[Draft], fresh: Sequence[Draft], keys: dict[str, str], ids: dict[str, str]
) -> list[ItemDraft]:
    """Drafts whose parents are counted among the new ones, or are items that there are."""
    places = {each.item.external_id: place for place, each in enumerate(fresh)}
    in_file = {each.item.external_id for each in everything}
    drafts = []
    for each in fresh:
        parent = _parent_of(everything, each, in_file)
        drafts.append(
            replace(
                each.draft,
                fields=_by_key(each, keys),
                parent_index=places.get(parent) if parent else None,
                parent_id=ids.get(parent) if parent and parent not in places else None,
            )
        )
    return drafts


def _plan_changes(
    product: ProductView,
    old: Sequence[Draft],
    known: dict[str, Item],
    keys: dict[str, str],
    ids: dict[str, str],
) -> list[Edit]:
    fields = list_fields(product)
    edits = []
    for each in old:
        item, draft = known[each.item.external_id], each.draft
        values = {
            "title": draft.title, "body": draft.body, "kind": draft.kind, "status": draft.status,
            "tags": list(draft.tags), "estimate": draft.estimate, "due": draft.due,
            "fields": _by_key(each, keys),
        }  # fmt: skip
        if draft.owner_id:
            values["owner_id"] = draft.owner_id
        if each.item.parent in ids:
            values["parent_id"] = ids[each.item.parent]
        planned = plan_values(values, fields)
        if planned["status"] != read_value(item, "status"):
            planned |= {
                name: moment.isoformat()
                for name, moment in (("started_at", draft.started_at), ("done_at", draft.done_at))
                if moment is not None
            }
        edits.append(Edit(item, planned))
    refuse_cycles(product, edits)
    return edits


def _store_links(
    access: Access, product: ProductView, drafts: Sequence[Draft], ids: dict[str, str]
) -> int:
    refs = {external_id: ObjectRef("item", public_id) for external_id, public_id in ids.items()}
    wanted = [
        (refs[each.item.external_id], refs[tie.external_id], tie.relation)
        for each in drafts
        for tie in each.item.ties
        if each.item.external_id in refs and tie.external_id in refs
    ]
    return add_links(access, product, wanted) if wanted else 0


def _parent_of(everything: Sequence[Draft], draft: Draft, in_file: set[str]) -> str:
    """The parent's id in the file; none where it would close a circle."""
    if draft.draft.parent_index is not None:
        return everything[draft.draft.parent_index].item.external_id
    return "" if draft.item.parent in in_file else draft.item.parent


def _by_key(draft: Draft, keys: dict[str, str]) -> dict[str, object]:
    return {keys[name]: value for name, value in draft.named_fields.items() if name in keys}
