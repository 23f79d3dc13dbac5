"""One box over everything in the workspace.

Apps tell what is to be found (``index_entry``) in the transaction that changes it. Beside the rows
of ``SearchEntry`` stands a full-text index of their folded words: an FTS5 table on SQLite, a
``tsvector`` column on PostgreSQL. All words of a question must occur, the last one as a beginning.
Hits in titles come first, then what changed last.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from pilothouse.apps.workspace.models import SearchEntry
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.shelves import find_on_shelves
from pilothouse.apps.workspace.services.words import (
    MAX_TEXT,
    count_hits,
    cut_snippet,
    query_words,
    split_words,
)
from pilothouse.kernel.ids import clean_text

MAX_TITLE, MAX_SHELF = 300, 8
AT_ONCE = 500
# Enough for a good order, few enough to be quick when a word is everywhere.
MAX_CANDIDATES = 200
# Plain SQL: the ORM's upsert costs several times as much, and a whole book is indexed at once.
_UPSERT = (
    "INSERT INTO workspace_searchentry (workspace_id, kind, object_id, title, body, url,"
    " product_id, owner_id, updated_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
    " ON CONFLICT (workspace_id, kind, object_id) DO UPDATE SET title = EXCLUDED.title,"
    " body = EXCLUDED.body, url = EXCLUDED.url, product_id = EXCLUDED.product_id,"
    " owner_id = EXCLUDED.owner_id, updated_at = EXCLUDED.updated_at"
)
# PostgreSQL keeps no later places of words than this.
_LAST_PLACE = 16_383


@dataclass(frozen=True)
class SearchHit:
    """Something found. ``product_name`` is empty for what belongs to the whole workspace."""

    kind: str
    object_id: str
    title: str
    url: str
    snippet: str
    product_name: str


@dataclass(frozen=True)
class Entry:
    """What is to be found of one thing."""

    kind: str
    object_id: str
    title: str
    body: str
    url: str
    product_id: int | None = None
    # Whose it is alone: nobody else finds it.
    owner_id: int | None = None


def index_entries(workspace_id: int, entries: Sequence[Entry]) -> None:
    """Make many things findable at once: a fixed number of queries a thousand of them."""
    for start in range(0, len(entries), AT_ONCE):
        with transaction.atomic():
            _index_chunk(workspace_id, entries[start : start + AT_ONCE])


def _index_chunk(workspace_id: int, entries: Sequence[Entry]) -> None:
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    rows = {
        (entry.kind, entry.object_id): (
            workspace_id, entry.kind, entry.object_id, clean_text(entry.title)[:MAX_TITLE],
            clean_text(entry.body)[:MAX_TEXT], entry.url, entry.product_id, entry.owner_id, now,
        )
        for entry in entries
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.executemany(_UPSERT, list(rows.values()))
    # The keys that a conflict kept are known to the database only.
    stored = SearchEntry.objects.filter(
        workspace_id=workspace_id,
        kind__in={kind for kind, _ in rows},
        object_id__in=[object_id for _, object_id in rows],
    )
    keys = stored.values_list("pk", "kind", "object_id")
    found = ((pk, rows.get((kind, object_id))) for pk, kind, object_id in keys)
    _index_words((pk, row[3], row[4]) for pk, row in found if row)


def remove_entries(workspace_id: int, kind: str, object_ids: Sequence[str]) -> None:
    """Make many things not findable any more."""
    for start in range(0, len(object_ids), AT_ONCE):
        some = object_ids[start : start + AT_ONCE]
        SearchEntry.objects.filter(
            workspace_id=workspace_id, kind=kind, object_id__in=some
        ).delete()


def index_entry(
    workspace_id: int,
    *,
    kind: str,
    object_id: str,
    title: str,
    body: str,
    url: str,
    product_id: int | None = None,
    owner_id: int | None = None,
) -> None:
    """Make a thing findable, or findable by its new texts; for ``owner_id`` alone where given."""
    with transaction.atomic():
        entry, _ = SearchEntry.objects.update_or_create(
            workspace_id=workspace_id,
            kind=kind,
            object_id=object_id,
            defaults={
                "title": clean_text(title)[:MAX_TITLE],
                "body": clean_text(body)[:MAX_TEXT],
                "url": url,
                "product_id": product_id,
                "owner_id": owner_id,
            },
        )
        _index_words([(entry.pk, entry.title, entry.body)])


def remove_entry(workspace_id: int, kind: str, object_id: str) -> None:
    """Make a thing not findable any more; nothing happens if it was not."""
    SearchEntry.objects.filter(workspace_id=workspace_id, kind=kind, object_id=object_id).delete()


def search(
    access: Access,
    text: str,
    *,
    product_id: int | None = None,
    kind: str = "",
    limit: int = 20,
) -> list[SearchHit]:
    """What the workspace (or one product, or one kind) holds about ``text``, the best first.

    What belongs to one person is found by that person alone.
    """
    words = query_words(clean_text(text))
    if not words:
        return []
    entries = SearchEntry.objects.select_related("product").in_bulk(
        _find_candidates(access, words, product_id, kind)
    )
    ranked = sorted(
        entries.values(),
        key=lambda entry: (
            -count_hits(words, entry.title),
            -entry.updated_at.timestamp(),
            entry.pk,
        ),
    )
    return [_to_hit(words, entry) for entry in ranked[:limit]]


def search_everything(access: Access, text: str, *, limit: int = 20) -> list[SearchHit]:
    """The same, and after it what comes with the product: a few of it, where there is room."""
    hits = search(access, text, limit=limit)
    words = query_words(clean_text(text))
    room = min(limit - len(hits), MAX_SHELF)
    if not words or room <= 0:
        return hits
    shelf = find_on_shelves(words, room)
    return [*hits, *(SearchHit(each.kind, "", each.title, each.url, "", "") for each in shelf)]


def rebuild() -> int:
    """Index all entries of all workspaces anew; how many there are."""
    count = 0
    with transaction.atomic():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM workspace_searchwords")
        for entry in SearchEntry.objects.order_by("pk").iterator(chunk_size=500):
            _index_words([(entry.pk, entry.title, entry.body)])
            count += 1
    return count


def index_sql() -> list[str]:
    """What makes the full-text index beside ``SearchEntry``, for this database."""
    if connection.vendor == "postgresql":
        return [
            "ALTER TABLE workspace_searchentry ADD COLUMN words tsvector NOT NULL DEFAULT ''",
            "CREATE INDEX search_words ON workspace_searchentry USING gin (words)",
        ]
    return [
        "CREATE VIRTUAL TABLE workspace_searchwords USING fts5(title, body,"
        """ tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co'", prefix='2 3')""",
        "CREATE TRIGGER search_words_gone AFTER DELETE ON workspace_searchentry"
        " BEGIN DELETE FROM workspace_searchwords WHERE rowid = OLD.id; END",
    ]


def _index_words(entries: Iterable[tuple[int, str, str]]) -> None:
    """Index the words of entries anew, by their key, title and body."""
    texts = [(pk, split_words(title), split_words(body)) for pk, title, body in entries]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.executemany(
                "UPDATE workspace_searchentry SET words = %s::tsvector WHERE id = %s",
                [(_to_tsvector(title, body), pk) for pk, title, body in texts],
            )
            return
        cursor.executemany(
            "DELETE FROM workspace_searchwords WHERE rowid = %s", [(pk,) for pk, _, _ in texts]
        )
        cursor.executemany(
            "INSERT INTO workspace_searchwords (rowid, title, body) VALUES (%s, %s, %s)",
            [(pk, " ".join(title), " ".join(body)) for pk, title, body in texts],
        )


def _to_tsvector(title: Sequence[str], body: Sequence[str]) -> str:
    """The words as PostgreSQL writes a ``tsvector``: title words carry weight A."""
    places = [(word, "A") for word in title] + [(word, "B") for word in body]
    return " ".join(
        f"'{word}':{min(place, _LAST_PLACE)}{weight}"
        for place, (word, weight) in enumerate(places, start=1)
    )


def _find_candidates(
    access: Access, words: list[str], product_id: int | None, kind: str
) -> list[int]:
    *complete, last = words
    if connection.vendor == "postgresql":
        query = " & ".join([*(f"'{word}'" for word in complete), f"'{last}':*"])
        source = "workspace_searchentry e, CAST(%s AS tsquery) query WHERE e.words @@ query"
        order = "ts_rank(e.words, query) DESC"
    else:
        query = " ".join([*(f'"{word}"' for word in complete), f'"{last}"*'])
        source = (
            "workspace_searchwords JOIN workspace_searchentry e"
            " ON e.id = workspace_searchwords.rowid WHERE workspace_searchwords MATCH %s"
        )
        order = "bm25(workspace_searchwords, 10.0, 1.0)"
    sql = (
        f"SELECT e.id FROM {source} AND e.workspace_id = %s"  # noqa: S608 -- fixed texts above
        " AND (e.owner_id IS NULL OR e.owner_id = %s)"
    )
    arguments: list[str | int] = [query, access.workspace_id, access.user_id]
    if kind:
        sql += " AND e.kind = %s"
        arguments.append(kind)
    if product_id is not None:
        sql += " AND e.product_id = %s"
        arguments.append(product_id)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY {order}, e.id DESC LIMIT {MAX_CANDIDATES}", arguments)
        return [row[0] for row in cursor.fetchall()]


def _to_hit(words: list[str], entry: SearchEntry) -> SearchHit:
    return SearchHit(
        kind=entry.kind,
        object_id=entry.object_id,
        title=entry.title,
        url=entry.url,
        snippet=cut_snippet(words, entry.body),
        product_name=entry.product.name if entry.product else "",
    )
