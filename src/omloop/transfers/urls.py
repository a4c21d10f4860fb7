"""Addresses of transferring user data."""

from django.urls import path

from omloop.transfers import views

urlpatterns = [
    path("people/transfer/", views.transfer, name="transfer"),
    path("people/transfer/<uuid:run_id>/", views.transferred, name="transferred"),
    path("people/transfer/<uuid:run_id>/undo/", views.undo_transfer, name="undo_transfer"),
]
