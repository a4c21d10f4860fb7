"""Every address of Omloop."""

from django.urls import include, path

urlpatterns = [
    path("", include("omloop.joining.urls")),  # before allauth, whose page of registering it replaces
    path("account/", include("allauth.account.urls")),
    path("account/mfa/", include("allauth.mfa.urls")),
    path("", include("omloop.api.urls")),
    path("", include("omloop.demo.urls")),
    path("", include("omloop.people.urls")),
    path("", include("omloop.environments.urls")),
    path("", include("omloop.organisations.urls")),
    path("", include("omloop.reports.urls")),
    path("", include("omloop.notifications.urls")),
    path("", include("omloop.relocation.urls")),
    path("", include("omloop.retention.urls")),
    path("", include("omloop.schemes.urls")),
    path("", include("omloop.standins.urls")),
    path("", include("omloop.transfers.urls")),
    path("", include("omloop.papers.urls")),
    path("", include("omloop.sending.urls")),
    path("", include("omloop.circulation.urls")),
    path("", include("omloop.coding.urls")),
    path("", include("omloop.disputes.urls")),
    path("", include("omloop.suppliers.urls")),
    path("", include("omloop.recognition.urls")),
    path("", include("omloop.mailbox.urls")),
    path("", include("omloop.booking.urls")),
    path("", include("omloop.payments.urls")),
    path("", include("omloop.invoices.urls")),
    path("", include("omloop.web.urls")),
]

handler400 = "omloop.web.errors.bad_request"
handler403 = "omloop.web.errors.permission_denied"
handler404 = "omloop.web.errors.page_not_found"
handler500 = "omloop.web.errors.server_error"
