"""Pages and API of study cards: what they say about bad input, their tasks from end to end."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from pilothouse.apps.skills.models import CardReview, OwnCard
from pilothouse.apps.skills.services.cards import CardDraft, create_card, list_cards
from pilothouse.apps.skills.services.decks import Habits, set_habits
from pilothouse.apps.skills.services.reviews import rate_card
from pilothouse.apps.skills.services.reviews_attention import list_card_attention
from pilothouse.apps.skills.services.reviews_words import say_delay
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.login import create_token
from tests.apps.makers import browser_of
from tests.builders import People

CARD = {"deck": "Mine", "question": "What?", "answer": "That.", "why": "", "tags": "a"}


@pytest.fixture
def alice(people: People) -> Client:
    return browser_of(people.alice)


def body_of(answer: Any) -> str:
    return answer.content.decode()


def test_a_card_is_studied_rated_and_taken_back(alice: Client):
    page = body_of(alice.get("/skills/cards/study/?deck=C11"))
    assert "When" not in page
    assert 'name="card" value="c11-peeking"' in page
    given = {"card": "c11-peeking", "rating": "3", "reps": "0", "deck": "C11", "seconds": "4.2"}
    answer = alice.post("/skills/cards/study/", given)
    assert (answer.status_code, answer["Location"]) == (302, "/skills/cards/study/?deck=C11")
    assert CardReview.objects.get().seconds == 4.2
    again = alice.post("/skills/cards/study/", given, follow=True)
    assert "rated already" in body_of(again)
    back = alice.post("/skills/cards/undo/", {"deck": "C11"}, follow=True)
    assert "Taken back" in body_of(back)
    assert not CardReview.objects.exists()
    assert "no rating to take back" in body_of(alice.post("/skills/cards/undo/", {}, follow=True))


@pytest.mark.parametrize("rating", ["", "0", "5", "good", "3.0"])
def test_a_rating_that_is_none_is_told(alice: Client, rating: str):
    answer = alice.post("/skills/cards/study/", {"card": "c11-peeking", "rating": rating})
    assert answer.status_code == 400
    assert "a rating is" in body_of(answer)


def test_what_was_typed_is_shown_again_with_what_is_wrong(alice: Client):
    answer = alice.post("/skills/cards/new/", CARD | {"answer": "", "why": "my reason"})
    page = body_of(answer)
    assert answer.status_code == 400
    assert "an answer has 1 to 5,000 characters" in page
    assert "my reason" in page
    habits = {"new_per_day": "7", "retention": "150", "backlog_limit": "9", "zone": "UTC"}
    answer = alice.post("/skills/cards/habits/", habits)
    assert answer.status_code == 400
    assert 'value="150"' in body_of(answer)


def test_a_deleted_card_comes_back_by_the_undo_of_the_toast(alice: Client):
    url = alice.post("/skills/cards/new/", CARD)["Location"]
    page = body_of(alice.post(f"{url}delete/", follow=True))
    undo = re.search(r'action="(/skills/cards/one/[^"]+/restore/)"', page)
    assert undo is not None
    assert not OwnCard.objects.filter(deleted_at=None).exists()
    alice.post(undo.group(1))
    assert alice.get(url).status_code == 200


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_an_act_leads_to_no_other_place(alice: Client, url: str):
    answer = alice.post("/skills/cards/one/c11-peeking/bury/", {"next": url})
    assert answer["Location"] == "/skills/cards/all/"


def test_a_backlog_is_told_with_its_rule(alice: Client, people: People):
    long_ago = timezone.now() - timedelta(days=90)
    for n in range(4):
        key = create_card(people.alice, CardDraft("Mine", f"q{n}", "a")).text.key
        rate_card(people.alice, key, 4, now=long_ago)
    set_habits(people.alice, Habits(backlog_limit=3))
    page = body_of(alice.get("/skills/cards/"))
    assert "A backlog: 4 cards wait" in page
    assert "scheduled for 85 % instead of 90 %" in page
    (line,) = list_card_attention(people.alice, timezone.now())
    assert (line.sentence, line.is_warning) == ("4 study cards are due: a backlog", True)
    assert list_card_attention(people.bob, timezone.now()) == []


def test_figures_say_what_they_are_not(alice: Client):
    assert "never a measure of competence" in body_of(alice.get("/skills/cards/figures/"))


def test_a_file_is_looked_at_taken_in_and_out_again(alice: Client, people: People):
    file = SimpleUploadedFile("words.csv", b"question,answer\nWhat is GRR?,<b>Gross</b>\n")
    page = alice.post("/skills/cards/files/", {"file": file, "deck": "Words"}, follow=True)
    url = page.redirect_chain[-1][0]
    assert "1 new, 0 here already" in body_of(page)
    assert "&lt;b&gt;Gross&lt;/b&gt;" in body_of(page)
    assert not OwnCard.objects.exists()
    assert "Imported: 1 new" in body_of(alice.post(f"{url}start/", follow=True))
    assert [card.text.question for card in list_cards(people.alice, deck="Words")] == [
        "What is GRR?"
    ]
    assert "1 card is out again" in body_of(alice.post(f"{url}undo/", follow=True))
    assert list_cards(people.alice, deck="Words") == []


@pytest.mark.parametrize(
    ("file", "words"),
    [(b"PK\x03\x04junk", "can be read"), (b"a,b\n", "names the columns"), (None, "no file")],
)
def test_a_file_that_is_none_is_told(alice: Client, file: bytes | None, words: str):
    data = {"file": SimpleUploadedFile("c.apkg", file)} if file else {}
    answer = alice.post("/skills/cards/files/", data)
    assert answer.status_code == 400
    assert words in body_of(answer)


def test_exports_are_files_of_the_person(alice: Client, people: People):
    create_card(people.alice, CardDraft("Mine", "=secret()", "a"))
    answer = alice.get("/skills/cards/files/export/csv/?only=own")
    assert "'=secret()" in body_of(answer)
    assert answer["Content-Disposition"].startswith("attachment")
    package = alice.get("/skills/cards/files/export/apkg/?deck=C11")
    assert package.content[:2] == b"PK"
    assert "secret" not in body_of(browser_of(people.bob).get("/skills/cards/files/export/csv/"))
    assert alice.get("/skills/cards/files/export/exe/").status_code == 404


def test_programs_study_by_the_same_rules(people: People):
    token = create_token(people.alice, "t", is_read_only=False)
    headers = {"Authorization": f"Bearer {token}"}
    client, here = Client(headers=headers), "/api/v1/skills/cards"

    def ask(verb: str, path: str, body: Any = None) -> Any:
        data = json.dumps(body) if body is not None else ""
        return client.generic(verb, here + path, data, content_type="application/json")

    made = ask("POST", "", {"deck": "Mine", "question": "q", "answer": "a"}).json()
    rated = ask("POST", f"/one/{made['id']}/ratings", {"rating": 4, "reps": 0}).json()
    assert (rated["state"], rated["reps"]) == ("review", 1)
    assert ask("POST", f"/one/{made['id']}/ratings", {"rating": 4, "reps": 0}).status_code == 409
    assert ask("POST", f"/one/{made['id']}/ratings", {"rating": 9}).status_code in {400, 422}
    assert ask("DELETE", "/last-rating").json()["card"]["state"] == "new"
    assert ask("DELETE", "/last-rating").json() == {"card": None}
    assert ask("GET", "?deck=Mine").json()["total"] == 1
    assert ask("GET", "/due?deck=C11").json()["new"] == 15
    assert "never a measure" in ask("GET", "/figures").json()["note"]
    # Ours may be studied and not rewritten.
    ours = "/one/c11-peeking"
    assert ask("PUT", ours, {"deck": "C11", "question": "q", "answer": "a"}).status_code == 404


def test_a_token_that_reads_rates_nothing(people: People):
    token = create_token(people.alice, "t", is_read_only=True)
    answer = Client().post(
        "/api/v1/skills/cards/one/c11-peeking/ratings",
        json.dumps({"rating": 3}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 403


@pytest.mark.django_db
def test_a_viewer_may_study(people: People):
    viewer = people.as_bob(Role.VIEWER)
    assert rate_card(viewer, "c11-peeking", 3, now=timezone.now()).reps == 1


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "1 min"), (1, "1 min"), (59, "59 min"), (60, "1 h"), (1_440, "1 day"),
     (2_880, "2 days"), (14 * 1_440, "2 weeks"), (70 * 1_440, "2 months"),
     (900 * 1_440, "2 years")],
)  # fmt: skip
def test_delays_in_words(minutes: int, words: str):
    assert say_delay(timedelta(minutes=minutes)) == words
