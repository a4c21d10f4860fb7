"""Addresses of incoming mail, and of the mailbox of an organisation."""

from django.urls import path

from omloop.mailbox import views

urlpatterns = [
    path("documents/incoming/", views.incoming, name="incoming"),
    path("documents/incoming/<uuid:container_id>/original", views.original_mail, name="original_mail"),
    path("documents/incoming/<uuid:container_id>/answer/", views.answer, name="answer_mail"),
    path("organisations/mailbox/try/", views.try_mailbox, name="try_mailbox"),
    path("organisations/<uuid:organisation_id>/mailbox/", views.mailbox, name="mailbox"),
    path(
        "organisations/<uuid:organisation_id>/mailbox/address/",
        views.renew_mail_address,
        name="renew_mail_address",
    ),
]
