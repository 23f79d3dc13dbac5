"""The way from wanting the role to showing it, in one browser, from an empty workspace.

First run -> a target and its gaps -> a goal, a course with its proof, cards, an exercise -> a side
project from its template -> events by the import wizard, a funnel -> decisions with a forecast -> a
documented failure -> levels and gaps that moved -> a case study whose numbers compile -> redaction
-> a site whose files verify -> the steps of the path. All of it through the pages; only the first
login link is asked of a service, as the start prints it on the terminal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zipfile import ZipFile

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from pilothouse.apps.skills.services.exercise_kinds import get_exercise
from pilothouse.apps.workspace.services.ledger import list_acts, verify_ledger
from pilothouse.apps.workspace.services.local import list_owner_accesses, make_local_login
from pilothouse.apps.workspace.services.members import found_workspace
from tests.browser.living import live_in, served, work
from tests.browser.pages import OpenPage, pardon_refusal
from tests.browser.ways import SHOTS, Way

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# A Wednesday: the week before is whole, and every window of a day in it has closed.
NOW = datetime(2026, 11, 25, 9, tzinfo=timezone.utc)
BEGAN, FINISHED = 48, 31
LARGEST_PAGE = 100_000
IDEA = "Tenants of one street share a van for bulky rubbish, so that nothing lies on the pavement."
FAILURE = "Forty letters went out with the wrong link. Nobody clicked it before."
FALSE_CLAIM = "After that sign-ups grew by 90 %."


@pytest.fixture
def way(tmp_path: Path, live_server: LiveServer, open_page: OpenPage) -> Iterator[Way]:
    """An empty workspace, as the first start founds it without the demo, and its login link."""
    with live_in(tmp_path / "data"), time_machine.travel(NOW, tick=True):
        found_workspace("My workspace", "Ada", "owner@localhost")
        _, token = make_local_login()
        with work():
            page = open_page(f"{live_server.url}/login/{token}/")
            way = Way(page, live_server.url, tmp_path)
            yield way
            way.shoot("last")


def test_from_first_run_to_a_published_portfolio(way: Way) -> None:
    _arrive(way)
    _aim(way)
    _plan(way)
    _study(way)
    _begin_project(way)
    _bring_events(way)
    _read_funnel(way)
    _decide(way)
    _fail(way)
    _see_levels_move(way)
    _write_study(way)
    _hide_and_publish(way)
    _build_and_verify(way)
    _see_path_move(way)
    _look_into_the_ledger()


def _arrive(way: Way) -> None:
    """Nothing is there yet, and the page says what one could begin with."""
    expect(way.page.get_by_role("heading", level=1)).to_have_text("Products")
    way.look("first-run")
    way.click("Skills")


def _aim(way: Way) -> None:
    """Six steps not begun; the one next act leads to a target, the target to its gaps."""
    page = way.page
    expect(page.locator(".path-step")).to_have_count(6)
    expect(page.locator('.path-step[data-state="not begun"]')).to_have_count(6)
    way.look("path-empty")
    way.click("Do it")
    way.look("targets-empty")
    page.get_by_label("Role", exact=True).select_option(label="Product manager")
    way.click("Save", role="button")
    expect(page.get_by_text("0 of 16 competencies are met")).to_be_visible()
    expect(page.get_by_role("row", name="C03")).to_contain_text("none")
    way.look("gaps")


def _plan(way: Way) -> None:
    """From the gap to a goal, a course for it, and the proof of the course."""
    page = way.page
    way.click("Make Problem framing and critical thinking a goal of learning")
    expect(page.get_by_text("Your widest gaps")).to_be_visible()
    expect(page.get_by_label("Competency")).to_have_value("C03")
    way.look("learn-empty")
    way.click("Set the goal", role="button")
    page.get_by_role("link", name="Step", exact=True).click()
    page.get_by_label("What", exact=True).fill("Decisions under uncertainty")
    page.get_by_label("Kind", exact=True).select_option("course")
    page.get_by_label("Hours in all").fill("6")
    page.get_by_label("It ends in this act").select_option(label="Write a decision down")
    way.look("step-new")
    way.click("Put it into the plan", role="button")
    page.get_by_role("link", name="Decisions under uncertainty").first.click()
    proof = way.folder / "certificate.pdf"
    proof.write_bytes(b"%PDF-1.7\n% Decisions under uncertainty, Ada\n%%EOF\n")
    page.get_by_label("File", exact=True).set_input_files(proof)
    way.click("Keep it", role="button")
    expect(page.get_by_role("link", name="certificate.pdf")).to_be_visible()
    way.click("Done", role="button")
    expect(page.locator(".badge", has_text="done").first).to_be_visible()
    way.look("step-done")


def _study(way: Way) -> None:
    """Cards of the goal's competency rated, an exercise solved."""
    page = way.page
    way.click("Cards")
    way.look("cards")
    way.go("/skills/map/C03/")
    way.look("competency-empty")
    way.click("Study this deck")
    expect(page.get_by_text("Show the answer")).to_be_visible()
    page.wait_for_load_state()
    for key in ("3", "3", "4", "1"):
        page.keyboard.press("Space")
        expect(page.get_by_role("button", name="Good")).to_be_focused()
        with page.expect_navigation():
            page.keyboard.press(key)
    way.look("card")
    way.click("Exercises")
    expect(page.get_by_text("A goal of yours.")).to_be_visible()
    way.click("Start")
    page.get_by_role("button", name="Check", exact=True).wait_for()
    way.look("exercise")
    address = page.url
    _answer(page)
    way.click("Check", role="button")
    expect(page.get_by_text("All right.")).to_be_visible()
    way.look("exercise-right")
    assert "/history/" in page.url, address


def _answer(page: Page) -> None:
    """Answer as somebody does who reckoned it: the engine says what is right."""
    form = page.locator("form.exercise-form")
    seed, level = (
        int(form.locator(f"[name={name}]").input_value()) for name in ("seed", "difficulty")
    )
    key = page.url.split("/exercises/")[1].split("/")[0]
    for question in get_exercise(key, seed, level).case.questions:
        field = form.locator(f'[name="answer-{question.key}"]')
        if question.form in {"choice", "several"}:
            for right in question.keys:
                form.locator(f'[name="answer-{question.key}"][value="{right}"]').check()
        elif question.form == "order":
            field.fill(" ".join(question.keys))
        elif question.form == "share":
            field.fill(f"{question.number * 100:.2f} %")
        else:
            field.fill(f"{question.number:.3f}" if question.is_numeric else "What happened?")


def _begin_project(way: Way) -> None:
    """A real product from its template; from now on it is the one at hand."""
    page = way.page
    way.click("Skills")
    way.look("path-begun")
    way.click("a side project begun")
    way.look("projects-empty")
    way.click("Begin one")
    page.get_by_label("The idea").fill(IDEA)
    page.get_by_label("Name of the product").fill("Street van")
    way.look("project-new")
    way.click("Begin", role="button")
    expect(page.get_by_role("heading", level=1)).to_have_text("Street van")
    expect(page.get_by_role("button", name=re.compile("Street van"))).to_be_visible()
    way.look("project")
    way.click("On to Problem", role="button")
    expect(page.get_by_role("alert")).to_contain_text("the reason for going on without")
    pardon_refusal(page)
    way.look("project-refused")


def _bring_events(way: Way) -> None:
    """48 people opened the page, 31 of them joined; the wizard reads their file."""
    page = way.page
    path = way.folder / "street-van.csv"
    path.write_text(_events())
    way.click("Analytics")
    way.look("analytics-empty")
    way.click("Import a file")
    way.look("imports-empty")
    page.get_by_label("File", exact=True).set_input_files(path)
    way.click("Look at it", role="button")
    expect(page.get_by_role("region", name="Preview")).to_contain_text("opened")
    way.look("import-preview")
    way.click("Import", role="button")
    expect(page.get_by_role("heading", name="Imported")).to_be_visible(timeout=60_000)
    expect(page.locator(".stat", has_text="Events stored")).to_contain_text("80")
    way.look("import-done")


def _events() -> str:
    """All of them in the week before this one, and one who came back since."""
    lines = ["user_id,event,timestamp,source", f"t0,came back,{NOW.isoformat()},letter"]
    for number in range(BEGAN):
        at = NOW - timedelta(days=4 + number % 5, minutes=number)
        source = "letter" if number % 3 else "neighbour"
        lines.append(f"t{number},opened,{at.isoformat()},{source}")
        if number < FINISHED:
            lines.append(f"t{number},joined,{(at + timedelta(minutes=7)).isoformat()},{source}")
    return "\n".join(lines) + "\n"


def _read_funnel(way: Way) -> None:
    """The funnel says 31 of 48, and is kept as a metric."""
    page = way.page
    way.click("See the events")
    way.look("trend")
    way.click("Funnel")
    way.look("funnel-empty")
    page.get_by_label("Step 1").select_option("opened")
    page.get_by_label("Step 2").select_option("joined")
    page.get_by_label("Within").select_option("1d")
    way.click("Ask", role="button")
    row = page.get_by_role("row", name=re.compile("2. joined"))
    expect(row).to_contain_text(str(FINISHED))
    expect(row).to_contain_text(f"{FINISHED} of {BEGAN}")
    way.look("funnel")
    page.get_by_text("Save as a metric").click()
    page.get_by_label("Name", exact=True).fill("Joined after opening")
    way.click("Save", role="button")
    way.look("metric")


def _decide(way: Way) -> None:
    """Two decisions, and a forecast with a last day for the first."""
    page = way.page
    for title, chosen in (("Letters or posters?", "Letters"), ("One van or two?", "One van")):
        way.click("Decisions")
        page.get_by_role("link", name=re.compile("New decision|Write the first")).first.click()
        page.get_by_label("Decision", exact=True).fill(title)
        page.get_by_label("Option", exact=True).nth(0).fill(chosen)
        page.get_by_label("Option", exact=True).nth(1).fill("Do nothing")
        page.get_by_role("radio", name="chosen").nth(0).check()
        page.get_by_label("Expected result").fill("75 % of those who open the page join.")
        page.get_by_label("Probability of that").fill("70%")
        page.get_by_label("Review on").fill(_day(30))
        way.look("decision-new")
        way.click("Decide", role="button")
        expect(page.get_by_text("decided").first).to_be_visible()
    way.look("decision")
    way.click("Forecast")
    page.get_by_label("It will happen that").fill("ten more tenants join this month")
    page.get_by_label("Probability", exact=True).fill("60%")
    page.get_by_label("Known by the end of").fill(_day(20))
    way.click("Make the forecast", role="button")
    expect(page.get_by_text("ten more tenants join this month").first).to_be_visible()
    way.look("forecast")


def _day(days: int) -> str:
    return (NOW + timedelta(days=days)).date().isoformat()


def _fail(way: Way) -> None:
    """A failure on the day it happened; its words stay out of the ledger."""
    page = way.page
    way.click("Portfolio")
    way.click("Side projects")
    way.click("Street van")
    way.click("Write in the journal")
    way.look("journal-empty")
    page.get_by_label("Kind", exact=True).select_option("failure")
    page.get_by_label("What happened").fill(FAILURE)
    page.get_by_label("What was learned").fill("Somebody else clicks the link first.")
    page.get_by_label("Decision", exact=False).select_option(index=1)
    way.click("Write", role="button")
    expect(page.get_by_text("written the same day")).to_be_visible()
    way.look("journal")


def _see_levels_move(way: Way) -> None:
    """Two decisions hold level 1 of C03; the gap is nearer, the goal's act is ticked."""
    page = way.page
    way.click("Skills")
    way.click("Map")
    way.look("map")
    way.click("C03 Problem framing and critical thinking")
    expect(page.get_by_text("level 1, awareness").first).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Letters or posters"))).to_contain_text("counts")
    way.look("competency")
    way.click("Learn")
    expect(page.get_by_label("Done, says the ledger:")).to_have_count(1)
    way.look("learn")
    way.click("Map")
    way.click("Gap to a target")
    way.look("targets")
    page.get_by_role("link", name="Product manager").first.click()
    expect(page.get_by_role("row", name=re.compile("C03"))).not_to_contain_text("none")
    way.look("gaps-moved")


def _write_study(way: Way) -> None:
    """A case study from chosen acts: a number that stands in none of them stops it, by name."""
    page = way.page
    way.click("Portfolio")
    way.look("portfolio-empty")
    way.click("Side projects")
    way.click("Street van")
    way.look("project-underway")
    way.click("Begin a case study")
    page.get_by_label("Title").fill("A van for one street")
    page.get_by_label("Summary").fill("Tenants join the Street van by letter.")
    way.look("study-new")
    way.click("Begin", role="button")
    expect(page.get_by_label("Product", exact=True).locator("option:checked")).to_have_text(
        "Street van"
    )
    page.get_by_label("What a metric says now").select_option(label="Joined after opening")
    way.click("Take a reading", role="button")
    way.look("evidence")

    _take(page, "Reading: taken")
    _take(page, "Decision: decided")
    _take(page, "Failure: documented")
    way.click("Take the marked acts", role="button")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(3)
    way.click("Back to the text")
    texts = {
        "Problem": "Bulky rubbish lies on the pavement for weeks.",
        "Decision": "A letter to each house instead of posters.",
        "What failed": "The first letters carried a wrong link.",
        "My part": "The letters and the page.",
        "Help received": "None.",
    }
    for label, text in texts.items():
        page.get_by_label(label, exact=True).fill(text)
    result = page.get_by_label("Result", exact=True)
    result.fill(f"Of {BEGAN} who opened the page {FINISHED} joined (64.6 %).")
    result.press("End")
    page.locator("li", has_text="Reading: taken").get_by_role("button", name="Insert").click()
    true_claim = result.input_value()
    result.fill(f"{true_claim} {FALSE_CLAIM}")
    way.click("Save and compile", role="button")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(FALSE_CLAIM)
    expect(alert).to_contain_text("90 %")
    pardon_refusal(page)
    way.look("study-refused")
    result.fill(true_claim)
    way.click("Save and compile", role="button")
    expect(page.get_by_role("heading", name="It compiles")).to_be_visible()
    way.look("study-compiles")


def _take(page: Page, words: str) -> None:
    box = page.get_by_role("row", name=re.compile(words)).first.get_by_role("checkbox")
    if not box.is_checked():
        box.check()


def _hide_and_publish(way: Way) -> None:
    """What leaves is seen before; a name is hidden; whose word it needs is said."""
    page = way.page
    page.get_by_label("May it leave?").select_option("mine")
    way.click("Save", role="button")
    way.click("Preview what leaves")
    way.look("preview")
    page.get_by_label("Words to hide").first.fill("Street van")
    page.get_by_label("What stands in their place").first.fill("a shared van")
    way.click("Save and preview again", role="button")
    expect(page.locator("mark").first).to_have_text("a shared van")
    way.look("preview-hidden")
    way.click("Publish this text", role="button")
    expect(page.get_by_role("heading", name="Published pieces")).to_be_visible()
    expect(page.get_by_role("link", name="A van for one street")).to_be_visible()
    way.look("site")


def _build_and_verify(way: Way) -> None:
    """The archive, unpacked and served from elsewhere, asks nobody and verifies itself."""
    page = way.page
    page.get_by_label("Name", exact=True).fill("Ada")
    page.get_by_label("Headline").fill("Becoming a product manager")
    way.click("Save", role="button")
    way.click("Build the site", role="button")
    expect(page.get_by_text("done").first).to_be_visible(timeout=30_000)
    way.look("build-done")
    way.click("Look at the site and take it away")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download").click()
    site = way.folder / "site"
    with ZipFile(waiting.value.path()) as archive:
        archive.extractall(site)
    files = {str(path.relative_to(site)): path.read_bytes() for path in _files(site)}
    assert b"Street van" not in b"".join(files.values())
    for name, body in files.items():
        assert not name.endswith(".html") or len(body) < LARGEST_PAGE, (name, len(body))
    with served(site) as url:
        _check_site(page, url, sorted(name for name in files if name.endswith(".html")))


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _check_site(page: Page, url: str, paths: list[str]) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in paths:
        page.goto(f"{url}/{path}")
        assert Axe().run(page).response["violations"] == [], path
    assert all(each.startswith((url, "data:")) for each in asked)
    page.goto(f"{url}/verify.html")
    page.get_by_role("button", name="Check all pages").click()
    expect(page.locator("#state")).to_contain_text("all are as the manifest says")
    if SHOTS:
        for path in (*paths, "verify.html"):
            page.goto(f"{url}/{path}")
            page.screenshot(path=f"{SHOTS}/site-{path.replace('/', '-')}.png", full_page=True)


def _see_path_move(way: Way) -> None:
    """The next day: four steps are begun, and the day of cards has been counted."""
    page = way.page
    with time_machine.travel(NOW + timedelta(days=1), tick=True):
        way.go("/skills/")
        for title in ("Research the role", "Education", "Side project", "Portfolio"):
            step = page.locator(".path-step", has=page.get_by_role("heading", name=title))
            expect(step).to_have_attribute("data-state", "begun")
        for words in (
            "a role or a posting saved to compare with", "a book, course or certificate finished",
            "a side project begun", "a failure written down when it happened",
            "a case study compiled",
        ):  # fmt: skip
            rule = page.locator(".path-rules li", has_text=words)
            expect(rule).to_have_attribute("data-met", "yes")
        cards = page.locator(".path-rules li", has_text="days with cards reviewed")
        expect(cards).to_contain_text("1 of 7")
        way.look("path-moved")


def _look_into_the_ledger() -> None:
    """Each act is there, in order, and the chain holds."""
    (access,) = list_owner_accesses()
    kinds = [act.kind for act in reversed(list_acts(access, limit=500))]
    wanted = [
        "learning.finished", "exercise.solved", "project.begun", "import.started",
        "metric.defined", "decision.decided", "forecast.made", "failure.documented",
        "reading.taken", "case-study.compiled", "case-study.published", "portfolio.built",
        "cards.reviewed",
    ]  # fmt: skip
    at = 0
    for kind in wanted:
        assert kind in kinds[at:], (kind, kinds)
        at = kinds.index(kind, at) + 1
    assert verify_ledger(access.workspace_id).is_whole
