"""A whole move, through the public door: what goes along, who keeps access, who loses it (rules 6.2, 6.3)."""

from django.utils import timezone

from omloop.audit.models import AuditEvent
from omloop.circulation.models import Assignment, SchemeStep, Step
from omloop.circulation.routing.route import replay_route, stored_route
from omloop.organisations.members import member_scope, system_scope
from omloop.organisations.models import Organisation
from omloop.relocation.moves.plans import MovePlan
from omloop.tenancy.scope import tenant_scope
from tests.circulation.company import Company
from tests.relocation.removal import Choice, Removal


def test_an_organisation_moves_with_everything_to_an_environment_of_its_own(removal: Removal) -> None:
    world, company = removal.world, Company(removal.world, removal.world.zwaluw)
    company.rule(("check", world.bram), ("approve", world.anna))
    invoices = [removal.arrive(number) for number in range(3)]
    removal.propose()
    removal.choose(
        sanne=Choice.BOTH, bram=Choice.LEAVES, anna=Choice.LEAVES,
        successors={world.bram: removal.yusuf, world.anna: removal.yusuf},
    )  # fmt: skip
    plan = removal.move()
    assert plan.state == MovePlan.State.DONE, plan.stopped_because
    with tenant_scope(None, [world.zwaluw.id], [plan.to_environment_id]):
        assert Organisation.objects.get(id=world.zwaluw.id).environment_id == plan.to_environment_id
    [mover] = removal.movers()
    assert mover.before and mover.after and mover.differences == []
    assert mover.before["manifest"] == mover.after["manifest"]
    with system_scope("test", world.zwaluw.id):
        tasks = Assignment.objects.filter(ended_at=None)
        assert {task.holder_id for task in tasks} == {removal.yusuf.id}
        assert len(tasks) == len(invoices)
        for task in tasks:
            assert replay_route(task.why) == stored_route(task.why)
        names = set(Step.objects.filter(state__in=["waiting", "open"]).values_list("person_id", flat=True))
        assert names == {removal.yusuf.id}
        now = SchemeStep.objects.filter(rule__valid__contains=timezone.now())
        assert set(now.values_list("person_id", flat=True)) == {removal.yusuf.id}
        assert AuditEvent.objects.filter(name="organisation.moved", chain_id=world.zwaluw.id).count() == 1
    with member_scope(world.bram, now=timezone.now()) as bram:
        assert world.zwaluw.id not in bram.rights and world.beheer.id in bram.rights
    with member_scope(world.sanne, now=timezone.now()) as sanne:
        assert {world.zwaluw.id, world.beheer.id} <= set(sanne.rights)
        assert sanne.belongs_to == {world.noordgroep_id, plan.to_environment_id}
    with member_scope(removal.yusuf, now=timezone.now()) as yusuf:
        assert yusuf.environments == yusuf.belongs_to == {plan.to_environment_id}
