"""Events made for benchmarks: visitors of a shop, seeded, sorted by time of arrival.

Users differ greatly in how much they do (most a dozen events, a few thousands); sessions walk a
Markov chain over 20 event names; every (user, second) is unique.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numba import njit

from pilothouse.stores.batches import TIME_TYPE

EVENTS = [
    "view_home",
    "view_item",
    "search",
    "add_to_cart",
    "checkout",
    "purchase",
    "view_list",
    "view_cart",
    "open_app",
    "add_to_wishlist",
    "share",
    "review",
    "login",
    "logout",
    "signup",
    "view_help",
    "contact",
    "update_profile",
    "view_order",
    "cancel",
]
PLATFORMS = ["web", "ios", "android"]
COUNTRIES = ["DE", "FR", "GB", "US", "IN", "BR", "JP", "NL", "ES", "IT"]
PLANS = ["free", "plus", "pro"]
URLS = [f"/page/{k}" for k in range(500)]
START_S = 1_767_571_200  # Monday 5 January 2026, 00:00 UTC
WEEKS = 16


@dataclass(frozen=True)
class MadeEvents:
    """One entry an event, in order of time; codes point into the lists above."""

    user: np.ndarray
    time_s: np.ndarray
    event: np.ndarray
    platform: np.ndarray
    country: np.ndarray
    plan: np.ndarray
    url: np.ndarray
    amount: np.ndarray

    def __len__(self) -> int:
        return len(self.user)

    def table(self, low: int, high: int) -> pa.Table:
        """Rows ``low:high`` as a batch of events (``stores.batches``)."""
        part = slice(low, high)
        numbers = np.arange(low, high, dtype=np.uint64)
        names = pa.array([f"user-{k:07}" for k in range(int(self.user.max()) + 1)])
        amounts = self.amount[part]
        return pa.table(
            {
                "id": make_ids(numbers),
                "event": take(EVENTS, self.event[part]),
                "actor": names.take(pa.array(self.user[part])),
                "time": pa.array(self.time_s[part] * 1_000_000).cast(TIME_TYPE),
                "sequence": pa.array(np.arange(low, high, dtype=np.int64)),
                "p:platform": take(PLATFORMS, self.platform[part]),
                "p:country": take(COUNTRIES, self.country[part]),
                "p:plan": take(PLANS, self.plan[part]),
                "p:url": take(URLS, self.url[part]),
                "p:amount": pa.array(amounts, mask=np.isnan(amounts)),
            }
        )


def take(values: list[str], codes: np.ndarray) -> pa.Array:
    """The texts of ``codes``."""
    return pa.array(values).take(pa.array(codes))


def make_ids(numbers: np.ndarray) -> pa.Array:
    """Sixteen well mixed bytes for each number."""
    mixed = np.stack([numbers * np.uint64(0x9E3779B97F4A7C15), numbers ^ np.uint64(0x5DEECE66D)], 1)
    return pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(16), len(numbers), [None, pa.py_buffer(np.ascontiguousarray(mixed))]
    )


def make_events(count: int, seed: int = 20261123) -> MadeEvents:
    """About ``count`` events of about ``count / 32`` users."""
    rng = np.random.default_rng(seed)
    users = max(10, count // 32)
    # What would come after the last week is cut off below, so each has more in mind.
    per_user = np.minimum(np.maximum(1, rng.lognormal(2.63, 1.44, users)), 6000).astype(np.int64)
    chain = np.cumsum(_chain(), axis=1)
    url_cut = np.cumsum(1 / np.arange(1, len(URLS) + 1))
    columns = _walk(per_user, chain, url_cut / url_cut[-1], seed)
    keep = columns[1] < START_S + WEEKS * 7 * 86400
    columns = [c[keep] for c in columns]
    order = np.argsort(columns[1], kind="stable")
    user, time_s, event, platform, url, amount = (c[order] for c in columns)
    country = rng.zipf(1.6, users).clip(1, len(COUNTRIES)).astype(np.uint8) - 1
    plan = rng.choice(3, users, p=[0.75, 0.18, 0.07]).astype(np.uint8)
    return MadeEvents(user, time_s, event, platform, country[user], plan[user], url, amount)


def _chain() -> np.ndarray:
    """Chances of the next event; a shop's path is likely, anything else possible."""
    size = len(EVENTS)
    chain = np.full((size, size), 0.012)
    for name in ("add_to_cart", "checkout", "purchase"):
        chain[:, EVENTS.index(name)] = 0.003
    likely = {
        "view_home": {"view_item": 0.3, "search": 0.2, "view_list": 0.2},
        "search": {"view_item": 0.5, "search": 0.1},
        "view_list": {"view_item": 0.45, "view_list": 0.1},
        "view_item": {"view_item": 0.3, "add_to_cart": 0.24, "view_home": 0.1},
        "add_to_cart": {"view_cart": 0.3, "checkout": 0.3, "view_item": 0.15},
        "view_cart": {"checkout": 0.3, "view_item": 0.2},
        "checkout": {"purchase": 1.0},
        "purchase": {"view_order": 0.4, "view_home": 0.2},
    }
    for name, nexts in likely.items():
        for other, chance in nexts.items():
            chain[EVENTS.index(name), EVENTS.index(other)] += chance
    chain[:, EVENTS.index("view_home")] += 0.1
    return chain / chain.sum(axis=1, keepdims=True)


@njit(cache=True)
def _walk(per_user, chain, url_cut, seed):
    np.random.seed(seed)
    total = per_user.sum()
    user = np.empty(total, dtype=np.uint32)
    time_s = np.empty(total, dtype=np.int64)
    event = np.empty(total, dtype=np.uint8)
    platform = np.empty(total, dtype=np.uint8)
    url = np.empty(total, dtype=np.uint16)
    amount = np.full(total, np.nan)
    row = 0
    for u in range(per_user.size):
        n = per_user[u]
        t = START_S + int(np.random.random() ** 1.3 * WEEKS * 7 * 86400)
        pause = min(8 * 86400.0, WEEKS * 7 * 86400 / (n / 9 + 1) * 0.6)
        current = 0
        device = np.random.randint(0, 3)
        for _ in range(n):
            if np.random.random() < 0.11:
                t += 1800 + int(np.random.exponential(pause))
                current = 0 if np.random.random() < 0.8 else 8
                device = np.random.randint(0, 3)
            else:
                t += 1 + int(np.random.exponential(40.0))
                current = np.searchsorted(chain[current], np.random.random())
            user[row] = u
            time_s[row] = t
            event[row] = min(current, 19)
            platform[row] = device
            url[row] = np.searchsorted(url_cut, np.random.random())
            if current == 5:
                amount[row] = np.round(np.exp(np.random.normal(3.6, 0.9)), 1)
            row += 1
    return user, time_s, event, platform, url, amount
