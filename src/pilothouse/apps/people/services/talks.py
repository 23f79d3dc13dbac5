"""What was said: the log of talks, and what one promised to do after them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.people.models import Channel, Contact, Talk
from pilothouse.apps.people.services.book import (
    find_row,
    get_contact_row,
    get_habits,
    own,
    write,
)
from pilothouse.apps.people.services.contacts import refresh_contact
from pilothouse.apps.portfolio.services.texts import check_body, check_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.times import EARLIEST

MAX_SHOWN = 200
# Whoever was met is to hear from one within a day.
FOLLOW_UP_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class TalkDraft:
    """A talk as it is written down. ``on`` None is today."""

    text: str
    channel: str = Channel.MEETING.value
    on: date | None = None
    learned: str = ""
    follow_up: str = ""
    follow_up_on: date | None = None


@dataclass(frozen=True)
class TalkView:
    """A talk with a contact."""

    public_id: str
    on: date
    channel: str
    text: str
    learned: str
    follow_up: str
    follow_up_on: date | None
    followed_up_on: date | None
    event: str = ""

    @property
    def channel_label(self) -> str:
        return Channel(self.channel).label

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done after it."""
        return self.follow_up_on is not None and self.followed_up_on is None


@dataclass(frozen=True)
class FollowUp:
    """Something to do after a talk, with whom."""

    talk_id: str
    contact_id: str
    name: str
    text: str
    due_on: date
    late: int
    url: str


def log_talk(
    access: Access,
    contact_id: str,
    draft: TalkDraft,
    *,
    visit_id: int | None = None,
    now: datetime | None = None,
) -> TalkView:
    """Write a talk down. The contact's cadence starts anew from its day."""
    write(access)
    moment = now or timezone.now()
    today = get_habits(access).today(moment)
    checked = _check(draft, today)
    with transaction.atomic():
        contact = get_contact_row(access, contact_id, is_locked=True)
        row = Talk.objects.create(
            **own(access), contact=contact, on=checked.on or today, channel=checked.channel,
            text=checked.text, learned=checked.learned, follow_up=checked.follow_up,
            follow_up_on=checked.follow_up_on, visit_id=visit_id, written_at=moment,
        )  # fmt: skip
        _wake(contact, row.on)
        refresh_contact(access, contact)
        facts = {
            "channel": row.channel, "relation": contact.relation, "learned": bool(row.learned),
            "follow_up": bool(row.follow_up_on), "days_after": (today - row.on).days,
        }  # fmt: skip
        record_act(access, "talk.logged", "contact", contact.public_id, facts)
    return to_talk(row)


def list_talks(access: Access, contact_id: str) -> list[TalkView]:
    """The talks with somebody, the latest first."""
    rows = Talk.objects.filter(**own(access), contact__public_id=contact_id, deleted_at=None)
    ordered = rows.select_related("visit__event").order_by("-on", "-pk")
    return [to_talk(row) for row in ordered[:MAX_SHOWN]]


def set_talk_deleted(access: Access, talk_id: str, *, is_deleted: bool) -> str:
    """Take a talk out of the log, or back in; the id of its contact."""
    write(access)
    with transaction.atomic():
        row: Talk = find_row(Talk, access, talk_id, "talk")
        row.deleted_at = timezone.now() if is_deleted else None
        row.save(update_fields=["deleted_at"])
        refresh_contact(access, row.contact)
    return str(row.contact.public_id)


def set_followed_up(access: Access, talk_id: str, *, is_done: bool) -> str:
    """Tick off what was to be done after a talk, or open it again; the id of its contact."""
    write(access)
    with transaction.atomic():
        row: Talk = find_row(Talk, access, talk_id, "talk", deleted_at=None)
        if row.follow_up_on is None:
            raise InvalidValueError("nothing is to be done after this talk.")
        today = get_habits(access).today(timezone.now())
        row.followed_up_on = today if is_done else None
        row.save(update_fields=["followed_up_on"])
        if is_done:
            facts = {"days_late": max(0, (today - row.follow_up_on).days),
                     "after_event": row.visit_id is not None}  # fmt: skip
            record_act(access, "follow-up.done", "contact", row.contact.public_id, facts)
    return str(row.contact.public_id)


def list_follow_ups(access: Access, today: date, *, limit: int = 100) -> list[FollowUp]:
    """What is open after talks, what is due first first."""
    rows = Talk.objects.filter(
        **own(access), deleted_at=None, followed_up_on=None, contact__deleted_at=None
    ).exclude(follow_up_on=None)
    ordered = rows.select_related("contact").order_by("follow_up_on", "pk")[:limit]
    return [
        FollowUp(
            talk_id=row.public_id, contact_id=row.contact.public_id, name=row.contact.name,
            text=row.follow_up or "Say that it was good to meet",
            due_on=row.follow_up_on or today, late=(today - (row.follow_up_on or today)).days,
            url=f"/people/contacts/{row.contact.public_id}/",
        )
        for row in ordered
    ]  # fmt: skip


def to_talk(row: Talk) -> TalkView:
    """A row as others see it."""
    return TalkView(
        public_id=row.public_id,
        on=row.on,
        channel=row.channel,
        text=row.text,
        learned=row.learned,
        follow_up=row.follow_up,
        follow_up_on=row.follow_up_on,
        followed_up_on=row.followed_up_on,
        event=row.visit.event.title if row.visit_id and row.visit else "",
    )


def _check(draft: TalkDraft, today: date) -> TalkDraft:
    if draft.channel not in Channel.values:
        raise InvalidValueError(
            f"a way is one of {', '.join(Channel.values)}.", value=draft.channel
        )
    on = draft.on or today
    # Somebody east of the book's zone may write tomorrow's date.
    if not EARLIEST.date() < on <= today + timedelta(days=1):
        raise InvalidValueError("a talk is written down when it was, not before.", value=on)
    follow_up = check_line("what is to be done", draft.follow_up, 500)
    due = draft.follow_up_on
    if due is not None and not on <= due <= on + timedelta(days=3650):
        raise InvalidValueError("what follows a talk is due on its day or later.", value=due)
    if follow_up and due is None:
        due = on + FOLLOW_UP_WITHIN
    return TalkDraft(
        text=check_body("what was said", draft.text, least=1),
        channel=draft.channel,
        on=on,
        learned=check_body("what was learned", draft.learned, 5000),
        follow_up=follow_up,
        follow_up_on=due,
    )


def _wake(contact: Contact, on: date) -> None:
    """A reminder that was put off has served its turn."""
    if contact.snoozed_until is not None and on <= contact.snoozed_until:
        contact.snoozed_until = None
        contact.save(update_fields=["snoozed_until"])
