"""The people whom an organisation's rows name: as they travel, and as they stand here (rules 6.4)."""

from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import connection, models
from django.db.models import Q

from omloop.audit.models import AuditEvent
from omloop.people.humans import accounts_of
from omloop.people.models import Person, SameHuman
from omloop.relocation.between.contents import Contents, Someone
from omloop.relocation.between.journal import Arrival, Departure, Placeholder
from omloop.relocation.tables import Table, tables
from omloop.tenancy.history import since

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


def same_humans(people: Collection[Someone]) -> list[list[UUID]]:
    """Those of these people whose accounts count as one human's for four eyes, together."""
    left, found = {each.id for each in people}, []
    marks = SameHuman.objects.filter(valid__upper_inf=True).values_list("one_id", "other_id")
    for person_id in sorted({account for pair in marks for account in pair} & left):
        together = accounts_of([person_id]) & left
        left -= together
        if len(together) > 1:
            found.append(sorted(together))
    return found


def put_in_place(arrival: Arrival, contents: Contents) -> None:
    """Make a placeholder for everybody of the archive who is not here yet, as the owner; twice does no harm.

    An id that is somebody's here is refused (PersonTaken), unless the organisation returns and it is he
    who was known by that address when it left. Accounts that were one human's stay so.
    """
    people, source_key = contents.people, bytes(arrival.source_key)
    here = set(Person.objects.filter(id__in=[each.id for each in people]).values_list("id", flat=True))
    known = set(
        Placeholder.objects.filter(person_id__in=here, source_key=source_key).values_list(
            "person_id", flat=True
        )
    )
    returning = [each for each in people if each.id in here - known]
    _refuse_others(returning, returns=last_departure(contents.organisation) is not None)
    own = {each.id for each in returning}
    Person.objects.bulk_create(_inactive(each) for each in people if each.id not in here)
    Placeholder.objects.bulk_create(
        [
            Placeholder(
                organisation_id=contents.organisation,
                person_id=each.id,
                address=each.address,
                source_key=source_key,
            )
            for each in people
            if each.id not in own
        ],
        ignore_conflicts=True,
    )
    for accounts in contents.same_humans:
        for one, other in pairwise(accounts):
            count_as_one(one, other, environment_id=arrival.environment_id, now=arrival.begun_at)


def _refuse_others(people: Collection[Someone], *, returns: bool) -> None:
    addresses = verified_addresses([each.id for each in people])
    for each in people:
        is_same = each.address and addresses.get(each.id, "").lower() == each.address.lower()
        if not (returns and is_same):
            raise PersonTaken(f"The id of {each.name} in this archive is somebody else's here ({each.id}).")


def count_as_one(one: UUID, other: UUID, *, environment_id: UUID, now: datetime) -> bool:
    """Let two accounts count as one human for four eyes (rules 1.5, 3.5); whether they did not yet.

    Nobody marks them but the human who said so himself, or the installation from which they came.
    """
    first, second = sorted((one, other))
    if second in accounts_of([first]):
        return False
    SameHuman.objects.create(
        one_id=first,
        other_id=second,
        marked_by=second,
        environment_id=environment_id,
        valid=since(now),
    )
    return True


def remove_placeholders(arrival: Arrival) -> None:
    """Whoever stands here for the sake of this arrival alone, as the owner."""
    own = Placeholder.objects.filter(organisation_id=arrival.organisation_id)
    person_ids = set(own.values_list("person_id", flat=True))
    own.delete()
    kept = Placeholder.objects.filter(person_id__in=person_ids).values_list("person_id", flat=True)
    going = person_ids - set(kept)
    SameHuman.objects.filter(Q(one__in=going) | Q(other__in=going)).delete()
    Person.objects.filter(id__in=going).delete()


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


def last_departure(organisation_id: UUID) -> Departure | None:
    """How this organisation left from here, if it did and nothing of it stayed."""
    left = Departure.objects.filter(organisation_id=organisation_id, removed_at__isnull=False)
    found: Departure | None = left.order_by("-removed_at").first()
    return found
