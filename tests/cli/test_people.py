"""``pilothouse people``: the whole book from a terminal, with answers for programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pilothouse.apps.people.services.posts import PostDraft, create_post, publish_post
from pilothouse.cli.people import group
from tests.builders import make_people, make_product

FILE = "First Name,Last Name,Company,Position\nTom,Berg,Acme,Engineer\nAna,Ruiz,Northwind,\n"


def run(*words: object) -> Any:
    return CliRunner().invoke(group, [*map(str, words)])


def ask(*words: object) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def alice(transactional_db: None) -> Any:
    return make_people().alice


@pytest.mark.usefixtures("alice")
def test_contacts_are_written_changed_and_taken_out():
    made = ask("add", "Ana Ruiz", "--company", "Northwind", "--topic", "pricing", "--group", "M",
               "--cadence", 30, "--meet", "Leads pricing")  # fmt: skip
    assert (made["company"], made["target"], made["topics"]) == ("Northwind", True, ["pricing"])
    changed = ask("change", "ana ruiz", "--power", 4, "--interest", 5, "--topic", "churn")
    assert (changed["power"], changed["topics"], changed["cadence_days"]) == (4, ["churn"], 30)
    assert [p["name"] for p in ask("grid")["cells"][1]["people"]] == ["Ana Ruiz"]
    assert ask("groups", "m", 14)["groups"][0]["days"] == 14
    assert "comes" in run("put-off", "Ana Ruiz", "2000-01-01").output
    assert ask("company", "Northwind GmbH", "--why", "Their onboarding")["target"]
    assert [c["known"] for c in ask("companies", "--targets")["companies"]] == [1]
    ask("remove", "Ana Ruiz")
    assert ask("list")["total"] == 0
    ask("remove", made["id"], "--back")
    assert "Ana Ruiz" in run("show", made["id"]).output
    assert "There are: nobody" in run("show", "Zoë").output


@pytest.mark.usefixtures("alice")
def test_files_come_in_and_go_out_and_twins_become_one(tmp_path: Path):
    file = tmp_path / "c.csv"
    file.write_text(FILE, "utf-8")
    assert ask("import", file, "--dry-run")["new"] == 2
    made = ask("import", file, "--group", "LinkedIn")
    ask("add", "Eve Park", "--company", "Acme")
    ask("add", "Park, Eve", "--company", "Acme")
    pair = ask("duplicates")["pairs"][0]
    merge = ask("merge", pair["first"]["id"], pair["second"]["id"])
    assert ask("list")["total"] == 3
    assert ask("unmerge", merge["id"])["undone"]
    assert ask("duplicates", "--merge-certain")["merged"] == 0
    target = tmp_path / "a.vcf"
    ask("export", target, "--group", "linkedin")
    assert target.read_text("utf-8").count("BEGIN:VCARD") == 2
    undone = ask("imports", "--undo", made["import"])
    assert (undone["kept"], undone["imports"][0]["state"]) == (0, "undone")
    assert ask("list")["total"] == 2


@pytest.mark.usefixtures("alice")
def test_favours_are_asked_done_and_thanked_for():
    ask("add", "Tom Berg", "--relation", "former-colleague")
    ask("add", "Eve Okafor")
    made = ask("favour", "Tom Berg", "To meet Eve", "--received", "--asked", "--kind",
               "introduction", "--about", "Eve Okafor", "--at", "Harbour Pay")  # fmt: skip
    assert (made["about"], made["company"], made["state"]) == ("Eve Okafor", "Harbour Pay", "asked")
    ask("favour-state", made["public_id"], "done")
    assert len(ask("favours", "--unthanked")["favours"]) == 1
    assert ask("balance")["uneven"][0]["net"] == -1
    assert ask("thank", made["public_id"])["thanked_on"]
    assert ask("favours", "--unthanked")["favours"] == []
    assert [p["name"] for p in ask("former")["people"]] == ["Tom Berg"]
    ask("talk", "Tom Berg", "He moves on", "--promise", "Send the deck")
    (promise,) = ask("next")["follow_ups"]
    ask("done", promise["talk_id"])
    assert ask("next")["follow_ups"] == []
    assert "one of" in run("favour", "Tom Berg", "x", "--kind", "bribe").output


def test_a_message_is_begun_from_work_and_called_sent(alice: Any, tmp_path: Path):
    post = create_post(alice, PostDraft("A teardown"))
    publish_post(alice, post.public_id, url="https://a.example")
    ask("add", "Ana Ruiz", "--topic", "pricing")
    key = ask("offers", "teardown")["offers"][0]["key"]
    begun = ask("write", "Ana Ruiz", "--offer", key)
    assert {check["key"]: check["outcome"] for check in begun["checks"]}["blanks"] == "fails"
    text = tmp_path / "t.txt"
    text.write_text("Ana, your pricing talk made me look again. What would you change?", "utf-8")
    message = ask("write", "Ana Ruiz", "--offer", key, "--text", text)
    assert ask("sent", message["id"])["state"] == "sent"
    assert ask("sent", message["id"], "--answered")["state"] == "answered"


@pytest.mark.usefixtures("alice")
def test_events_are_entered_and_visited(tmp_path: Path):
    ask("event", "ProductTank", "2024-05-07", "--at", "18:30", "--rule", "FREQ=DAILY")
    met = ask("met", "producttank", "Tom Berg", "--text", "Prices", "--on", "2024-05-08")
    assert met["follow_up_on"] == "2024-05-09"
    assert ask("been", "ProductTank", "--on", "2024-05-08", "--learned", "Much")["went"]
    assert "there are: ProductTank" in run("met", "Elsewhere", "Tom").output
    target = tmp_path / "a.ics"
    ask("calendar", target)
    assert b"SUMMARY:ProductTank" in target.read_bytes()
    assert len(ask("events", "--days", 3)["meetings"]) >= 3


@pytest.mark.usefixtures("alice")
def test_pitches_and_posts(tmp_path: Path):
    pitch = ask("pitch", "a recruiter", "I am", "--seconds", 30)
    assert ask("try", pitch["public_id"], 29)["tries"]["in_time"] == 1
    again = ask("pitch", "a recruiter", "I was", "--seconds", 30, "--change", pitch["public_id"])
    assert again["version"] == 2
    assert len(ask("pitches")["pitches"]) == 1
    draft = tmp_path / "d.md"
    draft.write_text("It was 31 %.", "utf-8")
    post = ask("post", "A post", "--text", draft, "--kind", "talk")
    assert post["loose_numbers"] == ["31 %"]
    assert ask("published", post["public_id"], "https://a.example")["state"] == "published"
    assert ask("published", post["public_id"], "--state", "dropped")["state"] == "dropped"
    assert "10 to 600" in run("pitch", "x", "y", "--seconds", 5).output


def test_a_contact_is_linked_with_things_and_addresses(alice: Any):
    product = make_product(alice, "Beacon")
    ask("add", "Ana Ruiz")
    assert run("links", "Ana Ruiz").output == "Linked with nothing.\n"
    made = ask("link", "Ana Ruiz", "Beacon")
    assert (made["kind"], made["title"], made["words"]) == ("product", "Beacon", "relates to")
    assert "linked already" in run("link", "Ana Ruiz", f"product:{product.public_id}").output
    assert "nothing is called that" in run("link", "Ana Ruiz", "Zanzibar").output
    assert "no such thing here" in run("link", "Ana Ruiz", "product:222222222222").output
    assert "a relation is one of" in run("link", "Ana Ruiz", "https://a.example", "--relation",
                                         "likes").output  # fmt: skip
    run("link", "Ana Ruiz", "https://a.example/talk", "--title", "Her talk")
    assert "Her talk (https://a.example/talk)" in run("links", "Ana Ruiz").output
    assert ask("list", "--linked", f"product:{product.public_id}")["total"] == 1
    assert "--back" in run("unlink", "Ana Ruiz", made["id"]).output
    assert [each["title"] for each in ask("links", "Ana Ruiz")["links"]] == ["Her talk"]
    assert "Linked again" in run("unlink", "Ana Ruiz", made["id"], "--back").output
    assert len(ask("links", "Ana Ruiz")["links"]) == 2
    ask("add", "Tom Berg")
    assert "no such link" in run("unlink", "Tom Berg", made["id"]).output


@pytest.mark.usefixtures("alice")
def test_all_of_a_filter_are_put_into_a_group():
    for name in ("Ana Ruiz", "Tom Berg", "Eve Park"):
        ask("add", name, "--company", "Acme", *(["--group", "Mentors"] if name[0] == "E" else []))
    words = ("put-in-group", "Mentors", "--words", "acme")
    look = ask(*words)
    assert (look["found"], look["already"], look["new"], look["done"]) == (3, 1, 2, False)
    assert "add: --yes 3" in run(*words).output
    assert ask("list", "--group", "Mentors")["total"] == 1
    assert "shows 3 now" in run(*words, "--yes", 2).output
    assert run("undo-group").output == "Nobody was put into a group at once.\n"
    made = ask(*words, "--yes", 3)
    assert (made["people"], made["done"]) == (2, True)
    assert ask("list", "--group", "Mentors")["total"] == 3
    assert "2  Mentors" in run("undo-group").output
    assert "2 are out of Mentors again" in run("undo-group", made["id"]).output
    assert "undone already" in run("undo-group", made["id"]).output
    assert ask("undo-group")["groupings"][0]["undone"]
    assert "in your book" in run("undo-group", "222222222222").output
