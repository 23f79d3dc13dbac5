"""Addresses of the best plan and of the roadmap as files."""

from django.urls import path

from pilothouse.apps.roadmap.views import exports, plan

urlpatterns = [
    path("plan/", plan.plan, name="plan"),
    path("plan/<str:plan_id>/", plan.plan_detail, name="plan-detail"),
    path("plan/<str:plan_id>/take/", plan.plan_take, name="plan-take"),
    path("exports/", exports.exports, name="exports"),
    path("exports/<str:kind>.<str:extension>", exports.export, name="export"),
]
