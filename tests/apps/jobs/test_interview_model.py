"""Feedback of a language model: off, shown first, sent as shown, errors told, nothing made up."""

from __future__ import annotations

import json
import stat
from typing import Any

import pytest
from django.conf import settings

from pilothouse.apps.jobs.interview_models import ModelReply
from pilothouse.apps.jobs.services.interview_answers import AnswerDraft, ScoreDraft, give_answer
from pilothouse.apps.jobs.services.interview_answers import score_answer as score
from pilothouse.apps.jobs.services.interview_model import (
    ask_model,
    check_endpoint,
    forget_setting,
    preview,
    read_setting,
    save_setting,
)
from pilothouse.apps.people.services.contacts import ContactDraft, create_contact
from pilothouse.apps.people.services.talks import TalkDraft, log_talk
from pilothouse.apps.workspace.models import Role
from pilothouse.kernel.errors import (
    ConflictError,
    ForbiddenError,
    InvalidValueError,
    NotFoundError,
    UnavailableError,
)
from tests.apps.jobs.fake_model import FakeModel
from tests.apps.jobs.interview_rows import LEVELS
from tests.apps.makers import browser_of
from tests.builders import People


def scored(people: People, text: str = "I told the director no.") -> Any:
    made = give_answer(people.alice, AnswerDraft("said-no", text))
    return score(people.alice, made.public_id, ScoreDraft(LEVELS))


def test_it_is_off_until_it_is_switched_on(people: People, model: FakeModel):
    view = scored(people)
    assert not read_setting(people.alice).is_on
    with pytest.raises(ConflictError, match="is off"):
        preview(people.alice, view)
    save_setting(people.alice, model.url, "m", is_on=False)
    with pytest.raises(ConflictError, match="is off"):
        ask_model(people.alice, view.public_id, "")
    assert model.asked == []


def test_exactly_what_was_shown_is_sent_and_kept(people: People, model: FakeModel):
    alice = people.alice
    view = scored(people)
    save_setting(alice, model.url, "small", is_on=True, key="sk-secret")
    shown = preview(alice, view)
    assert model.asked == []
    reply = ask_model(alice, view.public_id, shown.seen)
    path, headers, body = model.asked[0]
    assert (path, body.decode()) == ("/v1/chat/completions", shown.body)
    assert headers["Authorization"] == "Bearer sk-secret"
    assert "sk-secret" not in shown.body
    sent = json.loads(body)
    assert set(sent) == {"model", "messages", "stream"}
    assert sent["messages"][1]["content"].startswith("Question: Tell me about a time")
    assert "Alice" not in body.decode()
    assert (reply.received, reply.sent) == ("Name the number first.", shown.body)
    again = scored(people)
    assert again.rule_levels == view.rule_levels


def test_nobody_of_the_book_is_in_what_is_sent(people: People, model: FakeModel):
    draft = ContactDraft(
        "Zebulon Quux", company="Quuxworks", notes="said no", topics=("saying no",)
    )
    contact = create_contact(people.alice, draft)
    log_talk(people.alice, contact.public_id, TalkDraft("Quux says no as well"))
    save_setting(people.alice, model.url, "m", is_on=True)
    outgoing = preview(people.alice, scored(people))
    assert "I told the director no." in outgoing.body
    assert "quux" not in outgoing.body.lower()


def test_the_page_shows_it_first_and_labels_it(people: People, model: FakeModel):
    alice = browser_of(people.alice)
    view = scored(people)
    save_setting(people.alice, model.url, "small", is_on=True)
    page = alice.get(f"/jobs/interviews/answers/{view.public_id}/feedback/").content.decode()
    assert model.url.removeprefix("http://").split("/")[0] in page
    assert "I told the director no." in page
    assert model.asked == []
    seen = page.split('name="seen" value="')[1].split('"')[0]
    url = f"/jobs/interviews/answers/{view.public_id}/feedback/"
    assert alice.post(url, {"seen": "forged"}).status_code == 400
    answer = alice.post(url, {"seen": seen}, follow=True).content.decode()
    assert "Name the number first." in answer
    assert "A language model said" in answer
    assert "not a score" in answer
    assert len(model.asked) == 1


def test_what_changed_since_it_was_shown_is_not_sent(people: People, model: FakeModel):
    view = scored(people)
    save_setting(people.alice, model.url, "small", is_on=True)
    shown = preview(people.alice, view)
    save_setting(people.alice, model.url, "another", is_on=True)
    with pytest.raises(ConflictError, match="not what was shown"):
        ask_model(people.alice, view.public_id, shown.seen)
    assert model.asked == []


def test_nothing_is_sent_before_the_person_scored_nor_without_a_text(
    people: People, model: FakeModel
):
    save_setting(people.alice, model.url, "small", is_on=True)
    fresh = give_answer(people.alice, AnswerDraft("said-no", "I said no."))
    with pytest.raises(ConflictError, match="score the answer yourself"):
        preview(people.alice, fresh)


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (500, b"oh no", "status 500"),
        (302, b"", "status 302"),
        (200, b"<html>", "has not the form"),
        (200, b"[]", "has not the form"),
        (200, b'{"choices": []}', "has not the form"),
        (200, b'{"choices": [{"message": {"content": 7}}]}', "answered with nothing"),
        (200, b'{"choices": [{"message": {"content": "  "}}]}', "answered with nothing"),
        (200, b"[" * 200_000, "has not the form"),
        (200, b" " * 300_000, "too long"),
    ],
)
def test_what_goes_wrong_is_told_and_nothing_is_made_up(
    people: People, model: FakeModel, status: int, body: bytes, told: str
):
    view = scored(people)
    save_setting(people.alice, model.url, "small", is_on=True)
    model.status, model.body = status, body
    model.headers = {"Location": "http://127.0.0.1:1/"} if status == 302 else {}
    with pytest.raises(UnavailableError, match=told):
        ask_model(people.alice, view.public_id, preview(people.alice, view).seen)
    assert not ModelReply.objects.exists()
    assert len(model.asked) == 1  # a redirect is not followed


def test_an_endpoint_that_is_not_there_is_told(people: People, model: FakeModel):
    view = scored(people)
    save_setting(people.alice, "http://127.0.0.1:9/v1", "small", is_on=True)
    with pytest.raises(UnavailableError, match="could not be asked"):
        ask_model(people.alice, view.public_id, preview(people.alice, view).seen)


@pytest.mark.parametrize(
    "endpoint",
    ["ftp://localhost/v1", "localhost:11434", "http://example.org/v1", "http://10.0.0.1/v1",
     "https://me:secret@example.org/v1", "https://example.org/v1?key=1", "https:///v1",
     "http://localhost:99999999/v1", "https://exa mple.org/v1", "http://localhost.evil.test/v1"],
)  # fmt: skip
def test_addresses_that_are_refused(endpoint: str):
    with pytest.raises(InvalidValueError):
        check_endpoint(endpoint)


@pytest.mark.parametrize("endpoint", ["http://localhost:11434/v1/", "http://[::1]:8080/v1",
                                      "https://api.example.org/v1"])  # fmt: skip
def test_addresses_that_are_taken(endpoint: str):
    assert check_endpoint(endpoint) == endpoint.rstrip("/")


def test_only_an_owner_enters_an_address_that_this_server_asks(people: People, model: FakeModel):
    with pytest.raises(ForbiddenError):
        save_setting(people.as_bob(Role.EDITOR), model.url, "small", is_on=True)


def test_the_key_is_a_private_file_that_goes_with_its_host(people: People, model: FakeModel):
    alice = people.alice
    save_setting(alice, model.url, "small", is_on=True, key="sk-1")
    files = list((settings.CONFIGURATION.data / "keys").glob("model-*"))
    assert [stat.S_IMODE(each.stat().st_mode) for each in files] == [0o600]
    page = browser_of(alice).get("/jobs/interviews/model/").content
    assert b"sk-1" not in page
    save_setting(alice, model.url, "small", is_on=True)
    assert read_setting(alice).has_key
    save_setting(alice, "https://other.example/v1", "small", is_on=True)
    assert not read_setting(alice).has_key
    save_setting(alice, model.url, "small", is_on=True, key="sk-2")
    forget_setting(alice)
    assert not list((settings.CONFIGURATION.data / "keys").glob("model-*"))


def test_nobody_asks_about_somebody_elses_answer(people: People, model: FakeModel):
    view = scored(people)
    with pytest.raises(NotFoundError):
        ask_model(people.bob, view.public_id, "x")
