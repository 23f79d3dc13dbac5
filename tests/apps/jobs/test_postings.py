"""Saved postings: kept as they were, and nobody else's business."""

from __future__ import annotations

import hashlib

import pytest

from pilothouse.apps.jobs.services.exporting import write_jobs
from pilothouse.apps.jobs.services.postings import (
    PostingChange,
    PostingDraft,
    change_posting,
    get_posting,
    list_postings,
    save_posting,
    set_posting_deleted,
)
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from tests.apps.makers import browser_of
from tests.builders import make_product

TEXT = "Senior Product Manager, Payments\r\nYou own the checkout of our shop."


def test_a_posting_keeps_its_text_and_digest(people):
    saved = save_posting(people.alice, PostingDraft(TEXT, company="Acme"))
    assert saved.title == "Senior Product Manager, Payments"
    assert saved.digest == hashlib.sha256(saved.text.encode()).hexdigest()
    change_posting(people.alice, saved.public_id, PostingChange("Other", "Acme", notes="Ask Ann."))
    again = get_posting(people.alice, saved.public_id)
    assert (again.text, again.digest, again.notes) == (saved.text, saved.digest, "Ask Ann.")


def test_the_ledger_holds_no_word_of_it(people):
    save_posting(people.alice, PostingDraft(TEXT, company="Acme"))
    act = list_acts(people.alice)[0]
    assert (act.kind, set(act.facts)) == ("posting.saved", {"source", "text_digest"})


def test_the_same_text_is_saved_once(people):
    save_posting(people.alice, PostingDraft(TEXT))
    with pytest.raises(ConflictError, match="saved already"):
        save_posting(people.alice, PostingDraft(TEXT))
    assert save_posting(people.bob, PostingDraft(TEXT)).title.startswith("Senior")


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        (PostingDraft("short"), "20 to 50,000 characters"),
        (PostingDraft(TEXT, url="javascript:alert(1)"), "begins with https://"),
        (PostingDraft(TEXT, title="x" * 201), "at most 200 characters"),
    ],
)
def test_what_is_refused_says_why(people, draft: PostingDraft, words: str):
    with pytest.raises(InvalidValueError, match=words):
        save_posting(people.alice, draft)


def test_nothing_typed_is_lost(people):
    answer = browser_of(people.alice).post(
        "/jobs/postings/new/", {"text": "short", "company": "Acme <Ltd>"}
    )
    assert answer.status_code == 400
    assert b"Acme &lt;Ltd&gt;" in answer.content
    assert b"short" in answer.content


def test_deleting_can_be_undone(people):
    saved = save_posting(people.alice, PostingDraft(TEXT))
    set_posting_deleted(people.alice, saved.public_id, is_deleted=True)
    assert list_postings(people.alice) == []
    with pytest.raises(NotFoundError):
        get_posting(people.alice, saved.public_id)
    set_posting_deleted(people.alice, saved.public_id, is_deleted=False)
    assert [each.public_id for each in list_postings(people.alice)] == [saved.public_id]


def test_an_export_of_several_members_holds_nobodys_search(people, tmp_path):
    save_posting(people.alice, PostingDraft(TEXT))
    save_posting(people.charlie, PostingDraft(TEXT))
    assert write_jobs([make_product(people.alice)], tmp_path) == 0
    assert "checkout" not in (tmp_path / "jobs.json").read_text()
    assert write_jobs([make_product(people.charlie)], tmp_path) == 1
    assert "checkout" in (tmp_path / "jobs.json").read_text()
