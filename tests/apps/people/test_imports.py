"""Files of contacts: every quirk comes in whole, the same file twice changes nothing, undo."""

from __future__ import annotations

import io
from contextlib import suppress
from datetime import date, datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.apps.people.formats.reading import read_contacts
from pilothouse.apps.people.formats.records import Person
from pilothouse.apps.people.formats.vcard import read_vcards, write_vcards
from pilothouse.apps.people.models import Contact
from pilothouse.apps.people.services.contacts import ContactDraft, create_contact, get_contact
from pilothouse.apps.people.services.exporting import export_vcards
from pilothouse.apps.people.services.imports import (
    discard_book_import,
    get_book_import,
    list_book_imports,
    look_at_contacts,
    receive_contacts,
    start_book_import,
    undo_book_import,
)
from pilothouse.apps.people.services.known import list_known_at
from pilothouse.apps.people.services.listing import Wanted, list_contacts
from pilothouse.apps.people.services.merging import (
    list_twins,
    merge_certain,
    merge_contacts,
    undo_merge,
)
from pilothouse.apps.workspace.services.search import search
from pilothouse.kernel.errors import ConflictError, InvalidValueError

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
LINKEDIN = (
    "\ufeffNotes:\r\n"
    '"When exporting your connection data, you may notice that some of the email addresses are '
    'missing, ""because"" of settings."\r\n'
    "\r\n"
    "First Name,Last Name,URL,Email Address,Company,Position,Connected On\r\n"
    'Ana,"Ruiz, PhD",https://www.linkedin.com/in/ana-ruiz,ana@example.org,Northwind GmbH,'
    '"Head of Product, EMEA",01 Jan 2023\r\n'
    ",,,,,,\r\n"
    "Łukasz,Żółć 🚀,https://www.linkedin.com/in/lz,,Acme, Engineer ,7-Feb-22\r\n"
    "Tom,Berg,,,,,soon\r\n"
)
GOOGLE_NEW = (
    "First Name,Middle Name,Last Name,Nickname,Organization Name,Organization Title,Birthday,Notes,"
    "Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,"
    "Website 1 - Value,Event 1 - Label,Event 1 - Value\n"
    "Ana,María,Ruiz,Ani,Northwind,Head of Product,1990-01-02,\"Two\nlines\",ProductTank ::: "
    "* myContacts,Work,ana@example.org ::: ana@home.example,ana@second.example,Mobile,"
    "+49 30 1234567,https://ana.example,Anniversary,2015-06-01\n"
    ",,,,,,,,* myContacts,,only@mail.example,,,,,,\n"
)  # fmt: skip
GOOGLE_OLD = (
    "Name,Given Name,Additional Name,Family Name,Notes,Group Membership,E-mail 1 - Type,"
    "E-mail 1 - Value,Organization 1 - Name,Organization 1 - Title\n"
    "Ana Ruiz,Ana,,Ruiz,,* myContacts ::: Mentors,* Work,ana@example.org,Northwind,Lead\n"
)
VCARD_21 = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\n"
    "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=BCrgen;;;\r\n"
    "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=BCrgen M=C3=BCller\r\n"
    "TEL;CELL;PREF:+49 171 1234567\r\n"
    "EMAIL;INTERNET:j@example.org\r\n"
    "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:A long note that =\r\n"
    "goes on=0D=0Aand on: with a colon\r\n"
    "PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQ\r\n"
    "this line is nothing\r\n"
    "END:VCARD\r\n"
)
VCARD_30 = (
    "BEGIN:VCARD\nVERSION:3.0\nFN:Ana Ruiz\nN:Ruiz;Ana;María;Dr.;\n"
    "item1.EMAIL;type=INTERNET;type=pref:ana@example.org\nEMAIL;TYPE=HOME:ana@home.example\n"
    "ORG:Northwind\\, Inc.;Product\nTITLE:Head of\n  Product\nNOTE:first\\nsecond\\, third\n"
    "item2.X-ABDATE:2015-06-01\nitem2.X-ABLabel:_$!<Anniversary>!$_\n"
    "CATEGORIES:Mentors,ProductTank\nURL:https://ana.example\nBDAY:1990-01-02\n"
    "ADR;TYPE=WORK:;;Main St 1;Berlin;;10115;Germany\nUID:abc-1\nREV:2026-01-01T00:00:00Z\n"
    "END:VCARD\nBEGIN:VCARD\nVERSION:3.0\nORG:Only a firm\nEND:VCARD\nBEGIN:VCARD\nFN:No end\n"
)
VCARD_40 = (
    "BEGIN:VCARD\nVERSION:4.0\nFN:Tom Berg\nTEL;VALUE=uri;TYPE=\"voice,cell\":tel:+1-555-0100\n"
    "EMAIL;PREF=1:mailto:tom@example.org\nORG:Acme\nROLE:Engineer\nEND:VCARD\n"
)  # fmt: skip


def receive(access, text: str | bytes, name: str = "contacts.csv"):
    body = text.encode() if isinstance(text, str) else text
    return receive_contacts(access, name, [body[:50], body[50:]], now=NOW)


def take_in(access, text: str | bytes, group: str = ""):
    return start_book_import(access, receive(access, text).public_id, group=group, now=NOW)


def test_linkedin_below_its_notes_with_blank_rows_and_odd_days():
    file = read_contacts(LINKEDIN.encode())
    ana, lukasz, tom = file.people
    assert (ana.name, ana.role, ana.company) == ("Ana Ruiz, PhD", "Head of Product, EMEA",
                                                 "Northwind GmbH")  # fmt: skip
    assert (ana.met_on, lukasz.met_on, tom.met_on) == (date(2023, 1, 1), date(2022, 2, 7), None)
    assert (lukasz.role, lukasz.emails) == ("Engineer", ())
    assert [(p.line, "soon" in p.sentence) for p in file.problems] == [(8, True)]


@pytest.mark.parametrize(
    "text",
    [
        LINKEDIN.partition("\r\n\r\n")[2],
        LINKEDIN.replace("\r\n", "\n"),
        LINKEDIN.replace("\ufeff", ""),
        LINKEDIN.encode("utf-16"),
        "First Name,Last Name,Email Address,Company,Position,Connected On\nAna,Ruiz,,,,01 Jan 2023",
        "Last Name;First Name;Company\nRuiz;Ana;Northwind\n",
        'First Name,Last Name,Company,Position\nAna,Ruiz,The "Big" Firm,"Lead\nTom,Berg,Acme,Dev\n'
        + "x,y,,\n" * 200,
        "Nom,First Name,Last Name,Company\n,Ren\xe9,Fran\xe7ois,Acme\n".encode("latin-1"),
    ],
)
def test_other_forms_of_linkedin_are_read(text):
    file = read_contacts(text if isinstance(text, bytes) else text.encode())
    assert file.kind == "linkedin"
    assert file.people
    assert not any("\ufffd" in person.name for person in file.people)


def test_both_layouts_of_google():
    file = read_contacts(GOOGLE_NEW.encode())
    ana, only = file.people
    assert (ana.name, ana.groups, ana.notes) == ("Ana María Ruiz", ("ProductTank",), "Two\nlines")
    assert ana.emails == ("ana@example.org", "ana@home.example", "ana@second.example")
    assert ("birthday", "1990-01-02") in ana.details
    assert ("nickname", "Ani") in ana.details
    assert ("Anniversary", "2015-06-01") in ana.details
    assert (only.name, only.groups) == ("only@mail.example", ())
    (old,) = read_contacts(GOOGLE_OLD.encode()).people
    assert (old.name, old.groups, old.role) == ("Ana Ruiz", ("Mentors",), "Lead")


def test_vcards_of_all_versions_in_one_file():
    file = read_contacts((VCARD_21 + VCARD_30 + VCARD_40).encode())
    jurgen, ana, firm = file.people[:3]
    assert (jurgen.name, jurgen.phones) == ("Jürgen Müller", ("+49 171 1234567",))
    assert jurgen.notes == "A long note that goes on\r\nand on: with a colon"
    assert (ana.given, ana.family, ana.company) == ("Ana", "Ruiz", "Northwind, Inc.")
    assert ana.emails == ("ana@example.org", "ana@home.example")
    assert (ana.role, ana.notes) == ("Head of Product", "first\nsecond, third")
    assert set(ana.details) >= {("department", "Product"), ("Anniversary", "2015-06-01"),
                                ("birthday", "1990-01-02"),
                                ("work address", "Main St 1, Berlin, 10115, Germany")}  # fmt: skip
    assert (firm.name, ana.groups) == ("Only a firm", ("Mentors", "ProductTank"))
    assert len(file.problems) == 1
    assert "is nothing" in file.problems[0].sentence
    (tom,) = read_contacts(VCARD_40.encode()).people
    assert (tom.phones, tom.emails, tom.role) == (
        ("+1-555-0100",),
        ("tom@example.org",),
        "Engineer",
    )
    assert "no end" in read_contacts(VCARD_30.encode()).problems[-1].sentence


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "neither"),
        (b"PK\x03\x04", "ZIP"),
        (b"user_id,event\nu1,opened\n", "user_id, event"),
        (b"\x00\xff\xfe" * 50, "neither"),
        (b"BEGIN:VCARD\nEND:VCARD\n", "no contact"),
        (b"First Name,Last Name,Company\n,,\n", "no contact"),
    ],
)
def test_other_files_are_refused_by_what_they_are(people, body, told):
    with pytest.raises(InvalidValueError, match=told):
        receive(people.alice, body)
    assert list_book_imports(people.alice) == []


def test_looking_first_then_taking_in_then_the_same_again_changes_nothing(people):
    alice = people.alice
    row = receive(alice, LINKEDIN, "Connections.csv")
    assert len(look_at_contacts(alice, row.public_id).fresh) == 3
    assert not Contact.objects.exists()
    done = start_book_import(alice, row.public_id, group="LinkedIn", now=NOW)
    assert (done.created, done.merged, done.known) == (3, 0, 0)
    again = take_in(alice, LINKEDIN)
    assert (again.created, again.merged, again.known) == (0, 0, 3)
    assert list_contacts(alice, Wanted(group="linkedin")).total == 3
    assert [p.name for p in list_known_at(alice, "northwind")] == ["Ana Ruiz, PhD"]
    assert [hit.title for hit in search(alice, "ruiz")] == ["Ana Ruiz, PhD"]
    with pytest.raises(ConflictError):
        start_book_import(alice, row.public_id, now=NOW)


def test_gaps_are_filled_and_typed_words_stay(people):
    alice = people.alice
    ana = create_contact(alice, ContactDraft("Ana Ruiz", role="My friend",
                                             emails=("ana@example.org",), notes="n"))  # fmt: skip
    done = take_in(alice, VCARD_30)
    assert (done.created, done.merged) == (1, 1)
    view = get_contact(alice, ana.public_id)
    assert (view.line.role, view.notes, view.line.company) == ("My friend", "n", "Northwind, Inc.")
    assert view.emails == ("ana@example.org", "ana@home.example")
    _, kept = undo_book_import(alice, done.public_id)
    view = get_contact(alice, ana.public_id)
    assert (view.emails, view.line.company, kept) == (("ana@example.org",), "", 0)
    assert list_contacts(alice, Wanted()).total == 1


def test_a_preview_says_what_a_file_fills_in_by_name_and_value(people):
    take_in(people.alice, LINKEDIN)
    more = LINKEDIN.replace(" Engineer ", "Lead Engineer")
    more = more.replace("Tom,Berg,,,", "Tom,Berg,,t@x.org,")
    (lukasz, tom) = look_at_contacts(people.alice, receive(people.alice, more).public_id).changes
    assert lukasz.told == (("role", "Lead Engineer"),)
    assert tom.told == (("e-mail", "t@x.org"),)


def test_a_file_takes_the_same_queries_at_any_size(people):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(first: int, people_in_file: int, **changes: str) -> int:
        role = changes.get("role", "Engineer")
        body = "First Name,Last Name,Company,Position\n" + "".join(
            f"Given{n},Family{n},Firm {n},{role}\n" for n in range(first, first + people_in_file)
        )
        row = receive(people.alice, body)
        with CaptureQueriesContext(connection) as asked:
            start_book_import(people.alice, row.public_id, now=NOW)
        return len(asked)

    assert count(0, 2) == count(100, 60)
    assert count(0, 2, role="Lead") == count(100, 60, role="Lead")


def test_undo_leaves_whom_something_was_written_about(people):
    alice = people.alice
    done = take_in(alice, LINKEDIN)
    twin = create_contact(alice, ContactDraft("Tom B."))
    tom = list_contacts(alice, Wanted(text="tom berg")).lines[0]
    merge_contacts(alice, tom.public_id, twin.public_id, now=NOW)
    row, kept = undo_book_import(alice, done.public_id)
    assert (kept, row.state) == (1, "undone")
    assert [line.name for line in list_contacts(alice, Wanted()).lines] == ["Tom Berg"]
    assert search(alice, "ruiz") == []
    assert list_known_at(alice, "acme") == ()
    assert start_book_import(alice, done.public_id, now=NOW).created == 2
    discard_book_import(alice, done.public_id)
    assert list_contacts(alice, Wanted()).total == 3


def test_twins_become_one_and_two_again(people):
    alice = people.alice
    one = create_contact(alice, ContactDraft("Ana Ruiz", emails=("a@x.org",), notes="first"))
    other = ContactDraft(
        "Ana M. Ruiz", emails=("A@x.org", "b@x.org"), company="Acme", notes="second", groups=("G",)
    )
    two = create_contact(alice, other)
    assert [(p.sureness, p.reasons) for p in list_twins(alice)[0]] == [
        ("certain", ("the same e-mail", "like names"))
    ]
    assert merge_certain(alice, now=NOW) == 1
    kept = get_contact(alice, one.public_id)
    assert (kept.line.company, kept.notes, kept.groups) == ("Acme", "first\n\nsecond", ("G",))
    assert list_contacts(alice, Wanted()).total == 1
    assert list_twins(alice)[1] == 0
    from pilothouse.apps.people.services.merging import list_merges

    (merge,) = list_merges(alice)
    undo_merge(alice, merge.public_id, now=NOW)
    kept, back = get_contact(alice, one.public_id), get_contact(alice, two.public_id)
    assert (kept.line.company, kept.notes, kept.groups) == ("", "first", ())
    assert (back.groups, back.line.company) == (("G",), "Acme")
    with pytest.raises(ConflictError):
        undo_merge(alice, merge.public_id, now=NOW)


def test_what_is_exported_comes_back(people):
    take_in(people.alice, VCARD_21 + VCARD_30.rpartition("BEGIN")[0] + VCARD_40)
    for version in ("3.0", "4.0"):
        body = export_vcards(people.alice, Wanted(), version)
        assert all(len(line) <= 75 for line in body.split(b"\r\n"))
        back = {person.name: person for person in read_contacts(body).people}
        assert back["Ana Ruiz"].company == "Northwind, Inc."
        assert len(back) == 4
        assert ("work address", "Main St 1, Berlin, 10115, Germany") in back["Ana Ruiz"].details


LINE = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=60)
BODY = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"), max_size=200
)
PEOPLE = st.builds(
    Person, name=LINE, given=LINE, family=LINE, role=LINE, company=LINE,
    emails=st.just(("a@example.org",)), groups=st.lists(LINE, max_size=3).map(tuple),
    topics=st.lists(LINE, max_size=3).map(tuple), notes=BODY, uid=st.just("u"),
)  # fmt: skip


@given(PEOPLE, st.sampled_from(["3.0", "4.0"]))
def test_any_card_that_is_written_is_read_back(person: Person, version: str):
    from pilothouse.apps.people.formats.texts import tidy
    from pilothouse.kernel.ids import clean_text

    (back,) = read_vcards(write_vcards([person], version)).people
    assert back.name == tidy(person.name, 200)
    assert (back.given, back.family) == (tidy(person.given, 100), tidy(person.family, 100))
    assert (back.role, back.company) == (tidy(person.role, 200), tidy(person.company, 200))
    assert back.groups == tuple(tidy(word, 60) for word in person.groups)
    assert back.topics == tuple(tidy(word, 60) for word in person.topics)
    assert back.notes == clean_text(person.notes).strip()


def test_no_text_can_begin_a_property_of_its_own():
    person = Person("Ana", notes="a\rTEL:1\r\nEMAIL:x@x.org\nEND:VCARD", uid="u;\r1")
    (back,) = read_vcards(write_vcards([person])).people
    assert (back.phones, back.emails) == ((), ())
    assert back.notes == "a\nTEL:1\nEMAIL:x@x.org\nEND:VCARD"


@pytest.mark.filterwarnings("ignore")
def test_another_program_reads_the_same_from_our_cards():
    import vobject

    person = read_contacts(VCARD_30.encode()).people[0]
    card = next(vobject.readComponents(io.StringIO(write_vcards([person]))))
    assert card.fn.value == "Ana Ruiz"
    assert card.n.value.family == "Ruiz"
    assert card.org.value == ["Northwind, Inc."]
    assert card.title.value == "Head of Product"
    assert [each.value for each in card.email_list] == list(person.emails)
    assert card.note.value == person.notes
    assert card.bday.value == "1990-01-02"
    assert card.categories.value == ["Mentors", "ProductTank"]


@given(st.binary(max_size=400))
def test_no_bytes_are_a_fault(body: bytes):
    for text in (body, b"BEGIN:VCARD\n" + body, b"First Name,Last Name,Company\n" + body):
        with suppress(InvalidValueError):
            assert read_contacts(text).people


def test_only_ones_own_imports(people):
    row = receive(people.alice, LINKEDIN)
    from pilothouse.kernel.errors import NotFoundError

    with pytest.raises(NotFoundError):
        get_book_import(people.bob, row.public_id)
