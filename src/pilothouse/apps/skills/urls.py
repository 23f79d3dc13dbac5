"""Addresses of skills, below /skills/."""

from __future__ import annotations

from django.urls import path

from pilothouse.apps.skills import cards_urls, exercise_urls, guide_urls, learn_urls
from pilothouse.apps.skills.views import asking, endorsements, exports, gap, home, levels

app_name = "skills"
urlpatterns = [
    path("", home.home, name="home"),
    path("map/", levels.skill_map, name="map"),
    path("map/<str:kind>/", levels.competency, name="competency"),
    path("gap/", gap.gap, name="gap"),
    path("gap/<str:target_id>/", gap.target, name="target"),
    path("gap/<str:target_id>/<str:act>/", gap.target_act, name="target-act"),
    path("ask/", asking.ask, name="ask"),
    path("asked/<str:request_id>/", asking.answer, name="request"),
    path("asked/<str:asked_request_id>/withdraw/", asking.withdraw, name="request-withdraw"),
    path("endorsements/", endorsements.endorsements, name="endorsements"),
    path(
        "endorsements/<str:endorsement_link_id>/<str:act>/",
        endorsements.endorsement_act, name="endorsement-act",
    ),
    path("endorse/<str:token>/", endorsements.endorse, name="endorse"),
    path("export/<str:kind>/", exports.export, name="export"),
    *learn_urls.urlpatterns,
    *cards_urls.urlpatterns,
    *exercise_urls.urlpatterns,
    *guide_urls.urlpatterns,
]  # fmt: skip
