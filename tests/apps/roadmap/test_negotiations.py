"""Negotiation sheets: options from the product's own history, a live cut line, an agreement."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from pilothouse.apps.backlog.services.items import (
    ItemDraft,
    create_items,
    set_item_deleted,
    update_item,
)
from pilothouse.apps.roadmap.services.negotiation_files import write_delivery
from pilothouse.apps.roadmap.services.negotiation_sheets import (
    AgreedPromise,
    Agreement,
    agree,
    read_sheet,
    to_sheet_json,
)
from pilothouse.apps.roadmap.services.negotiations import (
    NegotiationDraft,
    StakeholderView,
    get_negotiation,
    list_negotiations,
    reopen_negotiation,
    save_negotiation,
    set_negotiation_deleted,
)
from pilothouse.apps.roadmap.services.promises import list_promises
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.apps.workspace.services.search import search
from pilothouse.kernel.errors import (
    ConflictError,
    ForbiddenError,
    InvalidValueError,
    NotFoundError,
)
from tests.apps.makers import browser_of
from tests.apps.roadmap.delivery_rows import make_history
from tests.builders import People, make_product

NOW = datetime(2026, 11, 25, 12, tzinfo=timezone.utc)
DUE = date(2026, 12, 23)  # four weeks
PEOPLE = (
    StakeholderView("Dana", "sales", "a show", "the old plan"),
    StakeholderView("Omar", influence="low"),
)


@pytest.fixture
def product(people: People) -> ProductView:
    made = make_product(people.alice, "Beacon", clock=NOW)
    make_history(people.alice, made, (3, 5, 2, 0, 4, 6))
    return made


@pytest.fixture
def draft(people: People, product: ProductView) -> NegotiationDraft:
    """Twelve items in order, wished in four weeks: the worked example."""
    drafts = [ItemDraft(f"Item {n}", kind="story", status="ready") for n in range(1, 13)]
    _, items = create_items(people.alice, product, drafts)
    ids = tuple(item.public_id for item in items)
    return NegotiationDraft("Before the fair", DUE, item_ids=ids, stakeholders=PEOPLE)


@pytest.fixture
def alice(people: People) -> Client:
    return browser_of(people.alice)


def form_of(draft: NegotiationDraft, **changes: Any) -> dict[str, Any]:
    fields = {
        "title": draft.title, "due": draft.due.isoformat(), "confidence": "85",
        "item": list(draft.item_ids), "s-name": [p.name for p in draft.stakeholders],
        "s-role": [p.role for p in draft.stakeholders], "s-wants": ["a show", ""],
        "s-alternative": ["the old plan", ""], "s-interest": ["high", "high"],
        "s-influence": ["high", "low"],
    }  # fmt: skip
    return fields | changes


def address(product: ProductView, public_id: str = "", part: str = "") -> str:
    middle = f"{public_id}/" if public_id else ""
    return f"/p/{product.public_id}/roadmap/negotiations/{middle}{part}"


def test_the_sheet_of_the_worked_example(product: ProductView, draft: NegotiationDraft):
    sheet = read_sheet(product, draft)
    by_date, by_scope, _ = sheet.deals
    assert by_date.sentence == "By 23 December 2026: the first 9 of 12 items."
    assert (round(by_date.p, 3), by_date.chance_text) == (0.883, "88%")
    assert by_scope.sentence == "By 30 December 2026: all 12 items."
    assert [round(line.chance.p, 3) for line in sheet.lines[8:]] == [0.883, 0.830, 0.762, 0.682]
    assert [line.is_last_kept for line in sheet.lines].index(True) == 8
    assert sheet.kept == 9
    assert [p.stance for p in sheet.draft.stakeholders] == ["manage closely", "keep informed"]


def test_what_is_done_or_gone_is_not_scope(
    people: People, product: ProductView, draft: NegotiationDraft
):
    update_item(people.alice, product, draft.item_ids[0], {"status": "done"})
    set_item_deleted(people.alice, product, draft.item_ids[1], is_deleted=True)
    sheet = read_sheet(product, replace(draft, extra_items=3))
    assert (sheet.scope, sheet.missing, len(sheet.lines)) == (13, 1, 11)
    assert sheet.lines[0].chance is None
    assert sheet.lines[1].chance is not None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"item_ids": ()}, "nothing to do"),
        ({"due": date(2026, 11, 27)}, "less than a week"),
        ({"kinds": ("bug",)}, "no whole week"),
    ],
)
def test_a_sheet_without_options_says_why(
    changes: dict, words: str, product: ProductView, draft: NegotiationDraft
):
    sheet = read_sheet(product, replace(draft, **changes))
    assert sheet.deals == ()
    assert words in sheet.reason
    assert to_sheet_json(sheet)["warning"] == sheet.reason


def test_a_sheet_comes_back_as_it_was_kept(
    people: People, product: ProductView, draft: NegotiationDraft
):
    whole = replace(draft, note="n", delay_cost=5.0, confidence=0.7, kinds=("story",))
    view = save_negotiation(people.alice, product, whole)
    assert view.draft == whole
    assert [v.public_id for v in list_negotiations(product)] == [view.public_id]
    (hit,) = search(people.alice, "fair", product_id=product.id)
    assert (hit.kind, hit.url) == ("negotiation", view.url)


def test_an_agreement_becomes_promises_with_their_chances(
    people: People, product: ProductView, draft: NegotiationDraft
):
    view = save_negotiation(people.alice, product, draft)
    promises = (
        AgreedPromise("The first nine", "Dana", DUE, "sales"),
        AgreedPromise("All twelve", "Omar", date(2026, 12, 30), items=12),
        AgreedPromise("A talk", "Omar", date(2026, 12, 30), items=0),
    )
    done, made = agree(
        people.alice, product, view.public_id, Agreement("date", "Nine, then three.", promises)
    )
    assert (done.is_agreed, done.agreed_deal, done.promises) == (True, "date", 3)
    assert [each.probability and round(each.probability, 3) for each in made] == [
        0.883,
        0.874,
        None,
    ]
    assert done.agreed_facts["options"][0]["scope"] == 9
    acts = [act for act in list_acts(people.alice) if act.object_kind != "items"]
    kinds = [act.kind for act in acts]
    assert kinds.count("promise.made") == 3
    (agreed,) = [act for act in acts if act.kind == "negotiation.agreed"]
    assert (agreed.facts["scope"], agreed.facts["of"], agreed.facts["deal"]) == (9, 12, "date")
    assert agreed.personal == "Nine, then three."
    assert "Dana" not in json.dumps([dict(act.facts) for act in acts])


def test_an_agreed_sheet_stands_until_it_is_reopened(
    people: People, product: ProductView, draft: NegotiationDraft
):
    alice = people.alice
    view = save_negotiation(alice, product, draft)
    promise = (AgreedPromise("Nine", "Dana", DUE),)
    agree(alice, product, view.public_id, Agreement("date", "", promise))
    with pytest.raises(ConflictError, match="stands as it was"):
        save_negotiation(alice, product, draft, public_id=view.public_id)
    with pytest.raises(ConflictError, match="stands as it was"):
        agree(alice, product, view.public_id, Agreement("date", "", promise))
    reopen_negotiation(alice, product, view.public_id)
    save_negotiation(alice, product, replace(draft, title="Again"), public_id=view.public_id)
    assert len(list_promises(product)) == 1
    with pytest.raises(ConflictError, match="open already"):
        reopen_negotiation(alice, product, view.public_id)


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""}, {"confidence": 0.4}, {"team_size": 0}, {"extra_items": 10**400},
        {"delay_cost": float("inf")}, {"drag": -1.0}, {"window_weeks": 5}, {"kinds": ("idea",)},
        {"item_ids": ("x'--",)}, {"stakeholders": (StakeholderView(""),)},
        {"stakeholders": (StakeholderView("D", interest="huge"),)},
        {"stakeholders": (StakeholderView("D"),) * 21}, {"note": "x" * 4001},
    ],
)  # fmt: skip
def test_terms_that_make_no_sense_are_refused(
    wrong: dict, people: People, product: ProductView, draft: NegotiationDraft
):
    with pytest.raises(InvalidValueError):
        save_negotiation(people.alice, product, replace(draft, **wrong))
    assert list_negotiations(product) == []


def test_agreements_that_make_no_sense_are_refused(
    people: People, product: ProductView, draft: NegotiationDraft
):
    alice = people.alice
    view = save_negotiation(alice, product, draft)
    good = AgreedPromise("Nine", "Dana", DUE)
    for agreement in (
        Agreement("maybe", "", (good,)),
        Agreement("date", "", ()),
        Agreement("date", "", (replace(good, to_name=""),)),
        Agreement("date", "", (replace(good, items=13),)),
    ):
        with pytest.raises(InvalidValueError):
            agree(alice, product, view.public_id, agreement)
    assert not get_negotiation(product, view.public_id).is_agreed
    assert list_promises(product) == []


def test_who_may_not_edit_may_not_agree(
    people: People, product: ProductView, draft: NegotiationDraft
):
    view = save_negotiation(people.alice, product, draft)
    commenter = people.as_bob(Role.COMMENTER)
    agreement = Agreement("date", "", (AgreedPromise("Nine", "Dana", DUE),))
    with pytest.raises(ForbiddenError):
        save_negotiation(commenter, product, draft)
    with pytest.raises(ForbiddenError):
        agree(commenter, product, view.public_id, agreement)
    other = make_product(people.alice, "Other")
    with pytest.raises(NotFoundError):
        get_negotiation(other, view.public_id)


def test_a_deleted_sheet_comes_back(people: People, product: ProductView, draft: NegotiationDraft):
    view = save_negotiation(people.alice, product, draft)
    set_negotiation_deleted(people.alice, product, view.public_id, is_deleted=True)
    assert list_negotiations(product) == []
    set_negotiation_deleted(people.alice, product, view.public_id, is_deleted=False)
    assert get_negotiation(product, view.public_id).draft == view.draft


def test_the_page_saves_what_was_typed(alice: Client, product: ProductView, draft):
    url = address(product)
    begun = alice.post(url, {"title": "Fair", "due": "2026-12-23", "with_ready": "on"})
    view = list_negotiations(product)[0]
    assert begun["Location"] == view.url
    assert view.draft.item_ids == draft.item_ids
    assert alice.post(view.url, form_of(draft, team_size="7")).status_code == 302
    kept = get_negotiation(product, view.public_id).draft
    assert (kept.title, kept.team_size, kept.stakeholders) == (draft.title, 7, draft.stakeholders)
    text = alice.get(view.url).content.decode()
    assert "the first 9 of 12 items" in text
    assert "Cut line at 85%" in text


def test_buttons_reorder_the_scope_without_script(
    people: People, alice: Client, product: ProductView, draft: NegotiationDraft
):
    view = save_negotiation(people.alice, product, draft)
    first, second, third = draft.item_ids[:3]
    alice.post(view.url, form_of(draft, move=f"{second}:up"))
    assert get_negotiation(product, view.public_id).draft.item_ids[:2] == (second, first)
    alice.post(view.url, form_of(draft, move=f"{first}:out"))
    assert get_negotiation(product, view.public_id).draft.item_ids[0] == second
    alice.post(view.url, form_of(draft, item=[first], add=third))
    assert get_negotiation(product, view.public_id).draft.item_ids == (first, third)


def test_the_live_part_moves_the_cut_line_and_keeps_nothing(
    people: People, alice: Client, product: ProductView, draft: NegotiationDraft
):
    view = save_negotiation(people.alice, product, draft)
    url = address(product, view.public_id, "live/")
    answer = alice.post(url, form_of(draft, confidence="60", title=""))
    assert answer.status_code == 200
    text = answer.content.decode()
    assert text.lstrip().startswith('<div class="stack answer" id="live"')
    assert "the first 12" not in text
    assert "all 12 items" in text
    bad = alice.post(url, form_of(draft, confidence="lots"))
    assert bad.status_code == 400
    assert b"is a number" in bad.content
    assert get_negotiation(product, view.public_id).draft == view.draft


def test_a_bad_form_is_shown_again_with_what_was_typed(
    people: People, alice: Client, product: ProductView, draft: NegotiationDraft
):
    view = save_negotiation(people.alice, product, draft)
    order = [draft.item_ids[1], draft.item_ids[0]]
    wrong = form_of(draft, team_size="0", note="typed note", item=order)
    answer = alice.post(view.url, wrong)
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "typed note" in text
    assert text.index(order[0]) < text.index(order[1])
    again = alice.post(
        address(product, view.public_id, "agree/"),
        {"deal": "date", "text": "my words", "p-what": "W", "p-to": "", "p-due": "2026-12-23"},
    )
    assert again.status_code == 400
    assert b"my words" in again.content
    empty = alice.post(address(product), {"title": "Kept title", "due": ""})
    assert empty.status_code == 400
    assert b"Kept title" in empty.content


def test_agreeing_on_the_page(
    people: People, alice: Client, product: ProductView, draft: NegotiationDraft
):
    view = save_negotiation(people.alice, product, draft)
    form = {
        "deal": "scope", "text": "all of it", "p-what": ["All twelve", ""],
        "p-to": ["Dana", "Omar"], "p-role": ["sales", ""], "p-due": ["2026-12-30", ""],
        "p-items": ["12", "9"],
    }  # fmt: skip
    answer = alice.post(address(product, view.public_id, "agree/"), form, follow=True)
    assert b"Agreed: Before the fair; 1 promise made" in answer.content
    assert [p.what for p in list_promises(product)] == ["All twelve"]
    assert b"Save the sheet" not in answer.content


def test_the_sheet_on_one_page_and_as_markdown(
    people: People, alice: Client, product: ProductView, draft: NegotiationDraft
):
    hostile = replace(draft, title="A | <b>fair</b>\n# x", delay_cost=1000.0)
    view = save_negotiation(people.alice, product, hostile)
    page = alice.get(address(product, view.public_id, "sheet/")).content.decode()
    assert "<b>fair" not in page
    text = alice.get(address(product, view.public_id, "sheet.md")).content.decode()
    assert text.startswith("# A \\| \\<b\\>fair\\</b\\> \\# x\n")
    assert "| Date fixed | By 23 December 2026: the first 9 of 12 items. | 88% (" in text
    assert "cut line at 85%" in text
    assert "| Dana (sales) | a show | the old plan | manage closely |" in text


def test_everything_is_exported(
    people: People, product: ProductView, draft: NegotiationDraft, tmp_path: Path
):
    view = save_negotiation(people.alice, product, replace(draft, title="=1+1"))
    promise = (AgreedPromise("=cmd", "Dana", DUE),)
    agree(people.alice, product, view.public_id, Agreement("date", "yes", promise))
    assert write_delivery([product], tmp_path) == 2
    (sheet,) = json.loads((tmp_path / "negotiations.json").read_text("utf-8"))
    assert (sheet["title"], sheet["agreed"], len(sheet["item_ids"])) == ("=1+1", "date", 12)
    assert "'=cmd" in (tmp_path / "promises.csv").read_text("utf-8-sig")
