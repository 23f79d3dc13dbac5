"""Addresses of offers."""

from django.urls import path

from pilothouse.apps.jobs.views import offers

urlpatterns = [
    path("offers/", offers.offers, name="offers"),
    path("offers/new/", offers.new, name="offer-new"),
    path("offers/<str:offer_id>/", offers.offer, name="offer"),
    path("offers/<str:offer_id>/negotiation/", offers.negotiation, name="offer-negotiation"),
    path("offers/<str:offer_id>/<str:act>/", offers.offer_act, name="offer-act"),
]
