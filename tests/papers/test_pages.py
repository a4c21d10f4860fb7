"""The PDF of an invoice on its page, and the settings of it (rules 2.4, 2.6, 4.7)."""

from io import BytesIO
from uuid import UUID

import pikepdf
import pytest
from django.http import HttpResponse
from django.urls import reverse

from omloop.audit.models import AuditEvent
from omloop.circulation.deciding.withdrawing import withdraw
from omloop.circulation.models import Decision
from omloop.circulation.routing.recoding import after_typing
from omloop.flow.command_line import take_in
from omloop.intake.models import Channel
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope, operator_member, system_scope
from omloop.papers.approvals import approval_of
from omloop.papers.models import Direction, Generate
from omloop.papers.options import Options, options_of
from omloop.pdf import guarded
from omloop.pdf.words import Language
from tests.circulation.company import THE_DAY_AFTER, Company, at
from tests.invoices.test_pages import as_
from tests.paper import PAGE, file
from tests.world import World


def arrive(world: World, **changes: object) -> UUID:
    """An invoice comes in at Zwaluw; its id."""
    take_in(
        organisation_id=world.zwaluw.id,
        data=file("PDF-1", **changes),
        filename="invoice.xml",
        channel=Channel.COMMAND_LINE,
        actor=operator_member(world.zwaluw.id),
    )
    with system_scope("test", world.zwaluw.id):
        return UUID(str(Invoice.objects.get().id))


def answer(world: World, invoice_id: UUID, asked: str = "") -> HttpResponse:
    found: HttpResponse = as_(world.sanne).get(reverse("invoice_pdf", args=[invoice_id]) + asked)
    return found


def test_the_button_gives_the_pdf_that_the_settings_say(world: World) -> None:
    invoice_id = arrive(world)
    address = reverse("invoice_pdf", args=[invoice_id])
    assert address in as_(world.sanne).get(reverse("invoice", args=[invoice_id])).content.decode()
    given = answer(world, invoice_id)
    assert given.content.startswith(b"%PDF-")
    assert "Kuipers" in given["Content-Disposition"] and "attachment" in given["Content-Disposition"]
    assert "gemaakt uit de e-factuur" in guarded.look(given.content).text


@pytest.mark.parametrize(
    ("asked", "pages"), [("?as=picture", 1), ("?as=merged", 2), ("?as=merged&approval=1", 3)]
)
def test_one_can_ask_for_another_pdf(world: World, asked: str, pages: int) -> None:
    invoice_id = arrive(world, attachments=(PAGE,))
    assert guarded.look(answer(world, invoice_id, asked).content).pages == pages


def test_a_hybrid_pdf_carries_the_e_invoice_as_factur_x(world: World) -> None:
    made = answer(world, arrive(world), "?as=hybrid").content
    assert b"PDF-1" in (guarded.read_hybrid(made) or b"")
    with pikepdf.open(BytesIO(made)) as pdf:
        metadata = pdf.Root.Metadata.read_bytes()
        assert [metadata.count(word) for word in (b"EN 16931", b">factur-x.xml<")] == [1, 1]
        opened = pdf.open_metadata()
        assert [opened[f"pdfaid:{key}"] for key in ("part", "conformance")] == ["3", "A"]
        assert pdf.Root.AF[0].AFRelationship == "/Alternative"


def test_what_there_is_not_is_said_in_words(world: World) -> None:
    invoice_id = arrive(world)
    refused = as_(world.sanne).get(reverse("invoice_pdf", args=[invoice_id]) + "?as=original", follow=True)
    assert "heeft bij deze factuur geen pdf gestuurd" in refused.content.decode()
    assert answer(world, invoice_id, "?as=evil").status_code == 404


def test_nobody_gets_the_pdf_of_an_invoice_that_he_can_not_see(world: World) -> None:
    invoice_id = Company(world, world.zwaluw).store(confidential=True)
    address = reverse("invoice_pdf", args=[invoice_id])
    assert {as_(person).get(address).status_code for person in (world.otto, world.bram, world.sanne)} == {404}


def settings(world: World, **posted: str) -> dict[str, str]:
    """A form: never for what comes in, always and merged for what goes out."""
    return {
        "receiving-generate": "never",
        "sending-generate": "always",
        "sending-merge": "on",
        **posted,
    }


def test_the_settings_are_saved_for_each_direction_with_an_event(world: World) -> None:
    address = reverse("pdf_settings", args=[world.zwaluw.id])
    assert as_(world.marit).post(address, settings(world)).status_code == 302
    with system_scope("test", world.zwaluw.id):
        assert options_of(world.zwaluw.id) == {
            Direction.RECEIVING: Options(Generate.NEVER, merge=False),
            Direction.SENDING: Options(Generate.ALWAYS, merge=True),
        }
        event = AuditEvent.objects.get(name="organisation.pdf_options_set")
        assert event.person_id == world.marit.id
    refused = as_(world.sanne).get(reverse("invoice_pdf", args=[arrive(world)]), follow=True)
    assert "Er is geen pdf" in refused.content.decode()


def test_a_change_is_shown_before_it_is_saved(world: World) -> None:
    address = reverse("pdf_settings", args=[world.zwaluw.id])
    shown = as_(world.marit).post(address, settings(world, preview=""))
    page = shown.content.decode()
    assert shown.status_code == 200
    assert "Wat je krijgt, nu en na opslaan" in page and "Geen pdf" in page
    with system_scope("test", world.zwaluw.id):
        assert set(options_of(world.zwaluw.id).values()) == {Options()}


def test_only_who_manages_settings_changes_them(world: World) -> None:
    address = reverse("pdf_settings", args=[world.zwaluw.id])
    assert as_(world.sanne).post(address, settings(world)).status_code == 403
    assert as_(world.otto).get(address).status_code == 404
    assert as_(world.marit).post(address, {"receiving-generate": "evil"}).status_code == 404


def test_the_page_of_approvals_says_b_for_a(world: World) -> None:
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.anna))
    company.absent(world.anna, "03-01", "03-10", world.bram)
    invoice_id = company.arrive()
    task = company.task(invoice_id)
    company.decide(world.bram, task, Decision.Action.APPROVE, remark="In orde, geleverd.")
    with company.system():
        invoice = Invoice.objects.select_related("organisation").get(id=invoice_id)
        text = {
            language: guarded.look(approval_of(invoice, language=language, now=THE_DAY_AFTER)).text
            for language in Language
        }
    assert "Bram Willems, namens Anna de Vries" in text[Language.NL]
    assert "In orde, geleverd." in text[Language.NL] and "3 maart 2026" in text[Language.NL].replace(
        "\u00a0", " "
    )
    assert "Bram Willems, for Anna de Vries" in text[Language.EN] and "approved" in text[Language.EN]


def test_the_page_of_approvals_says_which_count_no_more_and_which_count_as_a_check(world: World) -> None:
    company = Company(world, world.zwaluw)
    company.rule(("check", world.bram), ("approve", world.anna))
    company.limit(world.anna, "500")
    invoice_id = company.arrive()
    company.decide(world.bram, invoice_id, "check", remark="Geteld.")
    company.decide(world.anna, invoice_id, "approve", remark="Akkoord wat mij betreft.")
    with member_scope(world.anna, now=at("03-04")) as anna:
        last = Decision.objects.get(person=world.anna)
        withdraw(decision_id=last.id, remark="Verkeerde factuur.", actor=anna, now=at("03-04"))
    with company.system() as system:
        hold(world.zwaluw.id)
        Invoice.objects.filter(id=invoice_id).update(iban="NL02ABNA0123456789")
        invoice = Invoice.objects.select_related("organisation").get(id=invoice_id)
        after_typing(invoice, typed_by=world.sanne.id, actor=system, now=at("03-05"))
        pdf = approval_of(invoice, language=Language.EN, now=at("03-06"))
    text = " ".join(guarded.look(pdf).text.replace("\u00a0", " ").split())
    assert "The amount is above the limit, so this approval counts as a check." in text
    assert "Withdrawn on 4 March 2026, 12:00: Verkeerde factuur." in text
    assert "Lapsed on 5 March 2026, 12:00, by Sanne Bakker" in text
