"""Briefs, exposures and outcomes for the tests of experiments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from pilothouse.apps.analytics.services.events import NewEvent
from pilothouse.apps.experiments.services.brief import Arm, Brief, Metric
from pilothouse.apps.experiments.services.counts import CountsDraft, enter_counts
from pilothouse.apps.experiments.services.experiments import save_brief, seal, start, stop
from pilothouse.apps.experiments.services.readouts import save_readout
from pilothouse.apps.experiments.services.views import ExperimentView
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.makers import make_event

BY_HAND = Brief(
    name="A template on the first screen",
    hypothesis="It helps new people to a first project. We are wrong if nothing moves.",
    source="hand",
    arms=(Arm("Control"), Arm("Template", about="A template is offered")),
    primary=Metric("First project", window="7d"),
    guardrails=(Metric("Left at once", window="1d", direction="down", margin=0.05),),
    baseline=0.2,
    mde=0.2,
    traffic=400,
    decision_rule="Better: ship it. Otherwise drop it.",
    owner="Ann",
)
BY_EVENTS = replace(
    BY_HAND,
    source="events",
    exposure_event="seen",
    arm_property="variant",
    arms=(Arm("Control", "old"), Arm("Template", "new")),
    primary=Metric("First project", event="made", window="7d"),
    guardrails=(),
    planned_units=100,
)


def exposures(
    counts: Sequence[tuple[str, int, int]], at: datetime, *, prefix: str = "u"
) -> list[NewEvent]:
    """``(arm, units, conversions)``: exposed at ``at``; the first ones convert an hour later."""
    events = []
    for arm, units, conversions in counts:
        for n in range(units):
            actor = f"{prefix}-{arm}-{n}"
            events.append(make_event(f"s-{actor}", "seen", actor, at, variant=arm))
            if n < conversions:
                later = at + timedelta(hours=1)
                events.append(make_event(f"m-{actor}", "made", actor, later, size=2))
    return events


def make_running(access: Access, product: ProductView, brief: Brief = BY_HAND) -> ExperimentView:
    """Sealed and started now."""
    view = save_brief(access, product, brief)
    seal(access, product, view.public_id)
    return start(access, product, view.public_id)


def hand_counts(control: tuple[int, int], treatment: tuple[int, int]) -> CountsDraft:
    """(units, conversions) of two arms."""
    cells = [{"conversions": float(hits)} for _, hits in (control, treatment)]
    return CountsDraft([control[0], treatment[0]], {"primary": cells})


def make_read(
    access: Access, product: ProductView,
    control: tuple[int, int] = (2000, 400), treatment: tuple[int, int] = (2000, 500),
    **changes: Any,
) -> ExperimentView:  # fmt: skip
    """Read out, by hand: by default better than its control."""
    view = make_running(access, product, replace(BY_HAND, **changes))
    enter_counts(access, product, view.public_id, hand_counts(control, treatment))
    stop(access, product, view.public_id, reason="The counts are in.")
    return save_readout(access, product, view.public_id, learned="Templates help.")
