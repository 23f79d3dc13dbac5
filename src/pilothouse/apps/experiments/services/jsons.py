"""Experiments as the API, commands and exports show them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from pilothouse.apps.experiments.services.brief import to_plain
from pilothouse.apps.experiments.services.sizing import BriefSize
from pilothouse.apps.experiments.services.views import ExperimentView, ReadoutView


def to_experiment_json(view: ExperimentView) -> dict[str, Any]:
    """An experiment with its brief, what changed, who looked, and its readouts in short."""
    return {
        "id": view.public_id,
        "ref": view.ref,
        "name": view.name,
        "status": view.status.value,
        "brief": to_plain(view.brief),
        "gaps": list(view.brief.gaps),
        "sealed_at": plain(view.sealed_at),
        "sealed_digest": view.sealed_digest,
        "is_whole": view.is_whole,
        "exposed_before": view.exposed_before,
        "started_at": plain(view.started_at),
        "stopped_at": plain(view.stopped_at),
        "stop_reason": view.stop_reason,
        "amendments": [plain(asdict(each)) for each in view.amendments],
        "looks": [plain(asdict(each)) for each in view.looks],
        "peeks": view.peeks,
        "counts": [plain(asdict(each)) for each in view.counts],
        "readouts": [to_readout_json(each, with_body=False) for each in view.readouts],
        "created_at": plain(view.created_at),
        "url": view.url,
    }


def to_readout_json(readout: ReadoutView, *, with_body: bool = True) -> dict[str, Any]:
    """A readout; its snapshot with ``with_body``."""
    short = {
        "number": readout.number,
        "at": plain(readout.at),
        "verdict": readout.verdict,
        "by_rule": readout.by_rule,
        "digest": readout.digest,
        "is_whole": readout.is_whole,
        "learned": readout.learned,
        "person": readout.person,
    }
    return {**short, "result": readout.body} if with_body else short


def to_size_json(size: BriefSize | None) -> dict[str, Any] | None:
    """What a brief needs."""
    return None if size is None else plain(asdict(size))


def plain(value: Any) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date | datetime) else value
