"""A real purchase log: CDNOW, 1997 and 1998, in an excerpt and, where it is at hand, whole."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pilothouse.stores.files import Constant, detect, guess_mapping, load_events, preview
from tests.stores.files.conftest import read_all

ROOT = Path(__file__).parents[3]
EXCERPT = ROOT / "tests" / "data" / "cdnow_excerpt.txt"
WHOLE = ROOT.parent / "shared" / "data" / "cdnow" / "CDNOW_master.txt"
MISSING = "the whole CDNOW log is not beside the repository (shared/data/cdnow/CDNOW_master.txt)"


def read_with_pandas(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, sep=r"\s+", dtype={"customer_id": str, "date": str})


@pytest.fixture(
    params=[
        EXCERPT,
        pytest.param(WHOLE, marks=pytest.mark.skipif(not WHOLE.exists(), reason=MISSING)),
    ],
    ids=["excerpt", "whole"],
)
def path(request):
    return request.param


def test_the_file_is_understood(path):
    guess = detect(path)
    assert (guess.delimiter, guess.header_line) == (" ", 1)
    assert guess.columns == ("customer_id", "date", "number_of_cds", "dollar_value")
    mapping = guess_mapping(guess)
    assert (mapping.event, mapping.time_format) == (Constant("purchase"), "date")
    assert [each.kind for each in mapping.properties] == ["number", "number"]


def test_columns_agree_with_pandas(path):
    ours, theirs = load_events(path).to_pandas(), read_with_pandas(path)
    assert len(ours) == len(theirs)
    assert (ours["actor"] == theirs["customer_id"]).all()
    assert (ours["time"].dt.strftime("%Y%m%d") == theirs["date"]).all()
    assert (ours["number_of_cds"] == theirs["number_of_cds"]).all()
    assert (ours["dollar_value"] == theirs["dollar_value"]).all()


def test_purchases_that_read_the_same_stay_apart(path):
    reading = read_all(path)
    theirs = read_with_pandas(path)
    assert theirs.duplicated().any()
    assert len(set(reading.ids)) == len(theirs) == len(reading.rows)
    assert reading.refusals.total == 0


def test_a_day_begins_in_the_zone_of_the_mapping():
    mapping = guess_mapping(detect(EXCERPT), zone="America/New_York")
    first = preview(EXCERPT, mapping).rows[0]
    day = read_with_pandas(EXCERPT)["date"][0]
    assert first["time"][11:] in ("04:00:00Z", "05:00:00Z")
    assert first["time"][:10].replace("-", "") == day
