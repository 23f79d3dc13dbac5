"""Addresses of documents, below /p/PRODUCT/documents/."""

from django.urls import path

from pilothouse.apps.documents import exchange_urls
from pilothouse.apps.documents.views import home

app_name = "documents"
urlpatterns = [
    path("", home.home, name="home"),
    *exchange_urls.urlpatterns,
]
