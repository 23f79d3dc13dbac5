"""From one part of the search to the next: each page leads on, and says how the next one stands."""

from __future__ import annotations

import pytest
from django.urls import reverse

from pilothouse.apps.jobs.services.applications import (
    ApplicationDraft,
    begin_application,
    get_application,
)
from pilothouse.apps.jobs.services.interview_stories import StoryDraft, create_story
from pilothouse.apps.jobs.services.postings import (
    PostingDraft,
    save_posting,
    set_posting_deleted,
)
from pilothouse.apps.jobs.services.resume_tailoring import TargetDraft, begin_version
from pilothouse.apps.jobs.services.resume_versions import build_version
from pilothouse.apps.jobs.services.timeline import add_person, list_people, set_person_deleted
from pilothouse.apps.people.services.beside import list_beside_company
from pilothouse.apps.people.services.companies import CompanyDraft, create_company
from pilothouse.apps.people.services.contacts import ContactDraft, create_contact
from pilothouse.apps.people.services.talks import TalkDraft, log_talk
from pilothouse.apps.portfolio.services.evidence import Wanted, search_acts
from pilothouse.apps.workspace.services.ledger import list_acts, record_act
from tests.apps.jobs.resume_makers import base_of
from tests.apps.makers import browser_of
from tests.builders import People

TEXT = "Product manager at Northwind. You own the sign-up."


def show(people: People, url: str) -> str:
    return browser_of(people.alice).get(url).content.decode()


def test_a_posting_leads_to_its_resume_and_says_whether_it_is_built(people: People):
    posting = save_posting(people.alice, PostingDraft(TEXT, company="Northwind"))
    assert reverse("jobs:resume-new") in show(people, posting.page)
    base = base_of(people.alice, "Asked why.")
    begin = f"{reverse('jobs:resume-tailor', args=[base.public_id])}?posting_id={posting.public_id}"
    assert begin in show(people, posting.page)
    assert f'value="{posting.public_id}" selected' in show(people, begin)
    made = begin_version(
        people.alice, base.public_id, TargetDraft(posting_id=posting.public_id, name="For them")
    )
    page = show(people, posting.page)
    assert f'href="{made.url}">For them</a> <span class="quiet small">not built yet' in page


def test_a_posting_leads_to_its_company_in_the_book(people: People):
    posting = save_posting(people.alice, PostingDraft(TEXT, company="Northwind"))
    new = f"{reverse('people:companies')}?name=Northwind"
    assert new in show(people, posting.page)
    assert 'value="Northwind"' in show(people, new)
    company = create_company(people.alice, CompanyDraft("Northwind GmbH", is_target=True))
    assert company.url in show(people, posting.page)
    assert new not in show(people, posting.page)


def test_a_company_shows_the_jobs_there_to_their_person_alone(people: People):
    alice = people.alice
    company = create_company(alice, CompanyDraft("Northwind GmbH"))
    assert "No posting of theirs is saved yet" in show(people, company.url)
    used = save_posting(alice, PostingDraft(TEXT, "PM growth", "Northwind"))
    begin_application(alice, ApplicationDraft(posting_id=used.public_id, stage="applied"))
    save_posting(alice, PostingDraft(f"{TEXT} Another.", "PM core", "Northwind Ltd"))
    save_posting(alice, PostingDraft(f"{TEXT} No.", "PM elsewhere", "Southwind"))
    found = list_beside_company(alice, company.name)
    assert [(each.title, each.state) for each in found] == [
        ("PM growth", "applied"), ("PM core", "posting saved"),
    ]  # fmt: skip
    assert "PM core" in show(people, company.url)
    assert list_beside_company(people.bob, company.name) == []
    new = f"{reverse('jobs:posting-new')}?company=Northwind%20GmbH"
    assert new in show(people, company.url)
    assert 'value="Northwind GmbH"' in show(people, new)


def test_a_version_leads_to_its_posting_as_long_as_that_is_there(people: People):
    posting = save_posting(people.alice, PostingDraft(TEXT, company="Northwind"))
    base = base_of(people.alice, "Asked why.")
    made = begin_version(
        people.alice, base.public_id, TargetDraft(posting_id=posting.public_id, name="For them")
    )
    built = build_version(people.alice, made.public_id)
    page = reverse("jobs:resume-version", args=[built.public_id])
    assert posting.page in show(people, page)
    set_posting_deleted(people.alice, posting.public_id, is_deleted=True)
    assert posting.page not in show(people, page)


@pytest.mark.parametrize("size", [1, 6])
def test_jobs_of_a_company_take_the_same_queries(people, size, django_assert_num_queries):
    for number in range(size):
        posting = save_posting(people.alice, PostingDraft(f"{TEXT} {number}", company="Northwind"))
        if number % 2:
            begin_application(people.alice, ApplicationDraft(posting_id=posting.public_id))
    begin_application(people.alice, ApplicationDraft("PM", "Northwind"))
    with django_assert_num_queries(5):
        list_beside_company(people.alice, "Northwind")


def test_who_referred_is_what_the_funnel_compares_by(people: People):
    made = begin_application(people.alice, ApplicationDraft("PM", "Northwind"))
    add_person(people.alice, made.public_id, "recruiter", "Tom")
    assert get_application(people.alice, made.public_id).referrer == ""
    add_person(people.alice, made.public_id, "referrer", "Ana Ruiz")
    assert get_application(people.alice, made.public_id).referrer == "Ana Ruiz"
    ana = list_people(get_application(people.alice, made.public_id))[1]
    set_person_deleted(people.alice, made.public_id, ana.public_id, is_deleted=True)
    assert get_application(people.alice, made.public_id).referrer == ""
    set_person_deleted(people.alice, made.public_id, ana.public_id, is_deleted=False)
    assert get_application(people.alice, made.public_id).referrer == "Ana Ruiz"


def test_networking_is_no_work_to_show_and_nobody_elses_business(people: People):
    alice = people.alice
    ana = create_contact(alice, ContactDraft("Ana Ruiz", company="Northwind"))
    log_talk(alice, ana.public_id, TalkDraft("Hello"))
    save_posting(alice, PostingDraft(TEXT, company="Northwind"))
    record_act(alice, "decision.decided", "decision", "d", {"name": "Which tier"})
    kinds = [line.kind for line in search_acts(alice, Wanted()).lines]
    assert "decision.decided" in kinds
    assert not {"contact.added", "talk.logged", "posting.saved"} & set(kinds)
    assert "talk.logged" in [act.kind for act in list_acts(alice)]
    assert "talk.logged" not in [act.kind for act in list_acts(people.bob)]


def test_a_story_leads_to_the_questions_that_it_answers(people: People):
    story = create_story(people.alice, StoryDraft("Saying no", questions=["said-no"]))
    page = show(people, story.page)
    assert reverse("jobs:interview-question", args=["said-no"]) in page
    assert "you chose it for this question" in page
    bare = create_story(people.alice, StoryDraft("Zzz"))
    assert "None yet" in show(people, bare.page)
