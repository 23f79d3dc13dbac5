"""Everything a workspace holds as plain files that any tool can read.

Unlike a backup it cannot be restored; it is for looking, for other tools and for leaving.
``ledger.jsonl``, ``products.json``, ``captures.csv``, ``metrics.json``, ``members.csv``, the
segments of every product as they are (``events/PRODUCT/*.parquet``), and what each app adds.

CSV files guard against formulas: a text that begins with = + - @ tab, a line break or NUL gets a
leading ' (OWASP ASVS 1.2.10). Numbers stay numbers.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pilothouse.apps.workspace.models import Capture, CaptureKind, Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.archive import find_segments
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.apps.workspace.services.members import list_members
from pilothouse.apps.workspace.services.products import list_products
from pilothouse.kernel.errors import ConflictError, DamagedError

# The wide forms count too: some spreadsheets read them as the narrow ones.
FORMULA_STARTS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\0",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
)
ACTS_AT_ONCE = 1000


# What the apps of other nouns write, by the name under which it is counted.
Exporter = Callable[[Sequence[ProductView], Path], int]
_exporters: dict[str, Exporter] = {}


def register_export(name: str, exporter: Exporter) -> None:
    """Say what writes an app's own things; called in ``AppConfig.ready``, it loads nothing."""
    _exporters[name] = exporter


def export_workspace(access: Access, folder: Path, *, events_dir: Path) -> dict[str, int]:
    """Write all files into ``folder``, which must be empty or new; how many things of each kind."""
    access.require(Role.OWNER, to="exporting the workspace")
    if folder.exists() and any(folder.iterdir()):
        raise ConflictError("an export needs an empty folder.", value=str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    products = list_products(access, with_archived=True)
    return {
        "acts": _write_ledger(access, folder / "ledger.jsonl"),
        "members": _write_members(access, folder / "members.csv"),
        "products": _write_products(products, folder / "products.json"),
        "captures": _write_captures(access, products, folder / "captures.csv"),
        "metrics": _write_metrics(products, folder / "metrics.json"),
        "segments": _copy_segments(products, events_dir, folder / "events"),
        **{name: exporter(products, folder) for name, exporter in _exporters.items()},
    }


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """A guarded CSV file (UTF-8 with mark, CRLF), as spreadsheets like it; how many rows."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for row in rows:
            count += 1
            writer.writerow([guard_cell(cell) for cell in row])
    return count


def guard_cell(cell: Any) -> Any:
    """The cell so that no spreadsheet takes a text for a formula.

    >>> guard_cell("=1+1"), guard_cell(-1.5)
    ("'=1+1", -1.5)
    """
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return "'" + cell
    return cell


def _write_ledger(access: Access, path: Path) -> int:
    count, before = 0, None
    with path.open("w", encoding="utf-8") as file:
        while acts := list_acts(access, before=before, limit=ACTS_AT_ONCE):
            for act in acts:
                file.write(json.dumps(asdict(act), ensure_ascii=False, default=_plain) + "\n")
            count, before = count + len(acts), acts[-1].sequence
    return count


def _write_members(access: Access, path: Path) -> int:
    rows = (
        (member.name, member.email, member.role.value, member.since.isoformat())
        for member in list_members(access)
    )
    return write_csv(path, ("name", "email", "role", "since"), rows)


def _write_products(products: Sequence[ProductView], path: Path) -> int:
    internal = {"id", "workspace_id"}
    bodies = [
        {key: value for key, value in asdict(product).items() if key not in internal}
        for product in products
    ]
    _write_json(path, bodies)
    return len(bodies)


def _write_captures(access: Access, products: Sequence[ProductView], path: Path) -> int:
    names = {product.id: product.name for product in products}
    # Captured contacts are their author's alone, like the book of people.
    captures = Capture.objects.filter(workspace_id=access.workspace_id, deleted_at=None).exclude(
        kind=CaptureKind.CONTACT
    )
    rows = (
        (
            capture.public_id,
            capture.kind,
            capture.text,
            names.get(capture.product_id or 0, ""),
            capture.due.isoformat() if capture.due else "",
            capture.created_at.isoformat(),
            capture.done_at.isoformat() if capture.done_at else "",
        )
        for capture in captures.order_by("pk").iterator()
    )
    return write_csv(path, ("id", "kind", "text", "product", "due", "created", "done"), rows)


def _write_metrics(products: Sequence[ProductView], path: Path) -> int:
    from pilothouse.apps.analytics.services.metrics import list_metrics

    bodies = [
        {"product": product.public_id, **asdict(metric)}
        for product in products
        for metric in list_metrics(product)
    ]
    _write_json(path, bodies)
    return len(bodies)


def _copy_segments(products: Sequence[ProductView], events_dir: Path, target: Path) -> int:
    count = 0
    for product in products:
        live = find_segments(events_dir, is_live=True, stream__product_id=product.id)
        for segment in live:
            count += 1
            folder = target / product.public_id
            folder.mkdir(parents=True, exist_ok=True)
            try:
                shutil.copyfile(segment.path, folder / segment.name)
            except FileNotFoundError as error:
                raise DamagedError(
                    "this segment of the catalogue has no file.",
                    value=str(segment.path),
                    remedy="If events were just being merged, export again.",
                ) from error
    return count


def _write_json(path: Path, body: Any) -> None:
    text = json.dumps(body, ensure_ascii=False, indent=1, default=_plain)
    path.write_text(text + "\n", encoding="utf-8")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
