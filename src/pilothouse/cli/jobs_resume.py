"""``pilothouse jobs resume``: resumes, from a terminal. Private to a person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pilothouse.cli.output import print_answer
from pilothouse.cli.person import find_person, person_options

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("resume")
def resume_group() -> None:
    """Resumes whose numbers have evidence; versions for postings; every build kept."""


@resume_group.command("list")
@person_options
def list_command(*, person: str, data: Path | None, as_json: bool) -> None:
    """Resumes, their versions for postings, and what was built.

    Example: pilothouse jobs resume list
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.resume_jsons import to_resume_json, to_version_json
    from pilothouse.apps.jobs.services.resume_records import list_resumes
    from pilothouse.apps.jobs.services.resume_versions import list_versions

    resumes, versions = list_resumes(access), list_versions(access)
    lines = [
        f"{each.public_id}  {'  version' if each.is_tailored else 'resume':<9}  {each.name}"
        for each in resumes
    ]
    lines += [f"{v.public_id}  built {v.built_at:%Y-%m-%d}  {v.label}" for v in versions]
    answer = {
        "resumes": [to_resume_json(each) for each in resumes],
        "versions": [to_version_json(each) for each in versions],
    }
    print_answer(answer, lines or ["No resume yet."], as_json=as_json)


@resume_group.command("import")
@click.argument("file", type=_FILE)
@click.option("--name", default="", help="What you call it; else the name in the file.")
@person_options
def import_command(*, file: Path, name: str, person: str, data: Path | None, as_json: bool) -> None:
    """A new resume from a JSON Resume file.

    Example: pilothouse jobs resume import ann.json --name "Product manager"
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.resume_exchange import import_resume
    from pilothouse.apps.jobs.services.resume_jsons import to_resume_json

    made = import_resume(access, file.read_bytes(), name)
    print_answer(to_resume_json(made), [f"{made.public_id}  {made.name}"], as_json=as_json)


@resume_group.command("export")
@click.argument("resume", metavar="NAME_OR_ID")
@click.option("--without-evidence", is_flag=True, help="Leave out what each bullet rests on.")
@person_options
def export_command(
    *, resume: str, without_evidence: bool, person: str, data: Path | None, as_json: bool
) -> None:
    """A resume as JSON Resume, as it stands now. The file is JSON either way.

    Example: pilothouse jobs resume export "Product manager"
    """
    del as_json
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.resume_exchange import export_resume

    document = export_resume(access, _find(access, resume), with_evidence=not without_evidence)
    print_answer(document, [], as_json=True)


@resume_group.command("state")
@click.argument("text")
@click.option("--source", required=True, help="Where it can be looked up, or who can confirm it.")
@click.option(
    "--context", default="employment", show_default=True,
    help="employment, volunteer, own_product or study.",
)  # fmt: skip
@person_options
def state_command(
    *, text: str, source: str, context: str, person: str, data: Path | None, as_json: bool
) -> None:
    """Put a number on record that the ledger did not see: your own word, with its source.

    Example: pilothouse jobs resume state "Cut invoices from 410 to 270" --source "Q3 report"
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.resume_facts import FactDraft, state_fact
    from pilothouse.apps.jobs.services.resume_jsons import to_fact_json

    made = state_fact(access, FactDraft(text, source, context))
    lines = [f"On record as {made.reference}: {made.text}"]
    print_answer(to_fact_json(made), lines, as_json=as_json)


@resume_group.command("check")
@click.argument("resume", metavar="NAME_OR_ID")
@person_options
def check_command(*, resume: str, person: str, data: Path | None, as_json: bool) -> None:
    """Hold a resume against its evidence; ends with status 1 when it does not build.

    Example: pilothouse jobs resume check "Product manager"
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.resume_checking import check
    from pilothouse.apps.jobs.services.resume_jsons import to_checked_json

    found = check(access, _find(access, resume))
    gaps = found.checked.gaps
    counts = f"{found.checked.figures} figures and {len(found.checked.bullets)} bullets"
    lines = [f"{gap.sentence} {gap.remedy}" for gap in gaps] or [f"It builds: {counts}."]
    print_answer(to_checked_json(found), lines, as_json=as_json)
    if gaps:
        raise click.exceptions.Exit(1)


@resume_group.command("tailor")
@click.argument("resume", metavar="NAME_OR_ID")
@click.option("--posting", default="", metavar="ID", help="A saved posting.")
@click.option("--text", type=_FILE, help="A file with the posting's text.")
@click.option("--name", default="", help="What you call the version.")
@person_options
def tailor_command(
    *,
    resume: str,
    posting: str,
    text: Path | None,
    name: str,
    person: str,
    data: Path | None,
    as_json: bool,
) -> None:
    """A version for a posting, with the bullets that say most of its words.

    Example: pilothouse jobs resume tailor "Product manager" --text posting.txt --name Acme
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.resume_jsons import to_resume_json
    from pilothouse.apps.jobs.services.resume_tailoring import TargetDraft, begin_version

    said = text.read_text("utf-8") if text else ""
    target = TargetDraft(name, posting, name, said)
    made = begin_version(access, _find(access, resume).public_id, target)
    print_answer(to_resume_json(made), [f"{made.public_id}  {made.name}"], as_json=as_json)


@resume_group.command("coverage")
@click.argument("resume", metavar="NAME_OR_ID")
@person_options
def coverage_command(*, resume: str, person: str, data: Path | None, as_json: bool) -> None:
    """Which of its posting's words a version says, and which stand nowhere.

    Example: pilothouse jobs resume coverage Acme
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.resume_jsons import to_coverage_json
    from pilothouse.apps.jobs.services.resume_records import read_text
    from pilothouse.apps.jobs.services.resume_tailoring import read_coverage

    view = _find(access, resume)
    found = read_coverage(access, view, read_text(access, view))
    lines = [f"{found.said} of {len(found.terms)} terms said"]
    lines += [f"{each.found.value:<8}  {each.term.shown}" for each in found.terms]
    print_answer(to_coverage_json(found), lines, as_json=as_json)


@resume_group.command("build")
@click.argument("resume", metavar="NAME_OR_ID")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="Also write all forms into this folder.",
)  # fmt: skip
@person_options
def build_command(
    *, resume: str, out: Path | None, person: str, data: Path | None, as_json: bool
) -> None:
    """Build a version: PDF, Word, text, Markdown, JSON, LinkedIn. It is kept to the byte.

    Example: pilothouse jobs resume build Acme --out sent
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.resume_jsons import to_version_page_json
    from pilothouse.apps.jobs.services.resume_versions import build_version, get_version_page

    made = build_version(access, _find(access, resume).public_id)
    page = get_version_page(access, made.public_id)
    written = _write(access, page, out) if out else []
    lines = [f"Built {made.label}, digest {made.digest}"]
    lines += [f"{each.outcome.value:<7} {each.name}: {each.says}" for each in page.checks]
    lines += [f"wrote {path}" for path in written]
    print_answer({**to_version_page_json(page), "written": written}, lines, as_json=as_json)


@resume_group.command("linkedin")
@click.argument("resume", metavar="NAME_OR_ID")
@person_options
def linkedin_command(*, resume: str, person: str, data: Path | None, as_json: bool) -> None:
    """The texts of a LinkedIn profile, each with its count and limit. Nothing is sent.

    Example: pilothouse jobs resume linkedin "Product manager"
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.resume_checking import check
    from pilothouse.apps.jobs.services.resume_jsons import to_field_json
    from pilothouse.engines.jobs.resume_linkedin import write_profile, write_profile_text

    found = check(access, _find(access, resume))
    fields = [to_field_json(each) for each in write_profile(found.text)]
    print_answer({"fields": fields}, write_profile_text(found.text).splitlines(), as_json=as_json)


@resume_group.command("look")
@click.argument("resume", metavar="NAME_OR_ID")
@click.option("--template", default="", help="clear, classic, plain or compact.")
@click.option("--paper", default="", help="a4 or us-letter.")
@click.option("--name", default="", help="Another name.")
@person_options
def look_command(
    *, resume: str, template: str, paper: str, name: str, person: str, data: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """How a resume is set; without options, how it is now.

    Example: pilothouse jobs resume look "Product manager" --template classic
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.resume_jsons import to_resume_json
    from pilothouse.apps.jobs.services.resume_records import set_look

    view = _find(access, resume)
    if template or paper or name:
        view = set_look(
            access, view.public_id, name or view.name, template or view.template,
            paper or view.paper,
        )  # fmt: skip
    print_answer(
        to_resume_json(view), [f"{view.name}: {view.template}, {view.paper}"], as_json=as_json
    )


@resume_group.command("record")
@click.argument("resume", metavar="NAME_OR_ID")
@click.option("--take", "keys", multiple=True, metavar="KEY", help="Take this entry; repeatable.")
@person_options
def record_command(
    *, resume: str, keys: tuple[str, ...], person: str, data: Path | None, as_json: bool
) -> None:
    """Entries that your record offers to a resume: pieces, projects, badges, courses, levels.

    Example: pilothouse jobs resume record "Product manager"
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services import resume_records as records
    from pilothouse.apps.jobs.services.resume_jsons import to_offer_json
    from pilothouse.apps.jobs.services.resume_offers import list_offers, take
    from pilothouse.engines.jobs.resume_json import from_content, to_content

    view = records.get_base(access, _find(access, resume).public_id)
    text = from_content(view.content)
    offers = list_offers(access, text)
    if keys:
        taken = take(text, offers, keys)
        records.save_content(access, view.public_id, to_content(taken))
        offers = list_offers(access, taken)
    found = [to_offer_json(each) for each in offers]
    lines = [f"{each['key']}  {each['title']}" for each in found]
    print_answer({"offers": found}, lines or ["It offers nothing more."], as_json=as_json)


def _write(access: Any, page: Any, out: Path) -> list[str]:
    from pilothouse.apps.jobs.services.resume_versions import read_file

    out.mkdir(parents=True, exist_ok=True)
    written = []
    for form, _, _ in page.files:
        made, kind, content = read_file(access, page.version.public_id, form.key)
        path = out / f"resume-{made.number}.{kind.extension}"
        path.write_bytes(content)
        written.append(str(path))
    return written


def _find(access: Any, wanted: str) -> Any:
    """The resume of that id or name; where several have the name, the one changed last."""
    from pilothouse.apps.jobs.services.resume_records import get_resume, list_resumes

    named = [each for each in list_resumes(access) if each.name == wanted]
    return max(named, key=lambda each: each.updated_at) if named else get_resume(access, wanted)


COMMANDS = (resume_group,)
