"""The book: contacts and companies, whose it is, who is known where."""

from __future__ import annotations

from datetime import date

import pytest

from pilothouse.apps.people.models import Contact
from pilothouse.apps.people.services.companies import (
    CompanyDraft,
    create_company,
    find_or_create_company,
    get_company,
    list_companies,
    set_company_deleted,
)
from pilothouse.apps.people.services.contacts import (
    ContactDraft,
    change_contact,
    create_contact,
    erase_contact,
    get_contact,
    set_contact_deleted,
    set_snoozed,
)
from pilothouse.apps.people.services.exporting import export_book
from pilothouse.apps.people.services.known import list_known_at
from pilothouse.apps.people.services.listing import Wanted, list_contacts
from pilothouse.apps.people.services.rhythms import list_groups, set_rhythm
from pilothouse.apps.workspace.services.captures import create_capture, list_open_captures
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.apps.workspace.services.links import ObjectRef, add_link, list_links
from pilothouse.apps.workspace.services.search import search
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from tests.apps.makers import browser_of

ANA = ContactDraft(
    "Ana Ruiz", role="Head of Product", company="Northwind GmbH", emails=("ana@example.org",),
    topics=("Pricing", "pricing", "Onboarding"), groups=("Mentors",), notes="Likes *chess*.",
    met_on=date(2026, 5, 4), tie=2,
)  # fmt: skip


def names(listed) -> list[str]:
    return [line.name for line in listed.lines]


def test_a_contact_is_kept_as_it_was_written(people):
    view = create_contact(people.alice, ANA)
    assert (view.name, view.line.company, view.topics) == ("Ana Ruiz", "Northwind GmbH",
                                                          ("Onboarding", "pricing"))  # fmt: skip
    changed = change_contact(people.alice, view.public_id, ContactDraft("Ana R.", topics=("UX",)))
    assert (changed.name, changed.topics, changed.groups, changed.line.company) == (
        "Ana R.", ("UX",), (), "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("draft", "part"),
    [
        (ContactDraft("  "), "a name"),
        (ContactDraft("A", emails=("nobody",)), "e-mail"),
        (ContactDraft("A", links=("javascript:alert(1)",)), "address"),
        (ContactDraft("A", tie=9), "tie"),
        (ContactDraft("A", power=6), "power"),
        (ContactDraft("A", cadence_days=0), "cadence"),
        (ContactDraft("A", relation="enemy"), "how you know"),
        (ContactDraft("A", groups=tuple(f"g{n}" for n in range(50))), "groups"),
    ],
)
def test_what_cannot_be_kept_is_named(people, draft, part):
    with pytest.raises(InvalidValueError, match=part):
        create_contact(people.alice, draft)
    assert not Contact.objects.exists()


def test_nobody_else_finds_a_contact_by_any_way(people, product):
    view = create_contact(people.alice, ANA)
    capture = create_capture(people.alice, "Ana Ruiz likes boats", kind="contact", product=product)
    note = create_capture(people.bob, "a note of Bob's", product=product)
    ref, other = ObjectRef("contact", view.public_id), ObjectRef("capture", note.public_id)
    add_link(people.alice, product, other, ref)
    assert [hit.title for hit in search(people.alice, "ruiz")] != []
    assert len(list_links(people.alice, other)) == 1
    for access in (people.bob, people.charlie):
        assert search(access, "ruiz") == []
        assert search(access, "boats") == []
        assert list_links(access, other) == []
        assert list_known_at(access, "Northwind") == ()
        assert list_contacts(access, Wanted()).total == 0
        with pytest.raises(NotFoundError):
            get_contact(access, view.public_id)
        with pytest.raises(NotFoundError):
            add_link(access, product, other, ref)
    assert capture.public_id not in {c.public_id for c in list_open_captures(people.bob, product)}
    acts = str([(act.facts, act.personal) for act in list_acts(people.alice)])
    assert "Ana" not in acts
    assert "Ruiz" not in acts
    assert "Northwind" not in acts


def test_a_captured_contact_becomes_one(people):
    capture = create_capture(people.alice, "Tom Berg\nruns ProductTank", kind="contact")
    browser = browser_of(people.alice)
    page = browser.get(f"/people/contacts/new/?capture={capture.public_id}").content.decode()
    assert "Tom Berg" in page
    assert "runs ProductTank" in page
    browser.post("/people/contacts/new/", {"name": "Tom Berg", "capture": capture.public_id})
    assert list_open_captures(people.alice) == []
    assert names(list_contacts(people.alice, Wanted())) == ["Tom Berg"]


def test_out_of_the_book_and_back(people):
    view = create_contact(people.alice, ANA)
    set_contact_deleted(people.alice, view.public_id, is_deleted=True)
    assert list_contacts(people.alice, Wanted()).total == 0
    assert search(people.alice, "ruiz") == []
    set_contact_deleted(people.alice, view.public_id, is_deleted=False)
    assert names(list_contacts(people.alice, Wanted(text="ruiz"))) == ["Ana Ruiz"]
    erase_contact(people.alice, view.public_id)
    assert not Contact.objects.exists()
    assert b"Ana" not in export_book(people.alice)


def test_the_list_is_filtered_and_sorted(people):
    create_contact(people.alice, ANA)
    create_contact(people.alice, ContactDraft("Tom Berg", family="Berg", company="Acme", tie=3))
    create_contact(people.alice, ContactDraft("Zoë Çelik", groups=("mentors",), is_target=True))
    alice = people.alice
    assert names(list_contacts(alice, Wanted())) == ["Ana Ruiz", "Tom Berg", "Zoë Çelik"]
    assert names(list_contacts(alice, Wanted(text="product northw"))) == ["Ana Ruiz"]
    assert names(list_contacts(alice, Wanted(text="zoe celik"))) == ["Zoë Çelik"]
    assert names(list_contacts(alice, Wanted(group="MENTORS"))) == ["Ana Ruiz", "Zoë Çelik"]
    assert names(list_contacts(alice, Wanted(topic="pricing"))) == ["Ana Ruiz"]
    assert names(list_contacts(alice, Wanted(state="target"))) == ["Zoë Çelik"]
    assert names(list_contacts(alice, Wanted(sort="-tie")))[0] == "Tom Berg"
    assert names(list_contacts(alice, Wanted(sort="-company")))[-1] == "Zoë Çelik"
    assert list_contacts(alice, Wanted(), at=2, limit=1).total == 3


def test_a_group_brings_its_cadence_to_its_people(people):
    view = create_contact(people.alice, ANA)
    assert view.line.reminder.standing == "none"
    set_rhythm(people.alice, "mentors", 30)
    due = get_contact(people.alice, view.public_id).line
    assert due.reminder.due_on is not None
    assert (due.reminder.due_on - due.added_on).days == 30
    assert list_groups(people.alice)[0].days == 30
    resting = change_contact(people.alice, view.public_id,
                             ContactDraft("Ana", groups=("Mentors",), is_resting=True))  # fmt: skip
    assert resting.line.reminder.standing == "resting"
    set_rhythm(people.alice, "Mentors", None)
    assert list_groups(people.alice)[0].days is None


def test_a_reminder_is_put_off_to_a_day_that_comes(people):
    view = create_contact(people.alice, ContactDraft("Ana", cadence_days=30))
    with pytest.raises(InvalidValueError, match="comes"):
        set_snoozed(people.alice, view.public_id, view.line.added_on)


def test_one_company_however_it_is_written(people):
    one = find_or_create_company(people.alice, "Northwind GmbH")
    assert find_or_create_company(people.alice, "NORTHWIND").public_id == one.public_id
    assert find_or_create_company(people.bob, "Northwind").public_id != one.public_id
    with pytest.raises(ConflictError, match="already"):
        create_company(people.alice, CompanyDraft("northwind"))
    create_contact(people.alice, ANA)
    assert list_companies(people.alice)[0][0].known == 1
    set_company_deleted(people.alice, one.public_id, is_deleted=True)
    with pytest.raises(NotFoundError):
        get_company(people.alice, one.public_id)


def test_who_is_known_there_comes_with_how_sure_it_is(people):
    create_contact(people.alice, ANA)
    create_contact(people.alice, ContactDraft("Tom", company="Northwind Technologies", tie=3))
    create_contact(people.alice, ContactDraft("Zoë", company="ex-Northwind"))
    create_contact(people.alice, ContactDraft("Max", company="Southwind"))
    found = [(p.name, p.tier) for p in list_known_at(people.alice, "Northwind")]
    assert found == [("Ana Ruiz", "exact"), ("Tom", "strong"), ("Zoë", "weak")]
    assert len(list_known_at(people.alice, "Northwind", with_weak=False)) == 2
    assert list_known_at(people.alice, " ") == ()


def test_who_is_known_there_takes_the_same_queries_at_any_size(people, django_assert_num_queries):
    for n in range(12):
        create_contact(people.alice, ContactDraft(f"Person {n}", company=f"Northwind {n % 3}"))
    with django_assert_num_queries(2):
        assert len(list_known_at(people.alice, "Northwind")) == 12


def test_a_stakeholder_on_the_grid_is_an_act(people):
    view = create_contact(people.alice, ContactDraft("Ana"))
    change_contact(
        people.alice, view.public_id, ContactDraft("Ana", power=4, interest=2, wants="w")
    )
    act = list_acts(people.alice, limit=1)[0]
    assert (act.kind, act.facts["wants"], act.object_id) == ("stakeholder.mapped", True,
                                                            view.public_id)  # fmt: skip


def test_a_promise_and_a_negotiation_are_linked_with_a_contact(people, product):

    from tests.apps.roadmap import rows as roadmap_rows

    ids = roadmap_rows.make(people.alice, product, None, "Mark")
    view = create_contact(people.alice, ANA)
    alice, bob = browser_of(people.alice), browser_of(people.bob)
    for kind, object_id, path in (
        ("promise", ids["promise_id"], f"promises/{ids['promise_id']}/"),
        ("negotiation", ids["negotiation_id"], f"negotiations/{ids['negotiation_id']}/"),
    ):
        url = f"/p/{product.public_id}/roadmap/{path}"
        target = f"contact:{view.public_id}"
        alice.post(f"/workspace/links/{kind}/{object_id}/add/", {"target": target, "next": url})
        assert "Ana Ruiz" in alice.get(url).content.decode()
        answer = bob.get(url)
        assert answer.status_code == 200
        assert "Ana Ruiz" not in answer.content.decode()
    linked = list_contacts(people.alice, Wanted(linked=f"promise:{ids['promise_id']}"))
    assert names(linked) == ["Ana Ruiz"]


def test_the_export_of_the_workspace_holds_nobody(people, product, tmp_path, data_folder):
    from pilothouse.apps.people.services.talks import TalkDraft, log_talk
    from pilothouse.apps.workspace.services.export import export_workspace

    view = create_contact(people.alice, ANA)
    log_talk(people.alice, view.public_id, TalkDraft("Ruiz said it", follow_up="Tell Ruiz"))
    create_capture(people.alice, "Ruiz again", kind="contact", product=product)
    add_link(people.alice, product, ObjectRef("contact", view.public_id),
             ObjectRef("product", product.public_id))  # fmt: skip
    counts = export_workspace(people.alice, tmp_path / "out", events_dir=data_folder / "events")
    whole = b"".join(p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file())
    assert counts["people"] == 0
    assert b"Ruiz" not in whole
    assert b"Northwind" not in whole
    assert b"belongs to each member alone" in whole
    assert b"Ruiz" in export_book(people.alice)
    assert b"Ruiz" not in export_book(people.bob)
