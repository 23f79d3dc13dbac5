"""The calibration page: how good the forecasts were."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from pilothouse.apps.decisions.services.charts import chart_calibration
from pilothouse.apps.decisions.services.forecasts import list_forecasts
from pilothouse.apps.decisions.services.resolving import look_at_sources
from pilothouse.apps.decisions.services.track_record import WORDS, Word, record_of
from pilothouse.apps.http import with_product
from pilothouse.apps.workspace.services.access import Access, ProductView


@require_GET
@with_product
def calibration(request: HttpRequest, _access: Access, product: ProductView) -> HttpResponse:
    """Scores, the curve with its band, and groups; too few is said, not drawn over."""
    look_at_sources(product)
    chosen = {name: request.GET.get(name, "") for name in ("word", "person", "topic")}
    everything = list_forecasts(product, limit=100_000)
    wanted = [
        each
        for each in everything
        if (not chosen["person"] or chosen["person"] == each.person)
        and (not chosen["topic"] or chosen["topic"] in each.topics)
    ]
    word: Word = "first" if chosen["word"] == "first" else "last"
    record = record_of(wanted, word)
    context = {
        "record": record,
        "result": record.calibration,
        "chart": chart_calibration(record.calibration),
        "chosen": chosen,
        "words": [(each, f"scored: the {each} word") for each in WORDS],
        "people": sorted({each.person for each in everything}),
        "topics": sorted({topic for each in everything for topic in each.topics}),
        "groups": [
            ("By person", record.by_person),
            ("By source", record.by_source),
            ("By topic", record.by_topic),
        ],
    }
    return render(request, "decisions/calibration.html", context)
