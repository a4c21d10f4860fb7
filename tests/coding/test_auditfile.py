"""Master data from an auditfile: seen first, renewed without doubles, read under limits (rules 3.10)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from omloop.coding.auditfile import NoAuditfile, NotInAuditfile, rows_in, suppliers_in
from omloop.coding.forms import Chart
from omloop.organisations.rights import DefaultGroup
from omloop.payees.models import SupplierAccount
from tests.circulation.company import Company
from tests.circulation.reader import said, signed_in
from tests.coding.books import Books
from tests.coding.test_importing import accounts
from tests.coding.test_pages_chart import chart, seen_in
from tests.strangers.victim import key_for
from tests.world import World

AUDITFILE = b"""<?xml version="1.0" encoding="UTF-8"?>
<auditfile xmlns="http://www.auditfiles.nl/XAF/3.2"><header><fiscalYear>2026</fiscalYear></header><company>
<customersSuppliers>
<customerSupplier><custSupID>1</custSupID><custSupName>Kuipers;  B.V.</custSupName>
<commerceNr>12345678</commerceNr><taxRegIdent>NL001234567B01</taxRegIdent><custSupTp>S</custSupTp>
<bankAccount><bankAccNr>NL91 ABNA 0417 1643 00</bankAccNr><bankIdCd>ABNANL2A</bankIdCd></bankAccount>
<bankAccount><bankAccNr>NL02ABNA0123456789</bankAccNr></bankAccount></customerSupplier>
<customerSupplier><custSupID>2</custSupID><custSupName>Klant</custSupName><custSupTp>C</custSupTp>
<bankAccount><bankAccNr>NL91ABNA0417164300</bankAccNr></bankAccount></customerSupplier>
<customerSupplier><custSupID>3</custSupID><custSupName>Contant</custSupName></customerSupplier>
</customersSuppliers>
<generalLedger><ledgerAccount><accID>4310</accID><accDesc>Onderhoud</accDesc><accTp>P</accTp></ledgerAccount>
<ledgerAccount><accID>4990</accID><accDesc>Overig</accDesc><accTp>P</accTp></ledgerAccount>
<basics><basic><basicType>02</basicType><basicID>4100</basicID><basicDesc>Haven</basicDesc></basic></basics>
</generalLedger>
<vatCodes><vatCode><vatID>H</vatID><vatDesc>Hoog</vatDesc></vatCode></vatCodes>
<transactions><journal><jrnID>INK</jrnID><transaction><nr>1</nr>
<trLine><nr>1</nr><costID>4200</costID></trLine><trLine><nr>2</nr><costID>4100</costID></trLine>
<trLine><nr>3</nr><costID>4100</costID></trLine></transaction></journal></transactions>
</company></auditfile>"""


def test_an_auditfile_becomes_the_rows_that_are_shown_before_anything_changes() -> None:
    assert rows_in(AUDITFILE, "accounts") == "code;name\n4310;Onderhoud\n4990;Overig\n"
    assert rows_in(AUDITFILE, "vat") == "code;name\nH;Hoog\n"
    assert suppliers_in(AUDITFILE).splitlines() == [
        "name;vat;kvk;iban",
        '"Kuipers; B.V.";NL001234567B01;12345678;NL91 ABNA 0417 1643 00',
        '"Kuipers; B.V.";NL001234567B01;12345678;NL02ABNA0123456789',
    ]
    assert rows_in(AUDITFILE, "centres") == "code;name\n4100;Haven\n4200;\n"
    with pytest.raises(NotInAuditfile):
        rows_in(AUDITFILE, "units")


@pytest.mark.parametrize(
    "data",
    [
        b"<Invoice/>",
        b"<auditfile",
        b'<!DOCTYPE a [<!ENTITY x "y">]><auditfile>&x;</auditfile>',
        b"<auditfile>" + b"<a/>" * 1_000_001 + b"</auditfile>",
    ],
)
def test_what_is_no_auditfile_or_is_dangerous_is_refused(data: bytes) -> None:
    with pytest.raises(NoAuditfile):
        rows_in(data, "accounts")


def test_ledger_accounts_and_vat_codes_come_in_through_the_page(books: Books, world: World) -> None:
    marit = signed_in(world.marit)
    preview = marit.post(chart(books), {"file": SimpleUploadedFile("boek.xaf", AUDITFILE)})
    assert "1 new" in said(preview) and "4990" not in accounts(books)
    marit.post(chart(books), {"text": rows_in(AUDITFILE, "accounts"), "seen": seen_in(preview)})
    assert accounts(books)["4990"] == "Overig"
    preview = marit.post(chart(books, "vat/"), {"file": SimpleUploadedFile("boek.xaf", AUDITFILE)})
    marit.post(chart(books, "vat/"), {"text": rows_in(AUDITFILE, "vat"), "seen": seen_in(preview)})
    with books.company.system():
        assert list(Chart.of(books.company.organisation.id).vat) == ["H"]
    refused = marit.post(chart(books), {"file": SimpleUploadedFile("boek.xaf", b"<Invoice/>")})
    assert refused.status_code == 422 and "no auditfile" in said(refused)


def test_the_accounts_of_suppliers_come_in_to_be_checked_and_never_double(books: Books, world: World) -> None:
    sanne = signed_in(world.sanne)
    address = f"/organisations/{books.company.organisation.id}/booking/bank-accounts/import/"
    preview = sanne.post(address, {"file": SimpleUploadedFile("boek.xaf", AUDITFILE)})
    assert "2 new, 0 known already" in said(preview)
    text = suppliers_in(AUDITFILE) + "Zonder;;;NL00\n"
    assert "1 row is passed over" in said(sanne.post(address, {"text": text}))
    for _ in range(2):
        seen = seen_in(sanne.post(address, {"text": text}))
        sanne.post(address, {"text": text, "seen": seen})
    assert sanne.post(address, {"text": text, "seen": "0" * 64}).status_code == 409
    assert sanne.post(address, {"text": "niets;daarvan"}).status_code == 422
    with books.company.system():
        rows = list(SupplierAccount.objects.values_list("supplier", "confirmed_at"))
    assert rows == [("nl001234567b01", None)] * 2


def test_a_program_renews_the_chart_and_brings_accounts(books: Books, world: World) -> None:
    place, asked = str(world.zwaluw.id), {"content_type": "application/json"}
    Company(world, world.zwaluw).grant(world.marit, DefaultGroup.FINANCE)
    program = Client(headers={"authorization": f"Bearer {key_for(world.marit, world.zwaluw.id)}"})
    body = {"organisation": place, "rows": [{"code": "4990", "name": "Overig"}, {"code": "4990"}]}
    done = program.put("/api/v1/chart/accounts", body, **asked).json()
    assert (done["new"], len(done["passed_over"])) == (1, 1)
    assert program.put("/api/v1/chart/accounts", body, **asked).json()["new"] == 0
    owned = {"organisation": place, "rows": [{"code": "4100", "owner": "bram@noordgroep.example"}]}
    assert program.put("/api/v1/chart/centres", owned, **asked).json()["changed"] == 1
    rows = [{"name": "Kuipers", "iban": "NL91ABNA0417164300"}, {"name": "Fout", "iban": "NL00"}]
    body = {"organisation": place, "accounts": rows}
    done = program.post("/api/v1/bank-accounts", body, **asked).json()
    assert done == {"new": 1, "known": 0, "wrong": 1}
    assert program.post("/api/v1/bank-accounts", body, **asked).json()["known"] == 1
    (row,) = program.get("/api/v1/bank-accounts").json()
    assert (row["supplier"], row["confirmed_at"]) == ("Kuipers", None)
