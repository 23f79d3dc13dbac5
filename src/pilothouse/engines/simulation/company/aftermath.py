"""What is written about incidents when they are over. Nothing in the world depends on it."""

from __future__ import annotations

from pilothouse.engines.simulation.company.artefacts import Artefact, Kind
from pilothouse.engines.simulation.company.delivery import Incident
from pilothouse.engines.simulation.company.inquiry import (
    RECENT_DAYS,
    Broken,
    find,
    kept,
    remember,
)
from pilothouse.engines.simulation.company.setting import Setting
from pilothouse.engines.simulation.company.state import CompanyState


def note_incident(setting: Setting, state: CompanyState, broken: Incident, day: int) -> None:
    """Remember what broke, if it weighs as much as half of incidents do: an inquiry will follow."""
    if broken.hours < setting.business.team.incident_hours.value:
        return
    changed = sorted(i for i, live in state.live.items() if day - live.since <= RECENT_DAYS)
    noted = remember(
        setting.chance,
        day=day,
        weekday=setting.date_of(day).weekday(),
        hours=broken.hours,
        release=broken.release,
        debt=state.shop.debt,
        changed=changed,
    )
    state.broken = [*kept(state.broken, day), noted]


def hear_inquiries(setting: Setting, state: CompanyState, day: int) -> list[Artefact]:
    """What inquiries into incidents have found, told today."""
    return [
        _tell(setting, broken, day, deep=deep)
        for broken in state.broken
        for deep, due in ((False, broken.first), (True, broken.deep))
        if due == day
    ]


def _tell(setting: Setting, broken: Broken, day: int, *, deep: bool) -> Artefact:
    found = find(setting.chance, broken, deep=deep)
    ideas = setting.business.ideas
    facts = {
        "of": setting.date_of(broken.day),
        "hours": broken.hours,
        "deep": deep,
        "hour": found.hour,
        "noticed_hours": found.noticed_hours,
        "alarmed": found.alarmed,
        "changed": [ideas[place].key for place in broken.changed],
        "looked": [str(cause) for cause in found.looked],
        "causes": [str(cause) for cause in found.causes],
    }
    truth = {"cause": str(broken.cause), "first": found.causes[0] is broken.cause}
    return Artefact(setting.date_of(day), Kind.POSTMORTEM, "", facts, truth)
