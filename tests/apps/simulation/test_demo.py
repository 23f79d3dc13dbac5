"""The demo: labelled simulated everywhere, closed to the outside, with something to find."""

from __future__ import annotations

import pytest

from pilothouse.apps.analytics.services.answers import ask, take_inventory
from pilothouse.apps.analytics.services.imports import receive_file
from pilothouse.apps.analytics.services.metrics import list_metrics
from pilothouse.apps.analytics.services.questions import parse_question
from pilothouse.apps.analytics.services.streams import create_write_key, list_write_keys
from pilothouse.apps.backlog.services.items import list_items
from pilothouse.apps.documents.services.claims import list_claims
from pilothouse.apps.documents.services.documents import list_documents
from pilothouse.apps.simulation.services import demo
from pilothouse.apps.simulation.services.demo_work import DEMO_USER
from pilothouse.apps.simulation.services.packs import list_packs, load_pack
from pilothouse.apps.today.services.briefing import prepare_briefing
from pilothouse.apps.workspace.services.ledger import list_acts, verify_ledger
from pilothouse.kernel.errors import ConflictError, NotFoundError
from tests.apps.makers import CSV, browser_of


@pytest.fixture
def small(people, monkeypatch):
    """A demo of three weeks and a few thousand people."""
    monkeypatch.setattr(demo, "DAYS", 21)
    monkeypatch.setattr(demo, "USERS", 6_000)
    return demo.create_demo(people.alice)


def test_the_demo_is_a_simulated_product_that_lives_until_this_morning(people, small):
    assert (small.world, small.is_simulated) == ("simulated", True)
    assert small.now == small.clock
    assert small.description.endswith("no person and no company behind these numbers exists.")
    inventory = take_inventory(small)
    assert inventory.rows > 1_000
    assert inventory.last <= small.clock
    assert {"signed_up", "app_opened"} <= {event.name for event in inventory.events}
    assert len(list_metrics(small)) == len(demo.load_watch("saas")["metrics"])


def test_its_acts_and_answers_say_simulated(people, small):
    acts = list_acts(people.alice, product_id=small.public_id, limit=100)
    assert acts
    assert all(act.is_simulated for act in acts if act.kind != "capture.created")
    assert ask(small, parse_question("trend", {})).is_simulated
    assert verify_ledger(people.alice.workspace_id).is_whole
    lived = next(act for act in acts if act.kind == "simulation.lived")
    assert lived.facts["events"] == take_inventory(small).rows


def test_the_work_on_its_desk_is_nobodys(people, small):
    acts = list_acts(people.alice, product_id=small.public_id, limit=200)
    assert {act.user_id for act in acts} == {DEMO_USER}
    assert {act.object_kind for act in acts} >= {"batch", "bet", "document", "decision"}
    assert len(list_items(small, statuses=["done"], limit=100)) == 49
    (prd,) = list_documents(small)
    (claim,) = list_claims(small, document_id=prd.public_id)
    assert claim.quoted_text in prd.body
    assert claim.n


def test_every_page_of_it_says_simulated(people, small):
    alice = browser_of(people.alice)
    base = f"/p/{small.public_id}"
    metric = list_metrics(small)[0].public_id
    pages = ["today/", "analytics/", "analytics/trend/", "analytics/events/", "analytics/sources/",
             "analytics/imports/", f"analytics/metrics/{metric}/", "backlog/", "backlog/board/",
             "roadmap/", "documents/", "decisions/", "decisions/forecasts/"]  # fmt: skip
    for page in pages:
        answer = alice.get(f"{base}/{page}")
        assert answer.status_code == 200, page
        assert "Simulated</" in answer.content.decode().replace("\n", ""), page
    export = alice.get(f"{base}/analytics/trend/answer.json?measure=count&period=day")
    assert export.json()["simulated"] is True


def test_nothing_from_outside_gets_in(people, small):
    with pytest.raises(ConflictError, match="from its world"):
        create_write_key(people.alice, small, "website")
    with pytest.raises(ConflictError, match="from its world"):
        receive_file(people.alice, small, "a.csv", [CSV.encode()])
    assert list_write_keys(small) == []
    sources = browser_of(people.alice).get(f"/p/{small.public_id}/analytics/sources/")
    assert "Make a write key" not in sources.content.decode()


def test_the_same_day_gives_the_same_demo(people, small, monkeypatch):
    first = next(a for a in list_acts(people.alice) if a.kind == "simulation.lived")
    demo.create_demo(people.charlie)
    second = next(a for a in list_acts(people.charlie) if a.kind == "simulation.lived")
    assert first.facts == second.facts


def test_a_second_demo_of_one_name_is_refused_whole(people, small):
    before = len(list_acts(people.alice, limit=500))
    with pytest.raises(ConflictError, match="of this name"):
        demo.create_demo(people.alice)
    assert len(list_acts(people.alice, limit=500)) == before


def test_packs_are_known_by_name():
    assert "saas" in list_packs()
    with pytest.raises(NotFoundError, match=r"Choose one of: .*saas"):
        load_pack("../saas")


@pytest.mark.parametrize("pack", [name for name in list_packs() if name != "saas"])
def test_every_pack_can_be_the_demo(people, monkeypatch, pack):
    monkeypatch.setattr(demo, "DAYS", 10)
    monkeypatch.setattr(demo, "USERS", 3_000)
    product = demo.create_demo(people.alice, pack)
    assert product.is_simulated
    assert product.currency == load_pack(pack).company.currency
    for metric in list_metrics(product):
        assert ask(product, metric.question).is_simulated
    assert list_items(product, limit=10) == []


@pytest.mark.slow
def test_the_morning_finds_the_loss_that_happened(people):
    product = demo.create_demo(people.alice)
    briefing = prepare_briefing(people.alice, product)
    moved = {reading.metric.name: reading for reading in briefing.moved}
    assert "Comments added" in moved
    assert moved["Comments added"].change < -0.3
    # What it is not: the people are as many as ever.
    assert "Daily active people" not in moved
    assert len(briefing.due) == 1
