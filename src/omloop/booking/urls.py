"""Addresses of booking."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
