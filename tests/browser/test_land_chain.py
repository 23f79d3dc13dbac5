"""The way from a file of contacts to the outcome of an interview, in one browser, by its pages.

Contacts come in -> a company becomes a target, a tie is found there -> a posting of theirs is saved
-> one's own work is offered, the talk logged, a referral asked, given and thanked for -> a resume
in which the bare number stops the build until an act is behind it -> a version for the posting ->
an application with that version to the byte -> a story whose numbers stand in acts, told in
practice, scored by oneself and by the rules -> the interview, its debrief, the offer -> the path.
The work that all of it speaks of was done before: ``test_become_chain`` walks that part.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import expect
from pypdf import PdfReader
from pytest_django.live_server_helper import LiveServer

from pilothouse.apps.jobs.services.interview_examples import load_examples
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import list_acts, record_act, verify_ledger
from pilothouse.apps.workspace.services.local import list_owner_accesses, make_local_login
from pilothouse.apps.workspace.services.members import found_workspace
from tests.browser import ways
from tests.browser.living import live_in, work
from tests.browser.pages import WITHIN_MS, OpenPage
from tests.builders import make_product

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOW = datetime(2026, 11, 25, 9, tzinfo=timezone.utc)
TRADE = "Shorter form or better words?"
CONTACTS = b"""Notes:
"When exporting your connection data, you may notice that some addresses are missing."

First Name,Last Name,URL,Email Address,Company,Position,Connected On
Ana,Ruiz,https://www.linkedin.com/in/ana,ana@example.org,Northwind GmbH,Head of Product,01 Jan 2023
Tom,Berg,https://www.linkedin.com/in/tom,,Southwind,Engineer,07 Feb 2022
"Zo\xc3\xab, PhD",\xc3\x87elik,https://www.linkedin.com/in/zoe,,"Harbour, Pay & Co",QA,13 Mar 2021
"""
POSTING = """Product manager, growth
You own the sign-up form of our shop from end to end.
Run experiments, read the funnel, and say no to what does not help. Run experiments every week.
3+ years as a product manager. Kubernetes is a plus; our platform runs on Kubernetes."""
LETTER = (
    "Hello Ana, as head of product at Northwind you may have met this question. I wrote down what "
    f"we weighed and chose: {TRADE} Take from it what is of use to your team. What did you choose?"
)
RESUME = {
    "basics": {"name": "Ada Example", "label": "Product manager", "email": "ada@example.org",
               "phone": "+44 20 7946 0000"},
    "work": [{"name": "Harbour", "position": "Product manager", "startDate": "2022-03",
              "highlights": ["31 of 48 finished the form.", "Ran experiments every week.",
                             "Wrote notes."]}],
}  # fmt: skip
ANSWER = next(each.text for each in load_examples() if each.key == "said-no-strong")
STORY = {
    "Situation": "Many of those who began our form gave up, and the director wanted a new text.",
    "Task": "The form was mine, and so was the answer to the director.",
    "Action": "I said no to the text, explained why, and cut the form.",
    "Result": "Of 48 who began the form 31 finished.",
    "Reflection": "I would show the director the funnel a week earlier.",
}


@dataclass
class Way(ways.Way):
    """A way with the posting and the application, and the version that was sent."""

    posting: str = ""
    application: str = ""
    pdf: bytes = b""


@pytest.fixture
def way(tmp_path: Path, live_server: LiveServer, open_page: OpenPage) -> Iterator[Way]:
    """A workspace of one person with a product and what was done there, and the login link."""
    with live_in(tmp_path / "data"), time_machine.travel(NOW, tick=True):
        _work_before(found_workspace("My workspace", "Ada", "owner@localhost"))
        _, token = make_local_login()
        with work():
            page = open_page("about:blank")
            # The login leads to Today, whose first look at a product compiles what it counts with.
            page.set_default_timeout(60_000)
            page.goto(f"{live_server.url}/login/{token}/")
            page.set_default_timeout(WITHIN_MS)
            way = Way(page, live_server.url, tmp_path)
            yield way
            way.shoot("last")


def _work_before(access: Access) -> None:
    """A decision, and a metric read after it: 31 of 48 finished."""
    product = make_product(access)
    record_act(access, "decision.decided", "decision", "d", {"name": TRADE}, product=product)
    read = {"name": "Finished the form", "value": 0.6458, "n": 48, "hits": 31}
    record_act(access, "reading.taken", "metric", "m", read, product=product)


def test_from_a_file_of_contacts_to_the_outcome(way: Way) -> None:
    _bring_contacts(way)
    _choose_target(way)
    _save_posting(way)
    _offer_value(way)
    _talk(way)
    _get_referral(way)
    _write_resume(way)
    _tailor(way)
    _apply(way)
    _prepare(way)
    _tell_a_story(way)
    _practise(way)
    _record_outcome(way)
    _see_path_move(way)
    _look_into_the_ledger()


def _bring_contacts(way: Way) -> None:
    """LinkedIn's file, seen before it is stored: three people, each with their company."""
    page = way.page
    way.click("People")
    way.look("book-empty")
    way.click("Import LinkedIn, Google or vCard")
    way.look("files-empty")
    file = way.folder / "Connections.csv"
    file.write_bytes(CONTACTS)
    page.get_by_label("File", exact=True).set_input_files(file)
    way.click("Look at it", role="button")
    expect(page.get_by_text("3 new")).to_be_visible()
    way.look("file-preview")
    way.click("Import", role="button")
    expect(page.get_by_text("Imported: 3 new")).to_be_visible()
    way.look("file-done")
    way.click("See the contacts")
    expect(page.get_by_role("row", name=re.compile("Çelik"))).to_contain_text("Harbour, Pay & Co")
    way.look("book")


def _choose_target(way: Way) -> None:
    """Where one would like to be, with the reason; the tie there is found at once."""
    page = way.page
    way.click("Companies")
    way.look("companies")
    way.click("Northwind GmbH")
    page.get_by_label("I would like to work there").check()
    page.get_by_label("Why").fill("I took their sign-up apart.")
    way.click("Save", role="button")
    expect(page.get_by_role("row", name=re.compile("Ana Ruiz"))).to_contain_text("exact")
    expect(page.get_by_text("No posting of theirs is saved yet.")).to_be_visible()
    way.look("company")


def _save_posting(way: Way) -> None:
    """A posting of theirs, from their page; it says who is known there."""
    page = way.page
    way.click("Save a posting of theirs")
    expect(page.get_by_label("Company")).to_have_value("Northwind GmbH")
    way.look("posting-new")
    page.get_by_label("The text of the posting").fill(POSTING)
    way.click("Save", role="button")
    expect(page.get_by_role("link", name="Northwind GmbH in your book")).to_be_visible()
    expect(page.get_by_text("you have none yet")).to_be_visible()
    way.look("posting")
    way.posting = page.url


def _offer_value(way: Way) -> None:
    """One message to one person, from work of one's own; a gap in it is named first."""
    page = way.page
    way.click("Ana Ruiz")
    way.look("contact")
    way.click("Write to Ana")
    way.look("message-new")
    page.get_by_label(TRADE).check()
    way.click("Begin", role="button")
    expect(page.get_by_text("A gap is not filled in")).to_be_visible()
    way.look("message-begun")
    page.get_by_role("textbox", name="Message").fill(LETTER)
    way.click("Save and check", role="button")
    expect(page.get_by_text("It names something of theirs")).to_be_visible()
    expect(page.get_by_text("fails", exact=True)).to_have_count(0)
    way.look("message-checked")
    way.click("I sent it", role="button")
    way.click("An answer came", role="button")
    way.look("message-answered")


def _talk(way: Way) -> None:
    """What was said, and what was promised; Today asks for it until it is done."""
    page = way.page
    way.click("Ana Ruiz")
    page.get_by_label("What was said").fill("They look for somebody who owns the sign-up.")
    page.get_by_text("What you learned, and what follows").click()
    page.get_by_label("What you will do").fill("Send her the reading of the form")
    page.get_by_role("button", name="Write it down").first.click()
    expect(page.get_by_text("by 26 Nov")).to_be_visible()
    way.look("contact-talked")
    way.click("Next")
    expect(page.get_by_text("Send her the reading of the form")).to_be_visible()
    way.look("next")
    way.click("Done with Ana Ruiz: Send her the reading of the form", role="button")
    way.click("Contacts")
    way.click("Ana Ruiz")


def _get_referral(way: Way) -> None:
    """Asked, given, thanked for: three acts, and none of them is lost from the balance."""
    page = way.page
    page.get_by_text("Write down what was asked or done").click()
    page.get_by_label("Who for whom").select_option("received")
    page.get_by_label("What kind").select_option("referral")
    page.get_by_label("Where it stands").select_option("asked")
    page.get_by_label("What", exact=True).fill("Put my name forward for the growth team")
    page.get_by_role("button", name="Write it down").last.click()
    expect(page.get_by_text("1 asked of them")).to_be_visible()
    way.click("Done: Put my name forward for the growth team", role="button")
    expect(page.get_by_text("1 not thanked for")).to_be_visible()
    way.click("Thanked for: Put my name forward for the growth team", role="button")
    expect(page.get_by_text("thanked", exact=True)).to_be_visible()
    way.look("contact-thanked")


def _write_resume(way: Way) -> None:
    """The resume one has comes in; its bare number is named, and rests on an act afterwards."""
    page = way.page
    page.goto(way.posting)
    way.click("Begin one")
    way.look("resume-new")
    page.get_by_text("Or paste its text").click()
    page.get_by_label("Text of the file").fill(json.dumps(RESUME))
    page.locator("#import_name").fill("Growth")
    way.click("Import", role="button")
    expect(page.get_by_text("nothing is linked to its 31")).to_be_visible()
    way.look("resume-refused")
    page.get_by_text("Product manager, Harbour").click()
    bullets = page.get_by_label("What you did")
    bullets.click()
    bullets.press("Control+Home")
    page.get_by_role("searchbox", name="Look for evidence").fill("Finished the form")
    item = page.locator("#resume-evidence li")
    expect(item).to_have_count(1)
    item.get_by_role("button", name="Insert").click()
    expect(page.locator("#resume-preview")).to_contain_text("It builds")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text("Saved: state 2")).to_be_visible()
    way.look("resume-text")


def _tailor(way: Way) -> None:
    """From the posting: its words beside the bullets; none is invented; read back from the PDF."""
    page = way.page
    page.goto(way.posting)
    way.click("Tailor Growth")
    way.look("tailor-new")
    way.click("Begin the version", role="button")
    missing = page.locator("[data-found=missing]")
    expect(missing.filter(has_text="Kubernetes").first).to_be_visible()
    page.get_by_role("checkbox", name="Wrote notes.").uncheck()
    way.look("tailor")
    way.click("Save and build", role="button")
    way.look("build")
    way.click("Build", role="button")
    expect(page.get_by_text("come back once, in order, word for word")).to_be_visible()
    way.look("version")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="PDF").first.click()
    way.pdf = Path(waiting.value.path()).read_bytes()
    text = PdfReader(io.BytesIO(way.pdf)).pages[0].extract_text()
    assert "31 of 48 finished the form." in text
    assert "Wrote notes." not in text
    assert "Kubernetes" not in text
    assert "{act" not in text


def _apply(way: Way) -> None:
    """An application by referral, with the version that was built, to the byte."""
    page = way.page
    way.click("Product manager, growth")
    expect(page.get_by_text("built 1 time")).to_be_visible()
    way.look("posting-with-resume")
    way.click("Begin an application")
    expect(page.get_by_label("Company")).to_have_value("Northwind GmbH")
    page.get_by_label("Found at").select_option("referral")
    way.look("application-new")
    way.click("Begin", role="button")
    way.application = page.url
    page.goto(f"{way.application}?part=people")
    way.click("Ana Ruiz referred me", role="button")
    way.look("application-people")
    way.click("Timeline")
    expect(page.get_by_label("Who referred you")).to_have_value("Ana Ruiz")
    way.click("Sent")
    page.get_by_label("Version built here").select_option(index=1)
    way.click("Keep", role="button")
    way.look("application-sent")
    way.click("Timeline")
    expect(page.get_by_text("Resume sent")).to_be_visible()
    expect(page.get_by_text(f"SHA-256 {hashlib.sha256(way.pdf).hexdigest()[:16]}")).to_be_visible()
    page.locator("#move-stage").select_option("applied")
    way.click("Move", role="button")
    page.locator("#next_action").fill("Ask Ana whether it arrived")
    page.locator("#next_on").fill("2026-12-02")
    way.click("Save", role="button")
    expect(page.get_by_text("Next: Ask Ana whether it arrived")).to_be_visible()
    way.look("application")
    with page.expect_download() as waiting:
        page.locator(".job-timeline").get_by_role("link", name=re.compile("Growth|growth")).click()
    assert Path(waiting.value.path()).read_bytes() == way.pdf
    way.click("Applications")
    way.look("board")


def _prepare(way: Way) -> None:
    """A sheet for the company: what its posting makes likely, and who is known there."""
    page = way.page
    page.goto(way.application)
    way.click("Interviews and offer")
    way.click("Prepare")
    expect(page.get_by_label("Company")).to_have_value("Northwind GmbH")
    page.locator("#held_on").fill("2026-11-26")
    way.look("sheet-new")
    way.click("Save", role="button")
    expect(page.locator(".interview-likely li").first).to_be_visible()
    expect(page.get_by_text("Ana Ruiz").first).to_be_visible()
    way.look("sheet")


def _tell_a_story(way: Way) -> None:
    """Its numbers stand in none of the acts, until the reading is chosen."""
    page = way.page
    way.click("Stories")
    way.look("stories-empty")
    way.click("Write the first one")
    page.locator("#title").fill("No to the new text")
    for label, text in STORY.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_text("What it shows, and for which questions").click()
    page.get_by_label(re.compile("^C06")).check()
    page.get_by_label(re.compile("^C14")).check()
    way.look("story-new")
    way.click("Save", role="button")
    expect(page.get_by_text("31 stands in none of the acts chosen").first).to_be_visible()
    way.look("story-unsupported")
    way.click("Choose acts")
    page.get_by_role("searchbox", name="Words").fill("Finished the form")
    way.click("Find", role="button")
    page.get_by_role("checkbox", name=re.compile("Take act")).first.check()
    way.look("story-acts")
    way.click("Take the marked acts", role="button")
    way.click("Save and check", role="button")
    expect(page.get_by_text("The story is whole.")).to_be_visible()
    way.look("story")


def _practise(way: Way) -> None:
    """From the story to a question that it answers; one's own score first, then the rules."""
    page = way.page
    asked = "Tell me about a time when you said no to somebody important."
    way.click(asked)
    page.get_by_text("Stories of yours that fit").click()
    expect(page.get_by_role("link", name="No to the new text")).to_be_visible()
    page.get_by_label("Your answer").fill(ANSWER)
    way.look("question")
    way.click("Done, score it myself", role="button")
    way.look("score")
    for group in page.get_by_role("group").all():
        radios = group.get_by_role("radio")
        if radios.count() == 5:
            radios.nth(2).check()
    way.click("Keep my score and show the rules", role="button")
    expect(page.get_by_text("What a strong answer holds")).to_be_visible()
    way.look("answer")
    way.click("Interviews")
    way.look("interviews")


def _record_outcome(way: Way) -> None:
    """The interview the next day, its debrief, the offer; the funnel says that it is too early."""
    page = way.page
    with time_machine.travel(NOW + timedelta(days=1), tick=True):
        page.goto(way.application)
        page.locator("#move-stage").select_option("interview")
        way.click("Move", role="button")
        way.click("Interviews and offer")
        way.click("Debrief")
        page.get_by_label("Question 1", exact=True).fill("What would you measure in our sign-up?")
        page.get_by_label("How question 1 went").select_option(index=1)
        page.locator("#learn").fill("Name the counter metric.")
        expect(page.locator("#application")).not_to_have_value("")
        way.look("debrief-new")
        way.click("Keep", role="button")
        expect(page.get_by_role("link", name="What would you measure in our")).to_be_visible()
        way.look("debrief")
        page.goto(f"{way.application}?part=interviews")
        expect(page.get_by_text("1 question", exact=True)).to_be_visible()
        way.click("Timeline")
        page.locator("#move-stage").select_option("offer")
        page.locator("#move-note").fill("They called.")
        way.click("Move", role="button")
        expect(page.locator(".job-timeline li").first).to_contain_text("They called.")
        way.look("application-offer")
        way.click("Applications")
        way.click("Funnel")
        way.look("funnel")
        way.click("History")
        way.look("history")
        way.click("People")
        way.click("Companies")
        way.click("Northwind GmbH")
        way.look("company-with-jobs")
        expect(page.get_by_role("listitem").filter(has_text="growth")).to_contain_text("offer")


def _see_path_move(way: Way) -> None:
    """Networking and the job are begun, by these very acts."""
    page = way.page
    page.goto(f"{way.base}/skills/")
    for title in ("Networking", "Find the job"):
        step = page.locator(".path-step", has=page.get_by_role("heading", name=title))
        expect(step).to_have_attribute("data-state", "begun")
    for words, count in (
        ("people to whom you offered something of value", "1 of 5"),
        ("people with whom a talk is written down", "1 of 5"),
        ("thank-yous said", "1 of 1"),
        ("an application with the very resume that was sent", "1 of 1"),
        ("interview questions practised", "1 of 5"),
    ):
        expect(page.locator(".path-rules li", has_text=words)).to_contain_text(count)
    way.look("path")


def _look_into_the_ledger() -> None:
    """Each act is there, in order, and the chain holds; no word of anybody's stands in it."""
    (access,) = list_owner_accesses()
    acts = list(reversed(list_acts(access, limit=500)))
    kinds = [act.kind for act in acts]
    wanted = [
        "target.chosen", "posting.saved", "value.offered", "outreach.answered", "talk.logged",
        "favour.received", "thanks.said", "resume.built", "application.begun",
        "application.resume-kept", "application.moved", "interview-question.practised",
        "application.moved",
    ]  # fmt: skip
    at = 0
    for kind in wanted:
        assert kind in kinds[at:], (kind, kinds)
        at = kinds.index(kind, at) + 1
    facts = json.dumps([act.facts for act in acts])
    assert not any(word in facts for word in ("Ana", "Ruiz", "Northwind", "sign-up"))
    assert verify_ledger(access.workspace_id).is_whole
