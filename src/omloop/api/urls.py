"""Addresses of the API; keys open it, not a session, so nobody is sent to the sign-in page here."""

from django.urls import path

from omloop.api import views
from omloop.api.api import api

operations, kind, namespace = api.urls
for operation in operations:
    setattr(operation.callback, "login_required", False)  # noqa: B010 - Django reads it off the view

urlpatterns = [
    path("api/docs", views.docs, name="api_docs"),
    path("api/v1/", (operations, kind, namespace)),
    path("api/v1/<path:rest>", views.unknown, name="api_unknown"),
]
