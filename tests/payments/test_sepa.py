"""A payment file is valid by the published schema and by what banks ask beyond it, to the cent."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from omloop.invoices.models import Invoice
from omloop.kernel.identifiers import is_iban
from omloop.kernel.ids import uuid7
from omloop.payments.choosing import Candidate, set_off, transfers
from omloop.payments.sepa import (
    NAMESPACE,
    File,
    Part,
    is_dutch_reference,
    is_iso_reference,
    latin,
    pain_of,
)

MADE = datetime(2026, 3, 3, 11, tzinfo=UTC)
OURS, THEIRS = "NL91ABNA0417164300", "NL02ABNA0123456789"
FILE = File("0" * 32, "12", MADE, date(2026, 3, 5), "Zwaluw B.V.", OURS, "ABNANL2A")
SIGNS = r"[A-Za-z0-9/\-?:().,'+ ]"
SAYS = {
    "MsgId": rf"{SIGNS}{{1,35}}",
    "PmtInfId": rf"{SIGNS}{{1,35}}",
    "EndToEndId": rf"(?!/)(?!.*//){SIGNS}{{1,35}}(?<!/)",
    "PmtMtd": "TRF",
    "ChrgBr": "SLEV",
    "Nm": rf"{SIGNS}{{1,70}}",
    "Ustrd": rf"{SIGNS}{{1,140}}",
    "InstdAmt": r"(?!0+\.00)\d{1,9}\.\d\d",
    "CtrlSum": r"\d{1,15}\.\d\d",
}
"""What a text may be for SEPA, beyond the schema: EPC130-08 and EPC217-08."""
REQUIRED = {
    "PmtInf": "PmtInfId PmtMtd NbOfTxs CtrlSum PmtTpInf ReqdExctnDt Dbtr DbtrAcct DbtrAgt ChrgBr CdtTrfTxInf",
    "CdtTrfTxInf": "PmtId Amt Cdtr CdtrAcct RmtInf",
}
"""What is there, beyond what the schema demands."""


def schema() -> etree.XMLSchema:
    """The schema of ISO 20022, as a package for tests ships it."""
    found = find_spec("sepaxml")
    assert found is not None and found.origin is not None
    path = Path(found.origin).parent / "schemas" / "pain.001.001.09.xsd"
    return etree.XMLSchema(etree.parse(str(path)))


SCHEMA = schema()


def broken(content: bytes) -> list[str]:
    """The rules that a file breaks: of the schema, of the table, and of its sums."""
    root = etree.fromstring(content)
    found = [] if SCHEMA.validate(root) else [str(SCHEMA.error_log.last_error)]
    for each in root.iter():
        name = etree.QName(each).localname
        parts = {etree.QName(part).localname for part in each}
        found += [f"{name} lacks {need}" for need in REQUIRED.get(name, "").split() if need not in parts]
        if name in SAYS and not re.fullmatch(SAYS[name], each.text or ""):
            found.append(f"{name}: {each.text}")
        if name == "IBAN" and not is_iban(each.text or ""):
            found.append(f"IBAN: {each.text}")
        if name == "InstdAmt" and each.get("Ccy") != "EUR":
            found.append("currency")
    amounts = [Decimal(each.text or 0) for each in all_of(root, "InstdAmt")]
    if {Decimal(each.text or 0) for each in all_of(root, "CtrlSum")} != {sum(amounts)}:
        found.append("CtrlSum")
    if {int(each.text or 0) for each in all_of(root, "NbOfTxs")} != {len(amounts)}:
        found.append("NbOfTxs")
    names = [each.text for each in all_of(root, "EndToEndId")]
    return found if len(names) == len(set(names)) else [*found, "EndToEndId"]


def all_of(root: Any, name: str) -> list[Any]:
    return list(root.iter(f"{{{NAMESPACE}}}{name}"))


def part(amount: str = "1210.00", **more: Any) -> Part:
    said = {"transfer": 1, "iban": THEIRS, "name": "Kuipers", "number": "2026-0418", "reference": ""}
    return Part(amount=Decimal(amount), **(said | more))


@pytest.mark.parametrize(
    "name", ["Kuipers & Zn. <b>", "Ærø Ø Straße №5", "漢字", "/a//b/", "x" * 300, "", "\x0b", "Café 'Zus'"]
)
def test_a_file_follows_the_schema_and_the_signs_of_banks_whatever_a_supplier_is_called(name: str) -> None:
    parts = [part(name=name, number=name), part(transfer=2, reference=name)]
    assert broken(pain_of(FILE, parts)) == []
    assert broken(pain_of(FILE._replace(debtor_name=name, debtor_bic=""), parts)) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda root: root.find(".//{*}CdtTrfTxInf").remove(root.find(".//{*}Cdtr")),
        lambda root: setattr(root.find(".//{*}InstdAmt"), "text", "1.00"),
        lambda root: setattr(root.find(".//{*}NbOfTxs"), "text", "7"),
        lambda root: setattr(root.find(".//{*}CdtrAcct//{*}IBAN"), "text", "NL02ABNA0123456788"),
        lambda root: setattr(root.find(".//{*}Ustrd"), "text", "€ 12"),
        lambda root: root.find(".//{*}InstdAmt").set("Ccy", "USD"),
        lambda root: setattr(root.find(".//{*}ReqdExctnDt/{*}Dt"), "text", "05-03-2026"),
    ],
)
def test_the_rules_find_what_is_broken(spoil: Callable[[Any], None]) -> None:
    root = etree.fromstring(pain_of(FILE, [part()]))
    spoil(root)
    assert broken(etree.tostring(root)) != []


def test_a_reference_with_check_digits_is_structured_and_others_are_text() -> None:
    """A betalingskenmerk by its own weights, an RF reference by ISO 11649."""
    tried = [f"{digit}000056789012345" for digit in range(10)]
    dutch = "5000056789012345"
    assert list(filter(is_dutch_reference, tried)) == [dutch]
    said = pain_of(FILE, [part(reference=dutch)]).decode()
    assert f"<Ref>{dutch}</Ref>" in said and "<Issr>CUR</Issr>" in said and "Ustrd" not in said
    said = pain_of(FILE, [part(reference="RF18 5390 0754 7034")]).decode()
    assert "<Ref>RF18539007547034</Ref>" in said and is_iso_reference("RF18539007547034")
    assert not is_iso_reference("RF19539007547034")
    assert "<Ustrd>Graag vermelden 7</Ustrd>" in pain_of(FILE, [part(reference="Graag vermelden 7")]).decode()
    several = [part(reference=dutch), part("-10.00", reference="", number="C-1")]
    assert "<Ustrd>2026-0418 C-1</Ustrd>" in pain_of(FILE, several).decode()


def test_names_lose_their_accents_and_not_their_letters() -> None:
    assert latin("Café Zuß & Zn. – №1", 70) == "Cafe Zuss + Zn. No1"


cents = st.integers(1, 9_999_999).map(lambda number: Decimal(number) / 100)
invoices = st.lists(
    st.tuples(
        st.lists(cents, min_size=1, max_size=3),
        st.sampled_from([Decimal(0), Decimal("0.09"), Decimal("0.21")]),
        st.sampled_from(["invoice", "invoice", "credit_note"]),
        st.sampled_from([THEIRS, "DE89370400440532013000", ""]),
        st.sampled_from(["EUR", "EUR", "USD"]),
        st.sampled_from(["a", "b"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(invoices)
def test_a_file_pays_the_invoices_to_the_cent_and_each_of_them_once(rows: list[Any]) -> None:
    """Over divisions, VAT rates, currencies, credit notes, accounts and confidential ones."""
    chosen = [candidate(*row) for row in rows]
    ready = transfers(set_off(chosen))
    paid = [each for transfer in ready for each in transfer.parts]
    assert len({each.invoice.id for each in paid}) == len(paid)
    assert all(each.invoice.currency == "EUR" and not each.problem for each in paid)
    for transfer in ready:
        assert transfer.total > 0
        assert len({each.invoice.confidential for each in transfer.parts}) == 1
        assert {each.iban for each in transfer.parts} == {transfer.iban}
    parts = [
        Part(number, each.left, transfer.iban, "x", each.invoice.number, "")
        for number, transfer in enumerate(ready, 1)
        for each in transfer.parts
    ]
    if not parts:
        return
    content = pain_of(FILE, parts)
    assert broken(content) == []
    signed = [-i.with_vat if i.kind == "credit_note" else i.with_vat for i in (each.invoice for each in paid)]
    said = [Decimal(each.text or 0) for each in all_of(etree.fromstring(content), "InstdAmt")]
    assert sum(said) == sum(signed)


def candidate(
    nets: list[Decimal], rate: Decimal, kind: str, iban: str, currency: str, supplier: str, secret: bool
) -> Candidate:
    net = sum(nets, Decimal(0))
    whole = net + (net * rate).quantize(Decimal("0.01"))
    invoice = Invoice(
        id=uuid7(), kind=kind, currency=currency, with_vat=whole, number="1", confidential=secret
    )
    left = -whole if kind == "credit_note" else whole
    return Candidate(invoice, left, supplier, iban, "" if currency == "EUR" else "currency")
