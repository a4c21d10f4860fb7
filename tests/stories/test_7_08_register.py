"""Rule 7.8: who could approve what on any past day, and a sample that can be drawn again."""

import csv
import io
import json
import re
import zipfile
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from omloop.audit.actors import OPERATOR
from omloop.audit.models import AuditEvent
from omloop.flow.command_line import take_in
from omloop.intake import files
from omloop.intake.models import Channel, Document
from omloop.invoices.models import Invoice
from omloop.organisations.deactivation import close_account, deactivate, reactivate
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope, operator_member, system_member
from omloop.organisations.models import Group, GroupRight, Organisation
from omloop.organisations.rights import DefaultGroup, Right
from omloop.organisations.services import grant, set_limit
from omloop.people.models import Person
from omloop.tenancy.history import since
from omloop.tenancy.scope import tenant_scope
from tests.circulation.company import Company, at
from tests.circulation.reader import moment, said, signed_in
from tests.paper import file
from tests.world import BEGINNING, World


@pytest.fixture
def company(world: World) -> Company:
    """Zwaluw with an auditor, Lotte, who reads everything and changes nothing."""
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.anna))
    company.grant(world.otto, DefaultGroup.READER)
    return company


def page(company: Company, day: str, person: Person | None = None, **more: str) -> Any:
    """The register of a day of 2026, as the auditor opens it."""
    address = reverse("register", args=[company.organisation.id])
    return signed_in(person or company.world.otto).get(address, {"day": f"2026-{day}", **more})


def names(company: Company, day: str) -> set[str]:
    """Who stands in the register of that day."""
    sheet = page(company, day, format="csv").content.decode("utf-8-sig")
    return {row["Name"] for row in csv.DictReader(io.StringIO(sheet), delimiter=";")}


def as_member(company: Company, person: Person, now: datetime, **change: Any) -> None:
    """Marit, the administrator, changes something of a person."""
    with member_scope(company.world.marit, now=now) as marit:
        for service in change.pop("services"):
            service(
                organisation_id=company.organisation.id, person_id=person.id, actor=marit, now=now, **change
            )


def test_whose_right_was_withdrawn_in_march_stands_in_february_and_not_in_april(company: Company) -> None:
    company.withdraw(company.world.anna, DefaultGroup.APPROVER, at("03-10", "15:00"))
    assert names(company, "02-15") == {"Anna de Vries", "Bram Willems"}
    assert names(company, "04-15") == {"Bram Willems"}
    assert names(company, "03-10") == {"Anna de Vries", "Bram Willems"}, "until three she could"
    assert names(company, "03-11") == {"Bram Willems"}
    assert "until" in said(page(company, "03-10"))


def test_a_day_ends_at_midnight_of_the_organisation(company: Company) -> None:
    with tenant_scope(None, [company.organisation.id]):
        Organisation.objects.filter(id=company.organisation.id).update(time_zone="America/New_York")
    company.withdraw(
        company.world.anna, DefaultGroup.APPROVER, datetime.fromisoformat("2026-03-11T03:30+00:00")
    )
    assert "Anna de Vries" in names(company, "03-10"), "in New York it is still the tenth"
    assert "Anna de Vries" not in names(company, "03-11")
    Company(company.world, company.world.beheer).withdraw(
        company.world.anna, DefaultGroup.APPROVER, datetime.fromisoformat("2026-03-10T23:00+00:00")
    )
    beheer = Company(company.world, company.world.beheer)
    beheer.grant(company.world.otto, DefaultGroup.READER)
    assert "Anna de Vries" in names(beheer, "03-10")
    assert "Anna de Vries" not in names(beheer, "03-11"), "it ended at midnight itself"


def test_it_says_by_which_group_since_when_and_granted_by_whom(company: Company) -> None:
    as_member(company, company.world.sanne, at("03-05"), services=[grant], group=DefaultGroup.APPROVER)
    text = said(page(company, "03-06"))
    since_march, since_ever = moment(at("03-05")), moment(BEGINNING)
    assert f"Sanne Bakker sanne@noordgroep.example approver since {since_march}, by Marit Hoekstra" in text
    assert f"Anna de Vries anna@noordgroep.example approver since {since_ever}, by Operator" in text
    assert "R-07 approves" in text


def test_a_right_that_a_group_got_later_counts_from_then_on(company: Company) -> None:
    with company.system():
        hold(company.organisation.id)
        group = Group.objects.create(organisation=company.organisation, name="directors")
        GroupRight.objects.create(
            organisation=company.organisation, group=group, right=Right.APPROVE, valid=since(at("03-20"))
        )
    company.grant(company.world.marit, "directors", at("03-01"))
    assert "Marit Hoekstra" not in names(company, "03-19")
    assert "Marit Hoekstra" in names(company, "03-20")


def test_a_limit_that_changed_in_between_shows_as_it_was(company: Company) -> None:
    for day, amount in (("02-01", "5000"), ("03-15", "10000"), ("04-01", None)):
        limit = Decimal(amount) if amount else None
        as_member(company, company.world.anna, at(day), services=[set_limit], amount=limit)
    assert (
        f"Anna de Vries anna@noordgroep.example approver since {moment(BEGINNING)}, by Operator any amount"
        in said(page(company, "01-20"))
    )
    assert f"€5,000.00 since {moment(at('02-01'))}, by Marit Hoekstra" in said(page(company, "02-20"))
    both = said(page(company, "03-15"))
    assert "€5,000.00" in both, "in the morning"
    assert "€10,000.00" in both, "in the afternoon"
    assert "€5,000.00" not in said(page(company, "03-16"))
    assert "€" not in said(page(company, "04-02"))


def test_a_limit_for_one_type_of_invoices_says_so(company: Company) -> None:
    as_member(company, company.world.anna, at("02-01"), services=[set_limit], amount=Decimal(500))
    as_member(
        company, company.world.anna, at("02-01"), services=[set_limit], amount=Decimal(90), kind="credit_note"
    )
    text = said(page(company, "02-02"))
    assert "€500.00 since" in text
    assert "€90.00 credit notes since" in text


def test_who_is_deactivated_stands_there_again_from_when_he_is_active(company: Company) -> None:
    for change, day in ((deactivate, "03-05"), (reactivate, "03-10")):
        with member_scope(company.world.marit, now=at(day)) as marit:
            change(
                environment_id=company.world.noordgroep_id,
                person_id=company.world.anna.id,
                actor=marit,
                now=at(day),
            )
    for day, stands in (
        ("03-04", True),
        ("03-05", True),
        ("03-06", False),
        ("03-09", False),
        ("03-10", True),
    ):
        assert ("Anna de Vries" in names(company, day)) is stands, day
    assert f"until {moment(at('03-05'))}" in said(page(company, "03-05"))
    assert f"approver since {moment(at('03-10'))}, by Marit Hoekstra" in said(page(company, "03-11"))


def test_whose_account_was_closed_stands_there_until_then(company: Company) -> None:
    anna, here = company.world.anna, [company.world.zwaluw.id, company.world.beheer.id]
    with tenant_scope(None, here, [company.world.noordgroep_id]):
        close_account(person=anna, actor=OPERATOR, now=at("03-05"))
    assert "Anna de Vries" in names(company, "03-05")
    assert "Anna de Vries" not in names(company, "03-06")


def test_it_says_who_was_away_and_who_stood_in(company: Company) -> None:
    company.absent(company.world.anna, "04-01", "05-01", company.world.bram)
    text = said(page(company, "04-10"))
    assert "away substitute Bram Willems, 1 April through 1 May" in text
    assert "stands in for Anna de Vries, 1 April through 1 May" in text
    assert "stands in for" not in said(page(company, "05-02"))


def test_what_happens_later_changes_nothing_of_a_past_day_also_when_the_organisation_moves(
    company: Company,
) -> None:
    before = page(company, "02-15", format="csv").content
    company.withdraw(company.world.anna, DefaultGroup.APPROVER, at("03-10"))
    as_member(company, company.world.bram, at("03-12"), services=[set_limit], amount=Decimal(100))
    company.deactivate(company.world.anna)
    with tenant_scope(
        None, [company.organisation.id], [company.world.elsewhere_id, company.world.noordgroep_id]
    ):
        Organisation.objects.filter(id=company.organisation.id).update(environment=company.world.elsewhere_id)
    after = page(company, "02-15", format="csv").content
    assert b"Anna de Vries" in before
    assert after == before


def test_a_day_to_come_and_a_day_that_is_none_are_answered_in_the_form(company: Company) -> None:
    tomorrow = signed_in(company.world.otto).get(
        reverse("register", args=[company.organisation.id]), {"day": "2999-01-01"}
    )
    assert (tomorrow.status_code, "yet to come" in said(tomorrow)) == (422, True)
    assert page(company, "13-01").status_code == 422
    empty = signed_in(company.world.otto).get(
        reverse("register", args=[company.organisation.id]), {"day": "2020-01-01"}
    )
    assert "Nobody could approve on this day" in said(empty)


def test_who_reads_everything_or_manages_members_opens_it_and_nobody_else(company: Company) -> None:
    world = company.world
    opened = {p.name.split()[0]: page(company, "02-15", p).status_code for p in world.people.values()}
    assert opened == {"Anna": 403, "Bram": 403, "Sanne": 200, "Marit": 200, "Otto": 200}
    elsewhere = reverse("register", args=[world.vuurtoren.id])
    assert signed_in(world.sanne).get(elsewhere).status_code == 404


def test_the_number_of_queries_does_not_grow_with_people(company: Company) -> None:
    def queries() -> int:
        client = signed_in(company.world.otto)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(reverse("register", args=[company.organisation.id])).status_code == 200
        return len(captured)

    company.limit(company.world.anna, "5000")
    company.absent(company.world.anna, "11-01", None, company.world.bram)
    before = queries()
    for number in range(5):
        person = Person.objects.create_user(f"p{number}@noordgroep.example", name=f"Person {number}")
        company.grant(person, DefaultGroup.APPROVER)
        company.limit(person, "900")
        company.rule(("approve", person), name=f"R-{number}")
        company.absent(person, "11-01", None, company.world.bram)
    assert queries() == before


# The sample


def arrive(company: Company, number: str, received_at: datetime, *, confidential: bool = False) -> UUID:
    """A real file comes in."""
    organisation_id = company.organisation.id
    accepted = take_in(
        organisation_id=organisation_id,
        data=file(number),
        filename="../../evil.xml",
        channel=Channel.COMMAND_LINE,
        actor=system_member("test", organisation_id) if confidential else operator_member(organisation_id),
        confidential=confidential,
        now=received_at,
    )
    with company.system():
        return UUID(str(Invoice.objects.get(document_id=accepted.document_id).id))


def draw(company: Company, person: Person | None = None, **wish: Any) -> Any:
    """Ask for a sample of the first half of 2026."""
    form = {"imported_from": "2026-01-01", "imported_to": "2026-06-30", "count": 3, "method": "evenly"}
    client = signed_in(person or company.world.otto)
    return client.post(reverse("sample", args=[company.organisation.id]), {**form, "seed": "7c2a", **wish})


def body(response: Any) -> bytes:
    assert response.status_code == 200, response.content
    return b"".join(response.streaming_content)


def opened(response: Any) -> dict[str, bytes]:
    """The files inside."""
    with zipfile.ZipFile(io.BytesIO(body(response))) as parcel:
        assert parcel.testzip() is None
        return {name: parcel.read(name) for name in parcel.namelist()}


def test_the_same_sample_is_drawn_again_byte_for_byte_and_every_hash_is_right(company: Company) -> None:
    for number in range(8):
        arrive(company, f"2026-{number:04}", at("03-02"))
    first, again = body(draw(company)), body(draw(company))
    assert first == again
    assert first != body(draw(company, seed="another"))
    inside = opened(draw(company))
    listed = dict(reversed(line.split("  ")) for line in inside.pop("SHA256SUMS").decode().splitlines())
    assert listed == {name: sha256(data).hexdigest() for name, data in inside.items()}
    assert {name for name in inside if name.startswith("invoices/")} == {
        f"invoices/00{n}/{kind}" for n in (1, 2, 3) for kind in ("original.xml", "invoice.json")
    }
    originals = {sha256(inside[f"invoices/00{n}/original.xml"]).hexdigest() for n in (1, 2, 3)}
    with company.system():
        stored = set(Document.objects.values_list("sha256", flat=True))
    assert originals <= stored
    assert all(
        json.loads(inside[f"invoices/00{n}/invoice.json"])["original"]["sha256"] in originals
        for n in (1, 2, 3)
    )
    assert b"7c2a" in inside["index.html"]


def test_a_decision_comes_with_the_rights_and_limit_of_that_very_moment(company: Company) -> None:
    invoice = arrive(company, "2026-0001", at("03-02"))
    company.limit(company.world.anna, "5000")
    company.decide(company.world.anna, invoice, "approve", at("03-03"), remark="=1+1")
    company.withdraw(company.world.anna, DefaultGroup.APPROVER, at("03-04"))
    inside = opened(draw(company))
    (decision,) = json.loads(inside["invoices/001/invoice.json"])["decisions"]
    assert (decision["by"], decision["action"], decision["at"]) == (
        "Anna de Vries", "approve", "2026-03-03 12:00:00+01:00",
    )  # fmt: skip
    assert decision["limit"] == "5000.00"
    assert {right["right"] for right in decision["rights"]} == {"approve", "check"}
    assert all(right["granted_by"] == "Operator" for right in decision["rights"])
    rows = list(csv.DictReader(io.StringIO(inside["register.csv"].decode("utf-8-sig")), delimiter=";"))
    assert {(row["By"], row["Group"], row["Limit"]) for row in rows} == {
        ("Anna de Vries", "approver", "5000.00")
    }
    assert "Anna de Vries" in inside["index.html"].decode()


def test_a_lost_original_is_a_finding_and_no_broken_file(company: Company) -> None:
    invoice = arrive(company, "2026-0001", at("03-02"))
    with company.system():
        digest = Invoice.objects.get(id=invoice).document.sha256
    files._path_of(company.organisation.id, digest).unlink()
    inside = opened(draw(company))
    assert digest.encode() in inside["invoices/001/original.xml.damaged.txt"]


def test_confidential_invoices_come_only_to_who_may_see_them_and_else_not_even_as_a_number(
    company: Company,
) -> None:
    arrive(company, "2026-OPEN", at("03-02"))
    without = body(draw(company))
    arrive(company, "2026-SECRET", at("03-02"), confidential=True)
    assert body(draw(company)) == without, "nothing betrays that there is one more"
    with company.system():
        hold(company.organisation.id)
        group = Group.objects.create(organisation=company.organisation, name="insiders")
        GroupRight.objects.create(
            organisation=company.organisation,
            group=group,
            right=Right.VIEW_CONFIDENTIAL,
            valid=since(BEGINNING),
        )
    company.grant(company.world.otto, "insiders")
    inside = opened(draw(company))
    assert any(b"2026-SECRET" in data for data in inside.values())
    assert "1 of the invoices are confidential" in re.sub(r"\s+", " ", inside["index.html"].decode())


def test_a_sample_needs_view_all_and_export_and_stands_in_the_trail(company: Company) -> None:
    assert draw(company, company.world.marit).status_code == 403
    assert draw(company, company.world.anna).status_code == 403
    assert draw(company, company.world.sanne).status_code == 200
    assert draw(company, count=0).status_code == 422
    assert draw(company, imported_to="2025-01-01").status_code == 422
    assert "no invoices" in opened(draw(company))["index.html"].decode()
    with company.system():
        event = AuditEvent.objects.filter(name="sample.drawn").order_by("id").first()
        assert event
        assert (event.person_id, event.detail["seed"]) == (company.world.sanne.id, "7c2a")


def test_the_queries_of_a_sample_do_not_grow_with_invoices(company: Company) -> None:
    def queries(count: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            body(draw(company, count=count))
        return len(captured)

    for number in range(9):
        company.decide(company.world.anna, arrive(company, f"2026-{number:04}", at("03-02")), "approve")
    assert queries(2) == queries(9)
