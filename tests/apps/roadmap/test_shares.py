"""A secret link shows what it says and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from pilothouse.apps.backlog.services.items import ItemDraft, create_item
from pilothouse.apps.roadmap.models import Share
from pilothouse.apps.roadmap.services.audiences import WordingDraft, save_wording
from pilothouse.apps.roadmap.services.bets import BetDraft, create_bet, set_bet_status
from pilothouse.apps.roadmap.services.outcomes import OutcomeDraft, save_outcome
from pilothouse.apps.roadmap.services.releases import ReleaseDraft, save_release
from pilothouse.apps.roadmap.services.shares import (
    ShareDraft,
    create_share,
    list_shares,
    open_share,
    revoke_share,
)
from pilothouse.apps.roadmap.services.teams import save_team
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.apps.workspace.services.products import archive_product
from pilothouse.kernel.errors import (
    ConflictError,
    ForbiddenError,
    InvalidValueError,
    NotFoundError,
)
from tests.builders import make_product

Q1 = date(2027, 1, 1)
WALL = datetime(2026, 11, 25, 9, tzinfo=timezone.utc)
# In everything that no outsider may see.
SECRET = "Zanzibar"


@pytest.fixture
def full(people, product):
    """A roadmap whose every private text holds ``SECRET``; the ids that must not be seen."""
    alice = people.alice
    team = save_team(alice, product, f"{SECRET} team")
    item = create_item(alice, product, ItemDraft(title=f"{SECRET} item"))
    outcome = save_outcome(alice, product, OutcomeDraft("Teams stay", f"{SECRET} why"))
    release = save_release(alice, product, ReleaseDraft("Winter", notes=f"{SECRET} notes"))
    bet = create_bet(
        alice,
        product,
        BetDraft(
            "Share a dashboard",
            note=f"{SECRET} note",
            item_id=item.public_id,
            outcome_id=outcome.public_id,
            release_id=release.public_id,
            quarter=Q1,
            efforts={team.public_id: 13.0},
            value=7654.0,
            confidence=0.8,
        ),
    )
    dropped = create_bet(alice, product, BetDraft(f"{SECRET} dropped", status="dropped"))
    save_wording(alice, product, bet.public_id, WordingDraft("sales", f"{SECRET} for sales"))
    things = (team, item, outcome, release, bet, dropped)
    return [thing.public_id for thing in things] + [product.public_id, alice.user_public_id]


def page_of(token: str):
    return Client().get(reverse("roadmap-shared", args=[token]))


def body_of(token: str) -> str:
    answer = page_of(token)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("efforts", [True, False])
@pytest.mark.parametrize("values", [True, False])
@pytest.mark.parametrize("quarters", [True, False])
def test_a_link_shows_what_it_says(alice, product, full, quarters, values, efforts):
    draft = ShareDraft("Board", shows_quarters=quarters, shows_values=values, shows_efforts=efforts)
    share, token = create_share(alice, product, draft)
    body = body_of(token)
    assert "Share a dashboard" in body
    assert "Teams stay" in body
    assert ("Q1 2027" in body) == quarters
    assert (re.search(r"7.?654", body) is not None) == values
    assert ("13 person-weeks" in body) == efforts
    for hidden in [SECRET, "Alice", "alice@", share.public_id, *full]:
        assert hidden not in body, hidden


def test_the_page_is_not_for_search_engines_and_does_not_tell_its_address(alice, product, full):
    _, token = create_share(alice, product, ShareDraft("Board"))
    answer = page_of(token)
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Cache-Control"] == "no-store"
    assert 'name="robots" content="noindex, nofollow"' in answer.content.decode()
    assert not answer.cookies
    assert "Simulated" in answer.content.decode()


def test_words_of_a_link_repeat_only_what_it_shows(alice, product, full, place):
    bet = place("Plain title", quarter=Q1, value=7654.0)
    words = WordingDraft("customers", "Told title", "Worth 7654 in Q1 2027")
    assert save_wording(alice, product, bet.public_id, words).findings == ()
    whole, narrow = (
        create_share(alice, product, ShareDraft("B", shows_quarters=shown, shows_values=shown))[1]
        for shown in (True, False)
    )
    assert "Told title" in body_of(whole)
    body = body_of(narrow)
    assert "Plain title" in body
    assert "7654" not in body
    assert "Q1 2027" not in body


def test_a_wording_that_moved_away_from_the_facts_is_withheld(alice, product, place):
    bet = place("Plain title", horizon="later")
    save_wording(alice, product, bet.public_id, WordingDraft("customers", "Out in Q1 2027"))
    _, token = create_share(alice, product, ShareDraft("B"))
    body = body_of(token)
    assert "Plain title" in body
    assert "Q1 2027" not in body


def test_what_is_later_has_no_date(alice, product, place):
    place("Far", quarter=date(2028, 7, 1))
    _, token = create_share(alice, product, ShareDraft("B"))
    assert open_share(token).bets[0].quarter is None
    assert "2028" not in body_of(token)


def test_texts_of_people_are_escaped(alice, product, place):
    place("<script>alert(1)</script>")
    _, token = create_share(alice, product, ShareDraft("B"))
    assert "<script>alert(1)" not in body_of(token)


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "%00" * 5, "é" * 43, "../../etc", "a" * 5000])
def test_a_wrong_token_finds_nothing(alice, product, token):
    create_share(alice, product, ShareDraft("B"))
    with pytest.raises(NotFoundError):
        open_share(token)
    assert Client().get(f"/roadmap/shared/{token}/").status_code == 404


def test_a_link_ends(alice, product, place):
    with time_machine.travel(WALL, tick=False):
        share, token = create_share(alice, product, ShareDraft("B", days=30))
        assert share.works
        assert page_of(token).status_code == 200
    with time_machine.travel(WALL + timedelta(days=30), tick=False):
        assert page_of(token).status_code == 404
        assert not list_shares(product)[0].works


def test_a_link_is_revoked_at_once_and_once(alice, product):
    share, token = create_share(alice, product, ShareDraft("B", days=None))
    assert page_of(token).status_code == 200
    revoke_share(alice, product, share.public_id)
    assert page_of(token).status_code == 404
    with pytest.raises(ConflictError):
        revoke_share(alice, product, share.public_id)
    with pytest.raises(NotFoundError):
        revoke_share(alice, make_product(alice, "Other"), share.public_id)


def test_a_product_that_was_put_away_shows_nothing(alice, product):
    _, token = create_share(alice, product, ShareDraft("B"))
    archive_product(alice, product.public_id, is_archived=True)
    assert page_of(token).status_code == 404


def test_only_the_digest_of_a_token_is_kept(alice, product):
    _, token = create_share(alice, product, ShareDraft("B"))
    kept = Share.objects.get()
    assert token not in str(vars(kept))
    assert token not in str([vars(act) for act in list_acts(alice)])


def test_only_an_owner_shares(people, product):
    bob = people.as_bob(Role.EDITOR)
    with pytest.raises(ForbiddenError):
        create_share(bob, product, ShareDraft("B"))
    share, _ = create_share(people.alice, product, ShareDraft("B"))
    with pytest.raises(ForbiddenError):
        revoke_share(bob, product, share.public_id)


@pytest.mark.parametrize(
    "changes", [{"name": ""}, {"name": "x" * 101}, {"audience": "all"}, {"days": 0}, {"days": 9999}]
)
def test_a_bad_link_is_refused(alice, product, changes):
    with pytest.raises(InvalidValueError):
        create_share(alice, product, replace(ShareDraft("B"), **changes))
    assert list_shares(product) == []


def test_what_is_done_is_shown_as_done(alice, product, place):
    bet = place("Plain title", quarter=Q1)
    set_bet_status(alice, product, bet.public_id, "done")
    save_wording(alice, product, bet.public_id, WordingDraft("customers", "Available now"))
    _, token = create_share(alice, product, ShareDraft("B"))
    assert "Available now" in body_of(token)
