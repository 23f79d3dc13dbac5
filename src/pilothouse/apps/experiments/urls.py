"""Addresses of experiments, below /p/PRODUCT/experiments/."""

from django.urls import path

from pilothouse.apps.experiments.views import briefs, pages, runs

app_name = "experiments"
urlpatterns = [
    path("", pages.home, name="home"),
    path("new/", briefs.experiment_new, name="new"),
    path("size/", briefs.size, name="size"),
    path("x/<str:experiment_id>/", pages.experiment, name="experiment"),
    path("x/<str:experiment_id>/edit/", briefs.experiment_edit, name="edit"),
    path("x/<str:experiment_id>/start/", runs.start, name="start"),
    path("x/<str:experiment_id>/stop/", runs.stop, name="stop"),
    path("x/<str:experiment_id>/look/", runs.look, name="look"),
    path("x/<str:experiment_id>/counts/", runs.counts, name="counts"),
    path("x/<str:experiment_id>/cancel/", runs.cancel, name="cancel"),
    path("x/<str:experiment_id>/readouts/", runs.readout_new, name="readout-new"),
    path("x/<str:experiment_id>/readouts/<str:number>/", pages.readout, name="readout"),
    path(
        "x/<str:experiment_id>/readouts/<str:number>/result.csv",
        pages.readout_file, name="readout-file",
    ),
    path("x/<str:experiment_id>/<str:act>/", runs.act, name="act"),
]  # fmt: skip
