"""One set of facts, several audiences: wording may differ, facts cannot.

A wording is words only. Place, confidence, status and outcome always come from the bet itself, and
a wording that contradicts them is withheld: the bet is told under its own title until it is mended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction

from pilothouse.apps.roadmap.models import Audience, BetStatus, Horizon, Wording
from pilothouse.apps.roadmap.services.bets import BetView, find_bet, get_bet, list_bets
from pilothouse.apps.roadmap.services.checks import check_choice, check_text
from pilothouse.apps.roadmap.services.confidence import Confidence
from pilothouse.apps.roadmap.services.contradictions import Facts, Finding, find_contradictions
from pilothouse.apps.roadmap.services.outcomes import (
    OutcomeView,
    get_outcome,
    list_outcomes,
)
from pilothouse.apps.roadmap.services.quarters import today_of
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.kernel.ids import clean_text


@dataclass(frozen=True)
class WordingView:
    """How a bet is told to an audience; empty parts fall back to the bet's own title."""

    bet_id: str
    audience: str
    title: str
    text: str
    findings: tuple[Finding, ...]

    @property
    def audience_name(self) -> str:
        return Audience(self.audience).label


@dataclass(frozen=True)
class ToldBet:
    """A bet as an audience sees it: words of the wording, facts of the bet.

    ``quarter_name`` is empty for what is later. ``is_withheld`` says that a wording was left out
    because of its ``findings``; without it they are about the bet's own title.
    """

    bet_id: str
    title: str
    text: str
    horizon: str
    quarter: date | None
    quarter_name: str
    confidence: Confidence
    status: str
    outcome_id: str
    outcome_title: str
    effort: float | None
    value: float | None
    findings: tuple[Finding, ...]
    is_withheld: bool


@dataclass(frozen=True)
class WordingDraft:
    """Words for an audience."""

    audience: str
    title: str = ""
    text: str = ""

    def checked(self) -> WordingDraft:
        """This draft with clean texts; raises ``InvalidValueError`` for the first bad part."""
        check_choice(self.audience, Audience.values, "an audience")
        line = " ".join(clean_text(self.title).split())
        title = check_text(line, "a title", 200)
        return WordingDraft(self.audience, title, check_text(self.text, "a wording", 2000))


@dataclass(frozen=True)
class Reveal:
    """Which facts the readers see: words may repeat only those."""

    quarters: bool = True
    values: bool = True


ALL = Reveal()


def save_wording(
    access: Access, product: ProductView, bet_id: str, draft: WordingDraft
) -> WordingView:
    """Say how a bet is told to an audience; both parts empty takes the wording away."""
    access.require(Role.EDITOR, to="wording a bet")
    words = draft.checked()
    with transaction.atomic():
        bet = find_bet(product, bet_id)
        rows = Wording.objects.filter(bet=bet, audience=words.audience)
        if words.title or words.text:
            Wording.objects.update_or_create(
                bet=bet,
                audience=words.audience,
                defaults={"title": words.title, "text": words.text},
            )
        else:
            rows.delete()
        view = get_bet(product, bet_id)
        findings = check_words(
            product, view, f"{words.title}\n{words.text}", _outcome(product, view)
        )
        facts = {
            "name": bet.title,
            "audience": words.audience,
            "findings": [finding.rule for finding in findings],
        }
        record_act(access, "bet.worded", "bet", bet_id, facts, product=product)
    return WordingView(bet_id, words.audience, words.title, words.text, findings)


def list_wordings(product: ProductView, bet: BetView) -> list[WordingView]:
    """The wordings of a bet for all audiences, those without words too; at most two queries."""
    rows = {row.audience: row for row in Wording.objects.filter(bet__public_id=bet.public_id)}
    outcome = _outcome(product, bet)
    found = []
    for audience in Audience.values:
        row = rows.get(audience)
        title, text = (row.title, row.text) if row else ("", "")
        findings = check_words(product, bet, f"{title}\n{text}", outcome)
        found.append(WordingView(bet.public_id, audience, title, text, findings))
    return found


def list_told_bets(
    product: ProductView,
    audience: str,
    bets: Sequence[BetView] | None = None,
    *,
    reveal: Reveal = ALL,
) -> list[ToldBet]:
    """All bets that were not dropped, as an audience sees them; dates only where they belong."""
    check_choice(audience, Audience.values, "an audience")
    shown = [
        bet
        for bet in (list_bets(product) if bets is None else bets)
        if bet.status != BetStatus.DROPPED
    ]
    wordings = Wording.objects.filter(
        bet__product_id=product.id, bet__deleted_at=None, audience=audience
    )
    rows = {row.bet.public_id: row for row in wordings.select_related("bet")}
    outcomes = {each.public_id: each for each in list_outcomes(product)}
    return [
        _tell(product, bet, rows.get(bet.public_id), outcomes.get(bet.outcome_id), reveal)
        for bet in shown
    ]


def check_words(
    product: ProductView,
    bet: BetView,
    words: str,
    outcome: OutcomeView | None = None,
    reveal: Reveal = ALL,
) -> tuple[Finding, ...]:
    """What ``words`` about a bet say against its facts, as far as the readers see those."""
    texts = [bet.title, bet.note]
    if bet.value is not None and reveal.values:
        texts.append(f"{bet.value:.12g}")
    if outcome is not None:
        texts += [outcome.title, outcome.target_text, *_numbers_of(outcome.target)]
    facts = Facts(
        horizon=bet.horizon,
        quarter=bet.quarter if reveal.quarters else None,
        status=bet.status,
        band=bet.shown_confidence.band,
        today=today_of(product),
        texts=tuple(texts),
    )
    return tuple(find_contradictions(words, facts))


def _tell(
    product: ProductView,
    bet: BetView,
    row: Wording | None,
    outcome: OutcomeView | None,
    reveal: Reveal,
) -> ToldBet:
    is_dated = bet.horizon != Horizon.LATER and reveal.quarters
    plain = ToldBet(
        bet_id=bet.public_id,
        title=bet.title,
        text="",
        horizon=bet.horizon,
        quarter=bet.quarter if is_dated else None,
        quarter_name=bet.quarter_name if is_dated else "",
        confidence=bet.shown_confidence,
        status=bet.status,
        outcome_id=bet.outcome_id,
        outcome_title=bet.outcome_title,
        effort=bet.effort,
        value=bet.value if reveal.values else None,
        findings=check_words(product, bet, bet.title, outcome, reveal),
        is_withheld=False,
    )
    if row is None:
        return plain
    findings = check_words(product, bet, f"{row.title}\n{row.text}", outcome, reveal)
    if findings:
        return replace(plain, findings=findings, is_withheld=True)
    return replace(plain, title=row.title or bet.title, text=row.text)


def _outcome(product: ProductView, bet: BetView) -> OutcomeView | None:
    return get_outcome(product, bet.outcome_id) if bet.outcome_id else None


def _numbers_of(target: float | None) -> list[str]:
    # A share may be told in percent.
    return [] if target is None else [f"{target:.12g}", f"{target * 100:.12g}"]
