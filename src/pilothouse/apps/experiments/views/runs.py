"""What moves an experiment on: start, stop, look, counts, readout, calling off and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from pilothouse.apps.experiments.forms import read_counts
from pilothouse.apps.experiments.services import experiments as service
from pilothouse.apps.experiments.services.counts import enter_counts
from pilothouse.apps.experiments.services.experiments import get_experiment
from pilothouse.apps.experiments.services.looks import look_at_result
from pilothouse.apps.experiments.services.readouts import save_readout
from pilothouse.apps.experiments.services.views import ExperimentView
from pilothouse.apps.experiments.views.pages import show_page
from pilothouse.apps.http import form_error, product_url, with_product
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.kernel.errors import PilothouseError
from pilothouse.kernel.times import parse_date

Step = Callable[[], ExperimentView]


@dataclass(frozen=True)
class Asked:
    """Who asks for a step of which experiment, by which form."""

    request: HttpRequest
    access: Access
    product: ProductView
    experiment_id: str
    form: str

    def do(self, step: Step, words: str, *, undo: str = "") -> HttpResponse:
        """Do it; refused, the page is shown with what was typed and why."""
        try:
            view = step()
        except PilothouseError as error:
            errors = {self.form: form_error(error)}
            return show_page(
                self.request, self.access, self.product, self.experiment_id, errors=errors
            )
        back = (
            product_url("experiments:act", self.product, self.experiment_id, undo) if undo else ""
        )
        tags = f"undo:{back}" if undo else ""
        messages.success(self.request, f"{words}: {view.name}", extra_tags=tags)
        return redirect(view.url)


@require_POST
@with_product
def start(
    request: HttpRequest, access: Access, product: ProductView, experiment_id: str
) -> HttpResponse:
    """Exposures count from now, or from a day."""
    return Asked(request, access, product, experiment_id, "start").do(
        lambda: service.start(
            access, product, experiment_id, first_day=_day(request.POST.get("day", ""))
        ),
        "Started",
        undo="unstart",
    )  # fmt: skip


@require_POST
@with_product
def stop(
    request: HttpRequest, access: Access, product: ProductView, experiment_id: str
) -> HttpResponse:
    """No exposure counts any more."""
    return Asked(request, access, product, experiment_id, "stop").do(
        lambda: service.stop(
            access, product, experiment_id,
            reason=request.POST.get("reason", ""), day=_day(request.POST.get("day", "")),
        ),
        "Stopped", undo="resume",
    )  # fmt: skip


@require_POST
@with_product
def cancel(
    request: HttpRequest, access: Access, product: ProductView, experiment_id: str
) -> HttpResponse:
    """Call it off."""
    return Asked(request, access, product, experiment_id, "cancel").do(
        lambda: service.cancel(access, product, experiment_id, request.POST.get("reason", "")),
        "Cancelled", undo="reopen",
    )  # fmt: skip


@require_POST
@with_product
def counts(
    request: HttpRequest, access: Access, product: ProductView, experiment_id: str
) -> HttpResponse:
    """Counts by hand."""
    view = get_experiment(product, experiment_id)
    return Asked(request, access, product, experiment_id, "counts").do(
        lambda: enter_counts(
            access, product, experiment_id, read_counts(view.brief, request.POST)
        ),
        "Counts entered",
    )  # fmt: skip


@require_POST
@with_product
def look(
    request: HttpRequest, access: Access, product: ProductView, experiment_id: str
) -> HttpResponse:
    """See the result before the end: shown once, counted for good."""
    try:
        result = look_at_result(access, product, experiment_id, request.POST.get("why", ""))
    except PilothouseError as error:
        refused = form_error(error)
        return show_page(request, access, product, experiment_id, errors={"look": refused})
    return show_page(request, access, product, experiment_id, result=result)


@require_POST
@with_product
def readout_new(
    request: HttpRequest, access: Access, product: ProductView, experiment_id: str
) -> HttpResponse:
    """Read it out."""
    return Asked(request, access, product, experiment_id, "readout").do(
        lambda: save_readout(
            access, product, experiment_id, learned=request.POST.get("learned", "")
        ),
        "Read out",
    )  # fmt: skip


@require_POST
@with_product
def act(
    request: HttpRequest, access: Access, product: ProductView, experiment_id: str, act: str
) -> HttpResponse:
    """Seal, resume, reopen, delete, restore."""
    if act in {"delete", "restore"}:
        return _delete(request, access, product, experiment_id, act)
    steps: dict[str, tuple[Step, str]] = {
        "seal": (lambda: service.seal(access, product, experiment_id), "Sealed"),
        "unstart": (lambda: service.unstart(access, product, experiment_id), "Start taken back"),
        "resume": (lambda: service.resume(access, product, experiment_id), "Running again"),
        "reopen": (lambda: service.reopen(access, product, experiment_id), "Reopened"),
    }
    if act not in steps:
        raise Http404
    step, words = steps[act]
    return Asked(request, access, product, experiment_id, act).do(step, words)


def _delete(
    request: HttpRequest, access: Access, product: ProductView, experiment_id: str, act: str
) -> HttpResponse:
    is_deleted = act == "delete"
    view = service.set_experiment_deleted(access, product, experiment_id, is_deleted=is_deleted)
    opposite = "restore" if is_deleted else "delete"
    undo = product_url("experiments:act", product, experiment_id, opposite)
    words = "Deleted" if is_deleted else "Restored"
    messages.success(request, f"{words}: {view.name}", extra_tags=f"undo:{undo}")
    return redirect(product_url("experiments:home", product) if is_deleted else view.url)


def _day(text: str) -> date | None:
    return parse_date(text) if text.strip() else None
