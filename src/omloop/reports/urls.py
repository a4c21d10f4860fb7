"""Addresses of reports."""

from django.urls import path

from omloop.reports import request_views, views

urlpatterns = [
    path("organisations/<uuid:organisation_id>/reports/", views.reports, name="reports"),
    path("organisations/<uuid:organisation_id>/reports/register/", views.register, name="register"),
    path("organisations/<uuid:organisation_id>/reports/duties/", views.duties, name="duties"),
    path("organisations/<uuid:organisation_id>/reports/sample/", views.sample, name="sample"),
    path("environments/<uuid:environment_id>/usage/", views.usage, name="usage"),
    path("data-requests/", request_views.data_subject, name="data_subject"),
    path("data-requests/export/", request_views.export_data_subject, name="export_data_subject"),
    path(
        "data-requests/people/<uuid:person_id>/name/",
        request_views.correct_data_subject,
        name="correct_data_subject",
    ),
]
