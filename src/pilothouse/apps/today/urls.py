"""Addresses of Today, below /p/PRODUCT/today/."""

from django.urls import path

from pilothouse.apps.today import views

app_name = "today"
urlpatterns = [
    path("", views.home, name="home"),
    path("focus/", views.focus, name="focus"),
    path("reflection/", views.reflection, name="reflection"),
]
