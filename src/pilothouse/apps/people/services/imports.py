"""Files of contacts: looked at, taken in, taken out again.

The file stays on this machine and is thrown away with the import's line. All of it happens at once
and in the person's own request: a job would be seen by other members.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from pilothouse.apps.people.formats.reading import read_contacts
from pilothouse.apps.people.formats.records import KINDS, ContactFile, Person, Problem
from pilothouse.apps.people.models import (
    BookImport,
    BookImportState,
    Company,
    Contact,
    ContactTag,
    Favour,
    Merge,
    Outreach,
    Relation,
    TagKind,
    Talk,
)
from pilothouse.apps.people.services.book import find_row, get_habits, own, write
from pilothouse.apps.people.services.companies import company_ids
from pilothouse.apps.people.services.contacts import (
    MAX_CONTACTS,
    entry_of,
    fold_words,
    index_contacts,
    sort_key_of,
    words_of,
)
from pilothouse.apps.people.services.planning import Change, Plan, plan_import, to_stored
from pilothouse.apps.people.services.rhythms import read_cadences
from pilothouse.apps.portfolio.services.texts import check_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.bulk import insert_many, update_many
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.search import index_entries, remove_entries
from pilothouse.apps.workspace.services.uploads import find_upload, plain_file_name, save_upload
from pilothouse.engines.people.cadence import choose_cadence, next_due
from pilothouse.engines.people.names import fold
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.ids import new_public_id

MAX_UPLOAD_BYTES = 50 * 1024**2
PROBLEMS_KEPT = 200
AT_ONCE = 500
_TAKEN = (
    "name", "sort_key", "given", "family", "role", "emails", "phones", "links", "details", "notes",
    "met_on", "uid", "relation", "power", "interest", "wants",
)  # fmt: skip
# What a file fills in at a contact that is here, and what follows from it.
_CHANGED = (
    "given", "family", "role", "notes", "uid", "emails", "phones", "links", "details", "met_on",
    "company_id", "sort_key", "words", "updated_at",
)  # fmt: skip
_RELATIONS = frozenset(Relation.values)
# Changed later than this after it was made: somebody's hand was at it.
_TOUCH = timedelta(seconds=2)


@dataclass(frozen=True)
class BookImportView:
    """An import of contacts as its pages show it."""

    public_id: str
    file_name: str
    kind: str
    state: BookImportState
    group: str
    found: int
    created: int
    merged: int
    known: int
    problems: tuple[Problem, ...]
    at: datetime

    @property
    def kind_name(self) -> str:
        return KINDS[self.kind]

    @property
    def may_start(self) -> bool:
        return self.state != BookImportState.DONE


def receive_contacts(
    access: Access, file_name: str, chunks: Iterable[bytes], *, now: datetime
) -> BookImportView:
    """Take a file in and say what it holds; nothing is imported yet."""
    write(access)
    name = plain_file_name(file_name, "contacts")
    refusal = InvalidValueError("a file of contacts has at most 50 MB.", remedy="Split it.")
    path, _ = save_upload(chunks, limit=MAX_UPLOAD_BYTES, refusal=refusal)
    try:
        read = read_contacts(path.read_bytes())
    except Exception:
        path.unlink(missing_ok=True)
        raise
    row = BookImport.objects.create(
        **own(access), file_name=name, kind=read.kind, upload=path.name, at=now,
        found=len(read.people), problems=_keep(read),
    )  # fmt: skip
    return _to_view(row)


def list_book_imports(access: Access) -> list[BookImportView]:
    """The person's imports, the latest first."""
    return [_to_view(row) for row in BookImport.objects.filter(**own(access)).order_by("-pk")[:50]]


def get_book_import(access: Access, public_id: str) -> BookImportView:
    """One import of the person's."""
    return _to_view(find_row(BookImport, access, public_id, "import"))


def look_at_contacts(access: Access, public_id: str) -> Plan:
    """What the file would become as the book is now."""
    row = find_row(BookImport, access, public_id, "import")
    return plan_import(access, _read(row).people, row.kind)


def start_book_import(
    access: Access, public_id: str, *, group: str = "", now: datetime
) -> BookImportView:
    """Take the contacts in; with a group, all new ones get it."""
    write(access)
    word = check_line("a group", group, 60)
    today = get_habits(access).today(now)
    with transaction.atomic():
        row = _lock(access, public_id)
        if row.state == BookImportState.DONE:
            raise ConflictError("this file is imported already.", value=row.file_name)
        plan = plan_import(access, _read(row).people, row.kind)
        if Contact.objects.filter(**own(access)).count() + len(plan.fresh) > MAX_CONTACTS:
            raise ConflictError(f"a book has at most {MAX_CONTACTS:,} contacts.")
        created = _create(access, row, plan.fresh, word, today)
        row.changes = _apply(access, plan.changes)
        row.state, row.group, row.at = BookImportState.DONE, word, now
        row.created, row.merged, row.known = created, len(plan.changes), plan.same
        row.save()
        facts = {"kind": row.kind, "created": created, "filled": row.merged}
        record_act(access, "contacts.imported", "contact-import", public_id, facts)
    return _to_view(row)


def undo_book_import(access: Access, public_id: str) -> tuple[BookImportView, int]:
    """Take out what a file brought and put back what it filled in; how many stay, because
    something was written at them since."""
    write(access)
    with transaction.atomic():
        row = _lock(access, public_id)
        if row.state != BookImportState.DONE:
            raise ConflictError("only an import that is done can be undone.", value=row.file_name)
        brought = Contact.objects.filter(**own(access), batch=row)
        kept = set(brought.filter(_is_used()).values_list("pk", flat=True))
        gone = [(pk, key) for pk, key in brought.values_list("pk", "public_id") if pk not in kept]
        companies = set(brought.exclude(pk__in=kept).values_list("company_id", flat=True))
        _remove(access, gone)
        _put_back(access, row.changes)
        _tidy_companies(access, companies - {None})
        row.state, row.changes = BookImportState.UNDONE, {}
        row.save(update_fields=["state", "changes"])
        facts = {"removed": len(gone), "kept": len(kept)}
        record_act(access, "contacts.import-undone", "contact-import", public_id, facts)
    return _to_view(row), len(kept)


def discard_book_import(access: Access, public_id: str) -> None:
    """Throw the file away, with its line here; what it brought stays."""
    write(access)
    row = find_row(BookImport, access, public_id, "import")
    with transaction.atomic():
        row.delete()
        transaction.on_commit(partial(_unlink, row))


def to_import_json(view: BookImportView) -> dict[str, Any]:
    """An import for programs of its owner."""
    return {
        "id": view.public_id, "file": view.file_name, "format": view.kind,
        "state": view.state.value, "group": view.group, "found": view.found,
        "created": view.created, "filled": view.merged, "same": view.known,
        "problems": [{"line": p.line, "sentence": p.sentence} for p in view.problems],
        "at": view.at.isoformat(),
    }  # fmt: skip


def _create(
    access: Access, batch: BookImport, people: Sequence[Person], group: str, today: date
) -> int:
    """Write the new ones down, by plain SQL: a file holds thousands."""
    companies = company_ids(access, {person.company for person in people})
    cadences = read_cadences(access)
    ids = [new_public_id() for _ in people]
    tags = [_tags(person, group) for person in people]
    rows = []
    for public_id, person, words in zip(ids, people, tags, strict=True):
        days = [cadences[key] for kind, key in words if kind == "group" and key in cadences]
        due_on = next_due(today, None, choose_cadence(None, days))
        found_by = fold_words(person, person.company, words.values(), ())
        company_id = companies.get(person.company)
        rows.append((public_id, company_id, due_on, found_by, *_values(person)))
    template = Contact(**own(access), source=batch.kind, batch=batch, added_on=today)
    insert_many(template, ("public_id", "company_id", "due_on", "words", *_TAKEN), rows)
    keys = dict(Contact.objects.filter(batch=batch).values_list("public_id", "pk"))
    lines = ((keys[i], *key, word) for i, words in zip(ids, tags, strict=True)
             for key, word in words.items())  # fmt: skip
    insert_many(ContactTag(), ("contact_id", "kind", "key", "word"), lines)
    index_entries(access.workspace_id, [
        entry_of(access, public_id, person, words.values(), company=person.company)
        for public_id, person, words in zip(ids, people, tags, strict=True)
    ])  # fmt: skip
    return len(people)


def _values(person: Person) -> tuple[Any, ...]:
    """What is taken from a file, in the order of ``_TAKEN``."""
    sort_key = sort_key_of(person.name, person.given, person.family)
    details = [list(each) for each in person.details]
    return (
        person.name, sort_key, person.given, person.family, person.role, list(person.emails),
        list(person.phones), list(person.links), details, person.notes, person.met_on, person.uid,
        _known(person.relation), person.power, person.interest, person.wants,
    )  # fmt: skip


def _known(relation: str) -> str:
    """How somebody is known, where the file says it in our words."""
    return relation if relation in _RELATIONS else ""


def _tags(person: Person, group: str) -> dict[tuple[str, str], str]:
    groups = (*person.groups, *([group] if group else []))
    both = ((TagKind.TOPIC, person.topics), (TagKind.GROUP, groups))
    return {
        (kind.value, fold(word)[:60]): word[:60]
        for kind, words in both for word in words if fold(word)
    }  # fmt: skip


def _apply(access: Access, changes: Sequence[Change]) -> dict[str, dict[str, list[Any]]]:
    """Fill in what a file brings; what was there before, by contact and field."""
    companies = company_ids(access, {c.fields["company"] for c in changes if "company" in c.fields})
    wanted: dict[int, dict[str, Any]] = {}
    for change in changes:
        fields = wanted[change.contact_id] = dict(change.fields)
        if "company" in fields:
            fields["company_id"] = companies[fields.pop("company")]
    before: dict[str, dict[str, list[Any]]] = {}
    for row in _store(access, wanted):
        before[str(row.pk)] = {
            name: [_json(getattr(row, name)), value] for name, value in wanted[row.pk].items()
        }
    return before


def _store(access: Access, wanted: Mapping[int, Mapping[str, Any]]) -> Iterator[Contact]:
    """Set fields of contacts by their keys, with what follows: the words of the list, the search.

    Each contact is given as it was, and stored when the next ones are asked for.
    """
    keys = list(wanted)
    rows = Contact.objects.filter(**own(access)).prefetch_related("tags", "talks")
    for start in range(0, len(keys), AT_ONCE):
        some = list(rows.filter(pk__in=keys[start : start + AT_ONCE]))
        yield from some
        for row in some:
            for name, value in wanted[row.pk].items():
                setattr(row, name, to_stored(name, value))
            row.sort_key = sort_key_of(row.name, row.given, row.family)
        _save(access, some)


def _save(access: Access, rows: Sequence[Contact]) -> None:
    companies = Company.objects.in_bulk({row.company_id for row in rows if row.company_id})
    for row in rows:
        row.company = companies.get(row.company_id)
        row.words = words_of(row, (tag.word for tag in row.tags.all()))
        row.updated_at = timezone.now()
    update_many(
        Contact, _CHANGED, ((row.pk, [getattr(row, name) for name in _CHANGED]) for row in rows)
    )
    index_contacts(access, [row for row in rows if row.deleted_at is None])


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _is_used() -> Q:
    """Whether anything was written at a contact since it came."""
    here = OuterRef("pk")
    logs = (
        Talk.objects.filter(contact=here), Favour.objects.filter(contact=here),
        Outreach.objects.filter(contact=here),
        Merge.objects.filter(Q(kept=here) | Q(gone=here), undone_at=None),
        Favour.objects.filter(about=here),
    )  # fmt: skip
    used = Q(updated_at__gt=F("created_at") + _TOUCH)
    for rows in logs:
        used |= Q(Exists(rows))
    return used


def _remove(access: Access, gone: Sequence[tuple[int, str]]) -> None:
    for start in range(0, len(gone), AT_ONCE):
        some = gone[start : start + AT_ONCE]
        remove_entries(access.workspace_id, "contact", [key for _, key in some])
        Contact.objects.filter(pk__in=[pk for pk, _ in some]).delete()


def _put_back(access: Access, changes: dict[str, dict[str, list[Any]]]) -> None:
    """Fields as they were, unless somebody changed them since."""
    wanted: dict[int, dict[str, Any]] = {int(pk): {} for pk in changes}
    for row in _store(access, wanted):
        wanted[row.pk] = {
            name: before
            for name, (before, after) in changes[str(row.pk)].items()
            if _json(getattr(row, name)) == after
        }


def _tidy_companies(access: Access, keys: set[Any]) -> None:
    """Companies that only the file knew go with it."""
    rows = Company.objects.filter(**own(access), pk__in=keys, is_target=False, notes="", website="")
    rows.filter(contacts=None).delete()


def _unlink(row: BookImport) -> None:
    with suppress(NotFoundError):  # the file is gone already
        find_upload(row.upload, row.file_name).unlink(missing_ok=True)


def _read(row: BookImport) -> ContactFile:
    return read_contacts(find_upload(row.upload, row.file_name).read_bytes())


def _keep(read: ContactFile) -> list[dict[str, Any]]:
    return [{"line": p.line, "sentence": p.sentence} for p in read.problems[:PROBLEMS_KEPT]]


def _lock(access: Access, public_id: str) -> BookImport:
    find_row(BookImport, access, public_id, "import")
    return BookImport.objects.select_for_update().get(**own(access), public_id=public_id)


def _to_view(row: BookImport) -> BookImportView:
    return BookImportView(
        public_id=row.public_id,
        file_name=row.file_name,
        kind=row.kind,
        state=BookImportState(row.state),
        group=row.group,
        found=row.found,
        created=row.created,
        merged=row.merged,
        known=row.known,
        problems=tuple(Problem(each["line"], each["sentence"]) for each in row.problems),
        at=row.at,
    )
