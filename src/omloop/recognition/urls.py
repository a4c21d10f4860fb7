"""Addresses of recognition."""

from django.urls import path

from omloop.recognition import views

urlpatterns = [
    path("documents/to-recognise/", views.waiting, name="to_recognise"),
    path("documents/<uuid:picture_id>/recognise/", views.recognise, name="recognise"),
    path("documents/<uuid:picture_id>/recognise-again/", views.recognise_again, name="recognise_again"),
]
