"""Addresses of postings."""

from django.urls import path

from pilothouse.apps.jobs.views import postings

urlpatterns = [
    path("", postings.home, name="home"),
    path("postings/new/", postings.new, name="posting-new"),
    path("postings/<str:posting_id>/", postings.posting, name="posting"),
    path("postings/<str:posting_id>/<str:act>/", postings.posting_act, name="posting-act"),
]
