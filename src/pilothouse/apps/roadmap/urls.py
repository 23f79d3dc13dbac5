"""Addresses of roadmap, below /p/PRODUCT/roadmap/."""

from django.urls import path

from pilothouse.apps.roadmap import delivery_urls, plan_urls
from pilothouse.apps.roadmap.views import (
    bet_forms,
    bets,
    board,
    outcomes,
    releases,
    shares,
    teams,
)

app_name = "roadmap"
urlpatterns = [
    path("", board.home, name="home"),
    path("timeline/", board.timeline, name="timeline"),
    path("moves/<str:batch_id>/undo/", board.moves_undo, name="moves-undo"),
    path("bets/new/", bet_forms.bet_new, name="bet-new"),
    path("bets/<str:bet_id>/", bets.bet, name="bet"),
    path("bets/<str:bet_id>/edit/", bet_forms.bet_edit, name="bet-edit"),
    path("bets/<str:bet_id>/move/", board.bet_move, name="bet-move"),
    path("bets/<str:bet_id>/wording/", bets.bet_wording, name="bet-wording"),
    path("bets/<str:bet_id>/<str:act>/", bets.bet_act, name="bet-act"),
    path("outcomes/", outcomes.outcomes, name="outcomes"),
    path("outcomes/new/", outcomes.outcome_new, name="outcome-new"),
    path("outcomes/<str:outcome_id>/", outcomes.outcome, name="outcome"),
    path("outcomes/<str:outcome_id>/edit/", outcomes.outcome_edit, name="outcome-edit"),
    path("outcomes/<str:outcome_id>/<str:act>/", outcomes.outcome_act, name="outcome-act"),
    path("teams/", teams.teams, name="teams"),
    path("teams/<str:team_id>/<str:act>/", teams.team_act, name="team-act"),
    path("releases/", releases.releases, name="releases"),
    path("releases/new/", releases.release_new, name="release-new"),
    path("releases/<str:release_id>/", releases.release, name="release"),
    path("releases/<str:release_id>/edit/", releases.release_edit, name="release-edit"),
    path("releases/<str:release_id>/<str:act>/", releases.release_act, name="release-act"),
    path("audiences/<str:audience>/", shares.audience, name="audience"),
    path("shares/", shares.shares, name="shares"),
    path("shares/<str:share_id>/revoke/", shares.share_revoke, name="share-revoke"),
    *plan_urls.urlpatterns,
    *delivery_urls.urlpatterns,
]
