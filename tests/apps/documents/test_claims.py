"""Numbers in documents know their source, and say when it moved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.apps.analytics.services.metrics import (
    MetricDraft,
    save_metric,
    set_metric_deleted,
)
from pilothouse.apps.analytics.services.questions import parse_question
from pilothouse.apps.backlog.services.items import ItemDraft, create_item
from pilothouse.apps.documents.services.attention import list_attention
from pilothouse.apps.documents.services.checking import check_claims
from pilothouse.apps.documents.services.claims import (
    accept_claim,
    count_claims,
    create_claim,
    get_claim,
    keep_claim,
    list_claims,
    set_tolerance,
)
from pilothouse.apps.documents.services.copying import copy_document
from pilothouse.apps.documents.services.details import set_status
from pilothouse.apps.documents.services.documents import get_document
from pilothouse.apps.documents.services.export import write_documents
from pilothouse.apps.documents.services.numbers import quote_range, quote_value
from pilothouse.apps.documents.services.rendering import render_document
from pilothouse.apps.documents.services.rounds import check_all
from pilothouse.apps.documents.services.sources import SourceContext, SourceValue, register_source
from pilothouse.apps.documents.services.texts import quoted_claims
from pilothouse.apps.documents.services.tolerance import Allowed, Quoted, is_beyond, parse_allowed
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.captures import (
    create_capture,
    set_capture_deleted,
    set_capture_done,
)
from pilothouse.kernel.errors import (
    ConflictError,
    ForbiddenError,
    InvalidValueError,
    NotFoundError,
)
from tests.apps.documents.makers import acts, come, make_document, make_funnel, quote, write


@pytest.fixture
def metric(people, product):
    come(people.alice, product, 80, 12)
    return make_funnel(people.alice, product)


@pytest.fixture
def document(people, product, metric):
    return make_document(people.alice, product)


@pytest.fixture
def claim(people, product, metric, document):
    return quote(people.alice, product, document, metric)


def test_a_claim_quotes_the_number_with_n_and_interval(product, claim):
    # 12 of 80: Wilson's interval is 8.8 to 24.4 %, the worked example of the method.
    assert (claim.quoted_text, claim.quoted.n) == ("15%", 80)
    assert claim.quoted_range_text == "8.8–24.4%"
    assert claim.label == "Activation: finished of signed up within 1h"
    assert dict(claim.semantics)["window"].startswith("1h")
    assert get_claim(product, claim.public_id).state == "fresh"


def test_inside_the_interval_it_stays_fresh_outside_it_goes_stale(people, product, claim):
    come(people.alice, product, 20, 4, "b")  # 16 of 100
    assert check_claims(people.alice, product).stale == 0
    assert get_claim(product, claim.public_id).value_text == "16.0%"
    come(people.alice, product, 200, 0, "c")  # 16 of 300
    result = check_claims(people.bob, product)
    found = get_claim(product, claim.public_id)
    assert (result.checked, result.changed, result.stale) == (1, 1, 1)
    assert (found.state, found.value_text, found.n) == ("stale", "5.3%", 300)
    facts = acts(people.alice, "claim.went-stale")[0].facts
    assert (facts["quoted"], facts["n"]) == ("15%", 300)
    # The second look is no news.
    assert check_claims(people.alice, product).changed == 0
    assert len(acts(people.alice, "claim.went-stale")) == 1


@pytest.fixture
def stale(people, product, claim):
    come(people.alice, product, 200, 0, "c")  # 12 of 280
    check_claims(people.alice, product)
    return get_claim(product, claim.public_id)


def test_the_text_says_that_it_is_stale(product, document, stale):
    html = render_document(product, get_document(product, document.public_id).body).html
    assert 'data-state="stale"' in html
    assert "now 4.3%, n 280, since" in html


def test_accepting_writes_the_new_number_into_a_new_version(people, product, document, stale):
    view = accept_claim(people.alice, product, stale.public_id)
    assert f"Only [4.3%](claim:{stale.public_id}) finish." in view.body
    assert view.version == 3
    found = get_claim(product, stale.public_id)
    assert (found.state, found.quoted.n, found.stale_since) == ("fresh", 280, None)
    assert acts(people.alice, "claim.accepted")[0].facts["from"] == "15%"


def test_keeping_shows_the_reason_and_holds_it_against_the_value_seen(people, product, stale):
    kept = keep_claim(people.alice, product, stale.public_id, "It holds for teams")
    assert (kept.state, kept.quoted_text, kept.kept_reason) == (
        "fresh", "15%", "It holds for teams",
    )  # fmt: skip
    html = render_document(product, kept.markdown).html
    assert "kept: It holds for teams" in html
    assert acts(people.alice, "claim.kept")[0].personal == "It holds for teams"
    come(people.alice, product, 200, 200, "d")
    check_claims(people.alice, product)
    assert get_claim(product, stale.public_id).state == "stale"
    with pytest.raises(InvalidValueError, match="reason"):
        keep_claim(people.alice, product, stale.public_id, " ")


def test_a_wider_tolerance_lets_it_stand(people, product, stale):
    wider = set_tolerance(people.alice, product, stale.public_id, "relative", 80, is_shown=True)
    assert (wider.state, wider.allowed.words) == ("fresh", "stale beyond ±80 % of the quoted value")
    points = set_tolerance(people.alice, product, stale.public_id, "absolute", 5, is_shown=True)
    assert (points.allowed.amount, points.state) == (0.05, "stale")


def test_a_deleted_source_breaks_the_claim_and_restoring_it_mends(
    people, product, metric, claim, document
):
    set_metric_deleted(people.alice, product, metric.public_id, is_deleted=True)
    assert check_claims(people.alice, product).broken == 1
    assert len(acts(people.alice, "claim.broke")) == 1
    body = get_document(product, document.public_id).body
    assert "source gone" in render_document(product, body).html
    with pytest.raises(ConflictError, match="gone"):
        accept_claim(people.alice, product, claim.public_id)
    set_metric_deleted(people.alice, product, metric.public_id, is_deleted=False)
    assert check_claims(people.alice, product).broken == 0


def test_a_changed_definition_is_another_number(people, product, metric, claim):
    question = parse_question("funnel", {"steps": ["signed up", "finished"], "window": "2h"})
    save_metric(
        people.alice, product, MetricDraft("Activation", question), public_id=metric.public_id
    )
    check_claims(people.alice, product)
    found = get_claim(product, claim.public_id)
    assert (found.state, found.value) == ("stale", 0.15)
    assert "definition" in found.reason
    accept_claim(people.alice, product, claim.public_id)
    assert get_claim(product, claim.public_id).state == "fresh"


def test_only_numbers_that_a_text_quotes_are_checked(people, product, document, claim):
    assert count_claims(product) == {document.public_id: {"fresh": 1}}
    write(people.alice, product, get_document(product, document.public_id), "No number.")
    assert check_claims(people.alice, product).checked == 0
    assert list_claims(product) == []
    assert len(list_claims(product, with_unquoted=True)) == 1


def test_archived_documents_rest(people, product, document, stale):
    today = product.now.date()
    line = list_attention(people.alice, product, today)[0]
    assert (line.sentence, line.is_warning) == ("Plan: 1 number no longer holds", True)
    set_status(people.alice, product, document.public_id, "archived")
    assert list_attention(people.alice, product, today) == []
    assert check_claims(people.alice, product).checked == 0


def test_the_worker_looks_by_itself_and_says_so(people, product, claim):
    come(people.alice, product, 200, 0, "c")
    assert check_all() == 1
    assert acts(people.alice, "claim.went-stale")[0].facts["noticed_by"] == "worker"


def test_a_copy_has_claims_of_its_own(people, product, document, claim):
    copied = copy_document(people.alice, product, document.public_id)
    (new_id,) = quoted_claims(copied.body)
    assert new_id != claim.public_id
    assert get_claim(product, new_id).quoted_text == "15%"
    assert check_claims(people.alice, product, document_id=copied.public_id).checked == 1


def test_a_number_changed_by_hand_is_told(product, claim):
    html = render_document(product, f"[20%](claim:{claim.public_id})").html
    assert "changed by hand, the source said 15%" in html


def test_commenters_may_look_but_not_decide(people, product, stale):
    bob = people.as_bob(Role.COMMENTER)
    assert check_claims(bob, product).stale == 1
    for decide in (
        lambda: accept_claim(bob, product, stale.public_id),
        lambda: keep_claim(bob, product, stale.public_id, "why"),
        lambda: set_tolerance(bob, product, stale.public_id, "relative", 0.5),
    ):
        with pytest.raises(ForbiddenError):
            decide()


def read(product, kind, definition):
    return SourceContext(product).read(kind, definition)


def ask(kind, part=None, **definition):
    return {"kind": kind, "definition": definition, "part": part}


def test_sources_of_every_kind_of_question(people, product, metric):
    trend = read(product, "question", ask("trend", event="signed up", measure="actors", last=5))
    assert (trend.value, trend.unit, trend.low) == (0.0, "count", None)
    day = dict(trend.semantics)["quoted period"]
    assert day.startswith("day of ")
    assert trend.label == "Unique actors of signed up, latest whole day"
    past = (product.now.date()).isoformat()
    with pytest.raises(InvalidValueError):
        read(product, "question", ask("trend", {"period": "soon"}, event="signed up"))
    today = read(product, "question", ask("trend", {"period": past}, event="signed up"))
    assert (today.value, today.reason) == (None, "there is no whole day of data")
    funnel = ask("funnel", {"step": 2, "of": "previous"}, steps=["signed up", "finished"])
    assert read(product, "question", funnel).n == 0  # with seven days nobody is mature
    back = ask("retention", {"column": 0}, start="signed up", period="day", periods=2)
    assert read(product, "question", {**back}).unit == "share"


@pytest.mark.parametrize(
    ("kind", "definition", "error"),
    [
        ("nothing", {}, NotFoundError),
        ("metric", {"metric": "bcdfghjkmnpq"}, NotFoundError),
        ("metric", {"metrics": "x"}, InvalidValueError),
        ("question", {"kind": "funnel", "definition": None}, InvalidValueError),
        ("question", {"kind": "trend", "definition": {}, "part": []}, InvalidValueError),
        ("question", {"kind": "trend", "definition": {}, "part": {"step": 1}}, InvalidValueError),
        ("question", ask("funnel", {"step": 3}, steps=["a", "b"]), InvalidValueError),
        ("question", ask("funnel", {"step": 2, "of": "x"}, steps=["a", "b"]), InvalidValueError),
        ("question", ask("retention", {"column": True}), InvalidValueError),
        ("count", {"feedback": "some"}, InvalidValueError),
        ("item-count", {"kinds": "bug"}, InvalidValueError),
        ("item-count", {"kinds": ["x"] * 21}, InvalidValueError),
        ("item-count", {"kinds": ["x" * 39] * 20, "statuses": ["y" * 9_000]}, InvalidValueError),
    ],
)
def test_what_is_no_source_is_refused(product, kind, definition, error):
    with pytest.raises(error):
        read(product, kind, definition)


def test_counts_of_items_and_feedback(people, product):
    for kind in ("bug", "bug", "story"):
        create_item(people.alice, product, ItemDraft(title="t", kind=kind))
    bugs = read(product, "item-count", {"kinds": ["bug"], "statuses": ["new"]})
    assert (bugs.value, bugs.n, bugs.label) == (2.0, 2, "bug that are new")
    assert read(product, "item-count", {}).value == 3
    first, gone, _ = (
        create_capture(people.alice, text, kind="feedback", product=product) for text in "abc"
    )
    create_capture(people.alice, "not feedback", product=product)
    set_capture_done(people.alice, first.public_id, is_done=True)
    set_capture_deleted(people.alice, gone.public_id, is_deleted=True)
    assert read(product, "count", {"feedback": "open"}).value == 1
    assert read(product, "count", {"feedback": "all"}).value == 2


def test_a_source_without_a_number_cannot_be_quoted(people, product, document):
    empty = ask("funnel", steps=["never", "ever"], window="1h")
    with pytest.raises(ConflictError, match="says nothing yet"):
        create_claim(people.alice, product, document.public_id, kind="question", definition=empty)


def test_other_apps_can_add_sources(people, product, document, monkeypatch):
    from pilothouse.apps.documents.services import sources

    monkeypatch.setattr(sources, "_readers", dict(sources._readers))
    register_source("dice", lambda context, definition: SourceValue("a die", "number", 3.5))
    claim = create_claim(people.alice, product, document.public_id, kind="dice", definition={})
    assert (claim.quoted_text, claim.allowed) == ("3.50", Allowed("relative", 0.1))


def test_an_export_holds_texts_versions_claims_and_comments(people, product, claim, tmp_path):
    assert write_documents([product], tmp_path) == 1
    folder = tmp_path / "documents" / product.public_id
    text = next(folder.glob("*.md")).read_text("utf-8")
    assert text.startswith("---\nid: ")
    assert claim.markdown in text
    whole = (folder / "documents.json").read_text("utf-8")
    assert '"quoted_text": "15%"' in whole
    assert '"number": 2' in whole


numbers = st.floats(0.001, 1e6)


@given(numbers, st.floats(0, 2), numbers)
def test_relative_tolerance_is_what_it_says(quoted, amount, value):
    found = is_beyond(Allowed("relative", amount), Quoted(quoted), value)
    distance = abs(value - quoted) / quoted
    if abs(distance - amount) > 1e-6:
        assert found == (distance > amount)


@given(numbers, numbers, numbers, st.floats(0, 10), st.floats(0, 10))
def test_more_tolerance_never_makes_a_claim_stale(quoted, value, spread, less, more):
    small, large = sorted((less, more))
    for kind in ("relative", "absolute"):
        if is_beyond(Allowed(kind, large), Quoted(quoted), value):
            assert is_beyond(Allowed(kind, small), Quoted(quoted), value)
    inside = Quoted(quoted, quoted - spread, quoted + spread)
    assert is_beyond(Allowed("interval"), inside, value) == (not inside.low <= value <= inside.high)


@pytest.mark.parametrize(
    ("tolerance", "amount", "low", "expected"),
    [
        ("", None, 0.1, Allowed("interval")),
        ("", None, None, Allowed("relative", 0.1)),
        ("", 0.3, 0.1, Allowed("relative", 0.3)),
        ("absolute", 4.0, None, Allowed("absolute", 4.0)),
    ],
)
def test_the_tolerance_that_is_meant(tolerance, amount, low, expected):
    assert parse_allowed(tolerance, amount, Quoted(0.2, low, low and 0.3)) == expected


@pytest.mark.parametrize(
    ("tolerance", "amount"),
    [("interval", None), ("absolute", None), ("relative", -1.0), ("relative", float("nan")),
     ("wide", 1.0)],
)  # fmt: skip
def test_tolerances_that_mean_nothing_are_refused(tolerance, amount):
    with pytest.raises(InvalidValueError):
        parse_allowed(tolerance, amount, Quoted(0.2))


@pytest.mark.parametrize(
    ("value", "unit", "currency", "words"),
    [
        (0.1244, "share", "", "12.4%"),
        (0.0004, "share", "", "0.04%"),
        (1.0, "share", "", "100%"),
        (1234.0, "count", "", "1\u202f234"),
        (-3.0, "count", "", "\u22123"),
        (12.5, "money", "EUR", "€12.50"),
        (12.5, "money", "CHF", "CHF\u202f12.50"),
        (3.14159, "number", "", "3.14"),
    ],
)
def test_numbers_are_quoted_as_pages_show_them(value, unit, currency, words):
    assert quote_value(value, unit, currency) == words


def test_intervals_are_quoted_once_with_their_unit():
    assert quote_range(0.088, 0.244, "share") == "8.8–24.4%"
    assert quote_range(-1.0, 2.0, "number") == "\u22121 to 2"
    assert quote_range(None, 2.0, "number") == ""
