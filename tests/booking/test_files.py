"""The files of a batch: an auditfile by its published rules, and amounts that are the invoices'."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from omloop.booking.choosing import candidates
from omloop.booking.files import csv_of
from omloop.booking.journal import amounts_of, fully_booked, pre_booked
from omloop.booking.models import FixedAccounts
from omloop.booking.xaf import NAMESPACE, xaf_of
from omloop.coding.models import CodingLine, LedgerAccount
from omloop.invoices.models import Invoice
from tests.booking.ledger import LAST, Ledger

ORDER = {
    "auditfile": "header company",
    "header": "fiscalYear startDate endDate curCode dateCreated softwareDesc softwareVersion",
    "company": "companyIdent companyName taxRegistrationCountry taxRegIdent customersSuppliers "
    "generalLedger vatCodes periods transactions",
    "customerSupplier": "custSupID custSupName commerceNr taxRegistrationCountry taxRegIdent custSupTp",
    "ledgerAccount": "accID accDesc accTp",
    "vatCode": "vatID vatDesc",
    "period": "periodNumber periodDesc startDatePeriod endDatePeriod",
    "transactions": "linesCount totalDebit totalCredit journal",
    "journal": "jrnID desc jrnTp transaction",
    "transaction": "nr desc periodNumber trDt trLine",
    "trLine": "nr accID docRef effDate desc amnt amntTp custSupID invRef costID projID vat",
    "vat": "vatID vatPerc vatAmnt vatAmntTp",
}
"""Which elements stand in which, in this order."""
REQUIRED = {
    "header": ORDER["header"],
    "company": "companyIdent companyName taxRegistrationCountry taxRegIdent",
    "customerSupplier": "custSupID",
    "ledgerAccount": "accID accDesc accTp",
    "transactions": "linesCount totalDebit totalCredit",
    "journal": "jrnID desc",
    "transaction": "nr periodNumber trDt",
    "trLine": "nr accID docRef effDate amnt amntTp",
    "vatCode": "vatID vatDesc",
    "period": "periodNumber startDatePeriod endDatePeriod",
    "vat": ORDER["vat"],
}
DAY, AMOUNT = r"\d{4}-\d\d-\d\d", r"\d{1,18}\.\d\d"
SAYS = {
    "fiscalYear": r"\d{4}", "startDate": DAY, "endDate": DAY, "dateCreated": DAY, "trDt": DAY, "effDate": DAY,
    "startDatePeriod": DAY, "endDatePeriod": DAY, "curCode": "[A-Z]{3}", "amnt": AMOUNT, "totalDebit": AMOUNT,
    "totalCredit": AMOUNT, "amntTp": "[CD]", "custSupTp": "[BCSO]", "accTp": "[BPM]", "jrnTp": "[BCGMPSTYZO]",
    "periodNumber": r"\d{1,3}", "linesCount": r"\d{1,10}", "taxRegistrationCountry": "[A-Z]{2}",
    "accID": ".{1,35}", "custSupID": ".{1,35}", "docRef": ".{1,255}", "custSupName": ".{0,50}",
    "companyIdent": ".{0,35}", "companyName": ".{0,999}", "taxRegIdent": ".{0,30}", "softwareDesc": ".{0,50}",
    "softwareVersion": ".{0,20}", "commerceNr": ".{0,999}", "accDesc": ".{0,999}", "vatDesc": ".{0,999}",
    "periodDesc": ".{0,50}", "jrnID": ".{1,35}", "nr": ".{1,35}", "invRef": ".{0,999}", "costID": ".{0,35}",
    "projID": ".{0,35}", "vatID": ".{0,35}", "vatPerc": r"\d{1,5}(\.\d{1,3})?", "vatAmnt": AMOUNT,
    "vatAmntTp": "[CD]",
}  # fmt: skip
"""What a text may be, as XmlAuditfileFinancieel3.2.xsd of the Belastingdienst says; it is not shipped."""


def broken(root: Element) -> list[str]:
    """The rules of the tables above that an auditfile breaks."""
    found = []
    for each in root.iter():
        name, parts = local(each), [local(part) for part in each]
        order = ORDER.get(name, "").split()
        places = [order.index(part) if part in order else -1 for part in parts] if order else []
        if places != sorted(places) or -1 in places:
            found.append(f"{name}: {parts}")
        found += [f"{name} lacks {need}" for need in REQUIRED.get(name, "").split() if need not in parts]
        if name in SAYS and not re.fullmatch(SAYS[name], each.text or ""):
            found.append(f"{name}: {each.text}")
    return found + unbalanced(root)


def unbalanced(root: Element) -> list[str]:
    """The sums that don't agree, and the references that lead nowhere."""
    sums = {side: total(root, side) for side in "DC"}
    said = [Decimal(root.findtext(f".//{{*}}{name}") or -1) for name in ("totalDebit", "totalCredit")]
    found = [] if said == [sums["D"], sums["C"]] and sums["D"] == sums["C"] else ["totals"]
    found += [
        f"transaction {row.findtext('{*}nr')}"
        for row in root.iter(f"{{{NAMESPACE}}}transaction")
        if total(row, "D") != total(row, "C")
    ]
    for group, key, used in (
        ("generalLedger", "accID", "trLine"),
        ("customersSuppliers", "custSupID", "trLine"),
        ("vatCodes", "vatID", "vat"),
    ):
        known = {each.text for each in root.findall(f".//{{*}}{group}//{{*}}{key}")}
        found += [str(e.text) for e in root.findall(f".//{{*}}{used}/{{*}}{key}") if e.text not in known]
    lines = len(root.findall(".//{*}trLine"))
    return found if root.findtext(".//{*}linesCount") == str(lines) else [*found, "linesCount"]


def total(root: Element, side: str) -> Decimal:
    rows = [row for row in root.iter(f"{{{NAMESPACE}}}trLine") if row.findtext("{*}amntTp") == side]
    return sum((Decimal(row.findtext("{*}amnt") or 0) for row in rows), Decimal(0))


def local(each: Element) -> str:
    return each.tag.removeprefix(f"{{{NAMESPACE}}}")


def test_an_auditfile_follows_the_rules_whatever_a_supplier_is_called(ledger: Ledger) -> None:
    long = "Bouw & Zn <b> \x0b " + "x" * 60
    ledger.ready(number="1", supplier_name=long, supplier_kvk="12345678")
    ledger.ready(number="=2", kind="credit_note", supplier_vat="", supplier_name="")
    (batch,) = ledger.book()
    with ledger.company.system():
        root = ElementTree.fromstring(xaf_of(batch))
        rows = csv_of(batch).decode()
    assert broken(root) == []
    assert "'=2" in rows and ";=2" not in rows


@pytest.mark.parametrize(
    "spoil",
    [
        lambda root: root.find(".//{*}trLine").remove(root.find(".//{*}trLine/{*}accID")),
        lambda root: setattr(root.find(".//{*}trLine/{*}amnt"), "text", "1.00"),
        lambda root: setattr(root.find(".//{*}trDt"), "text", "31-03-2026"),
        lambda root: setattr(root.find(".//{*}trLine/{*}custSupID"), "text", "nobody"),
        lambda root: root.find(".//{*}vat").remove(root.find(".//{*}vat/{*}vatPerc")),
    ],
)
def test_the_tables_find_what_is_broken(ledger: Ledger, spoil: Callable[[Element], None]) -> None:
    ledger.ready()
    (batch,) = ledger.book()
    with ledger.company.system():
        root = ElementTree.fromstring(xaf_of(batch))
    spoil(root)
    assert broken(root) != []


cents = st.decimals(Decimal("0.01"), Decimal("999999"), places=2)


@given(
    st.lists(cents, min_size=1, max_size=9),
    st.sampled_from([Decimal(0), Decimal("0.09"), Decimal("0.21")]),
    st.decimals(Decimal("0.01"), Decimal("20"), places=6),
    st.sampled_from(["invoice", "credit_note"]),
)
def test_an_entry_balances_and_is_the_invoice_to_the_cent(
    nets: list[Decimal], vat_rate: Decimal, rate: Decimal, kind: str
) -> None:
    net = sum(nets, Decimal(0))
    vat = (net * vat_rate).quantize(Decimal("0.01"))
    invoice = Invoice(kind=kind, without_vat=net, vat=vat, with_vat=net + vat)
    account = LedgerAccount(code="4", name="Kosten")
    fixed = FixedAccounts(creditors=account, vat=account, suspense=account, accruals=account)
    amounts = amounts_of(invoice, rate)
    assert amounts is not None
    lines = [CodingLine(ledger_account=account, net=each) for each in nets]
    whole = fully_booked(amounts, lines, fixed, is_pre_booked=False)
    later = fully_booked(amounts, lines, fixed, is_pre_booked=True)
    for entry in (whole, later, pre_booked(amounts, fixed)):
        assert sum(line.amount for line in entry) == 0
    sign = -1 if kind == "credit_note" else 1
    assert amounts.total == (sign * invoice.with_vat * rate).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    assert sum(line.amount for line in later[:-1]) == amounts.net
    if rate == 1:
        assert [line.amount for line in whole[: len(nets)]] == [sign * each for each in nets]


def test_the_queries_do_not_grow_with_the_invoices(ledger: Ledger) -> None:
    def queries() -> int:
        with (
            ledger.company.system(),
            CaptureQueriesContext(
                connection,
            ) as seen,
        ):
            candidates(ledger.company.organisation, "full", up_to=LAST)
        return len(seen)

    ledger.ready(number="1")
    few = queries()
    for number in range(2, 6):
        ledger.ready(number=str(number))
    assert queries() == few


def test_in_another_currency_it_is_booked_at_the_stored_rate(ledger: Ledger) -> None:
    dollars = ledger.ready(currency="USD", number="usd")
    with ledger.company.system():
        (row,) = candidates(ledger.company.organisation, "full", up_to=LAST)
    assert row.problem == "rate"
    ledger.company.rate("0.9", from_on=date(2026, 1, 1))
    ledger.book()
    assert ledger.booking(dollars).total == Decimal("1089.00")


def test_the_year_of_the_booking_date_has_a_batch_of_its_own(ledger: Ledger) -> None:
    ledger.ready(number="old", issued_on=date(2025, 12, 31))
    ledger.ready(number="new")
    assert [(each.number, each.year) for each in ledger.book()] == [(1, 2025), (2, 2026)]
