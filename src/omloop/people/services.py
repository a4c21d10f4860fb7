"""Adding people."""

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from omloop.people.models import Person


class AddressTaken(ValueError):
    """Somebody has an account with this address."""


def add_person(*, email: str, name: str, password: str | None = None, language: str = "nl") -> Person:
    """Add a person whose address is proven: by the operator's word, or by a link that was mailed to it.

    Without a password he signs in by a code. Raises AddressTaken, also when two add him at once.
    """
    if is_taken(email):
        raise AddressTaken(email)
    try:
        with transaction.atomic():
            person = Person.objects.create_user(email, password, name=name, language=language)
            EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    except IntegrityError as error:
        raise AddressTaken(email) from error
    return person


def is_taken(email: str) -> bool:
    """Whether an account has this address: as its own, or as a verified one beside it."""
    verified = EmailAddress.objects.filter(email__iexact=email, verified=True)
    return verified.exists() or Person.objects.filter(email__iexact=email).exists()


def verified_addresses(person: Person) -> list[str]:
    """The addresses of which he proved that they are his; the first one first."""
    held = EmailAddress.objects.filter(user=person, verified=True)
    return list(held.order_by("-primary", "email").values_list("email", flat=True))
