"""The learning plan: goals, steps, what the ledger ticks, proofs, and who sees it."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pilothouse.apps.decisions.services.decisions import DecisionDraft, save_decision
from pilothouse.apps.skills.models import ProofContent
from pilothouse.apps.skills.services.plans import read_plan, set_weekly_hours
from pilothouse.apps.skills.services.plans_attention import list_learning_attention
from pilothouse.apps.skills.services.plans_gap import suggest_goals
from pilothouse.apps.skills.services.plans_goals import (
    add_goal,
    change_goal,
    set_goal_deleted,
    set_goal_state,
)
from pilothouse.apps.skills.services.plans_proofs import (
    MAX_BYTES,
    MAX_PROOFS,
    add_proof,
    list_proofs,
    read_proof,
    set_proof_deleted,
)
from pilothouse.apps.skills.services.plans_steps import (
    add_step,
    change_step,
    get_step,
    plan_entry,
    set_step_deleted,
    set_step_state,
)
from pilothouse.apps.skills.services.plans_views import GoalDraft, StepDraft
from pilothouse.apps.skills.services.targets import TargetDraft, save_target
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.ledger import list_acts, verify_ledger
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.ids import digest
from tests.apps.makers import browser_of

TODAY = date(2026, 11, 23)
PDF = b"%PDF-1.7\n1 0 obj"


def decide(access, product):
    return save_decision(access, product, DecisionDraft(title="A choice"))


def test_goals_hold_their_steps_and_count_what_is_done(people):
    goal = add_goal(people.alice, GoalDraft("C11", 2, "why", TODAY))
    steps = [
        add_step(people.alice, StepDraft(name, goal=goal.public_id)) for name in ("a", "b", "c")
    ]
    add_step(people.alice, StepDraft("loose"))
    set_step_state(people.alice, steps[0].public_id, "done")
    set_step_state(people.alice, steps[2].public_id, "dropped")
    plan = read_plan(people.alice)
    (shown,) = plan.goals
    assert (shown.done, len(shown.counted), len(shown.steps)) == (1, 2, 3)
    assert [step.title for step in plan.loose] == ["loose"]
    set_goal_deleted(people.alice, goal.public_id, is_deleted=True)
    assert len(read_plan(people.alice).loose) == 4
    set_goal_deleted(people.alice, goal.public_id, is_deleted=False)
    assert len(read_plan(people.alice).goals[0].steps) == 3


def test_goals_change_and_close(people):
    goal = add_goal(people.alice, GoalDraft("C11", 2))
    changed = change_goal(people.alice, goal.public_id, GoalDraft("C05", 3, due_on=TODAY))
    assert (changed.competency, changed.level, changed.due_on) == ("C05", 3, TODAY)
    assert read_plan(people.alice, TODAY + timedelta(1)).goals[0].is_overdue
    assert set_goal_state(people.alice, goal.public_id, "reached").state == "reached"
    assert not read_plan(people.alice, TODAY + timedelta(1)).goals[0].is_overdue


@pytest.mark.parametrize(
    "draft",
    [GoalDraft("C17", 1), GoalDraft("", 1), GoalDraft("C01", 0), GoalDraft("C01", 5),
     GoalDraft("C01", 1, "x" * 501), GoalDraft("C01", 1, due_on=date(9999, 1, 1))],
)  # fmt: skip
def test_a_bad_goal_is_refused(people, draft):
    with pytest.raises(InvalidValueError):
        add_goal(people.alice, draft)
    assert read_plan(people.alice).goals == ()


@pytest.mark.parametrize(
    "draft",
    [StepDraft(""), StepDraft("a", kind="nap"), StepDraft("a", act="dance"),
     StepDraft("a", hours=-1), StepDraft("a", hours=float("nan")), StepDraft("a", url="file:///x"),
     StepDraft("a", starts_on=TODAY, due_on=TODAY - timedelta(1)), StepDraft("a", hours=1e9)],
)  # fmt: skip
def test_a_bad_step_is_refused(people, draft):
    with pytest.raises(InvalidValueError):
        add_step(people.alice, draft)
    assert read_plan(people.alice).steps == ()


def test_the_ledger_ticks_a_step_when_the_act_comes_and_not_before(people, product):
    decide(people.alice, product)
    step = add_step(people.alice, StepDraft("A book", act="decide"))
    assert get_step(people.alice, step.public_id).act_sequence is None
    decide(people.bob, product)
    assert get_step(people.alice, step.public_id).act_sequence is None
    decide(people.alice, product)
    act = list_acts(people.alice, limit=1)[0]
    decide(people.alice, product)
    assert get_step(people.alice, step.public_id).act_sequence == act.sequence
    assert (act.kind, act.user_id) == ("decision.written", people.alice.user_public_id)


def test_another_act_begins_anew(people, product):
    step = add_step(people.alice, StepDraft("A book", act="decide"))
    decide(people.alice, product)
    assert get_step(people.alice, step.public_id).act_sequence
    changed = change_step(people.alice, step.public_id, StepDraft("A book", act="forecast"))
    assert changed.act_sequence is None
    change_step(people.alice, step.public_id, StepDraft("A book", act="decide"))
    assert get_step(people.alice, step.public_id).act_sequence is None


def test_finishing_is_one_act_without_titles(people):
    goal = add_goal(people.alice, GoalDraft("C11", 2, "secret reason"))
    step = add_step(people.alice, StepDraft("Secret course", kind="course", goal=goal.public_id))
    add_proof(people.alice, step.public_id, "secret.pdf", [PDF])
    for state in ("doing", "done", "planned", "done"):
        set_step_state(people.alice, step.public_id, state)
    acts = [a for a in list_acts(people.alice) if a.kind.startswith("learning")]
    assert [a.kind for a in acts] == ["learning.finished", "learning-goal.set"]
    assert acts[0].facts == {"kind": "course", "aims": ["C11.2"], "proofs": 1}
    assert "ecret" not in str([vars(act) for act in acts])
    assert verify_ledger(people.alice.workspace_id).is_whole


def test_a_step_of_the_library_brings_its_act(people):
    step = plan_entry(people.alice, "superforecasting")
    assert (step.act, step.kind, step.provider) == (
        "forecast", "resource", "Philip E. Tetlock, Dan Gardner",
    )  # fmt: skip
    assert step.next_act
    assert plan_entry(people.alice, "pspo-i").kind == "certificate"


def test_hours_make_the_load(people):
    set_weekly_hours(people.alice, 2)
    monday = TODAY
    add_step(people.alice, StepDraft("a", hours=10, hours_done=4, due_on=monday + timedelta(13)))
    done = add_step(people.alice, StepDraft("b", hours=50, due_on=monday))
    set_step_state(people.alice, done.public_id, "done")
    load = read_plan(people.alice, monday).load
    assert [week.hours for week in load.weeks] == pytest.approx([3, 3])
    assert len(load.over) == 2
    for bad in (-1, 101, None, float("nan")):
        with pytest.raises(InvalidValueError):
            set_weekly_hours(people.alice, bad)


def test_proofs_are_kept_whole_and_told_by_their_bytes(people):
    step = add_step(people.alice, StepDraft("a", kind="certificate")).public_id
    proof = add_proof(people.alice, step, "../../etc/<b>cert.pdf", [PDF, b"more"])
    assert (proof.content_type, proof.size) == ("application/pdf", len(PDF) + 4)
    assert "/" not in proof.file_name
    view, body = read_proof(people.alice, proof.public_id)
    assert (body, digest(body)) == (PDF + b"more", view.digest)
    png = add_proof(people.alice, step, "x.pdf", [b"\x89PNG\r\n\x1a\n..."])
    assert png.content_type == "image/png"
    for bad in (b"", b"<html>", b"MZ\x90", b"PK\x03\x04", b"<svg onload='alert(1)'/>"):
        with pytest.raises(InvalidValueError):
            add_proof(people.alice, step, "cert.pdf", [bad])
    with pytest.raises(InvalidValueError):
        add_proof(people.alice, step, "big.pdf", [PDF, b"x" * MAX_BYTES])
    assert ProofContent.objects.count() == 2


def test_proofs_are_deleted_and_come_back(people):
    step = add_step(people.alice, StepDraft("a")).public_id
    proof = add_proof(people.alice, step, "a.pdf", [PDF]).public_id
    set_proof_deleted(people.alice, proof, is_deleted=True)
    assert list_proofs(people.alice, step) == []
    with pytest.raises(NotFoundError):
        read_proof(people.alice, proof)
    set_proof_deleted(people.alice, proof, is_deleted=False)
    assert read_proof(people.alice, proof)[1] == PDF
    for number in range(MAX_PROOFS - 1):
        add_proof(people.alice, step, f"{number}.pdf", [PDF])
    with pytest.raises(ConflictError):
        add_proof(people.alice, step, "one more.pdf", [PDF])


def test_a_proof_is_uploaded_and_downloaded_never_shown(people):
    step = add_step(people.alice, StepDraft("a")).public_id
    alice = browser_of(people.alice)
    file = SimpleUploadedFile("my cert.pdf", PDF)
    assert alice.post(f"/skills/learn/steps/{step}/proofs/", {"file": file}).status_code == 302
    (proof,) = list_proofs(people.alice, step)
    answer = alice.get(f"/skills/learn/proofs/{proof.public_id}/")
    assert answer.content == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert browser_of(people.bob).get(f"/skills/learn/proofs/{proof.public_id}/").status_code == 404


def test_nobody_else_sees_my_plan(people):
    goal = add_goal(people.alice, GoalDraft("C11", 2)).public_id
    step = add_step(people.alice, StepDraft("a", goal=goal)).public_id
    bob = people.as_bob(Role.OWNER)
    assert read_plan(bob).steps == ()
    assert read_plan(bob).goals == ()
    for act in (
        lambda: get_step(bob, step),
        lambda: set_step_deleted(bob, step, is_deleted=True),
        lambda: set_goal_state(bob, goal, "reached"),
        lambda: add_step(bob, StepDraft("b", goal=goal)),
        lambda: add_proof(bob, step, "a.pdf", [PDF]),
    ):
        with pytest.raises(NotFoundError):
            act()


def test_a_viewer_may_learn(people):
    viewer = people.as_bob(Role.VIEWER)
    step = add_step(viewer, StepDraft("a"))
    assert set_step_state(viewer, step.public_id, "done").state == "done"


def test_today_names_what_is_late_and_what_runs_out(people, product):
    add_step(people.alice, StepDraft("late", due_on=TODAY - timedelta(2)))
    add_step(people.alice, StepDraft("in time", due_on=TODAY))
    old = add_step(people.alice, StepDraft("CSPO", kind="certificate", expires_on=TODAY))
    set_step_state(people.alice, old.public_id, "done")
    lines = list_learning_attention(people.alice, product, TODAY)
    assert [(line.sentence, line.is_warning) for line in lines] == [
        ("Overdue to learn: late", True),
        ("Runs out on 23 Nov 2026: CSPO", False),
    ]
    assert list_learning_attention(people.bob, product, TODAY) == []


def test_undo_brings_a_step_back(people):
    step = add_step(people.alice, StepDraft("a"))
    alice = browser_of(people.alice)
    answer = alice.post(f"{step.page_url}delete/", follow=True)
    assert f"{step.page_url}restore/".encode() in answer.content
    assert read_plan(people.alice).steps == ()
    alice.post(f"{step.page_url}restore/")
    assert len(read_plan(people.alice).steps) == 1


def test_finishing_leads_to_the_next_act(people, product):
    step = plan_entry(people.alice, "superforecasting")
    alice = browser_of(people.alice)
    answer = alice.post(f"{step.page_url}finish/", follow=True)
    assert answer.redirect_chain[-1][0] == step.page_url
    assert f"/p/{product.public_id}/decisions/forecasts/new/".encode() in answer.content


def test_everything_of_mine_is_in_one_file(people):
    plan_entry(people.alice, "inspired")
    answer = browser_of(people.alice).get("/skills/learn/everything.json")
    body = json.loads(answer.content)
    assert body["plan"]["steps"][0]["title"] == "Inspired"
    assert body["readings"] == []


def test_the_widest_gaps_are_offered_until_they_are_goals(people):
    assert suggest_goals(people.alice, ()) == []
    save_target(people.alice, TargetDraft(role="pm", industry="technology"))
    offered = suggest_goals(people.alice, read_plan(people.alice).goals)
    assert len(offered) == 4
    assert all(1 <= each.level <= each.required for each in offered)
    assert {each.level for each in offered} == {1}
    first = offered[0]
    assert f"Make {first.title} a goal" in browser_of(people.alice).get("/skills/learn/").text
    add_goal(people.alice, GoalDraft(first.competency, first.level))
    again = suggest_goals(people.alice, read_plan(people.alice).goals)
    assert first.competency not in {each.competency for each in again}
