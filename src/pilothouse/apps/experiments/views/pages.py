"""The list of experiments, one experiment, one readout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from pilothouse.apps.experiments.forms import show_counts
from pilothouse.apps.experiments.models import MetricKind, Rule, Status
from pilothouse.apps.experiments.services.charts import chart_arms
from pilothouse.apps.experiments.services.experiments import (
    ExperimentKey,
    get_experiment,
    list_keys,
    read_keys,
)
from pilothouse.apps.experiments.services.exporting import COLUMNS, result_rows
from pilothouse.apps.experiments.services.judging import Result, check_split, judge
from pilothouse.apps.experiments.services.measuring import measure
from pilothouse.apps.experiments.services.readouts import find_readout
from pilothouse.apps.experiments.services.rules import may_see_result, progress_of
from pilothouse.apps.experiments.services.showing import show_metrics
from pilothouse.apps.experiments.services.sizing import BriefSize, size_brief
from pilothouse.apps.experiments.services.verdicts import WORDS, primary_of
from pilothouse.apps.experiments.services.views import ExperimentView
from pilothouse.apps.http import csv_response, with_product
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.links import ObjectRef, list_links
from pilothouse.kernel.errors import PilothouseError

PAGE_SIZE = 100
STATES = [("", "All"), *Status.choices]


@require_GET
@with_product
def home(request: HttpRequest, access: Access, product: ProductView) -> HttpResponse:
    """All experiments, by status."""
    everything = list_keys(product)
    chosen = request.GET.get("status", "")
    wanted = [each for each in everything if chosen in {"", each.status}]
    page = Paginator(wanted, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "experiments": read_keys(product, list(page.object_list)),
        "total": len(everything),
        "states": STATES,
        "chosen": chosen,
        "tally": _tally(everything),
        "verdicts": WORDS,
        "may_edit": access.may(Role.EDITOR),
    }
    return render(request, "experiments/home.html", context)


@require_GET
@with_product
def experiment(
    request: HttpRequest, access: Access, product: ProductView, experiment_id: str
) -> HttpResponse:
    """One experiment: its brief, how far it is, what it says."""
    return show_page(request, access, product, experiment_id)


@require_GET
@with_product
def readout(
    request: HttpRequest, access: Access, product: ProductView, experiment_id: str, number: str
) -> HttpResponse:
    """A saved readout, as it was read."""
    view = get_experiment(product, experiment_id)
    found = find_readout(view, number)
    context = {
        "experiment": view,
        "readout": found,
        "may_edit": access.may(Role.EDITOR),
        **_result_context(found.body),
    }
    return render(request, "experiments/readout.html", context)


@require_GET
@with_product
def readout_file(
    _request: HttpRequest, _access: Access, product: ProductView, experiment_id: str, number: str
) -> HttpResponse:
    """The comparisons of a readout as a table."""
    view = get_experiment(product, experiment_id)
    found = find_readout(view, number)
    rows = list(result_rows(product, view, found))
    return csv_response(f"{view.ref} readout {found.number}.csv", COLUMNS, rows)


def show_page(
    request: HttpRequest,
    access: Access,
    product: ProductView,
    experiment_id: str,
    *,
    result: Result | None = None,
    errors: Mapping[str, PilothouseError] | None = None,
) -> HttpResponse:
    """The page of an experiment; ``result``: what a look has just shown."""
    view = get_experiment(product, experiment_id)
    measured = measure(product, view)
    is_look = result is not None
    if result is None and measured is not None and may_see_result(view, measured.judged):
        result = judge(view, measured)
    reference = ObjectRef("experiment", experiment_id)
    context = {
        "experiment": view,
        "size": _size(view),
        "measured": measured,
        "split": check_split(view.brief, measured) if measured else None,
        "progress": progress_of(view, measured.judged if measured else 0),
        "is_look": is_look,
        "is_sequential": view.brief.rule == Rule.SEQUENTIAL,
        "count_columns": [{"label": ""}, *({"label": arm.name} for arm in view.brief.arms)],
        "count_rows": _count_rows(view, request if errors and "counts" in errors else None),
        "links": list_links(access, reference),
        "link_source": reference,
        "typed": request.POST if errors else {},
        "errors": errors or {},
        "may_edit": access.may(Role.EDITOR),
        "may_comment": access.may(Role.COMMENTER),
        **(_result_context(result) if result else {}),
    }
    status = 400 if errors else 200
    return render(request, "experiments/experiment.html", context, status=status)


def _result_context(result: Mapping[str, Any]) -> dict[str, Any]:
    primary = primary_of(result)
    return {
        "result": result,
        "verdict": WORDS[result["verdict"]],
        "metrics": show_metrics(result),
        "chart": chart_arms(result, primary) if primary else None,
    }


def _size(view: ExperimentView) -> BriefSize | None:
    try:
        return size_brief(view.brief)
    except PilothouseError:
        return None


def _count_rows(view: ExperimentView, request: HttpRequest | None) -> list[dict[str, Any]]:
    """The table in which counts are entered: a row for the units, and those of each metric."""
    if not view.brief.is_by_hand:
        return []
    shown = show_counts(view.counts[-1].body) if view.counts else {}
    rows = [("units", "Units", True)]
    for key, metric in view.brief.metrics:
        if metric.name:
            is_share = metric.kind == MetricKind.CONVERSION
            parts = ("conversions",) if is_share else ("mean", "deviation")
            words = {
                "conversions": "units that did it",
                "mean": "mean",
                "deviation": "standard deviation",
            }
            rows += [(f"{key}_{part}", f"{metric.name}: {words[part]}", False) for part in parts]
    return [
        {
            "name": name, "label": label, "required": required,
            "cells": [
                (arm.name, _cell(shown, request, name, place))
                for place, arm in enumerate(view.brief.arms)
            ],
        }
        for name, label, required in rows
    ]  # fmt: skip


def _cell(
    shown: Mapping[str, list[str]], request: HttpRequest | None, name: str, place: int
) -> str:
    column = request.POST.getlist(name) if request else shown.get(name, [])
    return column[place] if place < len(column) else ""


def _tally(everything: list[ExperimentKey]) -> list[tuple[str, int]]:
    """How the read ones ended: the rate of wins is not seen without its nulls."""
    ends = [each.verdict for each in everything if each.verdict]
    return [(WORDS[verdict], ends.count(verdict)) for verdict in WORDS if verdict in ends]
