"""Talks, favours, messages, the questions of the book, pitches and posts."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone

import pytest
import time_machine

from pilothouse.apps.people.models import Favour, Outreach
from pilothouse.apps.people.services.asking import (
    list_due,
    list_former,
    read_grid,
    who_knows,
)
from pilothouse.apps.people.services.attention import list_attention, read_networking
from pilothouse.apps.people.services.balances import list_balances, read_balance
from pilothouse.apps.people.services.book import get_habits, set_habits
from pilothouse.apps.people.services.contacts import ContactDraft, create_contact, get_contact
from pilothouse.apps.people.services.events import EventDraft, create_event, plan_visit
from pilothouse.apps.people.services.evidence import list_offers
from pilothouse.apps.people.services.exporting import export_book
from pilothouse.apps.people.services.favours import (
    FavourDraft,
    list_favours,
    set_favour_state,
    set_thanked,
    write_favour,
)
from pilothouse.apps.people.services.imports import receive_contacts, start_book_import
from pilothouse.apps.people.services.listing import Wanted, list_contacts
from pilothouse.apps.people.services.outreach import (
    OutreachDraft,
    begin_outreach,
    check_outreach,
    get_outreach,
    list_waiting,
    mail_address,
    mark_answered,
    mark_sent,
    save_outreach,
    set_outreach_deleted,
)
from pilothouse.apps.people.services.pitches import (
    PitchDraft,
    add_try,
    change_pitch,
    create_pitch,
    list_pitch_versions,
)
from pilothouse.apps.people.services.posts import (
    PostDraft,
    create_post,
    list_loose_numbers,
    publish_post,
)
from pilothouse.apps.people.services.rhythms import set_rhythm
from pilothouse.apps.people.services.talks import (
    TalkDraft,
    list_follow_ups,
    list_talks,
    log_talk,
    set_followed_up,
    set_talk_deleted,
)
from pilothouse.apps.skills.services.path import read_path
from pilothouse.apps.workspace.services.ledger import list_acts, record_act
from pilothouse.apps.workspace.services.search import search
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
TODAY = NOW.date()
WORDS = (
    "Hello Ana, your talk on pricing made me look again. I wrote down what we decided and why: "
    "Which tier first. Perhaps it is of use to your team. Would you have decided so too?"
)


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ana(people):
    draft = ContactDraft("Ana Ruiz", topics=("pricing",), cadence_days=30, emails=("a@x.org",))
    return create_contact(people.alice, draft)


def due_of(people, contact) -> date | None:
    return get_contact(people.alice, contact.public_id).line.reminder.due_on


def days(count: int) -> timedelta:
    return timedelta(days=count)


def test_the_cadence_counts_from_the_last_contact(people, ana):
    assert due_of(people, ana) == TODAY + days(30)
    talk = log_talk(people.alice, ana.public_id, TalkDraft("hello", on=TODAY - days(10)))
    assert due_of(people, ana) == TODAY + days(20)
    log_talk(people.alice, ana.public_id, TalkDraft("long ago", on=TODAY - days(300)))
    assert due_of(people, ana) == TODAY + days(20)  # an older talk moves nothing back
    set_talk_deleted(people.alice, talk.public_id, is_deleted=True)
    assert due_of(people, ana) == TODAY - days(270)
    assert [line.name for line in list_due(people.alice, TODAY)[0]] == ["Ana Ruiz"]
    set_talk_deleted(people.alice, talk.public_id, is_deleted=False)
    assert list_due(people.alice, TODAY) == ([], 0)


@pytest.mark.parametrize(
    ("now", "zone", "day"),
    [
        ("2026-03-28T23:30:00Z", "Europe/Berlin", date(2026, 3, 29)),
        ("2026-03-29T22:30:00Z", "Europe/Berlin", date(2026, 3, 30)),
        ("2026-10-25T23:30:00Z", "Europe/Berlin", date(2026, 10, 26)),
        ("2026-11-01T03:30:00Z", "America/New_York", date(2026, 10, 31)),
        ("2026-11-01T05:30:00Z", "America/New_York", date(2026, 11, 1)),
    ],
)
def test_a_change_of_clocks_moves_no_reminder(people, now: str, zone: str, day: date):
    set_habits(people.alice, zone=zone, stale_days=182)
    with time_machine.travel(now, tick=False):
        contact = create_contact(people.alice, ContactDraft("Zoë", cadence_days=7))
        log_talk(people.alice, contact.public_id, TalkDraft("hello"))
        line = get_contact(people.alice, contact.public_id).line
        assert (line.last_contact_on, line.reminder.due_on) == (day, day + days(7))
        assert get_habits(people.alice).today(datetime.now(timezone.utc)) == day


def test_what_was_promised_comes_back_within_a_day(people, ana, product):
    talk = log_talk(people.alice, ana.public_id, TalkDraft("hello", follow_up="Send the deck"))
    (promise,) = list_follow_ups(people.alice, TODAY)
    assert (promise.due_on, promise.text) == (TODAY + days(1), "Send the deck")
    assert list_attention(people.alice, product, TODAY) == []
    (line,) = list_attention(people.alice, product, TODAY + days(2))
    assert line.is_warning
    assert "Send the deck" in line.sentence
    assert list_attention(people.bob, product, TODAY + days(2)) == []
    set_followed_up(people.alice, talk.public_id, is_done=True)
    assert list_follow_ups(people.alice, TODAY) == []
    assert list_acts(people.alice, limit=1)[0].kind == "follow-up.done"


@pytest.mark.parametrize(
    "draft",
    [
        TalkDraft(""), TalkDraft("a", channel="pigeon"), TalkDraft("a", on=TODAY + days(9)),
        TalkDraft("a", follow_up_on=TODAY - days(1)), TalkDraft("a", on=date(1900, 1, 1)),
    ],
)  # fmt: skip
def test_a_talk_that_cannot_be_is_refused(people, ana, draft):
    with pytest.raises(InvalidValueError):
        log_talk(people.alice, ana.public_id, draft)
    assert list_talks(people.alice, ana.public_id) == []


def test_given_and_received(people, ana):
    alice = people.alice
    asked = write_favour(
        alice, ana.public_id, FavourDraft("A referral", "received", "referral", "asked")
    )
    assert read_balance(alice).asked_of_them == 1
    set_favour_state(alice, asked.public_id, "done")
    assert [each.text for each in list_favours(alice, only_unthanked=True)] == ["A referral"]
    set_thanked(alice, asked.public_id, is_thanked=True)
    write_favour(alice, ana.public_id, FavourDraft("Met Tom through me", kind="introduction"))
    balance = read_balance(alice, contact_id=ana.public_id)
    assert (balance.given, balance.received, balance.unthanked, balance.net) == (1, 1, 0, 0)
    kinds = [act.kind for act in list_acts(alice, limit=5)]
    assert kinds[:4] == ["introduction.made", "value.offered", "thanks.said", "favour.received"]
    with pytest.raises(ConflictError):
        set_favour_state(alice, asked.public_id, "done")
    with pytest.raises(NotFoundError):
        set_thanked(people.bob, asked.public_id, is_thanked=True)


def test_an_introduction_names_whom_it_leads_to_and_where(people, ana):
    alice = people.alice
    eve = create_contact(alice, ContactDraft("Eve Okafor", company="Harbour Pay"))
    asked = FavourDraft("To meet Eve", "received", "introduction", "asked", about=" eve OKAFOR ",
                        at="Harbour Pay Ltd")  # fmt: skip
    made = write_favour(alice, ana.public_id, asked)
    assert (made.about_id, made.company) == (eve.public_id, "Harbour Pay")
    for nobody in ("Eve", "Nobody", "%"):
        with pytest.raises(InvalidValueError, match="by name"):
            write_favour(alice, ana.public_id, FavourDraft("x", about=nobody))
    create_contact(alice, ContactDraft("Eve Okafor"))
    with pytest.raises(InvalidValueError):  # two have this name: nobody is guessed
        write_favour(alice, ana.public_id, FavourDraft("x", about="Eve Okafor"))


def test_the_balance_with_each_says_whom_one_owes_first(people, ana):
    alice = people.alice
    tom = create_contact(alice, ContactDraft("Tom Berg"))
    eve = create_contact(alice, ContactDraft("Eve"))
    for contact, direction in ((ana, "received"), (ana, "received"), (tom, "given"),
                               (eve, "given"), (eve, "received")):  # fmt: skip
        write_favour(alice, contact.public_id, FavourDraft("x", direction))
    asked = FavourDraft("y", "received", "advice", "asked")
    write_favour(alice, tom.public_id, asked)
    lines = [(each.contact, each.words) for each in list_balances(alice)]
    assert lines == [("Ana Ruiz", "2 more received"), ("Tom Berg", "1 more given")]
    assert list_balances(people.bob) == []


def test_former_colleagues_and_alumni_the_longest_without_a_word_first(people):
    alice = people.alice
    for name, relation in (("A", "alumni"), ("B", "former-colleague"), ("C", "mentor")):
        create_contact(alice, ContactDraft(name, relation=relation))
    first = list_contacts(alice, Wanted(text="a")).lines[0]
    log_talk(alice, first.public_id, TalkDraft("hello"))
    found, total = list_former(alice)
    assert ([line.name for line in found], total) == (["B", "A"], 2)


@pytest.fixture
def act(people, product) -> str:
    facts = {"name": "Which tier first", "options": 2, "churn": 0.042}
    made = record_act(people.alice, "decision.decided", "decision", "d", facts, product=product)
    return f"act:{made.sequence}"


def write(people, contact, act, text=WORDS, **changes):
    draft = OutreachDraft(text=text, evidence=(act,), **changes)
    return begin_outreach(people.alice, contact.public_id, draft)


def test_a_message_is_begun_from_what_is_known_and_checked(people, ana, act):
    begun = begin_outreach(people.alice, ana.public_id, OutreachDraft(evidence=(act,)))
    assert begun.text.startswith("Hello Ana,")
    assert begun.evidence[0]["key"] == act
    gaps = {c.key: c.outcome for c in check_outreach(people.alice, begun)}
    assert (gaps["blanks"], gaps["name"]) == ("fails", "holds")
    saved = save_outreach(people.alice, begun.public_id, OutreachDraft(text=WORDS, evidence=(act,)))
    found = {c.key: c.outcome for c in check_outreach(people.alice, saved)}
    assert {found[key] for key in ("name", "about", "numbers", "copy", "blanks")} == {"holds"}
    claims = WORDS + " Churn fell by 31 %. It was 4.2 % then."
    loose = save_outreach(
        people.alice, begun.public_id, OutreachDraft(text=claims, evidence=(act,))
    )
    numbers = next(c for c in check_outreach(people.alice, loose) if c.key == "numbers")
    assert "31 %" in numbers.sentence
    assert "4.2" not in numbers.sentence


def test_what_is_offered_is_ones_own_work(people, ana, act):
    assert act in {offer.key for offer in list_offers(people.alice)}
    assert act not in {offer.key for offer in list_offers(people.bob)}
    record_act(people.alice, "decision.decided", "decision", "without-a-name", {})
    for number in range(70):
        record_act(people.alice, "talk.logged", "contact", f"c{number}", {})
    offers = list_offers(people.alice)
    assert act in {offer.key for offer in offers}
    assert all(offer.title for offer in offers)
    for key in ("act:999999", "act:x", "study:none", "post:none", "x"):
        with pytest.raises(InvalidValueError):
            write(people, ana, key)


def test_a_message_sent_counts_as_contact_and_as_value_offered(people, ana, act):
    view = write(people, ana, act, subject="Two tiers & more")
    assert read_balance(people.alice).given == 0
    mark_sent(people.alice, view.public_id, on=TODAY - days(3))
    assert read_balance(people.alice, contact_id=ana.public_id).given == 1
    assert due_of(people, ana) == TODAY + days(27)
    offered = list_acts(people.alice, limit=1)[0]
    assert (offered.kind, offered.facts["evidence"], offered.facts["personal"]) == (
        "value.offered", 1, True,
    )  # fmt: skip
    assert "Ana" not in str(offered.facts)
    with pytest.raises(ConflictError, match="stays"):
        save_outreach(people.alice, view.public_id, OutreachDraft(text="other"))
    assert list_waiting(people.alice, TODAY) == []
    assert len(list_waiting(people.alice, TODAY + days(9))) == 1
    mark_answered(people.alice, view.public_id, is_answered=True)
    assert list_waiting(people.alice, TODAY + days(9)) == []
    mail = mail_address(get_outreach(people.alice, view.public_id), ana)
    assert mail.startswith("mailto:a@x.org?subject=Two%20tiers%20%26%20more&body=Hello%20Ana")
    set_outreach_deleted(people.alice, view.public_id, is_deleted=True)
    assert due_of(people, ana) == TODAY + days(30)


def test_a_message_with_a_gap_cannot_be_called_sent(people, ana, act):
    log_talk(people.alice, ana.public_id, TalkDraft("They said what they want", on=TODAY))
    begun = begin_outreach(people.alice, ana.public_id, OutreachDraft("thanks"))
    about = next(c for c in check_outreach(people.alice, begun) if c.key == "about")
    assert about.outcome == "fails"  # words of every talk are about nobody
    with pytest.raises(ConflictError, match="not filled in"):
        mark_sent(people.alice, begun.public_id)
    whole = "Thank you, Ana: your words on pricing changed our second tier, and the reviews of it."
    save_outreach(people.alice, begun.public_id, OutreachDraft("thanks", text=whole))
    assert mark_sent(people.alice, begun.public_id).state == "sent"


def test_a_thank_you_that_was_sent_thanks_for_what_was_done(people, ana):
    alice = people.alice
    write_favour(alice, ana.public_id, FavourDraft("A referral", "received", on=TODAY - days(3)))
    later = FavourDraft("Still to come", "received", "advice", "asked")
    write_favour(alice, ana.public_id, later)
    text = "Thank you, Ana, for the referral: your words on pricing opened the door at Harbour."
    message = begin_outreach(alice, ana.public_id, OutreachDraft("thanks", text=text))
    assert len(list_favours(alice, only_unthanked=True)) == 1
    mark_sent(alice, message.public_id)
    assert list_favours(alice, only_unthanked=True) == []
    assert list_acts(alice, limit=1)[0].facts == {"what": "advice", "days_after": 3}
    set_outreach_deleted(alice, message.public_id, is_deleted=True)
    assert len(list_favours(alice, only_unthanked=True)) == 1
    set_outreach_deleted(alice, message.public_id, is_deleted=False)
    assert list_favours(alice, only_unthanked=True) == []


def test_the_book_as_json_leaves_nothing_out(people, ana):
    alice = people.alice
    write_favour(alice, ana.public_id, FavourDraft("one"))
    begin_outreach(alice, ana.public_id, OutreachDraft(text="one"))
    for model in (Favour, Outreach):
        row = model.objects.get()
        more = [model(**{f.attname: getattr(row, f.attname) for f in model._meta.concrete_fields
                         if f.attname not in {"id", "public_id"}}) for _ in range(205)]  # fmt: skip
        model.objects.bulk_create(more)
    event = create_event(alice, EventDraft("Tank", TODAY, "18:30"))
    plan_visit(alice, event.public_id, f"{TODAY}T18:30:00", goals="Two people")
    set_rhythm(alice, "Mentors", 30)
    book = json.loads(export_book(alice))
    assert (len(book["favours"]), len(book["messages"])) == (206, 206)
    assert book["events"][0]["visits"][0]["goals"] == "Two people"
    assert book["cadences"] == {"mentors": 30}


def test_the_same_message_with_another_name_cannot_be_called_sent(people, ana, act):
    mark_sent(people.alice, write(people, ana, act).public_id)
    tom = create_contact(people.alice, ContactDraft("Tom Berg"))
    copy = write(people, tom, act, WORDS.replace("Ana", "Tom"))
    with pytest.raises(ConflictError, match="somebody else"):
        mark_sent(people.alice, copy.public_id)
    assert get_contact(people.alice, tom.public_id).line.last_contact_on is None
    own_words = "Tom, the way you cut the backlog at the last meeting was new to me. Thank you."
    save_outreach(people.alice, copy.public_id, OutreachDraft("thanks", text=own_words))
    assert mark_sent(people.alice, copy.public_id).state == "sent"


def test_who_knows_about_something_with_where_it_stands(people, ana):
    tom = create_contact(people.alice, ContactDraft("Tom Berg", role="Engineer", tie=3))
    log_talk(people.alice, tom.public_id, TalkDraft("He runs the pricing service"))
    create_contact(people.alice, ContactDraft("Zoë", notes="asked about pricing once"))
    found = [(each.line.name, each.places) for each in who_knows(people.alice, "pricing")]
    assert found == [
        ("Ana Ruiz", ("knows about it",)), ("Tom Berg", ("what was said",)), ("Zoë", ("notes",)),
    ]  # fmt: skip
    assert who_knows(people.bob, "pricing") == []
    assert search(people.bob, "pricing") == []


def test_who_knows_is_found_among_many_with_the_word(people):
    alice = people.alice
    ana = create_contact(alice, ContactDraft("Ana Ruiz", topics=("pricing",)))
    tom = create_contact(alice, ContactDraft("Tom Berg", role="Pricing Lead", tie=3))
    body = "First Name,Last Name,Position\n" + "".join(
        f"Pricing,Person{n},Pricing Lead\n" for n in range(300)
    )
    row = receive_contacts(alice, "c.csv", [body.encode()], now=NOW)
    start_book_import(alice, row.public_id, now=NOW)
    found = who_knows(alice, "pricing")
    assert [each.line.public_id for each in found[:2]] == [ana.public_id, tom.public_id]
    assert len(found) == 50


def test_who_was_not_contacted_for_long(people, ana):
    log_talk(people.alice, ana.public_id, TalkDraft("hello", on=TODAY - days(200)))
    tom = create_contact(people.alice, ContactDraft("Tom"))
    log_talk(people.alice, tom.public_id, TalkDraft("hello"))
    stale = list_contacts(people.alice, Wanted(state="stale"))
    assert [line.name for line in stale.lines] == ["Ana Ruiz"]
    set_habits(people.alice, zone="UTC", stale_days=365)
    assert list_contacts(people.alice, Wanted(state="stale")).total == 0


def test_the_grid_has_four_parts(people):
    for name, power, interest in (("A", 5, 5), ("B", 5, 1), ("C", 1, 5), ("D", 2, 2), ("E", 3, 3)):
        create_contact(people.alice, ContactDraft(name, power=power, interest=interest))
    cells = {cell.key: [p.name for p in cell.people] for cell in read_grid(people.alice)}
    assert cells == {"manage": ["A", "E"], "satisfy": ["B"], "inform": ["C"], "monitor": ["D"]}
    assert all(not cell.people for cell in read_grid(people.bob))


def test_the_card_of_today(people, ana, product):
    assert read_networking(people.bob, product, TODAY).is_empty
    write_favour(people.alice, ana.public_id, FavourDraft("Advice", "received"))
    create_contact(people.alice, ContactDraft("Tom", is_target=True))
    later = read_networking(people.alice, product, TODAY + days(40))
    assert later.sentence == "1 to get in touch with, 1 to thank."
    assert [line.name for line in later.to_meet] == ["Tom"]


def test_the_path_counts_people_to_whom_something_was_offered(people, ana, act):
    def have() -> int:
        step = next(s for s in read_path(people.alice, {}).steps if s.key == "A5")
        return next(rule.have for rule in step.rules if "offered" in rule.words)

    assert have() == 0
    mark_sent(people.alice, write(people, ana, act).public_id)
    write_favour(people.alice, ana.public_id, FavourDraft("Advice"))
    assert have() == 1  # the same person twice is one
    tom = create_contact(people.alice, ContactDraft("Tom"))
    write_favour(people.alice, tom.public_id, FavourDraft("Advice"))
    assert have() == 2


def test_a_pitch_keeps_its_versions_and_tries(people):
    view = create_pitch(people.alice, PitchDraft("a recruiter", "word " * 70, 45))
    assert view.fits
    view = change_pitch(people.alice, view.public_id, PitchDraft("a recruiter", "word " * 200, 45))
    assert (view.version, view.fits, view.length.seconds) == (2, False, 86)
    same = change_pitch(people.alice, view.public_id, PitchDraft("an engineer", "word " * 200, 60))
    assert (same.version, same.audience) == (2, "an engineer")
    for seconds in (50, 66, 90):
        view = add_try(people.alice, view.public_id, seconds)
    assert (view.tries.count, view.tries.in_time, view.tries.median) == (3, 2, 66)
    assert [v.number for v in list_pitch_versions(people.alice, view.public_id)] == [2, 1]
    with pytest.raises(InvalidValueError):
        add_try(people.alice, view.public_id, 0)
    with pytest.raises(NotFoundError):
        add_try(people.bob, view.public_id, 50)


def test_a_post_rests_on_work_and_keeps_its_link(people, act):
    draft = PostDraft("What we learned", text="Churn was 4.2 %, then 3.1 %.", evidence=(act,))
    post = create_post(people.alice, draft)
    assert (post.state, list_loose_numbers(people.alice, post)) == ("draft", ("3.1 %",))
    published = publish_post(people.alice, post.public_id, url="https://a.example/post")
    assert (published.state, published.published_on) == ("published", TODAY)
    assert list_acts(people.alice, limit=1)[0].facts == {
        "what": "post", "evidence": 1, "linked": True,
    }  # fmt: skip
    assert f"post:{post.public_id}" in {offer.key for offer in list_offers(people.alice)}
    with pytest.raises(InvalidValueError):
        publish_post(people.alice, post.public_id, url="javascript:alert(1)")
    with pytest.raises(InvalidValueError):
        publish_post(people.alice, post.public_id, url="", on=TODAY + days(2))
