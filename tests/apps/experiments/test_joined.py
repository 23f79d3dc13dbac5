"""Experiments beside the other nouns: quoted, forecast, decided by, written up, on Today, found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from pilothouse.apps.decisions.models import Outcome
from pilothouse.apps.decisions.services.decisions import list_decisions
from pilothouse.apps.decisions.services.forecasts import get_forecast
from pilothouse.apps.decisions.services.judging import RangeSaid
from pilothouse.apps.decisions.services.resolving import look_at_sources
from pilothouse.apps.documents.services.checking import check_claims
from pilothouse.apps.documents.services.claims import create_claim, get_claim
from pilothouse.apps.documents.services.documents import (
    DocumentDraft,
    create_document,
    get_document,
    list_documents,
    save_document,
)
from pilothouse.apps.documents.services.sources import SourceContext
from pilothouse.apps.experiments.services.attention import list_attention
from pilothouse.apps.experiments.services.counts import CountsDraft, enter_counts
from pilothouse.apps.experiments.services.experiments import save_brief, stop
from pilothouse.apps.experiments.services.readouts import save_readout
from pilothouse.apps.workspace.services.links import ObjectRef, list_links
from pilothouse.apps.workspace.services.search import search
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from tests.apps.decisions.makers import TODAY, day, forecast, make_dated, turn
from tests.apps.decisions.rows import RECORD
from tests.apps.experiments.makers import BY_HAND, hand_counts, make_read, make_running
from tests.apps.makers import browser_of
from tests.builders import People


@pytest.fixture
def product(people: People):
    return make_dated(people.alice)


def part(view, **which):
    return {"experiment": view.public_id, "part": which}


def test_each_number_of_a_readout_can_be_quoted(people, product):
    view = make_read(people.alice, product)
    context = SourceContext(product)
    lift = context.read("experiment", part(view, number="lift"))
    assert (lift.value, lift.unit, lift.n) == (pytest.approx(0.25), "share", 4000)
    assert lift.low < 0.25 < lift.high
    assert lift.url.endswith("/readouts/1/")
    assert "relative difference of Template on First project" in lift.label
    difference = context.read("experiment", part(view, number="difference"))
    assert (difference.value, difference.unit) == (pytest.approx(0.05), "share")
    rate = context.read("experiment", part(view, number="rate", arm="Control"))
    assert (rate.value, rate.n) == (0.2, 2000)
    assert context.read("experiment", part(view, number="units")).value == 4000
    assert context.read("experiment", part(view, number="p")).value < 0.001


def test_what_cannot_be_quoted_is_told(people, product):
    view, context = make_read(people.alice, product), SourceContext(product)
    for which, error in (
        ({"number": "truth"}, InvalidValueError),
        ({"number": ["lift"]}, InvalidValueError),
        ({"arm": "Nobody"}, NotFoundError),
        ({"metric": "guardrail-9"}, NotFoundError),
        ({"size": 1}, InvalidValueError),
    ):
        with pytest.raises(error):
            context.read("experiment", part(view, **which))
    with pytest.raises(NotFoundError):
        context.read("experiment", {"experiment": "nosuchthing2"})


def test_a_running_experiment_is_not_quoted(people, product):
    view = make_running(people.alice, product)
    enter_counts(people.alice, product, view.public_id, hand_counts((2000, 400), (2000, 500)))
    found = SourceContext(product).read("experiment", part(view))
    assert (found.value, found.reason) == (None, "it is not read out yet")
    document = create_document(people.alice, product, DocumentDraft("Plan"))
    with pytest.raises(ConflictError, match="not read out yet"):
        create_claim(
            people.alice, product, document.public_id, kind="experiment", definition=part(view)
        )


def test_a_claim_goes_stale_when_it_is_read_out_again(people, product):
    view = make_read(people.alice, product)
    document = create_document(people.alice, product, DocumentDraft("Plan"))
    claim = create_claim(
        people.alice, product, document.public_id, kind="experiment", definition=part(view)
    )
    assert claim.quoted_text == "25.0%"
    save_document(
        people.alice, product, document.public_id, title="Plan", body=claim.markdown, base=None
    )
    enter_counts(people.alice, product, view.public_id, hand_counts((2000, 400), (2000, 404)))
    save_readout(people.alice, product, view.public_id)
    check_claims(people.alice, product, document_id=document.public_id)
    assert get_claim(product, claim.public_id).state == "stale"


def ask(people, product, view, **changes):
    source = {"experiment": view.public_id, **changes.pop("source", {})}
    return forecast(people.alice, product, source_kind="experiment", source=source, **changes)


def read_out(people, product, view, treatment=(2000, 500)):
    enter_counts(people.alice, product, view.public_id, hand_counts((2000, 400), treatment))
    stop(people.alice, product, view.public_id, reason="in")
    return save_readout(people.alice, product, view.public_id)


@pytest.mark.parametrize(
    ("wanted", "treatment", "outcome"),
    [
        ("win", (2000, 500), Outcome.YES),
        ("win", (2000, 404), Outcome.NO),
        ("null", (2000, 404), Outcome.YES),
        ("loss", (2000, 320), Outcome.YES),
    ],
)
def test_a_forecast_resolves_when_its_experiment_is_read_out(
    people, product, wanted, treatment, outcome
):
    view = make_running(people.alice, product)
    made = ask(people, product, view, source={"wanted": wanted})
    assert look_at_sources(product, force=True) == 0
    assert "not read out yet" in get_forecast(product, made.public_id).waiting_for
    later = turn(product, days=1)
    readout = read_out(people, later, view, treatment).latest
    assert look_at_sources(later, force=True) == 1
    came = get_forecast(later, made.public_id).resolution
    assert (came.outcome, came.how) == (outcome, "experiment")
    assert came.reading["digest"] == readout.digest
    assert came.known_at == later.now


def test_a_number_is_forecast_as_the_relative_difference(people, product):
    view = make_running(people.alice, product)
    said = RangeSaid(0.05, 0.1, 0.3, 0.8)
    made = ask(people, product, view, kind="numeric", probability=None, range=said)
    assert made.source["arm"] == "Template"
    read_out(people, product, view)
    assert look_at_sources(product, force=True) == 1
    assert get_forecast(product, made.public_id).resolution.value == pytest.approx(0.25)


def test_what_was_not_read_or_is_not_trusted_waits_for_a_hand(people, product):
    view = make_running(people.alice, product)
    made = ask(people, product, view)
    late = turn(product, days=9)
    read_out(people, late, view)
    look_at_sources(late, force=True)
    waiting = get_forecast(late, made.public_id)
    assert waiting.resolution is None
    assert "was not read out by the end of" in waiting.waiting_for
    other = make_running(people.alice, late)
    doubtful = ask(people, late, other, resolve_by=day(20))
    read_out(people, late, other, (1500, 375))
    look_at_sources(late, force=True)
    assert "nothing that can be trusted" in get_forecast(late, doubtful.public_id).waiting_for


def test_a_source_that_cannot_be_is_refused(people, product):
    view = make_running(people.alice, product)
    with pytest.raises(InvalidValueError, match="what is expected is one of"):
        ask(people, product, view, source={"wanted": "glory"})
    said = RangeSaid(0.05, 0.1, 0.3, 0.8)
    with pytest.raises(InvalidValueError, match="no such arm"):
        ask(
            people, product, view, kind="numeric", probability=None, range=said,
            source={"arm": "Nobody"},
        )  # fmt: skip


def test_a_decision_begins_with_what_was_read_and_rests_on_it(people, product):
    view = make_read(people.alice, product)
    alice, base = browser_of(people.alice), f"/p/{product.public_id}/decisions/new/"
    page = alice.get(f"{base}?experiment={view.public_id}").content.decode()
    assert "Template is better than Control" in page
    assert "Better: ship it" in page
    assert alice.get(f"{base}?experiment=nosuchthing2").status_code == 404
    alice.post(base, {**RECORD, "experiment": view.public_id})
    (decision,) = list_decisions(product)
    (link,) = list_links(people.alice, ObjectRef("decision", decision.public_id))
    assert (link.kind, link.words) == ("experiment", "rests on")


def test_a_document_begins_with_the_brief_and_is_linked(people, product):
    view = make_read(people.alice, product)
    alice, base = browser_of(people.alice), f"/p/{product.public_id}/documents/new/"
    page = alice.get(f"{base}?template=experiment-brief&experiment={view.public_id}")
    assert f'value="{view.name}"' in page.content.decode()
    form = {"title": "Brief", "folder": "", "template": "experiment-brief", "capture": "",
            "experiment": view.public_id}  # fmt: skip
    assert alice.post(base, form).status_code == 302
    (document,) = list_documents(product)
    body = get_document(product, document.public_id).body
    for words in ("## Belief", "## Decision rule", "| Template |", "3,360 units", "Control"):
        assert words in body
    (link,) = list_links(people.alice, ObjectRef("experiment", view.public_id))
    assert link.kind == "document"


def test_the_form_of_a_claim_offers_what_was_read_out(people, product):
    view = make_read(people.alice, product)
    save_brief(people.alice, product, replace(BY_HAND, name="Not yet"))
    document = create_document(people.alice, product, DocumentDraft("Plan"))
    alice = browser_of(people.alice)
    url = reverse("documents:claim-new", args=[product.public_id, document.public_id])
    page = alice.get(url).content.decode()
    assert f"experiment:{view.public_id}:lift" in page
    assert "Not yet" not in page


def test_today_asks_to_read_and_warns_of_a_split(people, product):
    view = make_running(people.alice, product)
    assert list_attention(people.alice, product, TODAY) == []
    enter_counts(people.alice, product, view.public_id, CountsDraft([1700, 1700]))
    (due,) = list_attention(people.alice, product, TODAY)
    assert "stop and read" in due.sentence
    enter_counts(people.alice, product, view.public_id, CountsDraft([1700, 1300]))
    (split,) = list_attention(people.alice, product, TODAY)
    assert "split of E1 is not as planned" in split.sentence
    stop(people.alice, product, view.public_id, reason="broken")
    (unread,) = list_attention(people.alice, product, TODAY)
    assert "Read out E1" in unread.sentence


def test_an_item_and_its_experiment_name_each_other(people, product):
    from pilothouse.apps.backlog.services.items import ItemDraft, create_items

    _, (item,) = create_items(people.alice, product, [ItemDraft(title="Templates")], title="one")
    alice = browser_of(people.alice)
    base = f"/p/{product.public_id}/experiments/new/"
    assert 'value="Templates"' in alice.get(f"{base}?item={item.public_id}").content.decode()
    from tests.apps.experiments.rows import BRIEF

    assert alice.post(base, {**BRIEF, "item": item.public_id}).status_code == 302
    (link,) = list_links(people.alice, ObjectRef("item", item.public_id))
    assert (link.kind, link.title) == ("experiment", "Templates")


def test_it_is_found_by_its_words(people, product):
    view = make_running(people.alice, product, replace(BY_HAND, hypothesis="Zebras like it"))
    (hit,) = search(people.alice, "zebras")
    assert (hit.kind, hit.url) == ("experiment", view.url)


def test_a_long_window_is_read_when_it_has_closed(people, product):
    from tests.apps.experiments.makers import BY_EVENTS, exposures
    from tests.apps.makers import send

    view = make_running(people.alice, product, BY_EVENTS)
    send(people.alice, product, exposures([("old", 60, 6), ("new", 60, 24)], product.now))
    early = turn(product, days=3)
    stop(people.alice, early, view.public_id, reason="enough")
    with pytest.raises(ConflictError, match="nothing to read yet"):
        save_readout(people.alice, early, view.public_id)
    later = turn(product, days=3 + 5)
    assert later.now - product.now > timedelta(days=7)
    assert save_readout(people.alice, later, view.public_id).latest.body["units"] == 120
