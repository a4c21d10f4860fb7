"""Addresses of retention."""

from django.urls import path

from omloop.retention import kept_views, views

PLACE = "organisations/<uuid:organisation_id>/retention/"
urlpatterns = [
    path(PLACE, views.retention, name="retention"),
    path(f"{PLACE}year/", views.set_financial_year, name="set_financial_year"),
    path(f"{PLACE}hold/", views.hold_organisation, name="hold_organisation"),
    path(f"{PLACE}propose/", views.propose_removal, name="propose_removal"),
    path(f"{PLACE}<uuid:removal_id>/answer/", views.answer_removal, name="answer_removal"),
    path(f"{PLACE}destroyed/", views.destroyed, name="destroyed"),
    path(f"{PLACE}destroyed.csv", views.destroyed_csv, name="destroyed_csv"),
    path("invoices/<uuid:invoice_id>/retention/", kept_views.kept_invoice, name="kept_invoice"),
    path("sales/<uuid:sales_id>/retention/", kept_views.kept_sale, name="kept_sale"),
]
