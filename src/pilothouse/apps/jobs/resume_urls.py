"""Addresses of resumes."""

from django.urls import path

from pilothouse.apps.jobs.views import resume_edit, resume_tailor, resume_versions, resumes

ONE = "resumes/<str:resume_id>/"
urlpatterns = [
    path("resumes/", resumes.resumes, name="resumes"),
    path("resumes/new/", resumes.new, name="resume-new"),
    path("resumes/import/", resumes.import_file, name="resume-import"),
    path("resumes/statements/", resumes.facts, name="resume-facts"),
    path("resumes/versions/<str:version_id>/", resume_versions.version, name="resume-version"),
    path("resumes/versions/<str:version_id>/<str:form>/", resume_versions.version_file,
         name="resume-file"),
    path(ONE, resume_edit.resume, name="resume"),
    path(f"{ONE}preview/", resume_edit.preview, name="resume-preview"),
    path(f"{ONE}evidence/", resume_edit.evidence, name="resume-evidence"),
    path(f"{ONE}record/", resume_edit.record, name="resume-record"),
    path(f"{ONE}look/", resume_edit.look, name="resume-look"),
    path(f"{ONE}look/<str:template>/<str:number>/", resume_edit.page, name="resume-page"),
    path(f"{ONE}tailor/", resume_tailor.tailor, name="resume-tailor"),
    path(f"{ONE}coverage/", resume_tailor.coverage, name="resume-coverage"),
    path(f"{ONE}posting/", resume_tailor.target, name="resume-posting"),
    path(f"{ONE}build/", resume_versions.build, name="resume-build"),
    path(f"{ONE}history/", resume_versions.history, name="resume-history"),
    path(f"{ONE}states/<str:number>/", resume_versions.state, name="resume-state"),
    path(f"{ONE}linkedin/", resume_versions.linkedin, name="resume-linkedin"),
    path(f"{ONE}json/", resume_versions.json_file, name="resume-json"),
    path(f"{ONE}<str:act>/", resumes.resume_act, name="resume-act"),
]  # fmt: skip
