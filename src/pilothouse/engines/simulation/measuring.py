"""What else is in a log: programs that visit, and events that a release of the client renamed.

Neither touches anybody's life. Both are functions of seed, day and number, so that any day can be
made again alone. A bot is recognised as one does in real logs: it comes at any hour, waits the same
time before each page and never signs up; its name looks like a person's. People are numbered below
the number of users and bots from there on, which is for the debrief alone.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pilothouse.engines.simulation._compile import borrowing, compiled
from pilothouse.engines.simulation.distributions import cumulative_thresholds, log
from pilothouse.engines.simulation.kernel import VISIT, Key
from pilothouse.engines.simulation.pack import Pack, Rename
from pilothouse.engines.simulation.philox import Stream, philox, uniform
from pilothouse.engines.simulation.records import DayRecord
from pilothouse.engines.simulation.users import Marks, Traits, pick
from pilothouse.kernel.times import DAY_US, SECOND_US

# People in the market for each bot that is known by a name of its own.
_PEOPLE_PER_BOT = 500
_LEAST_GAP_US, _GAP_SPAN_US = SECOND_US // 2, 2 * SECOND_US
_MOST_PAGES = 500
_BOT, _CLIENT = int(Stream.BOT), int(Stream.CLIENT)


class BotRows(NamedTuple):
    """Columns of one day's rows of bots: ``bot`` and ``visit`` are numbers from 0."""

    id: NDArray[np.uint32]
    bot: NDArray[np.int32]
    visit: NDArray[np.int32]
    event: NDArray[np.int32]
    offset_us: NDArray[np.int64]


class _Habits(NamedTuple):
    """How bots come: how many of them there are, chance to stop after a page, what they open."""

    bots: int
    stop: float
    first: int
    opens: Marks
    features: NDArray[np.int64]


def count_bots(pack: Pack, users: int) -> int:
    """How many names bots use in a log of ``users`` people."""
    return 1 + users // _PEOPLE_PER_BOT if pack.instrumentation.bots.value > 0 else 0


def bot_rows(pack: Pack, key: Key, record: DayRecord, users: int) -> BotRows:
    """What bots send on the day of ``record``: so many visits that they are their share of all."""
    share = pack.instrumentation.bots.value
    people = int(np.count_nonzero(record.flags & VISIT))
    draw, _, _, _ = philox(0, key.day, 0, key.replicate, key.seed, _BOT)
    # The fraction of a visit is left to chance, so that small worlds have their share too.
    visits = int(people * share / (1.0 - share) + uniform(draw)) if 0 < share < 1 else 0
    habits = _habits(pack, count_bots(pack, users))
    rows = _empty(_visit_all(visits, key, habits, _empty(0)))
    _visit_all(visits, key, habits, rows)
    return rows


def _habits(pack: Pack, bots: int) -> _Habits:
    codes = {name: code for code, name in enumerate(pack.event_names)}
    # What needs no account can be opened by a program: in a shop all that people open first.
    opened = pack.features if pack.purchases is not None else ()
    return _Habits(
        bots=bots,
        stop=1.0 / pack.instrumentation.bot_pages.value,
        first=codes[pack.events.visit],
        opens=cumulative_thresholds([feature.first for feature in opened] or [1.0]),
        features=np.array([codes[feature.event] for feature in opened], np.int64),
    )


def _empty(count: int) -> BotRows:
    return BotRows(
        id=np.empty((count, 4), np.uint32),
        bot=np.empty(count, np.int32),
        visit=np.empty(count, np.int32),
        event=np.empty(count, np.int32),
        offset_us=np.empty(count, np.int64),
    )


@compiled
def _pages(draw: np.uint64, stop: float) -> int:
    """A geometric number of pages, 1 or more, by its inverse."""
    if stop >= 1.0:
        return 1
    return min(1 + int(log(uniform(draw)) / log(1.0 - stop)), _MOST_PAGES)


@borrowing
def _visit_all(visits: int, key: Key, habits: _Habits, rows: BotRows) -> int:
    """Write what fits into ``rows``; returns how many there are."""
    row = 0
    for visit in range(visits):
        who, when, pages, gap = philox(visit + 1, key.day, 0, key.replicate, key.seed, _BOT)
        bot = int(uniform(who) * habits.bots)
        wait = _LEAST_GAP_US + int(_GAP_SPAN_US * uniform(gap))
        offset = int(uniform(when) * DAY_US)
        for page in range(_pages(pages, habits.stop)):
            if offset >= DAY_US:
                break
            draws = philox(visit + 1, key.day, page + 1, key.replicate, key.seed, _BOT)
            if row < len(rows.bot):
                rows.id[row] = draws
                rows.bot[row], rows.visit[row], rows.offset_us[row] = bot, visit, offset
                opens = page > 0 and len(habits.features) > 0
                at = pick(habits.opens, draws[3])
                rows.event[row] = habits.features[at] if opens else habits.first
            row += 1
            offset += wait
    return row


def update_days(rename: Rename, number: int, users: int, seed: int) -> NDArray[np.float64]:
    """(users): the day from which each person's client sends the new name of rename ``number``."""
    return _update_days(number, users, seed, rename.day.value, rename.days_to_update.value)


@compiled
def _update_days(
    number: int, users: int, seed: int, day: float, days_to_update: float
) -> NDArray[np.float64]:
    days = np.empty(users, np.float64)
    for user in range(users):
        draw, _, _, _ = philox(user, 0, number, 0, seed, _CLIENT)
        days[user] = day - days_to_update * log(uniform(draw))
    return days


def rename_events(
    pack: Pack,
    codes: NDArray[np.int32],
    users: NDArray[np.int32],
    *,
    day: int,
    updates: tuple[NDArray[np.float64], ...],
    traits: Traits,
) -> NDArray[np.int32]:
    """``codes`` of events of ``users`` on day number ``day`` as their clients call them."""
    known = pack.event_names
    renamed = codes.copy()
    for number, rename in enumerate(pack.renames):
        hit = (codes == known.index(rename.event)) & (updates[number][users] <= day)
        if rename.platform:
            place = [platform.key for platform in pack.platforms].index(rename.platform)
            hit &= traits["platform"][users] == place
        renamed[hit] = len(known) + number
    return renamed
