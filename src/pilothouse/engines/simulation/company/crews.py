"""Two or three teams instead of one: less talk within each, and what lies between them.

Who belongs to which team follows from the order of joining. Every team has work of its own; what
hangs together and lies with two teams takes hand-overs. All sizes are choices of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pilothouse.engines.simulation.company.schema import Business

if TYPE_CHECKING:
    from pilothouse.engines.simulation.company.delivery import Work

MOST_TEAMS, LEAST_PEOPLE = 3, 2
# Person-days a day that each team beyond the first takes: its own lead, plans, talk with others.
LEADING = 1.0
# Share of its time that a team loses where all its work hangs together with that of others.
HANDOVER = 0.2
# Days after splitting or merging, and the pace in them.
SETTLING_DAYS, SETTLING_PACE = 14, 0.7

# By idea: what it is about. Ideas with something in common hang together.
Topics = Sequence[frozenset[str]]


def topics_of(business: Business) -> Topics:
    """What each idea is about: its need, or its step of the funnel, and its project."""
    return tuple(
        frozenset(
            {
                f"step {idea.step}" if idea.step else f"need {idea.need}",
                *({f"project {idea.project}"} if idea.project else ()),
            }
        )
        for idea in business.ideas
    )


def members(joined: Sequence[int], number: int, teams: int) -> Sequence[int]:
    """Those of ``joined`` who are in team ``number`` of ``teams``: as equal as can be."""
    return joined[number::teams]


def work_of(works: Sequence[Work], number: int) -> list[Work]:
    """What team ``number`` works on."""
    return [work for work in works if work.team == number]


def ties(works: Sequence[Work], topics: Topics, work: Work) -> list[Work]:
    """What other teams work on and hangs together with ``work``."""
    return [
        other
        for other in works
        if other.team != work.team and topics[other.idea] & topics[work.idea]
    ]


def handover(works: Sequence[Work], topics: Topics, number: int) -> float:
    """The share of its time that team ``number`` loses to hand-overs."""
    own = work_of(works, number)
    if not own or len(own) == len(works):
        return 0.0
    return HANDOVER * sum(bool(ties(works, topics, work)) for work in own) / len(own)


def freest(works: Sequence[Work], teams: int) -> int:
    """The team with the least in hand, the first of several."""
    return min(range(teams), key=lambda number: (len(work_of(works, number)), number))
