"""What Today must show of experiments: an alarm of the split, an end reached, a readout due."""

from __future__ import annotations

from datetime import date

from pilothouse.apps.experiments.models import Experiment, Status
from pilothouse.apps.experiments.services.judging import check_split
from pilothouse.apps.experiments.services.measuring import measure_kept
from pilothouse.apps.experiments.services.rules import progress_of
from pilothouse.apps.experiments.services.views import ExperimentView, read_rows
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.attention import Attention

MOST = 6


def list_attention(access: Access, product: ProductView, today: date) -> list[Attention]:
    """Running experiments that reached their end or whose split alarms; stopped ones unread."""
    del access, today  # everybody may read it; a rule is met or not
    rows = Experiment.objects.filter(
        product_id=product.id, deleted_at=None, status__in=[Status.RUNNING, Status.STOPPED]
    ).order_by("pk")
    if not rows.exists():
        return []
    found = []
    for view in read_rows(product, rows)[:MOST]:
        found += _lines(product, view)
    return found


def _lines(product: ProductView, view: ExperimentView) -> list[Attention]:
    if view.status == Status.STOPPED:
        sentence = f"Read out {view.ref}: {view.name} is stopped"
        return [Attention("experiment", sentence, view.url, is_warning=True)]
    measured = measure_kept(product, view)
    if measured is None:
        return []
    split = check_split(view.brief, measured)
    if split and split["alarm"]:
        sentence = f"The split of {view.ref} is not as planned: {view.name}"
        return [Attention("experiment", sentence, view.url + "#split", is_warning=True)]
    progress = progress_of(view, measured.judged)
    is_due = progress.is_met and view.brief.rule != "sequential"
    if is_due or (progress.planned and measured.judged >= progress.planned):
        sentence = f"{view.ref} has what it needs: stop and read {view.name}"
        return [Attention("experiment", sentence, view.url, is_warning=True)]
    return []
