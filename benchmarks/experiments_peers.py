"""What the benchmark of experiments runs beside ours; each answers with the same effects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pilothouse.engines.experiments import (
    AnalysisPlan,
    ArmSums,
    analyze_units,
    compare_means,
    sum_arms,
)


def read_ours(path: Path) -> float:
    """The CUPED effect of the file."""
    from pilothouse.stores.files.units import UnitColumns, read_units

    found = read_units(path, UnitColumns("user", "group", "spend", "before"))
    reading = analyze_units(found.rows, AnalysisPlan(repeated="sum")).readings[0]
    assert reading.absolute
    return reading.absolute.estimate


def read_polars(path: Path) -> float:
    """Polars: leave out units of several arms, add up repeated ones, sums by arm."""
    import polars as pl

    table = pl.read_csv(path)
    units = (
        table.lazy()
        .group_by("user")
        .agg(
            pl.col("group").n_unique().alias("arms"), pl.col("group").first(),
            pl.col("spend").sum(), pl.col("before").first(),
        )
        .filter(pl.col("arms") == 1)
    )  # fmt: skip
    y, x = pl.col("spend"), pl.col("before")
    sums = units.group_by("group").agg(
        pl.len(), y.sum(), (y * y).sum().alias("yy"), x.sum(), (x * x).sum().alias("xx"),
        (x * y).sum().alias("xy"),
    )  # fmt: skip
    return _effect(sorted(sums.collect().rows()))


def read_duckdb(path: Path) -> float:
    """DuckDB: the same as one query."""
    import duckdb

    rows = duckdb.sql(
        f"""
        with units as (
          select min("group") as arm, sum(spend) as y, min(before) as x from read_csv('{path}')
          group by "user" having count(distinct "group") = 1)
        select arm, count(*), sum(y), sum(y*y), sum(x), sum(x*x), sum(x*y) from units
        group by arm order by arm
        """
    ).fetchall()
    return _effect(rows)


def read_statsmodels(path: Path) -> float:
    """pandas, then least squares with robust errors: spend on arm and what was before."""
    import pandas as pd
    import statsmodels.api as sm

    table = pd.read_csv(path)
    arms = table.groupby("user")["group"].nunique()
    table = table[table["user"].map(arms) == 1]
    table = table.groupby(["user", "group"], as_index=False).agg(
        {"spend": "sum", "before": "first"}
    )
    x = np.column_stack([np.ones(len(table)), table["group"] == "B", table["before"]]).astype(float)
    return float(sm.OLS(table["spend"].to_numpy(), x).fit(cov_type="HC1").params[1])


FILE_PEERS: dict[str, Callable[[Path], float]] = {
    "polars": read_polars,
    "duckdb": read_duckdb,
    "pandas_statsmodels": read_statsmodels,
}


def _effect(rows: Any) -> float:
    arms = [ArmSums(name, units, y, yy, x, xx, xy) for name, units, y, yy, x, xx, xy in rows]
    reading = compare_means(arms[0], arms[1])
    assert reading.absolute
    return reading.absolute.estimate


@dataclass(frozen=True)
class Sums:
    """Arms of units and columns of metrics with their covariates."""

    arm: Any
    y: list[Any]
    x: list[Any]

    @classmethod
    def make(cls, rows: int) -> Sums:
        """Five of each."""
        rng = np.random.default_rng(2)
        arm = rng.integers(0, 2, rows).astype(np.uint8)
        x = [rng.random(rows) * 5 for _ in range(5)]
        y = [0.7 * each + rng.random(rows) + 0.01 * arm for each in x]
        return cls(arm, y, x)

    def table(self) -> dict[str, Any]:
        """By names of columns."""
        metrics = {f"y{k}": v for k, v in enumerate(self.y)}
        return {"arm": self.arm, **metrics, **{f"x{k}": v for k, v in enumerate(self.x)}}


def sum_ours(data: Sums) -> list[float]:
    """Effects of all metrics."""
    effects = []
    for y, x in zip(data.y, data.x, strict=True):
        arms = sum_arms("AB", data.arm, y, x)
        reading = compare_means(arms[0], arms[1])
        assert reading.absolute
        effects.append(reading.absolute.estimate)
    return effects


def make_numpy(data: Sums) -> Callable[[Sums], list[float]]:
    """NumPy by masks."""
    del data

    def ask(data: Sums) -> list[float]:
        effects = []
        for y, x in zip(data.y, data.x, strict=True):
            rows = []
            for a, name in enumerate("AB"):
                v, w = y[data.arm == a], x[data.arm == a]
                rows.append((name, len(v), v.sum(), v @ v, w.sum(), w @ w, v @ w))
            effects.append(_effect(rows))
        return effects

    return ask


def make_polars(data: Sums) -> Callable[[Sums], list[float]]:
    """Polars on a frame of its own."""
    import polars as pl

    frame = pl.DataFrame(data.table())

    def ask(data: Sums) -> list[float]:
        parts = [pl.len()]
        for k in range(len(data.y)):
            y, x = pl.col(f"y{k}"), pl.col(f"x{k}")
            named = {"y": y, "yy": y * y, "x": x, "xx": x * x, "xy": x * y}
            parts += [each.sum().alias(f"{name}_{k}") for name, each in named.items()]
        rows = sorted(frame.lazy().group_by("arm").agg(parts).collect().rows())
        return _effects(rows, len(data.y))

    return ask


def make_duckdb(data: Sums) -> Callable[[Sums], list[float]]:
    """DuckDB on a table of its own."""
    import duckdb
    import pyarrow as pa

    connection = duckdb.connect()
    made = pa.table(data.table())
    connection.register("made", made)
    connection.execute("create table data as select * from made")
    connection.unregister("made")

    def ask(data: Sums) -> list[float]:
        parts = ", ".join(
            f"sum(y{k}), sum(y{k}*y{k}), sum(x{k}), sum(x{k}*x{k}), sum(x{k}*y{k})"
            for k in range(len(data.y))
        )
        query = f"select arm, count(*), {parts} from data group by arm order by arm"
        return _effects(connection.execute(query).fetchall(), len(data.y))

    return ask


def _effects(rows: Any, metrics: int) -> list[float]:
    return [
        _effect([(str(row[0]), row[1], *row[2 + 5 * k : 7 + 5 * k]) for row in rows])
        for k in range(metrics)
    ]


SUM_PEERS: dict[str, Callable[[Sums], Callable[[Sums], list[float]]]] = {
    "polars": make_polars,
    "duckdb": make_duckdb,
    "numpy_masks": make_numpy,
}
