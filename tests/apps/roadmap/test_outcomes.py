from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from pilothouse.apps.analytics.services.metrics import (
    MetricDraft,
    save_metric,
    set_metric_deleted,
)
from pilothouse.apps.analytics.services.questions import parse_question
from pilothouse.apps.roadmap.services.outcomes import (
    OutcomeDraft,
    get_outcome,
    list_outcomes,
    save_outcome,
    set_outcome_deleted,
)
from pilothouse.apps.roadmap.services.progress import read_progress
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.search import search
from pilothouse.kernel.errors import ForbiddenError, InvalidValueError, NotFoundError
from tests.apps.makers import NOW, daily_events, send
from tests.builders import make_product


@pytest.fixture
def counted(alice):
    """A real product with 7 openings yesterday, and the metric that counts them."""
    product = replace(make_product(alice, "Counted"), clock=NOW)
    send(alice, product, daily_events([5, 6, 7], last=NOW - timedelta(days=1)))
    question = parse_question("trend", {"event": "opened"})
    return product, save_metric(alice, product, MetricDraft("Openings", question))


@pytest.mark.parametrize(
    ("target", "is_met"), [(6.0, True), (7.0, True), (7.5, False), (None, None)]
)
def test_progress_is_the_metric_beside_the_target(alice, counted, target, is_met):
    product, metric = counted
    draft = OutcomeDraft("More openings", metric_id=metric.public_id, target=target)
    save_outcome(alice, product, draft)
    progress = read_progress(product, list_outcomes(product))[0]
    assert (progress.value, progress.is_met) == (7.0, is_met)
    assert progress.reading.history[-1] == 7.0


def test_fewer_may_be_the_aim(alice, counted):
    product, metric = counted
    lower = replace(MetricDraft("Openings", metric.question), direction="down")
    save_metric(alice, product, lower, public_id=metric.public_id)
    save_outcome(alice, product, OutcomeDraft("Fewer", metric_id=metric.public_id, target=6))
    assert read_progress(product, list_outcomes(product))[0].is_met is False


def test_without_a_metric_nothing_is_known(alice, counted):
    product, metric = counted
    plain = save_outcome(alice, product, OutcomeDraft("Words only", target_text="Ten"))
    gone = save_outcome(alice, product, OutcomeDraft("Gone", metric_id=metric.public_id, target=1))
    set_metric_deleted(alice, product, metric.public_id, is_deleted=True)
    first, second = read_progress(product, [plain, gone])
    assert (first.value, first.is_met, first.is_metric_gone) == (None, None, False)
    assert (second.value, second.is_met, second.is_metric_gone) == (None, None, True)
    # What was named when it existed may be saved again.
    draft = OutcomeDraft("Still", metric_id=metric.public_id, target=1)
    save_outcome(alice, product, draft, public_id=gone.public_id)
    with pytest.raises(NotFoundError):
        save_outcome(alice, product, draft)


def test_an_outcome_is_found_deleted_and_restored(alice, product):
    view = save_outcome(alice, product, OutcomeDraft("Teams stay", due=date(2027, 3, 1)))
    assert [hit.url for hit in search(alice, "teams stay")] == [view.url]
    set_outcome_deleted(alice, product, view.public_id, is_deleted=True)
    assert (list_outcomes(product), search(alice, "teams stay")) == ([], [])
    set_outcome_deleted(alice, product, view.public_id, is_deleted=False)
    assert get_outcome(product, view.public_id) == view


@pytest.mark.parametrize(
    "changes",
    [
        {"title": " "}, {"title": "x" * 201}, {"why": "x" * 4001}, {"target": float("nan")},
        {"target_text": "x" * 201}, {"due": date(1900, 1, 1)}, {"metric_id": "x"},
    ],
)  # fmt: skip
def test_a_bad_outcome_is_refused(alice, product, changes):
    with pytest.raises(InvalidValueError):
        save_outcome(alice, product, replace(OutcomeDraft("Fine"), **changes))


def test_only_editors_state_outcomes(people, product):
    with pytest.raises(ForbiddenError):
        save_outcome(people.as_bob(Role.COMMENTER), product, OutcomeDraft("Fine"))
