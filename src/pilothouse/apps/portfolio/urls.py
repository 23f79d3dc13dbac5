"""Addresses of portfolio, below /portfolio/."""

from django.urls import path

from pilothouse.apps.portfolio import credential_urls
from pilothouse.apps.portfolio.views import (
    evidence,
    home,
    journal,
    pictures,
    projects,
    site,
    studies,
)

app_name = "portfolio"
urlpatterns = [
    path("", home.home, name="home"),
    path("writing/", home.writing, name="writing"),
    path("published/<str:study_id>/", home.published, name="published"),
    path("studies/new/", studies.new, name="study-new"),
    path("studies/<str:study_id>/", studies.study, name="study"),
    path("studies/<str:study_id>/evidence/", evidence.evidence, name="study-evidence"),
    path("studies/<str:study_id>/readings/", evidence.readings, name="study-readings"),
    path("studies/<str:study_id>/preview/", studies.preview, name="study-preview"),
    path("studies/<str:study_id>/redactions/", studies.redactions, name="study-redactions"),
    path("studies/<str:study_id>/pdf/", studies.pdf, name="study-pdf"),
    path("studies/<str:study_id>/versions/", studies.versions, name="study-versions"),
    path("studies/<str:study_id>/versions/<str:number>/", studies.version, name="study-version"),
    path("studies/<str:study_id>/<str:act>/", studies.study_act, name="study-act"),
    path("pictures/", pictures.pictures, name="pictures"),
    path("pictures/<str:picture_id>/", pictures.picture, name="picture"),
    path("pictures/<str:picture_id>/<str:act>/", pictures.picture_act, name="picture-act"),
    path("site/", site.site, name="site"),
    path("site/build/", site.build, name="site-build"),
    path("site/<str:publication_id>/download/", site.site_download, name="site-download"),
    path("projects/", projects.projects, name="projects"),
    path("projects/new/", projects.new, name="project-new"),
    path("projects/<str:project_id>/", projects.project, name="project"),
    path("projects/<str:project_id>/journal/", journal.journal, name="journal"),
    path("projects/<str:project_id>/journal/<str:entry_id>/<str:act>/", journal.entry_act,
         name="entry-act"),
    path("projects/<str:project_id>/retrospectives/", journal.retro, name="retro"),
    path("projects/<str:project_id>/repository/", projects.repository, name="project-git"),
    path("projects/<str:project_id>/ending/", projects.ending, name="project-ending"),
    path("projects/<str:project_id>/people/", projects.people, name="project-people"),
    path("projects/<str:project_id>/stages/<str:stage>/", projects.stage_pass, name="stage-pass"),
    path("contexts/<str:product_id>/", projects.context, name="context"),
    *credential_urls.urlpatterns,
]  # fmt: skip
