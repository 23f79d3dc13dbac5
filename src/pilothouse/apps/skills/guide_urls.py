"""Addresses of the role guide, the FAQ, fit and the industries, below /skills/."""

from __future__ import annotations

from django.urls import URLPattern, path

from pilothouse.apps.skills.views import guide, guide_fit, guide_industries

urlpatterns: list[URLPattern] = [
    path("guide/", guide.guide, name="guide"),
    path("guide/from/", guide.guide_pivots, name="guide-pivots"),
    path("guide/<str:kind>/", guide.guide_page, name="guide-page"),
    path("faq/", guide.faq, name="faq"),
    path("industries/", guide_industries.industries, name="industries"),
    path("industries/<str:kind>/", guide_industries.industry, name="industry"),
    path("industries/<str:kind>/start/", guide_industries.industry_start, name="industry-start"),
    path("fit/", guide_fit.fit, name="fit"),
    path("fit/settings/", guide_fit.fit_settings, name="fit-settings"),
    path("fit/reflect/", guide_fit.fit_reflect, name="fit-reflect"),
    path("fit/forget/", guide_fit.fit_forget, name="fit-forget"),
    path("fit/<str:reflection_id>/<str:act>/", guide_fit.fit_act, name="fit-act"),
]
