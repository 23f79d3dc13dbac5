"""Experiments of a product of the workspace, for the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from pilothouse.cli.output import print_answer, product_options
from pilothouse.cli.products import find_product
from pilothouse.kernel.errors import InvalidValueError, NotFoundError

if TYPE_CHECKING:
    from pilothouse.apps.experiments.services.views import ExperimentView
    from pilothouse.apps.workspace.services.access import Access, ProductView

Step = Callable[["Access", "ProductView", str], "ExperimentView"]
_CHANGES: dict[str, str] = {
    "seal": "Freeze the brief with its digest: pre-registration.",
    "unstart": "Take the start back, while nobody has looked.",
    "resume": "Let a stopped one run on; that counts as a look.",
    "reopen": "Take the cancelling back.",
}


@click.command("list")
@product_options
@click.option("--status", default="", help="draft, registered, running, stopped, read-out …")
def list_command(*, product: str, data: Path | None, as_json: bool, status: str) -> None:
    """The experiments of a product.

    Example: pilothouse experiments list --product Brindle --status running
    """
    _, view = find_product(product, data)
    from pilothouse.apps.experiments.services.experiments import list_experiments
    from pilothouse.apps.experiments.services.jsons import to_experiment_json

    found = list_experiments(view, status=status)
    answer = {
        "product": view.name,
        "simulated": view.is_simulated,
        "experiments": [to_experiment_json(each) for each in found],
    }
    print_answer(answer, [_line(each) for each in found] or ["No experiment."], as_json=as_json)


@click.command("show")
@product_options
@click.argument("experiment")
def show_command(*, product: str, data: Path | None, as_json: bool, experiment: str) -> None:
    """An experiment; its result where that lies open. EXPERIMENT is E7 or its id."""
    _, view = find_product(product, data)
    from pilothouse.apps.experiments.services.jsons import to_experiment_json
    from pilothouse.apps.experiments.services.readouts import read_result

    each = _find(view, experiment)
    result = read_result(view, each)
    answer = {"simulated": view.is_simulated, **to_experiment_json(each), "result": result}
    print_answer(answer, _describe(view, each, result), as_json=as_json)


@click.command("write")
@product_options
@click.argument("brief", type=click.File("rb"))
@click.option("--change", "experiment", metavar="E7", help="Change this one instead.")
@click.option("--reason", default="", help="Why a sealed brief is amended.")
def write_command(
    *, product: str, data: Path | None, as_json: bool, brief: BinaryIO, experiment: str | None,
    reason: str,
) -> None:  # fmt: skip
    """Write a brief down from a JSON file (- reads it from standard input).

    The fields are those of the API: name, hypothesis, source, arms, primary, baseline, mde …

    Example: pilothouse experiments write brief.json --product Brindle
    """
    access, view = find_product(product, data)
    from pilothouse.apps.experiments.services.experiments import save_brief

    draft = _read_brief(brief.read())
    public_id = _find(view, experiment).public_id if experiment else ""
    saved = save_brief(access, view, draft, public_id=public_id, reason=reason)
    _tell(view, saved, as_json=as_json)


@click.command("start")
@product_options
@click.argument("experiment")
@click.option("--first-day", metavar="DAY", help="Exposures count from this day on.")
def start_command(
    *, product: str, data: Path | None, as_json: bool, experiment: str, first_day: str | None
) -> None:
    """Let exposures count from now on."""
    from pilothouse.kernel.times import parse_date

    access, view = find_product(product, data)
    from pilothouse.apps.experiments.services.experiments import start

    day = parse_date(first_day) if first_day else None
    public_id = _find(view, experiment).public_id
    _tell(view, start(access, view, public_id, first_day=day), as_json=as_json)


@click.command("stop")
@product_options
@click.argument("experiment")
@click.option("--reason", default="", help="Needed where its stopping rule is not met.")
def stop_command(
    *, product: str, data: Path | None, as_json: bool, experiment: str, reason: str
) -> None:
    """Let no exposure count any more."""
    access, view = find_product(product, data)
    from pilothouse.apps.experiments.services.experiments import stop

    public_id = _find(view, experiment).public_id
    _tell(view, stop(access, view, public_id, reason=reason), as_json=as_json)


@click.command("cancel")
@product_options
@click.argument("experiment")
@click.option("--reason", required=True, help="Why.")
def cancel_command(
    *, product: str, data: Path | None, as_json: bool, experiment: str, reason: str
) -> None:
    """Call it off; it stays and says so."""
    access, view = find_product(product, data)
    from pilothouse.apps.experiments.services.experiments import cancel

    public_id = _find(view, experiment).public_id
    _tell(view, cancel(access, view, public_id, reason), as_json=as_json)


@click.command("count")
@product_options
@click.argument("experiment")
@click.argument("arms", nargs=-1, required=True, metavar="HITS/UNITS...")
@click.option("--metric", default="primary", show_default=True, help="Or guardrail-1, secondary-1.")
@click.option("--note", default="", help="Where the counts come from.")
def count_command(
    *, product: str, data: Path | None, as_json: bool, experiment: str, arms: tuple[str, ...],
    metric: str, note: str,
) -> None:  # fmt: skip
    """Enter counts by hand, the control first; UNITS alone says how far it is.

    Example: pilothouse experiments count E1 310/2400 358/2410 --product Brindle
    """
    access, view = find_product(product, data)
    from pilothouse.apps.experiments.services.counts import CountsDraft, enter_counts

    pairs = [_parse_counts(text) for text in arms]
    hits = [each for each, _ in pairs]
    known = [{"conversions": each} for each in hits if each is not None]
    if known and len(known) != len(hits):
        raise InvalidValueError("hits are given for all arms or for none.", value=" ".join(arms))
    draft = CountsDraft([units for _, units in pairs], {metric: known} if known else {}, note)
    entered = enter_counts(access, view, _find(view, experiment).public_id, draft)
    _tell(view, entered, as_json=as_json)


@click.command("look")
@product_options
@click.argument("experiment")
@click.option("--why", default="", help="Kept beside the look.")
def look_command(
    *, product: str, data: Path | None, as_json: bool, experiment: str, why: str
) -> None:
    """See the result of a running one; the look is counted and stays in sight."""
    access, view = find_product(product, data)
    from pilothouse.apps.experiments.services.looks import look_at_result

    result = look_at_result(access, view, _find(view, experiment).public_id, why)
    answer = {"simulated": view.is_simulated, "result": result}
    print_answer(answer, list(_result_lines(result)), as_json=as_json)


@click.command("read")
@product_options
@click.argument("experiment")
@click.option("--learned", default="", help="What was learned, also from nothing shown.")
def read_command(
    *, product: str, data: Path | None, as_json: bool, experiment: str, learned: str
) -> None:
    """Read a stopped one out: a snapshot with its digest, never changed.

    Example: pilothouse experiments read E1 --product Brindle --learned "Length is not it."
    """
    access, view = find_product(product, data)
    from pilothouse.apps.experiments.services.jsons import to_readout_json
    from pilothouse.apps.experiments.services.readouts import save_readout

    read = save_readout(access, view, _find(view, experiment).public_id, learned=learned)
    readout = read.latest
    assert readout is not None
    answer = {"simulated": view.is_simulated, **to_readout_json(readout)}
    head = f"{read.ref}  readout {readout.number}: {readout.verdict}  {readout.digest}"
    print_answer(answer, [head, *_result_lines(readout.body)], as_json=as_json)


def _make(name: str, words: str) -> click.Command:
    """A step that needs nothing but the experiment."""

    @click.command(name, help=words)
    @product_options
    @click.argument("experiment")
    def command(*, product: str, data: Path | None, as_json: bool, experiment: str) -> None:
        access, view = find_product(product, data)
        from pilothouse.apps.experiments.services import experiments as service

        step: Step = getattr(service, name)
        _tell(view, step(access, view, _find(view, experiment).public_id), as_json=as_json)

    return command


COMMANDS = (
    list_command, show_command, write_command, start_command, stop_command, cancel_command,
    count_command, look_command, read_command, *(_make(*each) for each in _CHANGES.items()),
)  # fmt: skip


def _tell(product: ProductView, view: ExperimentView, *, as_json: bool) -> None:
    from pilothouse.apps.experiments.services.jsons import to_experiment_json

    answer = {"simulated": product.is_simulated, "experiment": to_experiment_json(view)}
    missing = [f"missing: {gap}" for gap in view.brief.gaps]
    print_answer(answer, [_line(view), *missing], as_json=as_json)


def _line(view: ExperimentView) -> str:
    verdict = f", {view.latest.verdict}" if view.latest else ""
    peeks = f", {view.peeks} looks outside its rule" if view.peeks else ""
    return f"{view.ref}  {view.status.label.lower()}{verdict}{peeks}: {view.name}"


def _describe(
    product: ProductView, view: ExperimentView, result: dict[str, Any] | None
) -> list[str]:
    from pilothouse.apps.experiments.services.measuring import measure
    from pilothouse.apps.experiments.services.rules import progress_of
    from pilothouse.apps.experiments.services.writing import write_brief

    measured = measure(product, view)
    progress = progress_of(view, measured.judged if measured else 0)
    far = f"{progress.units:,} of {progress.planned or 0:,} units that count; {progress.words}."
    lines = [_line(view), far, "", write_brief(view)]
    return [*lines, *(_result_lines(result) if result else ())]


def _result_lines(result: Mapping[str, Any]) -> Iterator[str]:
    yield from result["words"]
    yield "It cannot say:"
    yield from (f"  - {words}" for words in result["cannot_say"])


def _find(product: ProductView, name: str) -> ExperimentView:
    from pilothouse.apps.experiments.services.experiments import list_experiments

    for each in list_experiments(product, limit=1_000_000):
        if name.strip().upper() == each.ref or name == each.public_id:
            return each
    raise NotFoundError("there is no such experiment in this product.", value=name)


def _read_brief(text: bytes) -> Any:
    import orjson
    from pydantic import ValidationError

    from pilothouse.apps.experiments.bodies import BriefIn

    try:
        return BriefIn.model_validate(orjson.loads(text)).to_brief()
    except orjson.JSONDecodeError as error:
        raise InvalidValueError(f"the brief is not JSON: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidValueError(f"{first['msg']}.", value=place) from error


def _parse_counts(text: str) -> tuple[int | None, int]:
    hits, slash, units = text.rpartition("/")
    if not units.isdecimal() or (slash and not hits.isdecimal()) or len(text) > 30:
        raise InvalidValueError("an arm is HITS/UNITS, or UNITS alone.", value=text)
    return (int(hits) if slash else None), int(units)
