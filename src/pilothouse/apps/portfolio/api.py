"""Portfolio for programs: one's own pieces, projects and builds.

Everything belongs to the person whose token asks. A read-only token reads; one that may write needs
a member of the role commenter or higher.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from pilothouse.apps.portfolio.bodies import (
    ActsIn,
    ActsQuery,
    ContextIn,
    EndingIn,
    EntryIn,
    LogIn,
    NewStudyIn,
    PassIn,
    ProjectIn,
    ReadingIn,
    RedactionsIn,
    RetroIn,
    SeenIn,
    StudyIn,
)
from pilothouse.apps.portfolio.credential_api import router as credential_router
from pilothouse.apps.portfolio.services import gates, gitlog, jsons, projects, studies
from pilothouse.apps.portfolio.services import journal as journals
from pilothouse.apps.portfolio.services.compiling import check_study, compile_and_record
from pilothouse.apps.portfolio.services.contexts import declare_context
from pilothouse.apps.portfolio.services.evidence import Wanted, search_acts, take_reading
from pilothouse.apps.portfolio.services.publishing import (
    preview_study,
    publish_study,
    unpublish_study,
)
from pilothouse.apps.portfolio.services.site import list_publications, publish_site
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, get_product

router = Router()
router.add_router("", credential_router)


def _reader(request: HttpRequest) -> Access:
    access: Access = request.auth  # type: ignore[attr-defined]
    return access


def _writer(request: HttpRequest) -> Access:
    access = _reader(request)
    access.require(Role.COMMENTER, to="writing with this token")
    return access


@router.get("studies", summary="My pieces of work")
def get_studies(request: HttpRequest, kind: str = "") -> dict[str, Any]:
    found = studies.list_studies(_reader(request), kind=kind)
    return {"studies": [jsons.to_study_json(each) for each in found]}


@router.post("studies", summary="Begin a piece")
def post_study(request: HttpRequest, payload: NewStudyIn) -> dict[str, Any]:
    draft = studies.StudyDraft(payload.title, payload.summary, payload.sections)
    made = studies.create_study(_writer(request), payload.kind, draft, acts=payload.acts)
    return jsons.to_study_json(made)


@router.get("studies/{study_id}", summary="A piece")
def get_study(request: HttpRequest, study_id: Path[str]) -> dict[str, Any]:
    return jsons.to_study_json(studies.get_study(_reader(request), study_id))


@router.put("studies/{study_id}", summary="Write a piece anew; what it said before is kept")
def put_study(request: HttpRequest, study_id: Path[str], payload: StudyIn) -> dict[str, Any]:
    access = _writer(request)
    saved = studies.save_study(access, study_id, payload.to_draft(), base=payload.base)
    return jsons.to_study_json(saved)


@router.delete("studies/{study_id}", summary="Delete a piece (it can be restored)")
def delete_study(request: HttpRequest, study_id: Path[str]) -> dict[str, Any]:
    return jsons.to_study_json(
        studies.set_study_deleted(_writer(request), study_id, is_deleted=True)
    )


@router.put("studies/{study_id}/acts", summary="Take acts among its evidence, or out")
def put_acts(request: HttpRequest, study_id: Path[str], payload: ActsIn) -> dict[str, Any]:
    access = _writer(request)
    chosen = studies.choose_acts(access, study_id, add=payload.add, remove=payload.remove)
    return jsons.to_study_json(chosen)


@router.post("studies/{study_id}/readings", summary="Take a reading of a metric as evidence")
def post_reading(request: HttpRequest, study_id: Path[str], payload: ReadingIn) -> dict[str, Any]:
    access = _writer(request)
    studies.get_study(access, study_id)
    act = take_reading(access, get_product(access, payload.product), payload.metric)
    return jsons.to_study_json(studies.choose_acts(access, study_id, add=[act.sequence]))


@router.get("studies/{study_id}/check", summary="What does not compile, sentence by sentence")
def get_check(request: HttpRequest, study_id: Path[str]) -> dict[str, Any]:
    access = _reader(request)
    return jsons.to_compiled_json(check_study(access, studies.get_study(access, study_id)))


@router.post("studies/{study_id}/compile", summary="Compile it; 400 names sentence and number")
def post_compile(request: HttpRequest, study_id: Path[str]) -> dict[str, Any]:
    return jsons.to_compiled_json(compile_and_record(_writer(request), study_id))


@router.put("studies/{study_id}/redactions", summary="Which words are hidden, and by what")
def put_redactions(
    request: HttpRequest, study_id: Path[str], payload: RedactionsIn
) -> dict[str, Any]:
    hidden = [each.to_redaction() for each in payload.redactions]
    return jsons.to_study_json(studies.set_redactions(_writer(request), study_id, hidden))


@router.get("studies/{study_id}/preview", summary="What would leave")
def get_preview(request: HttpRequest, study_id: Path[str]) -> dict[str, Any]:
    return jsons.to_preview_json(preview_study(_reader(request), study_id))


@router.post("studies/{study_id}/publish", summary="Publish what the preview showed")
def post_publish(request: HttpRequest, study_id: Path[str], payload: SeenIn) -> dict[str, Any]:
    return jsons.to_study_json(publish_study(_writer(request), study_id, payload.seen))


@router.post("studies/{study_id}/unpublish", summary="Leave it out of later builds")
def post_unpublish(request: HttpRequest, study_id: Path[str]) -> dict[str, Any]:
    return jsons.to_study_json(unpublish_study(_writer(request), study_id))


@router.get("acts", summary="Acts that a piece may rest on, the newest first")
def get_acts(request: HttpRequest, asked: Query[ActsQuery]) -> dict[str, Any]:
    before = asked.before if asked.before and 0 < asked.before < 2**62 else None
    wanted = Wanted(asked.q[:200], asked.kind, asked.product, asked.whose != "all", before)
    found = search_acts(_reader(request), wanted)
    return {"acts": [jsons.to_line_json(each) for each in found.lines], "older": found.older}


@router.get("builds", summary="Builds of my site")
def get_builds(request: HttpRequest) -> dict[str, Any]:
    found = list_publications(_reader(request))
    return {"builds": [jsons.to_publication_json(each) for each in found]}


@router.post("builds", summary="Build my site from what is published")
def post_build(request: HttpRequest) -> dict[str, Any]:
    return jsons.to_publication_json(publish_site(_writer(request)))


@router.get("projects", summary="My side projects")
def get_projects(request: HttpRequest) -> dict[str, Any]:
    found = projects.list_projects(_reader(request))
    return {"projects": [jsons.to_project_json(each) for each in found]}


@router.post("projects", summary="Begin a side project: a product with what it needs")
def post_project(request: HttpRequest, payload: ProjectIn) -> dict[str, Any]:
    draft = projects.ProjectDraft(**payload.dict())
    return jsons.to_project_json(projects.begin_project(_writer(request), draft))


@router.get("projects/{project_id}", summary="A side project with its stages")
def get_project(request: HttpRequest, project_id: Path[str]) -> dict[str, Any]:
    access = _reader(request)
    project = projects.get_project(access, project_id)
    stages = gates.read_stages(access, project)
    return {**jsons.to_project_json(project), "stages": [jsons.to_stage_json(s) for s in stages]}


@router.post("projects/{project_id}/stages/{stage}", summary="Go on to the next stage")
def post_stage(
    request: HttpRequest, project_id: Path[str], stage: Path[str], payload: PassIn
) -> dict[str, Any]:
    access = _writer(request)
    passed = gates.pass_stage(access, project_id, stage, why_without=payload.why_without)
    return jsons.to_project_json(passed)


@router.post("projects/{project_id}/ending", summary="Grow or stop: both are results")
def post_ending(request: HttpRequest, project_id: Path[str], payload: EndingIn) -> dict[str, Any]:
    access = _writer(request)
    ended = projects.end_project(
        access, project_id, payload.ending, why=payload.why, learned=payload.learned
    )
    return jsons.to_project_json(ended)


@router.get("projects/{project_id}/journal", summary="The journal, the newest line first")
def get_journal(request: HttpRequest, project_id: Path[str]) -> dict[str, Any]:
    access = _reader(request)
    project = projects.get_project(access, project_id)
    found = journals.list_entries(access, project)
    return {
        "simulated": project.product.is_simulated,
        "entries": [jsons.to_entry_json(each) for each in found],
    }


@router.post("projects/{project_id}/journal", summary="Write a line")
def post_entry(request: HttpRequest, project_id: Path[str], payload: EntryIn) -> dict[str, Any]:
    draft = journals.EntryDraft(**payload.dict())
    return jsons.to_entry_json(journals.write_entry(_writer(request), project_id, draft))


@router.post("projects/{project_id}/retrospectives", summary="Hold a retrospective")
def post_retro(request: HttpRequest, project_id: Path[str], payload: RetroIn) -> dict[str, Any]:
    draft = journals.RetroDraft(**payload.dict())
    return jsons.to_retro_json(journals.hold_retrospective(_writer(request), project_id, draft))


@router.post("projects/{project_id}/log", summary="Take in the text of git log")
def post_log(request: HttpRequest, project_id: Path[str], payload: LogIn) -> dict[str, Any]:
    count = gitlog.save_log(_writer(request), project_id, payload.log, source="text")
    return {"new": count}


@router.put("contexts/{product_id}", summary="Say what a product is, from now on")
def put_context(request: HttpRequest, product_id: Path[str], payload: ContextIn) -> dict[str, Any]:
    access = _writer(request)
    product = get_product(access, product_id)
    return {"product": product_id, "context": declare_context(access, product, payload.context)}
