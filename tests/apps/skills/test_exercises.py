"""Exercises of a person: kept, private, counted by first attempts, told once a day."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

import pytest

from pilothouse.apps.skills.exercise_models import ExerciseAttempt
from pilothouse.apps.skills.services.exercise_kinds import get_exercise, load_kinds
from pilothouse.apps.skills.services.exercises import (
    check_answers,
    fresh_seed,
    get_attempt,
    list_attempts,
    list_practices,
    list_records,
    suggest_next,
)
from pilothouse.apps.skills.services.plans_goals import add_goal, list_aims, set_goal_state
from pilothouse.apps.skills.services.plans_views import GoalDraft
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.ledger import iter_acts, verify_ledger
from pilothouse.kernel.errors import InvalidValueError, NotFoundError
from tests.apps.makers import browser_of
from tests.engines.skills.exercise_checks import as_typed, right_answers

KIND = "read-funnel"
NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
pytestmark = pytest.mark.django_db


def right(kind: str = KIND, seed: int = 7, difficulty: int = 1) -> dict[str, str]:
    return right_answers(get_exercise(kind, seed, difficulty))


def naive(kind: str = KIND, seed: int = 7, difficulty: int = 1) -> dict[str, str]:
    exercise = get_exercise(kind, seed, difficulty)
    return right(kind, seed, difficulty) | {
        each.key: as_typed(each, each.traps[0].answer)
        for each in exercise.case.questions
        if each.traps
    }


@pytest.fixture
def at(monkeypatch):
    """A function that sets the clock by which attempts are kept."""

    def set_clock(moment: datetime) -> None:
        monkeypatch.setattr(
            "pilothouse.apps.skills.services.exercises.timezone.now", lambda: moment
        )

    set_clock(NOON)
    return set_clock


def acts_of(access):
    return list(iter_acts(access, kinds=["exercise.solved"]))


def test_an_attempt_is_kept_with_what_was_typed_and_can_be_read_again(people):
    view = check_answers(people.alice, KIND, 7, 1, naive(), seconds=84)
    again = get_attempt(people.alice, view.public_id)
    assert again.grade == view.grade
    assert [mark.state for mark in again.grade.marks] == ["naive", "naive"]
    assert (again.seconds, again.credit, again.is_right, again.is_first) == (84, 0, False, True)
    assert dict(again.given) == naive()


def test_nobody_else_sees_an_attempt_whatever_the_role(people):
    view = check_answers(people.bob, KIND, 7, 1, right())
    for other in (people.alice, people.charlie):
        assert list_attempts(other) == []
        with pytest.raises(NotFoundError):
            get_attempt(other, view.public_id)
    assert [each.public_id for each in list_attempts(people.bob)] == [view.public_id]


def test_a_viewer_may_practise(people):
    viewer = people.as_bob(Role.VIEWER)
    assert check_answers(viewer, KIND, 7, 1, right()).is_right


@pytest.mark.parametrize("given", [{}, {"conversion": "a few"}, {"weakest": "z"}])
def test_what_cannot_be_judged_is_not_kept(people, given):
    with pytest.raises(InvalidValueError):
        check_answers(people.alice, KIND, 7, 1, given)
    assert not ExerciseAttempt.objects.exists()


def test_only_the_first_attempt_at_a_variant_counts(people):
    check_answers(people.alice, KIND, 7, 1, naive())
    assert not check_answers(people.alice, KIND, 7, 1, right()).is_first
    # Nor does the same variant at another difficulty: its seed was seen.
    assert not check_answers(people.alice, KIND, 7, 2, right(difficulty=2)).is_first
    record = next(r for r in list_records(list_practices(people.alice)) if r.kind.key == KIND)
    assert (record.rate.hits, record.rate.n) == (0, 1)
    assert acts_of(people.alice) == []


def test_a_kind_is_told_once_a_day_and_whether_it_was_right_at_once(people, at):
    check_answers(people.alice, KIND, 1, 1, right(seed=1))
    check_answers(people.alice, KIND, 2, 3, right(seed=2, difficulty=3))
    check_answers(people.alice, "kano", 1, 1, right("kano", 1))
    at(NOON + timedelta(days=1))
    check_answers(people.alice, KIND, 3, 1, naive(seed=3))
    check_answers(people.alice, KIND, 4, 2, right(seed=4, difficulty=2))
    told = [(act.object_id, act.facts["seed"], act.facts["difficulty"], act.facts["first_try"])
            for act in acts_of(people.alice)]  # fmt: skip
    assert told == [(KIND, 1, 1, True), ("kano", 1, 1, True), (KIND, 4, 2, False)]
    act = acts_of(people.alice)[0]
    assert (act.facts["competency"], act.facts["context"]) == ("C10", "study")
    assert (act.product_id, act.is_simulated, act.personal) == ("", False, "")
    assert verify_ledger(people.alice.workspace_id).is_whole


def test_study_shows_in_evidence_and_never_passes_awareness(people, at):
    from pilothouse.apps.skills.services.evidence import list_evidence
    from pilothouse.apps.skills.services.levels import read_levels

    for day in range(6):
        at(NOON + timedelta(days=day))
        check_answers(people.alice, KIND, day, 3, right(seed=day, difficulty=3))
    found = list_evidence(people.alice, people.alice.user_public_id)
    mine = [each for each in found if each.act_kind == "exercise.solved"]
    assert {each.competency for each in mine} == {"C10"}
    assert {int(each.strength) for each in mine} == {2}
    assert {str(each.context) for each in mine} == {"study"}
    assert read_levels(people.alice)["C10"].value == 1


def test_two_windows_tell_one_act(people, at, monkeypatch):
    """The second does not see the first one's row yet; the database holds it to one a day."""
    check_answers(people.alice, KIND, 1, 1, right(seed=1))
    from pilothouse.apps.skills.services import exercises

    class Blind:
        def __init__(self, rows):
            self.rows = rows

        def filter(self, **wanted):
            return Blind(self.rows.none() if "told_on" in wanted else self.rows.filter(**wanted))

        def exists(self):
            return self.rows.exists()

    own = exercises._own
    monkeypatch.setattr(exercises, "_own", lambda access: Blind(own(access)))
    view = check_answers(people.alice, KIND, 2, 1, right(seed=2))
    assert view.is_right
    assert len(acts_of(people.alice)) == 1
    assert ExerciseAttempt.objects.count() == 2


def test_right_first_tries_make_a_kind_harder_and_let_it_rest(people, at):
    for seed in (1, 2):
        check_answers(people.alice, KIND, seed, 1, right(seed=seed))
    (practice,) = [p for p in list_practices(people.alice) if p.key == KIND]
    assert (practice.difficulty, practice.due_at) == (2, NOON + timedelta(days=5))
    assert suggest_next(list_practices(people.alice), NOON).key != KIND
    assert suggest_next(list_practices(people.alice), NOON + timedelta(days=6)).key == KIND


def test_new_kinds_pass_from_competency_to_competency(people, at):
    kinds, seen = load_kinds(), []
    for _ in range(8):
        practices = list_practices(people.alice)
        suggested = suggest_next(practices, NOON)
        seen.append(kinds[suggested.key].competency)
        ExerciseAttempt.objects.create(
            workspace_id=people.alice.workspace_id, user_id=people.alice.user_id,
            kind=suggested.key, seed=1, difficulty=1, credit=1, is_right=True, is_first=True,
            at=NOON,
        )  # fmt: skip
    assert len(set(seen)) == 8


def test_new_kinds_of_a_goal_come_first(people):
    goal = add_goal(people.alice, GoalDraft("C11", 1))
    practices = list_practices(people.alice)
    suggested = suggest_next(practices, NOON, list_aims(people.alice))
    assert load_kinds()[suggested.key].competency == "C11"
    assert suggested.reason == "Not tried yet. A goal of yours."
    set_goal_state(people.alice, goal.public_id, "dropped")
    suggested = suggest_next(practices, NOON, list_aims(people.alice))
    assert load_kinds()[suggested.key].competency == "C01"
    assert list_aims(people.bob) == frozenset()


def test_without_kinds_of_a_competency_nothing_is_suggested(people):
    with pytest.raises(InvalidValueError, match="no exercise"):
        suggest_next(list_practices(people.alice, "C99"), NOON)


def test_a_fresh_seed_stays_until_it_is_answered(people):
    first = fresh_seed(people.alice, KIND)
    assert fresh_seed(people.alice, KIND) == first != fresh_seed(people.alice, "kano")
    check_answers(people.alice, KIND, first, 1, right(seed=first))
    assert fresh_seed(people.alice, KIND) == first + 1
    assert fresh_seed(people.alice, KIND, after=first + 5) == first + 6


def test_an_attempt_at_a_kind_that_is_no_more_keeps_its_result(people):
    view = check_answers(people.alice, KIND, 7, 1, right())
    ExerciseAttempt.objects.update(kind="gone")
    again = get_attempt(people.alice, view.public_id)
    assert (again.exercise, again.grade, again.credit) == (None, None, 1)
    page = browser_of(people.alice).get(f"/skills/exercises/history/{view.public_id}/")
    assert page.status_code == 200
    assert "has changed since" in page.content.decode()


# --- pages --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", load_kinds())
def test_every_kind_is_shown_answered_and_explained(people, kind):
    browser = browser_of(people.alice)
    page = browser.get(f"/skills/exercises/{kind}/?seed=7&difficulty=2").content.decode()
    exercise = get_exercise(kind, 7, 2)
    form = {"seed": "7", "difficulty": "2"}
    for question in exercise.case.questions:
        assert f'name="answer-{question.key}"' in page
        answer = naive(kind, 7, 2)[question.key]
        form[f"answer-{question.key}"] = answer.split() if question.form == "several" else answer
    answered = browser.post(f"/skills/exercises/{kind}/", form)
    assert answered.status_code == 302
    told = browser.get(answered["Location"]).content.decode()
    assert "The naive answer" in told
    assert "Worked answer" in told


def test_the_answer_is_not_on_the_page_before_it_is_asked_for(people):
    page = browser_of(people.alice).get("/skills/exercises/discount/?seed=3").content.decode()
    exercise = get_exercise("discount", 3, 1)
    assert exercise.case.steps[-1] not in page
    assert exercise.case.questions[0].traps[0].why not in page


def test_what_was_typed_stays_where_something_cannot_be_read(people):
    form = {"seed": "7", "difficulty": "1", "answer-conversion": "a third", "answer-weakest": "b"}
    page = browser_of(people.alice).post(f"/skills/exercises/{KIND}/", form)
    text = page.content.decode()
    assert page.status_code == 400
    assert 'value="a third"' in text
    assert re.search(r'value="b" checked', text)
    assert "cannot be read as a number" in text
    assert not ExerciseAttempt.objects.exists()


def test_boxes_stay_ticked_where_another_answer_cannot_be_read(people):
    form = {"seed": "7", "difficulty": "1", "answer-missing": ["who", "zone"],
            "answer-effect": "nonsense"}  # fmt: skip
    page = browser_of(people.alice).post("/skills/exercises/exact-metric/", form)
    assert page.status_code == 400
    ticked = re.findall(r'id="answer-missing-(\w+)"[^>]* checked', page.content.decode())
    assert ticked == ["who", "zone"]


def test_a_kind_that_is_not_there_is_not_found(people):
    assert browser_of(people.alice).get("/skills/exercises/nothing/").status_code == 404


def test_the_next_one_leads_to_what_the_home_names(people):
    browser = browser_of(people.alice)
    home = browser.get("/skills/exercises/").content.decode()
    location = browser.get("/skills/exercises/next/")["Location"]
    kind = re.search(r"/skills/exercises/([\w-]+)/\?difficulty=1", location)[1]
    assert f"Next for you: {load_kinds()[kind].title}" in home
    assert browser.get(location).status_code == 200


def test_home_and_history_show_rates_with_n_and_interval(people):
    browser = browser_of(people.alice)
    assert "Nothing answered yet" in browser.get("/skills/exercises/history/").content.decode()
    for seed in range(4):
        check_answers(people.alice, KIND, seed, 1, (right if seed else naive)(seed=seed))
    for address in ("/skills/exercises/", "/skills/exercises/history/"):
        text = browser.get(address).content.decode()
        assert "3 of 4, 30.1–95.4%" in text
    assert "No attempt at this kind" in browser.get(
        "/skills/exercises/history/?kind=kano").content.decode()  # fmt: skip


def test_the_table_of_attempts_holds_ones_own_only(people):
    check_answers(people.alice, KIND, 7, 1, naive(), seconds=84)
    check_answers(people.bob, "kano", 7, 1, right("kano"))
    body = browser_of(people.alice).get("/skills/exercises/history.csv").content.decode("utf-8-sig")
    header, *lines = body.splitlines()
    assert header == "at,kind,difficulty,seed,right,credit,first,seconds"
    assert [line.split(",", 1)[1] for line in lines] == [f"{KIND},1,7,False,0.0,True,84"]


def test_a_competency_narrows_the_home(people):
    text = browser_of(people.alice).get("/skills/exercises/?competency=C11").content.decode()
    assert "Size this test" in text
    assert "Read this funnel" not in text


# --- commands -----------------------------------------------------------------------------------


def run(*words: str):
    from click.testing import CliRunner

    from pilothouse.cli.skills_exercises import exercises

    return CliRunner().invoke(exercises, list(words))


def test_commands_list_show_and_check():
    import json

    kinds = json.loads(run("list", "--json").output)["kinds"]
    assert [each["kind"] for each in kinds] == list(load_kinds())
    shown = json.loads(run("show", KIND, "--seed", "7", "--json").output)
    assert "answers" not in shown
    worked = json.loads(run("show", KIND, "--seed", "7", "--worked", "--json").output)
    assert worked["answers"]["conversion"]["answer"] == pytest.approx(
        get_exercise(KIND, 7, 1).case.questions[0].answer)  # fmt: skip
    answers = [word for key, text in right().items() for word in ("--answer", f"{key}={text}")]
    marks = json.loads(run("check", KIND, "--seed", "7", *answers, "--json").output)
    assert (marks["is_right"], marks["credit"]) == (True, 1)


def test_commands_print_for_people():
    text = run("show", "rank-these", "--seed", "7", "--difficulty", "2", "--worked").output
    assert "Confidence" in text
    assert "a percentage has no people" in text
    assert "naive" in run("check", KIND, "--seed", "7", "--answer", "weakest=a").output
    refused = run("check", KIND, "--answer", "nokey=1")
    assert refused.exit_code == 1
    assert "conversion, weakest" in refused.output
