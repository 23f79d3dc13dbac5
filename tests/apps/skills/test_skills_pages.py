"""The pages of the path, the map, gaps, requests and endorsements; the API and the command."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from django.utils import timezone

from pilothouse.apps.skills.services.asking import ask_rating, ask_review
from pilothouse.apps.skills.services.endorsements import LinkDraft, create_link, list_endorsements
from pilothouse.apps.skills.services.evidence import list_evidence
from pilothouse.apps.skills.services.gap import list_gaps
from pilothouse.apps.skills.services.levels import read_levels
from pilothouse.apps.skills.services.library import get_entry
from pilothouse.apps.skills.services.path import read_path
from pilothouse.apps.skills.services.plans_goals import add_goal
from pilothouse.apps.skills.services.plans_steps import add_step, set_step_state
from pilothouse.apps.skills.services.plans_views import GoalDraft, StepDraft
from pilothouse.apps.skills.services.ratings import get_ratings, rate_self
from pilothouse.apps.skills.services.reading import ReadingView, save_reading
from pilothouse.apps.skills.services.reviews import rate_card
from pilothouse.apps.skills.services.targets import (
    TargetDraft,
    change_target,
    get_target,
    list_targets,
    save_target,
    set_target_deleted,
)
from pilothouse.apps.workspace.services.ledger import list_acts, record_act
from pilothouse.apps.workspace.services.login import create_token
from pilothouse.kernel.errors import InvalidValueError, NotFoundError
from tests.apps.makers import browser_of
from tests.apps.skills.test_levels_services import WORDS, decide
from tests.builders import make_product

pytestmark = pytest.mark.django_db
POSTING = """Product manager. You own the roadmap, run user interviews and A/B tests, and work with
engineers. More A/B tests. SQL is a plus."""


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_path_of_somebody_new_asks_for_a_target_first(people):
    page = text_of(browser_of(people.alice).get("/skills/"))
    assert "Save a role or a posting to compare with" in page
    assert "No act of yours is evidence yet" in page
    assert page.count('data-state="not begun"') == 6


def test_the_next_act_is_of_the_heaviest_gap(people, product):
    for name in ("one", "two"):
        decide(people.alice, product, name)
    save_target(people.alice, TargetDraft(posting=POSTING, name="Northwind"))
    path = read_path(people.alice, read_levels(people.alice))
    assert path.suggestion is not None
    assert path.suggestion.competency == "C11"
    assert path.suggestion.act.page == "experiments:new"
    assert "Northwind: no level yet of level" in path.suggestion.why
    client = browser_of(people.alice)
    client.get(f"/p/{product.public_id}/decisions/")
    page = text_of(client.get("/skills/"))
    assert f'href="/p/{product.public_id}/experiments/new/"' in page
    assert page.count("path-step") == 6


def test_states_of_steps_follow_the_record(people, product, monkeypatch):
    empty = {step.key: step.state for step in read_path(people.alice, {}).steps}
    assert set(empty.values()) == {"not begun"}
    for kind in ("learning.finished", "cards.reviewed", "exercise.solved"):
        facts = {"competency": "C10", "aims": ["C10.1"]}
        record_act(people.alice, kind, "thing", kind[:12], facts)
    steps = {step.key: step for step in read_path(people.alice, {}).steps}
    assert [rule.have for rule in steps["A2"].rules] == [1, 1, 1]
    assert (steps["A2"].state, steps["A2"].met) == ("begun", 1)
    # Simulated decisions are none of a real product.
    for name in ("one", "two", "three"):
        decide(people.alice, product, name)
    steps = {step.key: step for step in read_path(people.alice, {}).steps}
    assert steps["A3"].rules[1].is_met
    # What nothing records yet can be neither met nor finished.
    assert steps["A6"].state == "not begun"
    assert not steps["A5"].rules[1].is_met


def test_the_map_shows_levels_and_says_none(people, product):
    for name in ("one", "two"):
        decide(people.alice, product, name)
    rate_self(people.alice, "C03", 3)
    page = text_of(browser_of(people.alice).get("/skills/map/"))
    assert "level 1, awareness, from 2 acts" in page
    assert page.count('data-state="held"') == 2  # C03 and the key
    assert "+2" in page
    assert page.count("no evidence yet") >= 13
    other = text_of(browser_of(people.bob).get("/skills/map/"))
    assert "No evidence yet" in other
    assert other.count('data-state="held"') == 1


def test_a_competency_opens_to_its_acts_and_takes_a_rating(people, product):
    number = decide(people.alice, product, "How do we price?")
    client = browser_of(people.alice)
    page = text_of(client.get("/skills/map/C03/"))
    assert f'id="act-{number}"' in page
    assert "How do we price?" in page
    assert "acts checked by a rule, or stronger" in page
    answer = client.post("/skills/map/C03/", {"level": "2", "note": "mostly alone"})
    assert answer.status_code == 302
    assert get_ratings(people.alice, "C03").own[0].note == "mostly alone"
    for bad in ("", "5", "-1", "two"):
        again = client.post("/skills/map/C03/", {"level": bad, "note": "kept words"})
        assert again.status_code == 400
        assert "kept words" in text_of(again)
    assert client.get("/skills/map/C17/").status_code == 404


def test_targets_are_saved_changed_deleted_and_brought_back(people):
    client = browser_of(people.alice)
    answer = client.post("/skills/gap/", {"role": "pm", "industry": "education"})
    assert answer.status_code == 302
    (saved,) = list_targets(people.alice)
    assert (saved.kind, saved.name) == ("role", "Product manager, education")
    assert answer["Location"] == saved.url
    assert "Gaps, the heaviest first" in text_of(client.get(saved.url))
    form = {"name": "Mine", **{f"C{n:02}": "0" for n in range(1, 17)}, "C05": "4"}
    assert client.post(saved.url, form).status_code == 302
    assert get_target(people.alice, saved.public_id).required == {"C05": 4}
    assert client.post(saved.url, form | {"C05": "0"}).status_code == 400
    assert client.post(saved.url, form | {"C05": "x"}).status_code == 400
    assert client.post(f"{saved.url}delete/").status_code == 302
    assert client.get(saved.url).status_code == 404
    assert client.post(f"{saved.url}restore/").status_code == 302
    assert client.post(f"{saved.url}eat/").status_code == 404
    assert client.get(saved.url).status_code == 200
    assert browser_of(people.bob).get(saved.url).status_code == 404


def test_a_posting_asks_only_for_what_it_mentions(people):
    target = save_target(people.alice, TargetDraft(role="associate", posting=POSTING))
    assert list(target.required) == ["C01", "C07", "C10", "C11", "C12"]
    assert target.emphasis["C11"] == 1.25
    assert {each.competency: each.words for each in target.mentions}["C01"] == ("user interviews",)
    with pytest.raises(InvalidValueError, match="no competency was found"):
        save_target(people.alice, TargetDraft(posting="We sell fish."))
    again = browser_of(people.alice).post("/skills/gap/", {
        "role": "pm", "industry": "technology", "posting": "We sell fish.",
    })  # fmt: skip
    assert again.status_code == 400
    assert "We sell fish." in text_of(again)


@pytest.mark.parametrize(
    "change",
    [{"role": "king"}, {"industry": "fish"}, {"name": "x" * 201}, {"posting": "x" * 50_001}],
)
def test_targets_that_are_none(people, change: dict[str, Any]):
    with pytest.raises(InvalidValueError):
        save_target(people.alice, TargetDraft(**change))


def test_gaps_follow_the_newest_target(people, product):
    assert list_gaps(people.alice) == []
    first = save_target(people.alice, TargetDraft(role="lead"))
    save_target(people.alice, TargetDraft(role="associate"))
    assert {each.gap.required for each in list_gaps(people.alice)} <= {1, 2}
    assert max(each.gap.required for each in list_gaps(people.alice, first.public_id)) == 4
    change_target(people.alice, first.public_id, required={"C03": 1})
    for name in ("one", "two"):
        decide(people.alice, product, name)
    (met,) = list_gaps(people.alice, first.public_id)
    assert (met.is_met, met.acts, met.missing) == (True, (), ())
    set_target_deleted(people.alice, first.public_id, is_deleted=True)
    with pytest.raises(NotFoundError):
        list_gaps(people.alice, first.public_id)


def test_asking_and_answering_on_pages(people, product):
    number = decide(people.alice, product)
    alice, bob = browser_of(people.alice), browser_of(people.bob)
    ask = {"member": people.bob.user_public_id, "kind": "rating", "message": "You saw it"}
    assert alice.post("/skills/ask/", ask).status_code == 302
    again = alice.post("/skills/ask/", ask)
    assert again.status_code == 400
    assert "You saw it" in text_of(again)
    review = ask | {"kind": "review", "sequence": str(number), "competency": "C03"}
    assert alice.post("/skills/ask/", review).status_code == 302
    assert alice.post("/skills/ask/", review | {"sequence": "999999"}).status_code == 400
    page = text_of(bob.get("/skills/ask/"))
    assert page.count("Alice</strong> asks for") == 2
    assert "2 requests" in text_of(bob.get("/skills/"))
    urls = [part.split('"')[0] for part in page.split('href="')[1:] if "/asked/" in part[:40]]
    by_kind = {"Rate Alice" in text_of(bob.get(url)): url for url in urls}
    assert bob.post(by_kind[True], {"C03": "2", "note": "n"}).status_code == 302
    bad = {"behaviour": "C03.L1.b2", "shown": "yes", "note": "short"}
    refused = bob.post(by_kind[False], bad)
    assert refused.status_code == 400
    assert 'value="C03.L1.b2" checked' in text_of(refused)
    assert bob.post(by_kind[False], bad | {"note": WORDS}).status_code == 302
    page = text_of(alice.get("/skills/map/C03/"))
    assert "reviewed by a person" in page
    assert WORDS in page
    assert "no level from evidence to hold it against yet" in page


def test_a_request_is_shown_to_whom_it_was_asked_of(people, product):
    number = decide(people.alice, product)
    rating = ask_rating(people.alice, people.bob.user_public_id)
    review = ask_review(people.alice, people.bob.user_public_id, number, "C03")
    for each in (rating, review):
        url = f"/skills/asked/{each.public_id}/"
        assert browser_of(people.bob).get(url).status_code == 200
        for other in (people.alice, people.charlie):
            assert browser_of(other).get(url).status_code == 404
    answer = browser_of(people.alice).post(f"/skills/asked/{rating.public_id}/withdraw/")
    assert answer.status_code == 302


def test_an_endorser_sees_no_title_and_needs_no_login(people, product):
    number = decide(people.alice, product, "Secret pricing of Beacon")
    client = browser_of(people.alice)
    form = {"label": "Erin", "competency": "C03", "act": str(number), "days": "30",
            "ask": "The pricing of March"}  # fmt: skip
    made = text_of(client.post("/skills/endorsements/", form))
    url = "/skills/endorse/" + made.split("/skills/endorse/")[1].split("/")[0] + "/"
    stranger = Client()
    page = stranger.get(url)
    assert "The pricing of March" in text_of(page)
    assert "Secret pricing" not in text_of(page)
    assert product.name not in text_of(page)
    assert page["Referrer-Policy"] == "same-origin"
    assert "noindex" in page["X-Robots-Tag"]
    said = {"name": "Erin", "relation": "user", "comment": WORDS, "act": str(number)}
    refused = stranger.post(url, said)
    assert refused.status_code == 400
    assert WORDS in text_of(refused)
    assert stranger.post(url, said | {"sincere": "yes"}).status_code == 200
    assert stranger.get(url).status_code == 404
    assert stranger.post(url, said | {"sincere": "yes"}).status_code == 404
    assert WORDS in text_of(client.get("/skills/map/C03/"))
    (seen,) = list_endorsements(people.alice)
    hide = f"/skills/endorsements/{seen.public_id}/hide/"
    assert browser_of(people.bob).post(hide).status_code == 404
    assert client.post(hide).status_code == 302
    assert list_endorsements(people.alice)[0].state == "hidden"
    assert client.post(f"/skills/endorsements/{seen.public_id}/eat/").status_code == 404


@pytest.mark.parametrize(
    "change",
    [{"act": ""}, {"act": "x"}, {"days": "0"}, {"days": "91"}, {"days": "x"}, {"label": ""},
     {"competency": "C99"}, {"act": "999999"}],
)  # fmt: skip
def test_links_that_cannot_be_made_keep_what_was_typed(people, product, change: dict[str, str]):
    number = decide(people.alice, product)
    form = {"label": "Erin", "competency": "C03", "act": str(number), "days": "30", "ask": "words"}
    answer = browser_of(people.alice).post("/skills/endorsements/", form | change)
    assert answer.status_code == 400
    assert "words" in text_of(answer)
    assert list_endorsements(people.alice) == []


def test_a_link_dies_with_the_membership(people, product):
    from pilothouse.apps.workspace.models import Member

    _, token = create_link(people.bob, LinkDraft("Erin", "C03", (decide(people.bob, product),)))
    Member.objects.filter(user_id=people.bob.user_id).delete()
    assert Client().get(f"/skills/endorse/{token}/").status_code == 404


def test_programs_read_and_write_what_is_their_owners(people, product):
    for name in ("one", "two"):
        decide(people.alice, product, name)
    token = create_token(people.alice, "t", is_read_only=False)
    headers = {"Authorization": f"Bearer {token}"}
    client = Client(headers=headers)

    def get(path: str) -> Any:
        answer = client.get(f"/api/v1/skills/{path}")
        assert answer.status_code == 200, path
        return answer.json()

    level = {each["competency"]: each for each in get("levels")["levels"]}["C03"]
    assert (level["level"], level["acts"]) == (1, 2)
    assert [each["strength"] for each in get("evidence?competency=C03")["evidence"]] == [2, 2]
    assert len(get("competencies")["competencies"]) == 16
    post = client.post(
        "/api/v1/skills/targets", {"role": "pm", "industry": "technology"},
        content_type="application/json",
    )  # fmt: skip
    gaps = get(f"targets/{post.json()['id']}")["gaps"]
    assert gaps[0]["weight"] >= gaps[-1]["weight"]
    assert get("path")["next_act"]["competency"] == gaps[0]["competency"]
    bad = client.post(
        "/api/v1/skills/ratings", {"competency": "C03", "level": 9}, content_type="application/json"
    )
    assert bad.status_code == 400
    assert get("requests") == {"asked_of_me": [], "mine": []}
    reader = create_token(people.alice, "r", is_read_only=True)
    refused = Client(headers={"Authorization": f"Bearer {reader}"}).post(
        "/api/v1/skills/ratings", {"competency": "C03", "level": 2}, content_type="application/json"
    )
    assert refused.status_code == 403
    assert list_acts(people.alice, limit=1)[0].kind == "token.created"


def test_the_command_says_the_same(people, product, monkeypatch):
    from pilothouse.cli import person
    from pilothouse.cli.skills import group

    monkeypatch.setattr(person, "start_django", lambda data: None)
    for name in ("one", "two"):
        decide(people.alice, product, name)
    run = CliRunner().invoke
    whole = json.loads(run(group, ["map", "--person", "Alice", "--json"]).output)
    assert {each["competency"]: each["level"] for each in whole["levels"]}["C03"] == 1
    one = run(group, ["map", "--person", "Alice", "--competency", "C03"]).output
    assert "E2" in one
    assert "missing:" in one
    gaps = json.loads(run(group, ["gap", "--person", "Alice", "--role", "lead", "--json"]).output)
    assert len(gaps["gaps"]) == 16
    assert "No target is saved" in run(group, ["gap", "--person", "Alice"]).output
    assert "Next: Save a role" in run(group, ["path", "--person", "Alice"]).output
    table = run(group, ["export", "--person", "Alice", "--as", "csv"]).output
    assert table.startswith("sequence,at,act,")
    assert len(json.loads(run(group, ["export", "--person", "Alice", "--as", "case"]).output)) == 4


def test_what_counts_on_a_real_product_only_leads_to_one(people):
    simulated = make_product(people.alice, "Acted", world="simulated", clock=timezone.now())
    client = browser_of(people.alice)
    client.get(f"/p/{simulated.public_id}/decisions/")
    assert link_of(client, "decisions of a real product written down") == "/portfolio/projects/new/"
    real = make_product(people.alice, "Street van")
    address = link_of(client, "decisions of a real product written down")
    assert address == f"/p/{real.public_id}/decisions/new/"


def link_of(client: Client, words: str) -> str:
    page = text_of(client.get("/skills/"))
    return page.split(f'">{words}</a>')[0].rsplit('href="', 1)[1]


def test_a_gap_leads_to_a_goal_of_learning(people):
    saved = save_target(people.alice, TargetDraft())
    client = browser_of(people.alice)
    page = text_of(client.get(saved.url))
    assert 'href="/skills/learn/?competency=C03&amp;level=1#new-goal"' in page
    learn = text_of(client.get("/skills/learn/?competency=C03&level=1"))
    assert '<option value="C03" selected>' in learn
    assert 'id="new-goal"' in learn


def test_the_own_page_names_what_was_learned(people):
    alice = people.alice
    goal = add_goal(alice, GoalDraft("C03", 1))
    step = add_step(alice, StepDraft("Deciding well", kind="course", goal=goal.public_id))
    set_step_state(alice, step.public_id, "done")
    save_reading(alice, "superforecasting", ReadingView("done"))
    page = text_of(browser_of(alice).get("/skills/map/C03/"))
    assert f'<a class="link" href="/skills/learn/steps/{step.public_id}/">Deciding well</a>' in page
    aims = {aim.competency for aim in get_entry(alice, "superforecasting").aims}
    page = text_of(browser_of(alice).get(f"/skills/map/{min(aims)}/"))
    assert 'href="/skills/library/superforecasting/">Superforecasting' in page
    titles = {each.title for each in list_evidence(alice, alice.user_public_id)}
    assert titles == {"A book, course or certificate finished"}, "others see no name"


def test_days_of_cards_that_are_over_count_on_the_path(people):
    yesterday = timezone.now() - timedelta(days=1, minutes=1)
    rate_card(people.alice, "c03-problem-statement", 3, now=yesterday, seconds=5)
    page = text_of(browser_of(people.alice).get("/skills/"))
    assert "1 of 7" in page
