"""Addresses about oneself."""

from django.urls import path

from omloop.people import views

urlpatterns = [path("choose/language/", views.choose_language, name="choose_language")]
