"""Which mails a plan to move brings about: whose answer it waits for, and how it ended (rules 6.3)."""

from collections.abc import Iterator
from uuid import UUID

from omloop.audit.models import AuditEvent
from omloop.notifications.known import Known
from omloop.notifications.letter import Letter, administrators, name_of, to_person
from omloop.notifications.letters import Writer
from omloop.notifications.notices import Row
from omloop.notifications.sayings import Saying, subject_of
from omloop.notifications.sayings import Writer as SayingWriter
from omloop.people.mail import link_to
from omloop.people.models import Person
from omloop.relocation.moves.plans import MovePlan, Mover


def about_move(event: AuditEvent) -> Iterator[Letter]:
    """To the administrators of a side, but for who did it; of a side to come to the address of the plan."""
    plan = MovePlan.objects.select_related("proposed_by").get(id=event.subject_id)
    words = {
        "what": event.name,
        "places": ", ".join(plan.movers.order_by("name").values_list("name", flat=True)),
        "by": name_of(event.person_id) or plan.proposed_by.name,
        "until": plan.expires_at,
    }
    link = link_to("move", event.chain_id, plan.id)
    for person in administrators(event.chain_id):
        if person.id != event.person_id:
            yield to_person(person, "move", words, link)
    if plan.to_environment_id is None and plan.to_email:
        yield _to_address(plan.to_email, words, link)


def _to_address(address: str, words: dict[str, object], link: str) -> Letter:
    known = Person.objects.filter(email__iexact=address, is_active=True).first()
    if known:
        return to_person(known, "move", words, link)
    return Letter(to=address, language="nl", template="move", words=words, link=lambda: link)


def _say_move(row: Row, event: AuditEvent, known: Known) -> Saying:
    """The notice that says the same."""
    places = known.once(_places)[subject_of(event)]
    return Saying({"what": event.name, "places": places}, "move", (event.chain_id, event.subject_id))


def _places(known: Known) -> dict[UUID, str]:
    """By plan, the names of the organisations that go along."""
    subjects = {event.subject_id for event in known.events.values()}
    found: dict[UUID, list[str]] = {}
    for mover in Mover.objects.filter(plan_id__in=subjects).order_by("name"):
        found.setdefault(mover.plan_id, []).append(mover.name)
    return {plan_id: ", ".join(names) for plan_id, names in found.items()}


SAYINGS: dict[str, SayingWriter] = {"move": _say_move}
LETTERS: dict[str, Writer] = {
    "move.asked": about_move,
    "move.declined": about_move,
    "move.withdrawn": about_move,
    "move.expired": about_move,
    "move.stopped": about_move,
    "move.checked": about_move,
    "move.unequal": about_move,
}
