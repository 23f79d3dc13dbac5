"""What trade partners ask for where people shop: "we take you off the shelf without it".

They name a solution, and the need behind it is another one as often as in deals. Nothing depends
on what they say: no partner is modelled who could leave, and what is built for one does what it
does for people. So the threat is talk, here always; in life nearly always.
"""

from __future__ import annotations

from typing import Any

from pilothouse.engines.simulation.calendar import SATURDAY, WEEK, WORKDAYS
from pilothouse.engines.simulation.company.artefacts import Artefact, Kind
from pilothouse.engines.simulation.company.chance import daily, lognormal
from pilothouse.engines.simulation.company.setting import Setting
from pilothouse.engines.simulation.company.state import CompanyState
from pilothouse.engines.simulation.philox import Stream

NOTICE_SPREAD, LEAST_NOTICE = 0.4, 7
# Partners have numbers; a world has names for some of them.
PARTNERS = 60


def hear_trade(setting: Setting, state: CompanyState, day: int) -> list[Artefact]:
    """What a trade partner asks for today, if anybody does; on weekends nobody."""
    trade, when = setting.business.trade, setting.date_of(day)
    if trade is None or when.weekday() >= SATURDAY:
        return []
    u, v, w, x = setting.chance.draw(Stream.TRADE, 0, day, 0)
    if u >= daily(trade.requests_yearly.value * WEEK / WORKDAYS):
        return []
    a, b, c, _ = setting.chance.draw(Stream.TRADE, 0, day, 1)
    ideas, needs = setting.business.ideas, [need.key for need in setting.business.needs]
    asks = int(v * len(ideas))
    named = needs.index(ideas[asks].need)
    other = (named + 1 + int(x * (len(needs) - 1))) % len(needs)
    notice = lognormal(b, trade.notice_days.value, NOTICE_SPREAD)
    facts: dict[str, Any] = {
        "partner": int(c * PARTNERS),
        "by": trade.voice,
        "value": lognormal(a, trade.claimed_value.value, trade.value_spread.value),
        "decides": setting.date_of(day + max(LEAST_NOTICE, int(notice + 0.5))),
        "there": asks in state.live,
    }
    behind = needs[named if w < trade.right_need.value else other]
    truth = {"need": behind, "would leave": False, "effect": setting.truths[asks].effect}
    return [Artefact(when, Kind.REQUEST, ideas[asks].key, facts, truth)]
