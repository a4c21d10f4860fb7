"""Zwaluw goes from Noordgroep's Omloop to that of its new owner (rules 6.4)."""

from datetime import date

from django.test import Client
from django.utils import timezone

from omloop.circulation.models import Assignment, Decision
from omloop.intake.models import Document
from omloop.organisations.members import member_scope
from omloop.people.models import Person
from tests.paper import file
from tests.relocation.installations import ADDRESS, KVK, Journey
from tests.world import World


def browser_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def task_of(person: Person) -> Assignment:
    """What waits for her, oldest first."""
    with member_scope(person, now=timezone.now()):
        waiting = Assignment.objects.filter(holder=person, ended_at=None).order_by("opened_at").first()
    assert waiting
    return waiting


def approve(person: Person) -> int:
    """She clicks «Akkoord» on what waits for her; the status of the answer."""
    task = task_of(person)
    said = {"assignment": task.id, "action": "approve"}
    return browser_of(person).post(f"/invoices/{task.invoice_id}/decide/", said).status_code


def test_zwaluw_moves_to_its_new_owner_and_the_bookkeeper_loses_nothing(journey: Journey) -> None:
    world = journey.world

    # Marit, who administers Zwaluw, has agreed; the operator makes the archive and reads a fingerprint out.
    said = journey.source.done(*journey.export())
    assert journey.source.fingerprint in said

    # Anna still reads her invoice, and is told why she can't approve it now.
    with journey.source.here():
        assert browser_of(world.anna).get(f"/invoices/{task_of(world.anna).invoice_id}/").status_code == 200
        assert approve(world.anna) == 409

    # Kuipers knows nothing of all this, and sends an invoice on 20 November.
    paper = journey.folder / "kuipers.xml"
    paper.write_bytes(file("2026-0999"))
    told = journey.source.done(
        "import", paper, "--organisation", KVK, "--received-at", "2026-11-20T10:00+01:00"
    )
    assert told.startswith("kept")

    # The new owner's operator takes it in: everything is equal. The source closes, the target opens.
    assert "equal" in journey.target.done(*journey.take_in())
    assert ADDRESS in journey.source.done(*journey.confirm())
    assert "1 files that came meanwhile" in journey.target.done(*journey.open())

    with journey.target.here():
        anna = Person.objects.get(email="anna@noordgroep.example")
        browser = browser_of(anna)

        # Anna has an account there under the same address. She sees nothing of Zwaluw until she says yes.
        assert "Zwaluw" not in browser.get("/invoices/").content.decode()
        page = browser.get("/arrivals/").content.decode()
        assert "Anna de Vries bij Zwaluw Techniek B.V." in page
        browser.post(page.split('action="')[-2].split('"')[0], {"answer": "yes"})

        # What waited for her waits for her, and now she can.
        assert approve(anna) == 302
        assert_history_names_everybody(world, anna)

        # Kuipers' invoice is there, with the day on which he sent it.
        with member_scope(anna, now=timezone.now()):
            late = Document.objects.get(filename="kuipers.xml")
            assert late.import_date == date(2026, 11, 20)
            assert late.state == Document.State.READ


def assert_history_names_everybody(world: World, anna: Person) -> None:
    """Who decided before the move stands there with her old id and name, after it with her account's."""
    with member_scope(anna, now=timezone.now()):
        before, after = Decision.objects.order_by("decided_at").select_related("person")
        assert (before.person_id, before.person.name) == (world.anna.id, "Anna de Vries")
        assert (after.person_id, after.person.name) == (anna.id, "Anna de Vries-Jansen")
