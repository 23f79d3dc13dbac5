"""Exercises of a person: what to do next, answers checked and kept, how it went so far."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from datetime import timezone as zones

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from pilothouse.apps.skills.exercise_models import ExerciseAttempt
from pilothouse.apps.skills.services.exercise_kinds import LARGEST_SEED, get_exercise, load_kinds
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.engines.skills.exercises import Exercise, Grade, Kind, grade
from pilothouse.engines.skills.exercises.spacing import Practice, Suggestion, Tried, choose_next
from pilothouse.kernel.errors import InvalidValueError, NotFoundError
from pilothouse.kernel.ids import clean_text
from pilothouse.kernel.intervals import Rate, wilson

DAY_SECONDS = 86_400
UTC = zones.utc


@dataclass(frozen=True)
class KindRecord:
    """A kind with how it went: ``rate`` over first attempts at a variant."""

    kind: Kind
    rate: Rate
    last_at: datetime | None
    due_at: datetime | None
    difficulty: int


@dataclass(frozen=True)
class AttemptView:
    """One attempt. ``exercise`` and ``grade`` are made again; None where the kind has changed so
    that they cannot be."""

    public_id: str
    kind_key: str
    kind_title: str
    seed: int
    difficulty: int
    given: Mapping[str, str]
    credit: float
    is_right: bool
    is_first: bool
    seconds: int | None
    at: datetime
    exercise: Exercise | None = None
    grade: Grade | None = None


def _own(access: Access) -> QuerySet[ExerciseAttempt]:
    """Attempts of the person and nobody else's, whatever the role."""
    return ExerciseAttempt.objects.filter(workspace_id=access.workspace_id, user_id=access.user_id)


def list_practices(access: Access, competency: str = "") -> list[Practice]:
    """All kinds (of a competency) with the first attempts of the person. One query."""
    kinds = [each for each in load_kinds().values() if competency in {"", each.competency}]
    tries: dict[str, list[Tried]] = {each.key: [] for each in kinds}
    rows = _own(access).filter(is_first=True).order_by("at", "pk")
    for key, at, difficulty, is_right in rows.values_list("kind", "at", "difficulty", "is_right"):
        if key in tries:
            tries[key].append(Tried(at, difficulty, is_right))
    return [Practice(key, tuple(found)) for key, found in tries.items()]


def list_records(practices: list[Practice]) -> list[KindRecord]:
    """How each kind went so far."""
    kinds = load_kinds()
    return [
        KindRecord(
            kind=kinds[each.key],
            rate=wilson(sum(tried.is_right for tried in each.tries), len(each.tries)),
            last_at=each.tries[-1].at if each.tries else None,
            due_at=each.due_at,
            difficulty=each.difficulty,
        )
        for each in practices
    ]


def suggest_next(
    practices: list[Practice], now: datetime, aims: Collection[str] = ()
) -> Suggestion:
    """What the person should do next among these, and why.

    New kinds come in an order that passes from competency to competency, so that the first
    exercises are not ten of the same subject; those of ``aims``, the competencies that the person
    has as a goal, come first.
    """
    found = choose_next(_spread_out(practices, aims), now)
    if found is None:
        raise InvalidValueError(
            "there is no exercise for this competency.", remedy="Choose another, or none."
        )
    is_aim = load_kinds()[found.key].competency in aims
    return replace(found, reason=f"{found.reason} A goal of yours.") if is_aim else found


def _spread_out(practices: list[Practice], aims: Collection[str]) -> list[Practice]:
    kinds, seen, order = load_kinds(), dict[str, int](), []
    for place, each in enumerate(practices):
        competency = kinds[each.key].competency
        seen[competency] = seen.get(competency, 0) + 1
        order.append((competency not in aims, seen[competency], place, each))
    return [each for *_, each in sorted(order, key=lambda row: row[:3])]


def fresh_seed(access: Access, key: str, *, after: int | None = None) -> int:
    """A seed that the person has not had: their own for each kind, and the same until answered."""
    used = set(_own(access).filter(kind=key).values_list("seed", flat=True))
    name = f"{access.user_public_id}|{key}".encode()
    start = int.from_bytes(hashlib.sha256(name).digest()[:4], "big") % 1_000_000
    seed = start if after is None else (after + 1) % (LARGEST_SEED + 1)
    while seed in used:
        seed = (seed + 1) % (LARGEST_SEED + 1)
    return seed


def check_answers(
    access: Access,
    key: str,
    seed: int,
    difficulty: int,
    given: Mapping[str, str],
    *,
    seconds: int | None = None,
) -> AttemptView:
    """Judge and keep the answers.

    ``InvalidValueError`` where one cannot be read or none is given: nothing is kept then. The
    first right variant of a kind on a day (UTC) becomes an act; only a variant not seen before
    counts, as the worked answer is shown after each.
    """
    exercise = get_exercise(key, seed, difficulty)
    texts = {
        question.key: clean_text(given.get(question.key, "")).strip()
        for question in exercise.case.questions
    }
    marks = grade(exercise, texts)
    with transaction.atomic():
        # The difficulty does not matter here: a variant seen once at any is not new.
        is_first = not _own(access).filter(kind=key, seed=seed).exists()
        row = ExerciseAttempt.objects.create(
            workspace_id=access.workspace_id, user_id=access.user_id, kind=key, seed=seed,
            difficulty=difficulty, given=texts, credit=marks.credit, is_right=marks.is_right,
            is_first=is_first, at=timezone.now(),
            seconds=seconds if seconds is not None and 0 <= seconds <= DAY_SECONDS else None,
        )  # fmt: skip
        if marks.is_right and is_first:
            _tell(access, row, exercise)
    return _to_view(row, exercise, marks)


def _tell(access: Access, row: ExerciseAttempt, exercise: Exercise) -> None:
    """One act a kind and day; ``first_try``: no variant of it was wrong earlier that day."""
    today = row.at.astimezone(UTC).date()
    midnight = datetime.combine(today, time.min, tzinfo=UTC)
    mine = _own(access).filter(kind=row.kind)
    if mine.filter(told_on=today).exists():
        return
    failed = mine.filter(is_first=True, is_right=False, at__gte=midnight).exists()
    facts = {
        "competency": exercise.kind.competency, "difficulty": row.difficulty,
        "first_try": not failed, "seed": row.seed, "context": "study",
    }  # fmt: skip
    try:
        with transaction.atomic():
            row.told_on = today
            row.save(update_fields=["told_on"])
            record_act(access, "exercise.solved", "exercise", row.kind, facts)
    except IntegrityError:
        # Another window of the same person was quicker: its act stands for the day.
        row.told_on = None


def get_attempt(access: Access, public_id: str) -> AttemptView:
    """One attempt of the person with its marks; ``NotFoundError`` for anybody else's."""
    row = _own(access).filter(public_id=public_id).first()
    if row is None:
        raise NotFoundError("there is no such attempt.", value=public_id)
    try:
        exercise = get_exercise(row.kind, row.seed, row.difficulty)
        return _to_view(row, exercise, grade(exercise, row.given))
    except (InvalidValueError, NotFoundError):
        return _to_view(row)


def query_attempts(access: Access, kind: str = "") -> QuerySet[ExerciseAttempt]:
    """Attempts of the person, the newest first, to be cut into pages."""
    rows = _own(access).order_by("-at", "-pk")
    return rows.filter(kind=kind) if kind else rows


def list_attempts(
    access: Access, *, kind: str = "", start: int = 0, limit: int = 50
) -> list[AttemptView]:
    """A stretch of the attempts of the person, the newest first, without their marks."""
    return [_to_view(row) for row in query_attempts(access, kind)[start : start + limit]]


def _to_view(
    row: ExerciseAttempt, exercise: Exercise | None = None, marks: Grade | None = None
) -> AttemptView:
    kind = load_kinds().get(row.kind)
    return AttemptView(
        public_id=row.public_id, kind_key=row.kind, kind_title=kind.title if kind else row.kind,
        seed=row.seed, difficulty=row.difficulty, given=row.given, credit=row.credit,
        is_right=row.is_right, is_first=row.is_first, seconds=row.seconds, at=row.at,
        exercise=exercise, grade=marks,
    )  # fmt: skip
