"""Contacts: written, changed, taken out, found in the list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.people.formats.records import Person
from pilothouse.apps.people.models import Contact, ContactTag, Relation, TagKind, Tie
from pilothouse.apps.people.services.book import get_contact_row, get_habits, own, write
from pilothouse.apps.people.services.companies import find_or_create_company
from pilothouse.apps.people.services.rhythms import reckon
from pilothouse.apps.people.services.views import ContactView, to_view
from pilothouse.apps.portfolio.services.texts import check_address, check_body, check_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.captures import set_capture_done
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.search import Entry, index_entries, remove_entry
from pilothouse.engines.people.names import fold
from pilothouse.kernel.errors import ConflictError, InvalidValueError
from pilothouse.kernel.times import EARLIEST, LATEST

MAX_CONTACTS = 100_000
MAX_VALUES = 30
MAX_TAGS = 40
MAX_CADENCE_DAYS = 3650
# So many characters of what was said are found by search.
_TALKS_FOUND = 20_000


@dataclass(frozen=True)
class ContactDraft:
    """A contact as it is written. ``cadence_days`` None leaves it to the groups."""

    name: str
    given: str = ""
    family: str = ""
    role: str = ""
    company: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    relation: str = ""
    how_met: str = ""
    met_on: date | None = None
    interests: str = ""
    notes: str = ""
    tie: int = 0
    power: int | None = None
    interest: int | None = None
    wants: str = ""
    is_target: bool = False
    why: str = ""
    cadence_days: int | None = None
    is_resting: bool = False
    details: tuple[tuple[str, str], ...] = field(default=())


def create_contact(
    access: Access, draft: ContactDraft, *, now: datetime | None = None, capture_id: str = ""
) -> ContactView:
    """Write somebody into the book, from a captured thought where one is named."""
    write(access)
    checked = check_contact(draft)
    today = get_habits(access).today(now or timezone.now())
    with transaction.atomic():
        if Contact.objects.filter(**own(access), deleted_at=None).count() >= MAX_CONTACTS:
            raise ConflictError(f"a book has at most {MAX_CONTACTS:,} contacts.")
        row = Contact(**own(access), added_on=today, source="typed")
        _fill(access, row, checked)
        row.save()
        _set_tags(row, checked)
        refresh_contact(access, row)
        record_act(access, "contact.added", "contact", row.public_id, _facts(checked))
        if capture_id:
            set_capture_done(access, capture_id, is_done=True)
    return get_contact(access, row.public_id)


def change_contact(access: Access, public_id: str, draft: ContactDraft) -> ContactView:
    """Change what the book says of somebody."""
    write(access)
    checked = check_contact(draft)
    with transaction.atomic():
        row = get_contact_row(access, public_id, is_locked=True)
        was_target, was_mapped = row.is_target, row.power is not None and row.interest is not None
        _fill(access, row, checked)
        row.save()
        _set_tags(row, checked)
        refresh_contact(access, row)
        if row.is_target and not was_target:
            facts = {"what": "contact", "reasoned": bool(row.why)}
            record_act(access, "target.chosen", "contact", public_id, facts)
        if checked.power and checked.interest and not was_mapped:
            record_act(access, "stakeholder.mapped", "contact", public_id, _facts(checked))
    return get_contact(access, public_id)


def get_contact(access: Access, public_id: str, *, with_deleted: bool = False) -> ContactView:
    """One contact of the person's."""
    row = get_contact_row(access, public_id, with_deleted=with_deleted)
    return to_view(row, get_habits(access).today(timezone.now()))


def set_contact_deleted(access: Access, public_id: str, *, is_deleted: bool) -> ContactView:
    """Take somebody out of the book, or back in."""
    write(access)
    with transaction.atomic():
        row = get_contact_row(access, public_id, with_deleted=True, is_locked=True)
        if row.merged_into_id and not is_deleted:
            raise ConflictError(
                "this contact was merged into another.", remedy="Undo the merging instead."
            )
        row.deleted_at = timezone.now() if is_deleted else None
        row.save(update_fields=["deleted_at"])
        if is_deleted:
            remove_entry(access.workspace_id, "contact", public_id)
        else:
            index_contacts(access, [row])
    return get_contact(access, public_id, with_deleted=True)


def erase_contact(access: Access, public_id: str) -> None:
    """Delete somebody for good, with the log: what a person may ask of whoever keeps their data."""
    write(access)
    with transaction.atomic():
        row = get_contact_row(access, public_id, with_deleted=True, is_locked=True)
        remove_entry(access.workspace_id, "contact", public_id)
        row.delete()


def set_snoozed(access: Access, public_id: str, until: date | None) -> ContactView:
    """Put a reminder off until a day; None brings it back. The last contact stays what it was."""
    write(access)
    today = get_habits(access).today(timezone.now())
    if until is not None and not today < until <= date(today.year + 2, 12, 31):
        raise InvalidValueError("a reminder is put off to a day that comes.", value=until)
    with transaction.atomic():
        row = get_contact_row(access, public_id, is_locked=True)
        row.snoozed_until = until
        row.save(update_fields=["snoozed_until"])
    return get_contact(access, public_id)


def to_draft(view: ContactView) -> ContactDraft:
    """A contact as it is, to be changed in part."""
    same = (
        "name", "given", "family", "emails", "phones", "links", "topics", "groups", "how_met",
        "met_on", "interests", "notes", "power", "interest", "wants", "why", "cadence_days",
        "is_resting",
    )  # fmt: skip
    line = view.line
    return ContactDraft(
        **{name: getattr(view, name) for name in same}, role=line.role, company=line.company,
        relation=line.relation, tie=line.tie, is_target=line.is_target, details=view.details,
    )  # fmt: skip


def check_contact(draft: ContactDraft) -> ContactDraft:
    """The draft cleaned; ``InvalidValueError`` names what cannot be kept."""
    if draft.relation and draft.relation not in Relation.values:
        raise InvalidValueError(
            f"how you know somebody is one of {', '.join(Relation.values)}.", value=draft.relation
        )
    if draft.tie not in Tie.values:
        raise InvalidValueError("a tie is 0 to 3.", value=draft.tie)
    days = draft.cadence_days
    if days is not None and not 1 <= days <= MAX_CADENCE_DAYS:
        raise InvalidValueError(f"a cadence has 1 to {MAX_CADENCE_DAYS:,} days.", value=days)
    return ContactDraft(
        name=check_line("a name", draft.name or f"{draft.given} {draft.family}", 200, least=1),
        given=check_line("a given name", draft.given, 100),
        family=check_line("a family name", draft.family, 100),
        role=check_line("a role", draft.role, 200),
        company=check_line("a company", draft.company, 200),
        emails=_values("an e-mail address", draft.emails, 254, _check_email),
        phones=_values("a telephone number", draft.phones, 60, str),
        links=_values("an address", draft.links, 500, _check_link),
        topics=_check_words("a topic", draft.topics),
        groups=_check_words("a group", draft.groups),
        relation=draft.relation,
        how_met=check_line("how you met", draft.how_met, 500),
        met_on=_check_day(draft.met_on),
        interests=check_body("interests", draft.interests, 5000),
        notes=check_body("notes", draft.notes),
        tie=draft.tie,
        power=_check_step("power", draft.power),
        interest=_check_step("interest", draft.interest),
        wants=check_body("what they want", draft.wants, 5000),
        is_target=draft.is_target,
        why=check_body("why", draft.why, 2000),
        cadence_days=days,
        is_resting=draft.is_resting,
        details=draft.details,
    )


def words_of(row: Contact, tags: Iterable[str]) -> str:
    """All that the list looks through, folded."""
    company = row.company.name if row.company else ""
    return fold_words(row, company, tags, (row.how_met, row.interests))


def fold_words(
    who: Contact | Person, company: str, tags: Iterable[str], more: Sequence[str]
) -> str:
    """The same, for somebody of a file too."""
    texts = (who.name, who.role, company, *tags, *who.emails, *more, who.notes[:2000])
    return fold(" ".join(texts))


def sort_key_of(name: str, given: str, family: str) -> str:
    """Where somebody stands in the list: by the family name where it is known."""
    return fold(f"{family} {given}" if family else name)[:200]


def index_contacts(access: Access, rows: Sequence[Contact]) -> None:
    """Make contacts findable, by their owner alone; tags and talks should be prefetched."""
    entries = []
    for row in rows:
        company = row.company.name if row.company else ""
        tags = [tag.word for tag in row.tags.all()]
        more = (row.interests, row.how_met, _said(row))
        entries.append(entry_of(access, row.public_id, row, tags, company=company, more=more))
    index_entries(access.workspace_id, entries)


def entry_of(
    access: Access, public_id: str, who: Contact | Person, words: Iterable[str], *,
    company: str, more: Sequence[str] = (),
) -> Entry:  # fmt: skip
    """What search finds of a contact, or of somebody of a file who becomes one."""
    texts = (f"{who.role} {company}", ", ".join(words), " ".join(who.emails), who.wants, who.notes)
    return Entry(
        kind="contact",
        object_id=public_id,
        title=who.name,
        body="\n".join(text for text in (*texts, *more) if text.strip()),
        url=f"/people/contacts/{public_id}/",
        owner_id=access.user_id,
    )


def _said(row: Contact) -> str:
    talks = [talk for talk in row.talks.all() if talk.deleted_at is None]
    return "\n".join(f"{talk.text} {talk.learned}" for talk in talks)[:_TALKS_FOUND]


def _fill(access: Access, row: Contact, draft: ContactDraft) -> None:
    company = find_or_create_company(access, draft.company) if draft.company else None
    row.company_id = company.id if company else None
    for name in ("name", "given", "family", "role", "relation", "how_met", "met_on", "interests",
                 "notes", "tie", "power", "interest", "wants", "is_target", "why", "cadence_days",
                 "is_resting"):  # fmt: skip
        setattr(row, name, getattr(draft, name))
    row.emails, row.phones, row.links = list(draft.emails), list(draft.phones), list(draft.links)
    row.details = [list(pair) for pair in draft.details] or row.details
    row.sort_key = sort_key_of(draft.name, draft.given, draft.family)


def _set_tags(row: Contact, draft: ContactDraft) -> None:
    wanted = {
        (kind, fold(word)[:60]): word
        for kind, words in ((TagKind.TOPIC, draft.topics), (TagKind.GROUP, draft.groups))
        for word in words
    }
    row.tags.all().delete()
    ContactTag.objects.bulk_create(
        ContactTag(contact=row, kind=kind, key=key, word=word)
        for (kind, key), word in wanted.items()
    )


def refresh_contact(access: Access, row: Contact) -> None:
    """What follows from a change: the day due, the words of the list, the search."""
    fresh = (
        Contact.objects.select_related("company").prefetch_related("tags", "talks").get(pk=row.pk)
    )
    reckon(access, [fresh])
    fresh.words = words_of(fresh, (tag.word for tag in fresh.tags.all()))
    fresh.save(update_fields=["words"])
    index_contacts(access, [fresh])


def _facts(draft: ContactDraft) -> dict[str, object]:
    """What the ledger may say: nothing by which the person could be known."""
    return {
        "relation": draft.relation,
        "mapped": bool(draft.power and draft.interest),
        "wants": bool(draft.wants),
        "target": draft.is_target,
    }


def _values(what, values, most, check) -> tuple[str, ...]:  # type: ignore[no-untyped-def]
    lines = [check_line(what, value, most) for value in values]
    kept = tuple(dict.fromkeys(check(line) for line in lines if line))
    if len(kept) > MAX_VALUES:
        raise InvalidValueError(f"a contact has at most {MAX_VALUES} of each.", value=len(kept))
    return kept


def _check_email(text: str) -> str:
    name, at, host = text.rpartition("@")
    if not at or not name or "." not in host.strip(".") or any(c.isspace() for c in text):
        raise InvalidValueError("an e-mail address has the form name@example.org.", value=text)
    return text


def _check_link(text: str) -> str:
    is_bare = re.match(r"[^\s/:@]+\.[^\s/:@]+([/?#]|$)", text) is not None
    return check_address("an address", f"https://{text}" if is_bare else text, 500)


def _check_words(what: str, words: Iterable[str]) -> tuple[str, ...]:
    kept = {fold(word): check_line(what, word, 60) for word in words if fold(word)}
    if len(kept) > MAX_TAGS:
        raise InvalidValueError(f"a contact has at most {MAX_TAGS} topics and as many groups.")
    return tuple(kept.values())


def _check_step(what: str, step: int | None) -> int | None:
    if step is not None and not 1 <= step <= 5:
        raise InvalidValueError(f"{what} is 1 (least) to 5 (most).", value=step)
    return step


def _check_day(day: date | None) -> date | None:
    if day is not None and not EARLIEST.date() < day < LATEST.date():
        raise InvalidValueError(f"a day lies between {EARLIEST.year} and {LATEST.year}.", value=day)
    return day
