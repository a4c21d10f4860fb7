"""Addresses of disputes."""

from django.urls import path

from omloop.disputes import views

urlpatterns = [
    path("disputes/", views.disputes, name="disputes"),
    path("invoices/<uuid:invoice_id>/dispute/", views.dispute, name="dispute"),
    path(
        "invoices/<uuid:invoice_id>/dispute/<uuid:dispute_id>/note/", views.note_dispute, name="note_dispute"
    ),
    path("invoices/<uuid:invoice_id>/dispute/<uuid:dispute_id>/end/", views.end_dispute, name="end_dispute"),
]
