"""Addresses of mails and notices."""

from django.urls import path

from omloop.notifications import notice_page, views

MAILING = "environments/<uuid:environment_id>/mail/"

urlpatterns = [
    path("notices/", notice_page.notices, name="notices"),
    path("notices/read/", notice_page.read_notices, name="read_notices"),
    path("notices/<uuid:notice_id>/open/", notice_page.open_notice, name="open_notice"),
    path("settings/notices/", notice_page.notice_choices, name="notice_choices"),
    path(MAILING, views.mailing, name="mailing"),
    path(f"{MAILING}test/", views.test_mail, name="test_mail"),
    path(f"{MAILING}<uuid:mail_id>/again/", views.mail_again, name="mail_again"),
]
