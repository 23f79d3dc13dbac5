"""What people did for each other: introductions, referrals, advice; and thank-yous."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.people.models import (
    Company,
    Contact,
    Direction,
    Favour,
    FavourKind,
    FavourState,
    Outreach,
)
from pilothouse.apps.people.services.book import (
    find_row,
    get_company_row,
    get_contact_row,
    get_habits,
    own,
    write,
)
from pilothouse.apps.people.services.companies import find_or_create_company
from pilothouse.apps.people.services.listing import find_by_name
from pilothouse.apps.portfolio.services.texts import check_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.kernel.errors import ConflictError, InvalidValueError
from pilothouse.kernel.times import EARLIEST, LATEST

MAX_SHOWN = 200


@dataclass(frozen=True)
class FavourDraft:
    """A favour as it is written down. ``about_id`` is whom it leads to, ``company_id`` where;
    ``about`` and ``at`` say the same by name."""

    text: str
    direction: str = Direction.GIVEN.value
    kind: str = FavourKind.ADVICE.value
    state: str = FavourState.DONE.value
    on: date | None = None
    about_id: str = ""
    company_id: str = ""
    about: str = ""
    at: str = ""


@dataclass(frozen=True)
class FavourView:
    """A favour between the book's owner and a contact."""

    public_id: str
    contact_id: str
    contact: str
    direction: str
    kind: str
    text: str
    state: str
    on: date
    ended_on: date | None
    thanked_on: date | None
    about: str
    about_id: str
    company: str
    company_id: str

    @property
    def kind_label(self) -> str:
        return FavourKind(self.kind).label

    @property
    def is_given(self) -> bool:
        return self.direction == Direction.GIVEN

    @property
    def is_unthanked(self) -> bool:
        return not self.is_given and self.state == FavourState.DONE and self.thanked_on is None

    @property
    def url(self) -> str:
        return f"/people/contacts/{self.contact_id}/"


def write_favour(access: Access, contact_id: str, draft: FavourDraft) -> FavourView:
    """Write down what was asked or done."""
    write(access)
    for value, choices in (
        (draft.direction, Direction), (draft.kind, FavourKind), (draft.state, FavourState),
    ):  # fmt: skip
        if value not in choices.values:
            raise InvalidValueError(f"choose one of {', '.join(choices.values)}.", value=value)
    text = check_line("what it was", draft.text, 1000, least=1)
    today = get_habits(access).today(timezone.now())
    on = draft.on or today
    if not EARLIEST.date() < on < LATEST.date():
        raise InvalidValueError(f"a day lies between {EARLIEST.year} and {LATEST.year}.", value=on)
    with transaction.atomic():
        contact = get_contact_row(access, contact_id)
        about = _about(access, draft)
        company = _company(access, draft)
        row = Favour.objects.create(
            **own(access), contact=contact, direction=draft.direction, kind=draft.kind, text=text,
            state=draft.state, on=on, about=about, company=company,
            ended_on=None if draft.state == FavourState.ASKED else on,
        )  # fmt: skip
        _record(access, row)
    return _to_view(row)


def get_favour(access: Access, favour_id: str) -> FavourView:
    """One favour of the person's."""
    return _to_view(find_row(Favour, access, favour_id, "favour", deleted_at=None))


def set_favour_state(access: Access, favour_id: str, state: str) -> FavourView:
    """Say what became of what was asked: done, declined, or open again."""
    write(access)
    if state not in FavourState.values:
        raise InvalidValueError(f"a state is {', '.join(FavourState.values)}.", value=state)
    with transaction.atomic():
        row: Favour = find_row(Favour, access, favour_id, "favour", deleted_at=None)
        if row.state == state:
            raise ConflictError("it stands so already.", value=state)
        row.state = state
        today = get_habits(access).today(timezone.now())
        row.ended_on = None if state == FavourState.ASKED else today
        row.thanked_on = row.thanked_on if state == FavourState.DONE else None
        row.save()
        _record(access, row)
    return _to_view(row)


def set_thanked(access: Access, favour_id: str, *, is_thanked: bool) -> FavourView:
    """Say that one thanked for it, or not yet."""
    write(access)
    with transaction.atomic():
        row: Favour = find_row(Favour, access, favour_id, "favour", deleted_at=None)
        if row.direction != Direction.RECEIVED or row.state != FavourState.DONE:
            raise ConflictError("there is nothing to thank for.", value=row.text)
        today = get_habits(access).today(timezone.now())
        row.thanked_on, row.outreach = today if is_thanked else None, None
        row.save(update_fields=["thanked_on", "outreach"])
        if is_thanked:
            _record_thanks(access, row, today)
    return _to_view(row)


def thank_by_message(access: Access, message: Outreach, on: date) -> int:
    """A thank-you that was sent thanks for whatever its receiver did up to then; how many."""
    owed = Favour.objects.filter(
        **own(access), contact=message.contact, deleted_at=None, direction=Direction.RECEIVED,
        state=FavourState.DONE, thanked_on=None, on__lte=on,
    )  # fmt: skip
    rows = list(owed.select_related("contact"))
    for row in rows:
        row.thanked_on, row.outreach = on, message
        row.save(update_fields=["thanked_on", "outreach"])
        _record_thanks(access, row, on)
    return len(rows)


def take_thanks_back(access: Access, message: Outreach) -> None:
    """Without the message nothing was thanked for by it."""
    thanked = Favour.objects.filter(**own(access), outreach=message)
    thanked.update(thanked_on=None, outreach=None)


def set_favour_deleted(access: Access, favour_id: str, *, is_deleted: bool) -> FavourView:
    """Take a favour out of the log, or back in."""
    write(access)
    row: Favour = find_row(Favour, access, favour_id, "favour")
    row.deleted_at = timezone.now() if is_deleted else None
    row.save(update_fields=["deleted_at"])
    return _to_view(row)


def list_favours(
    access: Access, *, contact_id: str = "", state: str = "", only_unthanked: bool = False,
    limit: int | None = MAX_SHOWN,
) -> list[FavourView]:  # fmt: skip
    """Favours, the latest first; of somebody, in a state, or those nobody was thanked for. All of
    them where ``limit`` is None."""
    rows = Favour.objects.filter(**own(access), deleted_at=None, contact__deleted_at=None)
    if contact_id:
        rows = rows.filter(contact__public_id=contact_id)
    if state:
        rows = rows.filter(state=state)
    if only_unthanked:
        rows = rows.filter(
            direction=Direction.RECEIVED, state=FavourState.DONE, thanked_on=None
        ).order_by("on", "pk")
    else:
        rows = rows.order_by("-on", "-pk")
    related = rows.select_related("contact", "about", "company")
    return [_to_view(row) for row in related[:limit]]


def _about(access: Access, draft: FavourDraft) -> Contact | None:
    if draft.about_id:
        return get_contact_row(access, draft.about_id)
    if not draft.about.strip():
        return None
    known = find_by_name(access, draft.about)
    if known is None:
        raise InvalidValueError(
            "whom it leads to is one contact of your book, by name.", value=draft.about,
            remedy="Write that contact into the book first, or give the name as it stands there.",
        )  # fmt: skip
    return get_contact_row(access, known.public_id)


def _company(access: Access, draft: FavourDraft) -> Company | None:
    if draft.company_id:
        return get_company_row(access, draft.company_id)
    if not draft.at.strip():
        return None
    return get_company_row(access, find_or_create_company(access, draft.at).public_id)


def _record_thanks(access: Access, row: Favour, on: date) -> None:
    days = (on - (row.ended_on or row.on)).days
    facts = {"what": row.kind, "days_after": max(0, days)}
    record_act(access, "thanks.said", "contact", row.contact.public_id, facts)


def _record(access: Access, row: Favour) -> None:
    """Acts without names: who it was the ledger does not say."""
    facts = {"what": row.kind, "about_somebody": row.about_id is not None}
    about = row.contact.public_id
    if row.state == FavourState.ASKED and row.direction == Direction.RECEIVED:
        record_act(access, "favour.asked", "contact", about, facts)
    if row.state != FavourState.DONE:
        return
    if row.direction == Direction.GIVEN:
        record_act(access, "value.offered", "contact", about, {**facts, "evidence": 0})
        if row.kind == FavourKind.INTRODUCTION:
            record_act(access, "introduction.made", "contact", about, facts)
    else:
        record_act(access, "favour.received", "contact", about, facts)


def _to_view(row: Favour) -> FavourView:
    return FavourView(
        public_id=row.public_id,
        contact_id=row.contact.public_id,
        contact=row.contact.name,
        direction=row.direction,
        kind=row.kind,
        text=row.text,
        state=row.state,
        on=row.on,
        ended_on=row.ended_on,
        thanked_on=row.thanked_on,
        about=row.about.name if row.about else "",
        about_id=row.about.public_id if row.about else "",
        company=row.company.name if row.company else "",
        company_id=row.company.public_id if row.company else "",
    )
