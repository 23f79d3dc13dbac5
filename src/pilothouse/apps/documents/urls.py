"""Addresses of documents, below /p/PRODUCT/documents/."""

from django.urls import path

from pilothouse.apps.documents.views import home

app_name = "documents"
urlpatterns = [
    path("", home.home, name="home"),
]
