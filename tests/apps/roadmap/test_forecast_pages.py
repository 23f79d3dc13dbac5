"""Forecasts and flow of a product: the history they take, what they say, what they refuse."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from django.test import Client

from pilothouse.apps.backlog.services.items import ItemDraft, create_items
from pilothouse.apps.roadmap.services.flow import list_ageing_attention, read_flow
from pilothouse.apps.roadmap.services.forecast_charts import tell_band, tell_chance
from pilothouse.apps.roadmap.services.forecasts import ForecastQuestion, ask_forecast
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.engines.roadmap import Throughput, forecast_scope
from pilothouse.kernel.errors import InvalidValueError
from tests.apps.makers import browser_of
from tests.apps.roadmap.delivery_rows import make_history
from tests.builders import People, make_product

NOW = datetime(2026, 11, 25, 12, tzinfo=timezone.utc)  # a Wednesday
EXAMPLE = (3, 5, 2, 0, 4, 6)


@pytest.fixture
def product(people: People) -> ProductView:
    made = make_product(people.alice, "Beacon", clock=NOW, zone="Europe/Berlin")
    make_history(people.alice, made, EXAMPLE)
    return made


@pytest.fixture
def alice(people: People) -> Client:
    return browser_of(people.alice)


def page(alice: Client, product: ProductView, path: str) -> str:
    answer = alice.get(f"/p/{product.public_id}/roadmap/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def ask(product: ProductView, **question):
    return ask_forecast(product, ForecastQuestion(**question))


def test_the_history_is_whole_weeks_of_the_products_zone(product: ProductView):
    answer = ask(product, scope="number", items=12)
    assert answer.history is not None
    assert answer.history.counts == EXAMPLE
    assert [m.day for m in answer.milestones] == [
        date(2026, 12, 23), date(2026, 12, 30), date(2026, 12, 30), date(2027, 1, 6),
    ]  # fmt: skip
    assert (answer.by_weeks, answer.how_many and answer.how_many.percentiles[85]) == (4, 9)


def test_what_was_finished_in_the_running_week_waits(people: People, product: ProductView):
    create_items(people.alice, product, [ItemDraft(
        "Today", kind="story", status="done", created_at=NOW, started_at=NOW, done_at=NOW,
    )])  # fmt: skip
    assert ask(product, scope="number", items=1).history == Throughput(EXAMPLE)


def test_a_week_begins_where_the_product_says(people: People, product: ProductView):
    """Done at 00:30 on Monday in Berlin is still Sunday in UTC."""
    edge = datetime(2026, 11, 15, 23, 30, tzinfo=timezone.utc)
    create_items(people.alice, product, [ItemDraft(
        "Edge", kind="story", status="done", created_at=edge, started_at=edge, done_at=edge,
    )])  # fmt: skip
    assert ask(product, scope="number", items=1).history == Throughput((3, 5, 2, 0, 4, 7))


def test_classes_of_work_are_forecast_apart(people: People, product: ProductView):
    create_items(people.alice, product, [ItemDraft("Bug", kind="bug", status="ready")])
    create_items(people.alice, product, [ItemDraft("Idea", kind="idea", status="ready")])
    assert ask(product).scope == 1
    assert ask(product, kinds=("story",)).scope == 0
    assert "no such item" in ask(product, kinds=("story",)).reason
    assert "no whole week" in ask(product, kinds=("bug",)).reason


def test_urgent_work_and_growth_are_simulated_and_later(people: People, product: ProductView):
    plain = ask(product, scope="number", items=12)
    grown = ask(product, scope="number", items=12, split_rate=0.3)
    assert not plain.is_by_simulation
    assert grown.is_by_simulation
    assert grown.milestones[2].day > plain.milestones[2].day
    bugs = [
        ItemDraft("Bug", kind="bug", created_at=NOW - timedelta(weeks=back, days=1))
        for back in range(1, 7)
        for _ in range(2)
    ]
    create_items(people.alice, product, bugs)
    urgent = ask(product, scope="number", items=12, kinds=("story",), urgent=("bug",))
    assert urgent.milestones[2].day > plain.milestones[2].day
    assert ask(product, scope="number", items=12, split_rate=0.3) == grown


def test_cycle_times_stand_in_for_a_thin_history(product: ProductView):
    answer = ask(product, scope="number", items=6, method="cycle-times")
    assert answer.when is not None
    assert getattr(answer.when, "unit", "") == "day"


@pytest.mark.parametrize(
    "wrong",
    [
        {"window_weeks": 7}, {"kinds": ("idea",)}, {"scope": "all"}, {"scope": "number"},
        {"capacity": 0.0}, {"split_rate": 1.0}, {"start_weeks": -1}, {"method": "guess"},
        {"urgent": ("story",)}, {"by": date(1, 1, 1)},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(wrong: dict, product: ProductView):
    with pytest.raises(InvalidValueError):
        ask(product, **wrong)


def test_the_page_says_when_in_words(alice: Client, product: ProductView):
    text = page(alice, product, "forecast/?scope=ready&items=12&by=2026-12-23")
    assert "by 30 December 2026" in text
    assert "With 85%: 9 or more" in text
    assert "exact convolution" in text


def test_a_short_history_warns_on_the_page(people: People, alice: Client):
    thin = make_product(people.alice, "Thin", clock=NOW)
    make_history(people.alice, thin, (3, 5))
    assert "Too few: 2 weeks" in page(alice, thin, "forecast/?scope=number&items=12")


def test_without_a_history_the_pages_teach(people: People, alice: Client):
    empty = make_product(people.alice, "Empty", clock=NOW)
    assert "No forecast yet" in page(alice, empty, "forecast/")
    assert "No work has flowed yet" in page(alice, empty, "flow/")


def test_bad_input_keeps_what_was_typed(alice: Client, product: ProductView):
    url = f"/p/{product.public_id}/roadmap/forecast/?scope=number&items=many&split=20"
    answer = alice.get(url)
    assert answer.status_code == 400
    assert b'value="many"' in answer.content
    assert b'value="20"' in answer.content
    assert alice.get(f"/p/{product.public_id}/roadmap/flow/?window=7").status_code == 400


def test_answers_as_files(alice: Client, product: ProductView):
    url = f"/p/{product.public_id}/roadmap/forecast/answer."
    found = alice.get(url + "json?scope=number&items=12").json()
    assert found["p85"] == "2026-12-30"
    assert found["simulated"] is False
    rows = alice.get(url + "csv?scope=number&items=12").content.decode("utf-8-sig").splitlines()
    assert rows[0] == "by,chance,low,high"
    assert rows[5].startswith("2026-12-30,0.87")
    assert alice.get(url + "svg?scope=number&items=12").content.startswith(b"<svg")
    assert alice.get(url + "pdf").status_code == 404


def begin(people: People, product: ProductView, days_ago: int, **more: str) -> None:
    draft = ItemDraft(
        f"Begun {days_ago}", kind="story", status="doing", created_at=NOW - timedelta(days=60),
        started_at=NOW - timedelta(days=days_ago), **more,
    )  # fmt: skip
    create_items(people.alice, product, [draft])


def test_ageing_work_is_named_on_the_page_and_on_today(
    people: People, alice: Client, product: ProductView
):
    begin(people, product, 30)
    begin(people, product, 1)
    report = read_flow(product)
    assert [(row.age_days, row.is_past) for row in report.ageing] == [(31, True), (2, False)]
    text = page(alice, product, "flow/")
    assert "past 85%" in text
    assert "Begun 30" in text
    (told,) = list_ageing_attention(people.alice, product, date(2026, 11, 25))
    assert "in progress for 31 days" in told.sentence
    assert told.url.endswith(f"/backlog/items/{report.ageing[0].public_id}/")


def test_dropped_work_is_neither_in_progress_nor_done(people: People, product: ProductView):
    before = read_flow(product)
    drafts = [ItemDraft("Gone", kind="story", status="dropped", started_at=NOW)]
    create_items(people.alice, product, drafts)
    after = read_flow(product)
    assert (after.in_progress, after.done) == (before.in_progress, before.done)


def test_a_simulated_product_says_so(people: People, alice: Client):
    made = make_product(people.alice, "World", clock=NOW, world="simulated")
    make_history(people.alice, made, EXAMPLE)
    url = f"/p/{made.public_id}/roadmap/forecast/answer.json?scope=number&items=3"
    assert alice.get(url).json()["simulated"] is True


def test_chances_are_told_in_whole_percent():
    assert [tell_chance(p) for p in (0.0, 0.004, 0.5, 0.8744, 0.996, 1.0, None)] == [
        "0%", "<1%", "50%", "87%", ">99%", "100%", "–",
    ]  # fmt: skip
    assert tell_band(0.41, 0.98) == "41% to 98%"
    assert tell_band(None, None) == ""


def test_the_service_agrees_with_the_engine(product: ProductView):
    answer = ask(product, scope="number", items=12, start_weeks=2, capacity=0.8)
    assert answer.when == forecast_scope(Throughput(EXAMPLE), 12, factors=(0, 0, 0.8))
