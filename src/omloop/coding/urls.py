"""Addresses of the coding of an invoice, and of what may be booked on."""

from django.urls import path

from omloop.coding import chart_pages, key_pages, secrecy_pages, template_pages, views

CHART = "organisations/<uuid:organisation_id>/chart/"

urlpatterns = [
    path("invoices/<uuid:invoice_id>/coding/remember/", views.remember_coding, name="remember_coding"),
    path(CHART, chart_pages.chart, name="chart"),
    path(f"{CHART}keys/", key_pages.keys, name="division_keys"),
    path(f"{CHART}keys/new/", key_pages.new_key, name="new_division_key"),
    path(f"{CHART}keys/<uuid:division_key_id>/", key_pages.key, name="division_key"),
    path(f"{CHART}keys/<uuid:division_key_id>/end/", key_pages.end, name="end_division_key"),
    path(f"{CHART}templates/", template_pages.templates, name="coding_templates"),
    path(f"{CHART}templates/<uuid:template_id>/", template_pages.template, name="coding_template"),
    path(f"{CHART}templates/<uuid:template_id>/end/", template_pages.end, name="end_coding_template"),
    path(f"{CHART}accounts/confidential/", secrecy_pages.set_confidential, name="confidential_account"),
    path(f"{CHART}<slug:kind>/", chart_pages.chart_of, name="chart_of"),
]
