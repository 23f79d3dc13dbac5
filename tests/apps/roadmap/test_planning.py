"""The best plan as a job: what is planned, what is assumed, taking it over, and its page."""

from __future__ import annotations

from datetime import date

import pytest

from pilothouse.apps.roadmap.models import Plan
from pilothouse.apps.roadmap.services.bets import get_bet, set_bet_deleted, set_bet_status
from pilothouse.apps.roadmap.services.dependencies import add_dependency
from pilothouse.apps.roadmap.services.moves import place_bets, undo_moves
from pilothouse.apps.roadmap.services.planning import (
    PlanDraft,
    PlanView,
    find_latest_plan,
    get_plan,
    start_plan,
    take_over,
)
from pilothouse.apps.roadmap.services.planning_problem import build_input, from_json, to_json
from pilothouse.apps.roadmap.services.teams import TeamView, save_team, set_capacity
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.jobs import cancel_job
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.apps.workspace.services.worker import run_one
from pilothouse.kernel.errors import (
    ConflictError,
    ForbiddenError,
    InvalidValueError,
    NotFoundError,
)
from tests.apps.makers import browser_of

Q4, Q1, Q2 = date(2026, 10, 1), date(2027, 1, 1), date(2027, 4, 1)
QUICK = PlanDraft(quarters=2, seconds=1)


@pytest.fixture
def web(alice, product) -> TeamView:
    """A team with ten person-weeks in each of two quarters."""
    team = save_team(alice, product, "Web")
    set_capacity(alice, product, {team.public_id: {Q4: 10.0, Q1: 10.0}})
    return team


@pytest.fixture
def crossed(place, web):
    """A dear bet late and a cheap one early; both fill a quarter."""
    effort = {web.public_id: 8.0}
    cheap = place("Cheap", quarter=Q4, value=1.0, efforts=effort)
    dear = place("Dear", quarter=Q1, value=10.0, efforts=effort)
    return cheap, dear


def search(alice, product, draft: PlanDraft = QUICK) -> PlanView:
    plan = start_plan(alice, product, draft)
    while run_one("test"):
        pass
    return get_plan(alice, product, plan.public_id)


def test_the_best_plan_turns_a_wrong_order_round(alice, product, crossed):
    """Dear first: 10 x 5 quarters live + 1 x 4, against 1 x 5 + 10 x 4."""
    plan = search(alice, product)
    answer = plan.answer
    assert (answer.own_value, answer.value, answer.bound) == (45, 54, 54)
    assert answer.is_best
    assert answer.gap == 0
    assert answer.violations == ()
    assert answer.lead == 9
    rows = {row.title: (row.own_name, row.best_name, row.way) for row in answer.rows}
    assert rows == {
        "Cheap": ("Q4 2026", "Q1 2027", "later"),
        "Dear": ("Q1 2027", "Q4 2026", "earlier"),
    }
    # Each wrong choice alone forces the other: both cost the whole lead.
    assert [row.price.price for row in answer.changes] == pytest.approx([9, 9])
    assert [(load.own, load.best, load.available) for load in answer.teams[0][1]] == [
        (8, 8, 10), (8, 8, 10),
    ]  # fmt: skip


def test_taking_over_is_one_act_with_undo(alice, product, crossed):
    cheap, dear = crossed
    plan = search(alice, product)
    batch = take_over(alice, product, plan.public_id)
    assert batch.moved == 2
    assert get_bet(product, dear.public_id).quarter == Q4
    assert get_bet(product, cheap.public_id).quarter == Q1
    assert get_plan(alice, product, plan.public_id).is_taken
    kinds = [act.kind for act in list_acts(alice)][:2]
    assert kinds == ["plan.taken-over", "bet.moved"]
    undo_moves(alice, product, batch.public_id)
    assert get_bet(product, dear.public_id).quarter == Q1


def test_taking_over_leaves_alone_what_is_gone_or_was_never_placed(alice, product, place, web):
    place("Fits", quarter=Q1, value=5.0, efforts={web.public_id: 8.0})
    gone = place("Gone", quarter=Q1, value=5.0, efforts={web.public_id: 1.0})
    huge = place("Huge", horizon="next", value=99.0, efforts={web.public_id: 11.0})
    too_big = place("Too big", quarter=Q4, value=9.0, efforts={web.public_id: 12.0})
    plan = search(alice, product)
    set_bet_deleted(alice, product, gone.public_id, is_deleted=True)
    take_over(alice, product, plan.public_id)
    assert get_bet(product, huge.public_id).horizon == "next"
    # It had a quarter in which it cannot be done: it is later now.
    assert get_bet(product, too_big.public_id).quarter is None


def test_what_breaks_a_rule_is_said_of_ones_own_plan(alice, product, place, web):
    first = place("First", quarter=Q4, value=5.0, efforts={web.public_id: 6.0})
    second = place("Second", quarter=Q4, value=5.0, efforts={web.public_id: 6.0})
    add_dependency(alice, product, first.public_id, second.public_id)
    answer = search(alice, product).answer
    assert answer.violations == (
        "Web has 10 person-weeks in Q4 2026; First and Second take 2 more.",
    )
    places = {row.title: row.best_name for row in answer.rows}
    assert places == {"Second": "Q4 2026", "First": "Q1 2027"}
    assert answer.teams[0][1][0].over == 2


def test_kept_bets_stay_and_are_priced(alice, product, crossed):
    cheap, _ = crossed
    plan = search(alice, product, PlanDraft(2, 1, (cheap.public_id,)))
    row = next(row for row in plan.answer.rows if row.is_kept)
    assert (row.title, row.best_name) == ("Cheap", "Q4 2026")
    assert row.price.price == pytest.approx(9)
    assert plan.answer.value == 45


def test_bets_in_progress_are_kept_unless_said_otherwise(alice, product, crossed):
    cheap, _ = crossed
    set_bet_status(alice, product, cheap.public_id, "doing")
    assert build_input(product, 2).problem.bets[0].pin == 0
    assert build_input(product, 2, []).problem.bets[0].pin is None


def test_kept_bets_that_cannot_be_kept_are_named(alice, product, place, web):
    bets = [
        place(name, quarter=Q4, value=5.0, efforts={web.public_id: 6.0}) for name in ("One", "Two")
    ]
    with pytest.raises(InvalidValueError, match="One and Two take 2 more"):
        start_plan(alice, product, PlanDraft(2, 1, tuple(bet.public_id for bet in bets)))
    assert not Plan.objects.exists()


def test_nothing_is_guessed(alice, product, place, web):
    """A bet without value or effort is named; its weeks are taken from what there is."""
    place("Planned", value=3.0, confidence=0.5, efforts={web.public_id: 4.0})
    place("No value", quarter=Q4, efforts={web.public_id: 7.0})
    place("No effort", value=5.0)
    place("Done", quarter=Q4, value=5.0, efforts={web.public_id: 1.0}, status="done")
    place("Dropped", quarter=Q4, value=5.0, efforts={web.public_id: 1.0}, status="dropped")
    given = build_input(product, 3)
    assert [bet.title for bet in given.problem.bets] == ["Planned"]
    assert dict(given.left_out) == {
        "No value": "no value is stated; it stays in Q4 2026",
        "No effort": "no effort of a team is stated",
    }
    # 10 less 7 and 1; Q2 has no capacity of its own: that of Q1 is carried on.
    assert given.problem.capacity_weeks == ((2.0, 10.0, 10.0),)
    assert given.notes == ("Web: no capacity is stated for Q2 2027; the last one is used.",)
    # Live from the quarter after delivery until a year after the end, at half the value.
    assert given.problem.bets[0].worth == (9.0, 7.5, 6.0)


def test_a_team_without_capacity_limits_nothing_and_that_is_said(alice, product, place):
    team = save_team(alice, product, "Ops")
    place("Large", value=1.0, efforts={team.public_id: 500.0})
    plan = search(alice, product)
    assert plan.answer.rows[0].best_name == "Q4 2026"
    assert plan.answer.teams[0][1][0].available is None
    assert plan.notes == ("Ops: capacity is not stated for every quarter and limits nothing.",)


def test_needs_of_what_is_not_planned_are_said(alice, product, place, web):
    user = place("User", value=1.0, efforts={web.public_id: 1.0})
    needed = place("Needed")
    add_dependency(alice, product, user.public_id, needed.public_id)
    assert build_input(product, 2).notes == (
        "User needs Needed, which is not planned: not checked here.",
    )


def test_late_bets_count_in_the_running_quarter(place, product, web):
    place("Late", quarter=date(2026, 1, 1), value=1.0, efforts={web.public_id: 1.0})
    place("Far", quarter=date(2030, 1, 1), value=1.0, efforts={web.public_id: 1.0})
    assert build_input(product, 2).own == (0, -1)


def test_a_problem_survives_its_storage(product, crossed):
    given = build_input(product, 3)
    assert from_json(to_json(given)) == given


def test_a_plan_of_another_roadmap_is_called_stale(alice, product, crossed):
    cheap, _ = crossed
    plan = search(alice, product)
    assert not plan.is_stale
    place_bets(alice, product, {cheap.public_id: Q2}, "later")
    assert get_plan(alice, product, plan.public_id).is_stale


def test_a_cancelled_search_keeps_nothing_it_never_began(alice, product, crossed):
    plan = start_plan(alice, product, QUICK)
    cancel_job(alice, plan.job.public_id)
    assert not run_one("test")
    found = get_plan(alice, product, plan.public_id)
    assert found.answer is None
    assert not found.is_running
    with pytest.raises(ConflictError):
        take_over(alice, product, plan.public_id)


def test_a_search_that_is_cancelled_keeps_what_it_has_found(alice, product, crossed, monkeypatch):
    from pilothouse.apps.roadmap.services import planning
    from pilothouse.apps.workspace.services.jobs import JobCancelledError

    class Cancelled:
        job_id, attempt, is_cancel_wanted = "x", 1, True

        def __init__(self, plan: str) -> None:
            self.arguments = {"plan": plan}

        def progress(self, done: int, total: int, *, unit: str = "", message: str = "") -> None:
            raise JobCancelledError("cancelled.")

    plan = start_plan(alice, product, QUICK)
    with pytest.raises(JobCancelledError):
        planning.run_plan(Cancelled(plan.public_id))
    answer = get_plan(alice, product, plan.public_id).answer
    assert answer.value <= answer.bound
    assert answer.value > 0


IMPOSSIBLE = [(1, 5, None), (13, 5, None), (4, 0, None), (4, 999, None), (4, 5, ("222222222222",))]


@pytest.mark.parametrize("draft", [PlanDraft(*given) for given in IMPOSSIBLE])
def test_impossible_drafts_are_refused(alice, product, crossed, draft):
    with pytest.raises(InvalidValueError):
        start_plan(alice, product, draft)


def test_nothing_to_plan_says_what_is_missing(alice, product, place):
    place("Idea")
    with pytest.raises(InvalidValueError, match="a value and an effort"):
        start_plan(alice, product, QUICK)


def test_who_may(people, product, crossed):
    viewer = people.as_bob(Role.COMMENTER)
    with pytest.raises(ForbiddenError):
        start_plan(viewer, product, QUICK)
    plan = start_plan(people.alice, product, QUICK)
    with pytest.raises(ForbiddenError):
        take_over(viewer, product, plan.public_id)
    with pytest.raises(NotFoundError):
        get_plan(people.alice, product, "222222222222")


def test_the_page_from_search_to_taking_over(alice, product, crossed):
    browser = browser_of(alice)
    page = f"/p/{product.public_id}/roadmap/plan/"
    assert "Look for the best plan" in browser.get(page).content.decode()
    made = browser.post(page, {"quarters": "2", "seconds": "1"})
    detail = made.headers["Location"]
    waiting = browser.get(detail, headers={"HX-Request": "true"}).content.decode()
    assert "every 700ms" in waiting
    while run_one("test"):
        pass
    text = browser.get(detail).content.decode()
    for words in ("Best plan found", "No plan is worth more than", "Gap", "proved", "Cheap"):
        assert words in text
    assert "every 700ms" not in text
    assert browser.post(f"{detail}take/").status_code == 302
    timeline = browser.get(f"/p/{product.public_id}/roadmap/timeline/").content.decode()
    assert "Taken over: 2 bets moved" in timeline
    assert find_latest_plan(alice, product).is_taken


def test_the_page_shows_again_what_was_chosen(alice, product, crossed):
    browser = browser_of(alice)
    cheap, _ = crossed
    page = f"/p/{product.public_id}/roadmap/plan/"
    given = {"quarters": "8", "seconds": "many", "keep": [cheap.public_id]}
    answer = browser.post(page, given)
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "whole number" in text
    assert '<option value="8" selected>' in text
    assert f'value="{cheap.public_id}" checked' in text
