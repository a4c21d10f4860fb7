"""Addresses of booking, under the organisation."""

from django.urls import path

from omloop.booking import creditor_pages, pages, period_pages, profile_pages, result_pages, views

BOOKING = "organisations/<uuid:organisation_id>/booking/"
EXPORT = f"{BOOKING}exports/<uuid:batch_id>/"

urlpatterns = [
    path(BOOKING, views.booking, name="booking"),
    path(f"{BOOKING}exports/", views.exports, name="exports"),
    path(EXPORT, views.export, name="export"),
    path(f"{EXPORT}entries/<uuid:booking_id>/end/", views.end_booking, name="end_booking"),
    path(f"{EXPORT}profiles/<uuid:profile_id>/", profile_pages.profiled_file, name="profiled_file"),
    path(f"{EXPORT}results/", result_pages.export_results, name="export_results"),
    path(f"{EXPORT}<slug:form>/", views.export_file, name="export_file"),
    path(f"{BOOKING}month-end/", views.month_end, name="month_end"),
    path(f"{BOOKING}month-end/file/", views.month_end_file, name="month_end_file"),
    path(f"{BOOKING}periods/", pages.periods, name="periods"),
    path(f"{BOOKING}periods/import/", period_pages.import_periods, name="import_periods"),
    path(f"{BOOKING}creditors/", creditor_pages.creditors, name="creditors"),
    path(f"{BOOKING}profiles/", profile_pages.export_profiles, name="export_profiles"),
    path(f"{BOOKING}profiles/<uuid:profile_id>/end/", profile_pages.end_profile, name="end_profile"),
    path(f"{BOOKING}accounts/", pages.booking_accounts, name="booking_accounts"),
]
