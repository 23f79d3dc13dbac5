"""How slow the product is on a day: debt, a busy season and what broke add up to it.

It is no state of its own: it follows from the company's debt, the calendar and today's incident.
People feel only what lies above a threshold, and a team that repairs as it goes stays below it.
"""

from __future__ import annotations

from pilothouse.engines.simulation.calendar import FRIDAY, day_factor
from pilothouse.engines.simulation.company.artefacts import Artefact, Kind
from pilothouse.engines.simulation.company.chance import lognormal
from pilothouse.engines.simulation.company.setting import Setting
from pilothouse.engines.simulation.company.state import CompanyState
from pilothouse.engines.simulation.philox import Stream

# Without any debt answers still take this part of what was usual; readings spread by so much.
QUICKEST, READING_SPREAD = 0.4, 0.05
# Whoever has waited so much longer than the threshold is gone: more waiting is no worse.
GIVE_UP_SECONDS = 3.0


def latency_ms(setting: Setting, state: CompanyState, day: int, *, broken: bool) -> float:
    """Milliseconds until a page answers, at the slowest twentieth of day number ``day``.

    0 in a world without a ``[latency]``.
    """
    latency = setting.business.latency
    if latency is None:
        return 0.0
    start = setting.business.team.debt_start.value
    busy = day_factor(setting.pack.calendar, setting.date_of(day))
    short = busy * (1.0 + state.shop.debt) / (1.0 + start) - latency.headroom.value
    slower = max(QUICKEST, 1.0 + latency.debt_effect.value * (state.shop.debt - start))
    slower *= 1.0 + latency.load_effect.value * max(0.0, short)
    slower *= 1.0 + (latency.incident_effect.value if broken else 0.0)
    return latency.usual_ms.value * slower


def slowness(setting: Setting, latency: float) -> float:
    """What a latency (milliseconds) takes from the worth of the product: 0 up to the threshold."""
    given = setting.business.latency
    if given is None:
        return 0.0
    seconds = max(0.0, latency - given.threshold_ms.value) / 1000.0
    return given.harm.value * min(seconds, GIVE_UP_SECONDS)


def report_latency(
    setting: Setting, state: CompanyState, day: int, *, broken: bool
) -> list[Artefact]:
    """How slow the product was, on Fridays, as nearly as it was measured."""
    if setting.business.latency is None or setting.date_of(day).weekday() != FRIDAY:
        return []
    now = latency_ms(setting, state, day, broken=broken)
    u, _, _, _ = setting.chance.draw(Stream.READING, 0, day)
    facts = {
        "ms": 10 * round(lognormal(u, now, READING_SPREAD) / 10.0),
        "usual": setting.business.latency.usual_ms.value,
    }
    truth = {"ms": now, "harm": slowness(setting, now)}
    return [Artefact(setting.date_of(day), Kind.LATENCY, "", facts, truth)]
