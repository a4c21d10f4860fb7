"""Addresses of environments."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
