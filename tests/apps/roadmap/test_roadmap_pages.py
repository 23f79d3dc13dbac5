"""What the pages do with what was typed, and what they say."""

from __future__ import annotations

from datetime import date

import pytest

from pilothouse.apps.backlog.services.items import ItemDraft, create_item, set_item_deleted
from pilothouse.apps.backlog.services.scores import save_score
from pilothouse.apps.roadmap.services.bets import get_bet, list_bets
from pilothouse.apps.roadmap.services.dependencies import add_dependency
from pilothouse.apps.roadmap.services.moves import move_bet
from pilothouse.apps.roadmap.services.outcomes import list_outcomes
from pilothouse.apps.roadmap.services.releases import list_releases
from pilothouse.apps.roadmap.services.teams import list_teams, save_team, set_capacity
from pilothouse.apps.roadmap.services.worths import Loan, middle_of, read_loan
from pilothouse.apps.workspace.models import Role
from tests.apps.makers import browser_of
from tests.builders import make_product

Q4, Q1 = date(2026, 10, 1), date(2027, 1, 1)


@pytest.fixture
def browser(alice):
    return browser_of(alice)


@pytest.fixture
def base(product):
    return f"/p/{product.public_id}/roadmap/"


def text_of(answer) -> str:
    return answer.content.decode()


def undo_of(answer) -> str:
    """Where the last message of the page that follows undoes what was done."""
    tags = [message.extra_tags for message in answer.context["messages"]]
    return next(tag.removeprefix("undo:") for tag in reversed(tags) if tag.startswith("undo:"))


def test_empty_pages_teach(browser, base):
    for path in ("", "timeline/", "outcomes/", "teams/", "releases/", "audiences/team/", "shares/"):
        body = text_of(browser.get(base + path))
        assert "For example:" in body, path


def test_a_bet_is_placed_by_hand_and_undone(browser, base, product):
    team = save_team_of(browser, base, product)
    form = {"title": "Shared dashboards", "horizon": "next", "confidence": "60", "value": "5,000",
            f"effort-{team}": "3.5", "quarter": "Q1 2027"}  # fmt: skip
    answer = browser.post(base + "bets/new/", form, follow=True)
    bet = list_bets(product)[0]
    assert (bet.confidence, bet.value, bet.value_source) == (0.6, 5000.0, "own")
    assert (dict(bet.efforts), bet.quarter) == ({team: 3.5}, Q1)
    assert "Shared dashboards" in text_of(answer)
    browser.post(undo_of(answer))
    assert list_bets(product) == []


def save_team_of(browser, base, product) -> str:
    browser.post(base + "teams/", {"name": "Web"})
    return list_teams(product)[0].public_id


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""}, {"confidence": "very"}, {"value": "a lot"}, {"quarter": "soon"},
        {"confidence": "120"}, {"effort-222222222222": "3"}, {"horizon": "never"},
    ],
)  # fmt: skip
def test_nothing_typed_into_a_bet_is_lost(browser, base, product, wrong):
    form = {"title": "Kept title", "note": "Kept note", "horizon": "now", **wrong}
    answer = browser.post(base + "bets/new/", form)
    assert answer.status_code == 400
    assert "Kept note" in text_of(answer)
    assert list_bets(product) == []


def test_a_bet_from_an_item_starts_with_its_rice_score(browser, base, alice, product, monkeypatch):
    item = create_item(alice, product, ItemDraft(title="Guest seats"))
    loan = Loan(item, rice=800.0, confidence=0.8, person_weeks=17.4)
    monkeypatch.setattr("pilothouse.apps.roadmap.views.bet_forms.read_loan", lambda *_: loan)
    body = text_of(browser.get(f"{base}bets/new/?item={item.public_id}"))
    assert "Guest seats" in body
    assert "It is a score, not money" in body
    assert "17.4 person-weeks" in body
    form = {"title": "Guest seats", "item": item.public_id, "horizon": "next", "value": "800"}
    browser.post(base + "bets/new/", form)
    browser.post(base + "bets/new/", form | {"value": "900", "title": "Other"})
    assert [(bet.value_source, bet.item_id) for bet in list_bets(product)] == [
        ("rice", item.public_id), ("own", item.public_id),
    ]  # fmt: skip
    page = text_of(browser.get(list_bets(product)[0].url))
    assert "taken from the RICE score of its item" in page


def test_a_score_is_read_with_its_ranges(alice, product):
    item = create_item(alice, product, ItemDraft(title="Guest seats")).public_id
    assert read_loan(product, item).rice is None
    cells = {"reach": "2000 per quarter", "impact": "2", "confidence": "80%", "effort": "2..8"}
    score = save_score(alice, product, item, "rice", cells)
    save_score(alice, product, item, "ice", {"impact": "5", "confidence": "5", "ease": "5"})
    loan = read_loan(product, item)
    assert loan.rice == score.score
    assert loan.rice == pytest.approx(800, rel=0.02)
    assert (loan.confidence, loan.person_weeks) == (0.8, 17.4)


@pytest.mark.parametrize(
    ("given", "middle"),
    [
        (3, 3.0), ({"low": 2, "high": 8}, 4.0), ({"low": 0, "high": 8}, 4.0), ("x", None),
        ({"low": "x", "high": 8}, None), (None, None),
    ],
)  # fmt: skip
def test_a_range_counts_as_its_middle(given, middle):
    assert middle_of({"effort": given}, "effort") == middle


def test_a_bet_outlives_its_item(browser, alice, product, place):
    item = create_item(alice, product, ItemDraft(title="Item"))
    bet = place("One", item_id=item.public_id)
    set_item_deleted(alice, product, item.public_id, is_deleted=True)
    assert browser.get(bet.url).status_code == 200
    assert browser.get(bet.url + "edit/").status_code == 200
    form = {"title": "Uno", "item": item.public_id, "horizon": "now"}
    assert browser.post(bet.url + "edit/", form).status_code == 302
    assert get_bet(product, bet.public_id).title == "Uno"


def test_a_move_is_made_and_undone_in_place(browser, base, product, place):
    bet = place("One", horizon="later")
    answer = browser.post(
        f"{bet.url}move/", {"horizon": "now", "next": base + "timeline/"}, follow=True
    )
    assert answer.redirect_chain[-1][0] == base + "timeline/"
    assert get_bet(product, bet.public_id).horizon == "now"
    browser.post(undo_of(answer))
    assert get_bet(product, bet.public_id).horizon == "later"


def test_the_board_says_what_does_not_fit(browser, base, alice, product, place):
    web = save_team(alice, product, "Web").public_id
    set_capacity(alice, product, {web: {Q4: 2.0}})
    one, two = place("One", quarter=Q4, efforts={web: 5}), place("Two", quarter=Q1)
    add_dependency(alice, product, one.public_id, two.public_id)
    move_bet(alice, product, two.public_id, horizon="later")
    for path in ("", "timeline/", "timeline/?group=team"):
        body = text_of(browser.get(base + path))
        assert "Web in Q4 2026: 5 of 2 person-weeks, 3 too many" in body
        assert "One (now) needs Two, which comes later (later)." in body
    assert "was next (Q1 2027), is later" in text_of(browser.get(base))


def test_what_is_later_shows_no_quarter_on_the_board(browser, base, place):
    place("Far", quarter=date(2028, 4, 1))
    assert "Q2 2028" not in text_of(browser.get(base))


def test_the_board_is_of_one_outcome(browser, base, product, place):
    browser.post(base + "outcomes/new/", {"title": "Teams stay"})
    outcome = list_outcomes(product)[0].public_id
    place("Inside", outcome_id=outcome)
    place("Outside")
    body = text_of(browser.get(base, {"outcome": outcome}))
    assert "Inside" in body
    assert "Outside" not in body


def test_the_timeline_goes_on(browser, base, place):
    place("Near", quarter=Q4)
    place("Far", quarter=date(2028, 10, 1))
    body = text_of(browser.get(base + "timeline/", {"from": "2028-Q3"}))
    assert "1 earlier" in body
    assert "Q3 2028" in body
    answer = browser.get(base + "timeline/", {"from": "soon"})
    assert answer.status_code == 400
    assert "Q4 2026" in text_of(answer)


def test_a_circle_is_told_on_the_page(browser, alice, product, place):
    one, two = place("One"), place("Two")
    add_dependency(alice, product, one.public_id, two.public_id)
    answer = browser.post(f"{two.url}need/", {"needs": one.public_id})
    assert answer.status_code == 400
    assert "Two → One → Two" in text_of(answer)
    assert browser.post(f"{one.url}unneed/", {"needs": two.public_id}).status_code == 302
    assert get_bet(product, one.public_id).needs == ()


def test_a_status_is_undone(browser, product, place):
    bet = place("One")
    answer = browser.post(f"{bet.url}status/", {"status": "done"}, follow=True)
    assert get_bet(product, bet.public_id).status == "done"
    browser.post(undo_of(answer))
    assert get_bet(product, bet.public_id).status == "planned"


def test_unknown_acts_are_not_there(browser, base, place):
    bet = place("One")
    assert browser.post(f"{bet.url}explode/").status_code == 404
    assert browser.get(base + "audiences/everyone/").status_code == 404


def test_words_against_the_facts_are_said_at_once(browser, base, place):
    bet = place("One", horizon="later")
    form = {"audience": "customers", "title": "Soon", "text": "Out in Q1 2027"}
    answer = browser.post(f"{bet.url}wording/", form, follow=True)
    assert "withheld" in text_of(answer)
    assert "but what is later has no date" in text_of(answer)
    assert "its wording is withheld" in text_of(browser.get(base + "audiences/customers/"))


def test_capacity_is_typed_into_the_grid(browser, base, product):
    team = save_team_of(browser, base, product)
    field = f"capacity-{team}-2027-01-01"
    browser.post(base + "teams/", {field: "24"})
    assert dict(list_teams(product)[0].capacity) == {Q1: 24.0}
    answer = browser.post(base + "teams/", {field: "lots"})
    assert answer.status_code == 400
    assert 'value="lots"' in text_of(answer)
    assert dict(list_teams(product)[0].capacity) == {Q1: 24.0}


def test_a_release_goes_out_on_its_page(browser, base, product, place):
    browser.post(base + "releases/new/", {"name": "Winter", "planned_on": "2026-11-20"})
    release = list_releases(product)[0]
    place("In it", release_id=release.public_id)
    assert "In it" in text_of(browser.get(release.url))
    refused = browser.post(f"{release.url}release/", {"released_on": "2027-01-01"})
    assert refused.status_code == 400
    assert "2027-01-01" in text_of(refused)
    answer = browser.post(f"{release.url}release/", {"released_on": ""}, follow=True)
    assert list_releases(product)[0].released_on == date(2026, 11, 23)
    browser.post(undo_of(answer))
    assert list_releases(product)[0].released_on is None


def test_a_link_is_shown_once(browser, base):
    form = {"name": "Board", "audience": "customers", "days": "30"}
    body = text_of(browser.post(base + "shares/", form))
    assert "/roadmap/shared/" in body
    assert "/roadmap/shared/" not in text_of(browser.get(base + "shares/"))
    refused = browser.post(base + "shares/", form | {"days": "soon", "name": "Kept"})
    assert refused.status_code == 400
    assert "Kept" in text_of(refused)


def test_viewers_see_no_forms(people, base, place):
    bet = place("One")
    member = people.as_bob(Role.VIEWER)
    from pilothouse.apps.workspace.models import Member

    Member.objects.filter(user_id=member.user_id).update(role="viewer")
    bob = browser_of(people.bob)
    for url in (base, base + "timeline/", bet.url, base + "teams/", base + "shares/"):
        body = text_of(bob.get(url))
        inside = body[body.index("<main") : body.index("</main>")]
        assert 'method="post"' not in inside, url


def test_things_of_another_product_are_not_there(browser, alice, place):
    other = make_product(alice, "Other")
    bet = place("One")
    for act in ("", "edit/"):
        url = f"/p/{other.public_id}/roadmap/bets/{bet.public_id}/{act}"
        assert browser.get(url).status_code == 404
