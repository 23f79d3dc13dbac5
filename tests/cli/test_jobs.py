"""``pilothouse jobs``: what a person gets on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pilothouse.cli.jobs import group
from tests.builders import People, make_people

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> People:
    return make_people()


def run(*words: str, **options: Any) -> Result:
    return CliRunner().invoke(group, list(words), **options)


def test_a_posting_is_saved_and_listed(people: People):
    assert run("postings").output == "No posting yet.\n"
    text = "Senior Product Manager\nYou own the checkout of our shop.\n"
    said = run("save", "-", "--company", "Acme", input=text)
    assert "The title says “senior”." in said.output
    listed = json.loads(run("postings", "--json").stdout)["postings"]
    assert [(each["title"], each["company"]) for each in listed] == [
        ("Senior Product Manager", "Acme")
    ]
    assert "senior" in run("postings").output
    assert json.loads(run("postings", "--person", "Charlie", "--json").stdout)["postings"] == []


def test_an_empty_file_is_refused_in_a_sentence(people: People):
    refused = run("save", "-", input="")
    assert (refused.exit_code, "20 to 50,000 characters" in refused.output) == (1, True)


def test_the_way_of_an_application(people: People, tmp_path: Path):
    resume = tmp_path / "resume.pdf"
    resume.write_bytes(b"%PDF")
    said = run("apply", "Acme", "PM", "--on", "2026-01-05", "--resume", str(resume), "--json")
    made = json.loads(said.stdout)
    assert (made["resume"], made["standing"]["stage"]) == ("resume.pdf", "ghosted")
    said = run("move", made["id"], "screen", "--on", "2026-01-20").output
    assert "2026-02-19  ghosted (silence)" in said
    assert "no such application" in run("move", made["id"], "screen", "--person", "Charlie").output
    rows = run("history", "--csv").output.splitlines()
    assert rows[1].split(",")[5:8] == ["applied", "2026-01-05", "2026-01-20"]
    assert "applied" in run("history").output
    assert "Acme, PM" in run("applications").output
    assert "100% of 1" in run("funnel").output
    assert json.loads(run("funnel", "--json").stdout)["reached"]["screen"] == 1
    assert run("funnel", "--person", "Charlie").output == "Nothing sent yet.\n"


def test_a_resume_goes_from_a_file_to_a_folder_of_forms(people: People, tmp_path):
    source = tmp_path / "ann.json"
    document = {
        "basics": {"name": "Ann", "email": "ann@example.org"},
        "work": [{"name": "Acme", "highlights": ["Cut 410 to 270.", "Asked why."]}],
    }
    source.write_text(json.dumps(document), "utf-8")
    assert run("resume", "list").output == "No resume yet.\n"
    made = json.loads(run("resume", "import", str(source), "--name", "PM", "--json").stdout)
    refused = run("resume", "check", "PM")
    assert refused.exit_code == 1
    assert "“Cut 410 to 270.”: nothing is linked to its 410." in refused.output
    assert "nothing is linked" in run("resume", "build", "PM").output
    said = json.loads(
        run("resume", "state", "Cut 410 to 270.", "--source", "Report", "--json").stdout
    )
    document["work"][0]["highlights"][0] += f" {{{said['key']}}}"
    source.write_text(json.dumps(document), "utf-8")
    run("resume", "import", str(source), "--name", "Whole")
    posting = tmp_path / "posting.txt"
    posting.write_text("Ask why. You ask why. Kubernetes, Kubernetes.", "utf-8")
    run("resume", "tailor", "Whole", "--text", str(posting), "--name", "Acme")
    assert "missing   Kubernetes" in run("resume", "coverage", "Acme").output
    built = run("resume", "build", "Acme", "--out", str(tmp_path / "sent"))
    assert "holds   Round trip through the PDF" in built.output
    names = {path.name for path in (tmp_path / "sent").iterdir()}
    assert names == {f"resume-1.{e}" for e in ("pdf", "docx", "txt", "md", "json", "linkedin.txt")}
    out = json.loads(run("resume", "export", made["id"], "--without-evidence").stdout)
    assert out["work"] == [{"name": "Acme", "highlights": ["Cut 410 to 270.", "Asked why."]}]
    assert len(json.loads(run("resume", "list", "--json").stdout)["resumes"]) == 3


def test_a_resume_that_is_not_there_is_named(people: People):
    assert "there is no such resume of yours" in run("resume", "check", "Nobody").output


def test_offers_are_entered_and_compared(people: People):
    assert run("offers").output == "No offer yet.\n"
    run("offer", "Acme", "--base", "68000-74000", "--equity", "40000", "--equity-chance", "30")
    run("offer", "Northwind", "--base", "90000")
    assert "Northwind is better than Acme: 100%" in run("offers").output
    (group,) = json.loads(run("offers", "--json").stdout)["groups"]
    assert [each["name"] for each in group["offers"]] == ["Northwind", "Acme"]
    assert "such as 68000-74000" in run("offer", "X", "--base", "much").output


def test_next_actions_are_written_as_a_calendar(people: People, tmp_path: Path):
    run("apply", "Acme", "PM")
    out = tmp_path / "search.ics"
    assert json.loads(run("calendar", "--out", str(out), "--json").stdout)["entries"] == 0
    assert out.read_bytes().startswith(b"BEGIN:VCALENDAR")


def test_a_page_inside_is_not_fetched(people: People):
    refused = run("fetch", "http://127.0.0.1/")
    assert (refused.exit_code, "inner network" in refused.output) == (1, True)


def test_a_spreadsheet_is_taken_in_and_out(people: People, tmp_path: Path):
    file = tmp_path / "kept.csv"
    file.write_text("Company,Position,Status,Applied\nAcme,PM,Declined,2026-03-02\nBo,PM,Sent,\n")
    words = ["import", str(file), "--stage", "declined=rejected", "--day", "2026-03-01"]
    said = json.loads(run(*words, "--dry-run", "--json").stdout)
    assert (said["new"], said["import"]) == (2, None)
    assert run("applications").output == "No application yet.\n"
    taken = json.loads(run(*words, "--json").stdout)["import"]
    assert taken["created"] == 2
    again = json.loads(run(*words, "--json").stdout)
    assert (again["new"], again["known"], again["import"]) == (0, 2, None)
    assert "no such heading" in run(*words, "--map", "title=Posting").output
    assert "WORD=MEANING" in run("import", str(file), "--stage", "declined").output
    assert "no such" in run("undo-import", taken["id"], "--person", "Charlie").output
    assert "2 applications are out again" in run("undo-import", taken["id"]).output
    assert run("applications").output == "No application yet.\n"


def test_everything_beside_the_stages(people: People, tmp_path: Path):
    made = json.loads(run("apply", "Acme", "PM", "--on", "2026-01-05", "--json").stdout)["id"]
    assert "Heard from them: Friday." in run("note", made, "Friday.", "--kind", "heard").output
    assert "due 2026-12-01" in run("next", made, "Ask Ann", "--on", "2026-12-01").output
    assert run("next", made, "--done").output == "No next action.\n"
    file = tmp_path / "resume.pdf"
    file.write_bytes(b"%PDF")
    assert "  B  " in run("sent", made, "--file", str(file), "--version", "B").output
    assert "Recruiter: Bo" in run("person", made, "recruiter", "Bo").output
    run("move", made, "screen", "--on", "2026-01-20")
    said = json.loads(run("move-again", made, "2", "--on", "2026-01-18", "--json").stdout)
    assert (said["moves"][1]["on"], len(said["moves"][1]["earlier"])) == ("2026-01-18", 1)
    assert "(taken back)" in run("move-again", made, "2", "--remove").output
    assert "no such move" in run("move-again", made, "9", "--on", "2026-01-18").output
    whole = json.loads(run("application", made, "--json").stdout)
    assert [line["text"] for line in whole["lines"]] == ["Friday.", "Done: Ask Ann"]
    assert (whole["people"][0]["name"], whole["sent"][0]["version"]) == ("Bo", "B")
    assert "no such application" in run("application", made, "--person", "Charlie").output
    run("application", made, "--delete")
    assert run("applications").output == "No application yet.\n"
    assert "Acme: PM" in run("application", made, "--restore").output


def test_settings_postings_and_pivots(people: People):
    assert "after 21 days" in run("settings", "--silence", "21").output
    assert "3 to 365 days" in run("settings", "--silence", "1").output
    text = "Business analyst\nYou write requirements and talk to stakeholders.\n"
    saved = json.loads(run("save", "-", "--company", "Acme", "--json", input=text).stdout)["id"]
    shown = json.loads(run("posting", saved, "--json").stdout)
    assert "C08" in [each["competency"] for each in shown["mentions"]]
    first = json.loads(run("pivots", "--json").stdout)["pivots"][0]
    assert (first["key"], first["postings"]) == ("business-analyst", [saved])
    assert "lacks" in run("pivots").output
    run("posting", saved, "--delete")
    assert run("postings").output == "No posting yet.\n"


def test_an_offer_is_negotiated(people: People):
    made = json.loads(run("offer", "Acme", "--base", "60000-70000", "--json").stdout)["id"]
    words = ["--ask", "6000:50=Base 74,000", "--walk-away", "66500"]
    said = run("negotiate", made, *words, "--agreed", "72,000").output
    assert "and Base 74,000  <- enough" in said
    assert "WORTH:CHANCE=WHAT" in run("negotiate", made, "--ask", "Base").output
    assert json.loads(run("negotiate", made, "--json").stdout)["lines"][1]["granted"]


def test_look_record_and_linkedin_of_a_resume(people: People, tmp_path: Path):
    file = tmp_path / "ann.json"
    file.write_text(json.dumps({"basics": {"name": "Ann", "label": "Product manager"}}))
    run("resume", "import", str(file), "--name", "Mine")
    assert run("resume", "look", "Mine", "--template", "classic").output == "Mine: classic, a4\n"
    assert "one of" in run("resume", "look", "Mine", "--template", "loud").output
    field = json.loads(run("resume", "linkedin", "Mine", "--json").stdout)["fields"][0]
    assert (field["place"], field["count"], field["limit"]) == ("Headline", 15, 220)
    assert "Headline (15 of 220 characters)" in run("resume", "linkedin", "Mine").output
    assert run("resume", "record", "Mine").output == "It offers nothing more.\n"


def test_letters_are_written_changed_and_exported(people: People, tmp_path: Path):
    of = json.loads(run("apply", "Acme", "PM", "--json").stdout)["id"]
    assert run("letter", "list", of).output == "No letter yet.\n"
    file, out = tmp_path / "a.txt", tmp_path / "b.txt"
    file.write_text("Dear Bo, churn fell to 4 %.", "utf-8")
    made = json.loads(run("letter", "add", of, str(file), "--json").stdout)
    one = made["id"]
    assert (made["title"], made["check"]["holds"]) == ("Letter to Acme", False)
    refused = run("letter", "export", one, "--out", str(out), "--sent")
    assert (refused.exit_code, "4 %" in refused.output, out.exists()) == (1, True, False)
    said = run("letter", "change", one, "-", "--base", "1", input="Dear Bo. {act:1}").output
    assert "version 2" in said
    assert "changed elsewhere" in run("letter", "change", one, "-", "--base", "1", input="x").output
    assert "version 2" in run("letter", "list", of).output
    assert "churn fell to 4 %" in run("letter", "show", one, "--version", "1").output
    assert "no such version" in run("letter", "show", one, "--version", "9").output
    told = json.loads(run("letter", "export", one, "--out", str(out), "--sent", "--json").stdout)
    assert (out.read_text(), told["sent"]["version"]) == (
        "Dear Bo.\n", "Letter to Acme, version 2"
    )  # fmt: skip
    assert run("letter", "export", one).output == "Dear Bo.\n"
    again = json.loads(run("letter", "show", one, "--version", "1", "--again", "--json").stdout)
    assert (again["version"], len(again["versions"])) == (3, 3)
    assert "such letter of yours" in run("letter", "show", one, "--person", "Charlie").output
    run("letter", "change", one, "--delete")
    assert run("letter", "list", of).output == "No letter yet.\n"
    assert "version 3" in run("letter", "change", one, "--restore", of).output
