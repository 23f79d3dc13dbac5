"""What forecasts can resolve themselves from: a registry, each source in a file of its own.

A source reads something of the product at the forecast's last day and either finds what came or
says why it cannot judge yet. It never guesses: no data and not yet complete are waited for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from pilothouse.apps.decisions.models import ForecastKind, Outcome
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.kernel.errors import InvalidValueError


@dataclass(frozen=True)
class Target:
    """Something a forecast can be about. ``hint`` says how its values are written."""

    public_id: str
    name: str
    hint: str = ""


@dataclass(frozen=True)
class Finding:
    """What came, with the evidence. ``known_at``: when it could be known."""

    outcome: Outcome
    known_at: datetime
    evidence: str
    value: float | None = None
    day: date | None = None
    reading: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Waiting:
    """Why the source cannot judge yet."""

    reason: str


class Resolver(Protocol):
    """What a source can do. ``kinds`` are the kinds of forecast that it resolves."""

    label: str
    kinds: tuple[ForecastKind, ...]

    def list_targets(self, product: ProductView) -> list[Target]:
        """What there is to choose from."""

    def check(
        self, product: ProductView, kind: ForecastKind, given: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The source as it is stored; InvalidValueError or NotFoundError for a bad one."""

    def describe(self, kind: ForecastKind, source: Mapping[str, Any]) -> str:
        """The source in words."""

    def read(
        self, product: ProductView, kind: ForecastKind, source: Mapping[str, Any], by: date
    ) -> Finding | Waiting:
        """What came by the end of ``by``."""


_resolvers: dict[str, Resolver] = {}


def register_resolver(kind: str, resolver: Resolver) -> None:
    """Let forecasts resolve themselves from another kind of thing; say it in AppConfig.ready."""
    _resolvers[kind] = resolver


def list_resolvers() -> dict[str, Resolver]:
    """The sources by their kinds."""
    return dict(_resolvers)


def get_resolver(kind: str) -> Resolver:
    """The source called ``kind``."""
    if kind not in _resolvers:
        raise InvalidValueError(
            f"a forecast resolves from one of {', '.join(_resolvers)}, or by hand.", value=kind
        )
    return _resolvers[kind]


def check_source(
    product: ProductView, kind: ForecastKind, source_kind: str, given: Mapping[str, Any]
) -> dict[str, Any]:
    """A forecast's source as it is stored; nothing where it is resolved by hand."""
    if not source_kind:
        return {}
    resolver = get_resolver(source_kind)
    if kind not in resolver.kinds:
        able = ", ".join(str(each.label).lower() for each in resolver.kinds)
        raise InvalidValueError(
            f"a {source_kind} resolves forecasts of {able} only.", value=kind.value
        )
    return resolver.check(product, kind, given)


def describe_source(kind: ForecastKind, source_kind: str, source: Mapping[str, Any]) -> str:
    """Where the answer will come from, in words."""
    if not source_kind:
        return "by hand"
    resolver = _resolvers.get(source_kind)
    return resolver.describe(kind, source) if resolver else source_kind
