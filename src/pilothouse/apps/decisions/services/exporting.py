"""All decisions and forecasts of a workspace as plain files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pilothouse.apps.decisions.services.decisions import list_decisions
from pilothouse.apps.decisions.services.forecast_views import ForecastView
from pilothouse.apps.decisions.services.forecasts import list_forecasts
from pilothouse.apps.decisions.services.jsons import (
    to_decision_json,
    to_forecast_json,
    to_premortem_json,
)
from pilothouse.apps.decisions.services.premortems import list_premortems
from pilothouse.apps.decisions.services.records import write_record
from pilothouse.apps.decisions.services.views import DecisionView
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.apps.workspace.services.export import write_csv

FORECAST_COLUMNS = (
    "product", "simulated", "ref", "kind", "question", "person", "topics", "made", "resolve_by",
    "first_probability", "probability", "low", "middle", "high", "level", "state", "outcome",
    "value", "scored", "brier", "log_score", "evidence",
)  # fmt: skip
EVERYTHING = 1_000_000


def write_decisions(products: Sequence[ProductView], folder: Path) -> int:
    """Write ``decisions.json``, ``forecasts.csv`` and ``decisions/PRODUCT/*.md``; how many."""
    folder.mkdir(parents=True, exist_ok=True)
    bodies, rows, count = [], [], 0
    for product in products:
        decisions = list_decisions(product)
        forecasts = list_forecasts(product, limit=EVERYTHING)
        premortems = list_premortems(product)
        bodies.append(
            {
                "product": product.public_id,
                "simulated": product.is_simulated,
                "decisions": [to_decision_json(each) for each in decisions],
                "forecasts": [to_forecast_json(each) for each in forecasts],
                "premortems": [to_premortem_json(each) for each in premortems],
            }
        )
        rows += list(forecast_rows(product, forecasts))
        count += len(decisions) + len(forecasts) + len(premortems)
        _write_records(product, decisions, forecasts, folder / "decisions" / product.public_id)
    text = json.dumps(bodies, ensure_ascii=False, indent=1)
    (folder / "decisions.json").write_text(text + "\n", encoding="utf-8")
    write_csv(folder / "forecasts.csv", FORECAST_COLUMNS, rows)
    return count


def forecast_rows(product: ProductView, forecasts: Sequence[ForecastView]) -> Iterator[list[Any]]:
    """Forecasts as rows of a table, in the order of ``FORECAST_COLUMNS``."""
    for each in forecasts:
        judged, came = each.judgement, each.resolution
        first, last = each.estimates[0], each.estimates[-1]
        said = last.range.to_json() if last.range else {}
        is_scored = bool(judged and judged.is_scored)
        # The word that is scored, where one is: others score the file to the same end.
        probability = judged.probability if judged and is_scored else last.probability
        yield [
            product.name, "yes" if product.is_simulated else "no", each.ref, each.kind.value,
            each.question, each.person, ", ".join(each.topics), each.created_at.isoformat(),
            each.resolve_by.isoformat(), first.probability, probability,
            said.get("low"), said.get("median"), said.get("high"), said.get("level"),
            each.state, came.outcome.value if came else "",
            (came.day.isoformat() if came.day else came.value) if came else None,
            "yes" if is_scored else "no", judged.brier if judged else None,
            judged.log_score if judged else None, came.evidence if came else "",
        ]  # fmt: skip


def record_name(decision: DecisionView) -> str:
    """The name of a record's file: ``D007-usage-based-price.md``."""
    words = re.findall(r"\w+", decision.title.lower())[:8]
    return f"D{decision.number:03d}-{'-'.join(words)[:80]}.md"


def _write_records(
    product: ProductView,
    decisions: Sequence[DecisionView],
    forecasts: Sequence[ForecastView],
    folder: Path,
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for decision in decisions:
        own = [each for each in forecasts if each.decision_id == decision.public_id]
        record = write_record(product, decision, own)
        (folder / record_name(decision)).write_text(record, encoding="utf-8")
