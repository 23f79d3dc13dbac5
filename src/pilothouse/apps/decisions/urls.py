"""Addresses of decisions, below /p/PRODUCT/decisions/."""

from django.urls import path

from pilothouse.apps.decisions.views import forecasts, premortems, records, track_record

app_name = "decisions"
urlpatterns = [
    path("", records.home, name="home"),
    path("new/", records.decision_new, name="decision-new"),
    path("d/<str:decision_id>/", records.decision, name="decision"),
    path("d/<str:decision_id>/edit/", records.decision_edit, name="decision-edit"),
    path("d/<str:decision_id>/record.md", records.decision_record, name="decision-record"),
    path("d/<str:decision_id>/review/", records.decision_review, name="decision-review"),
    path("d/<str:decision_id>/dissent/", records.decision_dissent, name="decision-dissent"),
    path(
        "d/<str:decision_id>/dissent/<str:dissent_id>/<str:act>/",
        records.dissent_act, name="dissent-act",
    ),
    path("d/<str:decision_id>/<str:act>/", records.decision_act, name="decision-act"),
    path("forecasts/", forecasts.forecasts, name="forecasts"),
    path("forecasts/forecasts.csv", forecasts.forecasts_file, name="forecasts-file"),
    path("forecasts/new/", forecasts.forecast_new, name="forecast-new"),
    path("forecasts/<str:forecast_id>/", forecasts.forecast, name="forecast"),
    path("forecasts/<str:forecast_id>/edit/", forecasts.forecast_edit, name="forecast-edit"),
    path("forecasts/<str:forecast_id>/estimate/", forecasts.estimate, name="estimate"),
    path("forecasts/<str:forecast_id>/resolve/", forecasts.resolve, name="resolve"),
    path("forecasts/<str:forecast_id>/<str:act>/", forecasts.forecast_act, name="forecast-act"),
    path("calibration/", track_record.calibration, name="calibration"),
    path("premortems/", premortems.premortems, name="premortems"),
    path("premortems/<str:premortem_id>/", premortems.premortem, name="premortem"),
    path("premortems/<str:premortem_id>/causes/", premortems.cause_new, name="cause-new"),
    path("premortems/<str:premortem_id>/causes/<str:cause_id>/", premortems.cause, name="cause"),
    path(
        "premortems/<str:premortem_id>/causes/<str:cause_id>/<str:act>/",
        premortems.cause_act, name="cause-act",
    ),
    path(
        "premortems/<str:premortem_id>/<str:act>/", premortems.premortem_act, name="premortem-act"
    ),
]  # fmt: skip
