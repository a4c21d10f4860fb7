"""The people of the demo, for the sign-in page."""

from dataclasses import dataclass

from django import template
from django.utils.translation import get_language

from omloop.demo.cast import PEOPLE
from omloop.people.models import Person

register = template.Library()


@dataclass(frozen=True)
class Door:
    """A person one can sign in as, and what he does."""

    person: Person
    work: str


@register.simple_tag
def demo_people() -> list[Door]:
    """Everybody of the demo who is there, in the order of the cast."""
    there = {person.email: person for person in Person.objects.filter(email__in=[p.email for p in PEOPLE])}
    dutch = get_language() == "nl"
    return [
        Door(there[someone.email], someone.work_nl if dutch else someone.work)
        for someone in PEOPLE
        if someone.email in there
    ]
