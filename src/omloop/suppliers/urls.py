"""Addresses of the suppliers of an organisation."""

from django.urls import path

from omloop.suppliers import views

PLACE = "organisations/<uuid:organisation_id>/suppliers/"
urlpatterns = [
    path(PLACE, views.suppliers, name="suppliers"),
    path(f"{PLACE}<uuid:invoice_id>/", views.supplier, name="supplier"),
    path(f"{PLACE}<uuid:invoice_id>/statement.csv", views.supplier_statement, name="supplier_statement"),
    path(f"{PLACE}<uuid:invoice_id>/confidential/", views.hide_supplier, name="hide_supplier"),
]
