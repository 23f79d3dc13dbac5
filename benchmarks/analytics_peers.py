"""The peers, each in the best form we could find for it, limited to two threads.

``load`` reads one Parquet file (user u32, ts u32 seconds, event, platform, amount); each method
named like a question answers it in the shape of ``benchmarks.analytics.canonical``.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np

from benchmarks.made_events import START_S, WEEKS

THREADS = 2
DAYS = WEEKS * 7
WINDOW_S = 7 * 86400
STEPS = ["view_item", "add_to_cart", "checkout", "purchase"]


def from_gaps(rows):
    """DAU, WAU and MAU from counts by (day, days to the actor's next active day up to 30)."""
    answers = []
    for width in (1, 7, 30):
        change = np.zeros(DAYS + 31, dtype=np.int64)
        for day, gap, n in rows:
            change[day] += n
            change[day + min(gap, width)] -= n
        answers.append(np.cumsum(change)[:DAYS].tolist())
    return answers


def from_levels(rows):
    """Actors who reached each step from counts by the furthest step."""
    levels = dict(rows)
    return [sum(n for level, n in levels.items() if level >= k) for k in range(1, 5)]


class ClickHouse:
    """ClickHouse embedded (chdb): MergeTree ordered by (user, ts), merged to one part."""

    name = "clickhouse"

    def load(self, source: Path, folder: Path) -> None:
        from chdb.session import Session

        self.folder = folder / "clickhouse"
        self.session = Session(str(self.folder))
        self.session.query(
            "CREATE TABLE ev (user UInt32, ts UInt32, event LowCardinality(String), "
            "platform LowCardinality(String), amount Nullable(Float64)) "
            "ENGINE = MergeTree ORDER BY (user, ts)"
        )
        self.session.query(f"INSERT INTO ev SELECT * FROM file('{source}', Parquet)")
        self.session.query("OPTIMIZE TABLE ev FINAL")

    def rows(self, sql):
        text = self.session.query(f"{sql} SETTINGS max_threads = {THREADS}", "JSONCompact").bytes()
        return [
            [int(x) if str(x).isdigit() else x for x in row] for row in json.loads(text)["data"]
        ]

    def _levels(self, conditions, extra="", keep="1"):
        steps = ", ".join(conditions)
        names = ", ".join(f"'{s}'" for s in STEPS)
        return (
            f"SELECT windowFunnel({WINDOW_S})(ts, {steps}) AS level {extra} FROM ev "
            f"WHERE event IN ({names}) AND {keep} GROUP BY user"
        )

    def funnel(self):
        plain = self._levels([f"event = '{s}'" for s in STEPS])
        return from_levels(self.rows(f"SELECT level, count() FROM ({plain}) GROUP BY level"))

    def funnel_breakdown(self):
        own = ", argMinIf(platform, ts, event = 'view_item') AS value"
        plain = self._levels([f"event = '{s}'" for s in STEPS], own)
        found = self.rows(f"SELECT value, level, count() FROM ({plain}) GROUP BY value, level")
        values = {row[0] for row in found if row[1] > 0}
        return {v: from_levels((lv, n) for w, lv, n in found if w == v) for v in sorted(values)}

    def funnel_filters(self):
        first = "event = 'view_item' AND platform != 'web'"
        last = "event = 'purchase' AND amount > 50"
        plain = self._levels([first, "event = 'add_to_cart'", "event = 'checkout'", last])
        return from_levels(self.rows(f"SELECT level, count() FROM ({plain}) GROUP BY level"))

    def retention(self):
        week = f"intDiv(t - {START_S}, 604800)"
        back = f"arrayDistinct(arrayMap(t -> {week}, arrayFilter(t -> t > f, homes)))"
        users = (
            "SELECT min(ts) AS f, groupArrayIf(ts, event = 'view_home') AS homes FROM ev "
            "GROUP BY user"
        )
        found = self.rows(
            f"SELECT w0, k, count() FROM (SELECT intDiv(f - {START_S}, 604800) AS w0, "
            f"arrayJoin(arrayPushBack(arrayMap(w -> w - w0, {back}), -1)) AS k FROM ({users})) "
            "GROUP BY w0, k"
        )
        return sorted([int(x) for x in row] for row in found)

    def active(self):
        days = f"arraySort(groupUniqArray(toUInt16(intDiv(ts - {START_S}, 86400))))"
        users = (
            f"SELECT {days} AS ds, arrayMap((a, b) -> least(b - a, 30), ds, "
            "arrayPushBack(arrayPopFront(ds), 9999)) AS gs FROM ev GROUP BY user"
        )
        return from_gaps(
            self.rows(
                f"SELECT d, g, count() FROM ({users}) ARRAY JOIN ds AS d, gs AS g GROUP BY d, g"
            )
        )


class DuckDB:
    """DuckDB: a table sorted by (user, ts), enums, chains of ASOF joins."""

    name = "duckdb"

    def load(self, source: Path, folder: Path) -> None:
        import duckdb

        self.folder = folder / "duckdb"
        self.folder.mkdir()
        self.base = duckdb.connect(str(self.folder / "ev.db"), config={"threads": THREADS})
        for name in ("event", "platform"):
            self.base.execute(
                f"CREATE TYPE {name}_t AS ENUM (SELECT DISTINCT {name} FROM '{source}')"
            )
        self.base.execute(
            "CREATE TABLE ev AS SELECT user AS u, ts::BIGINT AS ts, event::event_t AS event, "
            f"platform::platform_t AS platform, amount FROM '{source}' ORDER BY u, ts"
        )
        self.base.execute("CHECKPOINT")

    def rows(self, sql):
        return self.base.execute(sql).fetchall()

    def _chain(self, first="true", last="true"):
        parts = [f"s0 AS (SELECT u, ts, ts AS s FROM ev WHERE event = 'view_item' AND {first})"]
        for k, event in enumerate(STEPS[1:], 1):
            more = last if k == 3 else "true"
            parts.append(
                f"s{k} AS MATERIALIZED (SELECT e.u, e.ts, p.s FROM "
                f"(SELECT u, ts FROM ev WHERE event = '{event}' AND {more}) e "
                f"ASOF JOIN s{k - 1} p ON e.u = p.u AND e.ts >= p.ts "
                f"WHERE e.ts - p.s <= {WINDOW_S})"
            )
        return "WITH " + ", ".join(parts)

    def funnel(self, first="true", last="true"):
        counts = ", ".join(f"(SELECT count(DISTINCT u) FROM s{k})" for k in range(4))
        return list(self.rows(f"{self._chain(first, last)} SELECT {counts}")[0])

    def funnel_breakdown(self):
        value = (
            ", v AS MATERIALIZED (SELECT u, arg_min(platform, ts) AS value FROM ev "
            "WHERE event = 'view_item' GROUP BY u)"
        )
        each = " UNION ALL ".join(
            f"SELECT {k} AS k, value::VARCHAR AS value, count(*) AS n FROM v "
            f"JOIN (SELECT DISTINCT u FROM s{k}) USING (u) GROUP BY value"
            for k in range(4)
        )
        found = {}
        for k, name, n in self.rows(f"{self._chain()}{value} {each}"):
            found.setdefault(name, [0] * 4)[k] = n
        return dict(sorted(found.items()))

    def funnel_filters(self):
        return self.funnel("platform <> 'web'", "amount > 50")

    def retention(self):
        first = "f AS MATERIALIZED (SELECT u, min(ts) AS f FROM ev GROUP BY u)"
        back = (
            f"SELECT DISTINCT u, (f - {START_S}) // 604800 AS w0, (ts - {START_S}) // 604800 AS w "
            "FROM ev JOIN f USING (u) WHERE event = 'view_home' AND ts > f"
        )
        sql = (
            f"WITH {first} SELECT w0, w - w0 AS k, count(*) FROM ({back}) GROUP BY ALL UNION ALL "
            f"SELECT (f - {START_S}) // 604800, -1, count(*) FROM f GROUP BY ALL"
        )
        return sorted(list(row) for row in self.rows(sql))

    def active(self):
        days = f"SELECT DISTINCT u, (ts - {START_S}) // 86400 AS d FROM ev"
        gaps = (
            "SELECT d, least(coalesce(lead(d) OVER (PARTITION BY u ORDER BY d) - d, 30), 30) AS g "
            f"FROM ({days})"
        )
        return from_gaps(self.rows(f"SELECT d, g, count(*) FROM ({gaps}) GROUP BY ALL"))


class Polars:
    """Polars: user and second in one sorted 64-bit key, so that no grouping is needed."""

    name = "polars"

    def load(self, source: Path, folder: Path) -> None:
        os.environ["POLARS_MAX_THREADS"] = str(THREADS)
        import polars as pl

        self.folder = folder / "polars"
        self.folder.mkdir()
        self.pl = pl
        frame = pl.read_parquet(source).with_columns(
            pl.col("event").cast(pl.Categorical), pl.col("platform").cast(pl.Categorical)
        )
        key = pl.col("user").cast(pl.Int64) * (1 << 32) + pl.col("ts")
        self.frame = frame.with_columns(key.alias("key")).sort("key")
        self.frame.write_ipc(self.folder / "ev.arrow")

    def _stages(self, first=True, last=True):
        """Rows of the four events with the key of the start carried to each step."""
        pl = self.pl
        key, event = pl.col("key"), pl.col("event")
        view = (event == STEPS[0]) & first
        rows = self.frame.lazy().filter(event.is_in(STEPS))
        rows = rows.with_columns(pl.when(view).then(key).forward_fill().alias("s0"))
        for k in (1, 2, 3):
            before = pl.col(f"s{k - 1}")
            here = (event == STEPS[k]) & (last if k == 3 else True) & (key - before <= WINDOW_S)
            start = pl.when(here).then(before)
            rows = rows.with_columns((start if k == 3 else start.forward_fill()).alias(f"s{k}"))
        done = [view]
        for k in (1, 2, 3):
            more = last if k == 3 else True
            done.append((event == STEPS[k]) & more & (key - pl.col(f"s{k - 1}") <= WINDOW_S))
        return rows, done

    def _users(self, rows, done):
        pl = self.pl
        user = pl.col("user")
        # Users are in order: a distinct count is a count of changes.
        one = [user.filter(d).rle_id().max() for d in done]
        found = rows.select(x.alias(str(k)) for k, x in enumerate(one)).collect().row(0)
        return [0 if n is None else n + 1 for n in found]

    def funnel(self):
        return self._users(*self._stages())

    def funnel_filters(self):
        pl = self.pl
        return self._users(*self._stages(pl.col("platform") != "web", pl.col("amount") > 50))

    def funnel_breakdown(self):
        pl = self.pl
        rows, done = self._stages()
        reached = [d.any().alias(str(k)) for k, d in enumerate(done)]
        first = pl.col("platform").filter(pl.col("event") == STEPS[0]).first().alias("value")
        level = rows.group_by("user").agg(first, *reached).filter(pl.col("0"))
        found = level.group_by("value").agg(pl.col("0", "1", "2", "3").sum()).collect()
        return {row[0]: list(row[1:]) for row in sorted(found.rows())}

    def retention(self):
        pl = self.pl
        rows = self.frame.lazy()
        new = pl.col("user") != pl.col("user").shift(fill_value=0xFFFFFFFF)
        rows = rows.with_columns(pl.when(new).then(pl.col("ts")).forward_fill().alias("f"))
        week = (pl.col("ts").cast(pl.Int64) - START_S) // 604800
        w0 = (pl.col("f").cast(pl.Int64) - START_S) // 604800
        back = rows.filter((pl.col("event") == "view_home") & (pl.col("ts") > pl.col("f")))
        back = back.select("user", w0.alias("w0"), (week - w0).alias("k"))
        other = (pl.col("user") != pl.col("user").shift(fill_value=0xFFFFFFFF)) | (
            pl.col("k") != pl.col("k").shift(fill_value=-9)
        )
        back = back.filter(other).group_by("w0", "k").len()
        size = rows.filter(new).group_by(w0.alias("w0")).len()
        size = size.select("w0", pl.lit(-1, pl.Int64).alias("k"), "len")
        return sorted(list(r) for r in pl.concat(pl.collect_all([back, size])).rows())

    def active(self):
        pl = self.pl
        day = (pl.col("ts").cast(pl.Int64) - START_S) // 86400
        rows = self.frame.lazy().select("user", day.alias("d"))
        first = (pl.col("user") != pl.col("user").shift(fill_value=0xFFFFFFFF)) | (
            pl.col("d") != pl.col("d").shift(fill_value=-9)
        )
        rows = rows.filter(first)
        same = pl.col("user") == pl.col("user").shift(-1)
        gap = pl.when(same).then(pl.col("d").shift(-1) - pl.col("d")).otherwise(30)
        gap = gap.fill_null(30).clip(upper_bound=30)
        return from_gaps(rows.group_by("d", gap.alias("g")).len().collect().rows())


PEERS = {peer.name: peer for peer in (ClickHouse, DuckDB, Polars)}
