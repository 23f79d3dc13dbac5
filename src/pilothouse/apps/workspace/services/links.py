"""Links between things: whatever search can find can be linked, and so can an address outside.

A thing is named by its kind and id, as in its search entry; what search no longer finds is gone
and its links say so instead of vanishing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from pilothouse.apps.workspace.models import Link, Relation, Role, SearchEntry
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.search import search
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.ids import clean_text

MAX_URL = 2000
MAX_TITLE = 300
# Read from its other end, a relation has its opposite's words.
_OPPOSITES = {
    Relation.BLOCKS: "is blocked by",
    Relation.BLOCKED_BY: "blocks",
    Relation.DUPLICATES: "is duplicated by",
    Relation.EVIDENCE: "is evidence for",
    Relation.DELIVERS: "is delivered by",
}


@dataclass(frozen=True)
class ObjectRef:
    """The name of a thing: the kind and id of its search entry."""

    kind: str
    object_id: str


@dataclass(frozen=True)
class LinkedObject:
    """A thing that exists, with where to see it."""

    kind: str
    object_id: str
    title: str
    url: str
    is_private: bool = False


@dataclass(frozen=True)
class LinkView:
    """A link as seen from one of its ends."""

    public_id: str
    relation: str
    words: str
    kind: str
    title: str
    url: str
    is_outside: bool
    is_gone: bool


def find_objects(
    workspace_id: int, refs: Iterable[ObjectRef], *, user_id: int | None = None
) -> dict[ObjectRef, LinkedObject]:
    """The things of ``refs`` that exist, asked for at once; private ones for ``user_id`` alone."""
    wanted = set(refs)
    if not wanted:
        return {}
    entries = SearchEntry.objects.filter(
        workspace_id=workspace_id,
        kind__in={ref.kind for ref in wanted},
        object_id__in={ref.object_id for ref in wanted},
    ).filter(_open_to(user_id))
    names = ("kind", "object_id", "title", "url", "owner_id")
    found = {
        ObjectRef(kind, object_id): LinkedObject(kind, object_id, title, url, owner is not None)
        for kind, object_id, title, url, owner in entries.values_list(*names)
    }
    return {ref: found[ref] for ref in wanted if ref in found}


def add_link(
    access: Access,
    product: ProductView | None,
    source: ObjectRef,
    target: ObjectRef,
    relation: str = Relation.RELATES.value,
) -> LinkView:
    """Link two things of the workspace."""
    access.require(Role.EDITOR, to="linking")
    _check_relation(relation)
    if source == target:
        raise ConflictError("a thing is not linked to itself.", value=target.object_id)
    with transaction.atomic():
        found = find_objects(access.workspace_id, [source, target], user_id=access.user_id)
        for ref in (source, target):
            if ref not in found:
                raise NotFoundError("there is no such thing here.", value=ref.object_id)
        _refuse_double(access, source, target)
        is_private = any(found[ref].is_private for ref in (source, target))
        link = Link.objects.create(
            **_ends(access, product, source, relation),
            owner_id=access.user_id if is_private else None,
            target_kind=target.kind,
            target_id=target.object_id,
        )
        if not is_private:  # the ledger is read by all members
            facts = {"relation": relation, "kind": target.kind, "id": target.object_id}
            record_act(access, "link.added", source.kind, source.object_id, facts, product=product)
    return _to_view(link, source, found)


def add_links(
    access: Access,
    product: ProductView,
    wanted: Sequence[tuple[ObjectRef, ObjectRef, str]],
) -> int:
    """Many links at once (from, to, relation), without those there are; how many are new."""
    access.require(Role.EDITOR, to="linking")
    with transaction.atomic():
        known = _known_pairs(access, {source.kind for source, _, _ in wanted})
        links = []
        for source, target, relation in wanted:
            _check_relation(relation)
            pair = frozenset({source, target})
            if len(pair) == 2 and pair not in known:
                known.add(pair)
                links.append(
                    Link(
                        **_ends(access, product, source, relation),
                        target_kind=target.kind,
                        target_id=target.object_id,
                    )
                )
        Link.objects.bulk_create(links, batch_size=500)
        if links:
            facts = {"links": len(links)}
            record_act(access, "links.added", "product", product.public_id, facts, product=product)
    return len(links)


def _known_pairs(access: Access, kinds: set[str]) -> set[frozenset[ObjectRef]]:
    names = ["source_kind", "source_id", "target_kind", "target_id"]
    rows = Link.objects.filter(
        workspace_id=access.workspace_id,
        source_kind__in=kinds,
        deleted_at=None,
        url="",
    ).values_list(*names)
    return {frozenset({ObjectRef(a, b), ObjectRef(c, d)}) for a, b, c, d in rows}


def add_outside_link(
    access: Access,
    product: ProductView | None,
    source: ObjectRef,
    url: str,
    title: str = "",
    *,
    relation: str = Relation.EVIDENCE.value,
) -> LinkView:
    """Link a thing to an address outside; it is kept and shown, never fetched."""
    access.require(Role.EDITOR, to="linking")
    _check_relation(relation)
    address = _check_url(url)
    words = clean_text(title).strip()[:MAX_TITLE] or address[:MAX_TITLE]
    with transaction.atomic():
        found = find_objects(access.workspace_id, [source], user_id=access.user_id)
        if source not in found:
            raise NotFoundError("there is no such thing here.", value=source.object_id)
        is_private = found[source].is_private
        owner_id = access.user_id if is_private else None
        link = Link.objects.create(
            **_ends(access, product, source, relation), owner_id=owner_id, url=address, title=words
        )
        if not is_private:
            record_act(
                access, "link.added", source.kind, source.object_id,
                {"relation": relation, "kind": "outside"}, product=product, personal=address,
            )  # fmt: skip
    return _to_view(link, source, {})


def list_links(access: Access, source: ObjectRef) -> list[LinkView]:
    """All links of a thing, whichever end it is; two queries."""
    links = list(
        Link.objects.filter(
            _touches(source),
            _open_to(access.user_id),
            workspace_id=access.workspace_id,
            deleted_at=None,
        ).order_by("pk")[:500]
    )
    others = [_other_end(link, source) for link in links if not link.url]
    found = find_objects(access.workspace_id, others, user_id=access.user_id)
    return [_to_view(link, source, found) for link in links]


def set_link_removed(
    access: Access, public_id: str, *, is_removed: bool, end: ObjectRef | None = None
) -> None:
    """Take a link away, or bring it back; with ``end`` only one of that thing."""
    access.require(Role.EDITOR, to="unlinking")
    with transaction.atomic():
        link = Link.objects.filter(
            _open_to(access.user_id),
            _touches(end) if end else Q(),
            workspace_id=access.workspace_id,
            public_id=public_id,
        ).first()
        if link is None:
            raise NotFoundError("there is no such link here.", value=public_id)
        link.deleted_at = timezone.now() if is_removed else None
        link.save(update_fields=["deleted_at"])
        kind = "link.removed" if is_removed else "link.restored"
        if link.owner_id is not None:
            return
        record_act(access, kind, link.source_kind, link.source_id, {"link": public_id})


def list_linked_ids(access: Access, kind: str, other: ObjectRef) -> list[str]:
    """The ids of things of ``kind`` that are linked with ``other``, whichever end they are."""
    mine = Link.objects.filter(
        _open_to(access.user_id), workspace_id=access.workspace_id, deleted_at=None
    )
    there = mine.filter(source_kind=kind, target_kind=other.kind, target_id=other.object_id)
    here = mine.filter(target_kind=kind, source_kind=other.kind, source_id=other.object_id)
    found = [*there.values_list("source_id", flat=True), *here.values_list("target_id", flat=True)]
    return list(dict.fromkeys(found))


def _read_target(access: Access, text: str) -> ObjectRef:
    """``kind:id`` as the list of suggestions writes it, or words that find exactly one thing."""
    kind, _, object_id = text.partition(":")
    if object_id and " " not in text:
        return ObjectRef(kind, object_id)
    hits = search(access, text, limit=2)
    named = [hit for hit in hits if hit.title == text] or hits
    if len(named) != 1:
        raise InvalidValueError(
            "choose one thing from the list." if named else "nothing is called that.",
            value=text,
            remedy="Type more of its title, or paste an address that begins with https://.",
        )
    return ObjectRef(named[0].kind, named[0].object_id)


def link_by_words(
    access: Access,
    product: ProductView | None,
    source: ObjectRef,
    target: str,
    *,
    relation: str = Relation.RELATES.value,
    title: str = "",
) -> LinkView:
    """Link a thing to what a person names: ``kind:id``, words, or an address outside."""
    wanted = target.strip()
    if wanted.startswith(("http://", "https://")):
        return add_outside_link(access, product, source, wanted, title, relation=relation)
    return add_link(access, product, source, _read_target(access, wanted), relation)


def to_link_json(link: LinkView) -> dict[str, object]:
    """A link for programs, as seen from one of its ends."""
    return {
        "id": link.public_id, "relation": link.relation, "words": link.words, "kind": link.kind,
        "title": link.title, "url": link.url, "outside": link.is_outside, "gone": link.is_gone,
    }  # fmt: skip


def _touches(end: ObjectRef) -> Q:
    """The links of a thing, whichever end it is."""
    here = Q(source_kind=end.kind, source_id=end.object_id)
    return here | Q(target_kind=end.kind, target_id=end.object_id)


def _open_to(user_id: int | None) -> Q:
    """What everybody may see, and what belongs to ``user_id``."""
    return Q(owner=None) if user_id is None else Q(owner=None) | Q(owner_id=user_id)


def _ends(
    access: Access, product: ProductView | None, source: ObjectRef, relation: str
) -> dict[str, object]:
    return {
        "workspace_id": access.workspace_id,
        "product_id": product.id if product else None,
        "user_id": access.user_id,
        "relation": relation,
        "source_kind": source.kind,
        "source_id": source.object_id,
    }


def _check_relation(relation: str) -> None:
    if relation not in Relation.values:
        raise InvalidValueError(
            f"a relation is one of {', '.join(Relation.values)}.", value=relation
        )


def _check_url(url: str) -> str:
    address = clean_text(url).strip()
    try:
        parts = urlsplit(address)
        is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_whole = False
    if not is_whole or len(address) > MAX_URL or any(c.isspace() for c in address):
        raise InvalidValueError(
            f"an address outside begins with https:// or http:// and has at most {MAX_URL:,} "
            "characters without spaces.",
            value=url,
        )
    return address


def _refuse_double(access: Access, source: ObjectRef, target: ObjectRef) -> None:
    ways = (source, target), (target, source)
    for first, second in ways:
        if Link.objects.filter(
            _open_to(access.user_id),
            workspace_id=access.workspace_id,
            source_kind=first.kind,
            source_id=first.object_id,
            target_kind=second.kind,
            target_id=second.object_id,
            deleted_at=None,
        ).exists():
            raise ConflictError("these two are linked already.", value=target.object_id)


def _other_end(link: Link, source: ObjectRef) -> ObjectRef:
    if (link.source_kind, link.source_id) == (source.kind, source.object_id):
        return ObjectRef(link.target_kind, link.target_id)
    return ObjectRef(link.source_kind, link.source_id)


def _to_view(link: Link, source: ObjectRef, found: dict[ObjectRef, LinkedObject]) -> LinkView:
    relation = Relation(link.relation)
    if link.url:
        return LinkView(
            link.public_id, relation.value, str(relation.label), "outside", link.title, link.url,
            is_outside=True, is_gone=False,
        )  # fmt: skip
    other = _other_end(link, source)
    is_forward = other == ObjectRef(link.target_kind, link.target_id)
    words = str(relation.label)
    there = found.get(other)
    return LinkView(
        public_id=link.public_id,
        relation=relation.value,
        words=words if is_forward else _OPPOSITES.get(relation, words),
        kind=other.kind,
        title=there.title if there else "no longer there",
        url=there.url if there else "",
        is_outside=False,
        is_gone=there is None,
    )
