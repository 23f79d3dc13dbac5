"""What of the roadmap must be seen today."""

from __future__ import annotations

from datetime import date, timedelta

from pilothouse.apps.roadmap.services.bets import BetView, list_bets
from pilothouse.apps.roadmap.services.dependencies import find_breaches
from pilothouse.apps.roadmap.services.flow import list_ageing_attention
from pilothouse.apps.roadmap.services.load import find_overloads
from pilothouse.apps.roadmap.services.outcomes import OutcomeView, list_outcomes
from pilothouse.apps.roadmap.services.promises import list_promise_attention
from pilothouse.apps.roadmap.services.quarters import list_quarters
from pilothouse.apps.roadmap.services.releases import ReleaseView, list_releases
from pilothouse.apps.roadmap.services.teams import list_teams
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.attention import Attention

SOON = timedelta(days=7)
OUTCOME_SOON = timedelta(days=14)
MOST = 20


def list_attention(access: Access, product: ProductView, today: date) -> list[Attention]:
    """Late and too early bets, overload, what is due, promises, ageing work: the urgent first."""
    bets = list_bets(product)
    base = f"/p/{product.public_id}/roadmap/"
    found = [
        *(_late(bet) for bet in bets if bet.is_late),
        *(
            Attention("bet", breach.sentence, breach.bet.url, is_warning=True)
            for breach in find_breaches(bets)
        ),
        *_overloads(product, bets, today, f"{base}timeline/?group=team"),
        *(_release(each, today) for each in list_releases(product) if _is_due(each, today)),
        *(
            _outcome(each, today)
            for each in list_outcomes(product)
            if each.due and each.due - today <= OUTCOME_SOON
        ),
        *list_promise_attention(access, product, today),
        *list_ageing_attention(access, product, today),
    ]
    found.sort(key=lambda each: (not each.is_warning, each.due or date.max))
    return found[:MOST]


def _late(bet: BetView) -> Attention:
    sentence = f"{bet.title} was for {bet.quarter_name}, which is over."
    return Attention("bet", sentence, bet.url, is_warning=True)


def _overloads(product: ProductView, bets: list[BetView], today: date, url: str) -> list[Attention]:
    ahead = list_quarters(today, 2)
    return [
        Attention("team", f"{load.sentence}.", url, is_warning=True)
        for load in find_overloads(bets, list_teams(product), ahead)
    ]


def _is_due(release: ReleaseView, today: date) -> bool:
    planned = release.planned_on
    return not release.is_released and planned is not None and planned - today <= SOON


def _release(release: ReleaseView, today: date) -> Attention:
    is_over = release.planned_on is not None and release.planned_on < today
    words = "was planned for a day that is over and is not out" if is_over else "goes out soon"
    sentence = f"{release.name} {words}."
    return Attention("release", sentence, release.url, release.planned_on, is_warning=is_over)


def _outcome(outcome: OutcomeView, today: date) -> Attention:
    is_over = outcome.due is not None and outcome.due < today
    words = "is past its day: was it reached?" if is_over else "is due soon."
    return Attention(
        "outcome", f"{outcome.title} {words}", outcome.url, outcome.due, is_warning=is_over
    )
