"""The pages of resumes: nothing typed is lost, what was done can be taken back, all private."""

from __future__ import annotations

import json
import re

import pytest
from django.urls import reverse

from pilothouse.apps.jobs.services.resume_records import get_resume, list_resumes, read_base
from pilothouse.apps.jobs.services.resume_tailoring import TargetDraft, begin_version
from pilothouse.apps.workspace.services.search import search
from pilothouse.engines.jobs.resume_types import SECTIONS
from tests.apps.jobs.resume_makers import base_of, reading
from tests.apps.makers import browser_of


@pytest.fixture
def base(people):
    return base_of(people.alice, "Asked why.", "Wrote notes.")


def form_of(page: str) -> dict[str, str]:
    """All fields of the editor's form as a browser would send them."""
    import html

    found = dict(
        re.findall(r'<input type="(?:text|hidden)"[^>]* name="([^"]+)" value="([^"]*)"', page)
    )
    found |= dict(re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>\n?([^<]*)</textarea>', page))
    return {name: html.unescape(text) for name, text in found.items()}


def edit(client, view, **changes):
    fields = form_of(client.get(view.url).content.decode())
    return client.post(view.url, {**fields, **changes})


def test_saving_what_is_shown_changes_nothing(people, base):
    client = browser_of(people.alice)
    assert edit(client, base, do="save").status_code == 302
    after = get_resume(people.alice, base.public_id)
    assert (after.version, after.content) == (base.version, base.content)


def test_a_bad_day_keeps_what_was_typed(people, base):
    client = browser_of(people.alice)
    job = read_base(people.alice, base).section("work")[0]
    said = edit(
        client, base, **{f"{job.id}.startDate": "last year", "basics.summary": "I & you <b>"}
    )
    page = said.content.decode()
    assert said.status_code == 400
    assert "last year: Experience, Product manager, from is a year" in page
    assert "I &amp; you &lt;b&gt;</textarea>" in page
    assert 'value="last year"' in page
    assert get_resume(people.alice, base.public_id).content == base.content


def test_what_was_changed_elsewhere_is_not_overwritten(people, base):
    client = browser_of(people.alice)
    assert edit(client, base, **{"basics.label": "Lead"}).status_code == 302
    refused = edit(client, base, base="1", **{"basics.label": "Head"})
    assert refused.status_code == 400
    assert "changed elsewhere" in refused.content.decode()
    assert 'value="Head"' in refused.content.decode()
    assert get_resume(people.alice, base.public_id).content["basics"]["fields"]["label"] == "Lead"


@pytest.mark.parametrize("section", [key for key in SECTIONS if key in {
    "skills", "work", "projects", "education", "certificates", "volunteer", "publications",
    "awards", "languages", "interests", "references"}])  # fmt: skip
def test_every_section_takes_an_entry(people, base, section):
    client = browser_of(people.alice)
    said = edit(client, base, do=f"add:{section}")
    made = read_base(people.alice, get_resume(people.alice, base.public_id)).section(section)[0]
    assert said.url.endswith(f"?open={made.id}#entry-{made.id}")
    lead = SECTIONS[section].lead
    assert edit(client, base, **{f"{made.id}.{lead}": "Something"}).status_code == 302
    after = read_base(people.alice, get_resume(people.alice, base.public_id)).section(section)[0]
    assert after.get(lead) == "Something"


def test_entries_and_sections_move_and_go_and_come_back(people, base):
    client = browser_of(people.alice)

    def text():
        return read_base(people.alice, get_resume(people.alice, base.public_id))

    edit(client, base, do="add:work")
    new, old = (entry.id for entry in text().section("work"))
    edit(client, base, do=f"down:{new}")
    assert [entry.id for entry in text().section("work")] == [old, new]
    edit(client, base, do=f"up:{new}")
    assert [entry.id for entry in text().section("work")] == [new, old]
    edit(client, base, do="section-up:education")
    assert text().sections.index("education") == 1
    number = get_resume(people.alice, base.public_id).version
    edit(client, base, do=f"remove:{old}")
    assert [entry.id for entry in text().section("work")] == [new]
    client.post(reverse("jobs:resume-state", args=[base.public_id, number]))
    assert [entry.id for entry in text().section("work")] == [new, old]
    assert edit(client, base, do="fly:away").status_code == 400


def test_profiles_are_one_a_line_and_keep_what_other_tools_wrote(people):
    basics = {"name": "Ann", "profiles": [{"network": "Git", "username": "ann", "x-id": 3}]}
    base = base_of(people.alice, "Asked.", basics=basics)
    client = browser_of(people.alice)
    edit(client, base, profiles="Git, ann\nLinkedIn, https://www.linkedin.com/in/ann")
    first, second = read_base(people.alice, get_resume(people.alice, base.public_id)).profiles
    assert first.extra == {"x-id": 3}
    assert (second.get("network"), second.get("url")) == (
        "LinkedIn", "https://www.linkedin.com/in/ann",
    )  # fmt: skip
    assert edit(client, base, profiles="X, javascript:alert(1)").status_code == 302


def test_the_preview_saves_nothing_and_says_what_does_not_build(people, base):
    client = browser_of(people.alice)
    job = read_base(people.alice, base).section("work")[0]
    address = reverse("jobs:resume-preview", args=[base.public_id])
    page = client.post(address, {f"{job.id}.bullets": "Cut 9 to 4."}).content.decode()
    assert "nothing is linked to its 9" in page
    assert "Cut 9 to 4." in page
    bad = client.post(address, {f"{job.id}.startDate": "soon"}).content.decode()
    assert "soon: Experience" in bad
    assert get_resume(people.alice, base.public_id).version == 1


def test_the_panel_finds_acts_and_shows_how_to_state_one(people, base):
    reading(people.alice, name="Churn of shops")
    client = browser_of(people.alice)
    address = reverse("jobs:resume-evidence", args=[base.public_id])
    assert "Churn of shops" in client.get(address, {"q": "churn"}).content.decode()
    empty = client.get(address, {"q": "zebra"}).content.decode()
    assert "Nothing in your record says “zebra”" in empty
    assert reverse("jobs:resume-facts") in empty


def test_a_version_is_chosen_on_its_page_and_never_rewritten_there(people, base):
    target = TargetDraft("Acme", "", "PM", "Notes, notes, and Kubernetes, Kubernetes.")
    made = begin_version(people.alice, base.public_id, target)
    client = browser_of(people.alice)
    job = read_base(people.alice, base).section("work")[0]
    asked, notes = job.bullets
    page = client.get(made.url).content.decode()
    assert "Nowhere in your resume" in page
    assert page.index("Wrote notes.") < page.index("Asked why.")
    chosen = {
        "entry": [job.id], "shown": [job.id],
        "pick": [f"{job.id}:{asked.id}", f"{job.id}:{notes.id}"],
        "label": "Lead", "summary": "", "base": "1",
    }  # fmt: skip
    client.post(made.url, {**chosen, "do": f"up:{job.id}:{notes.id}"})
    view = get_resume(people.alice, made.public_id)
    assert view.content["picks"][job.id] == [notes.id, asked.id]
    assert (view.content["label"], view.content["entries"]) == ("Lead", [job.id])
    refused = client.post(made.url, {**chosen, "base": "1", "label": "Head"})
    assert refused.status_code == 400
    assert 'value="Head"' in refused.content.decode()
    client.post(made.url, {**chosen, "base": "2", "do": "suggest"})
    assert get_resume(people.alice, made.public_id).content["label"] == "Lead"


def test_a_pasted_file_that_is_none_stays_to_be_mended(people):
    client = browser_of(people.alice)
    address = reverse("jobs:resume-import")
    refused = client.post(address, {"import_name": "Mine", "document": '{"work": 3}'})
    assert refused.status_code == 400
    assert "work must be a list" in refused.content.decode()
    assert "{&quot;work&quot;: 3}" in refused.content.decode()
    good = client.post(address, {"import_name": "Mine", "document": json.dumps({"basics": {}})})
    assert good.status_code == 302
    assert [view.name for view in list_resumes(people.alice)] == ["Mine"]


def test_a_resume_is_found_by_its_words_by_its_person_alone(people, base):
    assert [hit.title for hit in search(people.alice, "notes")] == ["Product manager"]
    assert search(people.bob, "notes") == []
    client = browser_of(people.alice)
    client.post(reverse("jobs:resume-act", args=[base.public_id, "delete"]))
    assert search(people.alice, "notes") == []
    client.post(reverse("jobs:resume-act", args=[base.public_id, "restore"]))
    assert len(search(people.alice, "notes")) == 1


def test_a_build_that_is_refused_says_why_and_one_that_works_is_shown(people):
    bad = base_of(people.alice, "Cut 9 to 4.")
    client = browser_of(people.alice)
    refused = client.post(reverse("jobs:resume-build", args=[bad.public_id]))
    assert refused.status_code == 400
    assert "nothing is linked to its 9" in refused.content.decode()
    good = base_of(people.alice, "Asked.")
    built = client.post(reverse("jobs:resume-build", args=[good.public_id]), follow=True)
    assert "come back once, in order" in built.content.decode()


@pytest.mark.parametrize("number", ["0", "9", "x", "99999999999"])
def test_a_page_that_is_not_there_is_not_found(people, base, number):
    client = browser_of(people.alice)
    for name, args in (
        ("resume-page", ["clear", number]), ("resume-state", [number]), ("resume-page", ["x", "1"]),
    ):  # fmt: skip
        address = reverse(f"jobs:{name}", args=[base.public_id, *args])
        ask = client.post if name == "resume-state" else client.get
        assert ask(address).status_code == 404


def test_a_text_that_is_refused_stands_open_as_it_was_pasted(people):
    browser = browser_of(people.alice)
    assert 'class="disclosure" open' not in browser.get(reverse("jobs:resume-new")).content.decode()
    page = browser.post(reverse("jobs:resume-import"), {"document": '{"basics": 3'})
    assert page.status_code == 400
    assert "&quot;basics&quot;: 3" in page.content.decode()
    assert 'class="disclosure" open' in page.content.decode()
