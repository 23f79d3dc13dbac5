"""Addresses of jobs, below /jobs/. Each part has its addresses in a file of its own."""

from pilothouse.apps.jobs import (
    application_urls,
    interview_urls,
    offer_urls,
    posting_urls,
    resume_urls,
)

app_name = "jobs"
urlpatterns = [
    *posting_urls.urlpatterns,
    *application_urls.urlpatterns,
    *offer_urls.urlpatterns,
    *resume_urls.urlpatterns,
    *interview_urls.urlpatterns,
]
