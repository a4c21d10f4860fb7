"""Rule 6.7: an organisation is closed; a successor gets what comes late; environments merge."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.audit.models import AuditEvent
from omloop.audit.verify import verify
from omloop.intake.models import Document, LateArrival
from omloop.intake.services import KEPT
from omloop.organisations.holding import ClosedMeanwhile, hold
from omloop.organisations.members import member_scope, system_scope
from omloop.organisations.models import Organisation
from omloop.organisations.rights import DefaultGroup, Right
from omloop.organisations.services import grant
from omloop.relocation.ending.refusals import AlreadyEnding, NotAdministratorHere, StillOpenWork
from omloop.tenancy.models import TenancyStandstill
from omloop.tenancy.scope import tenant_scope
from tests.circulation.company import Company
from tests.relocation.farewell import Farewell, signed_in
from tests.relocation.removal import Removal
from tests.strangers.victim import file
from tests.world import BEGINNING, World, make_person


@pytest.fixture
def farewell(world: World, run_jobs: Callable[[], None]) -> Farewell:
    return Farewell(world, run_jobs)


def page_of(world: World) -> str:
    return reverse("ending", args=[world.zwaluw.id])


def test_marit_and_olga_close_zwaluw_by_the_page_and_noord_beheer_gets_what_comes_late(
    farewell: Farewell,
) -> None:
    """Told as they do it: open work is listed first, the second consent closes, a late invoice is added."""
    world, company = farewell.world, Company(farewell.world, farewell.world.zwaluw)
    company.rule(("approve", world.anna))
    document_id = farewell.arrive(1, BEGINNING)
    marit, olga, sanne = signed_in(world.marit), signed_in(farewell.olga), signed_in(world.sanne)
    assert "Anna de Vries heeft 1 open taak" in marit.get(page_of(world)).content.decode()
    with system_scope("test", world.zwaluw.id):
        invoice = Document.objects.get(id=document_id).invoice
    company.decide(world.anna, invoice.id, "approve")
    said = {"kind": "close", "successor_id": str(world.beheer.id)}
    assert marit.post(f"{page_of(world)}ask/", said).status_code == 302
    asked = farewell.under_way()
    assert asked is not None
    shown = olga.get(page_of(world)).content.decode()
    assert "Noord Beheer B.V. gaat verder" in shown and "Marit Hoekstra" in shown
    answer = reverse("answer_ending", args=[world.zwaluw.id, asked.id])
    marit.post(answer, {"answer": "consent"})
    assert farewell.under_way() is not None, "one person is not two"
    olga.post(answer, {"answer": "consent"})
    assert "Gesloten sinds" in sanne.get(page_of(world)).content.decode()
    assert sanne.get(reverse("invoice", args=[invoice.id])).status_code == 200
    assert farewell.late(file(7, "LAAT")) == KEPT
    theirs = reverse("ending", args=[world.beheer.id])
    assert "laat.xml" in sanne.get(theirs).content.decode()
    with tenant_scope(None, [world.zwaluw.id]):
        late = LateArrival.objects.get()
    assert sanne.post(reverse("add_late", args=[world.beheer.id, late.id])).status_code == 302
    with system_scope("test", world.beheer.id):
        assert Document.objects.get().filename == "laat.xml"
    assert sanne.post(reverse("add_late", args=[world.beheer.id, late.id])).status_code == 404
    with tenant_scope(None, [world.zwaluw.id]):
        assert LateArrival.objects.get().added_at is not None


def test_in_a_closed_organisation_nothing_is_written_and_readers_are_still_let_in(
    farewell: Farewell,
) -> None:
    world = farewell.world
    farewell.decided(1, BEGINNING)
    farewell.close()
    newcomer = make_person("Vera Accountant")
    now = timezone.now()
    with member_scope(world.sanne, now=now) as sanne:
        assert sanne.rights[world.zwaluw.id] == {Right.VIEW_ALL, Right.EXPORT, Right.ADD}
    with member_scope(world.marit, now=now) as marit:
        assert marit.rights[world.zwaluw.id] == {Right.MANAGE_MEMBERS, Right.MOVE}
        grant(
            organisation_id=world.zwaluw.id, person_id=newcomer.id, group=DefaultGroup.READER, actor=marit,
            now=now,
        )  # fmt: skip
    with member_scope(newcomer, now=timezone.now()):
        assert Document.objects.count() == 1
    page = signed_in(world.marit).post(
        reverse("organisation_settings", args=[world.zwaluw.id]), {"name": "Anders"}
    )
    assert page.status_code == 403
    upload = signed_in(world.sanne).get(reverse("upload")).content.decode()
    assert f'value="{world.zwaluw.id}"' not in upload


def test_who_waits_to_write_while_it_closes_writes_nothing(farewell: Farewell) -> None:
    """His transaction was open before and does not know: the row that he locks tells him."""
    world = farewell.world
    asked = farewell.ask("close")
    with pytest.raises(ClosedMeanwhile), tenant_scope(None, [world.zwaluw.id]):
        Organisation.objects.filter(id=world.zwaluw.id).update(closed_at=timezone.now())
        hold(world.zwaluw.id)
    assert farewell.consent(asked).state == "done"


def test_one_person_who_is_both_is_still_one_person(farewell: Farewell) -> None:
    """Marit administers the organisation and the environment; anybody else of either may be the second."""
    world = farewell.world
    asked = farewell.ask("close", by=world.marit)
    assert farewell.consent(asked, by=world.marit).state == "asked"
    with tenant_scope(None, [world.zwaluw.id]):
        grant(
            organisation_id=world.zwaluw.id, person_id=world.bram.id, group=DefaultGroup.ADMINISTRATOR,
            actor=OPERATOR, now=BEGINNING,
        )  # fmt: skip
    assert farewell.consent(asked, by=world.bram).state == "done"


def test_members_without_that_right_ask_and_consent_to_nothing(farewell: Farewell) -> None:
    world = farewell.world
    with pytest.raises(NotAdministratorHere):
        farewell.ask("close", by=world.sanne)
    asked = farewell.ask("close")
    with pytest.raises(NotAdministratorHere):
        farewell.consent(asked, by=world.sanne)
    with pytest.raises(AlreadyEnding):
        farewell.ask("close", by=farewell.olga)
    page = signed_in(world.sanne).post(f"{page_of(world)}{asked.id}/answer/", {"answer": "consent"})
    assert page.status_code == 403
    assert signed_in(world.otto).get(page_of(world)).status_code == 404


def test_work_that_comes_between_asking_and_consenting_stops_it(farewell: Farewell) -> None:
    world = farewell.world
    asked = farewell.ask("close")
    Company(world, world.zwaluw).rule(("approve", world.anna))
    farewell.arrive(2, BEGINNING)
    with pytest.raises(StillOpenWork) as refused:
        farewell.consent(asked)
    assert refused.value.work.tasks == [("Anna de Vries", 1)]
    with tenant_scope(None, [world.zwaluw.id]):
        assert not TenancyStandstill.objects.exists()


def test_it_opens_again_by_two_consents_and_the_trail_says_so(farewell: Farewell) -> None:
    world = farewell.world
    farewell.close(successor=None, successor_name="Nieuwe Zwaluw B.V.")
    reopened = farewell.consent(farewell.ask("reopen", by=farewell.olga), by=world.marit)
    assert reopened.state == "done"
    with member_scope(world.sanne, now=timezone.now()) as sanne:
        assert Right.CIRCULATE in sanne.rights[world.zwaluw.id]
        names = list(
            AuditEvent.objects.filter(chain_id=world.zwaluw.id).order_by("id").values_list("name", flat=True)
        )
    assert [name for name in names if name.startswith(("organisation.c", "organisation.r"))][-2:] == [
        "organisation.closed",
        "organisation.reopened",
    ]
    assert farewell.arrive(3, BEGINNING)
    farewell.run_jobs()
    with system_scope("test", world.zwaluw.id):
        assert verify(world.zwaluw.id).fault == ""


def test_a_closed_organisation_moves_along_when_environments_merge(
    farewell: Farewell, run_jobs: Callable[[], None]
) -> None:
    removal = Removal(farewell.world, run_jobs)
    farewell.decided(1, BEGINNING)
    farewell.close()
    removal.propose(farewell.world.zwaluw, farewell.world.beheer)
    page = signed_in(farewell.world.marit).get(
        reverse("new_move", args=[farewell.world.noordgroep_id]), {"everything": "1"}
    )
    assert page.content.decode().count("checked") >= 2
    removal.choose(anna="along", bram="along", sanne="along", marit="both", yusuf="along")
    plan = removal.move()
    assert plan.state == "done", plan.stopped_because
    with tenant_scope(None, [farewell.world.zwaluw.id]):
        moved = Organisation.objects.get(id=farewell.world.zwaluw.id)
    assert moved.environment_id == plan.to_environment_id and moved.closed_at is not None
    with member_scope(farewell.world.sanne, now=timezone.now()):
        assert Document.objects.count() == 1


def test_who_administers_only_the_environment_sees_no_document_there(farewell: Farewell) -> None:
    world = farewell.world
    farewell.decided(1, BEGINNING)
    farewell.close()
    farewell.late(file(7, "LAAT"))
    shown = signed_in(farewell.olga).get(page_of(world)).content.decode()
    assert "Gesloten sinds" in shown and "laat.xml" not in shown and "EIND" not in shown
    assert "laat.xml" in signed_in(world.sanne).get(page_of(world)).content.decode()
