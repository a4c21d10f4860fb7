"""Rules 2.4 and 2.8: what the PDF of an e-invoice says otherwise is a finding, and its text is found."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.urls import reverse

from omloop.audit.models import AuditEvent
from omloop.einvoice import Attachment, Flag
from omloop.flow.command_line import take_in
from omloop.intake.models import Channel
from omloop.invoices.models import Invoice, Validation
from omloop.organisations.members import operator_member, system_scope
from omloop.pdf.rendering import render
from omloop.pdf.words import Language
from omloop.recognition.pdfs import read_pdfs, read_pdfs_now
from tests.circulation.company import THE_DAY_AFTER
from tests.circulation.reader import said, signed_in
from tests.invoices.test_pdfs import hybrid_invoice
from tests.paper import euro, file, paper
from tests.pdf.nasty import blank, content_bomb
from tests.recognition.drawn import drawn, odd
from tests.world import World

RunJobs = Callable[[], None]
INVOICE = paper("2026-0418")


def with_pdf(pdf: bytes, name: str = "2026-0418.pdf") -> bytes:
    """The e-invoice with this PDF attached."""
    attached = Attachment(number="1", content=pdf, mime_type="application/pdf", filename=name)
    return file("2026-0418", attachments=(attached,))


def picture(**changes: object) -> bytes:
    """What the supplier's program made of it, with something else on it."""
    return render(replace(INVOICE, **changes), language=Language.NL)  # type: ignore[arg-type]


def labelled(number: str) -> bytes:
    """A PDF that names its number in full."""
    return drawn([(60, 60, "Factuurnummer"), (200, 60, number), (60, 100, "Factuurdatum 3 april 2026")])


def rules(data: bytes) -> list[str]:
    return [finding.rule for finding in read_pdfs(data).findings]


def test_a_pdf_that_says_the_same_has_no_finding() -> None:
    assert rules(with_pdf(picture())) == []
    assert rules(hybrid_invoice()) == []


def test_another_number_amount_or_iban_is_each_a_warning_of_its_own() -> None:
    assert rules(with_pdf(labelled("2026-9999"))) == ["OML-PDF-11"]
    twice, nothing = euro("242"), euro("0")
    totals = replace(INVOICE.totals, payable=twice, with_vat=twice, without_vat=twice, vat=nothing)
    assert rules(with_pdf(picture(totals=totals))) == ["OML-PDF-12"]
    means = replace(INVOICE.payment_means[0], iban="NL91ABNA0417164300")
    assert rules(with_pdf(picture(payment_means=(means,)))) == ["OML-PDF-13"]
    found = read_pdfs(with_pdf(picture(payment_means=(means,)))).findings[0]
    assert found.flag is Flag.WARNING and found.terms == ("BT-84",)
    assert "NL91ABNA0417164300" in found.nl and "NL02ABNA0123456789" in found.en


@pytest.mark.parametrize(
    "pdf",
    [
        labelled("2026 - 0418"),
        drawn([(60, 60, "Werkbon 77"), (60, 80, "Totaal uren"), (200, 80, "8,00")]),
        blank(),
        content_bomb(),
        b"%PDF-1.4 broken",
    ],
    ids=["other signs", "no invoice", "a picture", "a bomb", "broken"],
)
def test_what_does_not_surely_differ_is_left_alone(pdf: bytes) -> None:
    assert rules(with_pdf(pdf)) == []


def test_the_finding_stands_with_the_others_once_and_holds_nothing_up(
    world: World, run_jobs: RunJobs
) -> None:
    take_in(
        organisation_id=world.zwaluw.id,
        data=with_pdf(labelled("2026-9999")),
        filename="a.xml",
        channel=Channel.COMMAND_LINE,
        actor=operator_member(world.zwaluw.id),
    )
    run_jobs()
    with system_scope("test", world.zwaluw.id):
        invoice = Invoice.objects.get()
        assert invoice.state == Invoice.State.CIRCULATING
        assert Validation.objects.latest("id").warnings == 1
    read_pdfs_now(invoice.id, world.zwaluw.id, THE_DAY_AFTER)
    with system_scope("test", world.zwaluw.id):
        assert AuditEvent.objects.filter(name="invoice.pdf_differs").count() == 1
        assert Validation.objects.count() == 2
    page = signed_in(world.sanne).get(reverse("invoice", args=[invoice.id]), {"part": "validation"})
    assert "The invoice number in the supplier's PDF (2026-9999) is another" in said(page)


def test_an_invoice_is_found_by_the_words_of_its_pdf_and_by_those_of_a_typed_one(
    world: World, run_jobs: RunJobs
) -> None:
    specified = drawn([*odd("2026-0418"), (60, 700, "Reparatie zonnescherm entresol")])
    take_in(
        organisation_id=world.zwaluw.id,
        data=with_pdf(specified),
        filename="a.xml",
        channel=Channel.COMMAND_LINE,
        actor=operator_member(world.zwaluw.id),
    )
    client = signed_in(world.sanne)
    assert "Nothing found" in said(client.get(reverse("invoices"), {"q": "zonneschermen"}))
    run_jobs()
    assert "2026-0418" in said(client.get(reverse("invoices"), {"q": "zonnescherm entresol"}))
    assert "2026-0418" in said(client.get(reverse("invoices"), {"q": "Kuipers ventilator"}))
    assert "Nothing found" in said(signed_in(world.anna).get(reverse("invoices"), {"q": "zonnescherm"}))
