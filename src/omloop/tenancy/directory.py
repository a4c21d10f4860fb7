"""Looking up an organisation before there is a scope: by person, key, address (architecture 3.3)."""

from collections.abc import Iterable
from functools import reduce
from hashlib import sha256
from operator import or_
from uuid import UUID

from django.db.models import Q

from omloop.tenancy.models import TenancyDirectory


def hash_key(key: UUID | str) -> bytes:
    """The SHA-256 under which the directory knows a key, so that it never holds the key itself."""
    return sha256(str(key).encode()).digest()


def enter(
    kind: str,
    key: UUID | str,
    *,
    organisation_id: UUID | None = None,
    environment_id: UUID | None = None,
) -> None:
    """Note that this key leads to this organisation or environment; twice does no harm."""
    TenancyDirectory.objects.get_or_create(
        kind=kind, key=hash_key(key), organisation_id=organisation_id, environment_id=environment_id
    )


def leave(
    kind: str, key: UUID | str, *, organisation_id: UUID | None = None, environment_id: UUID | None = None
) -> None:
    """Forget that this key leads there."""
    TenancyDirectory.objects.filter(
        kind=kind, key=hash_key(key), organisation_id=organisation_id, environment_id=environment_id
    ).delete()


def leave_organisations(kind: str, keys: Iterable[tuple[UUID | str, UUID]]) -> None:
    """Forget that each of these keys leads to its organisation, in one statement."""
    named = [Q(key=hash_key(key), organisation_id=organisation_id) for key, organisation_id in keys]
    if named:
        TenancyDirectory.objects.filter(reduce(or_, named), kind=kind).delete()


def organisations_of(kind: str, key: UUID | str) -> list[UUID]:
    """The organisations that this key leads to."""
    return _column(kind, key, "organisation_id")


def environments_of(kind: str, key: UUID | str) -> list[UUID]:
    """The environments that this key leads to."""
    return _column(kind, key, "environment_id")


def places_of(kind: str, key: UUID | str) -> tuple[frozenset[UUID], frozenset[UUID]]:
    """The organisations and the environments that this key leads to, in one query."""
    rows = TenancyDirectory.objects.filter(kind=kind, key=hash_key(key))
    pairs = list(rows.values_list("organisation_id", "environment_id"))
    return (
        frozenset(organisation for organisation, _ in pairs if organisation),
        frozenset(environment for _, environment in pairs if environment),
    )


def everything(kind: str) -> list[UUID]:
    """Every organisation and environment that the directory names under this kind."""
    rows = TenancyDirectory.objects.filter(kind=kind).values_list("organisation_id", "environment_id")
    return [place for pair in rows for place in pair if place]


def every_environment() -> list[UUID]:
    """Every environment of the installation, the oldest first."""
    rows = TenancyDirectory.objects.filter(kind="chain", environment_id__isnull=False)
    return [
        place for place in rows.order_by("environment_id").values_list("environment_id", flat=True) if place
    ]


def _column(kind: str, key: UUID | str, column: str) -> list[UUID]:
    rows = TenancyDirectory.objects.filter(kind=kind, key=hash_key(key), **{f"{column}__isnull": False})
    return list(rows.values_list(column, flat=True))
