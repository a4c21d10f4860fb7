"""The job that carries out a large transfer (rules 7.5), and the timer of last working days (rules 4.9)."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from omloop.organisations.last_days import DUE
from omloop.organisations.members import Member, RightMissing, member_scope
from omloop.people.models import Person
from omloop.tenancy import directory
from omloop.tenancy.scope import show_confidential, tenant_scope
from omloop.transfers.last_days import organisations_in, see_to_last_days
from omloop.transfers.services import carry_out, refuse


@app.task(name="transfers.carry_out", retry=RetryStrategy(max_attempts=5, exponential_wait=2))
def carry_out_asked(run_id: str, person_id: str) -> None:
    """In the name of who asked, with what he may do now; all of it or nothing, twice does no harm."""
    maker, now = Person.objects.get(id=person_id), timezone.now()
    try:
        with member_scope(maker, now=now) as member:
            carry_out(run_id=UUID(run_id), actor=member, now=now)
    except RightMissing:
        with member_scope(maker, now=now) as member:
            refuse(run_id=UUID(run_id), actor=member, now=now)


@app.periodic(cron="4 * * * *")
@app.task(name="transfers.last_days_due", queueing_lock="transfers.last_days_due", retry=False)
def last_days_due(timestamp: int) -> None:
    """Every hour, for midnight comes at one everywhere: a job for each environment with a day planned."""
    for environment_id in directory.environments_of(DUE, DUE):
        see_to_environment.defer(environment_id=str(environment_id))


@app.task(name="transfers.see_to_last_days", retry=RetryStrategy(max_attempts=5, exponential_wait=4))
def see_to_environment(environment_id: str) -> None:
    """See to the last days planned in an environment; twice does no harm."""
    see_to_environment_now(UUID(environment_id), timezone.now())


def see_to_environment_now(environment_id: UUID, now: datetime) -> None:
    """In a scope of its own that counts what is open, of confidential invoices too."""
    places = organisations_in(environment_id)
    with tenant_scope(None, places, [environment_id]):
        show_confidential(places)
        actor = Member(kind="system", label="last days", environments=frozenset({environment_id}))
        see_to_last_days(environment_id, actor=actor, now=now)
