"""Rule 2.2: a plain PDF or image is recognised, confirmed beside the picture, and teaches the next one."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from uuid import UUID

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from omloop.audit.models import AuditEvent
from omloop.circulation.models import Decision
from omloop.circulation.models.configuration import FourEyes
from omloop.circulation.routing.configuring import Configuration, configure
from omloop.flow.command_line import take_in
from omloop.intake.models import Channel, Document
from omloop.invoices.models import Invoice, InvoiceLine, Validation
from omloop.organisations.members import member_scope, operator_member, system_member, system_scope
from omloop.organisations.rights import DefaultGroup
from omloop.people.models import Person
from omloop.recognition.forms import TypingForm, from_proposals
from omloop.recognition.models import Layout, Recognition, Typing
from omloop.recognition.queries import proposals_for, reading_of
from omloop.recognition.services import type_invoice
from tests.circulation.company import BEFORE, Company
from tests.circulation.reader import said, signed_in
from tests.paper import file
from tests.pdf.nasty import blank
from tests.recognition.drawn import drawn, odd
from tests.world import World

RunJobs = Callable[[], None]
FIELDS = re.compile(r'<input type="(?:text|date)" name="(\w+)"(?: value="([^"]*)")?')


def arrive(world: World, data: bytes, *, name: str = "factuur.pdf", confidential: bool = False) -> UUID:
    """A file comes in at Zwaluw and is looked at."""
    taken = take_in(
        organisation_id=world.zwaluw.id,
        data=data,
        filename=name,
        channel=Channel.COMMAND_LINE,
        actor=system_member("test", world.zwaluw.id) if confidential else operator_member(world.zwaluw.id),
        confidential=confidential,
    )
    assert taken.document_id
    return taken.document_id


def address(document_id: UUID) -> str:
    return reverse("recognise", args=[document_id])


def look(person: Person, document_id: UUID) -> HttpResponse:
    page: HttpResponse = signed_in(person).get(address(document_id))
    return page


def filled_in(page: HttpResponse) -> dict[str, str]:
    """What the form would send as it stands there."""
    form = page.content.decode().partition('<form class="form"')[2]
    return {"kind": "invoice", **{name: unescape(value) for name, value in FIELDS.findall(form)}}


def confirm(person: Person, document_id: UUID, **changes: str) -> HttpResponse:
    """Open the page, change something, confirm."""
    sent = filled_in(look(person, document_id)) | changes
    answer: HttpResponse = signed_in(person).post(address(document_id), sent)
    return answer


def typed(world: World) -> Invoice:
    with system_scope("test", world.zwaluw.id):
        return Invoice.objects.latest("id")


def test_a_plain_pdf_waits_is_confirmed_beside_its_picture_and_circulates(
    world: World, run_jobs: RunJobs
) -> None:
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.anna))
    document_id = arrive(world, drawn(odd("2026-0418")))
    run_jobs()
    waiting = signed_in(world.sanne).get(reverse("to_recognise"))
    assert "factuur.pdf" in said(waiting) and "text of the PDF" in said(waiting)
    page = look(world.sanne, document_id)
    assert filled_in(page)["with_vat"] == "121.00" and filled_in(page)["iban"] == "NL02ABNA0123456789"
    assert "by “Totaal”, and the totals add up" in said(page)
    assert 'data-field="with_vat"' in page.content.decode()
    assert confirm(world.sanne, document_id, number="2026-0418").status_code == 302
    run_jobs()
    invoice = typed(world)
    assert (invoice.number, invoice.state, invoice.payable) == ("2026-0418", "circulating", 121)
    assert (invoice.issued_on, invoice.due_on) == (date(2026, 4, 3), date(2026, 4, 17))
    assert (invoice.supplier_kvk, invoice.buyer_name) == ("87654321", "Zwaluw Techniek B.V.")
    assert company.task(invoice.id).holder == world.anna
    with system_scope("test", world.zwaluw.id):
        assert Document.objects.get().state == Document.State.READ
        assert [each["rule"] for each in Validation.objects.get().findings] == ["OML-REC-01"]


def test_what_was_confirmed_makes_the_second_invoice_right_where_the_first_was_not(
    world: World, run_jobs: RunJobs
) -> None:
    first = arrive(world, drawn(odd("2026-0418")))
    second = arrive(world, drawn(odd("2026-0777", total="242,00", net="200,00", vat="42,00")))
    run_jobs()
    assert filled_in(look(world.sanne, first))["number"] == "D-77001"
    assert filled_in(look(world.sanne, second))["number"] == "D-77001"
    confirm(world.sanne, first, number="2026-0418")
    page = look(world.sanne, second)
    assert filled_in(page)["number"] == "2026-0777"
    assert "in the place where you confirmed it before" in said(page)
    assert (filled_in(page)["without_vat"], filled_in(page)["with_vat"]) == ("200.00", "242.00")


def test_a_supplier_of_earlier_e_invoices_is_known_by_his_numbers(world: World, run_jobs: RunJobs) -> None:
    arrive(world, file("2026-0001"), name="a.xml")
    texts = [each for each in odd("2026-0418") if "Kuipers" not in each[2]]
    document_id = arrive(world, drawn(texts))
    run_jobs()
    page = look(world.sanne, document_id)
    assert filled_in(page)["supplier_name"] == "Kuipers Installatietechniek B.V."
    assert "Sure: known from an earlier invoice of this supplier" in said(page)


def test_totals_that_do_not_fit_and_numbers_that_can_not_be_are_said_in_words(
    world: World, run_jobs: RunJobs
) -> None:
    document_id = arrive(world, drawn(odd("2026-0418")))
    run_jobs()
    refused = confirm(world.sanne, document_id, with_vat="122", iban="NL03ABNA0123456789", issued_on="")
    assert refused.status_code == 422
    for words in ("without VAT and VAT make 121.00", "This IBAN can", "This field is required"):
        assert words in said(refused)
    with system_scope("test", world.zwaluw.id):
        assert not Invoice.objects.exists()


@pytest.mark.parametrize(("left_out", "amount"), [("without_vat", 100), ("vat", 21), ("with_vat", 121)])
def test_one_of_the_totals_may_be_left_out(
    world: World, run_jobs: RunJobs, left_out: str, amount: int
) -> None:
    document_id = arrive(world, drawn(odd("2026-0418")))
    run_jobs()
    confirm(world.sanne, document_id, **{left_out: ""})
    assert getattr(typed(world), left_out) == amount


def test_of_several_vat_rates_one_says_how_much_each_is_of_and_they_become_its_lines(
    world: World, run_jobs: RunJobs
) -> None:
    document_id = arrive(world, drawn(odd("2026-0418")))
    run_jobs()
    totals = {"without_vat": "150,00", "vat": "25,50", "with_vat": "175,50"}
    parts = {"net_21": "100,00", "net_9": "50,00"}
    wrong = confirm(world.sanne, document_id, **totals, net_21="100,00", net_9="40,00")
    assert "The amounts per rate make 140.00, not the total without VAT." in said(wrong)
    wrong = confirm(world.sanne, document_id, **totals, net_21="50,00", net_9="100,00")
    assert "At these rates the VAT would be 19.50." in said(wrong)
    assert confirm(world.sanne, document_id, **totals, **parts).status_code == 302

    def lines() -> list[tuple[int, int]]:
        with system_scope("test", world.zwaluw.id):
            rows = InvoiceLine.objects.filter(net__gt=0).order_by("position").values_list("vat_rate", "net")
            return [(int(rate), int(net)) for rate, net in rows]

    assert lines() == [(21, 100), (9, 50)]
    assert filled_in(look(world.sanne, document_id))["net_9"] == "50.00"
    # One rate alone follows from the totals, also when they are typed again.
    confirm(world.sanne, document_id, **{**totals, "vat": "31,50", "with_vat": "181,50"}, net_21="", net_9="")
    assert lines() == [(21, 150)]
    with system_scope("test", world.zwaluw.id):
        changed = Typing.objects.latest("id").changed
    assert changed["per_rate"] == ["100.00 (21%), 50.00 (9%)", "150.00 (21%)"]


def test_two_who_confirm_make_one_invoice_and_the_other_is_told(world: World, run_jobs: RunJobs) -> None:
    document_id = arrive(world, drawn(odd("2026-0418")))
    run_jobs()
    sent = filled_in(look(world.sanne, document_id))
    Company(world, world.zwaluw).grant(world.marit, DefaultGroup.FINANCE)
    assert signed_in(world.sanne).post(address(document_id), sent).status_code == 302
    again = signed_in(world.marit).post(address(document_id), sent)
    assert again.status_code in (302, 409)
    with system_scope("test", world.zwaluw.id):
        assert Invoice.objects.count() == 1


def test_only_who_may_add_says_what_a_file_says_and_a_stranger_finds_nothing(
    world: World, run_jobs: RunJobs
) -> None:
    document_id = arrive(world, drawn(odd("2026-0418")))
    secret = arrive(world, drawn(odd("S-1")), confidential=True)
    run_jobs()
    asked = {
        person: look(person, document_id).status_code for person in (world.sanne, world.anna, world.otto)
    }
    assert asked == {world.sanne: 200, world.anna: 404, world.otto: 404}
    assert look(world.sanne, secret).status_code == 404
    xml = arrive(world, file("2026-0001"), name="a.xml")
    assert look(world.sanne, xml).status_code == 404


def test_nothing_is_learned_from_a_confidential_paper(world: World, run_jobs: RunJobs) -> None:
    secret = arrive(world, drawn(odd("S-1")), confidential=True)
    run_jobs()
    with system_scope("test", world.zwaluw.id) as system:
        document = Document.objects.get(id=secret)
        reading = reading_of(Recognition.objects.get(), world.zwaluw)
        form = TypingForm(from_proposals(proposals_for(reading, world.zwaluw)))
        assert form.is_valid()
        type_invoice(document, form.cleaned_data, actor=system, now=BEFORE)
        assert Recognition.objects.get(document_id=secret).confidential
        assert Typing.objects.get().confidential and not Layout.objects.exists()


@pytest.mark.parametrize(
    ("four_eyes", "holder"),
    [(FourEyes.APPROVE, "fallback"), (FourEyes.ALL, "fallback"), (FourEyes.OFF, "Sanne")],
)
def test_who_typed_an_invoice_does_not_approve_it(
    world: World, run_jobs: RunJobs, four_eyes: str, holder: str
) -> None:
    company = Company(world, world.zwaluw)
    company.grant(world.sanne, DefaultGroup.APPROVER)
    company.rule(("approve", world.sanne))
    with member_scope(world.marit, now=BEFORE) as marit:
        wanted = Configuration(four_eyes=four_eyes)
        configure(organisation_id=world.zwaluw.id, wanted=wanted, actor=marit, now=BEFORE)
    document_id = arrive(world, drawn(odd("2026-0418")))
    run_jobs()
    confirm(world.sanne, document_id)
    run_jobs()
    task = company.task(typed(world).id)
    assert (task.holder.name.split()[0] if task.holder else "fallback") == holder
    with system_scope("test", world.zwaluw.id):
        assert Typing.objects.get().typed_by_id == world.sanne.id


def test_typing_again_is_making_too_and_what_was_approved_is_asked_again(
    world: World, run_jobs: RunJobs
) -> None:
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.anna))
    document_id = arrive(world, drawn(odd("2026-0418")))
    run_jobs()
    confirm(world.sanne, document_id)
    run_jobs()
    invoice_id = typed(world).id
    company.decide(world.anna, invoice_id, Decision.Action.APPROVE, now=timezone.now())
    assert company.invoice(invoice_id).state == "approved"
    data = signed_in(world.sanne).get(reverse("invoice", args=[invoice_id]), {"part": "data"})
    assert "Change what was typed" in said(data) and "PDF or image, typed" in said(data)
    assert confirm(world.sanne, document_id, iban="NL91ABNA0417164300").status_code == 302
    run_jobs()
    assert company.invoice(invoice_id).state == "circulating"
    task = company.task(invoice_id)
    assert (task.holder, task.why["sent"]) == (world.anna, {"retyped_by": str(world.sanne.id)})
    page = signed_in(world.anna).get(reverse("invoice", args=[invoice_id]))
    assert "Sanne Bakker changed the data of the invoice" in said(page)
    with system_scope("test", world.zwaluw.id):
        assert Typing.objects.latest("id").changed == {"iban": ["NL02ABNA0123456789", "NL91ABNA0417164300"]}
        assert AuditEvent.objects.get(name="invoice.typed_again").detail == {"fields": ["iban"]}


def test_what_waits_for_who_types_again_goes_to_somebody_who_did_not(world: World, run_jobs: RunJobs) -> None:
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.anna))
    company.grant(world.anna, "finance")
    document_id = arrive(world, drawn(odd("2026-0418")))
    run_jobs()
    confirm(world.sanne, document_id)
    run_jobs()
    assert company.task(typed(world).id).holder == world.anna
    confirm(world.anna, document_id, order_reference="PO-7")
    run_jobs()
    task = company.task(typed(world).id)
    assert (task.holder, task.fallback) == (None, "barred")
    assert task.why["sent"] == {"retyped_by": str(world.anna.id)}


def test_a_page_without_text_can_be_typed_all_the_same(world: World, run_jobs: RunJobs) -> None:
    document_id = arrive(world, blank())
    assert "This file is being read" in said(look(world.sanne, document_id))
    run_jobs()
    sent = {
        "supplier_name": "Bakker Smit",
        "number": "17",
        "issued_on": "2026-04-03",
        "vat": "9",
        "with_vat": "109",
    }
    assert confirm(world.sanne, document_id, **sent).status_code == 302
    assert (typed(world).without_vat, typed(world).supplier_name) == (100, "Bakker Smit")


def test_the_list_and_the_page_ask_as_little_for_many_as_for_few(world: World, run_jobs: RunJobs) -> None:
    client = signed_in(world.sanne)
    counts = []
    for number in range(4):
        arrive(world, drawn(odd(f"N-{number}")))
        if number in (0, 3):
            run_jobs()
            with CaptureQueriesContext(connection) as asked:
                assert client.get(reverse("to_recognise")).status_code == 200
            counts.append(len(asked))
    assert counts[0] == counts[1]


def test_an_empty_list_says_what_comes_to_stand_there(world: World) -> None:
    assert "Nothing waits for recognition" in said(signed_in(world.sanne).get(reverse("to_recognise")))
