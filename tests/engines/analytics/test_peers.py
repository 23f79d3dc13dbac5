"""Agreement with DuckDB, an engine written by others, on a made log."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from pilothouse.engines.analytics import (
    EventLog,
    Filter,
    FunnelQuery,
    RetentionQuery,
    Selector,
    TrendQuery,
    funnel,
    parse_measure,
    retention,
    trend,
)
from pilothouse.kernel.times import DAY_US

EVENTS = ["visit", "cart", "pay"]


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(5)
    count = 20_000
    # Every instant is taken once: ties have no meaning in SQL.
    seconds = rng.choice(60 * 86400, count, replace=False)
    actors = (rng.pareto(1.2, count) * 20).astype(int) % 900
    events = rng.choice(EVENTS, count, p=[0.6, 0.25, 0.15])
    amounts = rng.integers(1, 100, count)
    return [
        (
            f"u{a}",
            str(e),
            int(s) * 1_000_000,
            {"amount": float(n), "plan": "pro" if n % 3 else "free"},
        )
        for a, e, s, n in zip(actors, events, seconds, amounts, strict=True)
    ]


@pytest.fixture(scope="module")
def log(rows):
    return EventLog.from_rows(rows)


@pytest.fixture(scope="module")
def sql(rows):
    events = pa.table(
        {
            "u": [r[0] for r in rows],
            "event": [r[1] for r in rows],
            "ts": [r[2] // 1_000_000 for r in rows],
            "amount": [r[3]["amount"] for r in rows],
            "plan": [r[3]["plan"] for r in rows],
        }
    )
    base = duckdb.connect(config={"threads": 1})
    base.register("ev", events)
    yield lambda text: base.execute(text).fetchall()
    base.close()


@pytest.mark.parametrize("most", [0, 50])
def test_funnels(log, sql, most):
    steps = (
        Selector("visit"),
        Selector("cart"),
        Selector("pay", (Filter("amount", "greater", (most,)),)),
    )
    answer = funnel(log, FunnelQuery(steps, 2 * DAY_US, immature="include", breakdown="plan"))
    window = 2 * 86400
    paths = f"""
        v AS (SELECT u, ts AS s FROM ev WHERE event = 'visit'),
        c AS (SELECT e.u, e.ts, max(s) AS s FROM ev e JOIN v ON e.u = v.u AND s < e.ts
              AND e.ts - s <= {window} WHERE event = 'cart' GROUP BY ALL),
        p AS (SELECT DISTINCT e.u FROM ev e JOIN c ON e.u = c.u AND c.ts < e.ts
              AND e.ts - s <= {window} WHERE event = 'pay' AND amount > {most}),
        g AS (SELECT u, arg_min(plan, ts) AS plan FROM ev WHERE event = 'visit' GROUP BY u)
    """
    for group in answer.groups:
        mine = f"u IN (SELECT u FROM g WHERE plan = '{group.value}')"
        counts = ", ".join(
            f"(SELECT count(DISTINCT u) FROM {t} WHERE {mine})" for t in ("v", "c", "p")
        )
        expected = sql(f"WITH {paths} SELECT {counts}")[0]
        assert tuple(step.actors for step in group.steps) == expected
    total = [sum(g.steps[k].actors for g in answer.groups) for k in range(3)]
    assert [step.actors for step in answer.steps] == total


def test_retention(log, sql):
    answer = retention(log, RetentionQuery(Selector(None), Selector("cart"), "week"))
    first = "f AS (SELECT u, min(ts) AS f FROM ev GROUP BY u)"
    # 1 January 1970 was a Thursday: weeks begin three days earlier.
    week = "((({}) + 3 * 86400) // 604800)"
    expected = sql(
        f"WITH {first} SELECT {week.format('f')} AS w0, {week.format('ts')} - w0 AS k, "
        "count(DISTINCT u) FROM ev JOIN f USING (u) WHERE event = 'cart' AND ts > f GROUP BY ALL"
    )
    found = {(w, k): n for w, c in enumerate(answer.cohorts) for k, n in enumerate(c.returned) if n}
    assert found == {(w, k): n for w, k, n in expected}


@pytest.mark.parametrize("width", [1, 7, 30])
def test_active_actors(log, sql, width):
    measure = parse_measure({1: "actors", 7: "wau", 30: "mau"}[width])
    points = trend(log, TrendQuery(Selector("visit"), measure)).series[0].values
    expected = sql(
        f"SELECT d, count(DISTINCT u) FROM range(60) t(d) JOIN ev ON ts // 86400 <= d "
        f"AND ts // 86400 > d - {width} WHERE event = 'visit' GROUP BY d ORDER BY d"
    )
    assert [p.value for p in points] == [n for _, n in expected]


@pytest.mark.parametrize("name", ["sum", "mean", "median"])
def test_values_by_group(log, sql, name):
    query = TrendQuery(Selector("pay"), parse_measure(f"{name}:amount"), breakdown="plan")
    for series in trend(log, query).series:
        expected = dict(
            sql(
                f"SELECT ts // 86400, {name}(amount) FROM ev WHERE event = 'pay' "
                f"AND plan = '{series.name}' GROUP BY 1"
            )
        )
        empty = 0 if name == "sum" else None
        found = [p.value for p in series.values]
        assert found == pytest.approx([expected.get(d, empty) for d in range(60)])
