"""Addresses of transferring user data."""

from django.urls import path

from omloop.transfers import last_day_page, views

LAST_DAY = "people/<uuid:person_id>/last-day/<uuid:environment_id>/"

urlpatterns = [
    path(LAST_DAY, last_day_page.last_day, name="last_day"),
    path(f"{LAST_DAY}withdraw/", last_day_page.withdraw, name="withdraw_last_day"),
    path("people/transfer/", views.transfer, name="transfer"),
    path("people/transfer/<uuid:run_id>/", views.transferred, name="transferred"),
    path("people/transfer/<uuid:run_id>/undo/", views.undo_transfer, name="undo_transfer"),
]
