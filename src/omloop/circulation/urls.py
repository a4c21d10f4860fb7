"""Addresses of the worklist, of one invoice, and of what needs attention."""

from django.urls import path

from omloop.circulation.pages import coding_views, consulting_views, ending_views, views
from omloop.circulation.pages import settings as settings_page
from omloop.circulation.pages.mail_link import task_by_mail

urlpatterns = [
    path("", views.worklist, name="worklist"),
    path("worklist/answers/", views.answer_each, name="answer_each"),
    path("attention/", views.attention, name="attention"),
    path(
        "organisations/<uuid:organisation_id>/circulation/",
        settings_page.circulation_settings,
        name="circulation_settings",
    ),
    path(
        "organisations/<uuid:organisation_id>/circulation/rate/",
        settings_page.set_exchange_rate,
        name="set_exchange_rate",
    ),
    path("answer/<str:token>/", task_by_mail, name="task_by_mail"),
    path("invoices/<uuid:invoice_id>/", views.invoice, name="invoice"),
    path("invoices/<uuid:invoice_id>/coding/", coding_views.coding, name="coding"),
    path("invoices/<uuid:invoice_id>/decide/", views.decide, name="decide"),
    path("invoices/<uuid:invoice_id>/forward/", views.forward, name="forward"),
    path("invoices/<uuid:invoice_id>/hold/", views.hold, name="hold"),
    path("invoices/<uuid:invoice_id>/release/", views.release, name="release"),
    path("invoices/<uuid:invoice_id>/consult/", consulting_views.consult, name="consult"),
    path(
        "invoices/<uuid:invoice_id>/advice/", consulting_views.answer_consultation, name="answer_consultation"
    ),
    path(
        "invoices/<uuid:invoice_id>/recall/", consulting_views.recall_consultation, name="recall_consultation"
    ),
    path("invoices/<uuid:invoice_id>/withdraw/", views.withdraw, name="withdraw"),
    path("invoices/<uuid:invoice_id>/take-back/", views.take_back, name="take_back"),
    path("invoices/<uuid:invoice_id>/name-person/", views.name_person, name="name_person"),
    path("invoices/<uuid:invoice_id>/original/", ending_views.mark_as_original, name="mark_as_original"),
    path("invoices/<uuid:invoice_id>/copy/", ending_views.hang_on_first, name="hang_on_first"),
    path("invoices/<uuid:invoice_id>/cancel/", ending_views.cancel, name="cancel_invoice"),
    path("invoices/<uuid:invoice_id>/send-on/", ending_views.send_on, name="send_on"),
    path("invoices/<uuid:invoice_id>/credits/", ending_views.choose_credited, name="choose_credited"),
    path("invoices/<uuid:invoice_id>/confidential/", ending_views.make_confidential, name="hide_invoice"),
    path("invoices/<uuid:invoice_id>/take/", views.take_task, name="take_task"),
    path("invoices/<uuid:invoice_id>/give-back/", views.give_back, name="give_back_task"),
]
