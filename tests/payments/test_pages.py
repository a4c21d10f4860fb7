"""The pages of accounts and payments, as a bookkeeper uses them, and by API."""

import os
from decimal import Decimal
from uuid import UUID

import psycopg
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from omloop.disputes.services import Claim, dispute
from omloop.invoices.models import Invoice
from omloop.organisations.members import member_scope
from omloop.payments import services
from omloop.payments.models import Payment
from tests.booking.ledger import NOW
from tests.circulation.reader import said, signed_in
from tests.payments.bank import DAY, Bank
from tests.strangers.victim import key_for
from tests.world import World


def test_two_people_check_an_account_on_its_page(bank: Bank, world: World) -> None:
    invoice = bank.desk.arrives()
    account = bank.desk.account(invoice)
    address = f"/organisations/{bank.place}/booking/bank-accounts/"
    sanne, femke = signed_in(world.sanne), signed_in(bank.desk.second)
    page = said(sanne.get(f"/invoices/{invoice}/"))
    assert "A bank account that is not known yet" in page and "circulation goes on" in page
    assert "Kuipers" in said(sanne.get(address)) and "to be checked" in said(sanne.get(address))
    form = {"how": "Gebeld met mevrouw Kuipers", "checked_on": "2026-03-01", "kind": "ordinary"}
    assert sanne.post(f"{address}{account}/", form | {"how": ""}).status_code == 422
    assert sanne.post(f"{address}{account}/", form).status_code == 302
    assert "A colleague confirms it" in said(sanne.get(f"{address}{account}/"))
    assert "To confirm" in said(femke.get(f"{address}?state=to_confirm"))
    femke.post(f"{address}{account}/confirm/")
    page = said(femke.get(f"{address}{account}/"))
    assert "Gebeld met mevrouw Kuipers" in page and "Confirmed by Femke Postma" in page
    assert "not known yet" not in said(sanne.get(f"/invoices/{invoice}/"))
    femke.post(f"{address}{account}/end/", {"reason": "Toch niet van hem"})
    assert "Ended by Femke Postma: Toch niet van hem" in said(sanne.get(f"{address}{account}/"))
    assert sanne.get(f"{address}?state=other").status_code == 404


def test_a_file_is_made_downloaded_and_reported_on_the_pages(bank: Bank, world: World) -> None:
    bank.switch(is_on=False)
    first, second = bank.payable(number="1"), bank.payable(number="2", currency="USD")
    address = f"/organisations/{bank.place}/booking/payments/"
    sanne, marit = signed_in(world.sanne), signed_in(world.marit)
    assert "switched off" in said(sanne.get(address))
    wrong = {"is_on": "on", "name": "Zwaluw", "iban": "NL00", "bic": ""}
    assert "check digits are right" in said(marit.post(f"{address}option/", wrong))
    marit.post(f"{address}option/", wrong | {"iban": "NL91ABNA0417164300"})
    assert "only euros" in said(sanne.get(address))
    sanne.post(address, {"execution_on": "2099-01-01", "invoice": [str(first)]})
    page = sanne.get(f"{address}files/")
    assert "Payment file 1" in said(page) and "1 not reported" in said(page)
    with bank.desk.ledger.company.system():
        payment = Payment.objects.get(invoice_id=first)
    files = f"{address}files/{payment.batch_id}/"
    assert sanne.get(f"{files}download/").content == sanne.get(f"{files}download/").content
    report = {"batch": str(payment.batch_id), "invoice": [str(first)], "paid_on": "2026-03-05"}
    assert "not reported yet" in said(sanne.get(files))
    sanne.post(f"{address}paid/", report)
    assert "not reported yet" not in said(sanne.get(files))
    sanne.post(f"{address}paid/", {"invoice": [str(second)], "paid_on": "2026-03-05", "reference": "USD 7"})
    page = said(sanne.get(f"{address}?state=paid"))
    assert "USD 7" in page and "Not paid after all?" in page
    sanne.post(f"{address}{payment.id}/fail/", {"batch": str(payment.batch_id), "reason": "AC04"})
    assert "does not count AC04" in said(sanne.get(files))
    assert "Nothing is blocked" in said(sanne.get(f"{address}?state=blocked"))


def test_the_list_of_invoices_is_filtered_by_payment_status(bank: Bank, world: World) -> None:
    bank.payable(number="betaalbaar")
    bank.desk.ledger.received(number="geblokkeerd")
    sanne = signed_in(world.sanne)
    page = said(sanne.get("/invoices/?payment=payable"))
    assert "betaalbaar" in page and "geblokkeerd" not in page
    assert "geblokkeerd" in said(sanne.get("/invoices/?payment=blocked&kind=invoice"))
    assert sanne.post("/invoices/export.csv?payment=payable").status_code == 200


def test_what_is_paid_off_is_not_looked_at_for_what_is_payable_until_its_payment_fails(
    bank: Bank, world: World
) -> None:
    paid, note = bank.payable(number="betaald"), bank.payable(kind="credit_note", number="verrekend")
    bank.payable(number="open")
    sanne = signed_in(world.sanne)

    def listed(state: str = "payable") -> list[str]:
        page = said(sanne.get(f"/invoices/?payment={state}"))
        return [number for number in ("betaald", "verrekend", "open") if number in page]

    def paid_off() -> set[UUID]:
        with bank.desk.ledger.company.system():
            return set(Invoice.objects.filter(paid_off=True).values_list("id", flat=True))

    assert listed() == ["betaald", "verrekend", "open"] and not paid_off()
    for invoice in (paid, note):
        bank.paid(invoice)
    assert listed() == ["open"] and paid_off() == {paid, note}
    assert listed("paid") == ["betaald", "verrekend"]
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("UPDATE invoices_invoice SET paid_off = false")
        assert listed() == ["open"], "it only spares looking"
        owner.execute("UPDATE invoices_invoice SET paid_off = true WHERE id = ANY (%s)", [[paid, note]])
    with member_scope(world.sanne, now=NOW) as member:
        dispute(paid, Claim(reason="Half geleverd", payable=Decimal("605.00")), actor=member, now=NOW)
        payment = Payment.objects.get(invoice=note)
        services.fail(payment_id=payment.id, reason="Teruggeboekt", actor=member, now=NOW)
    assert listed() == ["verrekend", "open"] and paid_off() == {paid}
    assert listed("blocked") == ["betaald"], "a part of it is disputed after it was paid"


def test_a_program_reports_what_the_package_paid(bank: Bank, world: World) -> None:
    invoice = bank.payable()
    key = key_for(world.sanne, bank.place)
    program, asked = Client(headers={"authorization": f"Bearer {key}"}), {"content_type": "application/json"}
    (row,) = program.get("/api/v1/payments?state=payable").json()
    assert (row["invoice"], row["left"], row["blocks"]) == (str(invoice), "1210.00", [])
    body = {"organisation": str(bank.place), "execution_on": "2099-01-01"}
    (batch,) = program.post("/api/v1/payment-files", body, **asked).json()
    assert program.post("/api/v1/payment-files", body, **asked).status_code == 409
    assert program.get("/api/v1/payment-files").json() == [batch]
    assert b"pain.001.001.09" in program.get(f"/api/v1/payment-files/{batch['id']}/file").content
    report = {"organisation": str(bank.place), "invoices": [str(invoice)], "paid_on": DAY.isoformat()}
    assert program.post("/api/v1/payments", report, **asked).json() == {"reported": 1}
    assert program.post("/api/v1/payments", report, **asked).json() == {"reported": 0}
    assert program.post("/api/v1/payments", report | {"paid_on": "2099-01-01"}, **asked).status_code == 422


def test_the_queries_of_the_pages_do_not_grow_with_what_they_show(bank: Bank, world: World) -> None:
    """Also those of exports and of the month-end list."""
    ledger, place = bank.desk.ledger, f"/organisations/{bank.place}/booking/"
    sanne = signed_in(world.sanne)
    pages = [
        "payments/",
        "payments/?state=blocked",
        "payments/files/",
        "bank-accounts/",
        "exports/",
        "month-end/",
    ]

    def queries() -> dict[str, int]:
        counted = {}
        for page in pages:
            with CaptureQueriesContext(connection) as seen:
                assert sanne.get(place + page).status_code == 200
            counted[page] = len(seen)
        return counted

    def more(number: int) -> None:
        ledger.ready(number=f"b{number}")
        ledger.book()
        bank.payable(number=f"f{number}")
        bank.make()
        bank.payable(number=f"p{number}")
        bank.desk.stored(number=f"a{number}", iban="", supplier_name=f"L{number}")
        bank.desk.note(ledger.received(number=f"r{number}", supplier_vat=f"NL{number}", iban=f"DE{number}"))

    more(1)
    queries()
    few = queries()
    for number in range(2, 5):
        more(number)
    assert queries() == few


def test_a_file_reports_what_was_paid_and_says_what_it_passes_over(bank: Bank, world: World) -> None:
    first, second = bank.payable(number="F-1"), bank.payable(number="F-2")
    bank.payable(number="Dubbel")
    bank.payable(number="Dubbel", supplier_vat="NL002", iban="DE89370400440532013000")
    with bank.desk.ledger.company.system() as system:
        only = {"organisation_id": bank.place, "only": [second]}
        services.make_files(**only, execution_on=DAY, actor=system, now=NOW)
    rows = "Factuur;Betaald op;Kenmerk\nF-1;05-03-2026;Afschrift 7\n1-1;2026-03-06;\n"
    wrong = "Weg;2026-03-05;\nDubbel;2026-03-05;\nF-1;morgen;\n"
    address, sanne = f"/organisations/{bank.place}/booking/payments/paid/file/", signed_in(world.sanne)
    page = said(sanne.post(address, {"file": SimpleUploadedFile("betaald.csv", (rows + wrong).encode())}))
    assert "2 invoices are kept as paid." in page and "3 lines to look at" in page
    assert bank.desk.payment(first).reference == "Afschrift 7"
    assert str(bank.desk.payment(second).paid_on) == "2026-03-06"
    again = sanne.post(address, {"file": SimpleUploadedFile("betaald.csv", rows.encode())}, follow=True)
    assert "0 invoices are kept as paid." in said(again)
    assert sanne.post(address, {"file": SimpleUploadedFile("x.csv", b"niets")}).status_code == 422
    assert sanne.post(address, {}).status_code == 422
