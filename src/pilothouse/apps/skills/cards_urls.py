"""Addresses of study cards, below /skills/."""

from __future__ import annotations

from django.urls import URLPattern, path

from pilothouse.apps.skills.views import card_files, cards

urlpatterns: list[URLPattern] = [
    path("cards/", cards.home, name="cards"),
    path("cards/study/", cards.study, name="cards-study"),
    path("cards/undo/", cards.undo, name="cards-undo"),
    path("cards/habits/", cards.habits, name="cards-habits"),
    path("cards/figures/", cards.figures, name="cards-figures"),
    path("cards/all/", cards.browse, name="cards-all"),
    path("cards/new/", cards.card_new, name="card-new"),
    path("cards/files/", card_files.files, name="cards-files"),
    path("cards/files/export/<str:extension>/", card_files.export, name="cards-export"),
    path("cards/files/<str:card_import_id>/", card_files.file, name="cards-file"),
    path("cards/files/<str:card_import_id>/<str:act>/", card_files.file_act, name="cards-file-act"),
    path("cards/one/<str:card_key>/", cards.card, name="card"),
    path("cards/one/<str:card_key>/<str:act>/", cards.card_act, name="card-act"),
]
