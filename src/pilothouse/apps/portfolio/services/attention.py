"""What Today must show of a side project: a stage that is ready, one that has stood still."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from pilothouse.apps.portfolio.project_models import JournalEntry, Project, StagePass
from pilothouse.apps.portfolio.services.gates import next_stage_name, read_stages
from pilothouse.apps.portfolio.services.projects import to_view
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.attention import Attention

STILL_DAYS = 28
QUIET_DAYS = 14


def list_attention(access: Access, product: ProductView, today: date) -> list[Attention]:
    """At most two lines for the person's own side project of this product."""
    row = (
        Project.objects.select_related("product")
        .filter(product_id=product.id, user_id=access.user_id, ending="")
        .first()
    )
    if row is None:
        return []
    project = to_view(row)
    here = next(stage for stage in read_stages(access, project) if stage.state == "here")
    since = _last_pass(row) or row.begun_at.date()
    found = []
    if here.is_open:
        aim = next_stage_name(project) or "saying whether it grows or stops"
        found.append(
            Attention("project", f"{here.name} has all it asks for: on to {aim}", row_url(row))
        )
    elif (today - since).days >= STILL_DAYS:
        days = (today - since).days
        sentence = f"{here.name} has stood for {days} days: go on, or stop"
        found.append(Attention("project", sentence, row_url(row), is_warning=True))
    quiet = (today - (_last_line(row) or row.begun_at.date())).days
    if quiet >= QUIET_DAYS:
        url = reverse("portfolio:journal", args=[row.public_id])
        found.append(Attention("journal", f"Nothing in the journal for {quiet} days", url))
    return found


def row_url(row: Project) -> str:
    """The page of a project."""
    return reverse("portfolio:project", args=[row.public_id])


def _last_pass(row: Project) -> date | None:
    last = StagePass.objects.filter(project=row).order_by("-at").first()
    return last.at.date() if last else None


def _last_line(row: Project) -> date | None:
    last = JournalEntry.objects.filter(project=row, deleted_at=None).order_by("-written_at").first()
    return last.written_at.date() if last else None
