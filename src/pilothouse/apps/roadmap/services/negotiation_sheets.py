"""What a negotiation sheet says: three options with their chances, a cut line, an agreement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from pilothouse.apps.backlog.services.flow import list_flow
from pilothouse.apps.backlog.services.items import ItemView, find_items
from pilothouse.apps.roadmap.models import DealKind
from pilothouse.apps.roadmap.services.checks import check_text
from pilothouse.apps.roadmap.services.flow import check_classes, check_whole, since_of
from pilothouse.apps.roadmap.services.forecast_charts import draw_cut_line, tell_band, tell_chance
from pilothouse.apps.roadmap.services.forecasts import read_history, weeks_until
from pilothouse.apps.roadmap.services.negotiations import (
    NegotiationDraft,
    NegotiationView,
    check_deal,
    find_negotiation,
    get_negotiation,
    refuse_agreed,
)
from pilothouse.apps.roadmap.services.promise_views import PromiseView
from pilothouse.apps.roadmap.services.promises import (
    PromiseDraft,
    make_promise,
)
from pilothouse.apps.roadmap.services.quarters import today_of
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.engines.roadmap.forecast import Chance, Throughput
from pilothouse.engines.roadmap.negotiation import (
    Deal,
    DealSheet,
    DealTerms,
    RampUp,
    find_chance,
    make_deals,
)
from pilothouse.kernel.charts import ChartSpec
from pilothouse.kernel.errors import ConflictError, InvalidValueError

MOST_PROMISES = 20
_CLOSED = frozenset({"done", "dropped"})


@dataclass(frozen=True)
class ScopeLine:
    """One item of the ordered scope. ``chance`` is of its being done by the date; None where it is
    done already or nothing can be said."""

    public_id: str
    ref: str
    title: str
    status: str
    url: str
    chance: Chance | None
    is_kept: bool
    is_last_kept: bool

    @property
    def chance_text(self) -> str:
        return tell_chance(self.chance.p if self.chance else None)

    @property
    def band_text(self) -> str:
        return tell_band(self.chance.low, self.chance.high) if self.chance else ""


@dataclass(frozen=True)
class DealLine:
    """An option in words and numbers. ``day`` is None where no day within the horizon will do."""

    kind: DealKind
    scope: int
    of: int
    day: date | None
    p: float | None
    low: float | None
    high: float | None
    whole_by_date: float
    weeks_late: float
    is_open: bool
    cost: float | None
    what: str
    sentence: str

    @property
    def chance_text(self) -> str:
        return tell_chance(self.p)

    @property
    def band_text(self) -> str:
        return tell_band(self.low, self.high)

    @property
    def whole_text(self) -> str:
        return tell_chance(self.whole_by_date)

    @property
    def late_text(self) -> str:
        """Weeks late on average, in words."""
        if not self.is_open and self.weeks_late < 0.05:
            return "under 0.1 weeks"
        return f"{'over ' if self.is_open else ''}{self.weeks_late:.1f} weeks"


@dataclass(frozen=True)
class Sheet:
    """A draft with everything that follows from it. ``reason`` tells why there are no deals."""

    draft: NegotiationDraft
    weeks: int
    history: Throughput | None
    lines: tuple[ScopeLine, ...]
    scope: int
    missing: int
    deals: tuple[DealLine, ...]
    warning: str
    reason: str
    chart: ChartSpec | None
    semantics: tuple[tuple[str, str], ...]
    is_simulated: bool

    @property
    def kept(self) -> int:
        """How many items of the scope are above the cut line."""
        return self.deals[0].scope if self.deals else 0

    def deal(self, kind: str) -> DealLine | None:
        """The option of a kind."""
        return next((each for each in self.deals if each.kind == kind), None)


@dataclass(frozen=True)
class AgreedPromise:
    """A promise that an agreement makes: the first ``items`` of the scope by ``due``.

    ``items`` None is as many as the deal has; 0 is something that no forecast speaks of.
    """

    what: str
    to_name: str
    due: date
    to_role: str = ""
    items: int | None = None


@dataclass(frozen=True)
class Agreement:
    """What was agreed: which end was fixed, in whose words, and the promises it becomes."""

    deal: str
    text: str = ""
    promises: tuple[AgreedPromise, ...] = ()


def read_sheet(product: ProductView, draft: NegotiationDraft) -> Sheet:
    """The sheet of a draft, kept or not yet kept; two queries."""
    checked = draft.checked()
    flow = list_flow(product, since_of(product, checked.window_weeks))
    by_id = find_items(product, checked.item_ids)
    listed = [by_id[each] for each in checked.item_ids if each in by_id]
    to_do = [item for item in listed if item.status not in _CLOSED]
    kinds = check_classes(checked.kinds)
    mine = [item for item in flow if item.kind in kinds]
    history = read_history(product, mine, checked.window_weeks)
    scope = len(to_do) + checked.extra_items
    weeks = weeks_until(today_of(product), checked.due)
    reason = _find_obstacle(history, scope, weeks)
    deals = None
    if not reason and history is not None:
        deals = make_deals(history, to_terms(checked, scope, weeks))
    return Sheet(
        draft=checked,
        weeks=weeks,
        history=history,
        lines=_to_lines(listed, checked, deals),
        scope=scope,
        missing=len(checked.item_ids) - len(listed),
        deals=_to_deals(product, checked, deals, scope),
        warning=deals.warning if deals else "",
        reason=reason,
        chart=_draw(deals, to_do, checked) if deals else None,
        semantics=deals.semantics if deals else (),
        is_simulated=product.is_simulated,
    )


def to_terms(draft: NegotiationDraft, scope: int, weeks: int) -> DealTerms:
    """A draft as the engine takes it."""
    return DealTerms(
        items=scope,
        date_period=weeks,
        confidence=draft.confidence,
        ramp_up=RampUp(
            team_size=draft.team_size,
            periods=draft.ramp_up_weeks,
            early_share=draft.early_share,
            drag=draft.drag,
            later_share=draft.later_share,
            joins_after=draft.joins_after,
        ),
        delay_cost=draft.delay_cost,
        person_cost=draft.person_cost,
    )


def agree(
    access: Access, product: ProductView, public_id: str, agreement: Agreement
) -> tuple[NegotiationView, list[PromiseView]]:
    """Close a sheet with a deal; each promise carries the chance that the forecast gave it."""
    access.require(Role.EDITOR, to="agreeing on a deal")
    kind = check_deal(agreement.deal)
    text = check_text(agreement.text, "an agreement", 4000)
    if not 1 <= len(agreement.promises) <= MOST_PROMISES:
        raise InvalidValueError(
            f"an agreement makes 1 to {MOST_PROMISES} promises.",
            value=len(agreement.promises),
            remedy="Say what is promised, to whom and by when.",
        )
    sheet = read_sheet(product, get_negotiation(product, public_id).draft)
    deal = sheet.deal(kind)
    if deal is None:
        raise ConflictError("there is no such option to agree on.", value=sheet.reason)
    with transaction.atomic():
        row = find_negotiation(product, public_id)
        refuse_agreed(row)
        row.agreed_deal, row.agreed_text, row.agreed_at = kind, text, product.now
        row.agreed_facts = to_sheet_json(sheet)
        row.save(update_fields=["agreed_deal", "agreed_text", "agreed_at", "agreed_facts"])
        facts = {
            "name": row.title,
            "deal": kind,
            "scope": deal.scope,
            "of": deal.of,
            "day": deal.day.isoformat() if deal.day else None,
            "probability": deal.p,
            "promises": len(agreement.promises),
        }
        record_act(
            access, "negotiation.agreed", "negotiation", public_id, facts,
            product=product, personal=text,
        )  # fmt: skip
        made = [
            make_promise(
                access, product, _with_chance(product, sheet, deal, each), negotiation_id=public_id
            )
            for each in agreement.promises
        ]
    return get_negotiation(product, public_id), made


def to_sheet_json(sheet: Sheet) -> dict[str, Any]:
    """A sheet as the API shows it and an agreement keeps it."""
    return {
        "simulated": sheet.is_simulated,
        "due": sheet.draft.due.isoformat(),
        "weeks": sheet.weeks,
        "scope": sheet.scope,
        "confidence": sheet.draft.confidence,
        "history": list(sheet.history.counts) if sheet.history else [],
        "options": [
            {
                **asdict(deal),
                "kind": deal.kind.value,
                "day": deal.day.isoformat() if deal.day else None,
            }
            for deal in sheet.deals
        ],
        "cut_line": [
            {
                "id": line.public_id,
                "ref": line.ref,
                "title": line.title,
                "p": line.chance.p if line.chance else None,
                "kept": line.is_kept,
            }
            for line in sheet.lines
        ],
        "warning": sheet.reason or sheet.warning,
        "semantics": dict(sheet.semantics),
    }


def _find_obstacle(history: Throughput | None, scope: int, weeks: int) -> str:
    if scope == 0:
        return "There is nothing to do on the list yet: add items, or say how many there will be."
    if weeks == 0:
        return "The date is less than a week away or past. Forecasts here are by the week."
    if history is None:
        return "There is no whole week of history yet. A forecast needs items that were finished."
    return ""


def _with_chance(
    product: ProductView, sheet: Sheet, deal: DealLine, agreed: AgreedPromise
) -> PromiseDraft:
    """The promise with the chance that so many items are done by its day."""
    draft = PromiseDraft(agreed.what, agreed.to_name, agreed.due, agreed.to_role)
    items = deal.scope if agreed.items is None else agreed.items
    check_whole(items, "how many items a promise is about", 0, sheet.scope)
    weeks = weeks_until(today_of(product), draft.due)
    if sheet.history is None or items == 0 or weeks == 0:
        return draft
    terms = to_terms(sheet.draft, sheet.scope, weeks)
    factors = terms.ramp_up.factors if deal.kind == DealKind.PERSON else ()
    return replace(draft, probability=find_chance(sheet.history, items, weeks, factors))


def _to_lines(
    listed: Sequence[ItemView],
    draft: NegotiationDraft,
    deals: DealSheet | None,
) -> tuple[ScopeLine, ...]:
    lines, place = [], 0
    kept = deals.deals[0].scope if deals else 0
    for item in listed:
        chance = None
        if item.status not in _CLOSED:
            chance = deals.cut_line[place] if deals else None
            place += 1
        is_kept = chance is not None and chance.p >= draft.confidence - 1e-12
        lines.append(
            ScopeLine(
                public_id=item.public_id,
                ref=item.ref,
                title=item.title,
                status=item.status,
                url=item.url,
                chance=chance,
                is_kept=is_kept,
                is_last_kept=is_kept and place == kept,
            )
        )
    return tuple(lines)


def _to_deals(
    product: ProductView, draft: NegotiationDraft, deals: DealSheet | None, scope: int
) -> tuple[DealLine, ...]:
    if deals is None:
        return ()
    today = today_of(product)
    return tuple(_to_deal(deal, draft, today, scope) for deal in deals.deals)


def _to_deal(deal: Deal, draft: NegotiationDraft, today: date, scope: int) -> DealLine:
    kind = DealKind(deal.kind)
    day = None if deal.period is None else today + timedelta(weeks=deal.period)
    if kind == DealKind.DATE:
        day = draft.due
    what = _tell_scope(deal.scope, scope)
    return DealLine(
        kind=kind,
        scope=deal.scope,
        of=scope,
        day=day,
        p=deal.p,
        low=deal.low if deal.p is not None else None,
        high=deal.high if deal.p is not None else None,
        whole_by_date=deal.whole_by_date,
        weeks_late=deal.late_periods,
        is_open=deal.is_open,
        cost=deal.cost,
        what=f"{draft.title}: {what}" if deal.scope and day else "",
        sentence=_tell(kind, what, day, deal.scope, draft.confidence),
    )


def _tell_scope(kept: int, scope: int) -> str:
    if kept < scope:
        return f"the first {kept} of {scope} items"
    return "the one item" if scope == 1 else f"all {scope} items"


def _tell(kind: DealKind, what: str, day: date | None, kept: int, confidence: float) -> str:
    if day is None:
        return f"No day within ten years has a chance of {confidence:.0%}."
    when = f"{day.day} {day:%B %Y}"
    if kept == 0:
        return f"Nothing can be promised for {when} with {confidence:.0%}."
    with_whom = " with one more person" if kind == DealKind.PERSON else ""
    return f"By {when}{with_whom}: {what}."


def _draw(deals: DealSheet, to_do: Sequence[ItemView], draft: NegotiationDraft) -> ChartSpec:
    names = [item.ref for item in to_do]
    names += [f"+{extra}" for extra in range(1, draft.extra_items + 1)]
    return draw_cut_line(deals, names, draft.confidence)
