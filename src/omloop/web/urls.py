"""Addresses of the frame."""

from django.urls import path

from omloop.web import views

urlpatterns = [path("choose/theme/", views.choose_theme, name="choose_theme")]
