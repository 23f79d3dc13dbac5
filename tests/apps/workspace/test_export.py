"""The export: everything as plain files, and no cell that a spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from pilothouse.apps.analytics.models import Segment, Stream
from pilothouse.apps.analytics.services.metrics import MetricDraft, save_metric
from pilothouse.apps.analytics.services.questions import parse_question
from pilothouse.apps.workspace.services.export import export_workspace, guard_cell, write_csv
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.kernel.errors import ConflictError, DamagedError
from tests.builders import People, make_capture, make_product


def read_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_everything_is_there(people: People, tmp_path: Path) -> None:
    product = make_product(people.alice, "Küste")
    make_product(people.charlie, "Foreign")
    make_capture(people.bob, "=HYPERLINK(1)", due=date(2026, 12, 24), product=product)
    question = parse_question("trend", {"event": "signup", "measure": "actors"})
    save_metric(people.alice, product, MetricDraft("Sign-ups", question))
    stream = Stream.objects.create(product_id=product.id)
    segment = tmp_path / "events" / str(stream.pk) / "abc.parquet"
    segment.parent.mkdir(parents=True)
    segment.write_bytes(b"PAR1")
    Segment.objects.create(
        stream=stream, name="abc.parquet", rows=1, first_us=0, last_us=0, first_sequence=0,
        bytes=4, sha256="",
    )  # fmt: skip

    out = tmp_path / "out"
    counts = export_workspace(people.alice, out, events_dir=tmp_path / "events")
    acts = list_acts(people.alice)
    assert {kind: count for kind, count in counts.items() if count} == {
        "acts": len(acts), "members": 2, "products": 1, "captures": 1, "metrics": 1, "segments": 1,
    }  # fmt: skip
    lines = (out / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["hash"] for line in lines] == [act.hash for act in acts]
    (shown,) = json.loads((out / "products.json").read_text(encoding="utf-8"))
    assert (shown["name"], "id" in shown) == ("Küste", False)
    (metric,) = json.loads((out / "metrics.json").read_text(encoding="utf-8"))
    assert (metric["name"], metric["product"]) == ("Sign-ups", product.public_id)
    assert [row[:3] for row in read_csv(out / "members.csv")[1:]] == [
        ["Alice", "alice@example.org", "owner"],
        ["Bob", "bob@example.org", "editor"],
    ]
    header, row = read_csv(out / "captures.csv")
    assert dict(zip(header, row, strict=True))["text"] == "'=HYPERLINK(1)"
    assert row[3:5] == ["Küste", "2026-12-24"]
    assert (out / "events" / product.public_id / "abc.parquet").read_bytes() == b"PAR1"


def test_a_long_ledger_is_whole(
    people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pilothouse.apps.workspace.services.export.ACTS_AT_ONCE", 3)
    for _ in range(6):
        make_capture(people.bob)
    export_workspace(people.alice, tmp_path / "out", events_dir=tmp_path)
    lines = (tmp_path / "out" / "ledger.jsonl").read_text().splitlines()
    assert [json.loads(line)["sequence"] for line in lines] == [8, 7, 6, 5, 4, 3, 2, 1]


def test_a_folder_with_something_in_it_is_refused(people: People, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    with pytest.raises(ConflictError, match="empty folder"):
        export_workspace(people.alice, tmp_path, events_dir=tmp_path)


def test_a_missing_segment_is_told(people: People, tmp_path: Path) -> None:
    stream = Stream.objects.create(product_id=make_product(people.alice).id)
    Segment.objects.create(
        stream=stream, name="gone.parquet", rows=1, first_us=0, last_us=0, first_sequence=0,
        bytes=4, sha256="",
    )  # fmt: skip
    with pytest.raises(DamagedError, match="no file"):
        export_workspace(people.alice, tmp_path / "out", events_dir=tmp_path)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff20"])
def test_texts_that_look_like_formulas_are_guarded(start: str) -> None:
    assert guard_cell(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize(
    "cell", [-1, -1.5, 0, None, True, "", "a=1", " =1", "'=1", date(2026, 1, 1)]
)
def test_all_else_stays_as_it_is(cell: object) -> None:
    assert guard_cell(cell) is cell


def test_a_csv_file_reads_back(tmp_path: Path) -> None:
    rows = [['say "hi"', "line\nbreak", -3.5], ["a,b", "é", None]]
    assert write_csv(tmp_path / "x.csv", ("a", "b", "c"), rows) == 2
    assert read_csv(tmp_path / "x.csv") == [
        ["a", "b", "c"],
        ['say "hi"', "line\nbreak", "-3.5"],
        ["a,b", "é", ""],
    ]
