"""Lint against a product: its metrics, events, claims and what documents mention."""

from __future__ import annotations

import pytest

from pilothouse.apps.analytics.services.metrics import MetricDraft, save_metric
from pilothouse.apps.analytics.services.questions import parse_question
from pilothouse.apps.documents.models import Claim, ClaimState
from pilothouse.apps.documents.services.claims import create_claim
from pilothouse.apps.documents.services.documents import (
    DocumentDraft,
    create_document,
    save_document,
)
from pilothouse.apps.documents.services.lint import (
    events_of,
    lint_document,
    lint_product,
    lint_text_of,
)
from pilothouse.apps.documents.services.lint_words import load_vague_words
from tests.apps.makers import browser_of, daily_events, send

PRD = """# Requirements

- R1: The importer reads CSV. Metric: Opens
- R2: The importer reads JSON, see [@Ghosts](mention:metric/{ghosts}).
- R3: The importer reads all.
  Metric: Joy
"""


@pytest.fixture
def metric(people, product):
    """A metric of the product, made by its name and definition."""

    def make(name: str, **definition) -> str:
        question = parse_question("trend", definition)
        return save_metric(people.alice, product, MetricDraft(name, question)).public_id

    return make


@pytest.fixture
def document(people, product):
    def make(body: str, kind: str = "prd", title: str = "Importer"):
        return create_document(people.alice, product, DocumentDraft(title, body, kind))

    return make


def found(checked) -> list[tuple[str, int]]:
    return [(each.rule.id, each.line) for each in checked.lint.findings]


def test_a_prd_is_held_against_metrics_and_events(people, product, metric, document):
    send(people.alice, product, daily_events([3]))
    metric("Opens", event="opened")
    metric("Anything")
    ghosts = metric("Ghosts", event="ghost seen")
    checked = lint_document(product, document(PRD.format(ghosts=ghosts)))
    assert found(checked) == [("event-absent", 4), ("unknown-metric", 6)]
    assert (checked.errors, checked.warnings, checked.hints) == (2, 0, 0)


def test_an_event_that_arrives_mends_the_finding(people, product, metric, document):
    metric("Opens", event="opened")
    view = document("R1: The importer reads CSV. Metric: Opens")
    assert found(lint_document(product, view)) == [("event-absent", 1)]
    send(people.alice, product, daily_events([1]))
    assert found(lint_document(product, view)) == []


def test_a_metric_over_any_event_names_none(product, metric, document):
    metric("Anything")
    view = document("R1: The importer reads CSV. Metric: Anything")
    assert found(lint_document(product, view)) == [("metric-event", 1)]


def test_claims_are_known_with_their_state(people, product, document):
    send(people.alice, product, daily_events([3]))
    view = document("x")
    claim = create_claim(
        people.alice, product, view.public_id, kind="question",
        definition={"kind": "trend", "definition": {"event": "opened", "from": "2026-11-23",
                    "to": "2026-11-23"}, "part": {"period": "2026-11-23"}},
    )  # fmt: skip
    body = f"R1: The importer reads CSV for {claim.markdown}."
    view = save_document(people.alice, product, view.public_id, title="T", body=body, base=None)
    assert found(lint_document(product, view)) == []
    Claim.objects.update(state=ClaimState.STALE, value=9.0)
    assert found(lint_document(product, view)) == [("stale-claim", 1)]
    (finding,) = lint_document(product, view).lint.findings
    assert "It was quoted as 3; the source says 9 now." in finding.remedy


def test_mentions_and_titles_are_looked_up(product, document):
    plan = document("x", title="The plan")
    known = f"[@P](mention:document/{plan.public_id}) [[The Plan]]"
    text = f"{known}\n[@Q](mention:document/222222222222) [[Other]]"
    lint = lint_text_of(product, text, "note")
    assert [(f.rule.id, f.quoted) for f in lint.findings] == [
        ("broken-mention", "@Q"),
        ("broken-link", "[[Other]]"),
    ]


def test_the_worst_documents_come_first(product, document):
    document("All is well.", title="Good")
    document("[x](#y)", "note", title="Worst")
    document("R1: Read CSV.", title="Bad")
    assert [each.document.title for each in lint_product(product)] == ["Worst", "Bad", "Good"]


@pytest.mark.parametrize(
    ("kind", "definition", "names"),
    [
        ("trend", {"event": "a"}, ["a"]),
        ("trend", {"event": None}, []),
        ("funnel", {"steps": ["a", {"event": "b"}, "a", {"event": None}]}, ["a", "b"]),
        ("retention", {"start": "a", "return": None}, ["a"]),
    ],
)
def test_the_events_of_a_question(kind, definition, names):
    assert events_of(kind, definition) == names


def test_the_vague_words_are_told_apart_and_have_a_better_one():
    words = load_vague_words()
    assert len(words) >= 50
    assert len({word.word for word in words}) == len(words)
    assert all(word.instead and word.word == word.word.lower() for word in words)


def test_the_panel_leads_to_lines_and_says_what_is_a_guess(people, product, document):
    view = document("R1: Users see it.\n\nIt is easy.")
    page = browser_of(people.alice).get(f"{view.url}lint/", headers={"HX-Request": "true"})
    text = page.content.decode()
    assert "<html" not in text
    assert 'data-lint-line="3"' in text
    assert "heuristic" in text
    assert "4 warnings" in text


def test_the_matrix_shows_where_requirements_end(people, product, metric, document):
    send(people.alice, product, daily_events([3]))
    metric("Opens", event="opened")
    document("- R1: The importer reads CSV. Metric: Opens\n- R2: It reads JSON. Metric: Joy")
    browser = browser_of(people.alice)
    text = browser.get(f"/p/{product.public_id}/documents/checks/").content.decode()
    assert "1 of 2 requirements reaches the data" in text
    assert "no such metric" in text
    only = browser.get(f"/p/{product.public_id}/documents/checks/?show=open").content.decode()
    assert "It reads JSON" in only
    assert "The importer reads CSV" not in only
