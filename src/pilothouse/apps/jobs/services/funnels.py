"""The funnel of one's own search, by version of the resume, source and referral."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pilothouse.apps.jobs.services.briefs import Brief, list_briefs, read_versions
from pilothouse.apps.jobs.services.own_rows import APPLICATIONS
from pilothouse.apps.jobs.services.search_settings import SettingsView, read_settings
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.jobs import (
    NO_VERSION,
    STEPS,
    Conversion,
    Diagnosis,
    Funnel,
    Verdict,
    build_funnel,
    diagnose,
    group_conversions,
)

_VERSION = "Version of the resume"
_GROUPS: Mapping[str, tuple[str, Callable[[Brief], str]]] = {
    "source": ("Where it was found", lambda each: each.source_name),
    "referral": ("Referral", lambda each: "Referred" if each.referrer else "Not referred"),
}


@dataclass(frozen=True)
class FunnelView:
    """The funnel, what it says of resume and interviews, and the same by group."""

    funnel: Funnel
    diagnosis: Diagnosis
    settings: SettingsView
    groups: tuple[tuple[str, str, Mapping[str, Conversion]], ...]
    applications: int

    @property
    def is_empty(self) -> bool:
        return not self.funnel.reached["applied"]

    @property
    def steps(self) -> tuple[tuple[str, int], ...]:
        """Names of the steps with how many reached them."""
        return tuple((STEPS[key][0], count) for key, count in self.funnel.reached.items())

    @property
    def rows(self) -> tuple[tuple[str, Conversion], ...]:
        """Each way from a step to the next, in words."""
        return tuple((name_way(each), each) for each in self.funnel.conversions)


def name_way(conversion: Conversion) -> str:
    """A conversion in words: "Applied to first talk"."""
    return f"{STEPS[conversion.begin][0]} to {STEPS[conversion.end][0].lower()}"


def read_funnel(access: Access) -> FunnelView:
    """The funnel of everything that was sent, reckoned from the histories as they stand now."""
    settings = read_settings(access)
    found = list_briefs(access)
    versions = read_versions(APPLICATIONS.kept_of(access).values("pk"))
    groups: dict[str, tuple[str, Callable[[Brief], str]]] = {
        "version": (_VERSION, lambda each: versions.get(each.id, NO_VERSION)),
        **_GROUPS,
    }
    histories = [each.history for each in found]
    days = settings.ghost_days
    return FunnelView(
        funnel=build_funnel(histories, days),
        diagnosis=diagnose(histories, settings.expected_talks, settings.expected_offers, days),
        settings=settings,
        groups=tuple(
            (key, words, _group(found, name_of, days)) for key, (words, name_of) in groups.items()
        ),
        applications=len(found),
    )


def to_funnel_json(view: FunnelView) -> dict[str, Any]:
    """The funnel for programs; every share with its n and interval."""
    return {
        "settings": asdict(view.settings),
        "reached": dict(view.funnel.reached),
        "steps": [_to_json(each) for each in view.funnel.conversions],
        "diagnosis": {
            "sentence": view.diagnosis.sentence,
            "resume": _to_verdict_json(view.diagnosis.resume),
            "interviews": _to_verdict_json(view.diagnosis.talks),
        },
        "by": {
            key: {name: _to_json(each) for name, each in groups.items()}
            for key, _, groups in view.groups
        },
    }


def _group(
    found: Sequence[Brief], name_of: Callable[[Brief], str], days: int
) -> Mapping[str, Conversion]:
    named = [(name_of(each), each.history) for each in found]
    groups = group_conversions(named, "applied", "screen", days)
    return {name: each for name, each in groups.items() if each.entered}


def _to_json(conversion: Conversion) -> dict[str, Any]:
    rate = conversion.rate
    return {
        "from": conversion.begin,
        "to": conversion.end,
        "entered": conversion.entered,
        "went_on": conversion.on,
        "did_not": conversion.out,
        "left": conversion.left,
        "open": conversion.open,
        "young": conversion.young,
        "rate": {"share": rate.share, "low": rate.low, "high": rate.high, "n": rate.n},
        "median_days": conversion.median_days,
    }


def _to_verdict_json(verdict: Verdict) -> dict[str, Any]:
    return {
        "verdict": verdict.word,
        "expected": verdict.expected,
        "more_answers_needed": verdict.more,
        **_to_json(verdict.conversion),
    }
