"""Addresses of relocation."""

from django.urls import path

from omloop.relocation import arrivals_page, leaving_page

urlpatterns = [
    path("organisations/<uuid:organisation_id>/leaving/", leaving_page.leaving, name="leaving"),
    path(
        "organisations/<uuid:organisation_id>/leaving/withdraw/",
        leaving_page.withdraw_leaving,
        name="withdraw_leaving",
    ),
    path("arrivals/", arrivals_page.arrivals, name="arrivals"),
    path("arrivals/<uuid:placeholder_id>/", arrivals_page.answer_arrival, name="answer_arrival"),
]
