"""What goes to the other, and what an invoice tells of it afterwards (rules 5.2)."""

from uuid import UUID

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from omloop.audit.models import AuditEvent, AuditUnsealed
from omloop.circulation.models import Decision, Step
from omloop.circulation.reading.history import history_of
from omloop.circulation.routing.route import replay_route, stored_route
from omloop.circulation.routing.why import explain, read_names, short_reason
from omloop.organisations.groups import make_group
from omloop.transfers.models import What
from omloop.transfers.queries import people_with_work
from tests.circulation.company import at
from tests.transfers.handing import MARCH_10, Handing
from tests.world import World


def steps_of(handing: Handing, invoice: UUID) -> list[tuple[str, str]]:
    with handing.company.system():
        rows = Step.objects.filter(invoice_id=invoice).order_by("position").select_related("person")
        return [(step.state, step.person.name.split()[0].lower() if step.person else "") for step in rows]


def test_what_waits_what_will_and_what_could_come_back_goes_to_the_other(
    handing: Handing, world: World
) -> None:
    company = handing.company
    company.grant(world.sanne, "checker")
    company.rule(("check", world.anna), ("approve", world.bram))
    company.rule(("approve", world.bram), ("check", world.anna), supplier="De Raaf", name="R-12", priority=2)
    waits, decided = company.arrive(number="1"), company.arrive(number="2")
    coming = company.arrive(number="3", supplier_name="De Raaf")
    secret = company.arrive(number="4", confidential=True)
    company.decide(world.anna, decided, "check")
    preview = handing.preview(world.anna, world.sanne)
    assert (preview.total, preview.going) == (4, 3)
    assert handing.clashes(preview) == {"not_confidential": 1}

    run = handing.transfer(world.anna, world.sanne)
    assert handing.holder(waits) == "sanne"
    assert steps_of(handing, waits) == [("open", "sanne"), ("waiting", "bram")]
    assert steps_of(handing, coming) == [("open", "bram"), ("waiting", "sanne")]
    assert steps_of(handing, decided) == [("done", "anna"), ("open", "bram")]
    with company.system():
        assert Decision.objects.get(invoice=decided).person == world.anna
    assert handing.holder(secret) == "finance", "Anna could not see it, and Sanne can't either"
    assert len(handing.items(run)) == 3

    task = company.task(waits)
    assert replay_route(task.why) == stored_route(task.why)
    assert stored_route(task.why).holder_id == task.holder_id
    with company.system(), translation.override("en"):
        names = read_names([task.why])
        assert short_reason(task.why, names) == "Transferred from Anna de Vries"
        assert explain(task.why, names)[-1] == (
            "Marit Hoekstra transferred what was with Anna de Vries to Sanne Bakker."
        )
        told = [each.what for each in history_of(task.invoice).events]
        assert told[0] == "Transferred from Anna de Vries to Sanne Bakker"
        events = AuditEvent.objects.filter(name="invoice.transferred")
        assert events.count() == 3
        assert AuditUnsealed.objects.filter(event_id__in=events.values("id")).count() == 3

    company.decide(
        world.bram, decided, "return", return_to=world.anna.id, remark="Klopt dit?", now=at("03-11")
    )
    assert handing.holder(decided) == "sanne"
    company.decide(world.sanne, decided, "check", now=at("03-12"))
    company.decide(world.bram, decided, "approve", now=at("03-13"))
    assert company.invoice(decided).state == "approved"


def test_a_substitute_or_the_fallback_who_was_asked_for_the_one_who_leaves_has_it_no_more(
    handing: Handing, world: World
) -> None:
    """Also when the substitute becomes the one: he acts for himself then, not for somebody who is gone."""
    company = handing.company
    company.rule(("approve", world.anna))
    company.absent(world.anna, "03-01", "03-05", world.bram)
    with_bram = company.arrive()
    assert company.task(with_bram).for_person == world.anna
    company.deactivate(world.anna)
    with_finance = company.arrive(at("03-06"), number="2")
    assert handing.holder(with_finance) == "finance"
    handing.transfer(world.anna, world.bram)
    for invoice in (with_bram, with_finance):
        task = company.task(invoice)
        assert (task.holder, task.for_person, task.fallback) == (world.bram, None, "")
        assert replay_route(task.why) == stored_route(task.why)
        company.decide(world.bram, task, "approve", now=at("03-11"))
        assert company.invoice(invoice).state == "approved"


def test_who_stood_in_for_the_receiver_gives_him_his_own_back(handing: Handing, world: World) -> None:
    """The starter becomes his own: Anna holds it for Bram, and what is Anna's goes to Bram."""
    company = handing.company
    company.rule(("approve", world.bram))
    company.absent(world.bram, "03-01", "03-05", world.anna)
    invoice = company.arrive()
    assert company.task(invoice).for_person == world.bram
    run = handing.transfer(world.anna, world.bram)
    assert handing.undo(run) == (1, 0)
    assert (company.task(invoice).holder, company.task(invoice).for_person) == (world.anna, world.bram)
    assert steps_of(handing, invoice) == [("open", "bram")]
    handing.transfer(world.anna, world.bram)
    task = company.task(invoice)
    assert (task.holder, task.for_person) == (world.bram, None)
    company.decide(world.bram, task, "approve", now=MARCH_10)
    assert company.invoice(invoice).state == "approved"


def test_a_narrower_selection_takes_that_alone(handing: Handing, world: World) -> None:
    company = handing.company
    company.rule(("approve", world.anna))
    raaf, kuipers = company.arrive(supplier_name="De Raaf Groothandel"), company.arrive(number="2")
    late = company.arrive(at("03-04"), supplier_name="de raaf")
    with company.system():
        places = [company.organisation.id]
    handing.transfer(world.anna, world.bram, supplier="De Raaf", last_on=at("03-03").date(), places=places)
    assert [handing.holder(each) for each in (raaf, kuipers, late)] == ["bram", "anna", "anna"]
    assert handing.preview(world.anna, world.bram, phases=frozenset({"check"})).total == 0


def test_the_number_of_queries_does_not_grow_with_the_invoices(handing: Handing, world: World) -> None:
    company = handing.company
    company.rule(("approve", world.anna))
    counts = []
    for many in (1, 4):
        for number in range(many):
            company.arrive(number=f"{many}-{number}")
        with CaptureQueriesContext(connection) as looked:
            assert handing.preview(world.anna, world.bram).going == many
        with CaptureQueriesContext(connection) as made:
            run = handing.transfer(world.anna, world.bram)
        with CaptureQueriesContext(connection) as undone:
            assert handing.undo(run) == (many, 0)
        counts.append((len(looked), len(made), len(undone)))
        handing.transfer(world.anna, world.bram)
    assert counts[0] == counts[1]


def test_a_selection_by_supplier_finds_nothing_confidential_that_the_maker_may_not_see(
    handing: Handing, world: World
) -> None:
    """Else one would search for a supplier there (rules 2.12); without a selection they go."""
    company = handing.company
    company.rule(("approve", world.anna))
    with company.system() as system:
        own = {"organisation_id": company.organisation.id, "actor": system, "now": at("01-02")}
        make_group(name="Geheim", rights=["view_confidential"], **own)
    for person in (world.anna, world.bram):
        company.grant(person, "Geheim")
    secret = company.arrive(supplier_name="Geheim Advocaten", confidential=True)
    narrow = {"supplier": "Geheim Adv"}
    assert handing.preview(world.anna, world.bram).total == 1
    assert handing.preview(world.anna, world.bram, **narrow).total == 0
    assert handing.preview(world.anna, world.bram, first_on=at("01-01").date()).total == 0
    handing.transfer(world.anna, world.bram, **narrow)
    assert handing.holder(secret) == "anna"
    company.grant(world.marit, "Geheim")
    handing.transfer(world.anna, world.bram, **narrow)
    assert handing.holder(secret) == "bram"


def test_whoever_has_something_is_in_the_list_also_without_a_group(handing: Handing, world: World) -> None:
    company, place = handing.company, [handing.company.organisation.id]
    carla = handing.newcomer("Carla Prins", "checker")
    company.rule(("check", world.anna), ("approve", world.bram))
    company.decide(world.anna, company.arrive(), "check")
    company.withdraw(world.anna, "approver", at("03-05"))
    company.withdraw(carla, "checker", at("03-05"))
    with handing.marit():
        found = {each.person: each for each in people_with_work(place, now=MARCH_10)}
    assert not found[world.anna].is_active and carla not in found
    handing.transfer(world.anna, world.bram, What.RULES)
    with handing.marit():
        assert world.anna in {each.person for each in people_with_work(place, now=MARCH_10)}
