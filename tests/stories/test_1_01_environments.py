"""An environment holds organisations and people; documents belong to the organisation (rules 1.1)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.test import Client
from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.environments.services import give_role
from omloop.intake.models import Document
from omloop.organisations.members import member_scope
from omloop.organisations.models import Organisation
from omloop.organisations.rights import DefaultGroup, Right
from omloop.tenancy.models import OfOrganisation
from omloop.tenancy.scope import tenant_scope
from omloop.tenancy.walls import tenant_models
from tests.world import World, make_document, make_organisation, make_person, place


def columns_named(owner: Callable[[], psycopg.Connection], column: str) -> set[str]:
    with owner() as above:
        rows = above.execute(
            "SELECT table_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND column_name = %s",
            [column],
        ).fetchall()
    return {name for (name,) in rows}


def test_a_document_belongs_to_its_organisation_and_knows_no_environment(
    world: World, owner: Callable[[], Any]
) -> None:
    assert "intake_document" in columns_named(owner, "organisation_id")
    assert "environment_id" not in {
        field.attname
        for model in tenant_models()
        if issubclass(model, OfOrganisation)
        for field in model._meta.concrete_fields
    }


def test_an_organisation_that_goes_elsewhere_takes_its_documents_along(
    world: World, owner: Callable[[], Any]
) -> None:
    with tenant_scope(None, [world.zwaluw.id]):
        kept = make_document(world.zwaluw)
    with owner() as above:
        above.execute(
            "UPDATE organisations_organisation SET environment_id = %s WHERE id = %s",
            [world.elsewhere_id, world.zwaluw.id],
        )
    with tenant_scope(None, [world.zwaluw.id]):
        assert Organisation.objects.get(id=world.zwaluw.id).environment_id == world.elsewhere_id
        assert list(Document.objects.values_list("id", flat=True)) == [kept.id]


def test_an_organisation_is_in_exactly_one_environment(world: World, owner: Callable[[], Any]) -> None:
    with owner() as above, pytest.raises(psycopg.errors.NotNullViolation):
        above.execute("UPDATE organisations_organisation SET environment_id = NULL")
    with owner() as above, pytest.raises(psycopg.errors.ForeignKeyViolation):
        above.execute("UPDATE organisations_organisation SET environment_id = %s", [UUID(int=1)])


def test_one_person_works_in_two_environments_with_one_account(world: World) -> None:
    lotte = make_person("Lotte Jansen")
    place(lotte, world.zwaluw, DefaultGroup.READER)
    place(lotte, world.vuurtoren, DefaultGroup.READER)
    with member_scope(lotte, now=timezone.now()) as member:
        assert member.where(Right.VIEW_ALL) == {world.zwaluw.id, world.vuurtoren.id}
        assert member.belongs_to == {world.noordgroep_id, world.elsewhere_id}
    client = Client()
    client.force_login(lotte)
    page = client.get("/organisations/").content.decode()
    assert "Zwaluw Techniek B.V." in page
    assert "Vuurtoren Horeca B.V." in page
    assert "Noord Beheer B.V." not in page


def test_who_administers_an_environment_sees_its_organisations_by_name_and_no_other(world: World) -> None:
    ellen = make_person("Ellen Bos")
    with tenant_scope(None, [], [world.noordgroep_id]):
        give_role(
            environment_id=world.noordgroep_id,
            person_id=ellen.id,
            role="administrator",
            actor=OPERATOR,
            now=timezone.now(),
        )
    make_organisation(world.noordgroep_id, "Zonder Ellen B.V.", "90001088", world.marit)
    client = Client()
    client.force_login(ellen)
    page = client.get("/organisations/").content.decode()
    assert page.count("alleen op naam") == 3
    assert "Vuurtoren Horeca B.V." not in page
    one = client.get(f"/organisations/{world.zwaluw.id}/").content.decode()
    assert "Je ziet deze organisatie op naam" in one
    assert "Anna de Vries" not in one
    assert client.get(f"/organisations/{world.vuurtoren.id}/").status_code == 404
