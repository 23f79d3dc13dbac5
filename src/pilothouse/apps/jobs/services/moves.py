"""Moves between stages: any way, with a day of one's own. Nothing entered is ever lost.

A move that was a mistake is taken back: it counts no longer and stays in the history. A changed
day or stage keeps what it said before.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from pilothouse.apps.jobs.models import Application, ApplicationMove, SentFile, SentKind
from pilothouse.apps.jobs.services.applications import (
    ApplicationView,
    get_application,
)
from pilothouse.apps.jobs.services.own_rows import APPLICATIONS
from pilothouse.apps.jobs.services.texts import check_choice, read_past_day
from pilothouse.apps.portfolio.services.texts import check_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.engines.jobs import STAGES
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError

MAX_MOVES = 200


def move_application(
    access: Access, public_id: str, stage: str, *, on: str = "", note: str = ""
) -> tuple[ApplicationView, int]:
    """Move an application into a stage on a day (empty: today); also the number of the move."""
    checked = _check(stage, note)
    day = read_past_day("the day of a move", on)
    with transaction.atomic():
        row = APPLICATIONS.get(access, public_id, lock=True)
        last = row.moves.aggregate(last=Max("number"))["last"] or 0
        if last >= MAX_MOVES:
            raise ConflictError(f"an application has at most {MAX_MOVES} moves.", value=row.title)
        ApplicationMove.objects.create(
            application=row, number=last + 1, on=day, entered_at=timezone.now(), **checked
        )
        _record(access, row, stage, day.isoformat())
    return get_application(access, public_id), last + 1


def change_move(
    access: Access, public_id: str, number: int, *, stage: str, on: str, note: str = ""
) -> ApplicationView:
    """Say a move anew; what it said before is kept with it."""
    checked = _check(stage, note)
    day = read_past_day("the day of a move", on)
    with transaction.atomic():
        row = APPLICATIONS.get(access, public_id, lock=True)
        move = _get_move(row, number)
        before = (move.stage, move.on, move.note)
        if before == (checked["stage"], day, checked["note"]):
            return get_application(access, public_id)
        move.earlier = [
            *move.earlier,
            {"stage": move.stage, "on": move.on.isoformat(), "note": move.note,
             "until": timezone.now().isoformat()},
        ]  # fmt: skip
        move.stage, move.on, move.note = checked["stage"], day, checked["note"]
        move.save(update_fields=["stage", "on", "note", "earlier"])
        facts = {"stage": stage, "on": day.isoformat(), "before": before[1].isoformat()}
        record_act(access, "application.move-changed", "application", public_id, facts)
    return get_application(access, public_id)


def set_move_removed(
    access: Access, public_id: str, number: int, *, is_removed: bool
) -> ApplicationView:
    """Take a move back, or let it count again. One at least must count."""
    with transaction.atomic():
        row = APPLICATIONS.get(access, public_id, lock=True)
        move = _get_move(row, number)
        others = row.moves.filter(removed_at=None).exclude(number=number)
        if is_removed and not others.exists():
            raise ConflictError(
                "this is the only move that counts.", value=STAGES[move.stage].name,
                remedy="Change it, or delete the application.",
            )  # fmt: skip
        move.removed_at = timezone.now() if is_removed else None
        move.save(update_fields=["removed_at"])
        kind = "application.move-removed" if is_removed else "application.move-restored"
        record_act(access, kind, "application", public_id, {"stage": move.stage})
    return get_application(access, public_id)


def _record(access: Access, row: Application, stage: str, day: str) -> None:
    facts: dict[str, object] = {"stage": stage, "on": day}
    if stage == "applied":
        facts["with_resume"] = SentFile.objects.filter(
            application=row, kind=SentKind.RESUME, deleted_at=None
        ).exists()
    record_act(access, "application.moved", "application", row.public_id, facts)


def _get_move(row: Application, number: int) -> ApplicationMove:
    move: ApplicationMove | None = (
        row.moves.filter(number=number).first() if 0 < number < 2**31 else None
    )
    if move is None:
        raise NotFoundError("there is no such move of this application.", value=number)
    return move


def _check(stage: str, note: str) -> dict[str, str]:
    checked = {
        "stage": check_choice("a stage", stage, list(STAGES)),
        "note": check_line("a note", note, 500),
    }
    if stage == "skipped" and not checked["note"]:
        raise InvalidValueError(
            "not applying needs its reason.", value=STAGES[stage].name,
            remedy="Write it as the note: it is worth most when you look back.",
        )  # fmt: skip
    return checked
