"""Which mails an event brings about: to whom, and with which words.

A new mail is one function here with its line in `LETTERS`, one template with its line in `kinds.KINDS`, and
a line in `flow/story.py`. One to a person stands in `sayings.SAYINGS` too, as a notice, or in
`topics.MAIL_ALONE`; and in `topics.TOPIC_OF`, if he may choose whether he is told.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from uuid import UUID

from omloop.audit.models import AuditEvent
from omloop.environments.models import Environment, EnvironmentRole, Partnership
from omloop.intake.models import Container, Document
from omloop.intake.setting_aside import aside_of, mail_of
from omloop.joining.invitations import make_link
from omloop.joining.models import AuthorisationRequest, Invitation, JoinRequest
from omloop.notifications.absence_letters import (
    about_absence,
    absence_extended,
    lending_answered,
    lending_asked,
    open_end,
)
from omloop.notifications.leaving_letters import about_last_day
from omloop.notifications.letter import (
    Letter,
    administrators,
    name_of,
    people_of,
    to_person,
    who_may,
)
from omloop.notifications.sending_letters import came_back
from omloop.notifications.task_letters import taken_back, task_reached
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.people.mail import link_to
from omloop.people.models import Person, names_of
from omloop.tenancy.scope import show_structure

Writer = Callable[[AuditEvent], Iterable[Letter]]


def asked_to_join(event: AuditEvent) -> Iterator[Letter]:
    """To the administrators: somebody asks to come in."""
    asker = JoinRequest.objects.select_related("person").get(id=event.subject_id).person
    words = {"environment": _environment(event), "asker": asker.name, "asker_address": asker.email}
    for person in administrators(event.chain_id):
        yield to_person(person, "asked_to_join", words, link_to("environment_page", event.chain_id))


def join_accepted(event: AuditEvent) -> Iterator[Letter]:
    """To who asked: come in."""
    yield from _answer(event, "join_accepted", link_to("worklist"))


def join_declined(event: AuditEvent) -> Iterator[Letter]:
    """To who asked: not so."""
    yield from _answer(event, "join_declined", link_to("welcome"))


def invited(event: AuditEvent) -> Iterator[Letter]:
    """To the invited address, while the invitation is open."""
    related = Invitation.objects.select_related("environment", "organisation", "invited_by", "partnership")
    invitation = related.get(id=event.subject_id)
    if invitation.accepted_at or invitation.withdrawn_at:
        return
    known = Person.objects.filter(email__iexact=invitation.email).first()
    yield Letter(
        to=invitation.email,
        language=known.language if known else invitation.language,
        template="invitation",
        words={
            "invitation": invitation,
            "known": known,
            "partner": invitation.partnership.partner_name(event.chain_id) if invitation.partnership else "",
        },
        link=lambda: link_to("invitation", make_link(invitation)),
    )


def role_changed(event: AuditEvent) -> Iterator[Letter]:
    """To who got another role: what he is now, and by whom."""
    yield from _about_role(event, "role_changed")


def role_ended(event: AuditEvent) -> Iterator[Letter]:
    """To who has no place any more."""
    yield from _about_role(event, "role_ended")


def partnership_changed(event: AuditEvent) -> Iterator[Letter]:
    """To the administrators of the side that did not do it: asked, accepted, declined or ended."""
    if event.detail["by"] == str(event.chain_id):
        return
    partnership = Partnership.objects.get(id=event.subject_id)
    words = {
        "what": event.name.removeprefix("partnership."),
        "environment": partnership.name_of(event.chain_id),
        "partner": partnership.partner_name(event.chain_id),
        "by": name_of(event.person_id),
    }
    for person in administrators(event.chain_id):
        yield to_person(person, "partnership", words, link_to("partners", event.chain_id))


def authorisation_asked(event: AuditEvent) -> Iterator[Letter]:
    """To who manages members of the organisation with that number, if there is one."""
    related = AuthorisationRequest.objects.select_related("person", "partnership")
    request = related.get(id=event.subject_id)
    places = list(Organisation.objects.filter(environment_id=event.chain_id, kvk=request.kvk))
    show_structure([place.id for place in places])
    held = EnvironmentRole.objects.filter(
        environment_id=event.chain_id, valid__upper_inf=True, is_active=True
    )
    managers = who_may(Right.MANAGE_MEMBERS, [place.id for place in places])
    words = {
        "asker": request.person,
        "partner": request.partnership.partner_name(event.chain_id),
        "place": ", ".join(place.name for place in places),
    }
    for person in managers.filter(id__in=held.values("person_id")):
        yield to_person(person, "authorisation_asked", words, link_to("answer_authorisation", request.id))


def authorisation_answered(event: AuditEvent) -> Iterator[Letter]:
    """To who asked: a member from now on, or not."""
    request = AuthorisationRequest.objects.select_related("person", "partnership").get(id=event.subject_id)
    words = {
        "is_accepted": event.name == "authorisation.accepted",
        "by": name_of(event.person_id),
        "partner": request.partnership.name_of(event.chain_id),
        "kvk": request.kvk,
    }
    yield to_person(request.person, "authorisation_answered", words, link_to("authorisations"))


def about_ending(event: AuditEvent) -> Iterator[Letter]:
    """To the administrators of an organisation and its environment, about its end: asked, agreed, done."""
    place = Organisation.objects.get(id=event.subject_id)
    told = event.detail["told"]
    if event.chain_id == place.id:
        people = list(Person.objects.filter(id__in=told, is_active=True).order_by("id"))
    else:
        people = [person for person in administrators(event.chain_id) if str(person.id) not in told]
    due_on = date.fromisoformat(event.detail["due_on"]) if "due_on" in event.detail else None
    words = {**event.detail, "place": place.name, "what": event.name, "due_on": due_on}
    for person in people:
        if person.id != event.person_id:
            words["by"] = name_of(event.person_id)
            yield to_person(person, "ending", words, link_to("ending", place.id))


def transferred(event: AuditEvent) -> Iterator[Letter]:
    """To each who got invoices of somebody else, but not to who gave them to himself."""
    place = Organisation.objects.get(id=event.chain_id)
    receivers = {UUID(person): count for person, count in event.detail["receivers"].items()}
    people = Person.objects.filter(id__in=set(receivers) - {event.person_id}, is_active=True)
    assert event.person_id and event.for_person_id  # noqa: S101 - a person transfers what was a person's
    names = names_of({event.person_id, event.for_person_id})
    words = {"left": names[event.for_person_id], "by": names[event.person_id], "place": place.name}
    for person in people.order_by("id"):
        told = {**words, "count": receivers[person.id]}
        yield to_person(person, "transferred", told, link_to("worklist"))


def mail_without_invoice(event: AuditEvent) -> Iterator[Letter]:
    """To the sender of a mail in which no invoice was found, who is trusted there: what was wrong, and what
    to do (rules 2.1). In Dutch and English, for nobody knows which he reads."""
    container = Container.objects.select_related("organisation").get(id=event.subject_id)
    faults = set(container.parts.values_list("fault", flat=True))
    words = {"place": container.organisation.name, "subject": container.subject, "faults": faults}
    words["sent_on"] = container.arrived_at.astimezone(container.organisation.zone)
    yield Letter(
        to=container.sender, language="nl", template="mail_without_invoice", words=words, link=lambda: ""
    )


def sent_back(event: AuditEvent) -> Iterator[Letter]:
    """To the sender of the mail in which a file came that can't be used: somebody's answer (rules 2.2)."""
    document = Document.objects.select_related("organisation").get(id=event.subject_id)
    aside, mail = aside_of(document), mail_of(document)
    if aside is None or mail is None:
        return
    words = {"place": document.organisation.name, "file": document.filename, "answer": aside.reason}
    words |= {
        "sent_on": mail.arrived_at.astimezone(document.organisation.zone),
        "by": name_of(event.person_id),
    }
    yield Letter(to=mail.sender, language="nl", template="sent_back", words=words, link=lambda: "")


LETTERS: dict[str, Writer] = {
    "mail.unusable": mail_without_invoice,
    "document.sent_back": sent_back,
    "absence.comes": about_absence,
    "absence.began": about_absence,
    "absence.ended": about_absence,
    "absence.passed_on": about_absence,
    "absence.asked_about": open_end,
    "absence.extended": absence_extended,
    "lending.asked": lending_asked,
    "lending.confirmed": lending_answered,
    "lending.declined": lending_answered,
    "step.opened": task_reached,
    "step.taken_back": taken_back,
    "join.asked": asked_to_join,
    "join.accepted": join_accepted,
    "join.declined": join_declined,
    "invitation.made": invited,
    "invitation.sent_again": invited,
    "partnership.asked": partnership_changed,
    "partnership.accepted": partnership_changed,
    "partnership.declined": partnership_changed,
    "partnership.ended": partnership_changed,
    "authorisation.received": authorisation_asked,
    "authorisation.accepted": authorisation_answered,
    "authorisation.declined": authorisation_answered,
    "environment.role_changed": role_changed,
    "environment.role_ended": role_ended,
    "sales_invoice.state_changed": came_back,
    "last_day.comes": about_last_day,
    "last_day.refused": about_last_day,
    "transfer.made": transferred,
    "ending.asked": about_ending,
    "ending.agreed": about_ending,
    "ending.called_off": about_ending,
    "ending.reminded": about_ending,
    "ending.deleted": about_ending,
}


def _answer(event: AuditEvent, template: str, link: str) -> Iterator[Letter]:
    request = JoinRequest.objects.select_related("person").get(id=event.subject_id)
    words = {"environment": _environment(event), "by": name_of(event.person_id)}
    yield to_person(request.person, template, words, link)


def _about_role(event: AuditEvent, template: str) -> Iterator[Letter]:
    words = {"environment": _environment(event), "by": name_of(event.person_id), **event.detail}
    for person in people_of(event.subject_id):
        yield to_person(person, template, words, link_to("worklist"))


def _environment(event: AuditEvent) -> str:
    return str(Environment.objects.get(id=event.chain_id).name)
