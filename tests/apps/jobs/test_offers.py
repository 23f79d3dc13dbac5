"""Offers compared and negotiated; letters held against acts."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client

from pilothouse.apps.jobs.services.applications import (
    ApplicationDraft,
    begin_application,
    set_application_deleted,
)
from pilothouse.apps.jobs.services.attention import list_attention
from pilothouse.apps.jobs.services.exporting import write_jobs
from pilothouse.apps.jobs.services.letters import (
    LetterDraft,
    begin_letter,
    check_letter,
    get_letter,
    keep_as_sent,
    list_letter_versions,
    restore_letter_version,
    save_letter,
    set_letter_deleted,
)
from pilothouse.apps.jobs.services.offer_sheets import (
    AskDraft,
    SheetDraft,
    agree,
    compare_all,
    read_sheet,
    save_sheet,
)
from pilothouse.apps.jobs.services.offers import (
    Criteria,
    OfferDraft,
    get_offer,
    list_offers,
    save_criteria,
    save_offer,
    set_offer_deleted,
)
from pilothouse.apps.jobs.services.sent_files import read_sent
from pilothouse.apps.jobs.services.texts import today
from pilothouse.apps.roadmap.services.negotiations import StakeholderView
from pilothouse.apps.workspace.models import SearchEntry
from pilothouse.apps.workspace.services.ledger import list_acts, record_act
from pilothouse.apps.workspace.services.login import create_token
from pilothouse.apps.workspace.services.search import search
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from tests.apps.jobs.offer_rows import OFFER, SHEET
from tests.apps.makers import browser_of
from tests.builders import make_product


def offer(access, name: str, low: float, high: float | None = None, **more):
    money = {"base": (low, high or low)}
    return save_offer(access, OfferDraft(name, more.pop("currency", "EUR"), money, **more))


def test_offers_are_compared_within_their_currency(people):
    offer(people.alice, "Acme", 60_000)
    offer(people.alice, "Northwind", 65_000, 75_000)
    offer(people.alice, "Globex", 90_000, currency="usd")
    groups = compare_all(people.alice)
    assert [(g.currency, [o.name for o in g.offers]) for g in groups] == [
        ("EUR", ["Northwind", "Acme"]), ("USD", ["Globex"]),
    ]  # fmt: skip
    acme, northwind = list_offers(people.alice)[2], list_offers(people.alice)[1]
    assert groups[0].comparison.better[northwind.public_id, acme.public_id] == 1
    page = browser_of(people.alice).get("/jobs/offers/").content.decode()
    assert page.index("Northwind") < page.index("Acme")
    assert compare_all(people.bob) == []


def test_a_page_loaded_again_says_the_same(people):
    offer(people.alice, "Acme", 60_000, 70_000)
    offer(people.alice, "Northwind", 61_000, 72_000)
    assert compare_all(people.alice) == compare_all(people.alice)


def test_values_turn_the_order_at_the_price_named(people):
    save_criteria(people.alice, Criteria({"Time": 1.0}))
    offer(people.alice, "Rich", 80_000, scores={"Time": (2, 2)})
    offer(people.alice, "Calm", 70_000, scores={"Time": (9, 9)})
    assert [each.name for each in compare_all(people.alice)[0].offers] == ["Rich", "Calm"]
    save_criteria(people.alice, Criteria({"Time": 1.0}, point_price=2_000))
    assert [each.name for each in compare_all(people.alice)[0].offers] == ["Calm", "Rich"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"base-low": "70000", "base-high": "60000"}, "lower end to its higher"),
        ({"base-low": "many"}, "such as 12.5"),
        ({"base-low": "-1"}, "from 0 to"),
        ({"base-low": "1e99"}, "from 0 to"),
        ({"base-low": "nan"}, "such as 12.5"),
        ({"currency": "EURO"}, "three-letter code"),
        ({"equity_chance": "150"}, "between 0 and 100 %"),
        ({"name": ""}, "a name has 1 to 200"),
        ({"vest_years": "0"}, "years of vesting"),
    ],
)
def test_what_is_refused_says_why_and_loses_nothing(people, change, words):
    data = OFFER | {"notes": "Ask about <remote>"} | change
    answer = browser_of(people.alice).post("/jobs/offers/new/", data)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page
    assert "Ask about &lt;remote&gt;" in page
    assert list_offers(people.alice) == []


def test_where_the_cut_line_lies(people):
    made = offer(people.alice, "Acme", 60_000)
    assert "Nothing to hold it against" in read_sheet(people.alice, made.public_id).reason
    asks = (AskDraft("Base", 4_000, 0.5), AskDraft("Remote day", 2_000, 0.9))
    bo = StakeholderView("Bo", "Recruiter", "A quick yes", "The next on the list")
    sheet = save_sheet(people.alice, made.public_id, SheetDraft(asks, (bo,), 65_000))
    assert sheet.sheet.enough_at == 2
    # Decide's own grid says what to do with whoever is at the table.
    assert sheet.draft.people[0].stance == bo.stance != ""
    other = offer(people.alice, "Northwind", 63_000)
    sheet = save_sheet(people.alice, made.public_id, SheetDraft(asks))
    assert (sheet.against, sheet.sheet.enough_at) == ("Northwind", 1)
    set_offer_deleted(people.alice, other.public_id, is_deleted=True)
    assert read_sheet(people.alice, made.public_id).sheet is None


def test_the_sheet_by_its_form_and_the_agreement(people):
    made = offer(people.alice, "Acme", 60_000)
    browser = browser_of(people.alice)
    address = f"{made.url}negotiation/"
    refused = browser.post(address, SHEET | {"worth": ["much"]})
    assert (refused.status_code, b'value="Base"' in refused.content) == (400, True)
    assert browser.post(address, SHEET).status_code == 302
    assert "The first 1 ask must be granted" in browser.get(address).content.decode()
    browser.post(address, {"do": "agree", "agreed_text": "64,000 and a remote day."})
    assert get_offer(people.alice, made.public_id).agreed_text == "64,000 and a remote day."
    assert list_acts(people.alice)[0].facts == {}
    browser.post(address, {"do": "agree", "agreed_text": ""})
    assert get_offer(people.alice, made.public_id).agreed_at is None


def test_offers_are_private_and_deleting_is_undone(people):
    made = offer(people.alice, "Acme", 60_000)
    with pytest.raises(NotFoundError):
        get_offer(people.bob, made.public_id)
    set_offer_deleted(people.alice, made.public_id, is_deleted=True)
    assert list_offers(people.alice) == []
    set_offer_deleted(people.alice, made.public_id, is_deleted=False)
    assert [each.name for each in list_offers(people.alice)] == ["Acme"]


def test_today_shows_what_must_be_decided_on(people, product):
    day = today()
    offer(people.alice, "Acme", 1, decide_by=(day + timedelta(days=8)).isoformat())
    assert list_attention(people.alice, product, day) == []
    offer(people.alice, "Northwind", 1, decide_by=(day + timedelta(days=7)).isoformat())
    (line,) = list_attention(people.alice, product, day)
    assert (line.sentence, line.is_warning) == ("Decide on the offer of Northwind", False)


def begun(access) -> str:
    return begin_application(access, ApplicationDraft("PM", "Acme")).public_id


def test_a_number_without_evidence_is_not_kept_as_sent(people):
    act = record_act(people.alice, "reading.taken", "metric", "m", {"value": 0.042})
    of = begun(people.alice)
    letter = begin_letter(people.alice, of, "", "Churn fell to 4.2 %.")
    assert letter.title == "Letter to Acme"
    with pytest.raises(InvalidValueError, match=r"4\.2 %"):
        keep_as_sent(people.alice, of, letter.public_id)
    wrong = f"Churn fell to 4.4 %. {{act:{act.sequence}}}"
    letter = save_letter(people.alice, of, letter.public_id, LetterDraft(letter.title, wrong))
    assert [gap.figure for gap in check_letter(people.alice, letter).gaps] == ["4.4 %"]
    right = f"Dear Bo,\n\nChurn fell to 4.2 %. {{act:{act.sequence}}}\nIt was fun."
    letter = save_letter(people.alice, of, letter.public_id, LetterDraft(letter.title, right))
    sent = keep_as_sent(people.alice, of, letter.public_id)
    assert read_sent(people.alice, of, sent.public_id)[1].decode() == (
        "Dear Bo,\n\nChurn fell to 4.2 %.\nIt was fun.\n"
    )
    assert (sent.kind, sent.label) == ("letter", "Letter to Acme, version 3")


def test_every_version_of_a_letter_is_kept(people):
    of = begun(people.alice)
    letter = begin_letter(people.alice, of, "L", "One.")
    save_letter(people.alice, of, letter.public_id, LetterDraft("L", "Two.", base=1))
    with pytest.raises(ConflictError, match="version 2"):
        save_letter(people.alice, of, letter.public_id, LetterDraft("L", "Three.", base=1))
    restore_letter_version(people.alice, of, letter.public_id, 1)
    versions = list_letter_versions(people.alice, of, letter.public_id)
    assert [(each.number, each.text) for each in versions] == [
        (3, "One."), (2, "Two."), (1, "One."),
    ]  # fmt: skip
    with pytest.raises(NotFoundError):
        get_letter(people.bob, of, letter.public_id)


def test_a_letter_on_its_page(people):
    of = begun(people.alice)
    browser = browser_of(people.alice)
    address = browser.post(f"/jobs/applications/{of}/letters/")["Location"]
    refused = browser.post(address, {"title": "", "text": "typed <b>", "base": "1"})
    assert (refused.status_code, b"typed &lt;b&gt;" in refused.content) == (400, True)
    browser.post(address, {"title": "L", "text": "We grew by 40 %.", "base": "1"})
    assert b"nothing is linked to its 40 %" in browser.get(address).content
    assert browser.post(f"{address}sent/").status_code == 400
    assert browser.post(f"{address}version-9/").status_code == 404


def test_offers_and_letters_are_in_the_export_of_a_person_alone(people, tmp_path):
    offer(people.charlie, "Zanzibar", 60_000)
    begin_letter(people.charlie, begun(people.charlie), "L", "Dear Zora")
    write_jobs([make_product(people.charlie)], tmp_path)
    text = (tmp_path / "jobs.json").read_text()
    assert "Zanzibar" in text
    assert "Dear Zora" in text


def found_by(access, words: str) -> list[str]:
    return [hit.kind for hit in search(access, words)]


def test_offers_and_letters_are_found_by_their_person_alone(people):
    made = offer(people.alice, "Zanzibar", 60_000, notes="Four days a week")
    save_sheet(people.alice, made.public_id, SheetDraft((AskDraft("Sabbatical", 1.0),), (), 1.0))
    agree(people.alice, made.public_id, "Xylophones at work")
    of = begun(people.alice)
    letter = begin_letter(people.alice, of, "Quagga", "I tamed quokkas. {act:41}")
    for words in ("zanzibar", "four days", "sabbatical", "xylophones"):
        assert found_by(people.alice, words) == ["offer"], words
    assert [hit.url for hit in search(people.alice, "quagga")] == [letter.url]
    assert found_by(people.alice, "quokkas") == ["letter"]
    assert found_by(people.alice, "act 41") == []
    assert found_by(people.bob, "zanzibar") == found_by(people.bob, "quokkas") == []
    save_letter(people.alice, of, letter.public_id, LetterDraft("Quagga", "I tamed wombats."))
    assert (found_by(people.alice, "quokkas"), found_by(people.alice, "wombats")) == (
        [],
        ["letter"],
    )


def test_what_is_thrown_away_is_found_no_more_until_it_is_back(people):
    made = offer(people.alice, "Zanzibar", 60_000)
    of = begun(people.alice)
    letter = begin_letter(people.alice, of, "Quagga", "I tamed quokkas.")
    for is_deleted, found in ((True, []), (False, ["offer"])):
        set_offer_deleted(people.alice, made.public_id, is_deleted=is_deleted)
        assert found_by(people.alice, "zanzibar") == found
    for is_deleted, found in ((True, []), (False, ["letter"])):
        set_letter_deleted(people.alice, of, letter.public_id, is_deleted=is_deleted)
        assert found_by(people.alice, "quokkas") == found
    for is_deleted, found in ((True, []), (False, ["letter"])):
        set_application_deleted(people.alice, of, is_deleted=is_deleted)
        assert found_by(people.alice, "quokkas") == found
    # A letter that was thrown away stays so when its application comes back.
    set_letter_deleted(people.alice, of, letter.public_id, is_deleted=True)
    set_application_deleted(people.alice, of, is_deleted=True)
    set_application_deleted(people.alice, of, is_deleted=False)
    assert found_by(people.alice, "quokkas") == []


def test_those_of_before_become_findable(people):
    offer(people.alice, "Zanzibar", 60_000)
    begin_letter(people.alice, begun(people.alice), "Quagga", "")
    SearchEntry.objects.filter(kind__in=["offer", "letter"]).delete()
    migration = import_module("pilothouse.apps.jobs.migrations.0009_find_offers_and_letters")
    migration.index_old(apps, None)
    assert found_by(people.alice, "zanzibar") == ["offer"]
    assert found_by(people.alice, "quagga") == ["letter"]
    assert found_by(people.bob, "zanzibar") == []


def test_letters_for_programs(people):
    token = create_token(people.alice, "t", is_read_only=False)
    reading = create_token(people.alice, "r", is_read_only=True)
    program = Client(headers={"Authorization": f"Bearer {token}"})
    base = f"/api/v1/jobs/applications/{begun(people.alice)}/letters"
    made = program.post(base, {"text": "Dear Bo. {act:1}"}, "application/json").json()
    one = f"{base}/{made['id']}"
    again = program.put(one, {"title": "L/1", "text": "Two."}, "application/json").json()
    assert (again["version"], again["title"]) == (2, "L/1")
    versions = program.get(f"{one}/versions").json()["versions"]
    assert [(each["version"], each["text"]) for each in versions] == [
        (2, "Two."), (1, "Dear Bo. {act:1}"),
    ]  # fmt: skip
    assert program.post(f"{one}/versions/1").json()["version"] == 3
    assert program.post(f"{one}/versions/9").status_code == 404
    assert program.post(f"{one}/versions/x").status_code == 404
    text = program.get(f"{one}/text")
    assert (text.content, text["Content-Type"]) == (b"Dear Bo.\n", "text/plain; charset=utf-8")
    assert "Letter%20to%20Acme.txt" in text["Content-Disposition"]
    assert program.delete(one).status_code == 200
    assert program.get(one).status_code == 404
    reader = Client(headers={"Authorization": f"Bearer {reading}"})
    assert reader.post(f"{one}/restore").status_code == 403
    assert program.post(f"{one}/restore").json()["id"] == made["id"]
    assert program.get(one).json()["version"] == 3
