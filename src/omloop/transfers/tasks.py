"""The job that carries out a large transfer, so that nobody waits for the page (rules 7.5)."""

from uuid import UUID

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from omloop.organisations.holding import hold
from omloop.organisations.members import RightMissing, member_scope
from omloop.people.models import Person
from omloop.transfers.models import Transfer
from omloop.transfers.services import carry_out


@app.task(name="transfers.carry_out", retry=RetryStrategy(max_attempts=5, exponential_wait=2))
def carry_out_asked(run_id: str, person_id: str) -> None:
    """In the name of who asked, with what he may do now; all of it or nothing, twice does no harm."""
    maker, now = Person.objects.get(id=person_id), timezone.now()
    try:
        with member_scope(maker, now=now) as member:
            carry_out(run_id=UUID(run_id), actor=member, now=now)
    except RightMissing:
        with member_scope(maker, now=now):
            waiting = Transfer.objects.filter(run_id=run_id, state=Transfer.State.ASKED)
            hold(list(waiting.values_list("organisation_id", flat=True)))
            waiting.update(state=Transfer.State.REFUSED)
