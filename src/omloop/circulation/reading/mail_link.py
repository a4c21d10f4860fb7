"""Links in mails that open one task without signing in: signed, for one decision, and for a week (rules 3.4).

Who can read the mailbox could set a new password too, so a link is worth no more than that: it is not made
for who has a second factor, for what is confidential, or where the environment demands its provider, and it
is dead when the password changes. An organisation switches it on.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from allauth.mfa.utils import is_mfa_enabled
from django.core import signing
from django.utils.crypto import constant_time_compare

from omloop.circulation.models.configuration import STILL, CirculationSettings
from omloop.organisations.doors import behind_a_provider
from omloop.people.mail import link_to
from omloop.people.models import Person

SALT = "omloop.task"
VALID_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Opened:
    """What a link opens: one task, for one person."""

    person: Person
    organisation_id: UUID
    assignment_id: UUID


def places_with_links(person: Person, organisation_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of these organisations whose tasks a mail to this person may open."""
    if is_mfa_enabled(person):
        return frozenset()
    on = CirculationSettings.objects.filter(STILL, organisation_id__in=organisation_ids, answers_by_mail=True)
    switched_on = set(on.values_list("organisation_id", flat=True))
    return frozenset(switched_on - behind_a_provider(switched_on)) if switched_on else frozenset()


def link_for(person: Person, *, organisation_id: UUID, assignment_id: UUID) -> str:
    """The address that opens this task for this person."""
    says = [str(person.id), str(organisation_id), str(assignment_id), _stamp(person)]
    return link_to("task_by_mail", signing.dumps(says, salt=SALT))


def read_link(token: str) -> Opened | None:
    """What a link opens; None when it is not ours, too old, or made before a change of the password."""
    try:
        person_id, organisation_id, assignment_id, stamp = signing.loads(token, salt=SALT, max_age=VALID_FOR)
    except signing.BadSignature:
        return None
    person = Person.objects.filter(id=person_id, is_active=True).first()
    if person is None or not constant_time_compare(_stamp(person), stamp) or is_mfa_enabled(person):
        return None
    return Opened(person, UUID(organisation_id), UUID(assignment_id))


def _stamp(person: Person) -> str:
    return sha256(person.get_session_auth_hash().encode()).hexdigest()[:16]
