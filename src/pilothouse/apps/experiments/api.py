"""Experiments for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Path, Router

from pilothouse.apps.experiments.bodies import (
    BriefIn,
    CancelIn,
    CountsIn,
    LookIn,
    ReadoutIn,
    StartIn,
    StopIn,
)
from pilothouse.apps.experiments.services import experiments as service
from pilothouse.apps.experiments.services.brief import check_brief
from pilothouse.apps.experiments.services.counts import enter_counts
from pilothouse.apps.experiments.services.experiments import get_experiment, list_experiments
from pilothouse.apps.experiments.services.jsons import (
    to_experiment_json,
    to_readout_json,
    to_size_json,
)
from pilothouse.apps.experiments.services.looks import look_at_result
from pilothouse.apps.experiments.services.readouts import find_readout, read_result, save_readout
from pilothouse.apps.experiments.services.sizing import size_brief
from pilothouse.apps.http import api_product

router = Router()


@router.get("records", summary="Experiments, the latest first")
def get_experiments(
    request: HttpRequest, product_id: Path[str], status: str = ""
) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    found = list_experiments(product, status=status)
    return {
        "simulated": product.is_simulated,
        "experiments": [to_experiment_json(each) for each in found],
    }


@router.post("records", summary="Write a brief down")
def post_experiment(
    request: HttpRequest, product_id: Path[str], payload: BriefIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_experiment_json(service.save_brief(access, product, payload.to_brief()))


@router.post("sizes", summary="What a brief would need, without saving it")
def post_size(request: HttpRequest, product_id: Path[str], payload: BriefIn) -> dict[str, Any]:
    api_product(request, product_id)
    brief = check_brief(payload.to_brief())
    return {"size": to_size_json(size_brief(brief)), "gaps": list(brief.gaps)}


@router.get("records/{experiment_id}", summary="An experiment; its result where it lies open")
def get_one_experiment(
    request: HttpRequest, product_id: Path[str], experiment_id: str
) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    view = get_experiment(product, experiment_id)
    return {
        "simulated": product.is_simulated,
        **to_experiment_json(view),
        "result": read_result(product, view),
    }


@router.put("records/{experiment_id}", summary="Change a brief; a sealed one with a reason")
def put_experiment(
    request: HttpRequest, product_id: Path[str], experiment_id: str, payload: BriefIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    saved = service.save_brief(
        access, product, payload.to_brief(), public_id=experiment_id, reason=payload.reason
    )
    return to_experiment_json(saved)


@router.delete("records/{experiment_id}", summary="Delete an experiment (it can be restored)")
def delete_experiment(
    request: HttpRequest, product_id: Path[str], experiment_id: str
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    deleted = service.set_experiment_deleted(access, product, experiment_id, is_deleted=True)
    return to_experiment_json(deleted)


@router.post("records/{experiment_id}/seals", summary="Seal the brief: pre-registration")
def post_seal(request: HttpRequest, product_id: Path[str], experiment_id: str) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_experiment_json(service.seal(access, product, experiment_id))


@router.post("records/{experiment_id}/starts", summary="Let exposures count")
def post_start(
    request: HttpRequest, product_id: Path[str], experiment_id: str, payload: StartIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    started = service.start(access, product, experiment_id, first_day=payload.first_day)
    return to_experiment_json(started)


@router.delete("records/{experiment_id}/starts", summary="Take the start back, unseen as it is")
def delete_start(request: HttpRequest, product_id: Path[str], experiment_id: str) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_experiment_json(service.unstart(access, product, experiment_id))


@router.post("records/{experiment_id}/stops", summary="Let no exposure count any more")
def post_stop(
    request: HttpRequest, product_id: Path[str], experiment_id: str, payload: StopIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    stopped = service.stop(access, product, experiment_id, reason=payload.reason, day=payload.day)
    return to_experiment_json(stopped)


@router.delete("records/{experiment_id}/stops", summary="Let a stopped one run on: that is a look")
def delete_stop(request: HttpRequest, product_id: Path[str], experiment_id: str) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_experiment_json(service.resume(access, product, experiment_id))


@router.post("records/{experiment_id}/cancellations", summary="Call it off")
def post_cancellation(
    request: HttpRequest, product_id: Path[str], experiment_id: str, payload: CancelIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_experiment_json(service.cancel(access, product, experiment_id, payload.reason))


@router.delete("records/{experiment_id}/cancellations", summary="Take the cancelling back")
def delete_cancellation(
    request: HttpRequest, product_id: Path[str], experiment_id: str
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_experiment_json(service.reopen(access, product, experiment_id))


@router.post(
    "records/{experiment_id}/looks", summary="See the result before the end; it is counted"
)
def post_look(
    request: HttpRequest, product_id: Path[str], experiment_id: str, payload: LookIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    result = look_at_result(access, product, experiment_id, payload.why)
    return {"simulated": product.is_simulated, "result": result}


@router.post("records/{experiment_id}/counts", summary="Enter counts by hand")
def post_counts(
    request: HttpRequest, product_id: Path[str], experiment_id: str, payload: CountsIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_experiment_json(enter_counts(access, product, experiment_id, payload.to_draft()))


@router.post("records/{experiment_id}/readouts", summary="Read it out: a snapshot that stays")
def post_readout(
    request: HttpRequest, product_id: Path[str], experiment_id: str, payload: ReadoutIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    view = save_readout(access, product, experiment_id, learned=payload.learned)
    assert view.latest is not None
    return {"simulated": product.is_simulated, **to_readout_json(view.latest)}


@router.get("records/{experiment_id}/readouts/{number}", summary="A saved readout")
def get_one_readout(
    request: HttpRequest, product_id: Path[str], experiment_id: str, number: str
) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    found = find_readout(get_experiment(product, experiment_id), number)
    return {"simulated": product.is_simulated, **to_readout_json(found)}
