"""Messages to one person each: begun from what one did, checked, sent by the person, answered.

Nothing is sent from here. A message that others have had, but for the name, cannot be called sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from pilothouse.apps.people.models import Channel, Outreach, OutreachState, Purpose
from pilothouse.apps.people.services.book import (
    find_row,
    get_habits,
    own,
    write,
)
from pilothouse.apps.people.services.contacts import get_contact, refresh_contact
from pilothouse.apps.people.services.evidence import find_offers, to_support
from pilothouse.apps.people.services.favours import take_thanks_back, thank_by_message
from pilothouse.apps.people.services.talks import TalkView, list_talks
from pilothouse.apps.people.services.views import ContactView
from pilothouse.apps.portfolio.services.texts import check_body, check_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.engines.people.outreach import Check, Letter, check_letter, find_gap, is_mass_mail
from pilothouse.kernel.errors import ConflictError, InvalidValueError

# Messages that a new one is held against.
LOOK_BACK = 200
WAIT_DAYS = 7
MAX_SHOWN = 200


@dataclass(frozen=True)
class OutreachDraft:
    """A message as it is written. ``evidence`` are keys of one's own work."""

    purpose: str = Purpose.OFFER.value
    subject: str = ""
    text: str = ""
    evidence: tuple[str, ...] = ()
    channel: str = Channel.MAIL.value


@dataclass(frozen=True)
class OutreachView:
    """A message to a contact."""

    public_id: str
    contact_id: str
    contact: str
    purpose: str
    subject: str
    text: str
    evidence: tuple[Mapping[str, Any], ...]
    channel: str
    state: str
    sent_on: date | None
    answered_on: date | None

    @property
    def purpose_label(self) -> str:
        return Purpose(self.purpose).label

    @property
    def url(self) -> str:
        return reverse("people:message", args=[self.public_id])

    @property
    def contact_url(self) -> str:
        return reverse("people:contact", args=[self.contact_id])


def begin_outreach(access: Access, contact_id: str, draft: OutreachDraft) -> OutreachView:
    """Begin a message; without a text it begins with what is known and what is offered."""
    write(access)
    checked = _check(access, draft)
    contact = get_contact(access, contact_id)
    text = checked.text or _first_words(access, contact, checked, list_talks(access, contact_id))
    row = Outreach.objects.create(
        **own(access), contact_id=contact.line.id, purpose=checked.purpose,
        subject=checked.subject, text=text, channel=checked.channel,
        evidence=find_offers(access, checked.evidence),
    )  # fmt: skip
    return _to_view(row)


def save_outreach(access: Access, public_id: str, draft: OutreachDraft) -> OutreachView:
    """Change a message that is not sent yet."""
    write(access)
    checked = _check(access, draft)
    with transaction.atomic():
        row = _draft_row(access, public_id)
        row.purpose, row.channel = checked.purpose, checked.channel
        row.subject, row.text = checked.subject, checked.text
        row.evidence = find_offers(access, checked.evidence)
        row.save()
    return _to_view(row)


def get_outreach(access: Access, public_id: str) -> OutreachView:
    """One message of the person's."""
    return _to_view(find_row(Outreach, access, public_id, "message", deleted_at=None))


def check_outreach(access: Access, view: OutreachView) -> tuple[Check, ...]:
    """What can be said of a message before it is sent."""
    return check_letter(_to_letter(access, view))


def list_outreach(
    access: Access, *, contact_id: str = "", state: str = "", limit: int | None = MAX_SHOWN
) -> list[OutreachView]:
    """Messages, the latest first; all of them where ``limit`` is None."""
    rows = Outreach.objects.filter(**own(access), deleted_at=None, contact__deleted_at=None)
    if contact_id:
        rows = rows.filter(contact__public_id=contact_id)
    if state:
        rows = rows.filter(state=state)
    return [_to_view(row) for row in rows.select_related("contact").order_by("-pk")[:limit]]


def list_waiting(access: Access, today: date) -> list[OutreachView]:
    """Messages without an answer for more than a week."""
    rows = Outreach.objects.filter(
        **own(access), state=OutreachState.SENT, deleted_at=None, contact__deleted_at=None,
        sent_on__lt=today - timedelta(days=WAIT_DAYS),
    ).exclude(purpose=Purpose.THANKS)  # fmt: skip
    return [_to_view(row) for row in rows.select_related("contact").order_by("sent_on", "pk")[:50]]


def mark_sent(access: Access, public_id: str, *, on: date | None = None) -> OutreachView:
    """Say that one sent it. It counts as contact, and as value offered where work is in it."""
    write(access)
    today = get_habits(access).today(timezone.now())
    day = on or today
    if day > today + timedelta(days=1) or day < today - timedelta(days=365):
        raise InvalidValueError("a message was sent within the last year.", value=day)
    with transaction.atomic():
        row = _draft_row(access, public_id)
        view = _to_view(row)
        if not view.text.strip():
            raise ConflictError("an empty message is not sent.")
        if gap := find_gap(view.text):
            raise ConflictError(
                "a gap of this message is not filled in.", value=gap,
                remedy="Save the message as you sent it, then say so.",
            )  # fmt: skip
        letter = _to_letter(access, view)
        if is_mass_mail(letter):
            raise ConflictError(
                "this message went to somebody else already, but for the name.",
                remedy="Write what is true for this person alone.",
            )
        row.state, row.sent_on = OutreachState.SENT, day
        row.save()
        refresh_contact(access, row.contact)
        _record_sent(access, row, check_letter(letter))
        if row.purpose == Purpose.THANKS:
            thank_by_message(access, row, day)
    return _to_view(row)


def mark_answered(access: Access, public_id: str, *, is_answered: bool) -> OutreachView:
    """Say that an answer came, or did not after all."""
    write(access)
    with transaction.atomic():
        row: Outreach = find_row(Outreach, access, public_id, "message", deleted_at=None)
        if row.sent_on is None:
            raise ConflictError("only what was sent is answered.")
        today = get_habits(access).today(timezone.now())
        row.answered_on = today if is_answered else None
        row.state = OutreachState.ANSWERED if is_answered else OutreachState.SENT
        row.save()
        if is_answered:
            facts = {"purpose": row.purpose, "days": (today - row.sent_on).days}
            record_act(access, "outreach.answered", "contact", row.contact.public_id, facts)
    return _to_view(row)


def set_outreach_deleted(access: Access, public_id: str, *, is_deleted: bool) -> OutreachView:
    """Throw a message away, or bring it back."""
    write(access)
    with transaction.atomic():
        row: Outreach = find_row(Outreach, access, public_id, "message")
        row.deleted_at = timezone.now() if is_deleted else None
        row.save(update_fields=["deleted_at"])
        refresh_contact(access, row.contact)
        if is_deleted:
            take_thanks_back(access, row)
        elif row.purpose == Purpose.THANKS and row.sent_on:
            thank_by_message(access, row, row.sent_on)
    return _to_view(row)


def mail_address(view: OutreachView, contact: ContactView) -> str:
    """The message for the person's own mail program; empty without an address."""
    if not contact.emails:
        return ""
    words = f"subject={quote(view.subject)}&body={quote(view.text)}"
    return f"mailto:{quote(contact.emails[0], safe='@')}?{words}"


def to_outreach_json(view: OutreachView, checks: Sequence[Check] = ()) -> dict[str, Any]:
    """A message for programs of its owner."""
    return {
        "id": view.public_id, "contact": view.contact_id, "purpose": view.purpose,
        "subject": view.subject, "text": view.text, "channel": view.channel, "state": view.state,
        "evidence": [dict(each) for each in view.evidence],
        "sent_on": view.sent_on and view.sent_on.isoformat(),
        "answered_on": view.answered_on and view.answered_on.isoformat(),
        "checks": [{"key": c.key, "outcome": c.outcome, "sentence": c.sentence} for c in checks],
    }  # fmt: skip


def _check(access: Access, draft: OutreachDraft) -> OutreachDraft:
    del access
    if draft.purpose not in Purpose.values:
        raise InvalidValueError(f"a purpose is {', '.join(Purpose.values)}.", value=draft.purpose)
    if draft.channel not in Channel.values:
        raise InvalidValueError(f"a way is {', '.join(Channel.values)}.", value=draft.channel)
    return OutreachDraft(
        draft.purpose,
        check_line("a subject", draft.subject, 200),
        check_body("a message", draft.text, 10_000),
        draft.evidence,
        draft.channel,
    )


def _draft_row(access: Access, public_id: str) -> Outreach:
    row: Outreach = find_row(Outreach, access, public_id, "message", deleted_at=None)
    if row.state != OutreachState.DRAFT:
        raise ConflictError("this message was sent; what was said stays.", value=row.state)
    return row


def _to_letter(access: Access, view: OutreachView) -> Letter:
    contact = get_contact(access, view.contact_id)
    talks = list_talks(access, view.contact_id)[:3]
    about = (
        *contact.topics, contact.line.role, contact.line.company, contact.how_met,
        *contact.interests.replace("\n", ",").split(","), *contact.groups,
        *(talk.text for talk in talks), *(talk.learned for talk in talks),
    )  # fmt: skip
    others = (
        Outreach.objects.filter(**own(access), deleted_at=None)
        .exclude(sent_on=None).exclude(contact__public_id=view.contact_id)
        .order_by("-sent_on", "-pk").values_list("text", flat=True)[:LOOK_BACK]
    )  # fmt: skip
    offers = [word for each in view.evidence for word in (each["title"], each["url"]) if word]
    return Letter(
        text=view.text, name=contact.name, given=contact.first_name,
        about=tuple(text.strip() for text in about if text.strip()), offers=tuple(offers),
        evidence=to_support(access, view.evidence), others=tuple(others), purpose=view.purpose,
    )  # fmt: skip


def _first_words(
    access: Access, contact: ContactView, draft: OutreachDraft, talks: Sequence[TalkView]
) -> str:
    """A beginning of facts only: what is known, what is offered, gaps for one's own words."""
    offers = find_offers(access, draft.evidence)
    link = (
        " ".join(part for part in (offers[0]["title"], offers[0]["url"]) if part) if offers else ""
    )
    link = f"“{link}”" if link.endswith(("?", "!", ".")) else link
    about = contact.topics[0] if contact.topics else contact.line.company
    lines = [f"Hello {contact.first_name},", ""]
    if talks:
        lines.append(f"When we spoke on {talks[0].on:%d %B}, you said [what you remember of it].")
    elif contact.how_met:
        lines.append(f"We met: {contact.how_met}. [What stayed with you?]")
    else:
        lines.append(f"I read [what of theirs you read] about {about or '[their subject]'}.")
    middle = {
        Purpose.OFFER: f"I have done something that may be of use to you: {link or '[your work]'}. "
        "[What they can take from it, in one sentence.]",
        Purpose.ADVICE: f"I am working on {link or '[your question]'}. [One question that they can "
        "answer in five minutes?]",
        Purpose.INTRODUCTION: f"[Whom would you like to meet, and why?] So that it is no work for "
        f"you, here is what I did: {link or '[your work]'}.",
        Purpose.REFERRAL: f"[Which role?] What I would bring: {link or '[your work]'}. [Would you "
        "pass it on, if you think it fits?]",
        Purpose.THANKS: "Thank you for [what they did]. [What came of it, in one sentence.]",
        Purpose.RECONNECT: f"[Why now?] Since then I have done this: {link or '[your work]'}.",
    }
    return "\n".join([*lines, middle[Purpose(draft.purpose)], "", access.user_name])


def _record_sent(access: Access, row: Outreach, checks: Sequence[Check]) -> None:
    """Acts without names or words: what kind of message, and which checks it held."""
    held = [check.key for check in checks if check.outcome == "holds"]
    facts = {
        "purpose": row.purpose, "channel": row.channel, "evidence": len(row.evidence),
        "held": held, "personal": {"name", "about", "copy"} <= set(held),
    }  # fmt: skip
    about = row.contact.public_id
    record_act(access, "outreach.sent", "contact", about, facts)
    if row.evidence and row.purpose != Purpose.THANKS:
        record_act(access, "value.offered", "contact", about, {**facts, "what": "own work"})


def _to_view(row: Outreach) -> OutreachView:
    return OutreachView(
        public_id=row.public_id, contact_id=row.contact.public_id, contact=row.contact.name,
        purpose=row.purpose, subject=row.subject, text=row.text, evidence=tuple(row.evidence),
        channel=row.channel, state=row.state, sent_on=row.sent_on, answered_on=row.answered_on,
    )  # fmt: skip
