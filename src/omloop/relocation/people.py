"""The people whom an organisation's rows name: as they travel, and as they stand here (rules 6.4)."""

from collections.abc import Collection, Iterator
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import connection, models

from omloop.audit.models import AuditEvent
from omloop.people.models import Person
from omloop.relocation.contents import Someone
from omloop.relocation.journal import Departure, Placeholder
from omloop.relocation.tables import Table, tables

NOWHERE = "placeholder.invalid"
"""Where the addresses of placeholders lead: nowhere, by RFC 2606."""


class PersonTaken(ValueError):
    """An id of the archive is that of somebody else here."""


def person_columns(table: Table) -> Iterator[str]:
    """The columns of a table that may hold a person's id: keys to people, and ids without a key."""
    if table.model is AuditEvent:
        yield from ("person_id", "for_person_id", "subject_id")
        return
    for field in table.model._meta.concrete_fields:
        is_plain = isinstance(field, models.UUIDField) and not field.primary_key
        if is_person_key(field) or (is_plain and field.column != table.owner):
            yield str(field.column)


def is_person_key(field: object) -> bool:
    """Whether this field is a foreign key to people."""
    return isinstance(field, models.ForeignKey) and field.remote_field.model is Person


def people_of(organisation_id: UUID) -> list[Someone]:
    """Everybody whom the rows name, with the address that he has verified; inside a scope."""
    named = " UNION ".join(
        f'SELECT "{column}" AS id FROM {table.name} WHERE {table.owner} = %(organisation)s'  # noqa: S608
        for table in tables()
        for column in person_columns(table)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM people_person WHERE id IN ({named}) ORDER BY id",  # noqa: S608
            {"organisation": organisation_id},
        )
        found = [row[0] for row in cursor.fetchall()]
    addresses = verified_addresses(found)
    return [
        Someone(
            id=person.id, name=person.name, address=addresses.get(person.id, ""), language=person.language
        )
        for person in Person.objects.filter(id__in=found).order_by("id")
    ]


def verified_addresses(person_ids: Collection[UUID]) -> dict[UUID, str]:
    """The verified address of each: his own here, or the one that came along with a placeholder."""
    verified = EmailAddress.objects.filter(user_id__in=person_ids, verified=True)
    return {
        **dict(Placeholder.objects.filter(person_id__in=person_ids).values_list("person_id", "address")),
        **dict(verified.order_by("primary").values_list("user_id", "email")),
    }


def put_in_place(
    organisation_id: UUID, people: Collection[Someone], source_key: bytes, *, returns: bool
) -> None:
    """Make a placeholder for everybody of the archive who is not here yet, as the owner; twice does no harm.

    An id that is somebody's here is refused (PersonTaken), unless the organisation returns and it is he
    who was known by that address when it left.
    """
    here = {person.id: person for person in Person.objects.filter(id__in=[each.id for each in people])}
    addresses = verified_addresses(here)
    known = set(
        Placeholder.objects.filter(person_id__in=here, source_key=source_key).values_list("person_id")
    )
    for each in people:
        if each.id in here and (each.id,) not in known:
            is_same = each.address and addresses.get(each.id, "").lower() == each.address.lower()
            if not (returns and is_same):
                raise PersonTaken(
                    f"The id of {each.name} in this archive is somebody else's here ({each.id})."
                )
    own = {each.id for each in people if each.id in here and (each.id,) not in known}
    Person.objects.bulk_create(_inactive(each) for each in people if each.id not in here)
    Placeholder.objects.bulk_create(
        [
            Placeholder(
                organisation_id=organisation_id,
                person_id=each.id,
                address=each.address,
                source_key=source_key,
            )
            for each in people
            if each.id not in own
        ],
        ignore_conflicts=True,
    )


def _inactive(someone: Someone) -> Person:
    person = Person(
        id=someone.id,
        name=someone.name,
        email=f"{someone.id}@{NOWHERE}",
        language=someone.language,
        is_active=False,
    )
    person.set_unusable_password()
    return person


def returns_home(organisation_id: UUID) -> bool:
    """Whether this organisation left from here before, and nothing of it stayed."""
    return Departure.objects.filter(organisation_id=organisation_id, removed_at__isnull=False).exists()
