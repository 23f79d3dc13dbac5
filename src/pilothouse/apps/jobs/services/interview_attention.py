"""What Today must show of interviews: one that comes, one that was and has no debrief."""

from __future__ import annotations

from datetime import date, timedelta

from pilothouse.apps.jobs.interview_models import Debrief, PreparationSheet
from pilothouse.apps.jobs.services.interview_sheets import to_view
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.attention import Attention

MOST = 5
AHEAD, BEHIND = timedelta(days=3), timedelta(days=7)


def list_interview_attention(access: Access, today: date) -> list[Attention]:
    """Interviews of the next three days, and those of the last week without a debrief of that day
    on; two queries."""
    own = {"workspace_id": access.workspace_id, "user_id": access.user_id, "deleted_at": None}
    rows = PreparationSheet.objects.filter(
        **own, held_on__gte=today - BEHIND, held_on__lte=today + AHEAD
    )
    sheets = [to_view(row) for row in rows.order_by("held_on", "pk")[: 2 * MOST]]
    told = Debrief.objects.filter(**own, held_on__gte=today - BEHIND)
    debriefed = [(name.casefold(), day) for name, day in told.values_list("company", "held_on")]
    found = []
    for sheet in sheets:
        day = sheet.held_on
        assert day is not None
        if day >= today:
            words = f"Interview at {sheet.company} on {day.day} {day:%b %Y}"
            found.append(Attention("interview-sheet", words, sheet.page, day))
        elif not any(name == sheet.company.casefold() and on >= day for name, on in debriefed):
            words = f"Interview at {sheet.company} without a debrief"
            found.append(Attention("interview-sheet", words, sheet.page, day, is_warning=True))
    return found[:MOST]
