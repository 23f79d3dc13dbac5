"""Addresses of backlog, below /p/PRODUCT/backlog/."""

from django.urls import path

from pilothouse.apps.backlog import exchange_urls
from pilothouse.apps.backlog.exchange_urls import urlpatterns as exchange_patterns
from pilothouse.apps.backlog.scoring_urls import urlpatterns as scoring_patterns
from pilothouse.apps.backlog.views import changes, items, lists, setup

app_name = "backlog"
urlpatterns = [
    path("", lists.home, name="home"),
    path("board/", lists.board, name="board"),
    path("board/<str:status>/", lists.column, name="column"),
    path("table/", lists.table, name="table"),
    path("new/", items.new, name="new"),
    *exchange_patterns,
    *scoring_patterns,
    path("items/<str:item_id>/", items.item, name="item"),
    path("items/<str:item_id>/move/", items.item_move, name="item-move"),
    path("items/<str:item_id>/<str:act>/", items.item_act, name="item-act"),
    path("bulk/", changes.bulk, name="bulk"),
    path("changes/", changes.changes, name="changes"),
    path("changes/<str:change_id>/undo/", changes.undo, name="undo"),
    path("views/", setup.view_save, name="view-save"),
    path("views/<str:view_id>/<str:act>/", setup.view_act, name="view-act"),
    path("fields/", setup.fields, name="fields"),
    path("fields/<str:field_id>/", setup.field, name="field"),
    path("fields/<str:field_id>/<str:act>/", setup.field_act, name="field-act"),
    *exchange_urls.urlpatterns,
]
