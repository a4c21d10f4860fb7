"""Groups with named rights, own groups, limits per invoice type, places that end (rules 1.4)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from omloop.invoices.models import Invoice
from omloop.organisations.groups import change_group, end_group, make_group
from omloop.organisations.members import Member, RightMissing, member_scope
from omloop.organisations.models import Group, GroupMember
from omloop.organisations.refusals import (
    DefaultGroupStays,
    EndsInThePast,
    GroupInUse,
    GroupNameTaken,
    GroupWithoutRights,
    OwnRights,
)
from omloop.organisations.rights import DefaultGroup, Right
from omloop.organisations.services import grant, set_limit, withdraw
from omloop.people.models import Person
from tests.circulation.company import ARRIVAL, Company
from tests.world import World


@pytest.fixture
def company(world: World) -> Company:
    return Company(world, world.zwaluw)


@contextmanager
def acting(person: Person) -> Iterator[Member]:
    with member_scope(person, now=timezone.now()) as member:
        yield member


def make(world: World, name: str, *rights: str) -> Group:
    with acting(world.marit) as marit:
        return make_group(
            organisation_id=world.zwaluw.id, name=name, rights=rights, actor=marit, now=timezone.now()
        )


def place(world: World, person: Person, group: str, **more: object) -> None:
    with acting(world.marit) as marit:
        grant(
            organisation_id=world.zwaluw.id,
            person_id=person.id,
            group=group,
            actor=marit,
            now=timezone.now(),
            **more,  # type: ignore[arg-type]
        )


def rights_at_zwaluw(world: World, person: Person) -> set[str]:
    with acting(person) as member:
        return set(member.rights.get(world.zwaluw.id, ()))


def test_a_group_of_its_own_gives_just_its_rights(world: World) -> None:
    make(world, "Payments", Right.VIEW_ALL, Right.EXPORT)
    with acting(world.marit) as marit:
        withdraw(
            organisation_id=world.zwaluw.id,
            person_id=world.bram.id,
            group=DefaultGroup.APPROVER,
            actor=marit,
            now=timezone.now(),
        )
    place(world, world.bram, "Payments")
    assert rights_at_zwaluw(world, world.bram) == {Right.VIEW_ALL, Right.EXPORT}


def test_another_name_and_other_rights_hold_for_everybody_in_it_at_once(world: World) -> None:
    group = make(world, "Payments", Right.VIEW_ALL)
    place(world, world.bram, "Payments")
    with acting(world.marit) as marit:
        change_group(
            group=group, name="Treasury", rights=[Right.VIEW_ALL, Right.BOOK], actor=marit, now=timezone.now()
        )
    assert Right.BOOK in rights_at_zwaluw(world, world.bram)
    with acting(world.marit):
        assert Group.objects.get(id=group.id).name == "Treasury"


def test_the_groups_that_every_organisation_begins_with_stay_as_they_are(world: World) -> None:
    with acting(world.marit) as marit:
        reader = Group.objects.get(organisation=world.zwaluw, default=DefaultGroup.READER)
        with pytest.raises(DefaultGroupStays):
            change_group(group=reader, name="X", rights=[Right.BOOK], actor=marit, now=timezone.now())
        with pytest.raises(DefaultGroupStays):
            end_group(group=reader, actor=marit, now=timezone.now())


def test_a_group_needs_a_name_of_its_own_and_rights_that_exist(world: World) -> None:
    make(world, "Payments", Right.VIEW_ALL)
    for taken in ("payments", "Financiële administratie", "reader"):
        with pytest.raises(GroupNameTaken):
            make(world, taken, Right.VIEW_ALL)
    with pytest.raises(GroupWithoutRights):
        make(world, "Nothing")
    with pytest.raises(GroupWithoutRights):
        make(world, "Magic", "fly")


def test_a_group_ends_only_when_nobody_stands_in_it(world: World) -> None:
    group = make(world, "Payments", Right.VIEW_ALL)
    place(world, world.bram, "Payments")
    with acting(world.marit) as marit:
        with pytest.raises(GroupInUse) as refused:
            end_group(group=group, actor=marit, now=timezone.now())
        assert refused.value.person_ids == (world.bram.id,)
    with acting(world.marit) as marit:
        withdraw(
            organisation_id=world.zwaluw.id,
            person_id=world.bram.id,
            group="Payments",
            actor=marit,
            now=timezone.now(),
        )
        end_group(group=group, actor=marit, now=timezone.now())
    make(world, "Payments", Right.EXPORT)


def test_who_does_not_manage_members_makes_no_groups_and_places_nobody(world: World) -> None:
    with acting(world.sanne) as sanne:
        with pytest.raises(RightMissing):
            make_group(
                organisation_id=world.zwaluw.id,
                name="Mine",
                rights=[Right.VIEW_ALL],
                actor=sanne,
                now=timezone.now(),
            )
        with pytest.raises(RightMissing):
            grant(
                organisation_id=world.zwaluw.id,
                person_id=world.bram.id,
                group=DefaultGroup.ADMINISTRATOR,
                actor=sanne,
                now=timezone.now(),
            )


def test_a_reader_with_an_end_date_reads_until_then_and_no_longer(world: World, company: Company) -> None:
    invoice = company.arrive()
    end = timezone.now() + timedelta(days=30)
    lotte = Person.objects.create_user("lotte@noordgroep.example", name="Lotte Jansen")
    place(world, lotte, DefaultGroup.READER, until=end)
    with member_scope(lotte, now=end - timedelta(seconds=1)) as before:
        assert before.can(Right.VIEW_ALL, world.zwaluw.id)
    with member_scope(lotte, now=end) as after:
        assert after.rights == {}
        assert not Invoice.objects.filter(id=invoice).exists()


def test_an_end_date_can_be_moved_taken_away_and_cut_short(world: World) -> None:
    soon, later = (timezone.now() + timedelta(days=days) for days in (10, 40))
    for until in (soon, later, later, None):
        place(world, world.bram, DefaultGroup.READER, until=until)
    with acting(world.marit):
        rows = GroupMember.objects.filter(person=world.bram, group__default=DefaultGroup.READER)
        assert rows.count() == 3
        assert [row.valid.upper for row in rows.at(timezone.now())] == [None]
    place(world, world.bram, DefaultGroup.READER, until=soon)
    with acting(world.marit) as marit:
        withdraw(
            organisation_id=world.zwaluw.id,
            person_id=world.bram.id,
            group=DefaultGroup.READER,
            actor=marit,
            now=timezone.now(),
        )
    assert Right.VIEW_ALL not in rights_at_zwaluw(world, world.bram)
    with pytest.raises(EndsInThePast):
        place(world, world.bram, DefaultGroup.READER, until=timezone.now() - timedelta(days=1))


def test_nobody_gives_a_group_of_his_own_more_rights(world: World) -> None:
    group = make(world, "Keyholders", Right.MANAGE_MEMBERS)
    place(world, world.bram, "Keyholders")
    with acting(world.bram) as bram, pytest.raises(OwnRights):
        change_group(
            group=group,
            name="Keyholders",
            rights=[Right.MANAGE_MEMBERS, Right.APPROVE],
            actor=bram,
            now=timezone.now(),
        )


@pytest.mark.parametrize(("kind", "counts_as"), [("invoice", "approve"), ("credit_note", "check")])
def test_the_limit_of_the_invoices_type_counts_before_the_general_one(
    world: World, company: Company, kind: str, counts_as: str
) -> None:
    """Anna approves up to 5,000, of credit notes up to 100: a credit note of 1,210 is above that."""
    for limit_kind, amount in (("", 5_000), ("credit_note", 100)):
        with acting(world.marit) as marit:
            set_limit(
                organisation_id=world.zwaluw.id,
                person_id=world.anna.id,
                kind=limit_kind,
                amount=Decimal(amount),
                actor=marit,
                now=ARRIVAL - timedelta(days=1),
            )
    company.rule(("approve", world.anna))
    outcome = company.decide(world.anna, company.arrive(kind=kind), "approve")
    assert outcome.decisions[0].action == counts_as


def test_a_type_without_a_limit_of_its_own_has_the_general_one(world: World, company: Company) -> None:
    company.limit(world.anna, "100")
    company.rule(("approve", world.anna))
    outcome = company.decide(world.anna, company.arrive(kind="credit_note"), "approve")
    assert outcome.counted_as_check
