"""What colleagues write of their own accord: they ask for ideas, press before a date, and thank.

Nothing in the world depends on it. What somebody asks for follows what they think of ideas, and
that tracks the truth as far as the source does that their opinion is worth.
"""

from __future__ import annotations

from collections.abc import Iterator

from pilothouse.engines.simulation.calendar import SATURDAY
from pilothouse.engines.simulation.company.artefacts import Artefact, Kind
from pilothouse.engines.simulation.company.effects import signal
from pilothouse.engines.simulation.company.schema import Stakeholder
from pilothouse.engines.simulation.company.setting import Setting
from pilothouse.engines.simulation.company.state import CompanyState
from pilothouse.engines.simulation.philox import Stream

# Working days between two questions of somebody whose word counts fully; of others, more.
ASKS_DAYS = 12.0
LEAST_VOICE = 0.3
# One asks for what one thinks best, or second or third best.
FAVOURITES = 3
# Days before a promise is due on which one is reminded of it.
PRESS_DAYS = (10, 3)


def hear_colleagues(setting: Setting, state: CompanyState, day: int) -> list[Artefact]:
    """The messages of a day; on weekends there are none."""
    if setting.date_of(day).weekday() >= SATURDAY:
        return []
    made = []
    for place, person in enumerate(setting.business.stakeholders):
        for mood, idea in _moods(setting, state, place, day):
            facts = {"by": person.key, "mood": mood}
            truth = {"effect": setting.truths[idea].effect}
            key = setting.business.ideas[idea].key
            made.append(Artefact(setting.date_of(day), Kind.MESSAGE, key, facts, truth))
    return made


def _moods(
    setting: Setting, state: CompanyState, place: int, day: int
) -> Iterator[tuple[str, int]]:
    person = setting.business.stakeholders[place]
    promised = {p.idea: p for p in state.promises if p.to == place}
    for idea, promise in promised.items():
        if promise.kept is None and promise.due - day in PRESS_DAYS:
            yield "press", idea
    for idea, live in state.live.items():
        wanted = setting.business.ideas[idea].champion == person.key
        # Whoever had a promise says more than thanks on that day.
        if live.since == day and wanted and idea not in promised:
            yield "thank", idea
    asks, which, _, _ = setting.chance.draw(Stream.MESSAGE, place, day)
    voice = LEAST_VOICE + (1.0 - LEAST_VOICE) * person.influence.value
    if asks < voice / ASKS_DAYS:
        wished = _favourites(setting, state, person)
        if wished:
            yield "ask", wished[int(which * len(wished))]


def _favourites(setting: Setting, state: CompanyState, person: Stakeholder) -> list[int]:
    """What ``person`` would have next: their own ideas and those for what they care about."""
    begun = {work.idea for work in state.shop.work} | {*state.built, *state.live}
    liked = {
        place: signal(setting.business, setting.chance, setting.truths[place], person.source)
        for place, idea in enumerate(setting.business.ideas)
        if place not in begun and (idea.champion == person.key or idea.need in person.interests)
    }
    return sorted(liked, key=lambda place: (-liked[place], place))[:FAVOURITES]
