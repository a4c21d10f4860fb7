"""Addresses of PDFs and their settings."""

from django.urls import path

from omloop.papers import views

urlpatterns = [
    path("invoices/<uuid:invoice_id>/pdf", views.invoice_pdf, name="invoice_pdf"),
    path("organisations/<uuid:organisation_id>/pdf/", views.pdf_settings, name="pdf_settings"),
    path("organisations/<uuid:organisation_id>/pdf/look/", views.pdf_look, name="pdf_look"),
]
