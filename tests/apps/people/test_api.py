"""What programs do with the book: everything that the pages can."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from pilothouse.apps.people.services.contacts import ContactDraft, create_contact
from pilothouse.apps.people.services.listing import Wanted, list_contacts
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.apps.workspace.services.links import ObjectRef, list_links
from pilothouse.apps.workspace.services.login import create_token
from tests.apps.people.api_rows import CALENDAR, TEXT
from tests.builders import make_product

MORE = "First Name,Last Name,Company,Position\nTom,Berg,Acme,Engineer\nAna,Ruiz,,\n"


@pytest.fixture
def call(people):
    """Ask the API for Alice; the answer's body."""
    secret = create_token(people.alice, "test", is_read_only=False)

    def ask(verb: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        answer = Client().generic(
            verb, f"/api/v1/people/{path}", b"" if body is None else _json(body),
            content_type="application/json", headers={"Authorization": f"Bearer {secret}"},
        )  # fmt: skip
        assert answer.status_code == status, answer.content
        is_json = answer["Content-Type"].startswith("application/json")
        return answer.json() if is_json else answer.content.decode()

    return ask


def _json(body: Any) -> bytes:
    import orjson

    return orjson.dumps(body)


def test_a_file_is_looked_at_taken_in_and_taken_out(call, people):
    looked = call("POST", "imports", {"name": "Connections.csv", "text": TEXT})
    assert (looked["state"], looked["would_be"]["new"]) == ("waiting", 1)
    assert looked["would_be"]["first_new"][0]["name"] == "Tom Berg"
    done = call("POST", f"imports/{looked['id']}/start", {"group": "Friends"})
    assert (done["state"], done["created"]) == ("done", 1)
    again = call("POST", "imports", {"name": "c.csv", "text": MORE})
    filled = again["would_be"]["first_filled"]
    assert filled == [{"name": "Tom Berg", "fields": {"role": "Engineer"}}]
    call("POST", f"imports/{again['id']}/start", {})
    assert list_contacts(people.alice, Wanted()).total == 2
    assert "ORG:Acme" in call("GET", "contacts.vcf?version=4.0&group=friends")
    undone = call("POST", f"imports/{again['id']}/undo")
    assert (undone["state"], undone["kept"]) == ("undone", 0)
    assert [line.role for line in list_contacts(people.alice, Wanted()).lines] == [""]
    call("DELETE", f"imports/{again['id']}")
    assert len(call("GET", "imports")["imports"]) == 1
    assert "neither" in call("POST", "imports", {"name": "x", "text": "a,b"}, status=400)[
        "error"]["message"]  # fmt: skip


def test_two_contacts_become_one_and_two_again(call, people):
    one = create_contact(people.alice, ContactDraft("Ana Ruiz", emails=("a@x.org",)))
    two = create_contact(people.alice, ContactDraft("Ruiz, Ana", emails=("a@x.org",)))
    assert call("GET", "duplicates")["total"] == 1
    merge = call("POST", "merges", {"kept": one.public_id, "gone": two.public_id})
    assert call("GET", "contacts")["total"] == 1
    assert call("POST", f"merges/{merge['id']}/undo")["undone"]
    assert call("GET", "contacts")["total"] == 2
    assert [each["undone"] for each in call("GET", "merges")["merges"]] == [True]


def test_an_event_is_planned_visited_and_changed(call, people):
    event = call("POST", "events", {"title": "Tank", "day": "2026-05-07", "at": "18:30",
                                    "zone": "Europe/Berlin", "rule": "FREQ=WEEKLY"})  # fmt: skip
    at = f"events/{event['id']}/times/2026-05-14T18:30:00"
    assert call("PUT", f"{at}/goals", {"goals": "Two people"})["goals"] == "Two people"
    met = call("POST", f"{at}/met", {"name": "Tom Berg", "text": "Prices"})
    assert met["follow_up_on"] == "2026-05-15"
    visit = call("PUT", f"{at}/visit", {"went": True, "learned": "Much"})
    assert (visit["went"], visit["met"]) == (True, 1)
    call("PUT", f"events/{event['id']}/times/2026-05-15T18:30:00/goals", {"goals": "g"}, status=404)
    changed = call("PUT", f"events/{event['id']}", {"title": "Tank 2", "day": "2026-05-07"})
    assert (changed["title"], changed["at"], changed["rule"]) == ("Tank 2", "", "")
    assert call("POST", "calendars", {"source": "a.ics", "text": CALENDAR})["created"] == 1
    assert call("GET", "calendars")["calendars"] == [{"source": "a.ics", "events": 1}]
    assert "SUMMARY:Tank 2" in call("GET", "calendar.ics")
    call("DELETE", f"events/{event['id']}")
    assert "Tank 2" not in call("GET", "calendar.ics")


def test_a_pitch_is_written_said_and_rewritten(call):
    pitch = call("POST", "pitches", {"audience": "a recruiter", "text": "I am", "seconds": 30})
    address = f"pitches/{pitch['public_id']}"
    assert call("POST", f"{address}/tries", {"seconds": 29})["tries"]["in_time"] == 1
    call("PUT", address, {"audience": "a recruiter", "text": "I was", "seconds": 30})
    assert [v["text"] for v in call("GET", address)["versions"]] == ["I was", "I am"]
    call("POST", f"{address}/tries", {"seconds": 0}, status=400)
    call("DELETE", address)
    assert call("GET", "pitches")["pitches"] == []


def test_a_post_is_planned_published_and_taken_back(call):
    post = call("POST", "posts", {"title": "A post", "text": "It was 31 %."})
    address = f"posts/{post['public_id']}"
    assert call("GET", address)["loose_numbers"] == ["31 %"]
    out = call("POST", f"{address}/published", {"url": "https://a.example", "on": None})
    assert (out["state"], out["address"]) == ("published", "https://a.example")
    assert call("PUT", f"{address}/state", {"state": "draft"})["published_on"] is None
    call("PUT", f"{address}/state", {"state": "published"}, status=400)
    assert call("PUT", address, {"title": "Another", "kind": "talk"})["kind"] == "talk"
    call("DELETE", address)
    assert call("GET", "posts")["posts"] == []


def test_the_log_is_written_and_corrected(call, people):
    eve = create_contact(people.alice, ContactDraft("Eve Okafor", relation="alumni"))
    tom = create_contact(people.alice, ContactDraft("Tom Berg", cadence_days=30))
    asked = call("POST", f"contacts/{tom.public_id}/favours", {
        "text": "To meet Eve", "direction": "received", "kind": "introduction", "state": "asked",
        "about": "eve okafor", "at": "Harbour Pay",
    })  # fmt: skip
    assert (asked["about_id"], asked["company"]) == (eve.public_id, "Harbour Pay")
    unknown = {"text": "x", "about": "Nobody here"}
    call("POST", f"contacts/{tom.public_id}/favours", unknown, status=400)
    address = f"favours/{asked['public_id']}"
    assert call("PUT", f"{address}/state", {"state": "done"})["state"] == "done"
    assert [f["text"] for f in call("GET", "favours?unthanked=true")["favours"]] == ["To meet Eve"]
    balance = call("GET", "balance")
    assert (balance["in_all"]["net"], balance["uneven"][0]["name"]) == (-1, "Tom Berg")
    call("POST", f"{address}/thanks")
    assert call("DELETE", f"{address}/thanks")["thanked_on"] is None
    talk = call("POST", f"contacts/{tom.public_id}/talks", {"text": "hi", "follow_up": "Send it"})
    call("PUT", f"talks/{talk['public_id']}/follow-up", {"done": True})
    assert call("GET", "next")["follow_ups"] == []
    call("DELETE", f"talks/{talk['public_id']}")
    assert call("GET", f"contacts/{tom.public_id}/talks")["talks"] == []
    assert [p["name"] for p in call("GET", "former")["people"]] == ["Eve Okafor"]
    call("DELETE", address)
    assert call("GET", "balance")["uneven"] == []


def test_cadences_and_reminders(call, people):
    create_contact(people.alice, ContactDraft("Tom Berg", groups=("Mentors",)))
    assert call("PUT", "groups", {"group": "mentors", "days": 30})["days"] == 30
    assert [(g["people"], g["days"]) for g in call("GET", "groups")["groups"]] == [(1, 30)]
    (tom,) = call("GET", "contacts")["contacts"]
    assert tom["standing"] == "fine"
    put = call("PUT", f"contacts/{tom['id']}/reminder", {"until": "2999-01-01"}, status=400)
    assert "comes" in put["error"]["message"]
    assert call("PUT", "habits", {"zone": "Europe/Berlin", "stale_days": 90})["stale_days"] == 90
    assert call("GET", "habits")["zone"] == "Europe/Berlin"


def test_links_of_a_contact_are_its_owners_alone(call, people):
    product = make_product(people.alice, "Beacon")
    ana = create_contact(people.alice, ContactDraft("Ana Ruiz"))
    links = f"contacts/{ana.public_id}/links"
    acts = len(list_acts(people.alice, limit=100))
    made = call("POST", links, {"target": f"product:{product.public_id}"})
    assert (made["kind"], made["title"], made["outside"]) == ("product", "Beacon", False)
    assert call("GET", links)["links"] == [made]
    call("POST", links, {"target": "Beacon"}, status=409)
    call("POST", links, {"target": "javascript:alert(1)"}, status=404)
    call("DELETE", f"{links}/{made['id']}")
    assert call("GET", links)["links"] == []
    call("POST", f"{links}/{made['id']}/restore")
    assert call("GET", f"contacts?linked=product:{product.public_id}")["total"] == 1
    eve = create_contact(people.alice, ContactDraft("Eve"))
    call("DELETE", f"contacts/{eve.public_id}/links/{made['id']}", status=404)
    # Nobody else sees the link, at the product neither, and the ledger does not tell of it.
    assert list_links(people.bob, ObjectRef("product", product.public_id)) == []
    assert len(list_acts(people.alice, limit=100)) == acts + 1


def test_all_of_a_filter_are_put_into_a_group_and_out_again(call, people):
    for name in ("Ana", "Bo"):
        create_contact(people.alice, ContactDraft(name, company="Acme"))
    look = call("GET", "groupings/look?into=Friends&q=acme")
    assert look == {"group": "Friends", "found": 2, "already": 0, "full": 0, "new": 2}
    body = {"into": "Friends", "filter": {"q": "acme"}, "expected": 2}
    call("POST", "groupings", {**body, "expected": 1}, status=409)
    call("POST", "groupings", {**body, "filter": {"zone": "x"}}, status=400)
    made = call("POST", "groupings", body)
    assert (made["people"], made["new"], made["undone"]) == (2, 2, False)
    assert call("GET", "contacts?group=friends")["total"] == 2
    assert call("POST", f"groupings/{made['id']}/undo")["taken_out"] == 2
    assert [each["undone"] for each in call("GET", "groupings")["groupings"]] == [True]
    assert call("GET", "contacts?group=friends")["total"] == 0
