"""Addresses of organisations."""

from django.urls import path

from omloop.organisations import group_pages

GROUPS = "organisations/<uuid:organisation_id>/groups/"

urlpatterns = [
    path(GROUPS, group_pages.groups, name="groups"),
    path(f"{GROUPS}new/", group_pages.new_group, name="new_group"),
    path(f"{GROUPS}segregation/", group_pages.switch_segregation, name="switch_segregation"),
    path(f"{GROUPS}<uuid:group_id>/", group_pages.group, name="group"),
    path(f"{GROUPS}<uuid:group_id>/end/", group_pages.end_group, name="end_group"),
]
