"""Files of contacts: looked at, taken in, taken out again.

The file stays on this machine and is thrown away with the import's line. All of it happens at once
and in the person's own request: a job would be seen by other members.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

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
    index_contacts,
    index_rows,
    sort_key_of,
    words_of,
    words_of_parts,
)
from pilothouse.apps.people.services.planning import Change, Plan, plan_import, to_stored
from pilothouse.apps.people.services.rhythms import read_cadences, reckon
from pilothouse.apps.portfolio.services.texts import check_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.search import remove_entries
from pilothouse.apps.workspace.services.uploads import find_upload, plain_file_name, save_upload
from pilothouse.engines.people.cadence import choose_cadence, next_due
from pilothouse.engines.people.names import fold
from pilothouse.kernel.errors import ConflictError, InvalidValueError

MAX_UPLOAD_BYTES = 50 * 1024**2
PROBLEMS_KEPT = 200
AT_ONCE = 500
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
        _finish(access, [change.contact_id for change in plan.changes])
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
    try:
        find_upload(row.upload, row.file_name).unlink(missing_ok=True)
    finally:
        row.delete()


def _create(
    access: Access, batch: BookImport, people: Sequence[Person], group: str, today: date
) -> int:
    companies = company_ids(access, {person.company for person in people})
    cadences = read_cadences(access)
    for start in range(0, len(people), AT_ONCE):
        some = people[start : start + AT_ONCE]
        tags = [_tags(person, group) for person in some]
        rows = [_to_row(access, batch, person, companies, today) for person in some]
        for row, person, words in zip(rows, some, tags, strict=True):
            days = [cadences[key] for kind, key in words if kind == "group" and key in cadences]
            row.due_on = next_due(today, None, choose_cadence(None, days))
            row.words = words_of_parts(row, person.company, words.values())
        Contact.objects.bulk_create(rows)
        ContactTag.objects.bulk_create(
            ContactTag(contact=row, kind=kind, key=key, word=word)
            for row, words in zip(rows, tags, strict=True)
            for (kind, key), word in words.items()
        )
        index_rows(
            access, [(row, person.company, list(words.values()), "")
                     for row, person, words in zip(rows, some, tags, strict=True)],
        )  # fmt: skip
    return len(people)


def _to_row(
    access: Access, batch: BookImport, person: Person, companies: dict[str, int], today: date
) -> Contact:
    return Contact(
        **own(access), name=person.name, given=person.given, family=person.family,
        sort_key=sort_key_of(person.name, person.given, person.family), role=person.role,
        company_id=companies.get(person.company), emails=list(person.emails),
        phones=list(person.phones), links=list(person.links), notes=person.notes,
        details=[list(each) for each in person.details], met_on=person.met_on, uid=person.uid,
        relation=_known(person.relation), power=person.power, interest=person.interest,
        wants=person.wants, source=batch.kind, batch=batch, added_on=today,
    )  # fmt: skip


def _known(relation: str) -> str:
    """How somebody is known, where the file says it in our words."""
    return relation if relation in Relation.values else ""


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
    rows = Contact.objects.in_bulk([change.contact_id for change in changes])
    before: dict[str, dict[str, list[Any]]] = {}
    for change in changes:
        row, fields = rows[change.contact_id], dict(change.fields)
        if "company" in fields:
            fields["company_id"] = companies[fields.pop("company")]
        before[str(row.pk)] = {
            name: [_json(getattr(row, name)), value] for name, value in fields.items()
        }
        _set(row, fields)
    return before


def _set(row: Contact, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(row, name, to_stored(name, value))
    row.sort_key = sort_key_of(row.name, row.given, row.family)
    row.save()


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _finish(access: Access, keys: Sequence[int]) -> None:
    """What follows for contacts that were changed: day due, words of the list, search."""
    for start in range(0, len(keys), AT_ONCE):
        some = Contact.objects.select_related("company").prefetch_related("tags", "talks")
        rows = list(some.filter(pk__in=keys[start : start + AT_ONCE]))
        reckon(access, rows)
        for row in rows:
            row.words = words_of(row, (tag.word for tag in row.tags.all()))
        Contact.objects.bulk_update(rows, ["words"], batch_size=AT_ONCE)
        index_contacts(access, rows)


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
    rows = Contact.objects.filter(**own(access)).in_bulk([int(pk) for pk in changes])
    for pk, row in rows.items():
        fields = {
            name: before
            for name, (before, after) in changes[str(pk)].items()
            if _json(getattr(row, name)) == after
        }
        _set(row, fields)
    _finish(access, list(rows))


def _tidy_companies(access: Access, keys: set[Any]) -> None:
    """Companies that only the file knew go with it."""
    rows = Company.objects.filter(**own(access), pk__in=keys, is_target=False, notes="", website="")
    rows.filter(contacts=None).delete()


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
