"""Companies of a person's book: where somebody is known, and where one would like to be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from pilothouse.apps.people.models import Company
from pilothouse.apps.people.services.book import get_company_row, own, write
from pilothouse.apps.people.services.views import CompanyView
from pilothouse.apps.portfolio.services.texts import check_address, check_body, check_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.bulk import insert_many
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.search import index_entry, remove_entry
from pilothouse.engines.people.companies import company_key
from pilothouse.kernel.errors import ConflictError
from pilothouse.kernel.ids import new_public_id

MAX_COMPANIES = 50_000
_KNOWN = Count("contacts", filter=Q(contacts__deleted_at=None))


@dataclass(frozen=True)
class CompanyDraft:
    """A company as its form sends it."""

    name: str
    website: str = ""
    notes: str = ""
    is_target: bool = False
    why: str = ""


def find_or_create_company(access: Access, name: str) -> CompanyView:
    """The person's company of that name, however its legal form is written; made if missing."""
    write(access)
    checked = check_line("the name of a company", name, 200, least=1)
    with transaction.atomic():
        row = _by_key(access, company_key(checked)) or _create(access, CompanyDraft(checked))
    return _to_view(row)


def create_company(access: Access, draft: CompanyDraft) -> CompanyView:
    """Write a company into the book; one that is there already is refused by name."""
    write(access)
    with transaction.atomic():
        checked = _check(draft)
        if there := _by_key(access, company_key(checked.name)):
            raise ConflictError("this company is in your book already.", value=there.name)
        row = _create(access, checked)
    return _to_view(row)


def change_company(access: Access, public_id: str, draft: CompanyDraft) -> CompanyView:
    """Change a company."""
    write(access)
    checked = _check(draft)
    with transaction.atomic():
        row = get_company_row(access, public_id)
        there = _by_key(access, company_key(checked.name))
        if there and there.pk != row.pk:
            raise ConflictError("another company of your book has this name.", value=there.name)
        was_target = row.is_target
        _fill(row, checked)
        row.save()
        _index(access, row)
        if row.is_target and not was_target:
            _record_target(access, row)
    return _to_view(row)


def set_company_deleted(access: Access, public_id: str, *, is_deleted: bool) -> None:
    """Take a company out of the book, or back; its people stay."""
    write(access)
    with transaction.atomic():
        row = get_company_row(access, public_id, with_deleted=True)
        if not is_deleted and (there := _by_key(access, row.key)):
            raise ConflictError("a company of this name is in your book again.", value=there.name)
        row.deleted_at = timezone.now() if is_deleted else None
        row.save(update_fields=["deleted_at"])
        if is_deleted:
            remove_entry(access.workspace_id, "company", public_id)
        else:
            _index(access, row)


def get_company(access: Access, public_id: str) -> CompanyView:
    """One company."""
    return _to_view(get_company_row(access, public_id))


def find_company(access: Access, name: str) -> CompanyView | None:
    """The company of the book with this name, however its legal form is written."""
    row = _by_key(access, company_key(name)) if name.strip() else None
    return _to_view(row) if row else None


def list_companies(
    access: Access, *, only_targets: bool = False, text: str = "", at: int = 0, limit: int = 50
) -> tuple[list[CompanyView], int]:
    """Companies, targets first, then where most people are known; and how many there are."""
    rows = Company.objects.filter(**own(access), deleted_at=None)
    if only_targets:
        rows = rows.filter(is_target=True)
    for word in company_key(text).split() if text.strip() else ():
        rows = rows.filter(key__contains=word)
    ordered = rows.annotate(known=_KNOWN).order_by("-is_target", "-known", "key", "pk")
    return [_to_view(row, row.known) for row in ordered[at : at + limit]], rows.count()


def company_ids(access: Access, names: Iterable[str]) -> dict[str, int]:
    """Rows for many names at once, missing ones made: the key of each by its name as written."""
    wanted = {name: company_key(name)[:200] for name in names if name}
    rows = Company.objects.filter(**own(access), deleted_at=None).order_by("-pk")
    known = dict(rows.values_list("key", "pk"))
    fresh: dict[str, str] = {}
    for name, key in wanted.items():
        if key not in known:
            fresh.setdefault(key, name)
    if fresh:
        lines = [(new_public_id(), name[:200], key) for key, name in fresh.items()]
        insert_many(Company(**own(access)), ("public_id", "name", "key"), lines)
        known = dict(rows.values_list("key", "pk"))
    return {name: known[key] for name, key in wanted.items()}


def _create(access: Access, draft: CompanyDraft) -> Company:
    if Company.objects.filter(**own(access)).count() >= MAX_COMPANIES:
        raise ConflictError(f"a book has at most {MAX_COMPANIES:,} companies.")
    row = Company(**own(access))
    _fill(row, draft)
    row.save()
    _index(access, row)
    if row.is_target:
        _record_target(access, row)
    return row


def _check(draft: CompanyDraft) -> CompanyDraft:
    website = draft.website.strip()
    return CompanyDraft(
        name=check_line("the name of a company", draft.name, 200, least=1),
        website=check_address("a website", website, 500) if website else "",
        notes=check_body("notes", draft.notes),
        is_target=draft.is_target,
        why=check_body("why it is a target", draft.why, 2000),
    )


def _fill(row: Company, draft: CompanyDraft) -> None:
    row.name, row.key = draft.name, company_key(draft.name)[:200]
    row.website, row.notes = draft.website, draft.notes
    row.is_target, row.why = draft.is_target, draft.why


def _by_key(access: Access, key: str) -> Company | None:
    rows = Company.objects.filter(**own(access), key=key[:200], deleted_at=None)
    return rows.order_by("pk").first()


def _record_target(access: Access, row: Company) -> None:
    facts = {"what": "company", "reasoned": bool(row.why)}
    record_act(access, "target.chosen", "company", row.public_id, facts)


def _index(access: Access, row: Company) -> None:
    index_entry(
        access.workspace_id,
        kind="company",
        object_id=row.public_id,
        title=row.name,
        body="\n".join((row.why, row.notes)),
        url=_to_view(row).url,
        owner_id=access.user_id,
    )


def _to_view(row: Company, known: int = 0) -> CompanyView:
    return CompanyView(
        row.pk, row.public_id, row.name, row.website, row.notes, row.is_target, row.why, known
    )
