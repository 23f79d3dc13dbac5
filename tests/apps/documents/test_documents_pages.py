"""The pages of documents: what they show, keep and refuse."""

from __future__ import annotations

import re

import pytest

from pilothouse.apps.documents.services.attention import list_attention
from pilothouse.apps.documents.services.claims import list_claims
from pilothouse.apps.documents.services.comments import (
    add_comment,
    list_comments,
    set_comment_deleted,
    set_comment_resolved,
)
from pilothouse.apps.documents.services.documents import get_document, list_documents
from pilothouse.apps.documents.services.drafts import get_draft
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.captures import get_capture
from pilothouse.kernel.errors import ForbiddenError, InvalidValueError, NotFoundError
from tests.apps.documents.makers import come, make_document, make_funnel, quote, write
from tests.apps.makers import browser_of
from tests.builders import make_capture

JSON = {"Accept": "application/json"}


@pytest.fixture
def alice(people):
    return browser_of(people.alice)


@pytest.fixture
def home(product):
    return f"/p/{product.public_id}/documents/"


@pytest.fixture
def document(people, product):
    return make_document(people.alice, product, "Plan", "Some *words* here.")


def test_a_document_is_begun_from_a_template(alice, home, product):
    answer = alice.post(f"{home}new/", {"title": "Calm", "template": "prd", "folder": "a/b"})
    (document,) = list_documents(product)
    assert answer.url == f"{document.url}edit/"
    assert (document.kind, document.template, document.folder) == ("prd", "prd", "a/b")
    assert "guidance" in alice.get(answer.url).content.decode()
    assert "guidance" not in alice.get(document.url).content.decode()


def test_a_document_is_begun_from_a_thought(alice, home, people, product):
    capture = make_capture(people.alice, "First line\nsecond", product=product)
    page = alice.get(f"{home}new/?capture={capture.public_id}").content.decode()
    assert 'value="First line"' in page
    alice.post(f"{home}new/", {"title": "First line", "capture": capture.public_id})
    assert list_documents(product)[0].body.startswith("> First line\n> second")
    assert get_capture(people.alice, capture.public_id).is_done


def test_bad_input_is_shown_again(alice, home, document):
    answer = alice.post(f"{home}new/", {"title": " ", "folder": "kept", "template": "story"})
    assert answer.status_code == 400
    assert "1 to 200 characters" in answer.content.decode()
    assert 'value="kept"' in answer.content.decode()
    typed = {"title": "", "body": "my words", "base": document.digest, "note": "my note"}
    answer = alice.post(f"{document.url}edit/", typed)
    assert answer.status_code == 400
    assert "my words" in answer.content.decode()
    assert "my note" in answer.content.decode()
    answer = alice.post(f"{document.url}status/", {"status": "printed"})
    assert answer.status_code == 400


def test_saving_over_somebody_shows_both_and_keeps_a_draft(alice, people, product, document):
    write(people.bob, product, document, "Some other words here.")
    typed = {"title": "Plan", "body": "Mine.", "base": document.digest}
    answer = alice.post(f"{document.url}edit/", typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<del>" in page
    assert "Mine." in page
    assert get_draft(people.alice, product, document.public_id).body == "Mine."
    current = get_document(product, document.public_id)
    assert f'value="{current.digest}"' in page
    again = alice.post(f"{document.url}edit/", typed, headers=JSON)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "conflict")
    alice.post(f"{document.url}edit/", {**typed, "base": current.digest})
    assert get_document(product, document.public_id).body == "Mine."


def test_a_draft_waits_in_the_editor_and_can_be_thrown_away(alice, people, product, document):
    typed = {"title": "Plan", "body": "Half", "base": document.digest}
    told = alice.post(f"{document.url}draft/", typed).json()
    assert told == {"is_kept": True, "is_behind": False, "version": 1}
    write(people.bob, product, document, "His.")
    assert alice.post(f"{document.url}draft/", typed).json()["is_behind"] is True
    page = alice.get(f"{document.url}edit/").content.decode()
    assert "This is your unsaved draft" in page
    assert "What stands now, and yours" in page
    alice.post(f"{document.url}draft/", {"discard": "yes"})
    assert "Half" not in alice.get(f"{document.url}edit/").content.decode()


def test_programs_in_the_page_save_without_leaving_it(alice, document):
    typed = {"title": "Plan", "body": "New.", "base": document.digest}
    told = alice.post(f"{document.url}edit/", typed, headers=JSON).json()
    assert told["version"] == 2
    bad = alice.post(f"{document.url}edit/", {**typed, "title": ""}, headers=JSON)
    assert (bad.status_code, bad.json()["error"]["code"]) == (400, "invalid-value")


def test_a_stale_number_is_decided_on_the_page(alice, home, people, product, document):
    come(people.alice, product, 80, 12)
    claim = quote(people.alice, product, document, make_funnel(people.alice, product))
    come(people.alice, product, 200, 0, "c")
    part = alice.post(f"{document.url}check/", headers={"HX-Request": "true"})
    assert 'data-state="stale"' in part.content.decode()
    assert "1 stale" in alice.get(home).content.decode()
    assert "Plan" in alice.get(f"{home}?stale=yes").content.decode()
    assert "Plan" in alice.get(f"{home}claims/?state=stale").content.decode()
    act = f"{home}claims/{claim.public_id}/"
    refused = alice.post(f"{act}keep/", {"reason": ""})
    assert refused.status_code == 400
    assert alice.post(f"{act}shrug/").status_code == 404
    assert alice.post(f"{act}keep/", {"reason": "Teams", "back": "claims"}).url == f"{home}claims/"
    assert "kept: Teams" in alice.get(document.url).content.decode()
    alice.post(f"{act}accept/")
    assert "[4.3%]" in get_document(product, document.public_id).body
    printed = alice.get(f"{document.url}print/").content.decode()
    assert "n 280" in printed
    assert "<nav" not in printed


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ({"source": "funnel", "step": ["signed up", "finished"], "window": "1h"}, "15%"),
        ({"source": "items:bug"}, "0"),
        ({"source": "trend", "start": "signed up", "measure": "count", "last": "3"}, "80"),
    ],
)
def test_numbers_are_quoted_by_form(alice, people, product, document, form, text):
    come(people.alice, product, 80, 12)
    if form["source"] == "trend":
        form = {**form, "period": "day", "last": "5"}
        text = "0"  # the latest whole day is one on which nobody came
    told = alice.post(f"{document.url}claims/", form, headers=JSON).json()
    assert told["markdown"] == f"[{text}](claim:{told['id']})"
    assert len(list_claims(product, with_unquoted=True)) == 1


def test_a_form_that_names_no_source_says_so(alice, home, document):
    for source in ("", "metric:nosuchmetric:latest", "magic"):
        answer = alice.post(f"{document.url}claims/", {"source": source})
        assert answer.status_code == 400, source
        assert (
            "field-error"
            in alice.get(f"{home}claims/preview/", {"source": source}).content.decode()
        )
    refused = alice.post(f"{document.url}claims/", {"source": "items:", "amount": "much"})
    assert "such as 10" in refused.content.decode()


def test_versions_are_compared_and_restored(alice, people, product, document):
    write(people.alice, product, document, "Some *other* words here.")
    page = alice.get(f"{document.url}versions/").content.decode()
    added = re.findall("<ins>(.*?)</ins>", page)
    assert "other" in "".join(added)
    assert "words" not in "".join(added)
    assert "added: " in page
    assert alice.get(f"{document.url}versions/7/").status_code == 404
    assert alice.get(f"{document.url}versions/?from=1&to=7").status_code == 404
    alice.post(f"{document.url}versions/1/restore/")
    assert get_document(product, document.public_id).body == document.body


def test_deleting_offers_to_undo(alice, home, product, document):
    page = alice.post(f"{document.url}delete/", follow=True).content.decode()
    assert f"{document.url}restore/" in page
    alice.post(f"{document.url}restore/")
    assert len(list_documents(product)) == 1
    assert alice.post(f"{document.url}explode/").status_code == 404


def test_comments_stand_in_threads_and_know_their_passage(people, product, document):
    alice, bob = people.alice, people.as_bob(Role.COMMENTER)
    thread = add_comment(bob, product, document.public_id, body="Why?", quote="Some words")
    answer = add_comment(alice, product, document.public_id, body="So.", parent_id=thread.public_id)
    late = add_comment(bob, product, document.public_id, body="Ah.", parent_id=answer.public_id)
    (found,) = list_comments(product, document.public_id)
    assert [each.body for each in found.answers] == ["So.", "Ah."]
    assert found.is_found  # across the marks of emphasis
    write(alice, product, document, "Nothing of it.")
    assert not list_comments(product, document.public_id)[0].is_found
    set_comment_resolved(bob, product, thread.public_id, is_resolved=True)
    assert list_comments(product, document.public_id)[0].is_resolved
    with pytest.raises(ForbiddenError):
        set_comment_deleted(bob, product, answer.public_id, is_deleted=True)
    set_comment_deleted(bob, product, late.public_id, is_deleted=True)
    assert len(list_comments(product, document.public_id)[0].answers) == 1
    set_comment_deleted(bob, product, late.public_id, is_deleted=False)
    assert len(list_comments(product, document.public_id)[0].answers) == 2


def test_who_is_called_by_name_sees_it_today(people, product, document):
    day = product.now.date()
    thread = add_comment(people.alice, product, document.public_id, body="Look, @Bob!")
    (line,) = list_attention(people.bob, product, day)
    assert line.url == f"{document.url}#comment-{thread.public_id}"
    assert list_attention(people.alice, product, day) == []
    set_comment_resolved(people.alice, product, thread.public_id, is_resolved=True)
    assert list_attention(people.bob, product, day) == []
    add_comment(people.alice, product, document.public_id, body="@Bob?", parent_id=thread.public_id)
    assert list_attention(people.bob, product, day) == []


def test_comments_that_cannot_be(people, product, document):
    other = make_document(people.alice, product, "Other")
    thread = add_comment(people.alice, product, other.public_id, body="There")
    with pytest.raises(NotFoundError):
        add_comment(people.alice, product, document.public_id, body="x", parent_id=thread.public_id)
    with pytest.raises(InvalidValueError):
        add_comment(people.alice, product, document.public_id, body=" ")
    with pytest.raises(ForbiddenError):
        add_comment(people.as_bob(Role.VIEWER), product, document.public_id, body="x")
