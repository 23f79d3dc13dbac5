"""Today: the briefing with and without data, the focus, the reflection."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from pilothouse.apps.analytics.services.metrics import MetricDraft, save_metric
from pilothouse.apps.analytics.services.questions import parse_question
from pilothouse.apps.today.services.briefing import prepare_briefing, today_of
from pilothouse.apps.today.services.days import get_day, reflect, set_focus
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.kernel.errors import ForbiddenError, InvalidValueError
from tests.apps.makers import browser_of, daily_events, send
from tests.builders import make_capture, make_product

QUIET = [40, 42, 38, 41, 39, 43, 40, 41] * 8


def watch(people, product, name="Opens", **changes):
    question = parse_question("trend", {"event": "opened"})
    return save_metric(people.alice, product, MetricDraft(name, question, **changes))


def test_an_empty_product_has_an_empty_briefing(people, product):
    briefing = prepare_briefing(people.alice, product)
    assert briefing.headline == "No metric is watched yet."
    assert (briefing.readings, briefing.due, briefing.inbox) == ((), (), ())
    assert [change.sentence for change in briefing.changes] == ["Product created: Beacon"]


def test_what_moved_comes_first(people, product):
    watch(people, product, "Noise")
    yesterday = timezone.now() - timedelta(days=1)
    send(people.alice, product, daily_events([*QUIET, 41], last=yesterday), at=timezone.now())
    send(
        people.alice, product,
        daily_events([*QUIET, 90], last=yesterday, name="paid", prefix="p"), at=timezone.now(),
    )  # fmt: skip
    paid = parse_question("trend", {"event": "paid"})
    save_metric(people.alice, product, MetricDraft("Payments", paid))
    watch(people, product, "Kept off", is_on_today=False)
    briefing = prepare_briefing(people.alice, product)
    assert [(r.metric.name, r.verdict) for r in briefing.readings] == [
        ("Payments", "moved"),
        ("Noise", "noise"),
    ]
    assert briefing.headline == "1 of 2 metrics moved beyond noise."


def test_due_and_inbox_are_apart_and_of_this_product(people, product):
    today = today_of(product)
    due = make_capture(people.alice, "due", product=product, due=today)
    later = make_capture(people.alice, "later", product=product, due=today + timedelta(days=1))
    open_ended = make_capture(people.alice, "whenever", product=product)
    make_capture(people.alice, "elsewhere", product=make_product(people.alice, "Other"))
    briefing = prepare_briefing(people.alice, product)
    assert briefing.due == (due,)
    assert briefing.inbox == (later, open_ended)
    assert briefing.headline == "No metric is watched yet."


def test_today_is_the_day_of_the_products_zone(people):
    east = make_product(people.alice, "East", zone="Pacific/Kiritimati")
    west = make_product(people.alice, "West", zone="Pacific/Pago_Pago")
    assert today_of(east) - today_of(west) >= timedelta(days=1)


def test_the_focus_is_of_at_most_three_things_and_ones_own(people, product):
    day = today_of(product)
    texts = ["one", "  ", "two\x00", "three"]
    view = set_focus(people.alice, product, day, texts, done=[2])
    assert [(each.text, each.is_done) for each in view.focus] == [
        ("one", False), ("two", True), ("three", False),
    ]  # fmt: skip
    assert get_day(people.bob, product, day).focus == ()
    with pytest.raises(InvalidValueError, match="at most 3 things in focus; this has 4"):
        set_focus(people.alice, product, day, ["a", "b", "c", "d"])
    with pytest.raises(InvalidValueError, match="at most 200"):
        set_focus(people.alice, product, day, ["x" * 201])
    with pytest.raises(ForbiddenError):
        set_focus(people.as_bob(Role.VIEWER), product, day, ["a"])


def test_the_ledger_keeps_that_one_reflected_not_what(people, product):
    day = today_of(product)
    view = reflect(people.alice, product, day, "I was afraid to say no.")
    assert view.reflection == "I was afraid to say no."
    act = list_acts(people.alice, limit=1)[0]
    assert (act.kind, act.facts, act.personal) == ("day.reflected", {"characters": 23}, "")
    assert get_day(people.bob, product, day).reflection == ""
    with pytest.raises(InvalidValueError, match="at most 10,000"):
        reflect(people.alice, product, day, "x" * 10_001)


def test_the_page_shows_the_day_and_keeps_what_was_typed(people, product):
    alice = browser_of(people.alice)
    url = f"/p/{product.public_id}/today/"
    page = alice.get(url).content.decode()
    assert "No event yet" in page
    assert "the inbox is empty" in page
    answer = alice.post(f"{url}focus/", {"text": ["good", "x" * 201]})
    assert answer.status_code == 400
    assert "a focus has at most 200 characters" in answer.content.decode()
    assert 'value="good"' in answer.content.decode()
    long = "word " * 2_001
    answer = alice.post(f"{url}reflection/", {"reflection": long})
    assert answer.status_code == 400
    assert "at most 10,000 characters" in answer.content.decode()
    assert long.strip() in answer.content.decode()
    assert alice.post(f"{url}focus/", {"text": ["Talk to Mira"]}).status_code == 302
    assert "Talk to Mira" in alice.get(url).content.decode()
    assert "Talk to Mira" not in browser_of(people.bob).get(url).content.decode()
