"""A negotiation sheet and promises as plain files: Markdown for people, CSV and JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pilothouse.apps.roadmap.services.negotiation_sheets import DealLine, Sheet
from pilothouse.apps.roadmap.services.negotiations import NegotiationView, list_negotiations
from pilothouse.apps.roadmap.services.promise_views import PromiseView, to_promise_json
from pilothouse.apps.roadmap.services.promises import (
    list_promises,
)
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.apps.workspace.services.export import write_csv


def write_markdown(
    product: ProductView, view: NegotiationView, sheet: Sheet, promises: Sequence[PromiseView]
) -> str:
    """The option sheet on one page."""
    draft = sheet.draft
    lines = [
        f"# {_plain(view.title)}",
        "",
        f"{_plain(product.name)}{' (simulated)' if product.is_simulated else ''}. Wished date "
        f"{draft.due.isoformat()}; {sheet.scope} items; promised with {draft.confidence:.0%}.",
        "",
    ]
    lines += [_plain(draft.note), ""] if draft.note else []
    lines += _deal_lines(product, sheet)
    lines += _scope_lines(sheet)
    lines += _stakeholder_lines(sheet)
    lines += _agreement_lines(view, promises)
    lines += ["## How this is computed", ""]
    lines += [f"- **{name}**: {value}" for name, value in sheet.semantics]
    return "\n".join(lines).rstrip() + "\n"


def write_delivery(products: Sequence[ProductView], folder: Path) -> int:
    """All sheets and promises of ``products`` into ``folder``; how many there are."""
    promises = [
        {"product": product.name, "simulated": product.is_simulated, **to_promise_json(each)}
        for product in products
        for each in list_promises(product, open_only=False)
    ]
    header = list(promises[0]) if promises else ["product", "simulated", "id"]
    write_csv(folder / "promises.csv", header, [list(each.values()) for each in promises])
    sheets = [
        {
            "product": product.name,
            "simulated": product.is_simulated,
            "id": view.public_id,
            "agreed": view.agreed_deal or None,
            "agreed_text": view.agreed_text,
            "agreed_facts": view.agreed_facts,
            "stakeholders": [vars(each) for each in view.draft.stakeholders],
            **{k: v for k, v in vars(view.draft).items() if k != "stakeholders"},
        }
        for product in products
        for view in list_negotiations(product)
    ]
    text = json.dumps(sheets, indent=2, default=str, ensure_ascii=False)
    (folder / "negotiations.json").write_text(text, encoding="utf-8")
    return len(promises) + len(sheets)


def _deal_lines(product: ProductView, sheet: Sheet) -> list[str]:
    if not sheet.deals:
        return ["## Options", "", sheet.reason, ""]
    rows = [
        "## Options",
        "",
        "| Option | Promise | Chance | All by the date | Late, on average "
        f"| Cost ({product.currency}) |",
        "|---|---|---|---|---|---|",
        *(_deal_row(deal) for deal in sheet.deals),
        "",
    ]
    return [*rows, sheet.warning, ""] if sheet.warning else rows


def _deal_row(deal: DealLine) -> str:
    chance = deal.chance_text + (f" ({deal.band_text})" if deal.band_text else "")
    cost = "–" if deal.cost is None else f"{deal.cost:,.0f}"
    return (
        f"| {deal.kind.label} | {_plain(deal.sentence)} | {chance} | {deal.whole_text} "
        f"| {deal.late_text} | {cost} |"
    )


def _scope_lines(sheet: Sheet) -> list[str]:
    rows = ["## Scope, in order", ""]
    for place, line in enumerate(sheet.lines, start=1):
        chance = line.status if line.chance is None else f"{line.chance_text} by the date"
        rows.append(f"{place}. {line.ref} {_plain(line.title)}: {chance}")
        if line.is_last_kept:
            rows.append(f"   --- cut line at {sheet.draft.confidence:.0%} ---")
    if sheet.draft.extra_items:
        rows.append(f"\nAnd {sheet.draft.extra_items} items that are not in the backlog yet.")
    return [*rows, ""]


def _stakeholder_lines(sheet: Sheet) -> list[str]:
    people = sheet.draft.stakeholders
    if not people:
        return []
    rows = ["## At the table", "", "| Who | Wants | Without a deal | Stance |", "|---|---|---|---|"]
    rows += [
        f"| {_plain(p.name)}{f' ({_plain(p.role)})' if p.role else ''} | {_plain(p.wants)} | "
        f"{_plain(p.alternative)} | {p.stance} |"
        for p in people
    ]
    return [*rows, ""]


def _agreement_lines(view: NegotiationView, promises: Sequence[PromiseView]) -> list[str]:
    if not view.is_agreed or view.agreed_at is None:
        return []
    rows = [f"## Agreed on {view.agreed_at.date().isoformat()}", ""]
    rows += [_plain(view.agreed_text), ""] if view.agreed_text else []
    rows += [
        f"- {_plain(each.what)}, to {_plain(each.to_name)}, by {each.due.isoformat()} "
        f"({each.state.label.lower()})"
        for each in promises
    ]
    return [*rows, ""]


def _plain(text: str) -> str:
    """A person's text on one line that starts no table cell, heading or tag."""
    line = " ".join(text.split())
    for sign in ("\\", "`", "*", "_", "[", "]", "<", ">", "|", "#"):
        line = line.replace(sign, "\\" + sign)
    return line
