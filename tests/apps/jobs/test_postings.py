"""Saved postings: kept as they were, and nobody else's business."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from importlib import import_module

import pytest

from pilothouse.apps.jobs.services.applications import (
    ApplicationChange,
    ApplicationDraft,
    begin_application,
    change_application,
)
from pilothouse.apps.jobs.services.attention import list_attention
from pilothouse.apps.jobs.services.bookmarklet import write_bookmarklet
from pilothouse.apps.jobs.services.exporting import write_jobs
from pilothouse.apps.jobs.services.fetching import PAGES, fetch_posting
from pilothouse.apps.jobs.services.pivots import find_pivot, list_pivot_views
from pilothouse.apps.jobs.services.postings import (
    PostingChange,
    PostingDraft,
    change_posting,
    get_posting,
    list_postings,
    save_posting,
    set_posting_deleted,
)
from pilothouse.apps.jobs.services.sent_files import SentDraft, add_sent
from pilothouse.apps.jobs.services.texts import today
from pilothouse.apps.skills.services.learning_feeds_fetch import Fetched, Fetcher
from pilothouse.apps.skills.services.path import read_path
from pilothouse.apps.skills.services.targets import TargetDraft, list_targets, save_target
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.engines.jobs import ROLES
from pilothouse.kernel.errors import (
    ConflictError,
    InvalidValueError,
    NotFoundError,
    UnavailableError,
)
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


class Web(Fetcher):
    """A fetcher for which the web is one page."""

    def fetch(self, url: str, *, etag: str = "", modified: str = "") -> Fetched:
        del etag, modified
        if "gone" in url:
            raise UnavailableError("it answers with an error.", value=404)
        body = "" if "empty" in url else "We look for a product manager. " * 9
        return Fetched(f"<title>PM</title><main>{body}</main>".encode())


def test_a_page_becomes_a_draft_and_nothing_is_saved(people):
    draft = fetch_posting("https://acme.example/jobs/1", Web())
    assert (draft.title, draft.source, draft.url) == (
        "PM",
        "address",
        "https://acme.example/jobs/1",
    )
    assert list_postings(people.alice) == []
    with pytest.raises(InvalidValueError, match="no text that can be read"):
        fetch_posting("https://acme.example/empty", Web())
    with pytest.raises(UnavailableError, match="answers with an error"):
        fetch_posting("https://acme.example/gone", Web())


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://localhost/", "http://169.254.169.254/latest/", "http://[::1]/",
     "http://10.0.0.7/", "http://0x7f000001/", "http://acme.example:22/", "ftp://acme.example/",
     "file:///etc/passwd", "http://user:word@acme.example/"],
)  # fmt: skip
def test_what_leads_inside_is_refused_and_stays_in_the_form(people, url: str):
    answer = browser_of(people.alice).post(
        "/jobs/postings/new/", {"url": url, "do": "fetch", "text": "typed before"}
    )
    assert answer.status_code == 400
    assert b"typed before" in answer.content
    assert list_postings(people.alice) == []


def test_pages_are_fetched_with_limits():
    assert (PAGES.max_bytes, PAGES.timeout_s) == (3 * 1024**2, 10.0)
    assert PAGES.types == {"text/html", "application/xhtml+xml"}


def test_a_posting_pasted_in_skills_is_the_same_one(people):
    target = save_target(people.alice, TargetDraft(posting="You own our roadmap.", name="Acme"))
    kept = list_postings(people.alice)
    assert [(each.text, each.company) for each in kept] == [("You own our roadmap.", "Acme")]
    assert target.posting == "You own our roadmap."
    again = save_target(people.alice, TargetDraft(posting="You own our roadmap.", role="senior"))
    assert again.posting_id == target.posting_id == kept[0].public_id
    assert len(list_postings(people.alice)) == 1
    set_posting_deleted(people.alice, kept[0].public_id, is_deleted=True)
    assert [each.posting for each in list_targets(people.alice)] == ["You own our roadmap."] * 2


def test_levels_are_held_against_a_posting(people):
    text = "Senior product manager. You own the roadmap and talk to users."
    saved = save_posting(people.alice, PostingDraft(text, company="Acme"))
    data = {"role": "senior", "industry": "technology"}
    answer = browser_of(people.alice).post(f"{saved.page}target/", data)
    (target,) = list_targets(people.alice)
    assert answer["Location"] == target.url
    assert (target.posting_id, target.name, target.role) == (saved.public_id, "Acme", "senior")
    silent = save_posting(people.alice, PostingDraft("We sell fresh fish here."))
    refused = browser_of(people.alice).post(f"{silent.page}target/", data)
    assert refused.status_code == 400
    assert b"no competency was found" in refused.content


def test_every_neighbouring_role_is_known_to_the_guide(people):
    known = {view.pivot.key for view in list_pivot_views([])}
    assert {pivot.key for role in ROLES if (pivot := find_pivot(role))} == known
    assert find_pivot("product-manager") is None
    saved = save_posting(people.alice, PostingDraft("Business analyst wanted for our bank."))
    first = list_pivot_views(list_postings(people.alice))[0]
    assert (first.pivot.key, first.postings[0].public_id) == ("business-analyst", saved.public_id)
    assert b"neighbouring role" in browser_of(people.alice).get(saved.page).content


def test_postings_are_found_by_their_words(people):
    save_posting(people.alice, PostingDraft(TEXT, company="Acme"))
    browser = browser_of(people.alice)
    assert b"Acme" in browser.get("/jobs/?q=checkout+acme").content
    assert b"None like that" in browser.get("/jobs/?q=submarine").content


def test_the_bookmarklet_hands_on_behind_the_hash():
    code = write_bookmarklet("http://127.0.0.1:8700/jobs/receive/")
    assert code.startswith("javascript:(()=>{")
    assert "'http://127.0.0.1:8700/jobs/receive/#posting='" in code
    assert "LIMIT" not in code
    assert "PLACE" not in code


def test_the_path_counts_the_resume_that_was_sent(people):
    made = begin_application(people.alice, ApplicationDraft("PM", "Acme"))

    def have() -> int:
        step = next(step for step in read_path(people.alice, {}).steps if step.key == "A6")
        return next(rule.have for rule in step.rules if "resume" in rule.words)

    assert have() == 0
    add_sent(people.alice, made.public_id, SentDraft("letter.pdf", [b"x"], kind="letter"))
    assert have() == 0
    add_sent(people.alice, made.public_id, SentDraft("resume.pdf", [b"x"]))
    add_sent(people.alice, made.public_id, SentDraft("resume 2.pdf", [b"y"]))
    assert have() == 1


def test_the_path_counts_postings_saved_and_those_compared(people):
    def have() -> list[int]:
        step = next(step for step in read_path(people.alice, {}).steps if step.key == "A6")
        return [rule.have for rule in step.rules if "posting" in rule.words]

    assert have() == [0, 0]
    text = "You own our roadmap and talk to users."
    for number in range(2):
        save_posting(people.alice, PostingDraft(f"{text} {number}"))
    assert have() == [2, 0]
    save_target(people.alice, TargetDraft("pm", "technology", "Acme", f"{text} Compared."))
    assert have() == [3, 1]


def test_today_shows_what_is_due(people):
    made = begin_application(people.alice, ApplicationDraft("PM", "Acme"))
    day = today()
    for on, wanted in ((day + timedelta(days=1), 0), (day, 1), (day - timedelta(days=2), 1)):
        change = ApplicationChange("PM", "Acme", "board", next_action="Ask Ann",
                                   next_on=on.isoformat())  # fmt: skip
        change_application(people.alice, made.public_id, change)
        lines = list_attention(people.alice, make_product(people.alice, f"P{on}"), day)
        assert len(lines) == wanted
    assert (lines[0].sentence, lines[0].is_warning) == ("Acme: Ask Ann", True)
    assert list_attention(people.bob, make_product(people.alice, "Q"), day) == []


def test_texts_that_stood_with_targets_become_postings(people):
    """What the migration does, on rows as they were before it."""
    from django.apps import apps

    from pilothouse.apps.skills.models import Target

    move = import_module("pilothouse.apps.jobs.migrations.0005_postings_of_targets")
    for role in ("pm", "senior"):
        save_target(people.alice, TargetDraft(role=role, name="Acme"))
    Target.objects.update(posting="\nWe want a roadmap.\nSoon.", kind="posting")
    move.move_texts(apps, None)
    (kept,) = list_postings(people.alice)
    assert (kept.title, kept.company) == ("We want a roadmap.", "Acme")
    assert kept.digest == hashlib.sha256(kept.text.encode()).hexdigest()
    assert {each.posting_id for each in list_targets(people.alice)} == {kept.public_id}
    assert set(Target.objects.values_list("posting", flat=True)) == {""}
    move.leave_texts(apps, None)
    assert {each.posting for each in Target.objects.all()} == {kept.text}
