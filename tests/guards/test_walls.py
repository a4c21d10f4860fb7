"""The walls between organisations, as rules that a new table can't forget (architecture 2 and 3)."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.db.utils import IntegrityError, ProgrammingError

import omloop
from omloop.config.databases import from_url
from omloop.intake.models import Channel, Delivery
from omloop.organisations.holding import hold
from omloop.organisations.models import Group, GroupRight, Organisation
from omloop.tenancy.constraints import SameOrganisation
from omloop.tenancy.history import since
from omloop.tenancy.models import Confidential, OfOrganisation
from omloop.tenancy.roles import UnwalledRole, refuse_unwalled_role
from omloop.tenancy.scope import NestedScope, NoScope, show_confidential, tenant_scope
from omloop.tenancy.walls import tenant_models
from tests.conftest import Databases
from tests.world import BEGINNING, World, make_document

WITHOUT_POLICY = {
    # people and their ways to sign in
    "people_person", "django_session",
    "account_emailaddress", "account_emailconfirmation", "mfa_authenticator",
    # which accounts are of one human: the gate asks in whatever organisation a decision falls; ids only
    "people_samehuman",
    # which day's digest somebody had: a timer asks over all people; ids and days only
    "people_digestmark",
    # what became of mails, and addresses that refuse them: written by jobs of all places; never a text
    "people_mail", "people_refusedaddress",
    # how somebody wants to be told: jobs of all places ask before they tell; names of topics only
    "notifications_noticechoice",
    # allauth's own of providers: always empty, ours stand in environments behind a wall
    "socialaccount_socialapp", "socialaccount_socialaccount", "socialaccount_socialtoken",
    # the directory: ids and hashes only; and which events wait for the sealer: ids only
    "tenancy_directory", "audit_unsealed", "tenancy_standstill",
    # up to where the one mailbox of the installation was read: a hash and two numbers
    "mailbox_installation",
    # the queue
    "procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers", "procrastinate_workers",
    # Django's own furniture, empty or without content of anybody
    "django_migrations", "django_content_type", "auth_permission", "auth_group", "auth_group_permissions",
}  # fmt: skip
"""Every table that no policy hides, and why it may be so; a new table must be walled or stand here."""

Owner = Callable[[], psycopg.Connection]


def test_every_table_has_a_policy_or_stands_on_the_list(world: World, owner: Owner) -> None:
    with owner() as database:
        rows = database.execute(
            "SELECT relname, relrowsecurity AND EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = c.oid) "
            "FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        ).fetchall()
    assert {name for name, walled in rows if not walled} == WITHOUT_POLICY


def test_the_web_role_owns_nothing_and_a_process_with_the_owners_role_is_refused(
    world: World, owner: Owner
) -> None:
    refuse_unwalled_role()
    settings = connection.settings_dict.copy()
    connection.close()
    connection.settings_dict.update(from_url(os.environ["DATABASE_OWNER_URL"]))
    try:
        with pytest.raises(UnwalledRole, match="omloop_owner owns tables"):
            refuse_unwalled_role()
    finally:
        connection.close()
        connection.settings_dict.update(settings)


def test_a_role_that_may_become_the_owner_is_refused_too(world: World, databases: Databases) -> None:
    with psycopg.connect(databases.cluster.superuser_url, autocommit=True) as superuser:
        superuser.execute("GRANT omloop_owner TO omloop_web")
        try:
            with pytest.raises(UnwalledRole, match="omloop_owner owns tables"):
                refuse_unwalled_role()
        finally:
            superuser.execute("REVOKE omloop_owner FROM omloop_web")


def test_a_query_outside_a_scope_is_an_error_and_sees_nothing_even_by_hand(world: World) -> None:
    with pytest.raises(NoScope):
        Organisation.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM organisations_organisation")
        assert cursor.fetchone() == (0,)


def test_a_scope_shows_its_organisations_only_and_leaves_nothing_behind(world: World) -> None:
    with tenant_scope(None, [world.zwaluw.id]):
        assert [o.name for o in Organisation.objects.all()] == [world.zwaluw.name]
        assert not Group.objects.filter(organisation_id=world.vuurtoren.id).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM organisations_group")
        assert cursor.fetchone() == (0,)


def test_a_scope_inside_a_scope_or_a_transaction_is_refused(world: World) -> None:
    with (
        tenant_scope(None, [world.zwaluw.id]),
        pytest.raises(NestedScope),
        tenant_scope(None, [world.vuurtoren.id]),
    ):
        pass
    with transaction.atomic(), pytest.raises(NestedScope), tenant_scope(None, [world.zwaluw.id]):
        pass


def test_a_row_for_another_organisation_is_refused(world: World) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), tenant_scope(None, [world.zwaluw.id]):
        Group.objects.create(organisation_id=world.vuurtoren.id, name="smuggled")


def test_a_reference_to_another_organisation_is_refused(world: World) -> None:
    with tenant_scope(None, [world.vuurtoren.id]):
        foreign = Group.objects.filter(organisation=world.vuurtoren).first()
    assert foreign
    with (
        pytest.raises(IntegrityError, match="group_right_in_one_organisation"),
        tenant_scope(None, [world.zwaluw.id]),
    ):
        hold(world.zwaluw.id)
        GroupRight.objects.create(
            organisation=world.zwaluw, group_id=foreign.id, right="approve", valid=since(BEGINNING)
        )


def test_settings_are_local_to_a_transaction_everywhere() -> None:
    """A setting of the session would leak to the next borrower of a pooled connection."""
    written = re.compile(r"SET\s+(SESSION\s+)?app\.|set_config\((?![^)]*true\))", re.IGNORECASE)
    sources = Path(omloop.__file__).parent.rglob("*.py")
    assert [str(path) for path in sources if written.search(path.read_text())] == []


def foreign_keys() -> list[tuple[type[models.Model], models.ForeignKey]]:  # type: ignore[type-arg]
    return [
        (model, field)
        for model in apps.get_models()
        if issubclass(model, OfOrganisation)
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and issubclass(field.related_model, OfOrganisation)
    ]


def test_every_key_between_tables_of_organisations_stays_inside_one() -> None:
    missing = []
    for model, field in foreign_keys():
        guards = [
            c for c in model._meta.constraints if isinstance(c, SameOrganisation) and c.field == field.name
        ]
        if len(guards) != 1 or field.db_constraint:
            missing.append(f"{model.__name__}.{field.name}")
    assert foreign_keys()
    assert missing == []


def test_what_hangs_on_something_confidential_follows_it() -> None:
    wrong = []
    for model, field in foreign_keys():
        name = f"{model.__name__}.{field.name}"
        if not issubclass(field.related_model, Confidential):
            continue
        guard = next(
            c for c in model._meta.constraints if isinstance(c, SameOrganisation) and c.field == field.name
        )
        if not issubclass(model, Confidential) or guard.follows != ("confidential",):
            wrong.append(name)
    assert wrong == []


def test_no_column_is_a_database_enum_and_no_key_is_composite() -> None:
    for model in tenant_models():
        assert not isinstance(model._meta.pk, models.CompositePrimaryKey), model
        assert all("enum" not in (f.db_type(connection) or "") for f in model._meta.concrete_fields), model


def test_confidential_rows_are_shown_to_a_scope_that_asked_for_them(world: World) -> None:
    with tenant_scope(None, [world.zwaluw.id]):
        show_confidential([world.zwaluw.id])
        secret = make_document(world.zwaluw, confidential=True)
        assert type(secret).objects.filter(id=secret.id).exists()
    with tenant_scope(None, [world.zwaluw.id]):
        assert not type(secret).objects.filter(id=secret.id).exists()


def test_confidentiality_reaches_everything_that_hangs_on_the_document(world: World) -> None:
    with tenant_scope(None, [world.zwaluw.id]):
        show_confidential([world.zwaluw.id])
        document = make_document(world.zwaluw)
        Delivery.objects.create(
            organisation=world.zwaluw,
            document=document,
            channel=Channel.UPLOAD,
            filename="invoice.xml",
            delivered_at=BEGINNING,
        )
        type(document).objects.filter(id=document.id).update(confidential=True)
        assert Delivery.objects.get(document=document).confidential
    with (
        pytest.raises(IntegrityError, match="delivery_in_one_organisation"),
        tenant_scope(None, [world.zwaluw.id]),
    ):
        hold(world.zwaluw.id)
        Delivery.objects.create(
            organisation=world.zwaluw,
            document_id=document.id,
            channel=Channel.UPLOAD,
            filename="again.xml",
            delivered_at=BEGINNING,
            confidential=False,
        )
