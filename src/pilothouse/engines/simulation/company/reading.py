"""Reading what makes a company of a pack: every fault names the place, the value and the rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from pilothouse.engines.simulation.company.schema import (
    DIRECT,
    ISSUES,
    REFERRAL,
    Accounts,
    Business,
    Channel,
    Effects,
    Freeze,
    Gate,
    Idea,
    Latency,
    Market,
    Need,
    Referrals,
    Rival,
    Signals,
    Stakeholder,
    Supply,
    Team,
    Trade,
)
from pilothouse.engines.simulation.fields import (
    check_keys,
    check_known,
    check_sum,
    check_unique,
    read_record,
    read_records,
    refuse,
)
from pilothouse.kernel.ids import canonical_json, digest

_LISTS = {
    "needs": Need,
    "ideas": Idea,
    "stakeholders": Stakeholder,
    "rivals": Rival,
    "gates": Gate,
    "freezes": Freeze,
    "channels": Channel,
}
_TABLES = {
    "effects": Effects,
    "signals": Signals,
    "market": Market,
    "team": Team,
    "supply": Supply,
    "accounts": Accounts,
    "trade": Trade,
    "referrals": Referrals,
    "latency": Latency,
}
# What moves nothing is no part of what a company is recognised by.
_ONLY_TOLD = {"trade"}
SECTIONS = (*_LISTS, *_TABLES)
# They came when worlds had been recorded already: recognised by a fingerprint of their own.
_LATER = ("channels", "referrals", "latency")
# Without these there is no company.
_NEEDED = {"needs", "ideas", "effects", "signals", "market", "team", "stakeholders"}
MAX_NEEDS = 16


def read_business(mapping: Mapping[str, Any]) -> Business | None:
    """The company of a pack; none if the pack has none of its sections."""
    given = {key: mapping[key] for key in SECTIONS if key in mapping}
    if not given:
        return None
    check_keys(given, set(SECTIONS), _NEEDED, "the company of the pack")
    parts: dict[str, Any] = {
        key: read_records(_LISTS[key], value, key)
        if key in _LISTS
        else read_record(_TABLES[key], value, key)
        for key, value in given.items()
    }
    moving = {key: value for key, value in given.items() if key not in _ONLY_TOLD}
    later = {key: moving.pop(key) for key in _LATER if key in moving}
    return Business(
        **parts,
        fingerprint=digest(canonical_json(moving)),
        later_fingerprint=digest(canonical_json(later)),
    )


def check_business(business: Business, *, segments: set[str], steps: set[str]) -> None:
    """Refuse names that lead nowhere, among the company's own and the pack's."""
    for name in ("needs", "ideas", "stakeholders", "rivals", "gates", "channels"):
        check_unique([entry.key for entry in getattr(business, name)], name)
    if len(business.needs) > MAX_NEEDS:
        raise refuse("needs", f"must be at most {MAX_NEEDS}.", len(business.needs))
    needs = {need.key for need in business.needs}
    for need in business.needs:
        check_known(need.weights, segments, f"weights of {need.key}")
    for rival in business.rivals:
        check_known(rival.qualities, needs, f"qualities of {rival.key}")
    _check_stakeholders(business.stakeholders, needs)
    _check_ideas(business, segments=segments, steps=steps)
    for freeze in business.freezes:
        if freeze.last < freeze.first:
            raise refuse(
                f"freeze {freeze.title}",
                "must not end before it begins; cut it at the new year.",
                None,
            )
    if business.accounts is not None:
        check_known([business.accounts.segment], segments, "segment of accounts")
    if business.supply is not None and business.supply.needed_for:
        check_known([business.supply.needed_for], steps, "step that goods are needed for")
    if business.trade is not None:
        people = {person.key for person in business.stakeholders}
        check_known([business.trade.voice], people, "voice of trade")
    _check_channels(business.channels)


def _check_channels(channels: Iterable[Channel]) -> None:
    for channel in channels:
        if channel.key in {DIRECT, REFERRAL}:
            raise refuse("channels", f"must not be called {DIRECT} or {REFERRAL}.", channel.key)
    whole = sum(channel.share.value for channel in channels)
    if whole > 1.0 + 1e-9:
        raise refuse("shares of channels", "must sum to 1 at most.", whole)


def _check_stakeholders(stakeholders: Iterable[Stakeholder], needs: set[str]) -> None:
    sources = {part.name for part in fields(Signals)}
    for person in stakeholders:
        check_known([person.source], sources, f"source of {person.key}")
        check_known(person.interests, needs, f"interests of {person.key}")
        check_known(person.weights, set(ISSUES), f"weights of {person.key}")
        check_sum(sum(person.weights.values()), f"weights of {person.key}")


def _check_ideas(business: Business, *, segments: set[str], steps: set[str]) -> None:
    needs = {need.key for need in business.needs}
    people = {person.key for person in business.stakeholders}
    gates = {gate.key for gate in business.gates}
    for idea in business.ideas:
        check_known([idea.need], needs, f"need of {idea.key}")
        check_known(idea.segments, segments, f"segments of {idea.key}")
        for given, known, what in (
            (idea.step, steps, "step"),
            (idea.champion, people, "champion"),
            (idea.gate, gates, "gate"),
        ):
            if given:
                check_known([given], known, f"{what} of {idea.key}")
        if not 0.5 <= idea.estimate_days <= 1000:
            raise refuse(
                f"estimate_days of {idea.key}",
                "must be 0.5 to 1,000 person-days.",
                idea.estimate_days,
            )
