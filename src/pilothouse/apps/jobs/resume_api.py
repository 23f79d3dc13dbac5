"""Resumes for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from pilothouse.apps.http import download
from pilothouse.apps.jobs.posting_api import to_reader, to_writer
from pilothouse.apps.jobs.resume_bodies import (
    FactIn,
    LookIn,
    ResumeIn,
    TailoringIn,
    TakeIn,
    TargetIn,
    TextIn,
)
from pilothouse.apps.jobs.services import resume_jsons as jsons
from pilothouse.apps.jobs.services import resume_records as records
from pilothouse.apps.jobs.services import resume_tailoring as tailoring
from pilothouse.apps.jobs.services import resume_versions as versions
from pilothouse.apps.jobs.services.resume_checking import check
from pilothouse.apps.jobs.services.resume_exchange import (
    export_resume,
    import_document,
    save_document,
)
from pilothouse.apps.jobs.services.resume_facts import list_facts, state_fact
from pilothouse.apps.jobs.services.resume_offers import list_offers, take
from pilothouse.engines.jobs.resume_json import from_content, to_content
from pilothouse.engines.jobs.resume_linkedin import write_profile

router = Router()


@router.get("resumes", summary="My resumes and their versions for postings")
def get_resumes(request: HttpRequest) -> dict[str, Any]:
    found = records.list_resumes(to_reader(request))
    return {"resumes": [jsons.to_resume_json(each) for each in found]}


@router.post("resumes", summary="Begin a resume, from a JSON Resume document where one is given")
def post_resume(request: HttpRequest, payload: ResumeIn) -> dict[str, Any]:
    access = to_writer(request)
    if payload.document is None:
        return jsons.to_resume_json(records.begin_resume(access, payload.name))
    return jsons.to_resume_json(import_document(access, payload.document, payload.name))


@router.get("resumes/statements", summary="My statements of numbers")
def get_facts(request: HttpRequest) -> dict[str, Any]:
    return {"statements": [jsons.to_fact_json(each) for each in list_facts(to_reader(request))]}


@router.post("resumes/statements", summary="State a number, with where it can be looked up")
def post_fact(request: HttpRequest, payload: FactIn) -> dict[str, Any]:
    return jsons.to_fact_json(state_fact(to_writer(request), payload.to_draft()))


@router.get("resumes/versions", summary="What I built, the newest first")
def get_versions(request: HttpRequest) -> dict[str, Any]:
    found = versions.list_versions(to_reader(request))
    return {"versions": [jsons.to_version_json(each) for each in found]}


@router.get("resumes/versions/{version_id}", summary="A built version with its checks")
def get_version(request: HttpRequest, version_id: Path[str]) -> dict[str, Any]:
    page = versions.get_version_page(to_reader(request), version_id)
    return jsons.to_version_page_json(page)


@router.get("resumes/versions/{version_id}/files/{form}", summary="One form of it, to the byte")
def get_version_file(request: HttpRequest, version_id: Path[str], form: Path[str]) -> HttpResponse:
    made, kind, data = versions.read_file(to_reader(request), version_id, form)
    return download(f"resume-{made.number}.{kind.extension}", data, kind.media_type)


@router.get("resumes/{resume_id}", summary="A resume as JSON Resume, with its evidence")
def get_resume(request: HttpRequest, resume_id: Path[str]) -> dict[str, Any]:
    access = to_reader(request)
    view = records.get_resume(access, resume_id)
    return {**jsons.to_resume_json(view), "document": export_resume(access, view)}


@router.put("resumes/{resume_id}", summary="Write a resume anew from a JSON Resume document")
def put_resume(request: HttpRequest, resume_id: Path[str], payload: TextIn) -> dict[str, Any]:
    saved = save_document(to_writer(request), resume_id, payload.document, base=payload.base)
    return jsons.to_resume_json(saved)


@router.delete("resumes/{resume_id}", summary="Delete a resume (it can be restored)")
def delete_resume(request: HttpRequest, resume_id: Path[str]) -> dict[str, Any]:
    access = to_writer(request)
    return jsons.to_resume_json(records.set_resume_deleted(access, resume_id, is_deleted=True))


@router.put("resumes/{resume_id}/look", summary="Name, template and paper")
def put_look(request: HttpRequest, resume_id: Path[str], payload: LookIn) -> dict[str, Any]:
    access = to_writer(request)
    view = records.set_look(access, resume_id, payload.name, payload.template, payload.paper)
    return jsons.to_resume_json(view)


@router.get("resumes/{resume_id}/record", summary="Entries that my record offers")
def get_record(request: HttpRequest, resume_id: Path[str]) -> dict[str, Any]:
    access = to_reader(request)
    text = records.read_base(access, records.get_resume(access, resume_id))
    return {"offers": [jsons.to_offer_json(each) for each in list_offers(access, text)]}


@router.post("resumes/{resume_id}/record", summary="Take entries from my record")
def post_record(request: HttpRequest, resume_id: Path[str], payload: TakeIn) -> dict[str, Any]:
    access = to_writer(request)
    view = records.get_base(access, resume_id)
    text = from_content(view.content)
    taken = take(text, list_offers(access, text), payload.keys)
    return jsons.to_resume_json(records.save_content(access, resume_id, to_content(taken)))


@router.post("resumes/{resume_id}/restore", summary="Bring a deleted resume back")
def post_restore(request: HttpRequest, resume_id: Path[str]) -> dict[str, Any]:
    access = to_writer(request)
    return jsons.to_resume_json(records.set_resume_deleted(access, resume_id, is_deleted=False))


@router.get("resumes/{resume_id}/linkedin", summary="The texts of a LinkedIn profile, counted")
def get_linkedin(request: HttpRequest, resume_id: Path[str]) -> dict[str, Any]:
    access = to_reader(request)
    found = check(access, records.get_resume(access, resume_id))
    return {"fields": [jsons.to_field_json(each) for each in write_profile(found.text)]}


@router.get("resumes/{resume_id}/check", summary="What stops its build, bullet by bullet")
def get_check(request: HttpRequest, resume_id: Path[str]) -> dict[str, Any]:
    access = to_reader(request)
    return jsons.to_checked_json(check(access, records.get_resume(access, resume_id)))


@router.post("resumes/{resume_id}/versions", summary="A version for a posting")
def post_version(request: HttpRequest, resume_id: Path[str], payload: TargetIn) -> dict[str, Any]:
    made = tailoring.begin_version(to_writer(request), resume_id, payload.to_draft())
    return jsons.to_resume_json(made)


@router.get("resumes/{resume_id}/choice", summary="What a version takes of its base")
def get_choice(request: HttpRequest, resume_id: Path[str]) -> dict[str, Any]:
    view = records.get_resume(to_reader(request), resume_id)
    tailoring.read_tailoring(view)
    return {"choice": dict(view.content), "state": view.version}


@router.put("resumes/{resume_id}/choice", summary="Choose entries and bullets, in order")
def put_choice(request: HttpRequest, resume_id: Path[str], payload: TailoringIn) -> dict[str, Any]:
    access = to_writer(request)
    saved = tailoring.save_tailoring(access, resume_id, payload.to_tailoring(), base=payload.base)
    return jsons.to_resume_json(saved)


@router.get("resumes/{resume_id}/coverage", summary="The posting's words, said and missing")
def get_coverage(request: HttpRequest, resume_id: Path[str]) -> dict[str, Any]:
    access = to_reader(request)
    view = records.get_resume(access, resume_id)
    found = tailoring.read_coverage(access, view, records.read_text(access, view))
    return jsons.to_coverage_json(found)


@router.post("resumes/{resume_id}/build", summary="Build it; 400 names the bullet and number")
def post_build(request: HttpRequest, resume_id: Path[str]) -> dict[str, Any]:
    access = to_writer(request)
    made = versions.build_version(access, resume_id)
    return jsons.to_version_page_json(versions.get_version_page(access, made.public_id))
