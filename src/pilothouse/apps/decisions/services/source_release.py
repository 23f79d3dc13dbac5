"""Forecasts about a release: is it out by the last day, and on which day does it come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pilothouse.apps.decisions.models import ForecastKind, Outcome
from pilothouse.apps.decisions.services.sources import Finding, Target, Waiting
from pilothouse.apps.decisions.services.texts import end_of_day, start_of_day, today_of
from pilothouse.apps.roadmap.services.releases import get_release, list_releases
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.kernel.errors import NotFoundError


class ReleaseResolver:
    """Releases of the roadmap as a source of outcomes."""

    label = "A release"
    kinds: tuple[ForecastKind, ...] = (ForecastKind.BINARY, ForecastKind.DATE)

    def list_targets(self, product: ProductView) -> list[Target]:
        """All releases of the product."""
        return [Target(each.public_id, each.name) for each in list_releases(product)]

    def check(
        self, product: ProductView, kind: ForecastKind, given: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The release with the name that it has now."""
        del kind
        release = get_release(product, str(given.get("release", "")))
        return {"release": release.public_id, "name": release.name}

    def describe(self, kind: ForecastKind, source: Mapping[str, Any]) -> str:
        """``the release 2.4 is out``, or the day of the release."""
        if kind == ForecastKind.DATE:
            return f"the day of the release {source['name']}"
        return f"the release {source['name']} is out"

    def read(
        self, product: ProductView, kind: ForecastKind, source: Mapping[str, Any], by: date
    ) -> Finding | Waiting:
        """Out by the end of ``by``, or not; a release that came early is known on its day."""
        try:
            release = get_release(product, source["release"])
        except NotFoundError:
            return Waiting("the release is no longer there; resolve it by hand")
        day, name = release.released_on, release.name
        reading = {
            "release": release.public_id,
            "released_on": day.isoformat() if day else None,
            "rule": "the day that the roadmap says it was released on, the last day included",
        }
        if day is not None and day <= min(by, today_of(product)):
            words = f"{name} was released on {day:%-d %B %Y}."
            outcome = Outcome.DATE if kind == ForecastKind.DATE else Outcome.YES
            known = start_of_day(product, day)
            came = day if kind == ForecastKind.DATE else None
            return Finding(outcome, known, words, day=came, reading=reading)
        end = end_of_day(product, by)
        if product.now < end:
            return Waiting(f"{name} is not out, and {by:%-d %B %Y} is not over yet")
        words = f"{name} was not out by the end of {by:%-d %B %Y}."
        outcome = Outcome.NEVER if kind == ForecastKind.DATE else Outcome.NO
        return Finding(outcome, end, words, reading=reading)
