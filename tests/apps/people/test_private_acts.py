"""Acts of people and jobs are shown to their person alone, whichever there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import pilothouse.apps.jobs
import pilothouse.apps.people
from pilothouse.apps.jobs.services.resume_facts import FactDraft, state_fact
from pilothouse.apps.people.services.contacts import ContactDraft, change_contact, create_contact
from pilothouse.apps.people.services.posts import PostDraft, create_post, publish_post
from pilothouse.apps.portfolio.services.evidence import Wanted, search_acts
from pilothouse.apps.workspace.services.ledger import (
    WITHHELD,
    find_acts,
    is_private_act,
    iter_acts,
    list_acts,
    may_be_shown,
)

RECORDS = re.compile(r'record_act\(\s*access,\s*"([a-z-]+\.[a-z-]+)"')


def kinds_in(package: object) -> set[str]:
    folder = Path(package.__file__).parent  # type: ignore[attr-defined]
    return {kind for path in folder.rglob("*.py") for kind in RECORDS.findall(path.read_text())}


@pytest.mark.parametrize("package", [pilothouse.apps.people, pilothouse.apps.jobs])
def test_every_kind_of_act_is_private(package):
    kinds = kinds_in(package)
    assert len(kinds) > 10
    assert {kind for kind in kinds if not is_private_act(kind)} == set()


@pytest.fixture
def acts(people) -> list[int]:
    """A statement, a post and a stakeholder: their numbers in the ledger."""
    alice, before = people.alice, len(list_acts(people.alice, limit=500))
    state_fact(alice, FactDraft("Raised activation to 31 %", "the report of May", "employment"))
    post = create_post(alice, PostDraft("A post"))
    publish_post(alice, post.public_id, url="https://a.example")
    view = create_contact(alice, ContactDraft("Ana"))
    change_contact(alice, view.public_id, ContactDraft("Ana", power=4, interest=2))
    return [act.sequence for act in iter_acts(alice, after=before)]


def test_another_member_sees_that_there_is_an_act_and_nothing_of_it(people, acts):
    mine = {act.kind for act in find_acts(people.alice, acts).values()}
    assert {"achievement.stated", "post.published", "stakeholder.mapped"} <= mine
    lists = (
        list(find_acts(people.bob, acts).values()),
        list(iter_acts(people.bob, after=min(acts) - 1)),
        list_acts(people.bob, limit=len(acts)),
    )
    for seen in lists:
        assert {act.kind for act in seen} == {WITHHELD}
        assert not any(act.facts or act.object_id or act.user_id for act in seen)


def test_what_is_work_may_be_shown_by_its_person(people, acts):
    shown = {line.kind for line in search_acts(people.alice, Wanted()).lines}
    assert {"achievement.stated", "post.published", "stakeholder.mapped"} <= shown
    assert "contact.added" not in shown
    assert not search_acts(people.bob, Wanted()).lines
    assert not may_be_shown("favour.received")
    assert may_be_shown("decision.decided")
