"""Adding people."""

from allauth.account.models import EmailAddress

from omloop.people.models import Person


def add_person(*, email: str, name: str, password: str | None = None) -> Person:
    """Add a person for whose address the operator vouches: he can sign in by a code mailed to it."""
    person = Person.objects.create_user(email, password, name=name)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person
