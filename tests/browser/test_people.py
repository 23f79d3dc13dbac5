"""People in a browser: every page sound, and the way from a file to a referral."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from pilothouse.apps.people.services.companies import CompanyDraft, create_company
from pilothouse.apps.people.services.contacts import ContactDraft, create_contact
from pilothouse.apps.people.services.events import EventDraft, create_event, meet
from pilothouse.apps.people.services.favours import FavourDraft, write_favour
from pilothouse.apps.people.services.imports import receive_contacts
from pilothouse.apps.people.services.outreach import OutreachDraft, begin_outreach
from pilothouse.apps.people.services.pitches import PitchDraft, add_try, create_pitch
from pilothouse.apps.people.services.posts import PostDraft, create_post
from pilothouse.apps.people.services.rhythms import set_rhythm
from pilothouse.apps.people.services.talks import TalkDraft, log_talk
from pilothouse.apps.workspace.services.ledger import list_acts, record_act
from tests.browser.living import live_in, log_in
from tests.browser.pages import OpenPage, check_page
from tests.builders import People, make_people, make_product

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FILE = b"""Notes:
"An export."

First Name,Last Name,URL,Email Address,Company,Position,Connected On
Ana,Ruiz,https://www.linkedin.com/in/ana,ana@example.org,Northwind GmbH,Head of Product,01 Jan 2023
Tom,Berg,https://www.linkedin.com/in/tom,,Southwind,Engineer,07 Feb 2022
"""


@pytest.fixture
def people(transactional_db: None, tmp_path: Path) -> Iterator[People]:
    with live_in(tmp_path):
        yield make_people()


def fill(people: People) -> list[str]:
    """One of everything; the pages to look at."""
    alice = people.alice
    product = make_product(alice)
    record_act(alice, "decision.decided", "decision", "d", {"name": "Tiers"}, product=product)
    draft = ContactDraft(
        "Ana Ruiz", role="Head of Product", company="Northwind", topics=("pricing",),
        groups=("Mentors",), emails=("ana@example.org",), power=4, interest=4, tie=2, notes="Hi",
    )  # fmt: skip
    ana = create_contact(alice, draft)
    create_contact(alice, ContactDraft("Ruiz, Ana", company="Northwind"))
    set_rhythm(alice, "Mentors", 7)
    log_talk(alice, ana.public_id, TalkDraft("Hello", on=date(2026, 1, 5), follow_up="Send it"))
    write_favour(alice, ana.public_id, FavourDraft("A referral", "received", "referral"))
    write_favour(alice, ana.public_id, FavourDraft("An intro", "received", state="asked"))
    message = begin_outreach(alice, ana.public_id, OutreachDraft())
    company = create_company(alice, CompanyDraft("Northwind Labs", is_target=True, why="w"))
    event = create_event(
        alice, EventDraft("ProductTank", date(2026, 5, 7), "18:30", rule="FREQ=WEEKLY")
    )
    meet(alice, event.public_id, "2026-05-07T18:30:00", name="Tom Berg", text="Hello")
    pitch = create_pitch(alice, PitchDraft("a recruiter", "I am"))
    add_try(alice, pitch.public_id, 50)
    post = create_post(alice, PostDraft("A post", text="It was 31 %."))
    row = receive_contacts(alice, "Connections.csv", [FILE], now=timezone.now())
    return [
        "/people/", ana.url, f"{ana.url}edit/", f"{ana.url}write/", message.url, "/people/next/",
        "/people/ask/?about=pricing&company=northwind", "/people/grid/", "/people/companies/",
        company.url, "/people/events/", event.page_url, "/people/pitches/", pitch.url,
        "/people/posts/", post.url, "/people/habits/", "/people/files/",
        f"/people/files/{row.public_id}/", "/people/duplicates/", "/people/contacts/new/",
        f"/p/{product.public_id}/today/",
    ]  # fmt: skip


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_pages_are_sound(open_page: OpenPage, live_server: Any, people, theme: str, width: int):
    urls = fill(people)
    cookies = log_in(people.alice, live_server.url)
    page = open_page(live_server.url + urls[0], theme=theme, width=width, cookies=cookies)
    for url in urls:
        # Today compiles what it counts with when it is asked for the first time.
        page.goto(live_server.url + url, timeout=60_000)
        check_page(page)


def test_the_first_pages_teach(open_page: OpenPage, live_server: Any, people):
    make_product(people.alice)
    cookies = log_in(people.alice, live_server.url)
    page = open_page(f"{live_server.url}/people/", cookies=cookies)
    check_page(page)
    page.get_by_role("link", name="Import LinkedIn, Google or vCard").click()
    page.get_by_role("heading", name="Files of contacts").wait_for()


def test_from_a_file_to_a_referral(open_page: OpenPage, live_server: Any, people, tmp_path: Path):
    """Import, find a tie at a target, offer one's own work, log the talk, get a referral, thank."""
    alice = people.alice
    product = make_product(alice)
    record_act(alice, "decision.decided", "decision", "d", {"name": "Which tier first"},
               product=product)  # fmt: skip
    file = tmp_path / "Connections.csv"
    file.write_bytes(FILE)
    cookies = log_in(alice, live_server.url)
    page = open_page(f"{live_server.url}/people/files/", cookies=cookies)
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_text("2 new").wait_for()
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_text("Imported: 2 new").wait_for()

    page.goto(f"{live_server.url}/people/companies/")
    page.get_by_label("Name", exact=True).last.fill("Northwind Technologies")
    page.get_by_label("I would like to work there").check()
    page.get_by_label("Why").fill("I took their sign-up apart")
    page.get_by_role("button", name="Add").click()
    page.get_by_role("heading", name="Who you know there").wait_for()
    assert page.get_by_text("strong", exact=True).is_visible()
    page.get_by_role("link", name="Ana Ruiz").click()

    page.get_by_role("link", name="Write to Ana").click()
    page.get_by_label("Which tier first").check()
    page.get_by_role("button", name="Begin").click()
    page.get_by_text("A gap is not filled in").wait_for()
    page.get_by_role("textbox", name="Message").fill(
        "Hello Ana, as head of product at Northwind you may have met this question. I wrote down "
        "what we weighed and chose: Which tier first. Take from it what is of use to your team. "
        "What did you choose?"
    )
    page.get_by_role("button", name="Save and check").click()
    page.get_by_text("It names something of theirs").wait_for()
    assert page.get_by_text("fails", exact=True).count() == 0
    check_page(page)
    page.get_by_role("button", name="I sent it").click()
    page.get_by_role("button", name="An answer came").click()
    page.get_by_role("link", name="Ana Ruiz").click()

    page.get_by_label("What was said").fill("She would put my name forward")
    page.get_by_text("What you learned, and what follows").click()
    page.get_by_label("What you will do").fill("Send the case study")
    page.get_by_role("button", name="Write it down").first.click()
    page.get_by_text("Send the case study").first.wait_for()
    page.get_by_text("Write down what was asked or done").click()
    page.get_by_label("Who for whom").select_option("received")
    page.get_by_label("What kind").select_option("referral")
    page.get_by_label("What", exact=True).fill("Referred me for the growth team")
    page.get_by_role("button", name="Write it down").last.click()
    page.get_by_role("button", name="Thanked for: Referred me for the growth team").click()
    page.get_by_text("You thanked Ana Ruiz.").wait_for()
    check_page(page)
    kinds = {act.kind for act in list_acts(alice, limit=50)}
    assert {"value.offered", "talk.logged", "favour.received", "thanks.said",
            "outreach.answered", "target.chosen"} <= kinds  # fmt: skip


def test_the_clock_of_a_pitch_writes_the_seconds(open_page: OpenPage, live_server: Any, people):
    pitch = create_pitch(people.alice, PitchDraft("a recruiter", "I am", 30))
    cookies = log_in(people.alice, live_server.url)
    page = open_page(live_server.url + pitch.url, cookies=cookies)
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="Stop").click()
    assert int(page.get_by_label("It took, in seconds").input_value()) >= 1
    page.get_by_role("button", name="Write it down").click()
    page.get_by_text("Said 1 time").wait_for()
