"""Rule 7.7: one search over people, contacts and remarks; export, correction, and refusal with its ground."""

import io
import json
import zipfile
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from omloop.audit.models import AuditEvent
from omloop.circulation.models import ProposedRule
from omloop.einvoice import Contact as Named
from omloop.flow.command_line import take_in
from omloop.intake.models import Channel
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope, operator_member, system_member
from omloop.organisations.models import Group, GroupRight
from omloop.organisations.rights import DefaultGroup, Right
from omloop.payees.models import AccountCheck, SupplierAccount
from omloop.people.models import Person
from omloop.tenancy.history import since
from tests.circulation.company import Company, at
from tests.circulation.reader import said, signed_in
from tests.paper import file, party
from tests.strangers.victim import make_door
from tests.world import BEGINNING, World, make_person, place

PIET = Named(name="Piet Jansma", telephone="0612345678", email="piet@kuipers.example")


@pytest.fixture
def company(world: World) -> Company:
    """Zwaluw, where Marit manages members and, with finance, sees all documents."""
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.anna))
    company.grant(world.marit, DefaultGroup.FINANCE)
    return company


def arrive(
    company: Company, number: str, contact: Named | None = PIET, *, confidential: bool = False
) -> UUID:
    """An invoice comes in that names somebody."""
    seller = replace(party("Kuipers Installatietechniek B.V.", "87654321", "NL000099998B57"), contact=contact)
    here = company.organisation.id
    accepted = take_in(
        organisation_id=here,
        data=file(number, seller=seller),
        filename="a.xml",
        channel=Channel.COMMAND_LINE,
        actor=system_member("test", here) if confidential else operator_member(here),
        confidential=confidential,
        now=at("03-02"),
    )
    with company.system():
        return UUID(str(Invoice.objects.get(document_id=accepted.document_id).id))


def search(person: Person, words: str) -> Any:
    return signed_in(person).post(reverse("data_subject"), {"words": words})


def exported(person: Person, words: str, language: str = "en") -> dict[str, bytes]:
    answer = signed_in(person, language).post(reverse("export_data_subject"), {"words": words})
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as parcel:
        return {name: parcel.read(name) for name in parcel.namelist()}


def test_a_contact_is_found_by_any_word_of_name_mail_or_telephone(company: Company) -> None:
    arrive(company, "2026-0001")
    arrive(company, "2026-0002", Named(name="Klaas Vaak"))
    arrive(company, "2026-0003", None)
    for words in ("Piet Jansma", "jansma PIET", "piet@kuipers", "0612345678"):
        text = said(search(company.world.marit, words))
        assert "Piet Jansma, piet@kuipers.example, 0612345678, contact on invoice 2026-0001" in text
        assert "2026-0002" not in text
        assert "article 52 AWR" in text, "kept, with the ground"
    assert "Nothing was found" in said(search(company.world.marit, "Kees Jansma"))


def test_an_account_is_found_with_rights_absences_decisions_and_trail(company: Company) -> None:
    invoice = arrive(company, "2026-0001")
    company.absent(company.world.anna, "05-01", "05-02", company.world.bram)
    company.limit(company.world.anna, "5000")
    company.decide(company.world.anna, invoice, "approve", remark="Akkoord, zie Piet Jansma")
    text = said(search(company.world.marit, "anna de vries"))
    for words in (
        "Anna de Vries, anna@noordgroep.example",
        "Anna de Vries in the group approver",
        "Anna de Vries approves up to 5000.00",
        "Anna de Vries away 2026-05-01 – 2026-05-02, substitute Bram Willems",
        "Anna de Vries: approved, invoice 2026-0001",
        "Right granted, by operator",
    ):
        assert words in text, words
    text = said(search(company.world.marit, "Jansma"))
    assert "“Akkoord, zie Piet Jansma”, said by Anna de Vries about invoice 2026-0001" in text


def test_a_suggested_rule_is_found_by_its_person_who_suggested_it_and_its_supplier(company: Company) -> None:
    with company.system():
        hold(company.organisation.id)
        ProposedRule.objects.create(
            organisation=company.organisation,
            supplier="Piet Jansma Klussen",
            person=company.world.anna,
            proposed_by=company.world.sanne,
            proposed_at=BEGINNING,
        )
    for words in ("Anna", "Sanne", "Piet Jansma"):
        page = said(search(company.world.marit, words))
        assert "Invoices of Piet Jansma Klussen to Anna de Vries, suggested by Sanne Bakker" in page
        assert "Suggested rules of a scheme" in page


def test_a_bank_account_is_found_by_its_name_its_iban_and_who_checked_it(company: Company) -> None:
    with company.system():
        hold(company.organisation.id)
        own: dict[str, Any] = {"organisation": company.organisation}
        account = SupplierAccount.objects.create(
            **own,
            supplier="x",
            supplier_name="Piet Jansma Klussen",
            iban="NL02ABNA0123456789",
            found_at=BEGINNING,
        )
        AccountCheck.objects.create(
            **own,
            account=account,
            kind=account.kind,
            how="Gebeld met zijn vrouw Geesje",
            checked_on=BEGINNING.date(),
            recorded_by=company.world.sanne,
            recorded_at=BEGINNING,
            confirmed_by=company.world.bram,
            confirmed_at=BEGINNING,
        )
    check = (
        "Check of bank account NL02 ABNA 0123 4567 89, by Sanne Bakker, confirmed by Bram Willems: "
        "“Gebeld met zijn vrouw Geesje”"
    )
    for words in ("Piet Jansma", "nl02 abna 0123"):
        page = said(search(company.world.marit, words))
        assert "Bank account NL02 ABNA 0123 4567 89 of Piet Jansma Klussen" in page
    for words in ("Geesje", "Bram"):
        assert check in said(search(company.world.marit, words))
    assert "Bank account NL02" not in said(search(company.world.marit, "abna"))


def test_who_never_came_in_is_found_too(company: Company) -> None:
    make_door(company.world, "jansma")
    text = said(search(company.world.marit, "Jansma"))
    assert "jansma@vanbuiten.example was invited" in text
    assert "jansma vrager asked to join" in text
    assert "asked to join" not in said(search(company.world.sanne, "Jansma"))


def test_the_file_has_letter_page_and_json_in_both_languages(company: Company) -> None:
    arrive(company, "2026-0001")
    inside = exported(company.world.marit, "Piet Jansma")
    assert set(inside) == {"letter.html", "data.html", "data.json", "style.css", "SHA256SUMS"}
    (found,) = json.loads(inside["data.json"])["places"]
    assert (found["kind"], found["name"], found["organisation"]) == (
        "contacts",
        "Piet Jansma",
        "Zwaluw Techniek B.V.",
    )
    assert "article 17(3)(b) GDPR" in inside["letter.html"].decode()
    assert "Piet Jansma" in inside["data.html"].decode()
    letter = exported(company.world.marit, "Piet Jansma", "nl")["letter.html"].decode()
    assert "artikel 17, derde lid, onder b, AVG" in letter
    assert "Geachte heer of mevrouw" in letter
    nothing = exported(company.world.marit, "Nobody Atall")["letter.html"].decode()
    assert "We keep no data of you" in nothing


def test_the_trail_knows_that_was_searched_and_never_for_whom(company: Company) -> None:
    arrive(company, "2026-0001")
    search(company.world.marit, "Piet Jansma")
    search(company.world.marit, " piet  jansma ")
    exported(company.world.marit, "Klaas Vaak")
    with member_scope(company.world.marit, now=at("06-01")):
        events = list(AuditEvent.objects.filter(name__startswith="data_subject.").order_by("id"))
    assert {event.chain_id for event in events} == {company.world.zwaluw.id, company.world.beheer.id}
    assert all(event.person_id == company.world.marit.id for event in events)
    assert "iet" not in json.dumps([event.detail for event in events]).lower()
    asked = [event.detail["asked"] for event in events if event.chain_id == company.world.zwaluw.id]
    assert asked[0] == asked[1] != asked[2]


def test_documents_are_searched_only_where_one_sees_all_and_the_page_says_where_not(company: Company) -> None:
    arrive(company, "2026-0001")
    text = said(search(company.world.marit, "Piet Jansma"))
    assert "At Noord Beheer B.V. you do not see all documents" in text
    company.withdraw(company.world.marit, DefaultGroup.FINANCE)
    text = said(search(company.world.marit, "Piet Jansma"))
    assert "At Noord Beheer B.V., Zwaluw Techniek B.V. you do not" in text
    assert "2026-0001" not in text


def test_nothing_confidential_is_found_without_the_right(company: Company) -> None:
    arrive(company, "2026-SECRET", confidential=True)
    assert "Nothing was found" in said(search(company.world.marit, "Piet Jansma"))
    with company.system():
        hold(company.organisation.id)
        group = Group.objects.create(organisation=company.organisation, name="insiders")
        GroupRight.objects.create(
            organisation=company.organisation,
            group=group,
            right=Right.VIEW_CONFIDENTIAL,
            valid=since(BEGINNING),
        )
    company.grant(company.world.marit, "insiders")
    assert "2026-SECRET" in said(search(company.world.marit, "Piet Jansma"))


def test_who_manages_no_members_may_not_search(company: Company) -> None:
    for person in (company.world.anna, company.world.sanne):
        assert signed_in(person).get(reverse("data_subject")).status_code == 403
        assert search(person, "Piet Jansma").status_code == 403
        answer = signed_in(person).post(reverse("export_data_subject"), {"words": "Piet Jansma"})
        assert answer.status_code == 403


def test_somebody_from_elsewhere_finds_nothing_of_these_organisations(company: Company) -> None:
    arrive(company, "2026-0001")
    for words in ("Piet Jansma", "Anna de Vries"):
        assert "Nothing was found" in said(search(company.world.otto, words))


def test_too_few_letters_are_refused_with_what_to_do(company: Company) -> None:
    answer = search(company.world.marit, "an")
    assert (answer.status_code, "Type three letters or more" in said(answer)) == (422, True)


def correct(actor: Person, person: Person, name: str) -> int:
    address = reverse("correct_data_subject", args=[person.id])
    return int(signed_in(actor).post(address, {"name": name}).status_code)


def test_a_name_is_corrected_and_the_trail_keeps_neither_name(company: Company) -> None:
    assert "Correct the name of anna@noordgroep.example" in said(search(company.world.marit, "anna"))
    assert correct(company.world.marit, company.world.anna, " Anna  de Vries-Bos ") == 302
    assert Person.objects.get(id=company.world.anna.id).name == "Anna de Vries-Bos"
    with company.system():
        event = AuditEvent.objects.get(name="person.name_corrected")
        assert (event.subject_id, event.detail) == (company.world.anna.id, {})
    assert correct(company.world.marit, company.world.anna, "  ") == 302
    assert Person.objects.get(id=company.world.anna.id).name == "Anna de Vries-Bos"


def test_who_has_a_place_elsewhere_too_corrects_his_name_himself(company: Company) -> None:
    place(company.world.anna, company.world.vuurtoren, DefaultGroup.APPROVER)
    assert "Correct the name of" not in said(search(company.world.marit, "anna"))
    assert correct(company.world.marit, company.world.anna, "Mallory") == 403
    assert correct(company.world.marit, make_person("Nora Nergens"), "Mallory") == 404
    assert correct(company.world.sanne, company.world.bram, "Mallory") == 403
    assert Person.objects.get(id=company.world.anna.id).name == "Anna de Vries"


def test_the_number_of_queries_does_not_grow_with_what_is_found(company: Company) -> None:
    def queries() -> int:
        client = signed_in(company.world.marit)
        with CaptureQueriesContext(connection) as captured:
            assert client.post(reverse("data_subject"), {"words": "noordgroep"}).status_code == 200
        return len(captured)

    before = queries()
    for number in range(4):
        arrive(company, f"2026-{number:04}", Named(email=f"p{number}@noordgroep.example"))
        company.decide(company.world.anna, company.arrive(number=str(number)), "approve")
    assert queries() == before
