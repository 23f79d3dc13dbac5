"""Exercises in Chromium: chosen, answered by keyboard, explained, looked back at."""

from __future__ import annotations

import pytest

from pilothouse.apps.skills.services.exercises import check_answers
from tests.browser.living import log_in
from tests.browser.pages import check_page
from tests.builders import make_lighthouse

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FUNNEL = "/skills/exercises/read-funnel/?seed=7&difficulty=1"


def test_from_a_suggestion_to_a_worked_answer_by_keyboard(live_server, open_page):
    cookies = log_in(make_lighthouse(), live_server.url)
    page = open_page(f"{live_server.url}/skills/exercises/", cookies=cookies)
    page.get_by_role("link", name="Start").click()
    page.get_by_role("button", name="Check").wait_for()
    page.goto(live_server.url + FUNNEL)
    page.get_by_label("Which share of entrants").focus()
    page.keyboard.type("about a fifth")
    page.keyboard.press("Enter")
    page.get_by_text("cannot be read as a number").first.wait_for()
    field = page.get_by_label("Which share of entrants")
    assert field.input_value() == "about a fifth"
    field.fill("17.3 %")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Worked answer").wait_for()
    page.get_by_text("not yet is read as never").wait_for()
    page.get_by_role("link", name="Another variant").click()
    page.get_by_text("variant 8").wait_for()
    page.goto(f"{live_server.url}/skills/exercises/history/")
    page.get_by_text("0 of 1").first.wait_for()


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_pages_are_sound_in_both_themes(live_server, open_page, theme, width):
    alice = make_lighthouse()
    answers = {"a": "good", "b": "leading", "rewrite": "What happened?"}
    attempt = check_answers(alice, "leading-question", 9, 2, answers)
    cookies = log_in(alice, live_server.url)
    for path in (
        "/skills/exercises/", FUNNEL, "/skills/exercises/leading-question/?difficulty=1",
        "/skills/exercises/stickiness/?difficulty=3", "/skills/exercises/history/",
        f"/skills/exercises/history/{attempt.public_id}/",
    ):  # fmt: skip
        page = open_page(live_server.url + path, theme=theme, width=width, cookies=cookies)
        check_page(page)
        page.context.close()
