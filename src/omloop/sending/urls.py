"""Addresses of sales invoices, and of how an organisation sends."""

from django.urls import path

from omloop.sending import customer_views, draft_views, settings_views, views

urlpatterns = [
    path("sales/", views.sales_invoices, name="sales_invoices"),
    path("sales/new/", draft_views.new_sales_invoice, name="new_sales_invoice"),
    path("sales/upload/", views.upload_sales_invoice, name="upload_sales_invoice"),
    path("sales/<uuid:sales_id>/", draft_views.sales_invoice, name="sales_invoice"),
    path("sales/<uuid:sales_id>/preview.pdf", draft_views.preview_sales_draft, name="preview_sales_draft"),
    path("sales/<uuid:sales_id>/discard/", draft_views.discard_sales_draft, name="discard_sales_draft"),
    path("sales/<uuid:sales_id>/copy/", views.copy_sales_invoice, name="copy_sales_invoice"),
    path("sales/<uuid:sales_id>/credit/", views.credit_sales_invoice, name="credit_sales_invoice"),
    path("sales/<uuid:sales_id>/again/", views.resend_sales_invoice, name="resend_sales_invoice"),
    path("sales/<uuid:sales_id>/pdf", views.sales_invoice_pdf, name="sales_invoice_pdf"),
    path("sales/<uuid:sales_id>/ubl", views.sales_invoice_ubl, name="sales_invoice_ubl"),
    path(
        "organisations/<uuid:organisation_id>/sending/",
        settings_views.sending_settings,
        name="sending_settings",
    ),
    path(
        "organisations/<uuid:organisation_id>/sending/series/",
        settings_views.add_number_series,
        name="add_number_series",
    ),
    path(
        "organisations/<uuid:organisation_id>/sending/series/<uuid:series_id>/end/",
        settings_views.end_number_series,
        name="end_number_series",
    ),
    path("organisations/<uuid:organisation_id>/customers/", customer_views.customers, name="customers"),
    path(
        "organisations/<uuid:organisation_id>/customers/new/",
        customer_views.new_customer,
        name="new_customer",
    ),
    path(
        "organisations/<uuid:organisation_id>/customers/import/",
        customer_views.import_list,
        name="import_customers",
    ),
    path(
        "organisations/<uuid:organisation_id>/customers/<uuid:customer_id>/",
        customer_views.customer,
        name="customer",
    ),
    path(
        "organisations/<uuid:organisation_id>/customers/<uuid:customer_id>/edit/",
        customer_views.edit_customer,
        name="edit_customer",
    ),
    path(
        "organisations/<uuid:organisation_id>/customers/<uuid:customer_id>/statement.csv",
        customer_views.customer_statement,
        name="customer_statement",
    ),
    path(
        "organisations/<uuid:organisation_id>/customers/<uuid:customer_id>/end/",
        customer_views.remove_customer,
        name="remove_customer",
    ),
]
