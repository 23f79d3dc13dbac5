"""Fit: a private reflection on challenges and rewards. Never a score, never evidence.

Nothing here writes to the ledger, to search or to exports. Only its person can read it; a backup
of the machine holds it like everything else, which the page says.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from pilothouse.apps.skills.guide_models import FitSettings, Reflection
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.ids import clean_text
from pilothouse.kernel.times import parse_zone

STEPS = (1, 2, 3, 4, 5)
MAX_TEXT = 5000
MAX_SHOWN = 60


@dataclass(frozen=True)
class FitItem:
    """One thing to answer from 1 (``low``) to 5 (``high``)."""

    key: str
    about: str
    ask: str
    low: str
    high: str


@dataclass(frozen=True)
class FitView:
    """What a person chose for fit; off until chosen otherwise."""

    is_on: bool = False
    zone: str = "UTC"
    first_hour: int = 8
    last_hour: int = 18
    with_weekends: bool = False


@dataclass(frozen=True)
class ReflectionView:
    """One reflection."""

    public_id: str
    at: datetime
    answers: Mapping[str, int]
    gave: str
    took: str

    @property
    def row(self) -> list[int | None]:
        """The answers in the order of the items; None where nothing was answered."""
        return [self.answers.get(item.key) for item in list_fit_items()]


@cache
def list_fit_items() -> tuple[FitItem, ...]:
    """The items of the reflection in their order."""
    text = files("pilothouse.content.guide").joinpath("fit.toml").read_text("utf-8")
    return tuple(FitItem(**each) for each in tomllib.loads(text)["items"])


def get_fit(access: Access) -> FitView:
    """What this person chose."""
    row = _settings(access).first()
    if row is None:
        return FitView()
    return FitView(row.is_on, row.zone, row.first_hour, row.last_hour, row.with_weekends)


def save_fit(access: Access, chosen: FitView) -> FitView:
    """Switch fit on or off, or change the hours."""
    parse_zone(chosen.zone)
    if not 0 <= chosen.first_hour < chosen.last_hour <= 24:
        raise InvalidValueError(
            "the hours of a day go from 0 to 24, and the first lies before the last.",
            value=f"{chosen.first_hour} to {chosen.last_hour}",
        )
    FitSettings.objects.update_or_create(
        workspace_id=access.workspace_id, user_id=access.user_id, defaults=chosen.__dict__
    )
    return chosen


def add_reflection(
    access: Access, answers: Mapping[str, int], *, gave: str = "", took: str = ""
) -> ReflectionView:
    """Keep a reflection; it needs one answer or one word."""
    if not get_fit(access).is_on:
        raise ConflictError("fit is switched off.", remedy="Switch it on first.")
    row = Reflection(
        workspace_id=access.workspace_id,
        user_id=access.user_id,
        answers=_check_answers(answers),
        gave=_check_words(gave),
        took=_check_words(took),
        at=timezone.now(),
    )
    if not (row.answers or row.gave or row.took):
        raise InvalidValueError("a reflection has one answer or one word at least.")
    row.save(force_insert=True)
    return _to_view(row)


def list_reflections(access: Access) -> list[ReflectionView]:
    """This person's reflections, the latest first."""
    rows = _reflections(access).filter(deleted_at=None).order_by("-at", "-pk")
    return [_to_view(row) for row in rows[:MAX_SHOWN]]


def set_reflection_deleted(access: Access, public_id: str, *, is_deleted: bool) -> None:
    """Delete a reflection, or bring it back."""
    moment = timezone.now() if is_deleted else None
    if not _reflections(access).filter(public_id=public_id).update(deleted_at=moment):
        raise NotFoundError("there is no such reflection of yours.", value=public_id)


def forget_fit(access: Access) -> int:
    """Remove all reflections and the settings of this person for good; how many there were."""
    with transaction.atomic():
        count, _ = _reflections(access).delete()
        _settings(access).delete()
    return count


def _reflections(access: Access) -> QuerySet[Reflection]:
    return Reflection.objects.filter(workspace_id=access.workspace_id, user_id=access.user_id)


def _settings(access: Access) -> QuerySet[FitSettings]:
    return FitSettings.objects.filter(workspace_id=access.workspace_id, user_id=access.user_id)


def _check_answers(answers: Mapping[str, int]) -> dict[str, int]:
    known = {item.key for item in list_fit_items()}
    for key, answer in answers.items():
        if key not in known:
            raise InvalidValueError("there is no such item in the reflection.", value=key)
        if answer not in STEPS:
            raise InvalidValueError("an answer is 1, 2, 3, 4 or 5.", value=answer)
    return dict(answers)


def _check_words(text: str) -> str:
    cleaned = clean_text(text).strip()
    if len(cleaned) > MAX_TEXT:
        raise InvalidValueError(
            f"your words have at most {MAX_TEXT:,} characters.", value=len(cleaned)
        )
    return cleaned


def _to_view(row: Reflection) -> ReflectionView:
    return ReflectionView(row.public_id, row.at, row.answers, row.gave, row.took)
