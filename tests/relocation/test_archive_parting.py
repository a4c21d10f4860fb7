"""What ends when an organisation parts from its environment, and who is one human there (rules 6.4)."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from omloop.audit.models import AuditEvent
from omloop.circulation.deciding.gate import decide
from omloop.circulation.models import Assignment, Decision
from omloop.circulation.refusals import FourEyes
from omloop.intake.models import Document
from omloop.invoices.models import Invoice
from omloop.joining.models import Invitation
from omloop.kernel.ids import uuid7
from omloop.organisations.members import RightMissing, member_scope
from omloop.organisations.models import Group, Organisation, RightsChange, RightsDraft, Share
from omloop.organisations.operator import waiting
from omloop.organisations.rights import DefaultGroup
from omloop.organisations.shares import Part, set_parents
from omloop.people.humans import accounts_of
from omloop.people.models import Person, SameHuman
from omloop.relocation.between.importing import send_back
from omloop.relocation.between.joining import answer, questions_for
from omloop.relocation.moves.agreeing import ask
from omloop.relocation.moves.findings import Kind, find_conflicts
from omloop.relocation.moves.plans import MovePlan, Mover
from omloop.relocation.moves.proposing import propose
from omloop.relocation.moves.refusals import OpenConflicts
from omloop.relocation.moves.situation import Situation
from omloop.tenancy.history import since
from omloop.tenancy.models import TenancyStandstill
from omloop.tenancy.scope import tenant_scope
from tests.circulation.company import Company
from tests.relocation.installations import ADDRESS, KVK, Journey
from tests.relocation.test_archive import agree_at_the_target, inside, open_as
from tests.strangers.victim import CANARY, NOW, arguments, file
from tests.world import World


def take_in_another(world: World) -> UUID:
    """An invoice that Anna approves first, and Bram after her."""
    from omloop.flow.command_line import take_in

    Company(world, world.zwaluw).rule(("approve", world.anna), ("approve", world.bram), priority=9)
    accepted = take_in(**arguments(world, file(7, CANARY), "eyes.xml"))
    with member_scope(world.anna, now=NOW) as anna:
        invoice: Invoice = Invoice.objects.get(document_id=accepted.document_id)
        task = Assignment.objects.get(invoice=invoice, holder=world.anna, ended_at=None)
        decide(assignment_id=task.id, action="approve", actor=anna, now=NOW)
        return invoice.id


def test_one_human_is_no_two_pairs_of_eyes_across_a_move(journey: Journey) -> None:
    world, place = journey.world, journey.world.zwaluw.id
    with journey.source.here():
        invoice_id = take_in_another(world)
    journey.whole()
    with journey.target.here():
        anna = Person.objects.get(email="anna@noordgroep.example")
        (question,) = questions_for(anna)
        with member_scope(anna, now=timezone.now()) as nobody_yet:
            pass
        answer(question.id, person=anna, is_me=True, actor=nobody_yet, now=timezone.now())
        assert accounts_of([anna.id]) == {anna.id, world.anna.id}
    with inside(journey.target, place):  # as if somebody handed Bram's task to her
        task = Assignment.objects.get(invoice_id=invoice_id, ended_at=None)
        Assignment.objects.filter(id=task.id).update(holder=anna)
        environment_id = Organisation.objects.get(id=place).environment_id
        assert AuditEvent.objects.filter(chain_id=environment_id, name="accounts.marked_as_one").count() == 1
    with journey.target.here():
        with member_scope(anna, now=timezone.now()) as actor, pytest.raises(FourEyes):
            decide(assignment_id=task.id, action="approve", actor=actor, now=timezone.now())
        with member_scope(anna, now=timezone.now()):
            assert Decision.objects.filter(invoice_id=invoice_id).count() == 1


def test_accounts_that_were_one_human_s_stay_so(journey: Journey) -> None:
    world = journey.world
    first, second = sorted((world.anna.id, world.bram.id))
    with journey.source.here():
        SameHuman.objects.create(
            one_id=first, other_id=second, marked_by=world.marit.id, environment_id=world.noordgroep_id,
            valid=since(NOW),
        )  # fmt: skip
    journey.source.done(*journey.export())
    journey.target.done(*journey.take_in())
    with journey.target.here(as_owner=True):
        assert accounts_of([first]) == {first, second}
        send_back(world.zwaluw.id, source_stays=True, told=lambda what, done, total: None)
        assert not SameHuman.objects.exists()


def test_who_says_that_he_is_another_stays_another_human(journey: Journey) -> None:
    journey.whole()
    with journey.target.here():
        anna = Person.objects.get(email="anna@noordgroep.example")
        (question,) = questions_for(anna)
        with member_scope(anna, now=timezone.now()) as actor:
            pass
        answer(question.id, person=anna, is_me=False, actor=actor, now=timezone.now())
        assert accounts_of([anna.id]) == {anna.id}


def tie_to_the_environment(world: World) -> None:
    """Shares both ways, an invitation to it, a change of rights that was done and one that was not."""
    with member_scope(world.marit, now=NOW) as marit:
        for child, parent in ((world.zwaluw, world.beheer), (world.vuurtoren, world.zwaluw)):
            if child.environment_id == parent.environment_id:
                parts = [Part(Decimal(25), parent_id=parent.id)]
                set_parents(organisation_id=child.id, parts=parts, actor=marit, now=NOW)
        about = {"environment_id": world.noordgroep_id}
        Invitation.objects.create(
            **about, email="wim@buiten.example", organisation=world.zwaluw, groups=["approver"],
            invited_by=world.marit, invited_at=NOW, expires_at=NOW + timedelta(days=14),
        )  # fmt: skip
        draft = RightsDraft.objects.create(**about, author=world.marit, started_at=NOW)
        group = Group.objects.get(organisation=world.zwaluw, default=DefaultGroup.FINANCE)
        for done_at in (NOW, None):
            RightsChange.objects.create(
                **about, draft=draft, person=world.bram, organisation=world.zwaluw, group=group,
                what="grant", done_at=done_at,
            )  # fmt: skip


def test_what_is_the_environment_s_and_names_it_ends_and_shares_travel_as_names(journey: Journey) -> None:
    world, place = journey.world, journey.world.zwaluw.id
    with journey.source.here():
        tie_to_the_environment(world)
    journey.whole()
    with journey.source.here(as_owner=True), tenant_scope(None, [place]):
        assert not RightsChange.objects.exists()
        assert Invitation.objects.get(email="wim@buiten.example").withdrawn_at is not None
        assert not Share.objects.filter(parent_id=place, valid__upper_inf=True).exists()
        assert Mover.objects.get().name == world.zwaluw.name
        stub = Organisation.objects.get(id=place)
        assert (stub.name, stub.street, stub.moved_to) == (world.zwaluw.name, "", ADDRESS)
    with inside(journey.target, place):
        share = Share.objects.get(parent_name=world.beheer.name)
        assert (share.parent_id, share.percent, share.valid.upper is None) == (None, Decimal(25), False)


def test_the_operator_s_list_goes_along(journey: Journey) -> None:
    with journey.source.here():
        assert any(KVK in line for line in waiting())
    journey.whole()
    with journey.source.here():
        assert waiting() == []
    with journey.target.here():
        assert [line.split()[0] for line in waiting()] == [KVK]


def test_a_homecoming_that_is_called_off_leaves_it_where_it_was(journey: Journey) -> None:
    journey.whole()
    journey.source.done("organisation", "export", KVK, "--forget")
    agree_at_the_target(journey)
    home = Journey(journey.target, journey.source, journey.folder / "home", journey.world, "Noordgroep")
    home.source.done(*home.export())
    home.target.done(*home.take_in())
    home.target.done("organisation", "import", home.archive, "--cancel", "--source-stays")
    place = journey.world.zwaluw.id
    with inside(journey.source, place):
        assert Organisation.objects.get(id=place).moved_to == ADDRESS
        assert TenancyStandstill.objects.get(organisation_id=place).reason == "gone"
        assert not Document.objects.exists()
    home.target.done(*home.take_in())
    with inside(journey.source, place):
        assert Organisation.objects.get(id=place).moved_to == ""


def test_one_that_came_home_is_here_and_no_archive_takes_its_place(journey: Journey) -> None:
    journey.whole()
    journey.source.done("organisation", "export", KVK, "--forget")
    agree_at_the_target(journey)
    home = Journey(journey.target, journey.source, journey.folder / "home", journey.world, "Noordgroep")
    home.whole()
    assert home.target.run(*home.take_in()) == 2
    assert "is here already" in home.target.said


def test_a_mistyped_address_stays_a_plain_404_for_who_had_an_organisation_that_left(journey: Journey) -> None:
    world = journey.world
    with journey.source.here(), tenant_scope(None, [world.zwaluw.id]):
        document_id = Document.objects.values_list("id", flat=True)[0]
    journey.whole()
    with journey.source.here():
        assert ADDRESS in open_as(world.sanne, f"/documents/{document_id}/original").content.decode()
        assert ADDRESS in open_as(world.sanne, f"/organisations/{world.zwaluw.id}/").content.decode()
        for mistyped in ("/documentz/", "/documents/12/original", f"/documents/{uuid7()}/original"):
            page = open_as(world.sanne, mistyped)
            assert (page.status_code, ADDRESS in page.content.decode()) == (404, False), mistyped
        answer = open_as(world.otto, f"/documents/{document_id}/original")
        assert ADDRESS not in answer.content.decode()
        anonymous = Client().get(f"/documents/{document_id}/original")
        assert ADDRESS not in anonymous.content.decode()


def test_an_organisation_that_leaves_starts_no_move_inside(journey: Journey) -> None:
    world = journey.world
    journey.source.done(*journey.export())
    with journey.source.here():
        with member_scope(world.marit, now=NOW) as marit:
            plan = MovePlan.objects.get()
            conflicts = find_conflicts(Situation(plan, NOW))
            assert Kind.ALREADY_MOVING in {each.kind for each in conflicts}
            with pytest.raises(OpenConflicts):
                ask(plan=plan, actor=marit, now=NOW)
        with member_scope(world.marit, now=NOW) as marit, pytest.raises(RightMissing):
            propose(
                environment_id=world.noordgroep_id, organisation_ids=[world.zwaluw.id],
                to_email="olga@nieuw.example", to_name="Nieuw", actor=marit, now=NOW,
            )  # fmt: skip


def test_an_organisation_that_moves_inside_does_not_leave(journey: Journey) -> None:
    with inside(journey.source, journey.world.zwaluw.id):
        MovePlan.objects.update(state=MovePlan.State.RUNNING, phase=MovePlan.Phase.COUNTING)
    before = journey.source.state()
    assert journey.source.run(*journey.export()) == 2
    assert "moving to another environment" in journey.source.said
    assert journey.source.state() == before


def test_nobody_answers_for_an_organisation_that_left_again(journey: Journey) -> None:
    """Whoever was not asked yet when it went on to a third place is asked there, and not here."""
    journey.whole()
    with inside(journey.target, journey.world.zwaluw.id):
        anna = Person.objects.get(email="anna@noordgroep.example")
        TenancyStandstill.objects.create(organisation_id=journey.world.zwaluw.id, reason="leaving")
    with journey.target.here():
        assert questions_for(anna) == []
