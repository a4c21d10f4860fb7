"""Addresses of mails."""

from django.urls import path

from omloop.notifications import views

MAILING = "environments/<uuid:environment_id>/mail/"

urlpatterns = [
    path(MAILING, views.mailing, name="mailing"),
    path(f"{MAILING}test/", views.test_mail, name="test_mail"),
    path(f"{MAILING}<uuid:mail_id>/again/", views.mail_again, name="mail_again"),
]
