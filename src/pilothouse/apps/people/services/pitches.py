"""Pitches: who one is and what one looks for, for an audience, in so many seconds; said aloud."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from pilothouse.apps.people.models import Pitch, PitchVersion
from pilothouse.apps.people.services.book import find_row, get_habits, own, write
from pilothouse.apps.portfolio.services.texts import check_body, check_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.engines.people.pitch import Length, Tries, reckon_length, sum_up
from pilothouse.kernel.errors import ConflictError, InvalidValueError

MAX_PITCHES = 100
MAX_TRIES = 200
MAX_SECONDS = 1800


@dataclass(frozen=True)
class PitchDraft:
    """A pitch as it is written."""

    audience: str
    text: str
    seconds: int = 60


@dataclass(frozen=True)
class VersionView:
    """What a pitch said once."""

    number: int
    text: str
    at: datetime


@dataclass(frozen=True)
class PitchView:
    """A pitch as it stands, with how saying it went."""

    public_id: str
    audience: str
    seconds: int
    text: str
    version: int
    length: Length
    tries: Tries
    last_tries: tuple[dict[str, Any], ...]

    @property
    def url(self) -> str:
        return reverse("people:pitch", args=[self.public_id])

    @property
    def fits(self) -> bool:
        """Whether it can be said in its time by somebody who speaks calmly."""
        return self.length.seconds <= self.seconds


def create_pitch(access: Access, draft: PitchDraft) -> PitchView:
    """Write a pitch."""
    write(access)
    checked = _check(draft)
    with transaction.atomic():
        if Pitch.objects.filter(**own(access), deleted_at=None).count() >= MAX_PITCHES:
            raise ConflictError(f"a book has at most {MAX_PITCHES} pitches.")
        row = Pitch.objects.create(
            **own(access), audience=checked.audience, seconds=checked.seconds
        )
        PitchVersion.objects.create(pitch=row, number=1, text=checked.text, at=timezone.now())
        facts = {"seconds": row.seconds, "words": len(checked.text.split())}
        record_act(access, "pitch.written", "pitch", row.public_id, facts)
    return get_pitch(access, row.public_id)


def change_pitch(access: Access, public_id: str, draft: PitchDraft) -> PitchView:
    """Change a pitch; another text is another version."""
    write(access)
    checked = _check(draft)
    with transaction.atomic():
        row: Pitch = find_row(Pitch, access, public_id, "pitch", deleted_at=None)
        row.audience, row.seconds = checked.audience, checked.seconds
        row.save()
        last = row.versions.order_by("-number").first()
        if last is None or last.text != checked.text:
            number = (row.versions.aggregate(most=Max("number"))["most"] or 0) + 1
            PitchVersion.objects.create(
                pitch=row, number=number, text=checked.text, at=timezone.now()
            )
    return get_pitch(access, public_id)


def get_pitch(access: Access, public_id: str) -> PitchView:
    """One pitch of the person's."""
    return _to_view(find_row(Pitch, access, public_id, "pitch", deleted_at=None))


def list_pitches(access: Access) -> list[PitchView]:
    """The person's pitches by audience."""
    rows = Pitch.objects.filter(**own(access), deleted_at=None).prefetch_related("versions")
    return [_to_view(row) for row in rows.order_by("audience", "pk")]


def list_pitch_versions(access: Access, public_id: str) -> list[VersionView]:
    """What a pitch said, the latest first."""
    row: Pitch = find_row(Pitch, access, public_id, "pitch", deleted_at=None)
    return [VersionView(v.number, v.text, v.at) for v in row.versions.order_by("-number")[:100]]


def add_try(access: Access, public_id: str, seconds: int) -> PitchView:
    """Write down how long it took to say it."""
    write(access)
    if not 1 <= seconds <= MAX_SECONDS:
        raise InvalidValueError(f"a try takes 1 to {MAX_SECONDS:,} seconds.", value=seconds)
    with transaction.atomic():
        row: Pitch = find_row(Pitch, access, public_id, "pitch", deleted_at=None)
        today = get_habits(access).today(timezone.now())
        row.tries = [*row.tries, {"on": today.isoformat(), "seconds": seconds}][-MAX_TRIES:]
        row.save(update_fields=["tries"])
        view = _to_view(row)
        facts = {"seconds": seconds, "limit": row.seconds, "in_time": seconds <= row.seconds * 1.1}
        record_act(access, "pitch.practised", "pitch", public_id, facts)
    return view


def set_pitch_deleted(access: Access, public_id: str, *, is_deleted: bool) -> None:
    """Take a pitch out, or back in."""
    write(access)
    row: Pitch = find_row(Pitch, access, public_id, "pitch")
    row.deleted_at = timezone.now() if is_deleted else None
    row.save(update_fields=["deleted_at"])


def to_pitch_json(view: PitchView) -> dict[str, Any]:
    """A pitch for programs of its owner."""
    return {**asdict(view), "fits": view.fits, "url": view.url}


def _check(draft: PitchDraft) -> PitchDraft:
    if not 10 <= draft.seconds <= 600:
        raise InvalidValueError("a pitch takes 10 to 600 seconds.", value=draft.seconds)
    return PitchDraft(
        check_line("an audience", draft.audience, 100, least=1),
        check_body("a pitch", draft.text, 10_000, least=1),
        draft.seconds,
    )


def _to_view(row: Pitch) -> PitchView:
    last = max(row.versions.all(), key=lambda version: version.number)
    return PitchView(
        public_id=row.public_id, audience=row.audience, seconds=row.seconds, text=last.text,
        version=last.number, length=reckon_length(last.text),
        tries=sum_up([each["seconds"] for each in row.tries], row.seconds),
        last_tries=tuple(reversed(row.tries[-10:])),
    )  # fmt: skip
