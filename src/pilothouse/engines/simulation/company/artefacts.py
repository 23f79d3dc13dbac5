"""What the world hands out: records without words. Texts are made of them elsewhere.

``facts`` is what a product manager may see. ``truth`` is what is behind it and is shown in the
debrief only; whoever words a record must not read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a record is."""

    PROGRESS = "progress"
    TEAMS = "teams"
    BUILT = "built"
    SHIPPED = "shipped"
    ROLLED_BACK = "rolled back"
    HELD = "held"
    INCIDENT = "incident"
    POSTMORTEM = "postmortem"
    RESIGNATION = "resignation"
    TICKET = "ticket"
    REVIEW = "review"
    NEWS = "news"
    LETTER = "letter"
    SUPPLIER = "supplier"
    REQUEST = "request"
    ACCOUNT = "account"
    ESCALATION = "escalation"
    MESSAGE = "message"
    PROMISE = "promise"
    NEGOTIATION = "negotiation"
    RULING = "ruling"
    INTERVIEW = "interview"
    SURVEY = "survey"
    USABILITY = "usability"
    EXPERIMENT = "experiment"
    PRICE = "price"
    CAMPAIGN = "campaign"
    REFERRALS = "referrals"
    LATENCY = "latency"


@dataclass(frozen=True)
class Artefact:
    """One record: its day, what it is about (a key of the pack, or nothing), facts and truth."""

    day: date
    kind: Kind
    about: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    truth: Mapping[str, Any] = field(default_factory=dict)
