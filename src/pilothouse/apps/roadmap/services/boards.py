"""The two pictures of a roadmap: now / next / later, and quarters by outcome or team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pilothouse.apps.roadmap.models import BetStatus, Horizon
from pilothouse.apps.roadmap.services.bets import BetView, list_bets
from pilothouse.apps.roadmap.services.dependencies import Breach, find_breaches
from pilothouse.apps.roadmap.services.load import Load, find_overloads, measure_load
from pilothouse.apps.roadmap.services.moves import list_recent_moves, summarise_moves
from pilothouse.apps.roadmap.services.outcomes import OutcomeView, list_outcomes
from pilothouse.apps.roadmap.services.quarters import (
    add_quarters,
    list_quarters,
    name_quarter,
    quarter_start,
    today_of,
)
from pilothouse.apps.roadmap.services.teams import TeamView, list_teams
from pilothouse.apps.workspace.services.access import ProductView

QUARTERS_SHOWN = 6


@dataclass(frozen=True)
class Card:
    """A bet on the board: ``moved`` is its recent history, ``breaches`` what it stands before.

    ``effort`` is in person-weeks: of one team where the card stands in that team's row.
    """

    bet: BetView
    moved: str
    breaches: tuple[str, ...]
    effort: float | None


@dataclass(frozen=True)
class Column:
    """A horizon with its bets."""

    horizon: str
    name: str
    help: str
    cards: tuple[Card, ...]
    effort: float


@dataclass(frozen=True)
class Board:
    """Open bets by horizon, and apart from them what was done or dropped."""

    columns: tuple[Column, ...]
    done: tuple[BetView, ...]
    dropped: tuple[BetView, ...]
    outcomes: tuple[OutcomeView, ...]
    breaches: tuple[Breach, ...]
    overloads: tuple[Load, ...]
    total: int


@dataclass(frozen=True)
class Cell:
    """What stands in a quarter of a row; ``load`` only in a row of a team."""

    quarter: date | None
    quarter_name: str
    is_running: bool
    cards: tuple[Card, ...]
    load: Load | None = None


@dataclass(frozen=True)
class Row:
    """The bets of an outcome or a team along the quarters; the last cell has no quarter."""

    public_id: str
    name: str
    url: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Timeline:
    """Bets by quarter. ``earlier`` and ``later`` count bets outside the quarters shown."""

    quarters: tuple[date, ...]
    names: tuple[str, ...]
    running: date
    rows: tuple[Row, ...]
    loads: tuple[tuple[Load, ...], ...]
    overloads: tuple[Load, ...]
    breaches: tuple[Breach, ...]
    earlier: int
    later: int
    total: int


HELP = {
    Horizon.NOW: "this quarter, being worked on or about to be",
    Horizon.NEXT: "one or two quarters on, likely",
    Horizon.LATER: "further on; no dates on purpose",
}


def build_board(product: ProductView, outcome_id: str = "") -> Board:
    """The board, or the part of one outcome; six queries whatever its size."""
    bets = list_bets(product)
    shown = [bet for bet in bets if not outcome_id or bet.outcome_id == outcome_id]
    breaches = find_breaches(bets)
    cards = _make_cards(product, shown, breaches)
    teams = list_teams(product)
    columns = tuple(_column(horizon, cards) for horizon in Horizon)
    return Board(
        columns=columns,
        done=tuple(bet for bet in shown if bet.status == BetStatus.DONE),
        dropped=tuple(bet for bet in shown if bet.status == BetStatus.DROPPED),
        outcomes=tuple(list_outcomes(product)),
        breaches=tuple(breaches),
        overloads=tuple(_overloads_ahead(product, bets, teams)),
        total=len(bets),
    )


def build_timeline(
    product: ProductView, *, group: str = "outcome", first: date | None = None
) -> Timeline:
    """Quarters from ``first`` (the running one) on, with rows by outcome or by team."""
    today = today_of(product)
    running = quarter_start(today)
    quarters = list_quarters(first or running, QUARTERS_SHOWN)
    bets = [bet for bet in list_bets(product) if bet.status != BetStatus.DROPPED]
    breaches = find_breaches(bets)
    cards = _make_cards(product, bets, breaches)
    teams = list_teams(product)
    loads = measure_load(bets, teams, quarters)
    rows = (
        [_team_row(team, cards, quarters, running, loads[team.public_id]) for team in teams]
        if group == "team"
        else _outcome_rows(list_outcomes(product), cards, quarters, running)
    )
    return Timeline(
        quarters=tuple(quarters),
        names=tuple(name_quarter(day) for day in quarters),
        running=running,
        rows=tuple(rows),
        loads=tuple(tuple(loads[team.public_id]) for team in teams),
        overloads=tuple(_overloads_ahead(product, bets, teams)),
        breaches=tuple(breaches),
        earlier=sum(bet.quarter is not None and bet.quarter < quarters[0] for bet in bets),
        later=sum(bet.quarter is not None and bet.quarter > quarters[-1] for bet in bets),
        total=len(bets),
    )


def _overloads_ahead(
    product: ProductView, bets: Sequence[BetView], teams: Sequence[TeamView]
) -> list[Load]:
    running = quarter_start(today_of(product))
    last = max((bet.quarter for bet in bets if bet.quarter), default=running)
    span = [running]
    while span[-1] < last and len(span) < 40:
        span.append(add_quarters(span[-1], 1))
    return find_overloads(bets, teams, span)


def _make_cards(
    product: ProductView, bets: Sequence[BetView], breaches: Sequence[Breach]
) -> list[Card]:
    moves = list_recent_moves(product)
    broken: dict[str, list[str]] = {}
    for breach in breaches:
        broken.setdefault(breach.bet.public_id, []).append(breach.sentence)
    return [
        Card(
            bet,
            summarise_moves(moves.get(bet.public_id, ()), product.now),
            tuple(broken.get(bet.public_id, ())),
            bet.effort,
        )
        for bet in bets
    ]


def _column(horizon: Horizon, cards: Sequence[Card]) -> Column:
    inside = tuple(card for card in cards if card.bet.is_open and card.bet.horizon == horizon)
    return Column(
        horizon=horizon.value,
        name=horizon.label,
        help=HELP[horizon],
        cards=inside,
        effort=sum(card.effort or 0.0 for card in inside),
    )


def _outcome_rows(
    outcomes: Sequence[OutcomeView],
    cards: Sequence[Card],
    quarters: Sequence[date],
    running: date,
) -> list[Row]:
    rows = [
        Row(
            outcome.public_id,
            outcome.title,
            outcome.url,
            _cells(
                [card for card in cards if card.bet.outcome_id == outcome.public_id],
                quarters,
                running,
            ),
        )
        for outcome in outcomes
    ]
    loose = [card for card in cards if not card.bet.outcome_id]
    if loose:
        rows.append(Row("", "No outcome", "", _cells(loose, quarters, running)))
    return rows


def _team_row(
    team: TeamView,
    cards: Sequence[Card],
    quarters: Sequence[date],
    running: date,
    loads: Sequence[Load],
) -> Row:
    own = [
        Card(card.bet, card.moved, card.breaches, card.bet.efforts[team.public_id])
        for card in cards
        if team.public_id in card.bet.efforts
    ]
    by_quarter = {load.quarter: load for load in loads}
    return Row(team.public_id, team.name, "", _cells(own, quarters, running, by_quarter))


def _cells(
    cards: Sequence[Card],
    quarters: Sequence[date],
    running: date,
    loads: Mapping[date, Load] | None = None,
) -> tuple[Cell, ...]:
    dated = [
        Cell(
            quarter=day,
            quarter_name=name_quarter(day),
            is_running=day == running,
            cards=tuple(card for card in cards if card.bet.quarter == day),
            load=(loads or {}).get(day),
        )
        for day in quarters
    ]
    loose = tuple(card for card in cards if card.bet.quarter is None and card.bet.is_open)
    return (*dated, Cell(None, "", False, loose))
