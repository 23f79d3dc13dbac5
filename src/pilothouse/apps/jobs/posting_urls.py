"""Addresses of postings."""

from django.urls import path

from pilothouse.apps.jobs.views import postings

urlpatterns = [
    path("", postings.home, name="home"),
    path("postings/new/", postings.new, name="posting-new"),
    path("receive/", postings.receive, name="receive"),
    path("bookmarklet/", postings.bookmarklet, name="bookmarklet"),
    path("pivots/", postings.pivots, name="pivots"),
    path("postings/<str:posting_id>/", postings.posting, name="posting"),
    path("postings/<str:posting_id>/target/", postings.target, name="posting-target"),
    path("postings/<str:posting_id>/<str:act>/", postings.posting_act, name="posting-act"),
]
