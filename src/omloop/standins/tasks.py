"""The timer of absences, and the job that lets a running absence hold in a new membership too."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from omloop.absences.due import organisations_with_absences
from omloop.absences.extending import extend_absences
from omloop.organisations.members import Member, system_scope
from omloop.standins.timer import see_to_absences
from omloop.tenancy import directory
from omloop.tenancy.scope import current_scope, tenant_scope

NAME = "absences"
"""The name under which the system acts here."""
AGAIN = RetryStrategy(max_attempts=5, exponential_wait=4)


@app.periodic(cron="1,16,31,46 * * * *")
@app.task(name="standins.due", queueing_lock="standins.due", retry=False)
def due(timestamp: int) -> None:
    """Every quarter of an hour, for midnight comes at one everywhere: a job for each organisation."""
    for organisation_id in organisations_with_absences():
        see_to.defer(organisation_id=str(organisation_id))


@app.task(name="standins.see_to", retry=AGAIN)
def see_to(organisation_id: str) -> None:
    """See to the absences of an organisation; twice does no harm."""
    see_to_now(UUID(organisation_id), timezone.now())


def see_to_now(organisation_id: UUID, now: datetime) -> None:
    """In a scope of its own; an organisation that stands still is left alone until it goes on."""
    with system_scope(NAME, organisation_id) as actor:
        if organisation_id not in current_scope().standing_still:
            see_to_absences(organisation_id, actor=actor, now=now)


@app.task(name="standins.extend", retry=AGAIN)
def extend(person_id: str, organisation_id: str) -> None:
    """Let the absences of somebody who became a member hold there too; twice does no harm."""
    extend_now(UUID(person_id), UUID(organisation_id), timezone.now())


def extend_now(person_id: UUID, organisation_id: UUID, now: datetime) -> None:
    """In a scope of all his organisations, for an absence is the person's."""
    places = {*directory.organisations_of("person", person_id), organisation_id}
    with tenant_scope(None, places, directory.environments_of("person", person_id)):
        if organisation_id not in current_scope().standing_still:
            extend_absences(person_id, organisation_id, actor=Member(kind="system", label=NAME), now=now)
