"""The learning plan, the library and feeds in a browser: no fault, no sideways scrolling, axe."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from pilothouse.apps.skills.models import Feed, FeedItem
from pilothouse.apps.skills.services.learning_feeds import add_feed, set_reading
from pilothouse.apps.skills.services.library import get_entry
from pilothouse.apps.skills.services.library_own import EntryDraft, add_entry, parse_aims
from pilothouse.apps.skills.services.plans import set_weekly_hours
from pilothouse.apps.skills.services.plans_goals import add_goal
from pilothouse.apps.skills.services.plans_proofs import add_proof
from pilothouse.apps.skills.services.plans_steps import (
    add_step,
    draft_of_entry,
    set_step_state,
)
from pilothouse.apps.skills.services.plans_views import GoalDraft, StepDraft
from pilothouse.apps.skills.services.reading import ReadingView, save_reading
from pilothouse.apps.skills.services.targets import TargetDraft, save_target
from pilothouse.apps.workspace.services.access import Access
from tests.browser.living import live_in, log_in
from tests.browser.pages import OpenPage, check_in_both_themes, check_page
from tests.builders import make_people, make_product

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHOTS = os.environ.get("LEARN_SHOTS")


@pytest.fixture
def alice(transactional_db: None, tmp_path: Path) -> Iterator[Access]:
    with live_in(tmp_path):
        yield make_people().alice


def fill(alice: Access) -> list[str]:
    """A plan with a late step, an overload and a proof; the pages to look at."""
    make_product(alice)
    save_target(alice, TargetDraft())
    today = timezone.now().date()
    set_weekly_hours(alice, 4)
    goal = add_goal(alice, GoalDraft("C11", 2, "Every posting asks for it", today + timedelta(60)))
    add_goal(alice, GoalDraft("C05", 2))
    book = draft_of_entry(get_entry(alice, "trustworthy-online-controlled-experiments"))
    dated = {"goal": goal.public_id, "hours": 30.0, "due_on": today + timedelta(30)}
    add_step(alice, StepDraft(**{**vars(book), **dated}))
    course = StepDraft("A/B Testing", kind="course", goal=goal.public_id, hours=12, hours_done=3,
                       due_on=today - timedelta(3), act="document")  # fmt: skip
    set_step_state(alice, add_step(alice, course).public_id, "doing")
    certificate = StepDraft("Professional Scrum Product Owner I", kind="certificate",
                            provider="Scrum.org", cost="200 USD", expires_on=None)  # fmt: skip
    proven = add_step(alice, certificate)
    add_proof(alice, proven.public_id, "pspo-i.pdf", [b"%PDF-1.7 certificate"])
    set_step_state(alice, proven.public_id, "done")
    own = add_entry(alice, EntryDraft("A talk on guardrails", "article", aims=parse_aims(["C11.2"]),
                                      act="metric", url="https://a.example/talk"))  # fmt: skip
    notes = "## What stays\n\n- Guardrails *before* the start\n- One primary metric"
    save_reading(alice, own.entry_id, ReadingView("reading", rating=4, notes=notes))
    save_reading(alice, "inspired", ReadingView("done", rating=5))
    save_reading(alice, "the-mom-test", ReadingView("want"))
    _fill_feeds(alice)
    return [
        "/skills/learn/", "/skills/library/", f"/skills/library/{own.entry_id}/",
        "/skills/library/feeds/", "/skills/library/new/", "/skills/library/import/",
        f"/skills/learn/steps/{proven.public_id}/", "/skills/learn/steps/new/?entry=hooked",
        "/skills/library/?q=nothing-of-this-name",
    ]  # fmt: skip


def _fill_feeds(alice: Access) -> None:
    feed = add_feed(alice, "https://martinfowler.com/feed.atom", "Martin Fowler", "Technology")
    set_reading(alice, feed.public_id, is_on=True)
    add_feed(alice, "https://www.svpg.com/feed/", "Silicon Valley Product Group")
    row = Feed.objects.get(public_id=feed.public_id)
    row.trouble = "https://martinfowler.com/feed.atom: it answers with an error."
    row.save()
    for number in range(3):
        FeedItem.objects.create(
            feed=row, key=str(number), title=f"A text about delivery, part {number}",
            url=f"https://martinfowler.com/{number}", published_at=timezone.now(),
            summary="What teams did when a release went wrong and what they changed after it.",
        )  # fmt: skip


@pytest.mark.parametrize("width", [1440, 390])
def test_pages(alice: Access, live_server, open_page: OpenPage, width: int):
    paths = ["/skills/learn/", *fill(alice)] if width == 1440 else fill(alice)
    cookies = log_in(alice, live_server.url)
    for number, path in enumerate(paths):
        page = open_page(live_server.url + path, width=width, cookies=cookies)
        check_in_both_themes(page)
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{width}-{number}.png", full_page=True)
        page.close()


def test_an_empty_plan_teaches(alice: Access, live_server, open_page: OpenPage):
    cookies = log_in(alice, live_server.url)
    for number, path in enumerate(("/skills/learn/", "/skills/library/feeds/")):
        page = open_page(live_server.url + path, cookies=cookies)
        check_page(page)
        assert page.locator(".empty").count() == 1
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/empty-{number}.png", full_page=True)


def test_from_a_goal_to_a_step_that_the_ledger_ticks(
    alice: Access, live_server, open_page: OpenPage
):
    make_product(alice)
    cookies = log_in(alice, live_server.url)
    page = open_page(live_server.url + "/skills/learn/", cookies=cookies)
    page.get_by_label("Competency").select_option("C16")
    page.get_by_label("Level").select_option("2")
    page.get_by_role("button", name="Set the goal").click()
    page.get_by_role("link", name="Find").click()
    page.get_by_role("link", name="Superforecasting").click()
    page.get_by_role("link", name="Into the plan").click()
    page.get_by_role("button", name="Put it into the plan").click()
    page.get_by_role("link", name="Superforecasting").click()
    page.get_by_role("link", name="Make a forecast").click()
    page.get_by_label("It will happen that").fill("It rains in Oslo")
    page.get_by_label("Probability").fill("70%")
    page.get_by_label("Known by the end of").fill("2031-05-01")
    page.get_by_role("button", name="Make the forecast").click()
    page.goto(live_server.url + "/skills/learn/")
    assert page.get_by_label("Done, says the ledger:").count() == 1
