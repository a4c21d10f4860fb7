"""Addresses of organisations, and of what a person's session may see of them."""

from django.urls import URLPattern, path

from omloop.organisations import door_pages, sign_in_pages

urlpatterns: list[URLPattern] = [
    path("doors/", door_pages.doors, name="doors"),
    path("account/sign-in/", sign_in_pages.my_sign_in, name="my_sign_in"),
    path("account/sign-in/<uuid:environment_id>/", sign_in_pages.link_identity, name="link_identity"),
    path(
        "account/sign-in/<uuid:environment_id>/unlink/", sign_in_pages.unlink_identity, name="unlink_identity"
    ),
]
