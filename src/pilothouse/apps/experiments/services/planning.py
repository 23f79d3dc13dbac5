"""What the form of a brief offers: events and properties that are known, units a day so far."""

from __future__ import annotations

from dataclasses import dataclass

from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.kernel.times import DAY_US

TRAFFIC_DAYS = 28
MOST_OFFERED = 300


@dataclass(frozen=True)
class Known:
    """Names to choose from."""

    events: tuple[str, ...]
    properties: tuple[str, ...]


@dataclass(frozen=True)
class Traffic:
    """Units whose first such event came in the last days, a day."""

    event: str
    per_day: float
    days: int


def list_known(product: ProductView) -> Known:
    """The events and properties of a product, the most frequent events first."""
    from pilothouse.apps.analytics.services.answers import take_inventory

    inventory = take_inventory(product)
    events = tuple(event.name for event in inventory.events)
    return Known(events[:MOST_OFFERED], inventory.properties[:MOST_OFFERED])


def measure_traffic(product: ProductView, event: str) -> Traffic | None:
    """Units a day that are new to ``event``, over four weeks; None where there were none."""
    if not event:
        return None
    from pilothouse.apps.analytics.services.answers import asked_at, open_log
    from pilothouse.engines.analytics.exposures import count_first_exposures
    from pilothouse.engines.analytics.queries import Selector

    log = open_log(product)
    if log.first_us is None or event not in log.event_names:
        return None
    now_us, _ = asked_at(product, log)
    days = min(TRAFFIC_DAYS, max(1, (now_us - log.first_us) // DAY_US))
    found = count_first_exposures(log, Selector(event), now_us - days * DAY_US, now_us)
    return Traffic(event, found / days, days) if found else None
