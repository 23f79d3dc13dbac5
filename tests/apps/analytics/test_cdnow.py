"""The whole CDNOW purchase log through upload, worker and questions, beside a pandas reading."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pilothouse.apps.analytics.services.answers import ask, take_inventory
from pilothouse.apps.analytics.services.imports import get_import, receive_file, start_import
from pilothouse.apps.analytics.services.questions import parse_question
from pilothouse.apps.workspace.services.worker import run_one

FILE = Path(__file__).parents[4] / "shared" / "data" / "cdnow" / "CDNOW_master.txt"
MISSING = "the whole CDNOW log is not beside the repository (shared/data/cdnow/CDNOW_master.txt)"
DAYS = {"from": "1997-01-01", "to": "1998-06-30"}


@pytest.mark.skipif(not FILE.exists(), reason=MISSING)
def test_cdnow_agrees_with_pandas(people, product):
    with FILE.open("rb") as file:
        row = receive_file(people.alice, product, FILE.name, iter(lambda: file.read(2**20), b""))
    start_import(people.alice, product, row.public_id)
    assert run_one("tests")
    done = get_import(product, row.public_id)
    assert (done.state, done.accepted, done.duplicates, done.refused) == ("done", 69_659, 0, 0)

    frame = pd.read_csv(FILE, sep=r"\s+", dtype={"customer_id": str, "date": str})
    frame["month"] = pd.to_datetime(frame["date"], format="%Y%m%d").dt.to_period("M")
    inventory = take_inventory(product)
    assert inventory.actors == frame["customer_id"].nunique() == 23_570
    assert inventory.rows == len(frame) == 69_659

    months = frame.groupby("month")
    assert trend(product, "actors") == months["customer_id"].nunique().tolist()
    assert trend(product, "count") == months.size().tolist()
    revenue = months["dollar_value"].sum().tolist()
    assert trend(product, "sum:dollar_value") == pytest.approx(revenue, abs=0.005)

    frame["first"] = frame.groupby("customer_id")["month"].transform("min")
    frame["column"] = frame["month"].astype("int64") - frame["first"].astype("int64")
    table = frame.groupby(["first", "column"])["customer_id"].nunique().to_dict()
    bought = frame[frame["column"] == 0].groupby(["first", "customer_id"]).size()
    # Column 0 counts who came back within the month of the first purchase.
    again = (bought > 1).groupby("first").sum()
    sizes = {first: n for (first, column), n in table.items() if column == 0}
    table |= {(first, 0): n for first, n in again.items()}
    question = parse_question("retention", {"period": "month", "periods": 17, **DAYS})
    cohorts = ask(product, question).result.cohorts
    ours = {
        (cohort.period.strftime("%Y-%m"), column): count
        for cohort in cohorts
        for column, count in enumerate(cohort.returned)
        if count
    }
    assert ours == {(str(first), column): n for (first, column), n in table.items()}
    assert {c.period.strftime("%Y-%m"): c.size for c in cohorts if c.size} == {
        str(first): n for first, n in sizes.items()
    }


def trend(product, measure: str) -> list[float]:
    question = parse_question("trend", {"measure": measure, "period": "month", **DAYS})
    points = ask(product, question).result.series[0].values
    assert (points[0].period.isoformat(), points[-1].period.isoformat()) == (
        "1997-01-01",
        "1998-06-01",
    )
    return [point.value for point in points]
