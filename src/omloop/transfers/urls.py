"""Addresses of transferring user data."""

urlpatterns = []
