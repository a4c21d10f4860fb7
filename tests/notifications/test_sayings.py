"""What each notice says, word for word, and where it leads."""

from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone, translation

from omloop.absences.models import AbsenceCover
from omloop.audit.actors import OPERATOR, Actor
from omloop.audit.services import record
from omloop.environments.models import EnvironmentRole
from omloop.kernel.ids import uuid7
from omloop.notifications.known import Known
from omloop.notifications.models import EnvironmentNotice, Notice
from omloop.notifications.notices import notices
from omloop.notifications.sayings import lines_of
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from omloop.people.models import Person
from omloop.tenancy.scope import tenant_scope
from tests.circulation.company import Company
from tests.notifications.mailbox import make_administrator
from tests.strangers.victim import make_partner
from tests.world import World


def line(world: World, person: Person, name: str, kind: str, **event: Any) -> tuple[str, str]:
    """Text and address of a notice about an event of Zwaluw, or of Noordgroep when `chain_id` says so."""
    now, chain_id = timezone.now(), event.pop("chain_id", world.zwaluw.id)
    marit = Actor(kind="person", person_id=world.marit.id)
    with tenant_scope(None, [world.zwaluw.id], [world.noordgroep_id]):
        hold(world.zwaluw.id)
        made = record(name, actor=marit, chain_id=chain_id, at=now, **event)
        told = {"person": person, "event_id": made.id, "kind": kind, "told_at": now}
        if chain_id == world.zwaluw.id:
            Notice.objects.create(organisation=world.zwaluw, **told)
        else:
            EnvironmentNotice.objects.create(environment_id=chain_id, **told)
    with translation.override("nl"), member_scope(person, now=timezone.now()) as member:
        rows, _ = notices(member)
        (found,) = lines_of(Known(rows[:1], member))
        return found.text, found.address


@pytest.fixture
def cover(world: World) -> AbsenceCover:
    company = Company(world, world.zwaluw)
    company.absent(world.anna, "12-07", "12-11", world.bram)
    with company.system():
        found: AbsenceCover = AbsenceCover.objects.get()
        return found


def test_of_an_absence_each_reads_his_side(world: World, cover: AbsenceCover) -> None:
    about: dict[str, Any] = {
        "subject_id": cover.absence_id,
        "for_person_id": world.anna.id,
        "detail": {"cover": str(cover.id)},
    }
    own, worklist = f"/absences/{cover.absence_id}/", "/"
    said = [
        line(world, person, f"absence.{what}", "absence", **about)
        for what, person in (
            ("comes", world.anna),
            ("began", world.anna),
            ("began", world.bram),
            ("ended", world.anna),
            ("ended", world.bram),
        )
    ]
    assert said == [
        ("Wat openstaat voordat je afwezig bent vanaf 7 december 2026", f"{own}open/"),
        ("Je afwezigheid is begonnen: Bram Willems vervangt je", own),
        ("Je vervangt Anna de Vries", worklist),
        ("Je afwezigheid is voorbij", own),
        ("Je vervangt Anna de Vries niet meer", worklist),
    ]
    asked = line(world, world.sanne, "absence.asked_about", "open_end", **about)
    assert asked[0] == "Is Anna de Vries nog afwezig?"
    extended = {"subject_id": cover.absence_id, "detail": {"person": str(world.anna.id)}}
    assert line(world, world.anna, "absence.extended", "absence_extended", **extended) == (
        "Wie vervangt je bij Zwaluw Techniek B.V.?",
        own,
    )


def test_of_rights_invoices_and_the_end_of_an_organisation(world: World) -> None:
    two = {"lender": str(world.anna.id), "borrower": str(world.bram.id)}
    sanne, place = world.sanne, world.zwaluw.id
    assert line(world, sanne, "lending.asked", "lending_asked", detail=two) == (
        "Mag Bram Willems bij Zwaluw Techniek B.V. beslissen namens Anna de Vries?",
        "/absences/lent-rights/",
    )
    said = [line(world, sanne, f"lending.{what}", "lending_answered", detail=two)[0] for what in ANSWERS]
    assert said == [
        "Bram Willems mag bij Zwaluw Techniek B.V. beslissen namens Anna de Vries",
        "Bram Willems mag bij Zwaluw Techniek B.V. niet beslissen namens Anna de Vries",
    ]
    moved = {"for_person_id": world.anna.id, "detail": {"receivers": {str(sanne.id): 3}}}
    assert line(world, sanne, "transfer.made", "transferred", **moved) == (
        "3 facturen van Anna de Vries staan nu op jouw naam",
        "/",
    )
    ending = {"subject_id": place, "detail": {"kind": "delete", "due_on": "2027-01-04", "told": []}}
    assert line(world, sanne, "ending.agreed", "ending", **ending) == (
        "Documenten van Zwaluw Techniek B.V. worden op 4 januari 2027 verwijderd",
        f"/organisations/{place}/ending/",
    )
    assert line(world, sanne, "transfer.made", "transferred", detail={}) == ("Overgezette facturen", "")


ANSWERS = ("confirmed", "declined")


def test_of_the_people_and_partners_of_an_environment(world: World) -> None:
    made = make_partner(world, "Vonk")
    marit, chain = world.marit, {"chain_id": world.noordgroep_id}
    days = {"last_on": "2026-12-31", "tasks": 2}
    left: dict[str, Any] = {"subject_id": world.anna.id, "detail": days, **chain}
    assert [
        line(world, marit, f"last_day.{what}", "last_day", **left)[0] for what in ("comes", "refused")
    ] == [
        "Anna de Vries vertrekt na 31 december 2026 bij Noordgroep",
        "Anna de Vries kan nog werken in Noordgroep",
    ]
    asked = line(world, marit, "partnership.asked", "partnership", subject_id=made["partnership_id"], **chain)
    assert asked == (
        "Vonk partner vraagt om partner van Noordgroep te worden",
        f"/environments/{chain['chain_id']}/partners/",
    )
    request = {"subject_id": made["authorisation_id"], **chain}
    text, address = line(world, marit, "authorisation.received", "authorisation_asked", **request)
    assert text == "Vera Vonk van Vonk partner vraagt een machtiging voor Noordgroep"
    assert str(made["authorisation_id"]) in address
    role = line(world, marit, "environment.role_changed", "role_changed", subject_id=marit.id, **chain)
    assert role == ("Je rol in Noordgroep is gewijzigd", "/")


def test_who_was_deactivated_in_an_environment_gets_no_notice_of_it(world: World, run_jobs: Any) -> None:
    make_administrator(world.sanne, world.noordgroep_id)
    run_jobs()
    asker: UUID = uuid7()
    with tenant_scope(None, [], [world.noordgroep_id]):
        EnvironmentNotice.objects.all().delete()
        EnvironmentRole.objects.filter(person=world.sanne, valid__upper_inf=True).update(is_active=False)
        record(
            "environment.role_changed",
            actor=OPERATOR,
            chain_id=world.noordgroep_id,
            at=timezone.now(),
            subject_id=world.sanne.id,
            detail={"role": "basic", "asker": str(asker)},
        )
    run_jobs()
    with tenant_scope(None, [], [world.noordgroep_id]):
        assert not EnvironmentNotice.objects.exists()
