"""Addresses of upload, lists and downloads."""

from django.urls import path

from omloop.invoices import aside_views, attachment_views, filter_views, views

urlpatterns = [
    path("upload/", views.upload, name="upload"),
    path("invoices/", views.invoices, name="invoices"),
    path("invoices/export.<slug:suffix>", filter_views.export_found, name="export_invoices"),
    path("invoices/filters/", filter_views.save, name="save_filter"),
    path("invoices/filters/<uuid:filter_id>/remove/", filter_views.remove, name="remove_filter"),
    path("invoices/<uuid:invoice_id>/let-pass/", views.let_pass, name="let_pass"),
    path("invoices/<uuid:invoice_id>/report/", views.validation_report, name="validation_report"),
    path("documents/unreadable/", views.unreadable, name="unreadable"),
    path("documents/again/", views.came_again, name="came_again"),
    path("documents/<uuid:document_id>/", views.document, name="document"),
    path("documents/<uuid:document_id>/original", views.document_original, name="document_original"),
    path("documents/<uuid:document_id>/page/<int:number>", views.document_picture, name="document_picture"),
    path("documents/<uuid:document_id>/read-again/", views.read_again, name="read_again"),
    path("documents/<uuid:document_id>/set-aside/", aside_views.set_aside, name="set_aside"),
    path("documents/<uuid:document_id>/send-back/", aside_views.send_back, name="send_back"),
    path("documents/<uuid:document_id>/send-on/", aside_views.send_document_on, name="send_document_on"),
    path("documents/<uuid:document_id>/take-back/", aside_views.take_back, name="take_document_back"),
    path("documents/<uuid:document_id>/again/", aside_views.take_in_again, name="take_in_again"),
    path("documents/<uuid:document_id>/settle/", aside_views.settle, name="settle_came_again"),
    path("invoices/<uuid:invoice_id>/attachments/", attachment_views.add_attachments, name="add_attachments"),
    path("invoices/<uuid:invoice_id>/all.zip", attachment_views.download_all, name="download_all"),
    path("attachments/added/<uuid:added_id>", attachment_views.added_attachment, name="added_attachment"),
    path("attachments/<uuid:attachment_id>", views.attachment, name="attachment"),
]
