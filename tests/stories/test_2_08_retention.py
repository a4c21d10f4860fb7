"""Rule 2.8: seven years, ten for real estate, legal hold; two people decide what goes, and numbers stay."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import psycopg
import pytest
from django.db import IntegrityError

from omloop.audit.verify import verify
from omloop.circulation.ending.making_confidential import hide_invoice
from omloop.circulation.models import Decision
from omloop.intake.models import Channel, Container, Delivery, Document
from omloop.intake.services import accept
from omloop.intake.setting_aside import set_aside
from omloop.invoices.attaching import attach
from omloop.invoices.models import Invoice, InvoiceWords
from omloop.notifications.models import Notice
from omloop.organisations.holding import hold
from omloop.organisations.humans import mark_as_one
from omloop.organisations.members import member_scope, system_scope
from omloop.organisations.models import Group, GroupMember, GroupRight, Organisation
from omloop.organisations.rights import DefaultGroup
from omloop.people.models import Person
from omloop.retention.models import Removal
from omloop.retention.refusals import ListChanged, NothingChosen, SecondPersonNeeded
from omloop.retention.terms import kept_until
from omloop.tenancy.history import since
from tests.relocation.farewell import signed_in
from tests.retention.keeping import NOW, Keeping
from tests.world import BEGINNING, World, make_person, place


@pytest.fixture
def keeping(world: World, run_jobs: Callable[[], None], owner: Callable[[], psycopg.Connection]) -> Keeping:
    return Keeping(world, run_jobs, owner)


@pytest.mark.parametrize(
    ("imported", "issued", "ends_in", "years", "until"),
    [
        (date(2018, 3, 1), date(2018, 2, 1), 12, 7, date(2025, 12, 31)),
        (date(2018, 3, 1), date(2018, 2, 1), 12, 10, date(2028, 12, 31)),
        (date(2018, 6, 30), None, 6, 7, date(2025, 6, 30)),
        (date(2018, 7, 1), None, 6, 7, date(2026, 6, 30)),
        (date(2018, 3, 1), date(2016, 1, 1), 2, 7, date(2026, 2, 28)),
        (date(2018, 3, 1), date(2020, 1, 1), 12, 7, date(2027, 12, 31)),
    ],
)
def test_the_term_begins_at_the_end_of_the_financial_year(
    imported: date, issued: date | None, ends_in: int, years: int, until: date
) -> None:
    assert kept_until(imported, issued, ends_in, years) == until


def test_two_people_decide_and_numbers_dates_and_hashes_stay(keeping: Keeping) -> None:
    """Told as they do it, by the pages."""
    world, old, young = keeping.world, keeping.old(1), keeping.old(2, 2024)
    drawing = b"%PDF-1.4 a drawing"
    for document_id in (old, young):
        with system_scope("test", world.zwaluw.id) as system:
            invoice = Invoice.objects.get(document_id=document_id)
            attach(invoice, data=drawing, filename="tekening.pdf", actor=system, now=NOW)
    gone, sha256 = keeping.path(old), keeping.path(old).name
    assert "EIND-1" in keeping.see(world.sanne) and "EIND-2" not in keeping.see(world.sanne)
    assert "EIND-1" not in keeping.see(world.marit) and "2018" in keeping.see(world.marit)
    assert signed_in(world.anna).get(keeping.page).status_code == 403

    assert "Kies minstens" in keeping.post(world.sanne, "propose_removal", world.zwaluw.id)
    said = keeping.post(world.sanne, "propose_removal", world.zwaluw.id, chosen="purchase-2018")
    removal = keeping.removal()
    assert "Voorgesteld" in said and "Bevestig: vernietig" not in said
    keeping.run_jobs()
    assert notices_of(world.marit) == ["removal"] and notices_of(world.sanne) == []
    assert "wat weg mag van Zwaluw" in signed_in(world.marit).get("/notices/").content.decode()
    own = keeping.post(world.sanne, "answer_removal", world.zwaluw.id, removal.id, answer="confirm")
    assert "twee mensen beslissen" in own
    assert gone.exists()
    keeping.post(world.marit, "answer_removal", world.zwaluw.id, removal.id, answer="confirm")
    keeping.run_jobs()

    assert keeping.documents() == {young} and not gone.exists()
    with system_scope("test", world.zwaluw.id):
        for hanging in (Delivery, Decision, Invoice, InvoiceWords):
            assert hanging.objects.count() == 1, hanging
        assert verify(world.zwaluw.id).fault == ""
    document, added = sorted(keeping.register(), key=lambda row: row.kind, reverse=True)
    assert (document.document_id, document.number, document.sha256) == (old, "EIND-1", sha256)
    assert (document.issued_on, document.import_date) == (date(2018, 2, 1), date(2018, 3, 1))
    assert document.kept_until == date(2025, 12, 31) and added.kind == "attachment"
    kept = keeping.path(young).parent.parent / added.sha256[:2] / added.sha256
    assert kept.read_bytes() == drawing, "the young invoice has the same attachment"
    assert "1 ding is vernietigd" in keeping.see(world.sanne)
    register = signed_in(world.sanne).get(f"{keeping.page}destroyed/").content.decode()
    assert "EIND-1" in register and "Sanne Bakker en Marit Hoekstra" in register
    assert sha256 in signed_in(world.marit).get(f"{keeping.page}destroyed.csv").content.decode()


def test_nobody_decides_alone_not_by_another_account_either(keeping: Keeping) -> None:
    world, second = keeping.world, make_person("Saar Tweede")
    keeping.old(1)
    place(second, world.zwaluw, DefaultGroup.FINANCE)
    removal = keeping.propose("purchase-2018")
    with member_scope(world.marit, now=NOW) as marit:
        pair = {"one_id": world.sanne.id, "other_id": second.id, "environment_id": world.noordgroep_id}
        mark_as_one(**pair, actor=marit, now=NOW)
    for person in (world.sanne, second):
        with pytest.raises(SecondPersonNeeded):
            keeping.confirm(removal, by=person)
    with (
        pytest.raises(IntegrityError, match="two_people_decide_what_goes"),
        system_scope("test", world.zwaluw.id),
    ):
        hold(world.zwaluw.id)
        Removal.objects.filter(id=removal.id).update(state="running", confirmed_by=world.sanne)


def test_what_is_confirmed_is_what_was_proposed(keeping: Keeping) -> None:
    first, second = keeping.old(1), keeping.old(2)
    removal = keeping.propose("purchase-2018")
    held = keeping.invoice(first)
    keeping.post(
        keeping.world.sanne, "kept_invoice", held.id, kind="legal_hold", reason="Geschil met de aannemer"
    )
    with pytest.raises(ListChanged):
        keeping.confirm(removal)
    keeping.post(
        keeping.world.marit, "answer_removal", keeping.world.zwaluw.id, removal.id, answer="withdraw"
    )
    again = keeping.propose("purchase-2018")
    assert again.total == 1
    keeping.confirm(again)
    keeping.run_jobs()
    assert keeping.documents() == {first} and second not in keeping.documents()


def test_real_estate_stays_ten_years_and_a_legal_hold_as_long_as_it_stands(keeping: Keeping) -> None:
    world, estate, held = keeping.world, keeping.old(1), keeping.old(2)
    keeping.post(world.sanne, "kept_invoice", keeping.invoice(estate).id, kind="real_estate")
    why = {"kind": "legal_hold", "reason": "Onderzoek"}
    keeping.post(world.sanne, "kept_invoice", keeping.invoice(held).id, **why)
    assert keeping.may_go() == []
    assert keeping.may_go(date(2028, 12, 31)) == [] and keeping.may_go(date(2029, 1, 1)) == [
        "purchase-2018: 1"
    ]
    keeping.post(world.sanne, "kept_invoice", keeping.invoice(held).id, kind="legal_hold", lift="1")
    assert keeping.may_go() == ["purchase-2018: 1"]
    keeping.post(world.marit, "hold_organisation", world.zwaluw.id)
    assert keeping.may_go() == ["purchase-2018: 1"], "a hold says why"
    keeping.post(world.marit, "hold_organisation", world.zwaluw.id, reason="Boekenonderzoek")
    assert keeping.may_go(date(2040, 1, 1)) == []
    with pytest.raises(NothingChosen):
        keeping.propose("purchase-2018")
    assert "Boekenonderzoek" in keeping.see(world.sanne)
    keeping.post(world.marit, "hold_organisation", world.zwaluw.id, lift="1")
    assert keeping.may_go(date(2040, 1, 1)) == ["purchase-2018: 2"]
    with system_scope("test", world.zwaluw.id):
        assert verify(world.zwaluw.id).fault == ""


def test_the_financial_year_of_the_organisation_counts(keeping: Keeping) -> None:
    keeping.old(1, 2019)
    assert keeping.may_go(date(2026, 12, 31)) == []
    keeping.post(keeping.world.marit, "set_financial_year", keeping.world.zwaluw.id, ends_in="6")
    assert keeping.may_go(date(2026, 6, 30)) == [] and keeping.may_go(date(2026, 7, 1)) == [
        "purchase-2019: 1"
    ]
    sanne = signed_in(keeping.world.sanne)
    answered = sanne.post(f"{keeping.page}year/", {"ends_in": "3"})
    assert answered.status_code == 403, "that is a setting"


def test_what_is_no_part_of_the_books_may_go_after_three_months(keeping: Keeping) -> None:
    world = keeping.world
    with system_scope("test", world.zwaluw.id) as system:
        arrived = accept(
            organisation_id=world.zwaluw.id,
            data=b"<html>Win een iPhone",
            filename="spam.html",
            channel=Channel.UPLOAD,
            actor=system,
            now=datetime(2026, 8, 26, 9, tzinfo=UTC),
        )
        Container.objects.create(
            organisation_id=world.zwaluw.id,
            kind="mail",
            state="nothing_in_it",
            sha256="0" * 64,
            size=10,
            channel=Channel.MAIL,
            arrived_at=datetime(2026, 8, 26, 9, tzinfo=UTC),
            sender="prijs@spam.example",
        )
    keeping.run_jobs()
    assert arrived.document_id
    with system_scope("test", world.zwaluw.id) as system:
        spam = Document.objects.get(id=arrived.document_id)
        set_aside(spam, reason="Spam", actor=system, now=datetime(2026, 9, 1, tzinfo=UTC))
    assert keeping.may_go(date(2026, 11, 25)) == []
    assert keeping.may_go() == ["no_books-2026: 1", "mail-2026: 1"]
    keeping.confirm(keeping.propose("no_books-2026", "mail-2026"))
    keeping.run_jobs()
    assert keeping.documents() == set()
    assert [row.kept_until for row in keeping.register()] == [date(2026, 11, 26)] * 2


def test_confidential_things_stand_on_a_list_of_their_own(keeping: Keeping) -> None:
    world, secret = keeping.world, keeping.old(1)
    finance = make_person("Vera Geheim")
    place(finance, world.zwaluw, DefaultGroup.FINANCE)
    with system_scope("test", world.zwaluw.id) as system:
        hide_invoice(Invoice.objects.get(document_id=secret).id, actor=system, now=NOW)
    assert "2018" not in keeping.see(world.sanne) and "2018" not in keeping.see(world.marit)
    assert keeping.may_go(confidential=False) == [] and keeping.may_go(confidential=True) == [
        "purchase-2018: 1"
    ]
    with pytest.raises(PermissionError):
        keeping.propose("purchase-2018", confidential=True)
    let_see_secrets(world.zwaluw, world.sanne, finance)
    assert "EIND-1" in keeping.see(world.sanne)
    keeping.confirm(keeping.propose("purchase-2018", confidential=True), by=finance)
    keeping.run_jobs()
    assert keeping.documents() == set()
    register = f"{keeping.page}destroyed/"
    assert "EIND-1" in signed_in(world.sanne).get(register).content.decode()
    assert "EIND-1" not in signed_in(world.marit).get(register).content.decode()


def notices_of(person: Person) -> list[str]:
    with member_scope(person, now=NOW):
        return list(Notice.objects.filter(person=person).values_list("kind", flat=True))


def let_see_secrets(organisation: Organisation, *people: Person) -> None:
    with system_scope("test", organisation.id):
        hold(organisation.id)
        own = {"organisation": organisation, "valid": since(BEGINNING)}
        group = Group.objects.create(organisation=organisation, name="Vertrouwelijk")
        GroupRight.objects.create(**own, group=group, right="view_confidential")
        for person in people:
            GroupMember.objects.create(**own, group=group, person=person)
