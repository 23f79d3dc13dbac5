"""Addresses of delivery: forecast, flow, negotiations, promises; included below roadmap/."""

from django.urls import path

from pilothouse.apps.roadmap.views import forecast, negotiations, promises

urlpatterns = [
    path("forecast/", forecast.forecast, name="forecast"),
    path("forecast/answer.<str:extension>", forecast.forecast_file, name="forecast-file"),
    path("flow/", forecast.flow, name="flow"),
    path("negotiations/", negotiations.negotiations, name="negotiations"),
    path("negotiations/<str:negotiation_id>/", negotiations.negotiation, name="negotiation"),
    path("negotiations/<str:negotiation_id>/live/", negotiations.live, name="negotiation-live"),
    path(
        "negotiations/<str:negotiation_id>/agree/", negotiations.agree_on, name="negotiation-agree"
    ),
    path("negotiations/<str:negotiation_id>/sheet/", negotiations.sheet, name="negotiation-sheet"),
    path(
        "negotiations/<str:negotiation_id>/sheet.md",
        negotiations.sheet_file,
        name="negotiation-file",
    ),
    path(
        "negotiations/<str:negotiation_id>/<str:act>/", negotiations.act_on, name="negotiation-act"
    ),
    path("promises/", promises.promises, name="promises"),
    path("promises/<str:promise_id>/", promises.promise, name="promise"),
    path("promises/<str:promise_id>/<str:act>/", promises.act_on, name="promise-act"),
]
