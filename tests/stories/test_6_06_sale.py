"""Rule 6.6: at a sale no copy stays behind, and the old side reads on what was agreed, until it is over."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from omloop.circulation.models import Assignment, Decision
from omloop.flow.command_line import take_in
from omloop.intake.models import Channel, Document
from omloop.invoices.models import Attachment, Invoice, InvoiceLine
from omloop.organisations.members import member_scope, operator_member, system_scope
from omloop.organisations.rights import Right
from omloop.people.models import Person
from omloop.relocation.moves import agreeing, proposing
from omloop.relocation.moves.agreeing import version_of
from omloop.relocation.moves.findings import Kind
from omloop.relocation.moves.plans import MovePlan
from omloop.relocation.moves.refusals import OpenConflicts, OtherVersion
from omloop.relocation.moves.situation import Situation
from omloop.tenancy.scope import tenant_scope
from tests.circulation.company import Company
from tests.relocation.removal import FROM, Choice, Removal
from tests.strangers.victim import file, key_for
from tests.world import World

CLOSING = date(2026, 6, 30)
BEFORE, AFTER = datetime(2026, 6, 30, 21, 59, tzinfo=UTC), datetime(2026, 6, 30, 22, 1, tzinfo=UTC)
"""One minute before midnight in Amsterdam, and one after."""


@pytest.fixture
def removal(world: World, run_jobs: Callable[[], None]) -> Removal:
    return Removal(world, run_jobs)


def arrive(removal: Removal, number: int, received_at: datetime) -> UUID:
    accepted = take_in(
        organisation_id=removal.world.zwaluw.id,
        data=file(number, f"NR{number}X"),
        filename=f"{number}.xml",
        channel=Channel.COMMAND_LINE,
        actor=operator_member(removal.world.zwaluw.id),
        received_at=received_at,
    )
    assert accepted.document_id
    return accepted.document_id


def agree_on(removal: Removal, read_until: date, **choices: str) -> None:
    """What becomes of people, and until when the old side reads on."""
    people = {**removal.world.people, "yusuf": removal.yusuf}
    with removal.at(removal.marit) as party:
        held = dict(Situation(party.plan, timezone.now()).choices)
        held |= {people[name].id: choice for name, choice in choices.items()}
        agreeing.choose(
            plan=party.plan,
            choices=held,
            successors={
                (removal.world.zwaluw.id, removal.world.anna.id): removal.yusuf.id,
                (removal.world.zwaluw.id, removal.world.bram.id): removal.yusuf.id,
            },
            closing_on=CLOSING,
            read_until=read_until,
            actor=party.member,
            now=timezone.now(),
        )


def sell(removal: Removal, read_until: date) -> tuple[UUID, UUID]:
    """Zwaluw is sold; Sanne and Bram of the old side read on. The documents before and after."""
    Company(removal.world, removal.world.zwaluw).rule(("approve", removal.world.anna))
    before, after = arrive(removal, 1, BEFORE), arrive(removal, 5, AFTER)
    removal.propose()
    agree_on(removal, read_until, sanne=Choice.READS, bram=Choice.READS, anna=Choice.LEAVES)
    plan = removal.move()
    assert plan.state == MovePlan.State.DONE, plan.stopped_because
    return before, after


def in_a_year() -> date:
    return timezone.localdate() + timedelta(days=365)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_old_side_sees_what_was_imported_up_to_the_closing_date_and_nothing_later(
    removal: Removal,
) -> None:
    before, after = sell(removal, in_a_year())
    world = removal.world
    with member_scope(world.sanne, now=timezone.now()) as sanne:
        assert sanne.rights[world.zwaluw.id] == {Right.VIEW_ALL, Right.EXPORT}
        assert sanne.sees_until[world.zwaluw.id] == CLOSING
        assert [document.id for document in Document.objects.all()] == [before]
        assert {row.document_id for row in Invoice.objects.all()} == {before}
        for table in (InvoiceLine, Attachment, Assignment):
            assert {row.invoice.document_id for row in table.objects.all()} == {before}, table
    with system_scope("test", world.zwaluw.id):
        late = Invoice.objects.get(document_id=after)
        early = Invoice.objects.get(document_id=before)
        attachment = Attachment.objects.filter(invoice=late).first()
    assert attachment
    client = signed_in(world.sanne)
    assert client.get(reverse("invoice", args=[early.id])).status_code == 200
    hidden = {"invoice": late.id, "attachment": attachment.id, "document": after, "document_original": after}
    for name, key in hidden.items():
        assert client.get(reverse(name, args=[key])).status_code == 404, name
    assert client.get(reverse("document_original", args=[before])).status_code == 200
    listed = client.get(reverse("invoices")).content.decode()
    assert "NR1X" in listed and "NR5X" not in listed


def test_a_key_of_such_a_reader_sees_no_more_than_he_does(removal: Removal) -> None:
    before, after = sell(removal, in_a_year())
    key = key_for(removal.world.sanne, removal.world.zwaluw.id)
    headers = {"Authorization": f"Bearer {key}"}
    answer = Client().get("/api/v1/documents", headers=headers).content.decode()
    assert str(before) in answer and str(after) not in answer


def test_reading_ends_by_itself_after_the_last_day(removal: Removal) -> None:
    sell(removal, timezone.localdate())
    world = removal.world
    tomorrow = timezone.now() + timedelta(days=1, hours=1)
    with member_scope(world.sanne, now=timezone.now()):
        assert Document.objects.count() == 1
    with member_scope(world.sanne, now=tomorrow) as sanne:
        assert world.zwaluw.id not in sanne.rights
        assert Document.objects.count() == 0


def test_who_is_let_in_again_without_a_bound_sees_all_again(removal: Removal) -> None:
    sell(removal, in_a_year())
    removal.grant(removal.world.sanne, "finance")
    with member_scope(removal.world.sanne, now=timezone.now()) as sanne:
        assert removal.world.zwaluw.id not in sanne.sees_until
        assert Document.objects.count() == 2


def test_open_invoices_keep_their_dates_deciders_and_due_dates_and_no_copy_stays(removal: Removal) -> None:
    world, company = removal.world, Company(removal.world, removal.world.zwaluw)
    company.rule(("approve", removal.yusuf))
    document_id = arrive(removal, 1, BEFORE)

    def held() -> list[tuple[object, ...]]:
        with system_scope("test", world.zwaluw.id):
            invoice = Invoice.objects.get(document_id=document_id)
            tasks = Assignment.objects.filter(invoice=invoice).values_list("id", "holder_id", "opened_at")
            return [(invoice.due_on, invoice.received_at, invoice.import_date), *tasks]

    was = held()
    removal.propose()
    agree_on(removal, in_a_year(), sanne=Choice.READS, anna=Choice.LEAVES, bram=Choice.LEAVES)
    assert removal.move().state == "done"
    assert held() == was
    with tenant_scope(None, [world.zwaluw.id, world.beheer.id]):
        assert Document.objects.filter(id=document_id).count() == Document.objects.count() == 1


def test_both_sides_consent_to_exactly_these_days(removal: Removal) -> None:
    removal.propose()
    agree_on(removal, in_a_year(), sanne=Choice.READS, anna=Choice.LEAVES, bram=Choice.LEAVES)
    removal.ask()
    with removal.at(removal.marit) as party:
        read = version_of(party.plan)
    agree_on(removal, in_a_year() + timedelta(days=1))
    with pytest.raises(OtherVersion), removal.at(removal.marit) as party:
        agreeing.consent(plan=party.plan, side=FROM, version=read, actor=party.member, now=timezone.now())


def test_reading_on_without_days_or_after_its_last_day_stands_in_the_way(removal: Removal) -> None:
    removal.propose()
    removal.choose(sanne=Choice.READS, anna=Choice.LEAVES, bram=Choice.LEAVES)
    with pytest.raises(OpenConflicts) as refused:
        removal.ask()
    assert [conflict.kind for conflict in refused.value.conflicts] == [Kind.NO_CLOSING_DATE]
    agree_on(removal, timezone.localdate() - timedelta(days=1))
    with pytest.raises(OpenConflicts) as refused:
        removal.ask()
    assert [conflict.kind for conflict in refused.value.conflicts] == [Kind.NOTHING_LEFT_TO_READ]


def test_an_undo_gives_the_old_side_back_what_it_had(removal: Removal) -> None:
    sell(removal, in_a_year())
    world = removal.world
    with removal.at(removal.yusuf) as party:
        back = proposing.propose_undo(plan=party.plan, actor=party.member, now=timezone.now())
    removal.plan_id = back.id
    with removal.at(removal.yusuf) as party:
        choices = Situation(party.plan, timezone.now()).choices
        assert choices[world.sanne.id] == choices[world.bram.id] == Choice.RETURNS
        agreeing.ask(plan=party.plan, actor=party.member, now=timezone.now())
    removal.consent(removal.yusuf, "from")
    removal.consent(world.marit, "to")
    removal.run_jobs()
    assert removal.plan().state == "done", removal.plan().stopped_because
    with member_scope(world.sanne, now=timezone.now()) as sanne:
        assert Right.CIRCULATE in sanne.rights[world.zwaluw.id]
        assert world.zwaluw.id not in sanne.sees_until
        assert Document.objects.count() == 2
        assert Decision.objects.count() == 0
