"""Where the numbers of claims come from; other apps add kinds with ``register_source``.

A source reads one number with its n, interval and rules. What it reads from is opened once for all
claims of a check (``SourceContext``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.kernel.errors import InvalidValueError, NotFoundError, PilothouseError
from pilothouse.kernel.ids import canonical_json

if TYPE_CHECKING:
    from pilothouse.apps.analytics.services.metrics import MetricView
    from pilothouse.engines.analytics.log import EventLog

MAX_DEFINITION = 8_000
Definition = Mapping[str, Any]


@dataclass(frozen=True)
class SourceValue:
    """What a source says now. ``value`` None is "not known", with the ``reason``.

    ``meaning`` is a digest of the question behind it where that can be changed under the same id.
    """

    label: str
    unit: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    currency: str = ""
    semantics: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    url: str = ""
    meaning: str = ""


class SourceContext:
    """What all claims of one check share: the product's events, metrics and items, each once."""

    def __init__(self, product: ProductView) -> None:
        self.product = product
        self._values: dict[bytes, SourceValue | PilothouseError] = {}

    @cached_property
    def log(self) -> EventLog:
        """The product's events up to this moment."""
        from pilothouse.apps.analytics.services.answers import open_log

        return open_log(self.product)

    @cached_property
    def metrics(self) -> dict[str, MetricView]:
        """The product's metrics by id."""
        from pilothouse.apps.analytics.services.metrics import list_metrics

        return {metric.public_id: metric for metric in list_metrics(self.product)}

    @cached_property
    def items(self) -> list[tuple[str, str]]:
        """Kind and status of every item of the backlog."""
        from pilothouse.apps.backlog.services.flow import list_flow

        return [(item.kind, item.status) for item in list_flow(self.product, None)]

    def read(self, kind: str, definition: Definition) -> SourceValue:
        """What a source says now; NotFoundError or InvalidValueError if there is none such."""
        key = canonical_json([kind, definition])
        if key not in self._values:
            try:
                self._values[key] = _read(self, kind, definition)
            except PilothouseError as error:
                self._values[key] = error
        found = self._values[key]
        if isinstance(found, PilothouseError):
            raise found
        return found


Reader = Callable[[SourceContext, Definition], SourceValue]
_readers: dict[str, Reader] = {}


def register_source(kind: str, reader: Reader) -> None:
    """Make a kind of source known; called in ``AppConfig.ready``, it loads nothing."""
    _readers[kind] = reader


def list_source_kinds() -> list[str]:
    """The kinds there are."""
    return sorted(_readers)


def take_known(definition: Definition, allowed: set[str]) -> dict[str, Any]:
    """The parts of a definition; InvalidValueError for one that its source does not know."""
    for name in definition:
        if name not in allowed:
            raise InvalidValueError(
                f"this source has no such part; it has {', '.join(sorted(allowed))}.", value=name
            )
    return dict(definition)


def _read(context: SourceContext, kind: str, definition: Definition) -> SourceValue:
    reader = _readers.get(kind)
    if reader is None:
        raise NotFoundError(f"a source is one of {', '.join(list_source_kinds())}.", value=kind)
    if len(canonical_json(definition)) > MAX_DEFINITION:
        raise InvalidValueError(f"a definition has at most {MAX_DEFINITION:,} characters.")
    value = reader(context, definition)
    return replace(value, label=value.label[:300])
