"""The best plan beside the person's own: looked for as a job, shown with bound and gap, taken over.

The search runs in the background (``run_plan``) for a stated number of seconds. What was asked and
what was found is kept, so that a plan can be looked at later; whether the roadmap has changed since
is said.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.roadmap.models import Bet, MoveBatch, Plan
from pilothouse.apps.roadmap.services.moves import BatchView, place_bets
from pilothouse.apps.roadmap.services.planning_answers import Answer, to_answer
from pilothouse.apps.roadmap.services.planning_problem import (
    WORTH_RULE,
    PlanInput,
    build_input,
    from_json,
    to_json,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.jobs import (
    JobCancelledError,
    JobContext,
    JobView,
    enqueue,
    get_job,
)
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.engines.roadmap import (
    NOT_DONE,
    PlanProgress,
    PlanResult,
    check_pins,
    check_plan,
    price_of_choices,
    solve_plan,
    used_weeks,
    value_of,
)
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError

KIND = "plan-roadmap"
QUARTERS = (2, 12)
SECONDS = (1, 120)
DEFAULT_QUARTERS, DEFAULT_SECONDS = 6, 10
SEED = 1
# Each choice that differs is priced while there is time: half of the search's, at least this.
PRICE_SECONDS = 4.0
MOST_PRICES = 100


@dataclass(frozen=True)
class PlanDraft:
    """What to plan: how many quarters, how long to search, which bets (public ids) to keep.

    ``keep`` None keeps those in progress where they stand.
    """

    quarters: int = DEFAULT_QUARTERS
    seconds: int = DEFAULT_SECONDS
    keep: tuple[str, ...] | None = None

    def checked(self) -> PlanDraft:
        """This draft; raises ``InvalidValueError`` for a number out of range."""
        for number, (low, high), what in (
            (self.quarters, QUARTERS, "quarters"),
            (self.seconds, SECONDS, "seconds"),
        ):
            if not low <= number <= high:
                raise InvalidValueError(
                    f"a plan takes {low} to {high} {what}.", value=f"{number} {what}"
                )
        return self


@dataclass(frozen=True)
class PlanView:
    """A search with what was asked of it; ``answer`` None while there is none."""

    public_id: str
    created_at: datetime
    quarters: tuple[str, ...]
    seconds: int
    keep: tuple[str, ...]
    job: JobView | None
    answer: Answer | None
    notes: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    is_taken: bool
    is_stale: bool

    @property
    def is_running(self) -> bool:
        return self.answer is None and self.job is not None and not self.job.is_over


def start_plan(access: Access, product: ProductView, draft: PlanDraft) -> PlanView:
    """Look for the best plan in the background.

    InvalidValueError names kept bets that cannot be kept together, or that nothing can be planned.
    """
    with transaction.atomic():
        plan = _create(access, product, draft)
        arguments = {"plan": plan.public_id}
        job = enqueue(access, KIND, "Best plan of the roadmap", arguments, product=product)
        plan.job_id = job.id
        plan.save(update_fields=["job"])
    return get_plan(access, product, plan.public_id)


def find_now(access: Access, product: ProductView, draft: PlanDraft) -> PlanView:
    """The same at once, for a command: gives the answer when the seconds are over."""
    plan = _create(access, product, draft)
    _search(plan, _Watch(None, float(plan.settings["seconds"])))
    return get_plan(access, product, plan.public_id)


def run_plan(context: JobContext) -> dict[str, Any]:
    """The job: search for the stated seconds, price the choices that differ, keep the answer.

    A cancelled search keeps the best plan it has found.
    """
    plan = Plan.objects.filter(public_id=context.arguments["plan"]).first()
    if plan is None:
        raise NotFoundError("the plan to look for is gone.", value=context.arguments["plan"])
    watch = _Watch(context, float(plan.settings["seconds"]))
    _search(plan, watch)
    if watch.cancelled is not None:
        raise watch.cancelled
    return {"plan": plan.public_id, **{k: plan.result[k] for k in ("value", "bound", "gap")}}


def get_plan(access: Access, product: ProductView, public_id: str) -> PlanView:
    """A search of the product by its public id."""
    return _to_view(access, product, _get(product, public_id))


def find_latest_plan(access: Access, product: ProductView) -> PlanView | None:
    """The newest search of the product, if there was one."""
    plan = Plan.objects.filter(product_id=product.id).select_related("job").order_by("-pk").first()
    return _to_view(access, product, plan) if plan else None


def take_over(access: Access, product: ProductView, public_id: str) -> BatchView:
    """Put every bet where the best plan has it, as one act that can be undone."""
    access.require(Role.EDITOR, to="taking over a plan")
    with transaction.atomic():
        plan = _get(product, public_id)
        if not plan.result:
            raise ConflictError("this plan is not found yet.", remedy="Wait until it is.")
        label = f"best plan of {plan.created_at.day} {plan.created_at:%B}"
        batch = place_bets(access, product, _new_places(product, plan), label)
        if batch.moved:
            plan.batch = MoveBatch.objects.get(public_id=batch.public_id)
            plan.save(update_fields=["batch"])
            facts = {"name": label, "moved": batch.moved, "batch": batch.public_id}
            record_act(access, "plan.taken-over", "plan", public_id, facts, product=product)
    return batch


def _create(access: Access, product: ProductView, draft: PlanDraft) -> Plan:
    access.require(Role.EDITOR, to="looking for the best plan")
    checked = draft.checked()
    given = build_input(product, checked.quarters, checked.keep)
    for violation in check_pins(given.problem):
        raise InvalidValueError(
            violation.sentence,
            value="these bets cannot all be kept",
            remedy="Let go of one of them or give the team more weeks.",
        )
    kept = [bet.key for bet in given.problem.bets if bet.pin is not None]
    with transaction.atomic():
        plan = Plan.objects.create(
            product_id=product.id,
            user_id=access.user_id,
            settings={"quarters": checked.quarters, "seconds": checked.seconds, "keep": kept},
            problem=to_json(given),
            created_at=product.now,
        )
        facts = {"name": "Best plan", "bets": len(given.problem.bets), "kept": len(kept)}
        record_act(access, "plan.started", "plan", plan.public_id, facts, product=product)
    return plan


def _search(plan: Plan, watch: _Watch) -> None:
    given = from_json(plan.problem)
    found = solve_plan(
        given.problem,
        seed=SEED,
        spent=watch.spent,
        seconds=watch.seconds,
        stop=lambda: watch.is_cancelled,
        progress=watch.tell,
    )
    plan.result = _to_result(given, found, watch)
    plan.ended_at = timezone.now()
    plan.save(update_fields=["result", "ended_at"])


class _Watch:
    """The time of one search, and whether somebody cancelled it; without a job nobody can."""

    def __init__(self, context: JobContext | None, seconds: float) -> None:
        self.context, self.seconds = context, seconds
        self.began = time.monotonic()
        self.cancelled: JobCancelledError | None = None

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled is not None

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self.began

    def spent(self) -> float:
        return self.elapsed / self.seconds

    def tell(self, progress: PlanProgress) -> None:
        gap = (progress.bound - progress.value) / progress.bound if progress.bound else 0.0
        message = f"Best so far {progress.value:,.0f}, at most {100 * gap:.1f} % below the best"
        self.step(min(99, int(progress.share * 100)), message)

    def step(self, percent: int, message: str) -> None:
        if self.context is None:
            return
        try:
            self.context.progress(percent, 100, unit="%", message=message)
        except JobCancelledError as cancelled:
            # What is found is kept; the job is told of it at the end.
            self.cancelled = cancelled


def _to_result(given: PlanInput, found: PlanResult, watch: _Watch) -> dict[str, Any]:
    problem, own = given.problem, given.own
    seconds = watch.elapsed
    return {
        "places": list(found.placements),
        "value": found.value,
        "bound": found.bound,
        "gap": found.gap,
        "is_best": found.is_best,
        "was_stopped": found.was_stopped,
        "method": found.method,
        "seconds": round(seconds, 2),
        "used_weeks": [list(row) for row in found.used_weeks],
        "own_value": value_of(problem, own),
        "own_used_weeks": [list(row) for row in used_weeks(problem, own)],
        "violations": [violation.sentence for violation in check_plan(problem, own)],
        "prices": _price(given, found, watch),
        "semantics": [*(list(rule) for rule in found.semantics), ["worth of a bet", WORTH_RULE]],
    }


def _price(given: PlanInput, found: PlanResult, watch: _Watch) -> dict[str, Any]:
    """Prices by bet: of every choice that the best plan makes otherwise, and of what was kept."""
    problem = given.problem
    pairs = zip(problem.bets, given.own, found.placements, strict=True)
    differing = [
        (max(bet.worth), b)
        for b, (bet, own, best) in enumerate(pairs)
        if own != best or bet.pin is not None
    ]
    choices = [(b, given.own[b]) for _, b in sorted(differing, reverse=True)[:MOST_PRICES]]
    until = watch.elapsed + max(PRICE_SECONDS, watch.seconds / 2)

    def is_over() -> bool:
        watch.step(99, "Pricing the choices made by hand")
        return watch.is_cancelled or watch.elapsed > until

    prices = price_of_choices(problem, choices, found, seed=SEED, stop=is_over)
    return {
        problem.bets[each.bet].key: [each.price, each.at_least, each.at_most] for each in prices
    }


def _new_places(product: ProductView, plan: Plan) -> dict[str, date | None]:
    """Where to put the bets that are still there; what is left out keeps no quarter of the plan."""
    given = from_json(plan.problem)
    open_bets = Bet.objects.filter(
        product_id=product.id, deleted_at=None, public_id__in=[b.key for b in given.problem.bets]
    )
    there = set(open_bets.values_list("public_id", flat=True))
    places: dict[str, date | None] = {}
    for bet, own, best in zip(given.problem.bets, given.own, plan.result["places"], strict=True):
        if bet.key not in there or (best == NOT_DONE and own == NOT_DONE):
            continue
        places[bet.key] = None if best == NOT_DONE else given.quarters[best]
    return places


def _get(product: ProductView, public_id: str) -> Plan:
    plans = Plan.objects.filter(product_id=product.id, public_id=public_id)
    plan = plans.select_related("job").first()
    if plan is None:
        raise NotFoundError("there is no such plan in this product.", value=public_id)
    return plan


def _to_view(access: Access, product: ProductView, plan: Plan) -> PlanView:
    given = from_json(plan.problem)
    return PlanView(
        public_id=plan.public_id,
        created_at=plan.created_at,
        quarters=given.problem.quarters,
        seconds=plan.settings["seconds"],
        keep=tuple(plan.settings["keep"]),
        job=get_job(access, plan.job.public_id) if plan.job else None,
        answer=to_answer(product, given, plan.result) if plan.result else None,
        notes=given.notes,
        left_out=given.left_out,
        is_taken=plan.batch_id is not None,
        is_stale=bool(plan.result) and _is_stale(product, plan),
    )


def _is_stale(product: ProductView, plan: Plan) -> bool:
    """Whether the roadmap says something else now than what the plan was made from."""
    settings = plan.settings
    try:
        now = build_input(product, settings["quarters"], settings["keep"])
    except InvalidValueError:
        return True
    return bool(to_json(now) != plan.problem)
