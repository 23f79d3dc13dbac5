"""Choosing the acts that a piece rests on."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from pilothouse.apps.analytics.services.metrics import list_metrics
from pilothouse.apps.http import form_error, read_number, with_access
from pilothouse.apps.portfolio.services.evidence import Wanted, search_acts, take_reading
from pilothouse.apps.portfolio.services.studies import choose_acts, get_study
from pilothouse.apps.workspace.services.access import Access, get_product
from pilothouse.apps.workspace.services.products import list_products
from pilothouse.kernel.errors import PilothouseError

KINDS = (
    ("", "All kinds"), ("decision.", "Decisions"), ("forecast.", "Forecasts"),
    ("reading.", "Readings"), ("metric.", "Metrics"), ("claim.", "Live claims"),
    ("document.", "Documents"), ("item.", "Items"), ("release.", "Releases"),
    ("promise.", "Promises"), ("negotiation.", "Negotiations"), ("failure.", "Failures"),
    ("retrospective.", "Retrospectives"), ("project.", "Side projects"),
    ("premortem.", "Pre-mortems"), ("simulation.", "Simulation"),
)  # fmt: skip


@require_http_methods(["GET", "POST"])
@with_access
def evidence(request: HttpRequest, access: Access, study_id: str) -> HttpResponse:
    """Acts to choose from; posting takes some in or out."""
    if request.method == "GET":
        return _page(request, access, study_id)
    numbers = [read_number(each) for each in request.POST.getlist("act")]
    chosen = [each if each is not None else -1 for each in numbers]
    is_removal = request.POST.get("do") == "remove"
    try:
        view = (
            choose_acts(access, study_id, remove=chosen)
            if is_removal
            else choose_acts(access, study_id, add=chosen)
        )
    except PilothouseError as error:
        return _page(request, access, study_id, form_error(error))
    messages.success(request, f"Evidence: {len(view.acts)} acts")
    if request.POST.get("back") == "study":
        return redirect(view.url)
    return redirect(request.get_full_path())


@require_POST
@with_access
def readings(request: HttpRequest, access: Access, study_id: str) -> HttpResponse:
    """Write into the ledger what a metric says now, and take that among the evidence."""
    get_study(access, study_id)
    product_id, _, metric_id = request.POST.get("metric", "").partition("/")
    try:
        act = take_reading(access, get_product(access, product_id), metric_id)
        choose_acts(access, study_id, add=[act.sequence])
    except PilothouseError as error:
        return _page(request, access, study_id, form_error(error))
    messages.success(request, f"Taken: {act.facts['name']}, act {act.sequence}")
    return redirect(f"{reverse('portfolio:study-evidence', args=[study_id])}?product={product_id}")


def _page(
    request: HttpRequest, access: Access, study_id: str, error: PilothouseError | None = None
) -> HttpResponse:
    view = get_study(access, study_id)
    products = list_products(access)
    chosen = {name: request.GET.get(name, "") for name in ("q", "kind", "product", "whose")}
    known = {product.public_id for product in products}
    wanted = Wanted(
        text=chosen["q"][:200],
        kind=chosen["kind"] if chosen["kind"] in dict(KINDS) else "",
        product_id=chosen["product"] if chosen["product"] in known else "",
        only_mine=chosen["whose"] != "all",
        before=read_number(request.GET.get("before", "")),
    )
    product = next((p for p in products if p.public_id == wanted.product_id), None)
    context = {
        "study": view,
        "found": search_acts(access, wanted),
        "kinds": KINDS,
        "products": [("", "All products"), *((p.public_id, p.name) for p in products)],
        "chosen": chosen,
        "whose": [("", "Mine"), ("all", "Everybody's")],
        "metric_product": product,
        "metrics": list_metrics(product) if product else [],
        "error": error,
    }
    return render(request, "portfolio/study_evidence.html", context, status=400 if error else 200)
