"""What a deal changes: the promise, the work and its effect, tests, updates owed, hands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from pilothouse.engines.simulation.calendar import WEEK, WORKDAYS
from pilothouse.engines.simulation.company.accounts import Deal
from pilothouse.engines.simulation.company.artefacts import Artefact, Kind
from pilothouse.engines.simulation.company.commands import Commit
from pilothouse.engines.simulation.company.delivery import Work
from pilothouse.engines.simulation.company.morning import planned_day
from pilothouse.engines.simulation.company.negotiation import Offer
from pilothouse.engines.simulation.company.setting import Setting
from pilothouse.engines.simulation.company.state import CompanyState, Promise
from pilothouse.engines.simulation.company.terms import (
    HANDS_DAYS,
    MORE_DAYS,
    Agreement,
    Owed,
    Terms,
    read_terms,
)
from pilothouse.engines.simulation.company.trust import News, moved


class Table(NamedTuple):
    """Where a talk is: the world, the company, who sits there, about which idea, the day number."""

    setting: Setting
    state: CompanyState
    place: int
    idea: int
    day: int

    @property
    def about(self) -> str:
        """The key of the idea."""
        return self.setting.business.ideas[self.idea].key

    @property
    def asking(self) -> list[Deal]:
        """Open deals of prospects that ask for the idea."""
        book = self.state.book
        return [deal for deal in book.deals if deal.asks == self.idea] if book else []

    @property
    def work(self) -> Work | None:
        """The work on the idea, if it is being built."""
        return next((w for w in self.state.shop.work if w.idea == self.idea), None)


@dataclass(frozen=True)
class Subject:
    """What a talk can move: what the thing is, and the day on which they wish to have it.

    ``unbuilt`` says that work, tests and hands can still change.
    """

    what: str
    wish: int
    unbuilt: bool


def subject_of(table: Table) -> Subject | None:
    """What a talk can move; None where nothing can.

    They wish what stands: the day promised to them, or to others; else the day on which a prospect
    decides; else the day that the estimate names, or tomorrow for what is built.
    """
    state, idea = table.state, table.idea
    if idea in state.live:
        return None
    unbuilt = idea not in state.built
    promises = [p for p in state.promises if p.idea == idea and p.kept is None]
    if promises:
        own = [p.due for p in promises if p.to == table.place]
        return Subject("promise", min(own or [p.due for p in promises]), unbuilt)
    if table.asking:
        return Subject("request", min(deal.decides for deal in table.asking), unbuilt)
    if not unbuilt:
        return Subject("project", table.day + 1, unbuilt)
    if table.work is not None:
        return Subject("project", _planned(table, table.work), unbuilt)
    return None


def _planned(table: Table, work: Work) -> int:
    planned = planned_day(table.setting, table.state, table.day, work)
    # Where nobody works on it: as long as one person would take.
    return planned or table.day + max(1, int(work.estimate / WORKDAYS * WEEK))


def terms_of(table: Table, subject: Subject, offer: Offer) -> Terms:
    """What ``offer`` means for ``subject``: no day that has passed."""
    terms = read_terms(offer, subject.wish)
    return replace(terms, due=max(terms.due, table.day + 1))


def tell(table: Table, subject: Subject, terms: Terms) -> dict[str, Any]:
    """``terms`` as facts: dates, days of work, shares. What cannot move is left out."""
    date_of, state = table.setting.date_of, table.state
    told: dict[str, Any] = {"due": date_of(terms.due), "updates": terms.updates}
    if terms.updates:
        every = terms.update_days
        told |= {"every_days": every, "updates_until": date_of(table.day + terms.updates * every)}
    if subject.unbuilt:
        others = sum(work.idea != table.idea for work in state.shop.work)
        others = min(others, max(0, state.at_once - 1))
        estimate = table.setting.business.ideas[table.idea].estimate_days
        spent = table.work.done if table.work else 0.0
        told |= {
            "scope": terms.scope,
            "days_cut": max(0.0, estimate - max(terms.scope * estimate, spent)),
            "testing": terms.testing,
            "hands": terms.hands / (terms.hands + others),
            "hands_until": date_of(table.day + HANDS_DAYS),
        }
    waits = [_put_off(deal, terms) for deal in table.asking if deal.decides < terms.due]
    if waits:
        told["decides"] = date_of(min(waits))
    return told


def settle(table: Table, subject: Subject, terms: Terms) -> None:
    """Let ``terms`` hold between the product manager and the other side from today on."""
    state, place, idea, day = table.state, table.place, table.idea, table.day
    _promise(table, terms.due)
    state.owed = [owed for owed in state.owed if (owed.to, owed.idea) != (place, idea)]
    if terms.updates:
        every = terms.update_days
        state.owed.append(Owed(place, idea, every, due=day + every, left=terms.updates))
    if state.book is not None:
        asking = table.asking
        state.book.deals = [
            replace(deal, decides=_put_off(deal, terms)) if deal in asking else deal
            for deal in state.book.deals
        ]
    if subject.unbuilt:
        _rebuild(table, terms)


def _put_off(deal: Deal, terms: Terms) -> int:
    """A prospect waits for what was agreed, but no longer than it might have been argued for."""
    return min(max(terms.due, deal.decides), deal.decides + MORE_DAYS)


def _promise(table: Table, due: int) -> None:
    promises = table.state.promises
    found = [p for p in promises if (p.to, p.idea, p.kept) == (table.place, table.idea, None)]
    for promise in found:
        promise.due = due
    if not found:
        promises.append(Promise(table.place, table.idea, due, Commit.probability))


def _rebuild(table: Table, terms: Terms) -> None:
    """Less work and less effect; but nothing that is done already is thrown away."""
    setting, idea, work = table.setting, table.idea, table.work
    whole, scope = setting.truths[idea].size, terms.scope
    if work is not None:
        scope = min(1.0, max(scope, work.done / whole))
        work.size = whole * scope
        work.estimate = setting.business.ideas[idea].estimate_days * terms.scope
    until, halted = table.day + HANDS_DAYS, table.state.agreement(idea).halted
    table.state.agreed[idea] = Agreement(scope, terms.testing, terms.hands, until, halted)


def hear_update(
    setting: Setting, state: CompanyState, place: int, day: int, idea: int | None = None
) -> list[Artefact]:
    """An update reaches ``place``, about everything or one ``idea``: what was owed is kept."""
    made = []
    for owed in state.owed:
        if owed.to == place and idea in (None, owed.idea) and not owed.sent:
            owed.sent = True
            made.append(_of_update(setting, owed, day, kept=True))
    if made:
        # However much it keeps, it is one letter.
        state.bonds[place].trust = moved(state.bonds[place].trust, News.KEPT)
    return made


def miss_updates(setting: Setting, state: CompanyState, day: int) -> list[Artefact]:
    """Updates that were due today: one that did not come is a broken promise, and a surprise."""
    made = []
    for owed in state.owed:
        if day < owed.due or owed.idea in state.live:
            continue
        if not owed.sent:
            state.bonds[owed.to].trust = moved(state.bonds[owed.to].trust, News.BROKEN)
            state.surprised[owed.to] = day
            made.append(_of_update(setting, owed, day, kept=False))
        owed.due, owed.left, owed.sent = owed.due + owed.every, owed.left - 1, False
    # When people have it there is nothing left to report.
    state.owed = [owed for owed in state.owed if owed.left > 0 and owed.idea not in state.live]
    return made


def _of_update(setting: Setting, owed: Owed, day: int, *, kept: bool) -> Artefact:
    facts = {
        "to": setting.business.stakeholders[owed.to].key,
        "kept": kept,
        "told": False,
        "what": "update",
    }
    key = setting.business.ideas[owed.idea].key
    return Artefact(setting.date_of(day), Kind.PROMISE, key, facts)
