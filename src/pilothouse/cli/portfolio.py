"""``pilothouse portfolio``: the site, pieces of work, side projects, credentials.

Everything belongs to a person: the first owner of the data folder, or another by ``--person``.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pilothouse.cli.output import TellingGroup, print_answer
from pilothouse.cli.person import find_person, person_options
from pilothouse.cli.portfolio_credentials import COMMANDS
from pilothouse.kernel.errors import InvalidValueError, NotFoundError

if TYPE_CHECKING:
    pass

GIT_SECONDS = 60


@click.group(name="portfolio", cls=TellingGroup)
def group() -> None:
    """The portfolio: side projects, case studies whose every claim has evidence, credentials."""


@group.command("list")
@person_options
def list_command(*, person: str, data: Path | None, as_json: bool) -> None:
    """Pieces of work and side projects, with their state.

    Example: pilothouse portfolio list
    """
    access = find_person(person, data)
    from pilothouse.apps.portfolio.services.jsons import to_project_json, to_study_json
    from pilothouse.apps.portfolio.services.projects import list_projects
    from pilothouse.apps.portfolio.services.studies import list_studies

    studies, projects = list_studies(access), list_projects(access)
    lines = [
        f"{each.public_id}  {each.kind:<10}  {'published' if each.is_published else 'draft':<9}  "
        f"{each.title}"
        for each in studies
    ]
    lines += [f"{p.public_id}  project     {p.stage_name:<9}  {p.name}" for p in projects]
    answer = {
        "studies": [to_study_json(each) for each in studies],
        "projects": [to_project_json(each) for each in projects],
    }
    print_answer(answer, lines or ["Nothing yet."], as_json=as_json)


@group.command("check")
@click.argument("study_id", metavar="ID")
@person_options
def check(*, study_id: str, person: str, data: Path | None, as_json: bool) -> None:
    """Hold a piece against its evidence; ends with status 1 when it does not compile.

    Example: pilothouse portfolio check 2bcdfgh3jkmn
    """
    access = find_person(person, data)
    from pilothouse.apps.portfolio.services.compiling import check_study
    from pilothouse.apps.portfolio.services.jsons import to_compiled_json
    from pilothouse.apps.portfolio.services.studies import get_study

    compiled = check_study(access, get_study(access, study_id))
    gaps = compiled.compilation.gaps
    claims = len(compiled.compilation.claims)
    lines = [gap.sentence for gap in gaps] or [f"It compiles: {claims} claims with evidence."]
    print_answer(to_compiled_json(compiled), lines, as_json=as_json)
    if gaps:
        raise click.exceptions.Exit(1)


@group.command("build")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="DIR",
    help="Where to write the site: an empty folder, or one with an earlier build.",
)  # fmt: skip
@person_options
def build(*, out: Path, person: str, data: Path | None, as_json: bool) -> None:
    """Build the site from what is published. Nothing is uploaded.

    Example: pilothouse portfolio build --out site
    """
    access = find_person(person, data)
    from pilothouse.apps.portfolio.services.jsons import to_publication_json
    from pilothouse.apps.portfolio.services.site import (
        publish_site,
        read_publication,
        write_folder,
    )

    made = publish_site(access)
    _, files = read_publication(access, made.public_id)
    count = write_folder(files, out)
    lines = [f"{made.pages} pages, {count} files in {out}", f"Manifest {made.digest}"]
    answer = {**to_publication_json(made), "files": count, "folder": str(out)}
    print_answer(answer, lines, as_json=as_json)


@group.command("git")
@click.option("--project", required=True, metavar="NAME", help="The side project.")
@click.option(
    "--repo", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True,
    metavar="PATH", help="A local repository; it is only read.",
)  # fmt: skip
@person_options
def git(*, project: str, repo: Path, person: str, data: Path | None, as_json: bool) -> None:
    """Read the log of a project's repository.

    Example: pilothouse portfolio git --project Van --repo ~/van
    """
    access = find_person(person, data)
    from pilothouse.apps.portfolio.services.gitlog import save_log
    from pilothouse.apps.portfolio.services.projects import list_projects

    known = {p.name: p for p in list_projects(access)}
    known |= {p.public_id: p for p in known.values()}
    if project not in known:
        raise NotFoundError("there is no such side project.", value=project)
    count = save_log(access, known[project].public_id, read_log(repo), source="command")
    print_answer({"new": count}, [f"{count} new commits."], as_json=as_json)


def read_log(repo: Path) -> str:
    """What ``git log`` says of a local repository, with what could run a program switched off."""
    from pilothouse.apps.portfolio.services.gitlog import FORMAT

    command = [
        "git", "--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
        "-c", "log.showSignature=false", "-C", str(repo), "log", "--no-show-signature",
        "--no-color", f"--format={FORMAT}",
    ]  # fmt: skip
    try:
        # A fixed command; the path is of whoever types here and may run git anyway.
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, timeout=GIT_SECONDS, check=False
        )
    except FileNotFoundError as error:
        raise NotFoundError("git is not installed here.") from error
    except subprocess.TimeoutExpired as error:
        raise InvalidValueError("git took too long over its log.", value=str(repo)) from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise InvalidValueError(f"git says: {said[:200]}.", value=str(repo))
    return done.stdout.decode("utf-8", "replace")


for _command in COMMANDS:
    group.add_command(_command)
