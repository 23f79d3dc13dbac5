"""Addresses of scoring: ranking, scores, surveys."""

from django.urls import path

from pilothouse.apps.backlog.views import ranking, scores, surveys

urlpatterns = [
    path("ranking/", ranking.ranking, name="ranking"),
    path("ranking/apply/", ranking.ranking_apply, name="ranking-apply"),
    path("ranking/export/", ranking.ranking_export, name="ranking-export"),
    path("ranking/scorecard/", ranking.scorecard, name="scorecard"),
    path("items/<str:item_id>/score/", scores.score, name="score"),
    path("items/<str:item_id>/score/<str:score_id>/<str:act>/", scores.score_act, name="score-act"),
    path("surveys/", surveys.surveys, name="surveys"),
    path("surveys/template/<str:survey_kind>/", surveys.template, name="survey-template"),
    path("surveys/<str:survey_id>/", surveys.survey, name="survey"),
    path("surveys/<str:survey_id>/<str:act>/", surveys.survey_act, name="survey-act"),
]
