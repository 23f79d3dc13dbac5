"""Who do I know there: people of the book at a company, by how sure it is the same company.

Other apps call ``list_known_at`` with the name that a posting gives.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.urls import reverse

from pilothouse.apps.people.models import Company, Contact, Relation, Tie
from pilothouse.apps.people.services.book import own
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.people.companies import TIERS, Firm, Tier, match_companies, to_firm

MAX_KNOWN = 200


@dataclass(frozen=True)
class KnownPerson:
    """Somebody who works, as the book has it, at a company that was asked for."""

    public_id: str
    name: str
    role: str
    company: str
    tier: Tier
    tie: int
    last_contact_on: date | None
    url: str
    relation: str = ""

    @property
    def relation_label(self) -> str:
        return Relation(self.relation).label if self.relation else ""

    @property
    def tie_label(self) -> str:
        return Tie(self.tie).label.partition(":")[0] if self.tie else ""


def list_known_at(
    owner: Access, company_name: str, *, with_weak: bool = True
) -> tuple[KnownPerson, ...]:
    """The people of ``owner``'s book at ``company_name``: surest match first, then strongest tie,
    then latest contact; at most 200. Two queries, however large the book is."""
    if not company_name.strip():
        return ()
    tiers = _match(owner, company_name)
    wanted = {pk: tier for pk, tier in tiers.items() if with_weak or tier != "weak"}
    rows = Contact.objects.filter(**own(owner), deleted_at=None, company_id__in=wanted)
    fields = rows.select_related("company").only(
        "public_id",
        "name",
        "role",
        "tie",
        "last_contact_on",
        "company__name",
        "company_id",
        "relation",
    )
    people = [_to_known(row, wanted[row.company_id or 0]) for row in fields[: MAX_KNOWN * 5]]
    return tuple(sorted(people, key=_rank)[:MAX_KNOWN])


def to_known_json(person: KnownPerson) -> dict[str, Any]:
    """Somebody known, for programs."""
    body = asdict(person)
    day = person.last_contact_on
    return {"id": body.pop("public_id"), **body, "last_contact_on": day and day.isoformat()}


def _match(owner: Access, name: str) -> dict[int, Tier]:
    rows = Company.objects.filter(**own(owner), deleted_at=None).values_list("pk", "key")
    found = match_companies(name, ((pk, _firm(key)) for pk, key in rows))
    # A company without anybody is no answer; one of many weak likenesses is noise.
    sure = {pk: tier for pk, tier in found.items() if tier != "weak"}
    weak = {pk: tier for pk, tier in found.items() if tier == "weak"}
    return sure | (weak if len(weak) <= 100 else {})


@lru_cache(maxsize=50_000)
def _firm(key: str) -> Firm:
    """Keys are short and few; cutting them into words for each question would take most of it."""
    return to_firm(key)


def _to_known(row: Contact, tier: Tier) -> KnownPerson:
    return KnownPerson(
        public_id=row.public_id,
        name=row.name,
        role=row.role,
        company=row.company.name if row.company else "",
        tier=tier,
        tie=row.tie,
        last_contact_on=row.last_contact_on,
        url=reverse("people:contact", args=[row.public_id]),
        relation=row.relation,
    )


def _rank(person: KnownPerson) -> tuple[int, int, int, str]:
    last = person.last_contact_on.toordinal() if person.last_contact_on else 0
    return TIERS.index(person.tier), -person.tie, -last, person.name
