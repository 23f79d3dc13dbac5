"""Starting a product from an industry pack: all or nothing, and nobody's evidence."""

from __future__ import annotations

import pytest

from pilothouse.apps.analytics.services.metrics import list_metrics
from pilothouse.apps.backlog.services.items import list_items
from pilothouse.apps.documents.services.documents import get_document, list_documents
from pilothouse.apps.roadmap.services.outcomes import list_outcomes
from pilothouse.apps.skills.services.industries import get_industry, list_industries
from pilothouse.apps.skills.services.industries_start import (
    EVENTS_TITLE,
    PACK_USER,
    StartDraft,
    describe_wait,
    list_events,
    start_product,
)
from pilothouse.apps.workspace.models import Product, Role
from pilothouse.apps.workspace.services.ledger import iter_acts, list_acts, verify_ledger
from pilothouse.apps.workspace.services.products import get_product
from pilothouse.kernel.errors import ConflictError, ForbiddenError, NotFoundError
from tests.apps.makers import browser_of
from tests.builders import make_product


@pytest.mark.parametrize("pack", list_industries(), ids=lambda pack: pack.key)
def test_everything_of_the_pack_lies_in_the_new_product(pack, people):
    started = start_product(people.alice, pack.key, StartDraft("Fresh", currency="EUR"))
    product = started.product
    assert (product.industry, product.currency, product.is_simulated) == (pack.key, "EUR", False)
    assert [metric.name for metric in list_metrics(product)] == [m.name for m in pack.metrics]
    items = list_items(product)
    assert {item.title for item in items} == {each.title for each in pack.items}
    assert sum(item.parent_id is not None for item in items) == sum(
        each.parent_index is not None for each in pack.items
    )
    outcomes = {outcome.title: outcome for outcome in list_outcomes(product)}
    ids = {metric.name: metric.public_id for metric in list_metrics(product)}
    for each in pack.outcomes:
        assert outcomes[each.title].metric_id == ids[each.metric]
    titles = {document.title for document in list_documents(product)}
    assert titles == {EVENTS_TITLE, *(each.title for each in pack.documents)}
    assert started.documents == len(titles)


def test_metrics_say_what_they_wait_for_and_stay_off_today(people):
    product = start_product(people.alice, "consumer", StartDraft("Fresh")).product
    metrics = {metric.name: metric for metric in list_metrics(product)}
    repeat = metrics["First purchase to second"]
    assert "Waits for the events `first_purchase`, `repeat_purchase`" in repeat.description
    assert not any(metric.is_on_today for metric in metrics.values())
    assert metrics["Complaints"].description.startswith("Guardrail. ")


@pytest.mark.parametrize("pack", list_industries(), ids=lambda pack: pack.key)
def test_the_plan_of_events_names_every_event_once_with_its_readers(pack):
    rows = [line for line in list_events(pack).splitlines() if line.startswith("| `")]
    events = [row.split("`")[1] for row in rows]
    assert sorted(set(events)) == events
    for metric in pack.metrics:
        for event in metric.events:
            assert metric.name in rows[events.index(event)]


def test_one_event_is_one_event():
    metric = get_industry("technology").metrics[1]
    assert describe_wait(metric).startswith("Waits for the event `core_action_done`")


def test_a_document_holds_its_hint_and_the_template(people):
    product = start_product(people.alice, "education", StartDraft("Fresh")).product
    found = next(each for each in list_documents(product) if each.title == "First unit")
    body = get_document(product, found.public_id).body
    assert body.startswith("> Begin with what a learner can do")
    assert "## Problem" in body


def test_what_the_pack_lays_out_is_nobodys_work(people):
    start_product(people.alice, "ecommerce", StartDraft("Fresh"))
    hers = [act.kind for act in iter_acts(people.alice, user_id=people.alice.user_public_id)]
    assert hers[-2:] == ["product.created", "product.started-from-pack"]
    assert "metric.defined" not in hers
    packs = {act.kind for act in iter_acts(people.alice, user_id=PACK_USER)}
    assert {"metric.defined", "outcome.created", "document.created"} <= packs
    assert verify_ledger(people.alice.workspace_id).is_whole


def test_the_act_says_how_much_was_laid_out(people):
    started = start_product(people.alice, "technology", StartDraft("Fresh", with_items=False))
    act = list_acts(people.alice, limit=1)[0]
    assert act.kind == "product.started-from-pack"
    assert act.facts["pack"] == "technology"
    assert (act.facts["metrics"], act.facts["items"]) == (started.metrics, 0)
    assert list_items(started.product) == []


def test_without_metrics_outcomes_stand_alone(people):
    started = start_product(people.alice, "healthcare", StartDraft("Fresh", with_metrics=False))
    assert {outcome.metric_id for outcome in list_outcomes(started.product)} == {""}


def test_all_or_nothing(people, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("pilothouse.apps.skills.services.industries_start.create_document", fail)
    acts = len(list_acts(people.alice, limit=1000))
    with pytest.raises(RuntimeError):
        start_product(people.alice, "technology", StartDraft("Fresh"))
    assert not Product.objects.filter(name="Fresh").exists()
    assert len(list_acts(people.alice, limit=1000)) == acts


def test_a_taken_name_an_unknown_pack_and_a_viewer_are_refused(people):
    make_product(people.alice, "Taken")
    with pytest.raises(ConflictError):
        start_product(people.alice, "technology", StartDraft("Taken"))
    with pytest.raises(NotFoundError):
        start_product(people.alice, "finance", StartDraft("Fresh"))
    with pytest.raises(ForbiddenError):
        start_product(people.as_bob(Role.VIEWER), "technology", StartDraft("Fresh"))


def test_the_form_starts_a_product_and_undo_archives_it(people):
    alice = browser_of(people.alice)
    form = {"name": "Fresh", "zone": "Europe/Berlin", "currency": "EUR", "items": "on"}
    answer = alice.post("/skills/industries/consumer/start/", form)
    product = Product.objects.get(name="Fresh")
    assert answer["Location"] == f"/p/{product.public_id}/backlog/"
    page = alice.get(answer["Location"]).content.decode()
    undo = f"/workspace/products/{product.public_id}/archive/"
    assert undo in page
    alice.post(undo, {})
    assert get_product(people.alice, product.public_id).is_archived


def test_bad_input_is_shown_again(people):
    alice = browser_of(people.alice)
    form = {"name": "", "description": "What I typed", "zone": "Mars/Olympus"}
    answer = alice.post("/skills/industries/consumer/start/", form)
    assert answer.status_code == 400
    assert "What I typed" in answer.content.decode()


def test_words_are_found_in_word_and_meaning():
    pack = get_industry("healthcare")
    assert [term.word for term in pack.find_terms("number needed")] == ["number needed to treat"]
    assert "PPV" in [term.word for term in pack.find_terms("RARITY")]
    assert pack.find_terms("") == pack.terms


def test_a_viewer_reads_and_is_told_why_starting_is_not_for_them(people):
    from pilothouse.apps.workspace.models import Member
    from tests.builders import member_id_of

    Member.objects.filter(public_id=member_id_of(people.bob)).update(role=Role.VIEWER)
    bob = browser_of(people.bob)
    page = bob.get("/skills/industries/education/start/").content.decode()
    assert "needs the role of an editor" in page
    assert '<form method="post" class="stack form"' not in page
