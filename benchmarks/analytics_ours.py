"""Our side of the benchmark: segments, an index that took in its last hundredth late, questions."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import numpy as np
from numba import njit

from benchmarks.analytics_peers import STEPS, THREADS
from benchmarks.made_events import MadeEvents
from pilothouse.engines._numeric.parallel import run_chunks
from pilothouse.engines.analytics import (
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
from pilothouse.stores.embedded import EmbeddedStore
from pilothouse.stores.index import measure_bytes

SEGMENT_ROWS = 1_000_000
HOME = Selector("view_home")
PLAIN = tuple(Selector(step) for step in STEPS)
FILTERED = (
    Selector(STEPS[0], (Filter("platform", "is-not", ("web",)),)),
    PLAIN[1],
    PLAIN[2],
    Selector(STEPS[3], (Filter("amount", "greater", (50,)),)),
)


@njit(nogil=True, cache=True)
def add_words(words):
    """The sum of uint64 ``words``: as quick as they can be read."""
    total = np.uint64(0)
    for word in words:
        total += word
    return total


class Ours:
    """The embedded store and the engine."""

    name = "pilothouse"

    def write(self, made: MadeEvents, folder: Path) -> None:
        """Store all events as segments, the last hundredth apart."""
        self.folder = folder / "pilothouse"
        self.store = EmbeddedStore(self.folder / "events", self.folder / "index")
        late = len(made) * 99 // 100
        cuts = [*range(0, late, SEGMENT_ROWS), late, len(made)]
        self.segments = [self.store.append(made.table(a, b)) for a, b in pairwise(cuts)]

    def load(self) -> dict[str, float]:
        """Build the index of 99 %, extend it by the rest, build it whole elsewhere; seconds."""
        self._warm_up()
        steps: dict[str, float] = {}
        began = time.perf_counter()
        self.store.log(self.segments[:-1])
        steps["build_s"] = time.perf_counter() - began
        began = time.perf_counter()
        self.log = self.store.log(self.segments)
        steps["extend_1_percent_s"] = time.perf_counter() - began
        whole = EmbeddedStore(self.folder / "events", self.folder / "index_whole")
        self.whole = whole.log(self.segments)
        began = time.perf_counter()
        for name in self.log.property_names:
            self.log.property(name)
        steps["extract_5_properties_s"] = time.perf_counter() - began
        return steps

    def _warm_up(self) -> None:
        """Compile and load the kernels outside of what is timed."""
        first = self.segments[-1:]
        self.log = EmbeddedStore(self.folder / "events", self.folder / "index_warm").log(first)
        for question in ("funnel", "funnel_breakdown", "funnel_filters", "retention", "active"):
            getattr(self, question)()
        self.read()

    def disk(self) -> dict[str, float]:
        """Bytes an event on disk."""
        rows = self.log.rows
        return {
            "segments": measure_bytes(self.folder / "events") / rows,
            "index_with_5_properties": measure_bytes(self.folder / "index") / rows,
            "index": measure_bytes(self.folder / "index_whole") / rows,
        }

    def read(self):
        """A plain read of the event and time columns on all threads."""
        parts = [self.log.time, self.log.event]
        words = [p[: len(p) // 8 * 8].view(np.uint64) for p in parts]
        pieces = [piece for w in words for piece in np.array_split(w, THREADS)]
        run_chunks(lambda k: add_words(pieces[k]), len(pieces))

    def funnel(self, log=None, *, timing=False):
        query = FunnelQuery(PLAIN, immature="include", timing=timing)
        return [step.actors for step in funnel(log or self.log, query).steps]

    def funnel_times(self):
        """The same with means and medians of the times between steps, which peers do not give."""
        return self.funnel(timing=True)

    def funnel_whole(self):
        """The same on an index built at once, to see what extending costs."""
        return self.funnel(self.whole)

    def funnel_first(self):
        """The same when nothing is kept from earlier questions."""
        return self._forgetting(self.funnel)

    def funnel_breakdown(self):
        query = FunnelQuery(PLAIN, immature="include", breakdown="platform", timing=False)
        groups = funnel(self.log, query).groups
        return {g.value: [s.actors for s in g.steps] for g in sorted(groups, key=lambda g: g.value)}

    def funnel_filters(self):
        query = FunnelQuery(FILTERED, immature="include", timing=False)
        return [step.actors for step in funnel(self.log, query).steps]

    def retention(self):
        cohorts = retention(self.log, RetentionQuery(Selector(None), HOME)).cohorts
        rows = [[w, -1, c.size] for w, c in enumerate(cohorts) if c.size]
        rows += [[w, k, n] for w, c in enumerate(cohorts) for k, n in enumerate(c.returned) if n]
        return sorted(rows)

    def retention_first(self):
        """The same when nothing is kept from earlier questions."""
        return self._forgetting(self.retention)

    def active(self):
        """All three measures by one pass over the roll-up, which is made anew each time."""
        for key in [k for k in self.log.derived if k[0] == "gaps"]:
            del self.log.derived[key]
        return self.active_again()

    def active_again(self):
        """The same when that pass is kept too."""

        def values(measure):
            answer = trend(self.log, TrendQuery(Selector(None), parse_measure(measure)))
            return [int(point.value) for point in answer.series[0].values]

        return [values(measure) for measure in ("actors", "wau", "mau")]

    def active_first(self):
        """The same when nothing is kept from earlier questions."""
        return self._forgetting(self.active)

    def _forgetting(self, question):
        kept = dict(self.log.derived)
        self.log.derived.clear()
        answer = question()
        self.log.derived.update(kept)
        return answer
