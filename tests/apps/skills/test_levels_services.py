"""Evidence and levels from a real ledger: contexts, reviews, endorsements, privacy, deletion."""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Any

import pytest

from pilothouse.apps.decisions.services.decisions import DecisionDraft, OptionDraft, save_decision
from pilothouse.apps.skills.models import Endorsement
from pilothouse.apps.skills.services import contexts
from pilothouse.apps.skills.services.act_reviews import ReviewDraft, list_act_reviews
from pilothouse.apps.skills.services.asking import (
    ask_rating,
    ask_review,
    get_request,
    give_rating,
    give_review,
    list_asked_of_me,
    withdraw_request,
)
from pilothouse.apps.skills.services.attention import list_attention
from pilothouse.apps.skills.services.endorsements import (
    LinkDraft,
    Said,
    create_link,
    list_endorsements,
    open_link,
    revoke_link,
    set_hidden,
    use_link,
)
from pilothouse.apps.skills.services.evidence import list_evidence
from pilothouse.apps.skills.services.levels import get_level, read_levels
from pilothouse.apps.skills.services.ratings import (
    RatingDraft,
    get_ratings,
    list_ratings,
    rate_self,
    tell_difference,
)
from pilothouse.apps.workspace.models import Act
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import (
    list_acts,
    record_act,
    remove_personal,
    verify_ledger,
)
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from tests.builders import make_product

pytestmark = pytest.mark.django_db
WORDS = "She wrote down beforehand what would change her mind."


def decide(access: Access, product: ProductView, title: str = "How do we price?") -> int:
    """A decision that passes the checks; the number of its act."""
    draft = DecisionDraft(
        title, options=(OptionDraft("By seat", is_chosen=True), OptionDraft("By usage")),
        expected="Churn below 4 %", probability=0.65, review_on=date(2027, 1, 30),
        is_decided=True,
    )  # fmt: skip
    save_decision(access, product, draft)
    acts = list_acts(access, limit=5)
    return next(act.sequence for act in acts if act.kind == "decision.decided")


def endorse(access: Access, sequence: int, name: str = "Erin", relation: str = "engineer") -> str:
    _, token = create_link(access, LinkDraft(f"for {name}", "C03", (sequence,)))
    use_link(token, Said(name, relation, WORDS, (sequence,), is_sincere=True))
    return list_endorsements(access)[0].public_id


@pytest.fixture
def simulated(people: Any) -> ProductView:
    clock = datetime(2026, 11, 20, tzinfo=timezone.utc)
    return make_product(people.alice, "Brindle", world="simulated", clock=clock)


def test_no_evidence_is_none_and_not_zero(people):
    levels = read_levels(people.alice)
    assert len(levels) == 16
    assert {level.value for level in levels.values()} == {None}
    assert get_level(people.alice, "C03").words == "no evidence yet"


def test_two_decisions_hold_level_one_and_name_their_acts(people, product):
    numbers = [decide(people.alice, product, name) for name in ("one", "two")]
    view = get_level(people.alice, "C03")
    assert view.value == 1
    assert [each.sequence for each in view.acts] == numbers
    assert [each.title for each in view.acts] == ["one", "two"]
    assert all(each.url.endswith("/") for each in view.acts)
    assert read_levels(people.bob)["C03"].value is None


def test_a_review_and_an_endorsement_lift_a_real_act(people, product):
    first, second = (decide(people.alice, product, name) for name in ("one", "two"))
    asked = ask_review(people.alice, people.bob.user_public_id, first, "C03")
    note = "The evidence that would change it stands before the result."
    give_review(people.bob, asked.public_id, ReviewDraft("C03.L2.b2", is_shown=True, note=note))
    assert read_levels(people.alice)["C03"].value == 3
    endorse(people.alice, second)
    strengths = {
        (each.sequence, each.strength)
        for each in list_evidence(people.alice, people.alice.user_public_id)
        if each.competency == "C03"
    }
    assert strengths == {(first, 2), (first, 4), (second, 2), (second, 5)}
    # Reviewing is an act of the reviewer, at the competency reviewed.
    raising = read_levels(people.bob)["C03"]
    assert (raising.acts, raising.cases[0].raises) == (1, True)


def test_a_review_that_finds_nothing_shown_lifts_nothing(people, product):
    number = decide(people.alice, product)
    decide(people.alice, product, "two")
    asked = ask_review(people.alice, people.bob.user_public_id, number, "C03")
    draft = ReviewDraft("C03.L3.b1", is_shown=False, note="No stakeholder agreed to it here.")
    give_review(people.bob, asked.public_id, draft)
    assert read_levels(people.alice)["C03"].value == 1
    (seen,) = list_act_reviews(people.alice, "C03")
    assert (seen.is_shown, seen.reviewer) == (False, "Bob")


def test_simulated_acts_stay_simulated_whoever_endorses_them(people, simulated):
    numbers = [decide(people.alice, simulated, name) for name in ("one", "two", "three")]
    for number in numbers:
        endorse(people.alice, number)
    level = read_levels(people.alice)["C03"]
    assert (level.value, level.strongest) == (1, 5)


def test_scored_worlds_hold_level_two(people, simulated):
    for world, score in (("saas@1", 62), ("retail@2", 44), ("saas@1", 90)):
        facts = {"competency": "C06", "score": score, "world": world, "seed": score}
        record_act(people.alice, "simulation.scored", "run", world, facts, product=simulated)
    level = read_levels(people.alice)["C06"]
    assert level.value == 2
    assert level.spread.scores == (62, 44, 90)


def test_a_context_that_another_app_knows(people, product, simulated, monkeypatch):
    monkeypatch.setattr(contexts, "_readers", [])
    contexts.register_contexts(lambda access: lambda act: "employment")
    decide(people.alice, product)
    decide(people.alice, simulated)
    found = [
        each.context
        for each in list_evidence(people.alice, people.alice.user_public_id)
        if each.competency == "C03"
    ]
    # Nothing that is said of a product makes a simulated act real.
    assert found == ["employment", "simulated"]


def test_nobody_reads_the_evidence_of_another(people, product):
    decide(people.alice, product)
    with pytest.raises(NotFoundError):
        list_evidence(people.bob, people.alice.user_public_id)


def test_removing_personal_data_keeps_the_chain_and_the_level(people, product):
    first, second = (decide(people.alice, product, name) for name in ("one", "two"))
    endorse(people.alice, first)
    before = read_levels(people.alice)["C03"]
    assert before.value == 3
    for act in list_acts(people.alice, limit=100):
        if act.personal:
            remove_personal(people.alice, act.sequence)
    after = read_levels(people.alice)["C03"]
    assert (after.value, after.sequences) == (3, before.sequences)
    assert verify_ledger(people.alice.workspace_id).is_whole
    (seen,) = list_endorsements(people.alice)
    assert (seen.name, seen.comment, seen.endorsed) == ("", "", (first,))
    del second


def test_the_words_of_an_endorser_stand_in_the_ledger_alone(people, product):
    endorse(people.alice, decide(people.alice, product), name="Erin Engineer")
    row = Endorsement.objects.get()
    stored = repr([getattr(row, field.attname) for field in row._meta.concrete_fields])
    assert "Erin Engineer" not in stored
    assert WORDS not in stored
    act = Act.objects.get(kind="endorsement.received")
    assert WORDS not in act.facts
    assert "Erin Engineer" in act.personal


def test_two_people_are_told_apart_without_names(people, product):
    number = decide(people.alice, product)
    for name in ("Erin", " erin ", "Frank"):
        endorse(people.alice, number, name)
    assert read_levels(people.alice)["C03"].spread.endorsers == 2


def test_a_manager_reviews_and_a_user_countersigns(people, product):
    number = decide(people.alice, product)
    endorse(people.alice, number, "Mona", "manager")
    assert read_levels(people.alice)["C03"].strongest == 4
    endorse(people.alice, number, "Uma", "user")
    assert read_levels(people.alice)["C03"].strongest == 5


def test_a_link_works_once_and_not_after_its_end(people, product):
    number = decide(people.alice, product)
    view, token = create_link(people.alice, LinkDraft("Erin", "C03", (number,)))
    opened = open_link(token)
    assert (opened.person, len(opened.acts)) == ("Alice", 1)
    said = Said("Erin", "user", WORDS, (number,), is_sincere=True)
    use_link(token, said)
    for call in (lambda: open_link(token), lambda: use_link(token, said)):
        with pytest.raises(NotFoundError):
            call()
    other, second = create_link(people.alice, LinkDraft("Frank", "C03", (number,)))
    Endorsement.objects.filter(public_id=other.public_id).update(expires_at=view.created_at)
    with pytest.raises(NotFoundError):
        open_link(second)
    third, token = create_link(people.alice, LinkDraft("Gil", "C03", (number,)))
    revoke_link(people.alice, third.public_id)
    with pytest.raises(NotFoundError):
        open_link(token)


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "a" * 44, "\ud800" * 43, "ä" * 43])
def test_tokens_that_were_never_given(token: str):
    with pytest.raises(NotFoundError):
        open_link(token)


def test_the_token_is_not_stored(people, product):
    _, token = create_link(people.alice, LinkDraft("Erin", "C03", (decide(people.alice, product),)))
    row = Endorsement.objects.get()
    assert token not in repr([getattr(row, f.attname) for f in row._meta.concrete_fields])


def test_a_link_offers_acts_of_ones_own_only(people, product):
    his = decide(people.bob, product)
    with pytest.raises(InvalidValueError):
        create_link(people.alice, LinkDraft("Erin", "C03", (his,)))
    mine = decide(people.alice, product)
    _, token = create_link(people.alice, LinkDraft("Erin", "C03", (mine,)))
    with pytest.raises(InvalidValueError):
        use_link(token, Said("Erin", "user", WORDS, (his,), is_sincere=True))


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""}, {"name": "x" * 101}, {"relation": "friend"}, {"comment": "good"},
        {"comment": "x" * 4001}, {"is_sincere": False},
    ],
)  # fmt: skip
def test_what_an_endorser_must_say(people, product, change: dict[str, Any]):
    number = decide(people.alice, product)
    _, token = create_link(people.alice, LinkDraft("Erin", "C03", (number,)))
    whole = {
        "name": "Erin", "relation": "user", "comment": WORDS, "sequences": (number,),
        "is_sincere": True,
    }  # fmt: skip
    with pytest.raises(InvalidValueError):
        use_link(token, Said(**(whole | change)))
    assert open_link(token).person == "Alice"


def test_what_is_hidden_counts_no_more_and_can_be_shown_again(people, product):
    first, _ = (decide(people.alice, product, name) for name in ("one", "two"))
    endorsed = endorse(people.alice, first)
    assert read_levels(people.alice)["C03"].value == 3
    set_hidden(people.alice, endorsed, is_hidden=True)
    assert read_levels(people.alice)["C03"].value == 1
    set_hidden(people.alice, endorsed, is_hidden=False)
    assert read_levels(people.alice)["C03"].value == 3
    with pytest.raises(NotFoundError):
        set_hidden(people.bob, endorsed, is_hidden=True)
    with pytest.raises(ConflictError):
        revoke_link(people.alice, endorsed)


def test_ratings_stand_beside_and_move_nothing(people):
    rate_self(people.alice, "C03", 1)
    rate_self(people.alice, "C03", 4, "better now")
    found = get_ratings(people.alice, "C03")
    assert [each.level for each in found.own] == [4, 1]
    assert found.latest is not None
    assert tell_difference(found.latest, 2) == "2 levels above the evidence"
    assert tell_difference(found.latest, None).startswith("no level")
    assert read_levels(people.alice)["C03"].acts == 0
    assert list_ratings(people.bob) == {}


def test_the_ledger_keeps_no_rating(people):
    rate_self(people.alice, "C03", 3, "between us")
    act = list_acts(people.alice, limit=1)[0]
    assert act.kind == "rating.given"
    assert act.facts == {"competency": "C03", "own": True}
    assert act.personal == ""


def test_a_member_who_was_asked_rates(people, product):
    asked = ask_rating(people.alice, people.bob.user_public_id, "You saw the launch")
    with pytest.raises(ConflictError):
        ask_rating(people.alice, people.bob.user_public_id)
    (line,) = list_attention(people.bob, product, date(2026, 11, 25))
    assert line.sentence == "Alice asks you for a rating"
    assert list_attention(people.alice, product, date(2026, 11, 25)) == []
    give_rating(people.bob, asked.public_id, RatingDraft({"C03": 2, "C14": 0}, "From the launch"))
    assert [each.level for each in get_ratings(people.alice, "C03").others] == [2]
    assert get_ratings(people.alice, "C14").latest_others[0].level_name == "Not yet"
    assert get_ratings(people.bob, "C03").others == ()
    assert list_asked_of_me(people.bob) == []
    with pytest.raises(ConflictError):
        give_rating(people.bob, asked.public_id, RatingDraft({"C03": 4}))


def test_nobody_else_answers_or_reads_a_request(people):
    asked = ask_rating(people.alice, people.bob.user_public_id)
    with pytest.raises(NotFoundError):
        give_rating(people.alice, asked.public_id, RatingDraft({"C03": 4}))
    with pytest.raises(NotFoundError):
        get_request(people.charlie, asked.public_id)
    with pytest.raises(NotFoundError):
        withdraw_request(people.bob, asked.public_id)
    withdraw_request(people.alice, asked.public_id)
    with pytest.raises(ConflictError):
        give_rating(people.bob, asked.public_id, RatingDraft({"C03": 4}))


def test_one_asks_other_members_and_about_ones_own_acts(people, product):
    for stranger in (people.charlie.user_public_id, people.alice.user_public_id, ""):
        with pytest.raises(InvalidValueError):
            ask_rating(people.alice, stranger)
    his = decide(people.bob, product)
    with pytest.raises(NotFoundError):
        ask_review(people.alice, people.bob.user_public_id, his, "C03")


@pytest.mark.parametrize(
    "draft",
    [
        RatingDraft({}), RatingDraft({"C17": 1}), RatingDraft({"C03": 5}),
        RatingDraft({"C03": True}), RatingDraft({"C03": 1}, "x" * 2001),
    ],
)  # fmt: skip
def test_ratings_that_are_none(draft: RatingDraft):
    with pytest.raises(InvalidValueError):
        draft.checked()


@pytest.mark.parametrize(
    ("behaviour", "note"),
    [("C04.L1.b1", WORDS), ("", WORDS), ("C03.L9.b1", WORDS), ("C03.L1.b1", "fine")],
)
def test_reviews_that_are_none(people, product, behaviour: str, note: str):
    number = decide(people.alice, product)
    asked = ask_review(people.alice, people.bob.user_public_id, number, "C03")
    with pytest.raises(InvalidValueError):
        give_review(people.bob, asked.public_id, ReviewDraft(behaviour, is_shown=True, note=note))
    assert get_request(people.alice, asked.public_id).is_open
