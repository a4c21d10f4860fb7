"""What was paid comes back from a bank statement, camt.053 (rules 3.10)."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from omloop.invoices.paying import PaymentState
from omloop.payments.models import PaymentBatch
from omloop.payments.statement import Debit, NoStatement, debits_in
from tests.circulation.reader import said, signed_in
from tests.payments.bank import Bank
from tests.world import World

HEAD = (
    '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}">'
    "<BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt><Id>AFS-44</Id>{entries}</Stmt></BkToCstmrStmt></Document>"
)


def entry(
    parts: str, *, side: str = "DBIT", status: str = "BOOK", amount: str = "1210.00", more: str = ""
) -> str:
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{more}<Sts>{status}</Sts>'
        f"<BookgDt><Dt>2026-03-05</Dt></BookgDt><NtryDtls>{parts}</NtryDtls></Ntry>"
    )


def transfer(name: str, amount: str = "", iban: str = "") -> str:
    said_amount = f'<Amt Ccy="EUR">{amount}</Amt>' if amount else ""
    account = f"<RltdPties><CdtrAcct><Id><IBAN>{iban}</IBAN></Id></CdtrAcct></RltdPties>" if iban else ""
    return f"<TxDtls><Refs><EndToEndId>{name}</EndToEndId></Refs>{said_amount}{account}</TxDtls>"


def statement(*entries: str, version: str = "02") -> bytes:
    return HEAD.format(version=version, entries="".join(entries)).encode()


def test_only_what_was_booked_as_a_debit_is_read_whatever_the_version() -> None:
    coded = entry(transfer("12-3")).replace("<Sts>BOOK</Sts>", "<Sts><Cd>BOOK</Cd></Sts>")
    data = statement(
        coded,
        entry(transfer("1-1"), side="CRDT"),
        entry(transfer("1-2"), status="PDNG"),
        entry(transfer("1-3"), more="<RvslInd>true</RvslInd>"),
        entry(transfer("2-1", "10.00") + transfer("2-2", "20.00", "NL91ABNA0417164300")),
        entry("<Btch><PmtInfId>abc</PmtInfId></Btch>", amount="99.00"),
        entry(""),
        version="08",
    )
    day, same = date(2026, 3, 5), "AFS-44"
    assert debits_in(data) == [
        Debit("12-3", day, same, Decimal("1210.00"), ""),
        Debit("2-1", day, same, Decimal("10.00"), ""),
        Debit("2-2", day, same, Decimal("20.00"), "NL91ABNA0417164300"),
        Debit("abc", day, same, Decimal("99.00"), "", is_file=True),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"<Invoice/>",
        b"<Document><BkToCstmrStmt></BkToCstmrStmt></Document>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><Document/>',
        b"<Document>",
        b"",
    ],
)
def test_what_is_no_statement_is_refused(data: bytes) -> None:
    with pytest.raises(NoStatement):
        debits_in(data)


def test_transfers_of_our_files_are_paid_and_the_same_statement_twice_changes_nothing(
    bank: Bank, world: World
) -> None:
    invoice, wrong = bank.payable(number="1"), bank.payable(number="2", iban="DE89370400440532013000")
    bank.make()
    sanne, address = signed_in(world.sanne), f"/organisations/{bank.place}/booking/payments/paid/file/"
    data = statement(
        entry(transfer("1-1", iban="NL91ABNA0417164300")),
        entry(transfer("1-2"), amount="1.00"),
        entry(transfer("NOTPROVIDED"), amount="77.00"),
    )
    told = said(sanne.post(address, {"file": SimpleUploadedFile("camt.xml", data)}, follow=True))
    assert "1 invoice is kept as paid" in told and "1-2: the bank names another amount" in told
    assert "NOTPROVIDED" not in told
    stands = bank.desk.payment(invoice)
    assert (stands.state, stands.paid_on, stands.reference) == (PaymentState.PAID, date(2026, 3, 5), "AFS-44")
    assert bank.desk.payment(wrong).state != PaymentState.PAID
    told = said(sanne.post(address, {"file": SimpleUploadedFile("camt.xml", data)}, follow=True))
    assert "0 invoices are kept as paid" in told
    refused = sanne.post(address, {"file": SimpleUploadedFile("x.xml", b"<Invoice/>")})
    assert refused.status_code == 422 and "no bank statement" in said(refused)


def test_a_file_that_the_bank_booked_in_one_sum_is_paid_whole(bank: Bank, world: World) -> None:
    invoices = [bank.payable(number="1"), bank.payable(number="2", iban="DE89370400440532013000")]
    (batch,) = bank.make()
    data = statement(entry(f"<Btch><PmtInfId>{key_of(batch)}</PmtInfId></Btch>", amount="2420.00"))
    address = f"/organisations/{bank.place}/booking/payments/paid/file/"
    signed_in(world.sanne).post(address, {"file": SimpleUploadedFile("camt.xml", data)})
    assert [bank.desk.payment(each).state for each in invoices] == [PaymentState.PAID] * 2


def key_of(batch: PaymentBatch) -> str:
    key: UUID = batch.id
    return key.hex
