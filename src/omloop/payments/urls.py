"""Addresses of payments and of the accounts of suppliers, under the bookings of an organisation."""

from django.urls import path

from omloop.booking.urls import BOOKING
from omloop.payments import account_views, import_views, paid_views, views

PAYMENTS = f"{BOOKING}payments/"
FILE = f"{PAYMENTS}files/<uuid:batch_id>/"
ACCOUNT = f"{BOOKING}bank-accounts/<uuid:account_id>/"

urlpatterns = [
    path(PAYMENTS, views.payments, name="payments"),
    path(f"{PAYMENTS}paid/", views.report_paid, name="report_paid"),
    path(f"{PAYMENTS}paid/file/", paid_views.report_paid_file, name="report_paid_file"),
    path(f"{PAYMENTS}option/", views.payment_option, name="payment_option"),
    path(f"{PAYMENTS}files/", views.payment_files, name="payment_files"),
    path(FILE, views.payment_file, name="payment_file"),
    path(f"{FILE}download/", views.download_payment_file, name="download_payment_file"),
    path(f"{PAYMENTS}<uuid:payment_id>/fail/", views.fail_payment, name="fail_payment"),
    path(f"{BOOKING}bank-accounts/import/", import_views.import_accounts, name="import_accounts"),
    path(f"{BOOKING}bank-accounts/", account_views.bank_accounts, name="bank_accounts"),
    path(ACCOUNT, account_views.bank_account, name="bank_account"),
    path(f"{ACCOUNT}confirm/", account_views.confirm_account, name="confirm_account"),
    path(f"{ACCOUNT}end/", account_views.end_account_check, name="end_account_check"),
]
