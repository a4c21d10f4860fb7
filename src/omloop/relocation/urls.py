"""Addresses of relocation."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
