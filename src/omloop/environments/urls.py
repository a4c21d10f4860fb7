"""Addresses of environments: their entrances, and the page about signing in."""

from django.urls import path

from omloop.environments import entrance, provider_page

urlpatterns = [
    path("sign-in/<uuid:environment_id>/", entrance.entrance, name="entrance"),
    path("sign-in/<uuid:environment_id>/start/", entrance.start, name="provider_start"),
    path("sign-in/<uuid:environment_id>/callback/", entrance.callback, name="provider_callback"),
    path(
        "environments/<uuid:environment_id>/sign-in/",
        provider_page.environment_sign_in,
        name="environment_sign_in",
    ),
    path(
        "environments/<uuid:environment_id>/sign-in/remove/",
        provider_page.remove,
        name="remove_provider",
    ),
    path(
        "environments/<uuid:environment_id>/sign-in/demand/",
        provider_page.demand,
        name="demand_provider",
    ),
    path(
        "environments/<uuid:environment_id>/sign-in/<uuid:person_id>/unlink/",
        provider_page.unlink_person,
        name="unlink_person",
    ),
]
