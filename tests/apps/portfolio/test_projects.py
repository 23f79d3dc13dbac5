"""Side projects: a real product with what it needs, gates, a journal that cannot be backdated."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from pilothouse.apps.backlog.services.items import list_items
from pilothouse.apps.documents.services.documents import list_documents
from pilothouse.apps.documents.services.templates import list_templates as list_document_templates
from pilothouse.apps.people.services.contacts import ContactDraft, create_contact
from pilothouse.apps.portfolio.project_models import Project, Stage
from pilothouse.apps.portfolio.services.attention import list_attention
from pilothouse.apps.portfolio.services.evidence import Wanted, search_acts
from pilothouse.apps.portfolio.services.exporting import write_portfolio
from pilothouse.apps.portfolio.services.gates import pass_stage, read_stages
from pilothouse.apps.portfolio.services.gitlog import FORMAT, list_commits, parse_log, save_log
from pilothouse.apps.portfolio.services.journal import (
    EntryDraft,
    RetroDraft,
    hold_retrospective,
    list_entries,
    set_entry_deleted,
    write_entry,
)
from pilothouse.apps.portfolio.services.project_templates import list_stages, list_templates
from pilothouse.apps.portfolio.services.projects import (
    Collaborator,
    adopt_product,
    end_project,
    get_project,
    list_projects,
    read_collaborators,
    reopen_project,
    set_collaborators,
)
from pilothouse.apps.roadmap.services.outcomes import list_outcomes
from pilothouse.apps.skills.services.asking import ask_review, get_request
from pilothouse.apps.workspace.services.ledger import WITHHELD, iter_acts, list_acts
from pilothouse.apps.workspace.services.products import archive_product
from pilothouse.apps.workspace.services.search import search
from pilothouse.engines.portfolio import find_figures
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from tests.apps.makers import browser_of
from tests.apps.portfolio.makers import van
from tests.builders import make_capture, make_product

WHY = "It was known already."


@pytest.mark.parametrize("template", [each.key for each in list_templates()])
def test_a_project_begins_as_a_real_product_with_what_it_needs(template: str, people):
    project = van(people.alice, template=template)
    wanted = next(each for each in list_templates() if each.key == template)
    items = list_items(project.product)
    assert len(items) == len(wanted.items) + 1 + len(wanted.launch)
    checklist = next(item for item in items if item.title == wanted.launch_title)
    assert sum(item.parent_id == checklist.public_id for item in items) == len(wanted.launch)
    assert len(list_documents(project.product)) == len(wanted.documents)
    assert len(list_outcomes(project.product)) == len(wanted.outcomes)
    assert not project.product.is_simulated
    assert list_acts(people.alice, limit=1)[0].kind == "project.begun"
    assert list_projects(people.bob) == []


def test_what_the_template_made_is_no_evidence(people):
    project = van(people.alice)
    asked = [each for stage in read_stages(people.alice, project) for each in stage.asked]
    assert [each.found for each in asked] == [0] * len(asked)


def test_a_stage_opens_by_acts_and_is_passed_without_only_for_a_reason(people):
    project = van(people.alice)
    with pytest.raises(InvalidValueError, match="reason"):
        pass_stage(people.alice, project.public_id, "idea")
    for number in range(2):
        write_entry(people.alice, project.public_id, EntryDraft(f"Must be true: {number}"))
    here = read_stages(people.alice, project)[0]
    assert (here.is_open, here.asked[0].found) == (True, 2)
    assert pass_stage(people.alice, project.public_id, "idea").stage == "problem"
    passed = pass_stage(people.alice, project.public_id, "problem", why_without=WHY)
    states = read_stages(people.alice, passed)
    assert [(s.state, s.why_without) for s in states[:3]] == [
        ("passed", ""), ("passed", WHY), ("here", ""),
    ]  # fmt: skip
    act = list_acts(people.alice, limit=1)[0]
    assert (act.kind, act.facts["missing"]) == ("project.stage-passed", 1)
    with pytest.raises(ConflictError):
        pass_stage(people.alice, project.public_id, "idea", why_without=WHY)


def test_acts_of_other_products_open_no_stage(people, product):
    project = van(people.alice)
    for number in range(5):
        make_capture(people.alice, f"Talk {number}", product=product)
    discovery = read_stages(people.alice, project)[2]
    assert discovery.asked[0].found == 0
    make_capture(people.alice, "Talk", product=project.product)
    assert read_stages(people.alice, project)[2].asked[0].found == 1


def test_the_last_stage_ends_by_growing_or_stopping(people):
    project = van(people.alice)
    for stage in Stage.values[:-1]:
        project = pass_stage(people.alice, project.public_id, stage, why_without=WHY)
    with pytest.raises(ConflictError, match="last stage"):
        pass_stage(people.alice, project.public_id, "outcome", why_without=WHY)
    ended = end_project(
        people.alice, project.public_id, "stopped", why="Nobody came for it.",
        learned="Ask before building.",
    )  # fmt: skip
    assert (ended.is_over, ended.stage_name) == (True, "Stopped")
    assert list_acts(people.alice, limit=1)[0].kind == "project.stopped"
    page = browser_of(people.alice).get(f"{project.url}ending/").content.decode()
    assert "Nobody came for it." in page
    assert not reopen_project(people.alice, project.public_id).is_over
    with pytest.raises(InvalidValueError):
        end_project(people.alice, project.public_id, "won", why=WHY, learned=WHY)


def test_a_failure_is_an_act_that_holds_no_word_of_it(people):
    project = van(people.alice)
    day = timezone.now().date() - timedelta(days=5)
    entry = write_entry(
        people.alice, project.public_id,
        EntryDraft("Bob sent the wrong link", "failure", "Click first", "Bob", day),
    )  # fmt: skip
    act = list_acts(people.alice, limit=1)[0]
    assert (act.kind, act.sequence) == ("failure.documented", entry.act_sequence)
    assert (act.facts["days_after"], entry.days_after) == (5, 5)
    assert "Bob" not in str(act)
    with pytest.raises(InvalidValueError):
        write_entry(
            people.alice, project.public_id, EntryDraft("x y z", happened_on=date(2999, 1, 1))
        )


def test_what_a_journal_holds_is_seen_by_its_person_alone(people):
    project = van(people.alice)
    before = list_acts(people.alice, limit=1)[0].sequence
    made = write_entry(people.alice, project.public_id, EntryDraft("Forty letters"))
    write_entry(people.alice, project.public_id, EntryDraft("The wrong link", "failure"))
    write_entry(people.alice, project.public_id, EntryDraft("Ann wants maps", "stakeholder"))
    set_entry_deleted(people.alice, project.public_id, made.public_id, is_deleted=True)
    hold_retrospective(people.alice, project.public_id, RetroDraft("this", "that", "more of it"))
    mine = [(act.kind, act.words) for act in iter_acts(people.alice, after=before)]
    assert mine == [
        ("journal.written", "Journal: written"), ("failure.documented", "Failure: documented"),
        ("stakeholder.logged", "Stakeholder: logged"), ("journal.deleted", "Journal: deleted"),
        ("retrospective.held", "Retrospective: held"),
    ]  # fmt: skip
    theirs = list(iter_acts(people.bob, after=before))
    assert len(theirs) == 5
    assert {(act.kind, act.user_id, act.object_id) for act in theirs} == {(WITHHELD, "", "")}
    assert not any(act.facts or act.product_id for act in theirs)
    page = browser_of(people.bob).get("/workspace/ledger/").content.decode()
    assert "Private: withheld" in page
    assert "Failure" not in page
    export = browser_of(people.bob).get("/workspace/ledger/export/").content.decode()
    assert "failure" not in export
    hers = browser_of(people.alice).get("/workspace/ledger/").content.decode()
    assert "Failure: documented" in hers


def test_a_failure_may_be_shown_as_work_and_to_whom_one_asks(people):
    project = van(people.alice)
    made = write_entry(people.alice, project.public_id, EntryDraft("The wrong link", "failure"))
    found = search_acts(people.alice, Wanted()).lines
    assert made.act_sequence in [line.sequence for line in found]
    asked = ask_review(people.alice, people.bob.user_public_id, made.act_sequence, "C16")
    seen = get_request(people.bob, asked.public_id).act
    assert (seen.kind, seen.facts["kind"]) == ("failure.documented", "failure")
    contact = create_contact(people.alice, ContactDraft("Zora Quill"))
    act = list_acts(people.alice, limit=1)[0]
    assert (act.kind, act.object_id) == ("contact.added", contact.public_id)
    hidden = ask_review(people.alice, people.bob.user_public_id, act.sequence, "C16")
    assert get_request(people.bob, hidden.public_id).act.kind == WITHHELD


def test_a_line_is_corrected_by_another(people):
    project = van(people.alice)
    first = write_entry(people.alice, project.public_id, EntryDraft("Forty letters"))
    write_entry(
        people.alice, project.public_id, EntryDraft("Fifty letters", corrects=first.public_id)
    )
    lines = list_entries(people.alice, project)
    assert [(each.text, each.corrects) for each in lines] == [
        ("Fifty letters", first.public_id), ("Forty letters", ""),
    ]  # fmt: skip
    set_entry_deleted(people.alice, project.public_id, first.public_id, is_deleted=True)
    assert len(list_entries(people.alice, project)) == 1
    set_entry_deleted(people.alice, project.public_id, first.public_id, is_deleted=False)
    assert len(list_entries(people.alice, project)) == 2
    with pytest.raises(NotFoundError):
        write_entry(people.alice, project.public_id, EntryDraft("x y z", corrects="nothing"))


def test_a_line_may_name_a_decision_of_the_product_only(people, product):
    from pilothouse.apps.decisions.services.decisions import DecisionDraft, save_decision

    project = van(people.alice)
    other = save_decision(people.alice, product, DecisionDraft("Elsewhere"))
    with pytest.raises(NotFoundError):
        write_entry(
            people.alice, project.public_id, EntryDraft("x y z", decision_id=other.public_id)
        )


def test_names_of_those_who_help_go_nowhere(people):
    project = van(people.alice)
    helpers = read_collaborators("Zora Quill: draws\n\nYusuf")
    assert helpers == (Collaborator("Zora Quill", "draws"), Collaborator("Yusuf"))
    set_collaborators(people.alice, project.public_id, helpers)
    assert "Zora" not in str(list_acts(people.alice))
    assert search(people.alice, "Zora") == []
    assert browser_of(people.bob).get(project.url).status_code == 404


def test_a_retrospective_needs_a_change(people):
    project = van(people.alice)
    with pytest.raises(InvalidValueError, match="what changes now"):
        hold_retrospective(people.alice, project.public_id, RetroDraft("this", "that", " "))
    hold_retrospective(people.alice, project.public_id, RetroDraft("this", "that", "more of it"))
    act = list_acts(people.alice, limit=1)[0]
    assert (act.kind, act.facts["stage"]) == ("retrospective.held", "idea")


def test_a_product_that_is_there_can_be_guided(people, product):
    adopted = adopt_product(people.alice, product, "An idea of its own.")
    assert list_items(product) == []
    assert adopted.product.id == product.id
    with pytest.raises(ConflictError):
        adopt_product(people.alice, product, "An idea of its own.")
    sim = make_product(people.alice, "Sim", world="simulated", clock=timezone.now())
    with pytest.raises(ConflictError):
        adopt_product(people.alice, sim, "An idea of its own.")


def test_today_hears_of_a_stage_that_is_ready_or_stands_still(people):
    project = van(people.alice)
    today = timezone.now().date()
    assert list_attention(people.alice, project.product, today) == []
    assert list_attention(people.bob, project.product, today) == []
    later = list_attention(people.alice, project.product, today + timedelta(days=30))
    assert [each.kind for each in later] == ["project", "journal"]
    for _ in range(2):
        write_entry(people.alice, project.public_id, EntryDraft("Must be true"))
    (ready,) = list_attention(people.alice, project.product, today)
    assert "on to Problem" in ready.sentence


PLAIN = """commit abcdef1234567890 (HEAD -> main)
Merge: 1 2
Author: Ann Bee <ann@example.org>
Date:   Mon Nov 23 10:00:00 2026 +0100

    Begin

    More words.

commit abcdef1234567891
Author: Bo <bo@example.org>
Date:   2026-11-22T09:00:00+00:00

    Before that
"""


def test_a_log_is_read_as_git_prints_it(people):
    plain = parse_log(PLAIN)
    assert [(c.sha[-1], c.author, c.subject) for c in plain] == [
        ("0", "Ann Bee", "Begin"), ("1", "Bo", "Before that"),
    ]  # fmt: skip
    assert plain[0].at.isoformat() == "2026-11-23T09:00:00+00:00"
    ours = "\n".join("\x1f".join((c.sha, c.at.isoformat(), c.author, c.subject)) for c in plain)
    assert parse_log(ours) == plain
    project = van(people.alice)
    assert save_log(people.alice, project.public_id, PLAIN, source="text") == 2
    assert save_log(people.alice, project.public_id, ours, source="text") == 0
    assert list_commits(get_project(people.alice, project.public_id))[0] == 2
    assert "ann@example.org" not in str(list_commits(project))


@pytest.mark.parametrize("text", ["", "hello", "a\x1fb", "abcdef1\x1fyesterday\x1fA\x1fB"])
def test_what_is_no_log_is_refused(text: str):
    with pytest.raises(InvalidValueError):
        parse_log(text)


def test_the_command_reads_a_repository(tmp_path):
    import subprocess

    from pilothouse.cli.portfolio import read_log

    def git(*words: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=Ann", "-c", "user.email=a@b", "-C", str(tmp_path), *words],
            check=True, capture_output=True,
        )  # fmt: skip

    git("init")
    git("commit", "--allow-empty", "-m", "Begin \x1b[31m")
    (found,) = parse_log(read_log(tmp_path))
    assert found.author == "Ann"
    with pytest.raises(InvalidValueError, match="git says"):
        read_log(tmp_path / "..")
    assert "%H" in FORMAT


def test_an_export_tells_others_nothing_private(people, product, tmp_path):
    project = van(people.alice)
    write_entry(people.alice, project.public_id, EntryDraft("Private line"))
    write_portfolio([product], tmp_path)
    assert "Private line" not in (tmp_path / "portfolio.json").read_text()
    from pilothouse.apps.workspace.models import Member

    Member.objects.filter(user_id=people.bob.user_id).delete()
    write_portfolio([product], tmp_path)
    assert "Private line" in (tmp_path / "portfolio.json").read_text()


def test_an_archived_product_keeps_its_project(people):
    project = van(people.alice)
    archive_product(people.alice, project.product.public_id, is_archived=True)
    assert browser_of(people.alice).get(project.url).status_code == 200
    assert Project.objects.count() == 1


def test_templates_and_stages_are_whole():
    stages = [stage.key for stage in list_stages()]
    assert stages == list(Stage.values)
    known = {each.key for each in list_document_templates()}
    titles: set[str] = set()
    for template in list_templates():
        assert {key for key, _ in template.documents} <= known
        names = [item.title for item in template.items]
        assert len(names) == len(set(names))
        assert all(not item.parent or item.parent in names for item in template.items)
        assert len(template.launch) >= 6
        assert {metric["kind"] for metric in template.metrics} <= {"funnel", "retention", "trend"}
        titles.add(template.name)
    assert len(titles) == len(list_templates())
    for stage in list_stages():
        assert stage.aim.endswith(".")
        assert all(ask.least >= 1 and ask.kinds for ask in stage.asks)
        assert not find_figures(stage.aim)


def test_the_product_of_a_project_is_the_one_at_hand(people):
    make_product(people.alice, "Another")
    client = browser_of(people.alice)
    project = van(people.alice)
    page = client.get(project.url).content.decode()
    backlog = f'href="/p/{project.product.public_id}/backlog/"'
    assert backlog in page
    assert backlog in client.get("/skills/").content.decode()
